"""A stop and a danger to life: what the roadside learns, and that a danger opens what the owner permits only."""

from __future__ import annotations

import dataclasses

import pytest
from region_stage import Stage, about

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, WA_POLICE
from comity.demo.scene import SceneQuestion
from comity.errors import NounError, WrongUseError
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.duty.duties import finish_duty
from comity.exchange.duty.duty_counts import Unattested, count_duties, unattested
from comity.exchange.duty.duty_question import find_duty_question
from comity.law.decide_question import decide_query
from comity.law.explain import reason_sentence
from comity.law.fold import fold
from comity.model.codes import DataClass, Purpose, Status
from comity.model.outcome import FetchRequest
from comity.model.query import PersonSubject

PACIFIC, HOUR_MS = "America/Los_Angeles", 3_600_000
IDENTITY = {"name", "alias", "birth-date", "sex"}
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


def test_a_stop_without_an_incident_number_is_refused_with_the_remedy(
    stage: Stage, at_a_stop: SceneQuestion
) -> None:
    """Nobody can put such a question, whatever the law says; and an owner's law refuses it all the same."""
    with pytest.raises(NounError, match="case number is empty; give it"):
        stage.ask(at_a_stop, case_number="")
    folded = stage.law(stage.query(at_a_stop, CA_SHERIFF)).folded
    unnumbered = fold(folded.law, folded.facts.without("query's case-number"))
    (reason,) = [one for one in decide_query(unnumbered).refused if one.rule == "model/ST-02"]
    assert reason_sentence(reason).startswith("A stop is asked under an incident number (model/ST-02")


def test_stops_are_counted_by_agency_and_hour(own_stage: Stage, at_a_stop: SceneQuestion) -> None:
    """Each question counts where it went, never one that stayed at home; no count names who asked about whom."""
    for classes in ((DataClass.WARRANT,), (DataClass.WARRANT,), (DataClass.CASE,)):
        own_stage.ask(at_a_stop, data_classes=classes)
    stored = own_stage.federation.world_of(CA_SHERIFF).journal.duties(CA_SHERIFF)
    counted = [one for one in count_duties(stored, PACIFIC, "year") if one.report == "stop-hourly"]
    assert [(one.asker, one.number, one.rule) for one in counted] == [(WA_POLICE, 2, "model/ST-03")]
    assert at_a_stop.family not in str(counted)


# ---------------------------------------------------------------- a danger to life


@pytest.fixture
def in_danger(stage: Stage) -> SceneQuestion:
    """The sheriff's detective asks Cascade City, which agreed to it, where a person of a case lives."""
    record, person = next(
        (record, person)
        for record in stage.region.records
        if record.owner == WA_POLICE and record.data_class is DataClass.CASE and not record.state.sealed
        for person in record.people
        if person.values("birth-date") and person.values("home-address")
    )
    return dataclasses.replace(
        about(stage.region.scene.detective_question, record, person),
        asker=CA_SHERIFF,
        member="ca-sheriff-detective",
        beneficiary=CA_SHERIFF,
        purpose=Purpose.EMERGENCY_LIFE,
        case_number="AC-2026-0077",
        data_classes=(DataClass.CASE,),
        owners=(WA_POLICE,),
        note="",
    )


def test_a_danger_to_life_opens_at_once_what_the_owner_agreed_to(
    own_stage: Stage, in_danger: SceneQuestion
) -> None:
    """Who it is in the digest, where they live in the detail; no narrative, no offence; one hour for the supervisor."""
    outcome = own_stage.ask(in_danger)
    (result,) = outcome.sources
    assert result.answer is not None
    (item, *_) = result.answer.items
    assert {field.field for field in item.fields} <= IDENTITY
    sheriff = own_stage.federation.world_of(CA_SHERIFF)
    wanted = FetchRequest(
        query_id=result.answer.query_id,
        item_id=item.item_id,
        asker=CA_SHERIFF,
        member=in_danger.member,
        wait_ms=5_000,
    )
    detail = fetch_item(sheriff, wanted, own_stage.member(in_danger.member)).answer
    assert detail is not None
    shown = {field.field for one in detail.items for field in one.fields}
    assert "home-address" in shown
    assert shown <= IDENTITY | {"home-address", "work-address"}
    world = own_stage.federation.world_of(WA_POLICE)
    owed = [one for one in world.journal.duties(WA_POLICE) if one.duty.rule == "model/EM-02"]
    assert [(one.duty.kind, one.duty.to) for one in owed] == [("review", "supervisor")] * 2
    assert {one.duty.due_ms for one in owed} == {world.clock.now_ms() + HOUR_MS}


def test_an_emergency_nobody_attested_in_an_hour_is_published_without_names(
    own_stage: Stage, in_danger: SceneQuestion
) -> None:
    """Until the hour is over nothing is told; after it owner, hour and rule, until the supervisor attests."""
    own_stage.ask(in_danger)
    world = own_stage.federation.world_of(WA_POLICE)
    clock = own_stage.federation.clocks["wa-node"]

    def late() -> tuple[Unattested, ...]:
        return unattested(world.journal.duties(WA_POLICE), PACIFIC, world.clock.now_ms())

    clock.at_ms += HOUR_MS
    assert late() == ()
    clock.at_ms += 1
    (use,) = late()
    assert (use.owner, use.rule) == (WA_POLICE, "model/EM-02")
    assert not {in_danger.family, in_danger.member, CA_SHERIFF} & set(str(use).split("'"))
    (review,) = [one for one in world.journal.duties(WA_POLICE) if one.duty.rule == "model/EM-02"]
    with pytest.raises(WrongUseError, match="it needs agency-head, supervisor"):
        finish_duty(world, own_stage.member("wa-police-detective"), review.id, "I saw the danger")
    finish_duty(world, own_stage.member("wa-police-sergeant"), review.id, "the caller was on the bridge")
    assert late() == ()


def test_the_investigators_open_a_danger_to_cascade_city_and_their_supervisor_attests(own_stage: Stage) -> None:
    """Who it is, at once, from their case; their supervisor reviews it in the hour and reads of whom; custodians are told."""
    record = next(
        one
        for one in own_stage.region.records
        if one.owner == FEDERAL_INVESTIGATIONS and one.data_class is DataClass.CASE and not one.state.sealed
        if one.people[0].values("birth-date")
    )
    question = dataclasses.replace(
        about(own_stage.region.scene.detective_question, record),
        purpose=Purpose.EMERGENCY_LIFE,
        case_number="CC-2026-09002",
        data_classes=(DataClass.CASE,),
        owners=(FEDERAL_INVESTIGATIONS,),
        note="",
    )
    (result,) = own_stage.ask(question).sources
    assert result.answer is not None
    shown = {field.field for item in result.answer.items for field in item.fields}
    assert {"name"} <= shown <= IDENTITY
    world = own_stage.federation.world_of(FEDERAL_INVESTIGATIONS)
    owed = {one.duty.rule: one for one in world.journal.duties(FEDERAL_INVESTIGATIONS)}
    assert owed["model/EM-02"].duty.due_ms == world.clock.now_ms() + HOUR_MS
    assert owed["HDI-CCPD-2026/G-05"].duty.to == "records-custodian"
    supervisor, custodian = (
        own_stage.member(f"federal-investigations-{post}") for post in ("supervisor", "custodian")
    )
    seen = find_duty_question(world, supervisor, owed["model/EM-02"].id)
    assert seen is not None
    assert isinstance(seen.subject, PersonSubject)
    assert (seen.purpose, seen.asker, seen.subject.family) == (
        Purpose.EMERGENCY_LIFE,
        WA_POLICE,
        question.family,
    )
    unread = find_duty_question(world, custodian, owed["model/EM-02"].id)
    assert unread is not None
    assert (unread.case_number, unread.subject, unread.note) == (seen.case_number, None, "")
    finish_duty(world, supervisor, owed["model/EM-02"].id, "the caller was on the bridge")


def test_a_danger_in_which_nothing_was_released_owes_no_attestation(
    own_stage: Stage, in_danger: SceneQuestion
) -> None:
    """A question about nobody in the file leaves no emergency use behind."""
    (result,) = own_stage.ask(
        dataclasses.replace(in_danger, family="Zzyzx", given="Quill", birth_date="1931-01-01")
    ).sources
    assert result.status is Status.NOTHING_RELEASABLE
    rules = {one.duty.rule for one in own_stage.federation.world_of(WA_POLICE).journal.duties(WA_POLICE)}
    assert not rules & {"model/EM-02", "model/EM-03"}


def test_a_danger_to_life_opens_nothing_where_the_owner_permits_nothing(
    stage: Stage, at_a_stop: SceneQuestion
) -> None:
    """The sheriff has agreed to no emergency use: saying that life is in danger is no key."""
    (result,) = stage.ask(at_a_stop, purpose=Purpose.EMERGENCY_LIFE).sources
    assert result.status is Status.REFUSED
    assert {reason.rule for reason in result.reasons} == {"comity/NO-AGREEMENT"}
