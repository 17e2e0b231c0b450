"""Feeds on the exchange's stage: an agreement that opens one, its signers, turns of the nodes, and what the recipient holds.

`may_have` is the literal twin: what the recipient may have now, read off records and law one by one, past feed and store.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace
from region_stage import Stage

from altered_agreements import FEED_AGREEMENT, feed_law
from comity.demo.agencies import CA_SHERIFF, WA_POLICE, member_of
from comity.exchange.answering.candidates import decide_one
from comity.exchange.answering.law_in_force import law_in_force
from comity.exchange.answering.open_query import Opened
from comity.exchange.feed.feed_round import run_feeds
from comity.exchange.feed.feeds import open_feed, sign_feed
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Member
from comity.model.canon import text_digest
from comity.model.codes import DataClass, Instrument, Level, PersonRole, Purpose, Step
from comity.model.feed import Cadence, Copy, Feed, FeedShown, FeedTerms, TakenFeed
from comity.model.law_text import LawKind, LawText
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.model.record import Record
from comity.sim.federation import signed_text

WORDS = "the joint burglary unit asked for it in writing"
NOTHING_SHOWN = LegalBasis(instrument=Instrument.NOTHING)
CLASSES = (DataClass.CASE, DataClass.BOOKING, DataClass.CUSTODY)
SIGNERS = tuple((agency, role) for agency in (CA_SHERIFF, WA_POLICE) for role in ("agency-head", "counsel"))


def agreement(text: str, name: str = FEED_AGREEMENT) -> LawText:
    """A feed agreement's text, signed by both."""
    law = LawText(kind=LawKind.AGREEMENT, name=name, version=1, text=text, hash=text_digest(text))
    return signed_text(law, SIGNERS, "seed")


def put_in_force(stage: Stage, text: str | None) -> None:
    """The feed's agreement in force at both, or (None) suspended."""
    laws = stage.federation.laws
    for agency in (CA_SHERIFF, WA_POLICE):
        others = tuple(one for one in laws.texts[agency] if one.name != FEED_AGREEMENT)
        laws.texts[agency] = (*others, *(() if text is None else (agreement(text),)))


def terms(**changes: Any) -> FeedTerms:
    return replace(
        FeedTerms(
            agreement=FEED_AGREEMENT,
            recipient=WA_POLICE,
            beneficiary=WA_POLICE,
            purpose=Purpose.CRIMINAL_INVESTIGATION,
            basis=NOTHING_SHOWN,
            case_number="CC-2026-BURGLARY",
            data_classes=CLASSES,
            cadence=Cadence.CONTINUOUS,
        ),
        **changes,
    )


def signer(stage: Stage, post: str) -> Member:
    return stage.member(member_of(CA_SHERIFF, post))


def running(stage: Stage, **changes: Any) -> str:
    """A feed that runs, opened by the custodian and signed by the sheriff; its id."""
    put_in_force(stage, feed_law())
    world = stage.federation.world_of(CA_SHERIFF)
    opened = open_feed(world, signer(stage, "custodian"), terms(**changes), WORDS)
    return sign_feed(world, signer(stage, "sheriff"), opened.id, WORDS).id


def turn(stage: Stage, turns: int = 40) -> int:
    """The owner's node turns until nothing is brought any more; how many batches arrived."""
    arrived = 0
    for _ in range(turns):
        now = run_feeds(stage.federation.world_of(CA_SHERIFF))
        arrived += now
        if not now:
            return arrived
    raise AssertionError("a feed brings something without end")


def sent(stage: Stage, feed: str) -> Feed:
    found = stage.federation.world_of(CA_SHERIFF).journal.feeds.sent_by(CA_SHERIFF)
    return next(one for one in found if one.id == feed)


def taken(stage: Stage, feed: str) -> TakenFeed:
    found = stage.federation.world_of(WA_POLICE).journal.feeds.taken_by(WA_POLICE)
    return next(one for one in found if one.id == feed)


def copies(stage: Stage, feed: str) -> tuple[Copy, ...]:
    return stage.federation.world_of(WA_POLICE).journal.feeds.copies(WA_POLICE, feed, "", 100_000)


Having = dict[tuple[str, str], tuple[tuple[str, tuple[str, ...]], ...]]


def held(stage: Stage, feed: str) -> Having:
    """What the recipient holds, by the record and person that only the owner can tell: fields and values."""
    journal = stage.federation.world_of(CA_SHERIFF).journal
    found: Having = {}
    for copy in copies(stage, feed):
        item = journal.find_item(copy.item_id)
        assert item is not None
        assert (item.record_id, item.person_key) not in found
        found[item.record_id, item.person_key] = tuple((one.field, one.values) for one in copy.content.fields)
    return found


NEVER_LABELS = {"address", "contact", "location", "immigration-status", "birthplace", "third-party", "relatives",
                "narrative", "former-identity", "medical"}  # fmt: skip
NEVER_ROLES = {PersonRole.VICTIM, PersonRole.WITNESS, PersonRole.MISSING, PersonRole.JUROR, PersonRole.COMPLAINANT,
               PersonRole.VISITOR, PersonRole.EMERGENCY_CONTACT, PersonRole.RELATIVE, PersonRole.OFFICIAL,
               PersonRole.OTHER}  # fmt: skip


def records_now(stage: Stage) -> Iterator[Record]:
    records = stage.federation.world_of(CA_SHERIFF).records
    after = ""
    while page := records.page_of(CA_SHERIFF, after, 500):
        yield from page
        after = page[-1].id


def may_have(stage: Stage, wanted: FeedTerms) -> Having:
    """What a recipient may have now: the owner's law made of the feed's agreement and what narrows, asked record by record."""
    texts = stage.federation.laws.texts
    whole = texts[CA_SHERIFF]
    if all(one.name != wanted.agreement for one in whole):
        return {}
    # No other agreement of the two may permit anything: here they are simply not there.
    texts[CA_SHERIFF] = tuple(
        one for one in whole if one.kind is not LawKind.AGREEMENT or one.name == wanted.agreement
    )
    try:
        return _decided(stage, wanted)
    finally:
        texts[CA_SHERIFF] = whole


def _decided(stage: Stage, wanted: FeedTerms) -> Having:
    world, directory = stage.federation.world_of(CA_SHERIFF), stage.federation.directory
    now_ms = world.clock.now_ms()
    recipient, vocabulary = directory.get_agency(wanted.recipient), load_vocabulary()
    found: Having = {}
    for record in records_now(stage):
        if record.data_class not in wanted.data_classes:
            continue
        state = record.state
        if state.sealed or state.restricted or state.suppressed or state.received_under_1367 or state.tied_to_case:
            continue
        query = Query(
            id="0" * 32,
            step=Step.DIGEST,
            asker=recipient.id,
            asker_ori=recipient.oris[0].ori,
            member="nobody",
            owner=CA_SHERIFF,
            beneficiary=wanted.beneficiary,
            purpose=wanted.purpose,
            basis=wanted.basis,
            case_number=wanted.case_number,
            data_classes=(record.data_class,),
            subject=PersonSubject(family="Nobody"),
            asked_ms=now_ms,
            pair="0" * 64,
        )
        today = stage.member(member_of(CA_SHERIFF, "custodian")).trained_until
        member = Member(id="nobody", name="n", agency=recipient.id, roles=("member",), trained_until=today)
        opened = Opened(
            query=query,
            member=member,
            asker=recipient,
            owner=directory.get_agency(CA_SHERIFF),
            beneficiary=directory.get_agency(wanted.beneficiary),
            directory=directory,
            sender="",
            nonce="",
            today=today,
            now_ms=now_ms,
            reasons=(),
            message_hash="",
        )
        law = law_in_force(world, opened)
        for person in record.people:
            if person.role in NEVER_ROLES:
                continue
            decision = decide_one(law, query, record, person.key)
            if decision.concealed or decision.holds:
                continue
            values: list[tuple[str, tuple[str, ...]]] = []
            for one in decision.fields:
                labels = vocabulary.labels_of(record.data_class, one.field)
                if one.level is not Level.FULL or one.match_only or labels & NEVER_LABELS:
                    continue
                if one.field not in vocabulary.digest_fields(record.data_class):
                    continue
                own = [value.value for value in (*person.fields, *record.fields) if value.name == one.field]
                if own:
                    values.append((one.field, tuple(own)))
            if values:
                found[record.id, person.key] = tuple(values)
    return found


def check_caught_up(stage: Stage, feed: FeedShown | str, wanted: FeedTerms) -> None:
    """What the recipient holds is exactly what it may have today."""
    name = feed if isinstance(feed, str) else feed.id
    assert held(stage, name) == may_have(stage, wanted)
