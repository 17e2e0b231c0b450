"""What members of either end do with a feed: the owner opens, signs, suspends, resumes, replays, closes; both look.

A feed runs when two of the owner signed for it, one who keeps the records and one who answers for the agency, neither of
them of its recipient. One of them alone may stop it; to let it run again needs both.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.duty.duties import look_again, said_words
from comity.exchange.feed.feed_law import CLOSED_CLASSES, MOST_FEEDS, law_of_feed, sent_feed
from comity.exchange.feed.feed_round import begun_anew
from comity.exchange.feed.feed_unit import delivery_id
from comity.exchange.owners import owner_facts, owner_here, owners_here
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.feed import (
    Feed,
    FeedChange,
    FeedLag,
    FeedShown,
    FeedSigned,
    FeedState,
    FeedTerms,
    TakenFeed,
)
from comity.ports import World

KEEPS_RECORDS = frozenset({"records-custodian"})
ANSWERS_FOR_IT = frozenset({"agency-head", "supervisor"})
LOOKS = KEEPS_RECORDS | ANSWERS_FOR_IT | {"privacy-officer", "auditor", "counsel", "member"}


def open_feed(world: World, member: Member, terms: FeedTerms, words: str) -> FeedShown:
    """Open a feed, as the first of its two signers.

    1 who signs, and why   2 the agreement opens a feed to this recipient and the law something of every class, today
    3 one entry: the feed, waiting for its second signer

    Raises WrongUseError for who may not sign, or terms under which nothing could leave.
    """
    owner, signed = _signed(world, member, terms, words)  # 1
    if sum(one.state is not FeedState.CLOSED for one in world.journal.feeds.sent_by(owner.id)) >= MOST_FEEDS:
        raise WrongUseError(f"`{owner.id}` has {MOST_FEEDS} feeds already; close one that is not needed")
    now_ms = signed.at_ms
    feed = Feed(
        id=world.randomness.take(16).hex(),
        owner=owner.id,
        terms=terms,
        state=FeedState.PROPOSED,
        signed=(signed,),
        opened_ms=now_ms,
    )
    _check_opens(world, feed, now_ms)  # 2
    entry = _enter(world, owner, feed, ("open", signed))  # 3
    return _shown(world, feed, now_ms, entry)


def sign_feed(world: World, member: Member, feed_id: str, words: str) -> FeedShown:
    """Sign a feed as its second signer: from then on it runs. Raises WrongUseError for who may not, or one that runs."""

    def change(feed: Feed, signed: FeedSigned) -> Feed:
        if feed.state is not FeedState.PROPOSED:
            raise WrongUseError(
                f"the feed is {feed.state}; only one that was opened or resumed waits for a signer"
            )
        first = feed.signed[-1]
        if first.member == member.id:
            raise WrongUseError("you signed first; another person must sign too")
        if not (_covers(first.role, signed.role)):
            raise WrongUseError(
                f"`{first.member}` signed as {first.role}; the other signer is "
                f"{' or '.join(sorted(ANSWERS_FOR_IT if first.role in KEEPS_RECORDS else KEEPS_RECORDS))}"
            )
        _check_opens(world, feed, signed.at_ms)
        return replace(feed, state=FeedState.RUNNING, signed=(*feed.signed, signed))

    return _act(world, member, (feed_id, words, "sign"), change)


def suspend_feed(world: World, member: Member, feed_id: str, words: str) -> FeedShown:
    """Stop a feed: nothing of a record leaves any more, and the recipient is told to hold nothing."""

    def change(feed: Feed, signed: FeedSigned) -> Feed:
        _check_open(feed)
        return replace(feed, state=FeedState.SUSPENDED, signed=(signed,))

    return _act(world, member, (feed_id, words, "suspend"), change)


def resume_feed(world: World, member: Member, feed_id: str, words: str) -> FeedShown:
    """Let a suspended feed run again, as the first of two signers."""

    def change(feed: Feed, signed: FeedSigned) -> Feed:
        if feed.state is not FeedState.SUSPENDED:
            raise WrongUseError(f"the feed is {feed.state}; only a suspended one is resumed")
        return replace(feed, state=FeedState.PROPOSED, signed=(signed,))

    return _act(world, member, (feed_id, words, "resume"), change)


def close_feed(world: World, member: Member, feed_id: str, words: str) -> FeedShown:
    """End a feed for good; the recipient is told to hold nothing."""

    def change(feed: Feed, signed: FeedSigned) -> Feed:
        _check_open(feed)
        return replace(feed, state=FeedState.CLOSED, signed=(*feed.signed, signed))

    return _act(world, member, (feed_id, words, "close"), change)


def replay_feed(world: World, member: Member, feed_id: str, words: str) -> FeedShown:
    """Begin a feed anew: everything that may leave now is brought again, under a new epoch.

    Always all of it: no value of an earlier batch is kept, and what it held may not leave as it was.
    """

    def change(feed: Feed, signed: FeedSigned) -> Feed:
        if feed.state is not FeedState.RUNNING:
            raise WrongUseError(f"the feed is {feed.state}; only one that runs is replayed")
        return begun_anew(feed)

    return _act(world, member, (feed_id, words, "replay"), change)


def list_feeds(world: World, member: Member) -> tuple[FeedShown, ...]:
    """The feeds that the member's agency sends and is sent. Raises WrongUseError for who has no role there."""
    agency = owner_here(world, member.agency)
    if not LOOKS & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not look at feeds; it needs {', '.join(sorted(LOOKS))}")
    now_ms = world.clock.now_ms()
    feeds = world.journal.feeds
    sent = tuple(_shown(world, feed, now_ms) for feed in feeds.sent_by(agency.id))
    return *sent, *(_taken(feed, now_ms) for feed in feeds.taken_by(agency.id))


def show_feed(world: World, member: Member, feed_id: str) -> FeedShown:
    """One feed of either direction. Raises WrongUseError for one the member's agency does not have."""
    found = next((one for one in list_feeds(world, member) if one.id == feed_id), None)
    if found is None:
        raise WrongUseError(f"`{member.agency}` has no feed `{feed_id[:64]}`; `comity feed list` shows them")
    return found


def feed_lags(world: World) -> tuple[FeedLag, ...]:
    """How old the state is that each running feed's recipient has whole, at whichever end is here."""
    now_ms = world.clock.now_ms()
    found: list[FeedLag] = []
    for agency in owners_here(world):
        sent, taken = world.journal.feeds.sent_by(agency.id), world.journal.feeds.taken_by(agency.id)
        ends: tuple[tuple[str, tuple[Feed | TakenFeed, ...]], ...] = (("owner", sent), ("recipient", taken))
        found += [
            FeedLag(feed=feed.id, end=end, lag_ms=lag_of(feed.as_of_ms, now_ms))
            for end, feeds in ends
            for feed in feeds
            if feed.state is FeedState.RUNNING and feed.as_of_ms
        ]
    return tuple(found)


def lag_of(as_of_ms: int, now_ms: int) -> int:
    """How old a state is (milliseconds); -1 where there is none."""
    return max(0, now_ms - as_of_ms) if as_of_ms else -1


def _act(
    world: World, member: Member, wanted: tuple[str, str, str], change: Callable[[Feed, FeedSigned], Feed]
) -> FeedShown:
    """One act on a feed: who, which feed, what becomes of it, one entry."""
    feed_id, words, act = wanted

    def once() -> FeedShown:
        feed = sent_feed(world, member.agency, feed_id)
        if feed is None:
            raise WrongUseError(f"`{member.agency}` has no feed `{feed_id[:64]}`; `comity feed list` shows them")
        owner, signed = _signed(world, member, feed.terms, words)
        after = replace(change(feed, signed), changed=feed.changed + 1)
        entry = _enter(world, owner, after, (act, signed))
        return _shown(world, after, signed.at_ms, entry)

    return look_again(once)


def _signed(world: World, member: Member, terms: FeedTerms, words: str) -> tuple[Agency, FeedSigned]:
    """The owner, and the member's signature for it. Raises WrongUseError for who may not sign."""
    said = said_words("reason", words)
    owner = owner_here(world, member.agency)
    roles = [role for role in member.roles if role in KEEPS_RECORDS | ANSWERS_FOR_IT]
    if not roles:
        raise WrongUseError(
            f"`{member.id}` may not sign for a feed; it needs {', '.join(sorted(KEEPS_RECORDS | ANSWERS_FOR_IT))}"
        )
    if owner.id == terms.recipient:
        raise WrongUseError("a feed goes to another agency; an agency's own records need none")
    if {terms.recipient, terms.beneficiary} & set(member.acting_for):
        raise WrongUseError(
            f"`{member.id}` acts for the recipient or beneficiary; a person of the owner alone must sign"
        )
    return owner, FeedSigned(member=member.id, role=roles[0], at_ms=world.clock.now_ms(), words=said)


def _covers(first: str, second: str) -> bool:
    """Whether the two are one who keeps the records and one who answers for the agency."""
    pair = {first, second}
    return bool(pair & KEEPS_RECORDS) and bool(pair & ANSWERS_FOR_IT)


def _check_opens(world: World, feed: Feed, now_ms: int) -> None:
    """Raises WrongUseError where nothing of some class could leave: nobody signs for a feed that is less than it says."""
    closed = sorted(set(feed.terms.data_classes) & CLOSED_CLASSES)
    if closed:
        raise WrongUseError(
            f"no feed carries {', '.join(closed)}; leave it out, and ask about one person at a time"
        )
    law = law_of_feed(world, feed, now_ms)
    if isinstance(law, str):
        raise WrongUseError(f"{law}; name an agreement in force whose text has `access feed`")
    missing = sorted(set(feed.terms.data_classes) - law.classes)
    if missing:
        rules = sorted(
            {reason.rule for reason in (*law.asked.refused, *(one for _, why in law.asked.removed for one in why))}
        )
        raise WrongUseError(
            f"the law opens nothing of {', '.join(missing)} to this feed ({', '.join(rules)}); leave it out"
        )


def _check_open(feed: Feed) -> None:
    if feed.state is FeedState.CLOSED:
        raise WrongUseError("the feed is closed; open another")


def _enter(world: World, owner: Agency, feed: Feed, act: tuple[str, FeedSigned]) -> int:
    """The public part says that something was done about a feed; what, by whom and why is the owner's."""
    name, signed = act
    kept = {"feed": feed.id, "act": name, "by": signed.member, "role": signed.role, "words": signed.words}
    unit = Unit(
        facts=owner_facts(EntryKind.FEED_ACT, owner, signed.at_ms),
        content=canonical_bytes({"owner": owner.id, "feed": feed.id}),
        record=canonical_bytes({**kept, "terms": feed.terms, "state": feed.state}),
        feeds=(FeedChange(agency=owner.id, feed=feed.id, sent=feed),),
    )
    return parse_proof(append_entry(world, unit).proof).index


def _shown(world: World, feed: Feed, now_ms: int, entry: int | None = None) -> FeedShown:
    delivery = world.journal.find_delivery(feed.owner, delivery_id(feed.id), incoming=False)
    on_its_way = delivery is not None and delivery.next_ms is not None
    return FeedShown(
        id=feed.id,
        owner=feed.owner,
        incoming=False,
        terms=feed.terms,
        state=feed.state,
        signed=feed.signed,
        epoch=feed.epoch,
        number=feed.number,
        as_of_ms=feed.as_of_ms,
        lag_ms=lag_of(feed.as_of_ms, now_ms),
        waits=on_its_way or bool(world.journal.feeds.changed(feed.owner, feed.id, ("", 1), standing=True)),
        trouble=delivery.trouble if delivery is not None and on_its_way else "",
        entry=entry,
    )


def _taken(feed: TakenFeed, now_ms: int) -> FeedShown:
    return FeedShown(
        id=feed.id,
        owner=feed.owner,
        incoming=True,
        terms=feed.terms,
        state=feed.state,
        signed=(),
        epoch=feed.epoch,
        number=feed.number,
        as_of_ms=feed.as_of_ms,
        lag_ms=lag_of(feed.as_of_ms, now_ms),
        trouble=feed.trouble,
    )
