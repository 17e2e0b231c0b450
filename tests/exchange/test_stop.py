"""A stop and a danger to life: what the roadside learns, and that a danger opens what the owner permits only."""

from __future__ import annotations

import dataclasses

import pytest
from region_stage import Stage, about

from comity.demo.agencies import CA_SHERIFF
from comity.demo.scene import SceneQuestion
from comity.model.codes import DataClass, Purpose, Status

AT_A_STOP = {
    *("name", "alias", "birth-date", "sex", "description", "photo", "warrant-number", "warrant-date", "charge"),
    *("court", "extradition", "caution"),
}


@pytest.fixture
def at_a_stop(stage: Stage) -> SceneQuestion:
    """An officer of Cascade City asks the sheriff about somebody who is wanted in Alder County."""
    wanted = next(
        record
        for record in stage.region.records
        if record.owner == CA_SHERIFF and record.data_class is DataClass.WARRANT
        if record.people[0].values("birth-date") and not record.state.sealed
    )
    return dataclasses.replace(
        about(stage.region.scene.detective_question, wanted),
        purpose=Purpose.STOP,
        case_number="CC-2026-09001",
        data_classes=(DataClass.WARRANT, DataClass.CASE),
        owners=(CA_SHERIFF,),
        note="",
    )


def test_a_stop_learns_of_the_warrant_and_nothing_a_stop_does_not_need(
    stage: Stage, at_a_stop: SceneQuestion
) -> None:
    """The warrant comes back with what identifies and warns; case reports are removed at the door by a rule."""
    (result,) = stage.ask(at_a_stop).sources
    assert result.status is Status.ANSWERED
    assert result.answer is not None
    assert {item.data_class for item in result.answer.items} == {DataClass.WARRANT}
    shown = {field.field for item in result.answer.items for field in item.fields}
    assert {"name", "warrant-number", "charge"} <= shown
    assert shown <= AT_A_STOP
    (removed,) = result.answer.removed
    assert removed.data_class is DataClass.CASE
    assert "model/ST-01" in {reason.rule for reason in removed.reasons}


def test_a_stop_for_a_case_report_alone_is_refused(stage: Stage, at_a_stop: SceneQuestion) -> None:
    """Nothing is left of a stop's question that names no class a stop may ask for."""
    (result,) = stage.ask(at_a_stop, data_classes=(DataClass.CASE,)).sources
    assert result.status is Status.REFUSED
    assert "model/ST-01" in {reason.rule for reason in result.reasons}


def test_a_danger_to_life_opens_nothing_where_the_owner_permits_nothing(
    stage: Stage, at_a_stop: SceneQuestion
) -> None:
    """The sheriff has agreed to no emergency use: saying that life is in danger is no key."""
    (result,) = stage.ask(at_a_stop, purpose=Purpose.EMERGENCY_LIFE).sources
    assert result.status is Status.REFUSED
    assert {reason.rule for reason in result.reasons} == {"comity/NO-AGREEMENT"}
