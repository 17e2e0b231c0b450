"""Recalls as a desk reads them: of which record, in which answers, until when."""

from __future__ import annotations

import dataclasses
from typing import Any

from msgspec.structs import replace
from recall_stage import act, custodian, push, record_of, shown
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.exchange.duty.owed_acts import owed_acts
from comity.exchange.recalls.recall import recall_duty
from comity.exchange.recalls.recalls_shown import recalls_shown
from comity.exchange.records.correct import correct_record
from comity.model.correction import Correction, GivenField
from comity.model.delivery import Recall, StoredDelivery
from comity.model.outcome import Outcome
from comity.model.recalled import RecallShown
from comity.ports import Journal

ON_BOTH_ENGINES = True


def read_by(stage: Stage, agency: str) -> tuple[RecallShown, ...]:
    return recalls_shown(stage.federation.world_of(agency), stage.member(custodian(stage, agency)))


def two_answers(stage: Stage) -> tuple[Outcome, Outcome]:
    """One member's question and, a reason later, the same again."""
    question = stage.region.scene.detective_question
    return stage.ask(question), stage.ask(dataclasses.replace(question, note="asked once more before the hearing"))


def correct_name(stage: Stage, record_id: str) -> None:
    world = stage.federation.world_of(CA_SHERIFF)
    record = world.records.get(CA_SHERIFF, record_id)
    assert record is not None
    field = GivenField(person=record.people[0].key, name="name", values=("Corrected, Quite",))
    correction = Correction(record_id=record_id, reason="the name was misspelt", fields=(field,))
    correct_record(world, stage.member(custodian(stage, CA_SHERIFF)), correction)


def test_a_recall_sent_has_the_records_own_number_and_the_earliest_time(own_stage: Stage) -> None:
    """The agreement's day, not the exchange's own half a week; after an expungement there is no record to name."""
    first, _ = two_answers(own_stage)
    item = next(one for one in shown(first) if any(field.field == "name" for field in one.fields))
    record_id = record_of(own_stage, item.item_id)
    correct_name(own_stage, record_id)
    (sent,) = read_by(own_stage, CA_SHERIFF)
    assert (sent.record_id, sent.reference) == (record_id, item.reference)
    duties = own_stage.federation.world_of(CA_SHERIFF).journal.duties(CA_SHERIFF)
    owed = recall_duty(sent.stored.id, of_the_recipient=False)
    (row,) = (one for one in owed_acts(duties) if owed in {duty.id for duty in one.duties})
    own = next(one for one in duties if one.id == owed)
    assert sent.due_ms == row.due_ms
    assert (sent.due_ms or 0) < (own.duty.due_ms or 0)
    act(own_stage, item.item_id, "expunge")
    assert [one.reference for one in read_by(own_stage, CA_SHERIFF)] == ["", ""]


def test_a_recall_got_says_each_question_once_and_the_number_that_stands_in_its_answer(own_stage: Stage) -> None:
    """With who asked it and when; a second correction repeats neither."""
    outcomes = two_answers(own_stage)
    item = next(one for one in shown(outcomes[0]) if any(field.field == "name" for field in one.fields))
    correct_name(own_stage, record_of(own_stage, item.item_id))
    push(own_stage)
    (got,) = read_by(own_stage, WA_POLICE)
    assert sorted(one.query_id for one in got.where) == sorted(one.query_id for one in outcomes)
    asked = {one.query_id: (one.request.member, one.asked_ms) for one in outcomes}
    assert {one.query_id: (one.member, one.asked_ms) for one in got.where} == asked
    assert {one.references for one in got.where} == {(item.reference,)}
    assert (got.record_id, got.reference) == ("", "")


def test_of_what_was_withdrawn_no_number_is_shown(own_stage: Stage) -> None:
    """A seal takes it out of the answer; the recall says which questions it was in, until it is confirmed."""
    first, _ = two_answers(own_stage)
    item = shown(first)[0]
    act(own_stage, item.item_id, "seal")
    push(own_stage)
    (got,) = read_by(own_stage, WA_POLICE)
    assert len(got.where) == 2
    assert all(one.references == () and one.member for one in got.where)
    assert item.reference not in str(got)


class OneDelivery:
    """A journal with one delivery, of which a test says what it recalls."""

    def __init__(self, journal: Journal, stored: StoredDelivery) -> None:
        self._journal = journal
        self._stored = stored

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    def deliveries(self, owner: str) -> tuple[StoredDelivery, ...]:
        return (self._stored,) if owner == self._stored.recipient else ()


def test_several_items_of_one_answer_are_one_question(own_stage: Stage) -> None:
    """A record about two people is two items; what is no longer kept, and what came without a question, has no number."""
    first, _ = two_answers(own_stage)
    item = next(one for one in shown(first) if any(field.field == "name" for field in one.fields))
    correct_name(own_stage, record_of(own_stage, item.item_id))
    push(own_stage)
    world = own_stage.federation.world_of(WA_POLICE)
    (stored,) = (one.stored for one in read_by(own_stage, WA_POLICE))
    assert isinstance(stored.due, Recall)
    named = next(one for one in stored.due.items if one.query_id == first.query_id)
    items = (
        named,
        named,
        replace(named, item_id="another"),
        replace(named, query_id="forgotten"),
        replace(named, query_id="", told="by a call on 3 March"),
    )
    journal: Any = OneDelivery(world.journal, replace(stored, due=replace(stored.due, items=items)))
    (got,) = recalls_shown(
        dataclasses.replace(world, journal=journal), own_stage.member(custodian(own_stage, WA_POLICE))
    )
    assert [(one.query_id, one.items, one.told, one.references) for one in got.where] == [
        (first.query_id, (named.item_id, "another"), "", (item.reference,)),
        ("forgotten", (named.item_id,), "", ()),
        ("", (named.item_id,), "by a call on 3 March", ()),
    ]
