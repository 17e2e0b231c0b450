"""Records under a hold: what waits for a person's decision, told or concealed, and what the owner's desk must do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from held_stage import question_about, waiting_record
from region_stage import Stage, about, make_stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS
from comity.demo.records import Region
from comity.demo.scene import SceneQuestion
from comity.exchange.answering.answer import answer_query
from comity.exchange.answering.candidates import waits_whole
from comity.exchange.answering.hold_deadline import DEFAULT_WITHIN
from comity.law.calendar import OwnerCalendar
from comity.law.decide import decide_record
from comity.law.duty import after_ms
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import DataClass, Purpose, Status, Step
from comity.model.disclosure import DeskRecord, Disclosure, EntryKind
from comity.model.record import FieldValue

ON_BOTH_ENGINES = True


@pytest.fixture
def held_stage(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """The sheriff's file with one record of the person, which waits whole."""
    made = make_stage(tmp_path, region, (waiting_record(region),))
    yield made
    made.federation.close()


def test_a_record_wholly_under_hold_is_held_with_deadline_and_task(held_stage: Stage) -> None:
    """Status held with rule, deadline in the owner's calendar, and a review task for the role named; nothing leaves."""
    region = held_stage.region
    record = waiting_record(region)
    query = held_stage.query(question_about(region, record), CA_SHERIFF)
    decision = decide_record(held_stage.law(query).folded, record, record.people[0].key)
    assert waits_whole(decision)
    answer = held_stage.answer(query)
    assert answer.status is Status.HELD
    assert answer.items == ()
    assert answer.possible is None
    assert answer.not_in_file_ppm is None
    assert [(reason.rule, reason.effect) for reason in answer.reasons] == [("us/CH-04", "hold")]
    owner = held_stage.federation.directory.get_agency(CA_SHERIFF)
    calendar = OwnerCalendar(answer.answered_ms, owner.zone, frozenset(owner.holidays))
    assert answer.deadline_ms == after_ms(DEFAULT_WITHIN, calendar)
    tasks = held_stage.federation.world_of(CA_SHERIFF).journal.duties(CA_SHERIFF)
    (review,) = [one.duty for one in tasks if one.duty.kind == "review"]
    assert review.rule == "us/CH-04"
    assert review.to == "records-custodian"
    assert review.due_ms == answer.deadline_ms
    assert all(one.query_id == query.id and one.done_ms is None for one in tasks)
    outward = canonical_bytes(answer).decode()
    asked = canonical_bytes(query).decode()
    for value in {*record.people[0].fields, *record.fields}:
        assert value.value in asked or len(value.value) < 6 or value.value not in outward


def test_of_a_waiting_record_only_that_it_waits_is_told(tmp_path: Path, region: Region) -> None:
    """Values a hold keeps back change no byte as long as the record is still the person's."""
    record = waiting_record(region)
    person = record.people[0]
    changed = msgspec.structs.replace(
        record,
        people=(
            msgspec.structs.replace(
                person,
                fields=tuple(
                    field
                    if field.name in ("name", "birth-date")
                    else FieldValue(name=field.name, value="other 9999")
                    for field in person.fields
                ),
            ),
        ),
    )
    sent = []
    for name, one in (("first", record), ("second", changed)):
        stage = make_stage(tmp_path / name, region, (one,))
        raw = stage.seal(stage.query(question_about(region, record), CA_SHERIFF))
        sent.append(answer_query(stage.federation.world_of(CA_SHERIFF), raw))
        stage.federation.close()
    assert sent[0] == sent[1]


def test_a_question_about_somebody_else_does_not_meet_the_hold(held_stage: Stage) -> None:
    """Another birth date: not this person, so nothing waits and no task arises."""
    region = held_stage.region
    question = dataclasses.replace(question_about(region, waiting_record(region)), birth_date="1931-01-02")
    answer = held_stage.answer(held_stage.query(question, CA_SHERIFF))
    assert answer.status is Status.NOTHING_RELEASABLE
    assert held_stage.federation.world_of(CA_SHERIFF).journal.duties(CA_SHERIFF) == ()


def test_a_name_alone_does_not_tell_that_something_waits(held_stage: Stage) -> None:
    """A name without birth date or number identifies nobody, so no hold is told."""
    region = held_stage.region
    question = dataclasses.replace(question_about(region, waiting_record(region)), birth_date="")
    answer = held_stage.answer(held_stage.query(question, CA_SHERIFF))
    assert answer.status is Status.NOTHING_RELEASABLE


def test_what_waits_moves_no_chance_of_what_is_shown(tmp_path: Path, region: Region) -> None:
    """Items are the same with and without a waiting record beside them; only the hold and its deadline are added."""
    question = region.scene.detective_question
    mine = region.records_of(CA_SHERIFF)
    history = next(
        record
        for record in mine
        if record.data_class is DataClass.CRIMINAL_HISTORY
        and any(question.family in name for name in record.people[0].values("name"))
        and question.birth_date in record.people[0].values("birth-date")
    )
    waits = msgspec.structs.replace(
        history, state=msgspec.structs.replace(history.state, disposition_checked=None)
    )
    others = tuple(record for record in mine if record.id != history.id)
    answers: list[Answer] = []
    for name, records in (("with", (*others, waits)), ("without", others)):
        stage = make_stage(tmp_path / name, region, records)
        answers.append(stage.answer(stage.query(question, CA_SHERIFF)))
        stage.federation.close()
    with_it, without = answers
    assert with_it.status is without.status is Status.ANSWERED
    assert [item.fields for item in with_it.items] == [item.fields for item in without.items]
    assert [item.probability_ppm for item in with_it.items] == [item.probability_ppm for item in without.items]
    assert with_it.not_in_file_ppm == without.not_in_file_ppm
    assert (with_it.deadline_ms is not None, without.deadline_ms) == (True, None)
    assert [reason.rule for reason in with_it.reasons] == ["us/CH-04"]
    assert without.reasons == ()


def criminal(region: Region) -> SceneQuestion:
    """The question about the protected person, for a crime: FS-04 leaves it to the officer named for 8 USC 1367."""
    return dataclasses.replace(region.scene.protected_question, purpose=Purpose.CRIMINAL_INVESTIGATION)


def test_a_concealed_record_under_a_hold_is_outwardly_not_there(tmp_path: Path, region: Region) -> None:
    """FS-04: the bytes equal those of a world without the record; the officer's task and the duties are at the desk."""
    mine = region.records_of(FEDERAL_INVESTIGATIONS)
    without = tuple(record for record in mine if record.data_class is not DataClass.VICTIM_1367)
    sent, duties = [], []
    for name, records in (("with", mine), ("without", without)):
        stage = make_stage(tmp_path / name, region, records)
        query = stage.query(criminal(region), FEDERAL_INVESTIGATIONS)
        world = stage.federation.world_of(FEDERAL_INVESTIGATIONS)
        sent.append(answer_query(world, stage.seal(query)))
        duties.append({one.duty for one in world.journal.duties(FEDERAL_INVESTIGATIONS)})
        stage.federation.close()
    assert sent[0] == sent[1]
    assert sent[0].not_before_ms > 0
    at_the_desk = duties[0] - duties[1]
    assert {(duty.kind, duty.rule) for duty in at_the_desk} == {("review", "us/FS-04")}
    assert ("document", "us/FS-04") in {(duty.kind, duty.rule) for duty in duties[1]}, (
        "the question owes it itself"
    )
    (review,) = [duty for duty in at_the_desk if duty.kind == "review"]
    assert review.to == "officer-1367"
    assert review.due_ms is not None


def test_the_public_entry_and_the_disclosure_record_tell_nothing_of_it(own_stage: Stage) -> None:
    """What the entry commits to names no record; only the sealed desk record does."""
    query = own_stage.query(criminal(own_stage.region), FEDERAL_INVESTIGATIONS)
    answer = own_stage.answer(query)
    assert answer.status is Status.NOTHING_RELEASABLE
    journal = own_stage.federation.stores["fed-node"].journal
    (facts,) = own_stage.entries(FEDERAL_INVESTIGATIONS)
    assert (facts.kind, facts.released, facts.decision) == (EntryKind.ANSWERED, 0, "nothing-releasable")
    record = journal.record(0)
    sealed = journal.sealed(0)
    assert record is not None
    assert sealed is not None
    assert from_canonical(record, Disclosure).shown == ()
    protected = {one.id for one in own_stage.region.records if one.data_class is DataClass.VICTIM_1367}
    considered = from_canonical(sealed, DeskRecord).considered
    assert {one.record_id for one in considered} & protected
    assert not any(name.encode() in record for name in protected)


def test_the_second_identifier_rule_and_the_human_decision(tmp_path: Path, region: Region) -> None:
    """Without a second agreeing identifier the detail stays at the digest, until the member records who this is."""
    question = region.scene.detective_question
    history = next(
        record
        for record in region.records_of(CA_SHERIFF)
        if record.data_class is DataClass.BOOKING
        and record.people[0].values("birth-date")
        and not record.state.sealed
    )
    born = history.people[0].values("birth-date")[0]
    stage = make_stage(tmp_path, region, (history,))
    try:
        asked = dataclasses.replace(about(question, history), birth_date=born[:7])
        query = stage.query(asked, CA_SHERIFF)
        (item,) = stage.answer(query).items
        assert not item.second_identifier
        detail = msgspec.structs.replace(query, step=Step.DETAIL, item_id=item.item_id, pair="1" * 64)
        (closed,) = stage.answer(detail).items
        assert {field.field for field in closed.fields} == {field.field for field in item.fields}
        waits = {one.field for one in closed.withheld if one.rule == "comity/SECOND-IDENTIFIER"}
        assert waits
        why = "same tattoo and same mother's name as in case CC-2026-04417, seen by myself"
        identified = msgspec.structs.replace(detail, identified_by=why, pair="2" * 64)
        (opened,) = stage.answer(identified).items
        assert {field.field for field in opened.fields} > {field.field for field in item.fields}
        assert "comity/SECOND-IDENTIFIER" not in {one.rule for one in opened.withheld}
        journal = stage.federation.stores["ca-node"].journal
        kept = journal.record(journal.size() - 1)
        assert kept is not None
        disclosure = from_canonical(kept, Disclosure)
        assert disclosure.query.identified_by == why
        assert set(disclosure.shown[0].fields) == {field.field for field in opened.fields}
    finally:
        stage.federation.close()


def test_with_a_second_identifier_the_detail_opens_by_itself(own_stage: Stage) -> None:
    """A whole birth date that agrees is a second identifier: the detail needs no human decision."""
    question = own_stage.region.scene.detective_question
    query = own_stage.query(question, CA_SHERIFF)
    item = next(one for one in own_stage.answer(query).items if one.second_identifier)
    detail = msgspec.structs.replace(query, step=Step.DETAIL, item_id=item.item_id, pair="1" * 64)
    (opened,) = own_stage.answer(detail).items
    assert "comity/SECOND-IDENTIFIER" not in {one.rule for one in opened.withheld}
    assert {field.field for field in opened.fields} > {field.field for field in item.fields}


def test_a_detail_of_what_was_sealed_meanwhile_has_the_words_for_an_unknown_item(
    tmp_path: Path, region: Region
) -> None:
    """The owner decides again: an item whose record may no more be spoken of is refused like one never shown."""
    record = next(
        record
        for record in region.records_of(CA_SHERIFF)
        if record.data_class is DataClass.BOOKING
        and record.people[0].values("birth-date")
        and not record.state.sealed
    )
    stage = make_stage(tmp_path, region, (record,))
    try:
        query = stage.query(about(region.scene.detective_question, record), CA_SHERIFF)
        (item,) = stage.answer(query).items
        laws = stage.federation.laws
        laws.texts[CA_SHERIFF] = tuple(text for text in laws.texts[CA_SHERIFF] if text.kind != "agreement")
        detail = msgspec.structs.replace(query, step=Step.DETAIL, item_id=item.item_id, pair="1" * 64)
        answer = stage.answer(detail)
        assert answer.status is Status.REFUSED
        assert answer.items == ()
    finally:
        stage.federation.close()
