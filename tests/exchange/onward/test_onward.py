"""Passing on: the owner decides anew, answers the third agency itself, and its recalls reach that one; else nothing goes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from recall_stage import act, push, record_of, shown
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, IL_POLICE, REMOVAL_OPERATIONS, WA_POLICE
from comity.errors import WrongUseError
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.log.reconcile import own_side, reconcile, side_of_journal
from comity.exchange.messages.wire import Delivered, PassedOn, Turned, seal_message
from comity.exchange.onward.onward_asked import ask_onward, list_onward
from comity.exchange.owners import owner_here
from comity.ledger.checkpoint import verify_checkpoint
from comity.model.codes import Instrument, Purpose, Status
from comity.model.disclosure import EntryKind
from comity.model.onward import OnwardRequest, OnwardWanted, PassedOnDue
from comity.model.outcome import Outcome
from comity.model.query import LegalBasis

ON_BOTH_ENGINES = True
NOTHING = LegalBasis(instrument=Instrument.NOTHING)


def held(stage: Stage) -> tuple[Outcome, str]:
    """The detective's answer from the sheriff, and an item of it whose record the originator lets pass on."""
    outcome = stage.ask(stage.region.scene.detective_question, sources=(CA_SHERIFF,))
    item_id = shown(outcome)[0].item_id
    change_record(stage, item_id, consented_onward=True)
    return outcome, item_id


def ask(stage: Stage, outcome: Outcome, item_id: str, to: str = IL_POLICE, **changes: object) -> OnwardRequest:
    wanted = OnwardWanted(
        query_id=outcome.query_id,
        item_id=item_id,
        to=to,
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        basis=NOTHING,
        case_number="IL-2026-77",
    )
    member = stage.member(outcome.request.member)
    return ask_onward(stage.federation.world_of(WA_POLICE), member, replace(wanted, **changes))  # type: ignore[arg-type]


def now(stage: Stage, agency: str, name: str) -> OnwardRequest:
    world = stage.federation.world_of(agency)
    return next(one for one in list_onward(world, owner_here(world, agency)) if one.id == name)


def passed_to(stage: Stage, agency: str) -> list[PassedOnDue]:
    found = stage.federation.world_of(agency).journal.deliveries(agency)
    return [one.due for one in found if one.incoming and isinstance(one.due, PassedOnDue)]


def change_record(stage: Stage, item_id: str, **state: object) -> None:
    """The record behind an item, in another state from now on."""
    world = stage.federation.world_of(CA_SHERIFF)
    record = world.records.get(CA_SHERIFF, record_of(stage, item_id))
    assert record is not None
    world.records.correct((replace(record, state=replace(record.state, **state)),))


def test_the_owner_answers_the_third_agency_itself(own_stage: Stage) -> None:
    """Its own answer, by its own agreement with that agency, provable, and the holder is told; each log has its entry."""
    outcome, item_id = held(own_stage)
    size = own_stage.size(CA_SHERIFF)
    request = ask(own_stage, outcome, item_id, to=FEDERAL_INVESTIGATIONS)
    assert request.passed is None
    push(own_stage)
    told = now(own_stage, WA_POLICE, request.id)
    assert (told.passed, told.reasons) == (True, ()), told.reasons
    kinds = [facts.kind for facts in own_stage.entries(CA_SHERIFF, size)]
    assert kinds[:2] == [EntryKind.TAKEN, EntryKind.ONWARD]
    (passed,) = passed_to(own_stage, FEDERAL_INVESTIGATIONS)
    assert passed.holder == WA_POLICE
    world = own_stage.federation.world_of(FEDERAL_INVESTIGATIONS)
    (source,) = get_outcome(world, FEDERAL_INVESTIGATIONS, passed.query_id).outcome.sources
    assert (source.agency, source.status, source.verified) == (CA_SHERIFF, Status.ANSWERED, True)
    assert source.answer is not None
    (item,) = source.answer.items
    assert item.item_id != item_id
    assert item.reference == shown(outcome)[0].reference


def test_a_reconciler_takes_it_for_nobodys_question(own_stage: Stage) -> None:
    """The third agency asked nothing, and the owner's log does not say it did."""
    outcome, item_id = held(own_stage)
    ask(own_stage, outcome, item_id, to=FEDERAL_INVESTIGATIONS)
    push(own_stage)
    world = own_stage.federation.world_of(CA_SHERIFF)
    other = side_of_journal(world.journal, verify_checkpoint(world.journal.checkpoint(), world.keys.log_key()))
    journal = own_stage.federation.world_of(FEDERAL_INVESTIGATIONS).journal
    found = reconcile(own_side(journal), other, own_stage.federation.directory, "fed-node", "ca-node")
    assert found.faults == ()


def test_a_recall_reaches_the_third_agency(own_stage: Stage) -> None:
    """What was passed on is a disclosure like any other: the seal takes it out of both outcomes."""
    outcome, item_id = held(own_stage)
    ask(own_stage, outcome, item_id, to=FEDERAL_INVESTIGATIONS)
    push(own_stage)
    (passed,) = passed_to(own_stage, FEDERAL_INVESTIGATIONS)
    done = act(own_stage, item_id, "seal")
    assert {release.asker for release in done.releases} == {WA_POLICE, FEDERAL_INVESTIGATIONS}
    push(own_stage)
    world = own_stage.federation.world_of(FEDERAL_INVESTIGATIONS)
    (source,) = get_outcome(world, FEDERAL_INVESTIGATIONS, passed.query_id).outcome.sources
    assert source.answer is None or source.answer.items == ()


@pytest.mark.parametrize("to", [REMOVAL_OPERATIONS])
def test_a_rule_at_onward_refuses_with_its_reason(own_stage: Stage, to: str) -> None:
    """An agreement that keeps data from an agency keeps it from a holder's good offices too; nothing leaves."""
    outcome, item_id = held(own_stage)
    size = own_stage.size(CA_SHERIFF)
    request = ask(own_stage, outcome, item_id, to=to)
    push(own_stage)
    told = now(own_stage, WA_POLICE, request.id)
    assert told.passed is False
    assert told.reasons
    assert passed_to(own_stage, to) == []
    kinds = [facts.kind for facts in own_stage.entries(CA_SHERIFF, size)]
    assert EntryKind.ANSWERED not in kinds
    assert EntryKind.ONWARD in kinds


def test_an_agency_with_no_agreement_is_not_answered(own_stage: Stage) -> None:
    """As if the third agency had asked: what it could not ask it does not get by a friend."""
    outcome, item_id = held(own_stage)
    request = ask(own_stage, outcome, item_id, to=IL_POLICE)
    push(own_stage)
    told = now(own_stage, WA_POLICE, request.id)
    assert told.passed is False
    assert passed_to(own_stage, IL_POLICE) == []


def test_another_purpose_is_another_decision(own_stage: Stage) -> None:
    """The purpose is the third agency's; one that its agreement does not give for is refused."""
    outcome, item_id = held(own_stage)
    request = ask(own_stage, outcome, item_id, to=FEDERAL_INVESTIGATIONS, purpose=Purpose.LICENSING)
    push(own_stage)
    assert now(own_stage, WA_POLICE, request.id).passed is False


@pytest.mark.parametrize(
    "state", [{"consented_onward": False}, {"received_from": "another county", "consented_onward": None}]
)
def test_without_the_originators_consent_nothing_is_passed_on(own_stage: Stage, state: dict[str, object]) -> None:
    """A no stands; of what is another's the owner has the originator's yes, or passes nothing on."""
    outcome, item_id = held(own_stage)
    change_record(own_stage, item_id, **state)
    request = ask(own_stage, outcome, item_id, to=FEDERAL_INVESTIGATIONS)
    push(own_stage)
    told = now(own_stage, WA_POLICE, request.id)
    assert told.passed is False
    assert [reason.rule for reason in told.reasons] == ["comity/ONWARD-CONSENT"]
    assert passed_to(own_stage, FEDERAL_INVESTIGATIONS) == []


def test_what_changed_before_it_left_does_not_leave(own_stage: Stage) -> None:
    """Decided yes, sealed before the next attempt: the third agency gets nothing, and its node no word of it."""
    outcome, item_id = held(own_stage)
    ask(own_stage, outcome, item_id, to=FEDERAL_INVESTIGATIONS)
    own_stage.federation.down.add("fed-node")
    push_deliveries(own_stage.federation.world_of(WA_POLICE))
    act(own_stage, item_id, "seal")
    own_stage.federation.down.clear()
    own_stage.federation.advance(3_600_000)
    push(own_stage)
    assert passed_to(own_stage, FEDERAL_INVESTIGATIONS) == []


def test_only_an_item_that_is_held_is_asked_about(own_stage: Stage) -> None:
    """Another's item, an item that is none, oneself and the owner as third agencies are wrong use, with nothing entered."""
    outcome, item_id = held(own_stage)
    size = own_stage.size(WA_POLICE)
    for item, to in (("0" * 32, IL_POLICE), (item_id, WA_POLICE), (item_id, CA_SHERIFF), (item_id, "nobody")):
        with pytest.raises(WrongUseError):
            ask(own_stage, outcome, item, to=to)
    assert own_stage.size(WA_POLICE) == size


def test_a_holder_cannot_pass_on_what_is_anothers(own_stage: Stage) -> None:
    """Its copy, with the owner's own receipt, is taken by nobody: not as the holder's, not in the owner's name."""
    outcome, item_id = held(own_stage)
    ask(own_stage, outcome, item_id, to=FEDERAL_INVESTIGATIONS)
    push(own_stage)
    (source,) = outcome.sources
    assert source.answer is not None
    assert source.receipt is not None
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    world = own_stage.federation.world_of(WA_POLICE)
    for sender, asker in ((WA_POLICE, WA_POLICE), (CA_SHERIFF, IL_POLICE), (WA_POLICE, IL_POLICE)):
        parcel = PassedOn(
            query=replace(query, asker=asker), answer=source.answer, receipt=source.receipt, holder=WA_POLICE
        )
        body = Delivered(id="ab" * 16, sender=sender, recipient=IL_POLICE, parcel=parcel)
        told = own_stage.deliver(IL_POLICE, seal_message(world, "il-node", body, world.clock.now_ms()))
        assert isinstance(told, Turned)
    assert passed_to(own_stage, IL_POLICE) == []
