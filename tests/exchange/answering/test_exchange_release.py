"""The one maker of items: what a step, a subject and the evidence show of a decided record."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from region_stage import Stage

from comity.demo.agencies import IL_POLICE, NY_DMV, WA_POLICE
from comity.exchange.answering.candidates import Decided, Matched
from comity.exchange.answering.release import release_item
from comity.law.vocabulary import load_vocabulary
from comity.match.person import NOT_SAME, POSSIBLE, SAME, Candidate, PersonMatch
from comity.model.answer import Answer, Evidence, Item
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, Disposition, IdentifierKind, Level, PersonRole, Status
from comity.model.decision import FieldDecision, Reason, RecordDecision
from comity.model.query import (
    AddressSubject,
    FirearmSubject,
    Identifier,
    IdentifierSubject,
    PhoneSubject,
    PlateSubject,
    Subject,
    VehicleSubject,
)
from comity.model.record import FieldValue, PersonInRecord, Record, RecordState

OPEN = Reason(rule="x/P", title="open", citation="c", status="verified", effect="permit")
SHUT = Reason(rule="x/F", title="shut", citation="c", status="verified", effect="forbid")
ALIAS = "Ortega, Mariana"


def case_record(data_class: DataClass = DataClass.CASE, **state: bool) -> Record:
    person = PersonInRecord(
        key="p1",
        role=PersonRole.SUSPECT,
        fields=(FieldValue(name="name", value="Ortiz, Maria"), FieldValue(name="alias", value=ALIAS)),
    )
    return Record(
        id="r1",
        owner="ca-sheriff",
        data_class=data_class,
        reference="C-1",
        event_date=None,
        as_of=date(2026, 1, 2),
        people=(person,),
        disposition=Disposition.UNKNOWN,
        state=RecordState(**state),
    )


def matched(record: Record, levels: dict[str, Level], verdict: str = SAME) -> Matched:
    """A match on the alias, decided to these levels."""
    fields = tuple(
        FieldDecision(field=name, level=level, reasons=(OPEN if level else SHUT,))
        for name, level in levels.items()
    )
    evidence = Evidence(
        field="name",
        verdict="agree",
        weight_millinats=9_000,
        sentence="the family names are the same; under another name",
        asked=ALIAS,
        held=ALIAS,
    )
    match = PersonMatch(
        candidate=Candidate(record_id="r1", person_key="p1", values={}),
        probability_ppm=950_000,
        evidence=(evidence,),
        second_identifier=True,
        verdict=verdict,
    )
    return Matched(Decided(record, record.people[0], RecordDecision(fields=fields), frozenset(levels), 3), match)


def item_of(stage: Stage, one: Matched) -> Item:
    query = stage.query(stage.region.scene.detective_question, WA_POLICE)
    return release_item(query, one, "0" * 32, load_vocabulary())


@pytest.mark.parametrize("alias_level", [Level.NOTHING, Level.POINTER, Level.MASKED])
def test_evidence_never_shows_a_value_of_a_field_that_does_not_leave(stage: Stage, alias_level: Level) -> None:
    """A match on the alias, where only the name leaves: the evidence says that it agrees, not the alias."""
    item = item_of(stage, matched(case_record(), {"name": Level.FULL, "alias": alias_level}))
    (evidence,) = item.evidence
    assert evidence.held == ""
    assert evidence.sentence == "name: agree"
    assert evidence.verdict == "agree"


def test_evidence_shows_a_value_that_leaves_in_full(stage: Stage) -> None:
    """Where the alias itself is released, the evidence shows it with its sentence."""
    (evidence,) = item_of(stage, matched(case_record(), {"alias": Level.FULL})).evidence
    assert evidence.held == ALIAS
    assert "under another name" in evidence.sentence


@pytest.mark.parametrize(
    ("record", "verdict", "labels"),
    [
        (case_record(), SAME, {"not certified", "outcome unknown"}),
        (case_record(certified=True), POSSIBLE, {"outcome unknown", "possible match only"}),
        (
            case_record(certified=True, disputed=True),
            SAME,
            {"outcome unknown", "disputed by the person concerned"},
        ),
        (
            case_record(DataClass.WARRANT, certified=True),
            NOT_SAME,
            {"outcome unknown", "unconfirmed: a lead until the owner confirms it", NOT_SAME},
        ),
    ],
)
def test_labels_say_what_the_record_is_not(stage: Stage, record: Record, verdict: str, labels: set[str]) -> None:
    """Uncertified, unknown outcome, disputed, a lead, another person: each is written on the item."""
    assert set(item_of(stage, matched(record, {"name": Level.FULL}, verdict)).labels) == labels


def test_a_namesake_has_no_reference_and_no_further_field(stage: Stage) -> None:
    """Another person of the same name: name and birth date only, without the owner's number or holds."""
    item = item_of(stage, matched(case_record(), {"name": Level.FULL, "alias": Level.FULL}, NOT_SAME))
    assert item.reference == ""
    assert item.holds == ()
    assert {field.field for field in item.fields} == {"name"}
    assert [one.rule for one in item.withheld] == ["comity/NOT-SAME"]


def person_values(record: Record) -> set[str]:
    """Values of people in a record that describe the person, long enough to be told apart from other words."""
    describing = {"name", "alias", "birth-date", "home-address", "driver-licence", "ssn", "phone", "state-id"}
    return {
        value.value
        for person in record.people
        for value in person.fields
        if value.name in describing and len(value.value) > 4
    }


def ask_object(stage: Stage, owner: str, subject: Subject) -> Answer:
    question = stage.region.scene.detective_question
    return stage.answer(stage.query(question, owner, subject=subject))


def test_a_plate_answers_for_the_vehicle_and_names_nobody(stage: Stage) -> None:
    """Over plates of the licensing file: only fields of the object leave, never one of a person."""
    plates = [
        (record, field.value)
        for record in stage.region.records_of(NY_DMV)
        for field in record.fields
        if field.name == "plate" and not record.state.sealed
    ]
    answered = 0
    for record, text in plates[:8]:
        state, _, plate = text.rpartition(" ")
        subject = PlateSubject(plate=plate.replace("-", ""), state=state[:2] or "NY")
        answer = ask_object(stage, NY_DMV, subject)
        answered += bool(answer.items)
        outward = canonical_bytes(answer).decode()
        assert not any(value in outward for value in person_values(record))
        for item in answer.items:
            assert {field.field for field in item.fields} <= {
                "plate",
                "vehicle",
                "licence-class",
                "licence-status",
                "licence-dates",
            }
            assert "comity/OBJECT" in {one.rule for one in item.withheld}
    assert answered


@pytest.mark.parametrize(
    "subject",
    [
        VehicleSubject(vin="1HGCM82633A004352"),
        FirearmSubject(serial="KX20771", make="Sturm"),
        PlateSubject(plate="ZZZ9999", state="WA"),
    ],
)
def test_an_object_nobody_has_is_nothing_releasable_or_refused_by_a_rule(stage: Stage, subject: Subject) -> None:
    """No object of this number: no item, whoever is asked, and no word about a person."""
    for owner in (WA_POLICE, IL_POLICE, NY_DMV):
        answer = ask_object(stage, owner, subject)
        assert answer.items == ()
        assert answer.possible is None
        assert answer.status in {Status.NOTHING_RELEASABLE, Status.REFUSED}
        assert answer.status is Status.NOTHING_RELEASABLE or answer.reasons


@pytest.mark.parametrize("subject", [PhoneSubject(number="5551234567"), AddressSubject(address="12 Elm Street")])
def test_phone_and_address_are_refused_with_a_reason(stage: Stage, subject: Subject) -> None:
    """Off until an agreement turns them on: refused with rule and remedy, no record looked at, no duty raised."""
    question = stage.region.scene.detective_question
    for owner in question.owners:
        before = stage.federation.world_of(owner).journal.duties(owner)
        answer = ask_object(stage, owner, subject)
        assert answer.status is Status.REFUSED
        (reason,) = [reason for reason in answer.reasons if reason.rule == "comity/SUBJECT-KIND"]
        assert reason.remedy
        assert answer.items == ()
        after = stage.federation.world_of(owner).journal.duties(owner)
        assert not [one for one in after[len(before) :] if one.duty.kind == "recall"]


def test_an_identifier_finds_its_person_and_no_other(stage: Stage) -> None:
    """One identifying number as the subject: the records that hold it, each tied by that number."""
    licence = next(
        value
        for record in stage.region.records_of(WA_POLICE)
        if record.data_class is DataClass.CASE and not record.state.sealed
        for value in record.people[0].values("driver-licence")
    )
    subject = IdentifierSubject(identifier=Identifier(kind=IdentifierKind.DRIVER_LICENCE, value=licence))
    answer = ask_object(stage, WA_POLICE, subject)
    assert answer.status is Status.ANSWERED
    world = stage.federation.world_of(WA_POLICE)
    for item in answer.items:
        minted = world.journal.find_item(item.item_id)
        assert minted is not None
        record = world.records.get(WA_POLICE, minted.record_id)
        assert record is not None
        assert licence in record.get_person(minted.person_key).values("driver-licence")
        assert {one.field for one in item.evidence if one.verdict == "agree"} == {"driver-licence"}
        assert NOT_SAME not in item.labels
    nobody = msgspec.structs.replace(subject.identifier, value="Q000000000")
    assert ask_object(stage, WA_POLICE, IdentifierSubject(identifier=nobody)).items == ()
