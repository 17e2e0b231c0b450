"""A past question explained to the owner: what decided, what nearly permitted, what went since; no field's value."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, IL_POLICE, NY_DMV, REMOVAL_OPERATIONS, WA_POLICE
from comity.demo.records import Region
from comity.errors import NounError, WrongUseError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.replay.explain_past import Wanted, explain_past
from comity.law.compiled import Law
from comity.model.canon import canonical_bytes
from comity.model.codes import Level, Status, Step
from comity.model.explained import AnswerExplained, FieldExplained, RecordNow, RecordOutcome, RuleReading
from comity.model.record import Record
from comity.ports import World

ON_BOTH_ENGINES = True

REMOVAL, DETECTIVE, REFUSED, NO_CLASS, DETAIL = (f"{at:032x}" for at in range(1, 6))
NOTE = "civil file, whereabouts of a person"  # what the scene's officer wrote


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Stage]:
    """The removal officer's and the detective's question, to owners that answer and refuse; one detail."""
    stage = make_stage(tmp_path_factory.mktemp("explained"), region)
    scene = region.scene
    stage.answer(stage.query(scene.removal_question, CA_SHERIFF, id=REMOVAL))
    stage.answer(stage.query(scene.removal_question, IL_POLICE, id=REFUSED))
    stage.answer(stage.query(scene.detective_question, NY_DMV, id=NO_CLASS))
    query = stage.query(scene.detective_question, CA_SHERIFF, id=DETECTIVE)
    item = stage.answer(query).items[0]
    stage.answer(msgspec.structs.replace(query, step=Step.DETAIL, item_id=item.item_id, pair="ab" * 32))
    yield stage
    stage.federation.close()


def law_of(stage: Stage, owner: str) -> Law:
    _, law = read_law(stage.federation.world_of(owner), stage.federation.directory, owner)
    return law


def explained(stage: Stage, owner: str, wanted: Wanted, world: World | None = None) -> tuple[AnswerExplained, ...]:
    world = world or stage.federation.world_of(owner)
    return explain_past(
        world, stage.federation.directory.get_agency(owner), lambda _: law_of(stage, owner), wanted
    )


def field_of(stage: Stage, owner: str, query_id: str, field: str, data_class: str) -> FieldExplained:
    """One field as it is explained on the first record of a class that was considered."""
    (answer,) = explained(stage, owner, Wanted(query_id, field=field))
    world = stage.federation.world_of(owner)
    for record in answer.records:
        held = world.records.get(owner, record.record_id)
        if held is not None and held.data_class == data_class and record.fields:
            return record.fields[0]
    raise AssertionError(f"no {data_class} was considered")


def rule_of(rules: tuple[RuleReading, ...], name: str) -> RuleReading:
    return next(one for one in rules if one.rule == name)


def test_every_record_considered_has_its_outcome(asked: Stage) -> None:
    """What was shown, field by field, and what was not; each decided today as it was then."""
    (answer,) = explained(asked, CA_SHERIFF, Wanted(REMOVAL))
    assert (answer.asker, answer.purpose, answer.status) == (
        REMOVAL_OPERATIONS,
        "civil-immigration",
        Status.ANSWERED,
    )
    assert answer.law_kept
    assert {record.now for record in answer.records} == {RecordNow.AS_THEN}
    shown = [record for record in answer.records if record.outcome is RecordOutcome.SHOWN]
    assert shown
    assert all(record.shown for record in shown)
    assert not any(record.shown for record in answer.records if record not in shown)
    assert all(record.fields == () for record in answer.records)  # too many to read at once


def test_a_closed_field_has_its_rule_with_every_test_and_what_failed_to_lift_it(asked: Stage) -> None:
    """California's rule on personal information: the purpose it met, the warrant that was not there."""
    told = field_of(asked, CA_SHERIFF, REMOVAL, "home-address", "booking")
    assert told.decision.level is Level.NOTHING
    rule = rule_of(told.deciding, "us-ca/CA-02")
    assert "the stated purpose is civil immigration enforcement" in {test.fact for test in rule.tests}
    assert rule.exceptions
    assert not any(test.truth for test in rule.exceptions)
    assert rule.lifted_by == ()
    assert rule.seen_as == REMOVAL_OPERATIONS
    assert told.lacking


def test_the_permit_that_a_stricter_rule_overrode_is_named(asked: Stage) -> None:
    """The clause that gives the address counts, and is listed beside the rule that closed it."""
    told = field_of(asked, CA_SHERIFF, REMOVAL, "home-address", "booking")
    assert "HDR-ACSO-2026" in {one.rule.split("/")[0] for one in told.counting}
    assert not {one.rule for one in told.counting} & {one.rule for one in told.deciding}


def test_the_nearest_permit_says_what_failed_first(asked: Stage) -> None:
    """What nobody permits has the permits between the two parties with the first condition that failed."""
    (answer,) = explained(asked, CA_SHERIFF, Wanted(DETECTIVE, field="ssn"))[1:]
    fields = [one for record in answer.records for one in record.fields if one.decision.level is Level.NOTHING]
    assert fields
    near = [rule for one in fields for rule in one.nearest]
    assert near
    for rule in near:
        assert rule.failing or rule.lifted_by
        assert all(test.truth is not True for test in rule.failing)


def test_a_refused_question_names_its_rule_and_considers_nobody(asked: Stage) -> None:
    """Illinois refuses at the door: the rule is read with the facts of the question, no record is listed."""
    (answer,) = explained(asked, IL_POLICE, Wanted(REFUSED))
    assert answer.status is Status.REFUSED
    assert answer.records == ()
    (refusal,) = [one for one in answer.refusals if one.data_class is None]
    assert "the stated purpose is civil immigration enforcement" in {
        test.fact for test in rule_of(refusal.deciding, "us-il/IL-02a").tests
    }


def test_a_class_without_a_permit_has_the_nearest_ones(asked: Stage) -> None:
    """Motor vehicles were not asked for cases: no clause covers the class, so none is near."""
    (answer,) = explained(asked, NY_DMV, Wanted(NO_CLASS))
    by_class = {one.data_class: one for one in answer.refusals}
    assert set(by_class) == {name for name, _ in answer.asked.removed}
    for one in by_class.values():
        assert one.deciding or all(rule.failing or rule.lifted_by for rule in one.nearest)


def test_a_detail_is_an_answer_of_its_own(asked: Stage) -> None:
    """Digest and detail of one question are explained apart, the newest first."""
    answers = explained(asked, CA_SHERIFF, Wanted(DETECTIVE))
    assert [answer.step for answer in answers] == [Step.DETAIL, Step.DIGEST]


def test_a_record_is_named_by_reference_or_id(asked: Stage) -> None:
    """One record with every field of its class explained; a name that was not considered is refused."""
    (whole,) = explained(asked, CA_SHERIFF, Wanted(REMOVAL))
    wanted = whole.records[0]
    for name in (wanted.record_id, wanted.reference):
        (answer,) = explained(asked, CA_SHERIFF, Wanted(REMOVAL, record=name))
        assert {record.reference for record in answer.records} == {wanted.reference}
        assert [one.decision.field for one in answer.records[0].fields] == [
            one.field for one in wanted.decision.fields
        ]
    with pytest.raises(WrongUseError, match="no record `BK-0` was considered"):
        explained(asked, CA_SHERIFF, Wanted(REMOVAL, record="BK-0"))
    with pytest.raises(WrongUseError, match="has a field `shoe-size`"):
        explained(asked, CA_SHERIFF, Wanted(REMOVAL, field="shoe-size"))
    with pytest.raises(WrongUseError, match="answered no question `nonsense`"):
        explained(asked, CA_SHERIFF, Wanted("nonsense"))


def test_no_value_of_a_field_and_nothing_the_asker_wrote_is_told(asked: Stage, region: Region) -> None:
    """The explanation of every record and field holds no name, address or number, and not the asker's note."""
    world = asked.federation.world_of(CA_SHERIFF)
    (whole,) = explained(asked, CA_SHERIFF, Wanted(REMOVAL))
    for one in whole.records[:6]:
        record = world.records.get(CA_SHERIFF, one.record_id)
        assert record is not None
        answers = explained(asked, CA_SHERIFF, Wanted(REMOVAL, record=one.record_id))
        told = canonical_bytes(answers).decode()
        secret = {
            field.value
            for person in record.people
            for field in person.fields
            if field.name in {"name", "birth-date", "home-address", "ssn", "phone", "driver-licence", "birthplace"}
        }
        assert secret
        assert not {value for value in secret if value in told}
        assert NOTE not in told


class Changed:
    """The owner's file after a while: every record disputed, or gone."""

    def __init__(self, world: World, *, gone: bool) -> None:
        self._records, self._gone = world.records, gone

    def get(self, owner: str, record_id: str) -> Record | None:
        record = self._records.get(owner, record_id)
        if record is None or self._gone:
            return None
        state = msgspec.structs.replace(record.state, sealed=True)
        return msgspec.structs.replace(record, state=state)


@pytest.mark.parametrize(("gone", "now"), [(True, RecordNow.GONE), (False, RecordNow.CHANGED)])
def test_what_went_or_changed_since_is_said_and_the_kept_decision_shown(
    asked: Stage, gone: bool, now: RecordNow
) -> None:
    """The desk record's own decision stays readable; rules are not read over another record than that of then."""
    world = asked.federation.world_of(CA_SHERIFF)
    later = dataclasses.replace(world, records=Changed(world, gone=gone))
    (before,) = explained(asked, CA_SHERIFF, Wanted(REMOVAL))
    (after,) = explained(asked, CA_SHERIFF, Wanted(REMOVAL, field="home-address"), later)
    concealed = [one for one in before.records if one.outcome is RecordOutcome.CONCEALED]
    assert [one.now for one in after.records].count(now) >= len(before.records) - len(concealed)
    assert [one.decision for one in after.records] == [one.decision for one in before.records]
    assert all(one.fields == () for one in after.records if one.now is now)


def test_without_the_law_of_then_the_kept_decisions_are_still_there(asked: Stage) -> None:
    """No rule is read, and it is said that the law is not kept."""

    def lost(law_hash: str) -> Law:
        raise NounError("gone")

    world = asked.federation.world_of(CA_SHERIFF)
    owner = asked.federation.directory.get_agency(CA_SHERIFF)
    (answer,) = explain_past(world, owner, lost, Wanted(REMOVAL, field="home-address"))
    assert not answer.law_kept
    assert answer.refusals == ()
    assert {record.now for record in answer.records} == {RecordNow.LAW_GONE}
    assert all(record.decision.fields for record in answer.records)
    assert all(record.fields == () for record in answer.records)


def test_a_question_for_another_agency_is_read_as_that_agency(tmp_path: Path, region: Region) -> None:
    """A class closed because of the beneficiary is read from the beneficiary's standpoint, where the asker has it."""
    stage = make_stage(tmp_path, region)
    query = stage.query(
        region.scene.detective_question, CA_SHERIFF, id=DETAIL, beneficiary=REMOVAL_OPERATIONS, asker=WA_POLICE
    )
    stage.answer(query)
    (answer,) = explained(stage, CA_SHERIFF, Wanted(DETAIL))
    stage.federation.close()
    (case,) = [one for one in answer.refusals if one.data_class == "case"]
    assert {rule.seen_as for rule in case.nearest} == {REMOVAL_OPERATIONS}
    assert {rule.rule.split("/")[0] for rule in case.nearest} == {"ACSO-CCPD-2026"}
    assert {rule.failing[0].fact for rule in case.nearest} == {"the parties by ORI"}
