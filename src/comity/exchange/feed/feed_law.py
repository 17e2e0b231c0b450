"""The law of a feed: the question that every item of it would be an answer to, and what the owner's law says of it now.

It is the question of its recipient for its purpose and beneficiary, with nobody asked for, under the feed's own agreement
alone. What other agreements between the two permit opens nothing in a feed; what they forbid stays forbidden.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import NounError
from comity.exchange.answering.law_in_force import LawInForce, read_law
from comity.exchange.messages.route import way_today
from comity.exchange.messages.suspended import suspended_sentence, suspension_among
from comity.exchange.owners import owner_day
from comity.law.compiled import Law, Source
from comity.law.decide import decide_query
from comity.law.facts import Parties, request_facts
from comity.law.fold import agreements_between, fold
from comity.model.agency import Agency, Directory, Member
from comity.model.canon import digest
from comity.model.codes import DataClass, Step
from comity.model.decision import QueryDecision
from comity.model.feed import FEED_MEMBER, Feed, FeedItem, FeedTerms
from comity.model.query import PersonSubject, Query
from comity.ports import World

FEED_ACCESS = "feed"
MOST_FEEDS = 64  # of one owner, open: a millisecond each, every second, to see whether there is anything to bring
NOBODY = "nobody asked for"

# What a feed never carries, whatever an agreement permits: here no person and no question stands between the record and
# the copy, and what is copied about somebody in these classes is what harms them (harms H18; design section 6). Victims
# and witnesses: protection orders, treatment, juvenile. Status: the immigration classes. Whereabouts: plate reads, where
# copies are a location history. Not established: tips, intelligence and gang entries, which leave one at a time if at all.
CLOSED_CLASSES = frozenset(
    {
        DataClass.VICTIM_1367,
        DataClass.ASYLUM,
        DataClass.IMMIGRATION_EVENT,
        DataClass.PROTECTION_ORDER,
        DataClass.TREATMENT,
        DataClass.JUVENILE,
        DataClass.PLATE_READ,
        DataClass.TIP,
        DataClass.INTELLIGENCE,
        DataClass.GANG,
    }
)


@dataclass(frozen=True, slots=True)
class FeedLaw:
    """A law folded for one feed: the question, and what of it may be asked at all.

    `regime` is a hash over the owner's texts and what the directory says of the parties: while it and the day are the same,
    a record that did not change is decided as before.
    """

    query: Query
    law: LawInForce
    asked: QueryDecision
    owner: Agency
    recipient: Agency
    regime: str

    @property
    def classes(self) -> frozenset[DataClass]:
        """The classes the feed may carry now."""
        if self.asked.refused or self.asked.holds:
            return frozenset()
        return frozenset(self.asked.allowed) - CLOSED_CLASSES


def law_of_feed(world: World, feed: Feed, now_ms: int) -> FeedLaw | str:
    """The law as it is for a feed at an instant; a sentence where nothing of it may leave at all.

    Raises LawUnavailableError when the owner's law cannot be read: then nothing is decided and nothing leaves.
    """
    directory = world.directory()
    owner = directory.get_agency(feed.owner)
    recipient, beneficiary = directory.find_agency(feed.recipient), directory.find_agency(feed.terms.beneficiary)
    if recipient is None or beneficiary is None:
        return "recipient or beneficiary is not in the directory any more"
    suspended = suspension_among(directory, owner.id, recipient.id, beneficiary.id)
    if suspended is not None:
        return suspended_sentence(directory, suspended)
    own, law = read_law(world, directory, owner.id)
    member = _nobody(recipient, owner, now_ms)
    try:
        query = replace(
            query_of(feed, (owner, recipient), now_ms), via=way_today(directory, recipient.node, world.node)
        )
    except NounError as error:
        return str(error)
    facts = request_facts(query, Parties(recipient, member, owner, beneficiary, directory), now_ms)
    source = feed_agreement(law, feed.terms.agreement)
    if source is None or source not in agreements_between(law, facts):
        return f"agreement `{feed.terms.agreement}` is not in force as one that opens a feed between the two"
    folded = fold(law, facts, feed.terms.agreement)
    regime = digest([own.hash, *query.via, *(digest(agency) for agency in (owner, recipient, beneficiary))])
    return FeedLaw(query, LawInForce(folded, own.hash), decide_query(folded), owner, recipient, regime)


def sent_feed(world: World, owner: str, feed: str) -> Feed | None:
    """A feed of an owner here, by its id."""
    return next((one for one in world.journal.feeds.sent_by(owner) if one.id == feed), None)


def standing_item(world: World, owner: str, feed: str, names: tuple[str, str]) -> FeedItem | None:
    """What stands at a feed's recipient, by record and item id."""
    record_id, item_id = names
    items = world.journal.feeds.items_of(owner, feed, record_id)
    return next((one for one in items if one.item_id == item_id), None)


def feed_agreement(law: Law, name: str) -> Source | None:
    """The owner's agreement of this name, where its text opens a feed: one that opens only questions opens none."""
    return next(
        (
            source
            for source in law.agreements
            if source.may_widen
            and source.name == name
            and source.agreement is not None
            and str(source.agreement.access or "") == FEED_ACCESS
        ),
        None,
    )


def query_of(feed: Feed, parties: tuple[Agency, Agency], now_ms: int) -> Query:
    """The question that a feed's items would answer. Raises NounError for a recipient without an ORI today."""
    terms, (owner, recipient) = feed.terms, parties
    return Query(
        id=feed.id,
        step=Step.DIGEST,
        asker=recipient.id,
        asker_ori=recipient.ori_on(owner_day(recipient, now_ms)),
        member=FEED_MEMBER,
        owner=owner.id,
        beneficiary=terms.beneficiary,
        purpose=terms.purpose,
        basis=terms.basis,
        case_number=terms.case_number,
        data_classes=terms.data_classes,
        subject=PersonSubject(family=NOBODY),
        asked_ms=now_ms,
        pair=digest({"feed": feed.id}).removeprefix("sha256:"),
    )


def terms_hash(terms: FeedTerms) -> str:
    """What stands for the question in an item of a feed: no question of a member has it, so none fetches its detail."""
    return digest({"feed": digest(terms)})


def parties_of(directory: Directory, feed: Feed) -> tuple[Agency, Agency]:
    """Owner and recipient as the directory lists them."""
    return directory.get_agency(feed.owner), directory.get_agency(feed.recipient)


def _nobody(recipient: Agency, owner: Agency, now_ms: int) -> Member:
    """Who a feed is for: the agency, with no role beyond a member's. Training is asked of whoever asks later."""
    return Member(
        id=FEED_MEMBER,
        name=f"feed to {recipient.id}",
        agency=recipient.id,
        roles=("member",),
        trained_until=owner_day(owner, now_ms),
    )
