"""The same person asked for by three askers: each owner's own law decides, and every difference has a rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from region_stage import Stage

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    IL_POLICE,
    NY_DMV,
    REMOVAL_OPERATIONS,
    WA_POLICE,
)
from comity.demo.run import to_request
from comity.errors import WrongUseError
from comity.exchange.asking.fetch import fetch_item, open_for_another
from comity.model.answer import Item
from comity.model.codes import Level, Status, Step
from comity.model.outcome import FetchRequest, Outcome, SourceResult

STATE_OWNERS = (CA_SHERIFF, WA_POLICE, IL_POLICE, NY_DMV)


def source(outcome: Outcome, agency: str) -> SourceResult:
    return next(result for result in outcome.sources if result.agency == agency)


def items(outcome: Outcome, agency: str) -> tuple[Item, ...]:
    answer = source(outcome, agency).answer
    return answer.items if answer else ()


def withheld_by(outcome: Outcome, agency: str) -> set[str]:
    return {withheld.rule for item in items(outcome, agency) for withheld in item.withheld}


def test_every_source_asked_yields_exactly_one_status_and_a_verified_receipt(stage: Stage) -> None:
    """The detective's question comes back from every owner, each answer proved by its receipt."""
    outcome = stage.ask(stage.region.scene.detective_question)
    assert [result.agency for result in outcome.sources] == list(stage.region.scene.detective_question.owners)
    assert {result.status for result in outcome.sources} == {Status.ANSWERED}
    assert all(result.verified for result in outcome.sources)


def test_the_detectives_items_join_into_one_person_and_the_namesake_stays_apart(stage: Stage) -> None:
    """Items of five owners are one person; the namesake is shown as not the same, with name and birth date only."""
    outcome = stage.ask(stage.region.scene.detective_question)
    largest = max(outcome.persons, key=lambda person: len(person.item_ids))
    owners = {
        result.agency
        for result in outcome.sources
        for item in items(outcome, result.agency)
        if item.item_id in largest.item_ids
    }
    assert len(owners) == 5
    assert "birth-date" in largest.agree
    namesakes = [
        item
        for result in outcome.sources
        for item in items(outcome, result.agency)
        if "not the same person" in item.labels
    ]
    assert namesakes
    for item in namesakes:
        assert item.item_id not in largest.item_ids
        assert {field.field for field in item.fields} <= {"name", "birth-date"}
        assert any(one.field == "birth-date" and one.verdict == "disagree" for one in item.evidence)


def test_california_gives_removal_operations_less_by_the_values_act(stage: Stage) -> None:
    """California closes address and release date to civil enforcement by rules it names."""
    detective = stage.ask(stage.region.scene.detective_question)
    removal = stage.ask(stage.region.scene.removal_question)
    assert not {"us-ca/CA-01", "us-ca/CA-02"} & withheld_by(detective, CA_SHERIFF)
    assert {"us-ca/CA-01", "us-ca/CA-02"} <= withheld_by(removal, CA_SHERIFF)
    for item in items(removal, CA_SHERIFF):
        assert not {"home-address", "release-date"} & {field.field for field in item.fields}


def test_each_owner_answers_removal_operations_differently_from_the_detective(stage: Stage) -> None:
    """Illinois and New York refuse with their own rules; Washington gives nothing that is not public."""
    removal = stage.ask(stage.region.scene.removal_question)
    assert source(removal, IL_POLICE).status is Status.REFUSED
    assert "us-il/IL-02a" in {reason.rule for reason in source(removal, IL_POLICE).reasons}
    assert source(removal, NY_DMV).status is Status.REFUSED
    assert "us-ny/NY-01" in {reason.rule for reason in source(removal, NY_DMV).reasons}
    for item in items(removal, WA_POLICE):
        assert "us-wa/WA-01" in {withheld.rule for withheld in item.withheld}


def test_investigators_get_more_than_removal_operations_and_differ_from_the_detective(stage: Stage) -> None:
    """Three askers, three answers, at every state owner."""
    scene = stage.region.scene
    shown = {}
    for name, question in (
        ("detective", scene.detective_question),
        ("investigator", scene.investigator_question),
        ("removal", scene.removal_question),
    ):
        outcome = stage.ask(question)
        for owner in STATE_OWNERS:
            fields = sorted(
                (item.data_class, field.field, field.level)
                for item in items(outcome, owner)
                for field in item.fields
            )
            shown[name, owner] = (source(outcome, owner).status, tuple(fields))
    for owner in STATE_OWNERS:
        assert shown["detective", owner] != shown["removal", owner], owner
        assert shown["investigator", owner] != shown["removal", owner], owner


def test_new_york_owes_the_person_a_notice_in_three_days_though_it_refused(own_stage: Stage) -> None:
    """NY-02: the notice runs from the request, due at the end of the third day in the owner's zone."""
    outcome = own_stage.ask(own_stage.region.scene.removal_question)
    assert source(outcome, NY_DMV).status is Status.REFUSED
    world = own_stage.federation.world_of(NY_DMV)
    (notice,) = [
        one for one in world.journal.duties(NY_DMV) if one.duty.rule == "us-ny/NY-02" and one.duty.kind == "notify"
    ]
    assert notice.duty.to == "subject"
    zone = ZoneInfo(own_stage.federation.directory.get_agency(NY_DMV).zone)
    asked = datetime.fromtimestamp(outcome.asked_ms / 1000, UTC).astimezone(zone).date()
    due = datetime.fromtimestamp((notice.duty.due_ms or 0) / 1000, UTC).astimezone(zone)
    assert due.date() == asked + timedelta(days=3)


def test_removal_operations_opening_the_investigators_answer_is_a_new_request(own_stage: Stage) -> None:
    """Another component sees nothing of the first answer; every owner decides again for it."""
    scene = own_stage.region.scene
    first = own_stage.ask(scene.investigator_question)
    world = own_stage.federation.world_of(REMOVAL_OPERATIONS)
    officer = own_stage.member(scene.removal_question.member)
    item = next(item for result in first.sources for item in items(first, result.agency))
    with pytest.raises(WrongUseError):
        fetch_item(
            world,
            FetchRequest(
                query_id=first.query_id, item_id=item.item_id, asker=REMOVAL_OPERATIONS, member=officer.id
            ),
            officer,
        )
    before = {owner: own_stage.size(owner) for owner in (*STATE_OWNERS, FEDERAL_INVESTIGATIONS)}
    again = open_for_another(
        world, FEDERAL_INVESTIGATIONS, first.query_id, to_request(scene.removal_question), officer, lambda _: None
    )
    assert again.query_id != first.query_id
    assert source(again, NY_DMV).status is Status.REFUSED
    for owner in STATE_OWNERS:
        assert own_stage.size(owner) > before[owner]


def test_a_detail_is_decided_again_and_only_for_the_one_who_was_shown_the_item(own_stage: Stage) -> None:
    """The second step opens further fields under the law; another member's agency or an invented item gets the same words."""
    question = own_stage.region.scene.detective_question
    outcome = own_stage.ask(question)
    world = own_stage.federation.world_of(WA_POLICE)
    detective = own_stage.member(question.member)
    item = items(outcome, IL_POLICE)[0]
    detail = fetch_item(
        world,
        FetchRequest(query_id=outcome.query_id, item_id=item.item_id, asker=WA_POLICE, member=detective.id),
        detective,
    )
    assert detail.status is Status.ANSWERED
    assert detail.answer is not None
    digest_fields = {field.field for field in item.fields}
    detail_fields = {field.field for field in detail.answer.items[0].fields}
    assert digest_fields < detail_fields
    invented = own_stage.query(question, IL_POLICE)
    stolen = own_stage.deliver(
        IL_POLICE,
        own_stage.seal(
            own_stage.query(
                own_stage.region.scene.investigator_question, IL_POLICE, step=Step.DETAIL, item_id=item.item_id
            )
        ),
    )
    unknown = own_stage.deliver(
        IL_POLICE,
        own_stage.seal(own_stage.query(question, IL_POLICE, step=Step.DETAIL, item_id="0" * 32, id=invented.id)),
    )
    assert stolen.answer.status is unknown.answer.status is Status.REFUSED
    assert stolen.answer.reasons == unknown.answer.reasons


def test_masked_fields_never_leave_in_full(stage: Stage) -> None:
    """Every released field carries its level, and a masked one shows no whole value."""
    outcome = stage.ask(stage.region.scene.detective_question)
    values = {
        value.value
        for record in stage.region.records
        for person in record.people
        for value in person.fields
        if value.name == "ssn"
    }
    for result in outcome.sources:
        for item in items(outcome, result.agency):
            for field in item.fields:
                if field.level is Level.MASKED:
                    assert not set(field.values) & values
