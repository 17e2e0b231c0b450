"""Disclosures that nobody queried: decided like an answer, never hidden where the law was against them, reached by recalls."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from recall_stage import push
from region_stage import Stage

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    IL_POLICE,
    REMOVAL_OPERATIONS,
    WA_POLICE,
    member_of,
)
from comity.errors import NounError, WrongUseError
from comity.exchange.answering.answer_again import reopen
from comity.exchange.answering.candidates import decide_one
from comity.exchange.answering.law_in_force import law_in_force
from comity.exchange.desk.disclose import record_disclosure
from comity.exchange.desk.disclosures import list_disclosures
from comity.exchange.desk.leaving import list_leaving
from comity.exchange.duty.duties import finish_duty
from comity.exchange.duty.duty_counts import count_duties
from comity.exchange.records.correct import correct_record
from comity.exchange.records.record_act import act_on_record
from comity.ledger.entry import decode_entry
from comity.model.canon import from_canonical
from comity.model.codes import DataClass, Instrument, Level, PersonRole, Purpose, Status
from comity.model.correction import Correction, GivenField, RecordAct
from comity.model.delivery import Recall
from comity.model.disclosure import Disclosure, EntryKind, StoredDuty
from comity.model.leaving import LeavingWanted
from comity.model.query import LegalBasis
from comity.model.record import PersonInRecord, Record
from comity.model.told import Channel, Disclosed, DisclosedEntry, FieldVerdict, Told

ON_BOTH_ENGINES = True
DAY_MS = 86_400_000
NOTHING_SHOWN = LegalBasis(instrument=Instrument.NOTHING)


def booking(stage: Stage, data_class: DataClass = DataClass.BOOKING, owner: str = CA_SHERIFF) -> Record:
    """A record of an owner of which one person is told: it has the fields that the tests tell."""
    return next(
        record
        for record in stage.region.records_of(owner)
        if record.data_class is data_class and not record.state.sealed and len(record.people) == 1
    )


def told(stage: Stage, **changes: Any) -> Told:
    record = booking(stage)
    return replace(
        Told(
            recipient=WA_POLICE,
            person="Det. Ines Marlow",
            channel=Channel.CALL,
            purpose=Purpose.CRIMINAL_INVESTIGATION,
            basis=NOTHING_SHOWN,
            case_number="CC-2026-04417",
            records=(record.id,),
            fields=("charge",),
        ),
        **changes,
    )


def tell(stage: Stage, what: Told, owner: str = CA_SHERIFF) -> DisclosedEntry:
    return record_disclosure(stage.federation.world_of(owner), stage.member(member_of(owner, "detective")), what)


def of(entry: DisclosedEntry) -> Disclosed:
    assert entry.disclosed is not None
    return entry.disclosed


def duties(stage: Stage, owner: str = CA_SHERIFF) -> tuple[StoredDuty, ...]:
    return stage.federation.world_of(owner).journal.duties(owner)


def test_h25_a_call_is_entered_like_an_answer(own_stage: Stage) -> None:
    """H25: what is told by telephone after a pointer is recorded by one verb.

    An entry of its own kind with the codes of an answer, and a disclosure record of who was told which fields.
    """
    before = own_stage.size(CA_SHERIFF)
    done = tell(own_stage, told(own_stage))
    (facts,) = own_stage.entries(CA_SHERIFF, before)
    directory = own_stage.federation.directory
    assert (facts.kind, facts.decision, facts.released) == (EntryKind.DISCLOSED, Status.ANSWERED, 1)
    assert facts.owner_ori == directory.get_agency(CA_SHERIFF).oris[0].ori
    assert facts.asker_ori == directory.get_agency(WA_POLICE).oris[0].ori
    assert (facts.purpose, facts.instrument) == (Purpose.CRIMINAL_INVESTIGATION, "nothing")
    assert [(one.field, one.verdict) for one in of(done).fields] == [("charge", FieldVerdict.GIVEN)]
    assert not done.open_finding
    record = own_stage.federation.world_of(CA_SHERIFF).journal.record(done.entry)
    assert record is not None
    kept = from_canonical(record, Disclosure)
    assert (kept.member.name, kept.query.asker, kept.shown[0].fields) == (
        "Det. Ines Marlow",
        WA_POLICE,
        ("charge",),
    )


def test_what_the_law_forbids_is_recorded_and_marked(own_stage: Stage) -> None:
    """A release date told to a removal officer: entered as refused and released, with the rule, a finding and its review."""
    record = booking(own_stage, DataClass.CUSTODY)
    before = own_stage.size(CA_SHERIFF)
    done = tell(
        own_stage,
        told(
            own_stage,
            recipient=REMOVAL_OPERATIONS,
            purpose=Purpose.CIVIL_IMMIGRATION,
            records=(record.id,),
            fields=("home-address",) if record.people[0].values("home-address") else ("name",),
        ),
    )
    (field,) = of(done).fields
    assert field.verdict is FieldVerdict.AGAINST
    assert any(reason.rule.startswith("us-ca/") for reason in field.reasons)
    (facts,) = own_stage.entries(CA_SHERIFF, before)
    assert (facts.decision, facts.released) == (Status.REFUSED, 1)
    assert done.open_finding
    review = next(one for one in duties(own_stage) if one.id == of(done).finding)
    assert (review.duty.rule, review.duty.to) == ("comity/TOLD-AGAINST-LAW", "privacy-officer")
    assert "told against the law by call to removal-operations" in review.duty.text
    privacy = own_stage.member(member_of(CA_SHERIFF, "privacy"))
    world = own_stage.federation.world_of(CA_SHERIFF)
    assert [one.open_finding for one in list_disclosures(world, privacy)] == [True]
    finish_duty(world, privacy, review.id, "talked with the deputy and the officer")
    assert [one.open_finding for one in list_disclosures(world, privacy)] == [False]


def test_what_the_law_demands_of_an_answer_it_demands_of_a_call(own_stage: Stage) -> None:
    """The same duties as a question of these words raises, in the same registers."""
    record = booking(own_stage, DataClass.CUSTODY)
    what = told(
        own_stage,
        recipient=REMOVAL_OPERATIONS,
        purpose=Purpose.CIVIL_IMMIGRATION,
        records=(record.id,),
        fields=("name",),
    )
    done = tell(own_stage, what)
    raised = {one.duty.rule for one in duties(own_stage) if one.query_id == of(done).query_id}
    assert "us-ca/CA-13" in raised or "us-ca/CA-10" in raised
    counted = count_duties(duties(own_stage), "America/Los_Angeles", "month")
    assert any(one.report == "ca-ice-access" for one in counted)


@settings(max_examples=25)
@given(st.data())
def test_the_verdict_is_the_answers_decision(stage: Stage, data: st.DataObject) -> None:
    """For every record, recipient and purpose: given what an answer gives in full, and nothing else."""
    owner = data.draw(st.sampled_from((CA_SHERIFF, WA_POLICE, FEDERAL_INVESTIGATIONS)))
    record = data.draw(st.sampled_from([one for one in stage.region.records_of(owner) if len(one.people) == 1]))
    person = record.people[0]
    names = sorted({field.name for field in (*person.fields, *record.fields)})
    recipient = data.draw(st.sampled_from((WA_POLICE, IL_POLICE, REMOVAL_OPERATIONS, FEDERAL_INVESTIGATIONS)))
    purpose = data.draw(
        st.sampled_from((Purpose.CRIMINAL_INVESTIGATION, Purpose.CIVIL_IMMIGRATION, Purpose.CUSTODY))
    )
    what = told(
        stage, recipient=recipient, purpose=purpose, records=(record.id,), fields=tuple(names[:8]), whom=person.key
    )
    member = next(one for one in (f"{owner}-detective", f"{owner}-investigator") if _is_member(stage, one))
    world = stage.federation.world_of(owner)
    done = of(record_disclosure(world, stage.member(member), what))
    kept = world.journal.record(world.journal.size() - 1)
    assert kept is not None
    disclosure = from_canonical(kept, Disclosure)
    query = disclosure.query
    law = law_in_force(world, reopen(world.directory(), disclosure, query.asked_ms))
    decision = decide_one(law, query, record, person.key)
    for field in done.fields:
        full = decision.level_of(field.field) is Level.FULL and not decision.concealed and not done.refused
        assert (field.verdict is FieldVerdict.GIVEN) == full
        assert field.reasons or field.verdict is not FieldVerdict.AGAINST


def _is_member(stage: Stage, member: str) -> bool:
    try:
        return bool(stage.member(member))
    except StopIteration:
        return False


def test_a_recall_reaches_whoever_was_called(own_stage: Stage) -> None:
    """Sealed: the agency called hears what was told how and when, and under which case of its own; the desk confirms."""
    what = told(own_stage)
    tell(own_stage, what)
    world = own_stage.federation.world_of(CA_SHERIFF)
    keeper = own_stage.member(member_of(CA_SHERIFF, "custodian"))
    done = act_on_record(
        world, keeper, RecordAct(record_id=what.records[0], act="seal", reason="by order of court")
    )
    assert len(done.recalls) == 1
    assert push(own_stage) == 1
    found = own_stage.federation.world_of(WA_POLICE).journal.deliveries(WA_POLICE)
    (recall,) = [one.due for one in found if isinstance(one.due, Recall)]
    (item,) = recall.items
    assert item.told.startswith("call of 2026-11-18 ")
    assert item.told.endswith("case CC-2026-04417")


def test_who_has_no_node_is_called(own_stage: Stage) -> None:
    """Their recall is a duty to call them, no delivery that would never arrive."""
    directory = own_stage.federation.directory
    own_stage.federation.directory = replace(
        directory,
        agencies=tuple(replace(one, node="") if one.id == IL_POLICE else one for one in directory.agencies),
    )
    what = told(own_stage, recipient=IL_POLICE)
    tell(own_stage, what)
    world = own_stage.federation.world_of(CA_SHERIFF)
    keeper = own_stage.member(member_of(CA_SHERIFF, "custodian"))
    done = act_on_record(
        world, keeper, RecordAct(record_id=what.records[0], act="seal", reason="by order of court")
    )
    assert done.recalls == ()
    (duty,) = [one for one in duties(own_stage) if one.duty.rule == "comity/RECALL"]
    assert "call them" in duty.duty.text
    assert duty.duty.due_ms is not None
    finish_duty(world, keeper, duty.id, "called their records desk")


def test_a_correction_of_what_was_not_told_is_not_told(own_stage: Stage) -> None:
    """As with an answer: that another field changed is nothing they may know."""
    what = told(own_stage)
    tell(own_stage, what)
    world = own_stage.federation.world_of(CA_SHERIFF)
    record = booking(own_stage)
    field = GivenField(person=record.people[0].key, name="name", values=("Corrected, Quite Otherwise",))
    keeper = own_stage.member(member_of(CA_SHERIFF, "custodian"))
    done = correct_record(
        world, keeper, Correction(record_id=record.id, reason="the name was misspelt", fields=(field,))
    )
    assert done.recalls == ()
    charge = GivenField(person="", name="charge", values=("PC 484 theft",))
    if not any(one.name == "charge" for one in record.fields):
        charge = replace(charge, person=record.people[0].key)
    done = correct_record(
        world, keeper, Correction(record_id=record.id, reason="another charge was filed", fields=(charge,))
    )
    assert len(done.recalls) == 1


def test_of_an_expunged_record_it_stays_that_something_was_told(own_stage: Stage) -> None:
    """The entry stays and proves it; who was told what is destroyed with its keys."""
    what = told(own_stage)
    done = tell(own_stage, what)
    world = own_stage.federation.world_of(CA_SHERIFF)
    keeper = own_stage.member(member_of(CA_SHERIFF, "custodian"))
    act_on_record(world, keeper, RecordAct(record_id=what.records[0], act="expunge", reason="by order of court"))
    (one,) = list_disclosures(world, keeper)
    assert (one.entry, one.disclosed) == (done.entry, None)
    assert decode_entry(world.journal.entry(done.entry)).facts.kind is EntryKind.DISCLOSED


def test_a_list_of_persons_is_refused_as_bulk(own_stage: Stage) -> None:
    """A jail roster is no disclosure of one record; nor is a record with several people without saying of which."""
    roster = tuple(record.id for record in own_stage.region.records_of(CA_SHERIFF)[:3])
    with pytest.raises(NounError, match="refused as bulk"):
        told(own_stage, records=roster)
    record = booking(own_stage)
    second = PersonInRecord(key="p9", role=PersonRole.SUSPECT, fields=record.people[0].fields)
    world = own_stage.federation.world_of(CA_SHERIFF)
    world.records.correct([replace(record, people=(*record.people, second))])
    with pytest.raises(WrongUseError, match="say with --whom"):
        tell(own_stage, told(own_stage))
    assert of(tell(own_stage, told(own_stage, whom="p9"))).record_id == record.id


def test_what_cannot_have_been_told_is_wrong_use(own_stage: Stage) -> None:
    """An agency nobody lists, a record or field that is not there, a time to come or long ago: nothing is entered."""
    now_ms = own_stage.federation.world_of(CA_SHERIFF).clock.now_ms()
    size = own_stage.size(CA_SHERIFF)
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"recipient": "nobody"}, "not in the directory"),
        ({"beneficiary": "nobody"}, "not in the directory"),
        ({"records": ("none",)}, "has no record"),
        ({"fields": ("vin",)}, "has no `vin`"),
        ({"whom": "p77"}, "say with --whom"),
        ({"told_ms": now_ms + 1}, "within a week"),
        ({"told_ms": now_ms - 8 * DAY_MS}, "within a week"),
    )
    for changes, sentence in wrong:
        with pytest.raises(WrongUseError, match=sentence):
            tell(own_stage, told(own_stage, **changes))
    with pytest.raises(NounError, match="each once"):
        told(own_stage, fields=("charge", "charge"))
    assert own_stage.size(CA_SHERIFF) == size


def test_a_paper_that_ended_opens_nothing(own_stage: Stage) -> None:
    """A warrant whose last day was before the call is no warrant, as with a question."""
    record = booking(own_stage, DataClass.CUSTODY)
    basis = LegalBasis(
        instrument=Instrument.JUDICIAL_WARRANT, document="sha256:" + "0" * 64, expires=date(2026, 1, 1)
    )
    what = told(
        own_stage,
        recipient=REMOVAL_OPERATIONS,
        purpose=Purpose.CIVIL_IMMIGRATION,
        basis=basis,
        records=(record.id,),
        fields=("name",),
    )
    assert of(tell(own_stage, what)).fields[0].verdict is FieldVerdict.AGAINST


def test_who_is_not_of_the_desk_reads_no_list(own_stage: Stage) -> None:
    """Anybody of the owner records what they told; the list is for the desk and its auditors."""
    world = own_stage.federation.world_of(CA_SHERIFF)
    with pytest.raises(WrongUseError, match="may not do this"):
        list_disclosures(world, own_stage.member(member_of(CA_SHERIFF, "detective")))


def test_an_agency_without_an_ori_that_day_cannot_have_been_told(own_stage: Stage) -> None:
    """Who was told is named by the ORI of that day, as whoever asks is."""
    directory = own_stage.federation.directory
    later = tuple(
        replace(one, oris=tuple(replace(dated, first=date(2027, 1, 1)) for dated in one.oris))
        if one.id == WA_POLICE
        else one
        for one in directory.agencies
    )
    own_stage.federation.directory = replace(directory, agencies=later)
    with pytest.raises(WrongUseError, match="no ORI in use"):
        tell(own_stage, told(own_stage))


@pytest.mark.parametrize("oldest", [False, True])
def test_pages_of_what_left_hold_every_row_once_whichever_way_they_are_read(
    own_stage: Stage, monkeypatch: pytest.MonkeyPatch, oldest: bool
) -> None:
    """Newest or oldest first, each page goes on where the one before ended; reading on ends where rows end."""
    for _ in range(5):
        tell(own_stage, told(own_stage))
    world, keeper = own_stage.federation.world_of(CA_SHERIFF), own_stage.member(member_of(CA_SHERIFF, "custodian"))
    whole = list_leaving(world, keeper, LeavingWanted()).rows
    entries = [one.entry for one in whole]
    assert len(entries) >= 5
    assert entries == sorted(entries, reverse=True)
    monkeypatch.setattr("comity.exchange.desk.leaving.MOST_ROWS", 2)
    read: list[int] = []
    wanted = LeavingWanted(oldest=oldest)
    for _ in entries:
        page = list_leaving(world, keeper, wanted)
        read += [one.entry for one in page.rows]
        if not page.more:
            break
        wanted = replace(wanted, **{"after" if oldest else "before": read[-1]})
    assert read == (entries[::-1] if oldest else entries)
    monkeypatch.setattr("comity.exchange.desk.leaving.MOST_READ", 1)
    assert list_leaving(world, keeper, LeavingWanted(oldest=oldest)).more


@pytest.mark.parametrize("wanted", [LeavingWanted(after=-135, before=-135), LeavingWanted(after=-2, oldest=True)])
def test_any_number_below_the_first_entry_is_no_bound(own_stage: Stage, wanted: LeavingWanted) -> None:
    """As -1 is: no entry stands before the first, and none is looked for there."""
    tell(own_stage, told(own_stage))
    world, keeper = own_stage.federation.world_of(CA_SHERIFF), own_stage.member(member_of(CA_SHERIFF, "custodian"))
    rows = list_leaving(world, keeper, wanted).rows
    assert rows
    assert rows == list_leaving(world, keeper, LeavingWanted(oldest=wanted.oldest)).rows
