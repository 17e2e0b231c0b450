"""What one entry commits together, and how the two logs of one question pair."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, WA_POLICE
from comity.exchange.answering.record_unit import answer_facts, class_mask, pair_commitment
from comity.exchange.asking.fetch import fetch_item
from comity.ledger.entry import BUCKET_MS, commit, decode_entry
from comity.model.agency import DatedOri
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.codes import DataClass, Status
from comity.model.disclosure import DeskRecord, Disclosure, EntryKind
from comity.model.outcome import FetchRequest
from comity.model.query import Query


def asked_queries(stage: Stage, agency: str) -> list[Query]:
    """Every question in the contents of an agency's own log, in order."""
    node = stage.federation.directory.get_agency(agency).node
    journal = stage.federation.stores[node].journal
    queries: list[Query] = []
    for index in range(journal.size()):
        if decode_entry(journal.entry(index)).facts.kind is EntryKind.ASKED:
            content = journal.content(index)
            assert content is not None
            queries += from_canonical(content, tuple[Query, ...])  # type: ignore[arg-type]
    return queries


def test_the_two_logs_pair_one_to_one(own_stage: Stage) -> None:
    """Every question in the asker's log has exactly one answered entry at its owner, digest and detail alike."""
    question = own_stage.region.scene.detective_question
    outcome = own_stage.ask(question)
    answer = next(one.answer for one in outcome.sources if one.agency == CA_SHERIFF)
    assert answer is not None
    member = own_stage.member(question.member)
    world = own_stage.federation.world_of(WA_POLICE)
    request = FetchRequest(
        query_id=outcome.query_id, item_id=answer.items[0].item_id, asker=WA_POLICE, member=member.id
    )
    fetch_item(world, request, member)
    fetch_item(world, request, member)
    queries = asked_queries(own_stage, WA_POLICE)
    assert len(queries) == len(question.owners) + 2
    for owner in question.owners:
        entered = [facts.pair for facts in own_stage.entries(owner) if facts.kind is EntryKind.ANSWERED]
        expected = [pair_commitment(query, owner) for query in queries if query.owner == owner]
        assert entered == expected
    everything = [pair_commitment(query, query.owner) for query in queries]
    assert len(set(everything)) == len(everything)


def test_a_pair_tells_nothing_without_the_pairing_value(stage: Stage) -> None:
    """Two questions that differ in the random value alone have unrelated commitments."""
    query = stage.query(stage.region.scene.detective_question, CA_SHERIFF)
    other = msgspec.structs.replace(query, pair="0" * 64)
    assert pair_commitment(query, CA_SHERIFF) != pair_commitment(other, CA_SHERIFF)
    assert pair_commitment(query, CA_SHERIFF) != pair_commitment(query, "il-police")
    assert pair_commitment(query, CA_SHERIFF) == pair_commitment(
        msgspec.structs.replace(query, case_number="another"), CA_SHERIFF
    )


def test_class_masks_have_one_permanent_bit_a_class() -> None:
    """Each class is one bit, in the order of the list; several are their union."""
    masks = [class_mask((data_class,)) for data_class in DataClass]
    assert masks == [1 << bit for bit in range(len(masks))]
    assert class_mask(tuple(DataClass)) == (1 << len(masks)) - 1
    assert class_mask(()) == 0
    assert all(low < high for low, high in pairwise(masks))


def test_an_entry_says_what_follows_from_question_and_answer(own_stage: Stage) -> None:
    """The codes of an answered entry are those the asker can compute by itself."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    answer = own_stage.answer(query)
    expected = answer_facts(query, own_stage.federation.directory.get_agency(CA_SHERIFF), answer)
    (entered,) = own_stage.entries(CA_SHERIFF)
    assert entered == msgspec.structs.replace(expected, at_ms=answer.answered_ms // BUCKET_MS * BUCKET_MS)
    assert entered.released == len(answer.items) > 0
    assert entered.law == answer.law


@pytest.mark.parametrize(
    ("at", "ori"), [("2026-11-20T23:59:30", "CA0990000"), ("2026-11-21T00:00:30", "CA0990009")]
)
def test_an_answer_is_entered_on_the_owners_own_day(own_stage: Stage, at: str, ori: str) -> None:
    """Just after midnight far east the owner's new ORI is entered, though UTC is still at the day before."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    answer = own_stage.answer(query)
    at_ms = int(datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Pacific/Guam")).timestamp() * 1000)
    owner = msgspec.structs.replace(
        own_stage.federation.directory.get_agency(CA_SHERIFF),
        zone="Pacific/Guam",
        oris=(
            DatedOri(ori="CA0990000", first=date(1990, 1, 1), last=date(2026, 11, 20)),
            DatedOri(ori="CA0990009", first=date(2026, 11, 21)),
        ),
    )
    assert answer_facts(query, owner, msgspec.structs.replace(answer, answered_ms=at_ms)).owner_ori == ori


def test_the_disclosure_record_lists_every_field_shown_and_opens_the_commitment(own_stage: Stage) -> None:
    """Who asked what, which record each item stood for, which fields left; bound by the entry's second commitment."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    answer = own_stage.answer(query)
    store = own_stage.federation.stores["ca-node"]
    raw, wrapped = store.journal.record(0), store.journal.record_key(0)
    assert raw is not None
    assert wrapped is not None
    entry = decode_entry(store.journal.entry(0))
    assert entry.record == commit(own_stage.federation.keys["ca-node"].unwrap(wrapped), raw)
    disclosure = from_canonical(raw, Disclosure)
    assert disclosure.query == query
    assert disclosure.node == "wa-node"
    assert disclosure.answer_hash == digest(answer)
    assert [one.item_id for one in disclosure.shown] == [item.item_id for item in answer.items]
    for shown, item in zip(disclosure.shown, answer.items, strict=True):
        assert shown.fields == tuple(field.field for field in item.fields)
        minted = store.journal.find_item(item.item_id)
        assert minted is not None
        assert (minted.record_id, minted.person_key) == (shown.record_id, shown.person_key)
        assert (minted.member, minted.purpose, minted.beneficiary) == (
            query.member,
            query.purpose,
            query.beneficiary,
        )


def test_the_desk_keeps_every_record_considered_with_its_decision(own_stage: Stage) -> None:
    """The owner's own view holds more than what left, each record once."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    answer = own_stage.answer(query)
    sealed = own_stage.federation.stores["ca-node"].journal.sealed(0)
    assert sealed is not None
    desk = from_canonical(sealed, DeskRecord)
    places = [(one.record_id, one.person_key) for one in desk.considered]
    assert len(set(places)) == len(places) >= len(answer.items)
    assert desk.law == answer.law
    assert sum(one.probability_ppm is not None for one in desk.considered) >= len(answer.items)


def test_duties_are_the_owners_each_once_and_tied_to_the_question(own_stage: Stage) -> None:
    """Duty ids differ, name owner and question, and are raised at the time of the answer."""
    own_stage.ask(own_stage.region.scene.removal_question)
    for owner in own_stage.region.scene.removal_question.owners:
        duties = own_stage.federation.world_of(owner).journal.duties(owner)
        assert len({one.id for one in duties}) == len(duties)
        assert all(one.owner == owner and one.raised_ms > 0 and not one.evidence for one in duties)


def test_a_rejected_message_is_entered_without_what_it_held(own_stage: Stage) -> None:
    """The entry of a message that was turned away holds the sentence and the sender, no value of the message."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    raw = own_stage.seal(query)
    own_stage.deliver(CA_SHERIFF, own_stage.reseal(raw, lambda message: message.update(recipient="il-node")))
    journal = own_stage.federation.stores["ca-node"].journal
    content, record = journal.content(0), journal.record(0)
    assert content is not None
    assert record is not None
    assert b"wa-node" in record
    for part in (content, record):
        assert own_stage.region.scene.detective_question.family.encode() not in part
        assert query.case_number.encode() not in part
    (facts,) = own_stage.entries(CA_SHERIFF)
    assert (facts.asker_ori, facts.pair, facts.decision) == ("", "", "")


@pytest.mark.parametrize("owner", [CA_SHERIFF, FEDERAL_INVESTIGATIONS])
def test_a_resent_answer_has_an_entry_of_its_own_and_the_first_receipt(own_stage: Stage, owner: str) -> None:
    """Sent twice, entered twice: the second entry says that it left again, the receipt proves the first."""
    query = own_stage.query(own_stage.region.scene.detective_question, owner)
    first = own_stage.answer(query)
    own_stage.federation.advance(61_000)
    assert canonical_bytes(own_stage.answer(query)) == canonical_bytes(first)
    answered, resent = own_stage.entries(owner)
    assert (answered.kind, resent.kind) == (EntryKind.ANSWERED, EntryKind.RESENT)
    assert resent.at_ms - answered.at_ms == BUCKET_MS
    assert resent.released == answered.released
    assert resent.decision == Status.ANSWERED
