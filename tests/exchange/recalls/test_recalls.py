"""Recalls: what changes at an owner reaches whoever was shown it, is confirmed, and leaves what the law lets stay."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from held_stage import question_about, waiting_record
from msgspec.structs import replace
from recall_stage import act, custodian, push, record_of, shown
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, IL_POLICE, WA_POLICE, member_of
from comity.errors import LedgerError, UnwitnessedError, WrongUseError
from comity.exchange.answering.held import decide_held, list_held
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.duty.duties import finish_duty
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.exchange.duty.owed_acts import OwedAct, owed_acts
from comity.exchange.messages.wire import Delivered, Taken, Turned, seal_message
from comity.exchange.owners import owner_facts
from comity.exchange.recalls.recall import recall_duty, waiting_duty
from comity.exchange.recalls.recall_confirmed import confirm_recall
from comity.exchange.records.correct import correct_record
from comity.exchange.records.record_act import act_on_record
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.verify import verify_receipt
from comity.model.canon import canonical_bytes
from comity.model.codes import PersonRole, Status
from comity.model.correction import Corrected, Correction, GivenField, RecordAct
from comity.model.delivery import Recall, RecalledItem, RecallKind, StoredDelivery
from comity.model.disclosure import EntryKind, Unit
from comity.model.outcome import FetchRequest, Outcome, RevisedOutcome

ON_BOTH_ENGINES = True
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
WEEK_MS = 7 * DAY_MS


def kept(stage: Stage, outcome: Outcome, agency: str = WA_POLICE) -> RevisedOutcome:
    return get_outcome(stage.federation.world_of(agency), agency, outcome.query_id)


def incoming(stage: Stage, agency: str = WA_POLICE) -> tuple[StoredDelivery, ...]:
    found = stage.federation.world_of(agency).journal.deliveries(agency)
    return tuple(one for one in found if one.incoming and isinstance(one.due, Recall))


def test_a_sealed_record_goes_out_of_every_answer_that_showed_it(own_stage: Stage) -> None:
    """After the recall the asker's outcome is as if the item had never been shown: no item, no marker, no person of it."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    item = shown(outcome)[0]
    done = act(own_stage, item.item_id, "seal")
    assert [release.item_id for release in done.releases] == [item.item_id]
    assert push(own_stage) == 1
    now = kept(own_stage, outcome)
    assert item.item_id not in {one.item_id for one in shown(now.outcome)}
    assert now.markers == ()
    assert item.item_id.encode() not in canonical_bytes(now)
    assert all(item.item_id not in person.item_ids for person in now.outcome.persons)
    again = own_stage.ask(own_stage.region.scene.detective_question)
    assert item.reference not in {one.reference for one in shown(again)}


def test_nothing_of_a_withdrawn_item_stays_in_the_askers_database(own_stage: Stage) -> None:
    """Outcome and detail are destroyed with their keys; the log's proof that something came stays."""
    question = own_stage.region.scene.detective_question
    outcome = own_stage.ask(question)
    item = shown(outcome)[0]
    world = own_stage.federation.world_of(WA_POLICE)
    request = FetchRequest(
        query_id=outcome.query_id, item_id=item.item_id, asker=WA_POLICE, member=question.member
    )
    detail = fetch_item(world, request, own_stage.member(question.member))
    assert detail.answer is not None
    before = world.journal.size()
    held = [index for index in range(before) if (item.reference.encode() in (world.journal.content(index) or b""))]
    assert held
    act(own_stage, item.item_id, "expunge")
    push(own_stage)
    for index in range(world.journal.size()):
        assert item.reference.encode() not in (world.journal.content(index) or b"")
    for index in held:
        with pytest.raises(LedgerError, match="was forgotten"):
            world.journal.content_key(index)
        assert decode_entry(world.journal.entry(index)).facts.kind is EntryKind.RECEIVED


def test_nothing_of_it_stays_in_what_an_earlier_recall_had_replaced(own_stage: Stage) -> None:
    """Disputed first: the outcome that the mark took the place of is destroyed, since no later recall would find it."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    item = shown(outcome)[0]
    world = own_stage.federation.world_of(WA_POLICE)
    act(own_stage, item.item_id, "dispute")
    push(own_stage)
    assert kept(own_stage, outcome).outcome == outcome, "the newer one has it all"
    act(own_stage, item.item_id, "expunge")
    push(own_stage)
    for index in range(world.journal.size()):
        assert item.reference.encode() not in (world.journal.content(index) or b"")


def test_an_expungement_destroys_what_the_owner_disclosed_and_a_seal_keeps_it(own_stage: Stage) -> None:
    """Of an expunged record the owner keeps that it was disclosed, not what; a sealed one stays readable to the owner."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    first, second = shown(outcome)[:2]
    journal = own_stage.federation.world_of(CA_SHERIFF).journal
    sealed = act(own_stage, first.item_id, "seal")
    (entry,) = {release.entry for release in sealed.releases}
    assert first.reference.encode() in (journal.content(entry) or b"")
    act(own_stage, second.item_id, "expunge")
    assert journal.content(entry) is None
    assert journal.record(entry) is None
    assert journal.sealed(entry) is None
    assert decode_entry(journal.entry(entry)).facts.released == len(shown(outcome))


def test_a_legal_hold_suspends_the_destruction_of_keys(own_stage: Stage) -> None:
    """Under a hold an expunged record is found by nobody and everything of it is kept; when it ends, it goes."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    item = shown(outcome)[0]
    world = own_stage.federation.world_of(CA_SHERIFF)
    act(own_stage, item.item_id, "hold")
    done = act(own_stage, item.item_id, "expunge")
    assert done.kept_by_hold
    (entry,) = {release.entry for release in done.releases}
    assert world.journal.content(entry) is not None
    assert world.records.get(CA_SHERIFF, done.record_id) is not None
    again = own_stage.ask(own_stage.region.scene.detective_question)
    assert item.reference not in {one.reference for one in shown(again)}
    task = next(one for one in world.journal.duties(CA_SHERIFF) if one.duty.rule == "comity/LEGAL-HOLD")
    assert task.record_id == done.record_id
    act(own_stage, item.item_id, "lift")
    gone = act(own_stage, item.item_id, "expunge")
    assert not gone.kept_by_hold
    assert world.journal.content(entry) is None
    assert world.records.get(CA_SHERIFF, done.record_id) is None


def test_a_correction_leaves_a_marker_and_no_new_value(own_stage: Stage) -> None:
    """Whoever was shown the corrected field is told that it was corrected; what it says now is asked for anew."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    item = next(one for one in shown(outcome) if any(field.field == "name" for field in one.fields))
    record = own_stage.federation.world_of(CA_SHERIFF).records.get(CA_SHERIFF, record_of(own_stage, item.item_id))
    assert record is not None
    correction = Correction(
        record_id=record.id,
        reason="the name was misspelt",
        fields=(GivenField(person=record.people[0].key, name="name", values=("Corrected, Quite Otherwise",)),),
    )
    member = own_stage.member(custodian(own_stage, CA_SHERIFF))
    done = correct_record(own_stage.federation.world_of(CA_SHERIFF), member, correction)
    assert len(done.recalls) == 1
    push(own_stage)
    now = kept(own_stage, outcome)
    assert [(one.item_id, one.kind, one.owner) for one in now.markers] == [
        (item.item_id, RecallKind.CORRECTED, CA_SHERIFF)
    ]
    assert shown(now.outcome) == shown(outcome)
    world = own_stage.federation.world_of(WA_POLICE)
    for index in range(world.journal.size()):
        assert b"Quite Otherwise" not in (world.journal.content(index) or b"")


def test_who_was_shown_another_field_hears_nothing_of_a_correction(own_stage: Stage) -> None:
    """That a field changed which somebody was not shown is nothing they may know."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    item = shown(outcome)[0]
    told = {field.field for field in item.fields}
    world = own_stage.federation.world_of(CA_SHERIFF)
    record = world.records.get(CA_SHERIFF, record_of(own_stage, item.item_id))
    assert record is not None
    person = record.people[0]
    unseen = next(field.name for field in person.fields if field.name not in told)
    correction = Correction(
        record_id=record.id,
        reason="it was entered wrongly",
        fields=(GivenField(person=person.key, name=unseen, values=("other 77",)),),
    )
    done = correct_record(world, own_stage.member(custodian(own_stage, CA_SHERIFF)), correction)
    assert done.releases == ()
    assert done.recalls == ()
    assert push(own_stage) == 0


def test_the_owner_is_owed_a_confirmation_and_both_see_it(own_stage: Stage) -> None:
    """Until a person of the recipient confirms it is open on both desks, then overdue on both, then done on both."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    done = act(own_stage, shown(outcome)[0].item_id, "dispute")
    push(own_stage)
    (recall_id,) = done.recalls
    owner, asker = (own_stage.federation.world_of(name) for name in (CA_SHERIFF, WA_POLICE))
    ids = (recall_duty(recall_id, of_the_recipient=False), recall_duty(recall_id, of_the_recipient=True))

    def states() -> list[DutyState]:
        duties = (owner.journal.find_duty(CA_SHERIFF, ids[0]), asker.journal.find_duty(WA_POLICE, ids[1]))
        return [state_of(one, owner.clock.now_ms()) for one in duties if one is not None]

    assert states() == [DutyState.OPEN, DutyState.OPEN]
    own_stage.federation.advance(WEEK_MS)
    assert states() == [DutyState.OVERDUE, DutyState.OVERDUE]
    member = own_stage.member(custodian(own_stage, WA_POLICE))
    confirm_recall(asker, member, recall_id, "taken out of the case file")
    assert states() == [DutyState.OVERDUE, DutyState.DONE]
    assert push(own_stage) == 1
    assert states() == [DutyState.DONE, DutyState.DONE]
    sent = owner.journal.find_delivery(CA_SHERIFF, recall_id, incoming=False)
    assert sent is not None
    assert sent.confirmed_ms == owner.clock.now_ms()


def test_three_recipients_two_confirm_and_the_third_is_named_as_overdue(own_stage: Stage) -> None:
    """Harms, scenario 5: three were told of a record; two confirm; the third stands on the desk by name, overdue."""
    scene = own_stage.region.scene
    first = own_stage.ask(scene.detective_question)
    item = shown(first)[0]
    record_id = record_of(own_stage, item.item_id)
    world = own_stage.federation.world_of(CA_SHERIFF)
    askers = {minted.asker for minted, _ in world.journal.items_of(CA_SHERIFF, record_id)}
    for agency in (IL_POLICE, FEDERAL_INVESTIGATIONS):
        outcome = own_stage.ask(scene.detective_question, **asking_as(own_stage, agency))
        if record_id in {record_of(own_stage, one.item_id) for one in shown(outcome)}:
            askers.add(agency)
    done = act(own_stage, item.item_id, "seal")
    assert len(done.recalls) == len(askers) >= 2
    push(own_stage)
    overdue = sorted(askers)[-1]
    for agency in sorted(askers)[:-1]:
        (recall,) = incoming(own_stage, agency)
        confirm_recall(
            own_stage.federation.world_of(agency),
            own_stage.member(custodian(own_stage, agency)),
            recall.id,
            "taken out of the case file",
        )
    push(own_stage)
    own_stage.federation.advance(WEEK_MS)
    waits = [
        one.duty.to
        for one in world.journal.duties(CA_SHERIFF)
        if one.duty.rule == "comity/RECALL" and state_of(one, world.clock.now_ms()) is DutyState.OVERDUE
    ]
    assert waits == [overdue]


def asking_as(stage: Stage, agency: str) -> dict[str, object]:
    """The changes by which another agency's own member asks the same question of the sheriff."""
    member = member_of(agency, "investigator" if agency == FEDERAL_INVESTIGATIONS else "detective")
    return {"asker": agency, "member": member, "beneficiary": agency, "sources": (CA_SHERIFF,)}


def test_a_recall_waits_for_a_dead_node_and_reaches_it(own_stage: Stage) -> None:
    """While the recipient's node is down the recall is put off, longer each time, and says why; then it arrives."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    done = act(own_stage, shown(outcome)[0].item_id, "seal")
    own_stage.federation.down.add("wa-node")
    world = own_stage.federation.world_of(CA_SHERIFF)
    waits = []
    for _ in range(4):
        assert push_deliveries(world).put_off == 1
        stored = world.journal.find_delivery(CA_SHERIFF, done.recalls[0], incoming=False)
        assert stored is not None
        assert stored.next_ms is not None
        assert "could not be reached" in stored.trouble
        waits.append(stored.next_ms - world.clock.now_ms())
        assert push_deliveries(world).put_off == 0
        own_stage.federation.advance(waits[-1])
    assert all(later > sooner * 3 // 2 // 2 for sooner, later in itertools.pairwise(waits))
    assert waits[-1] > waits[0]
    own_stage.federation.down.clear()
    assert push_deliveries(world).arrived == 1
    assert shown(kept(own_stage, outcome).outcome) != shown(outcome)


def test_a_delivery_that_comes_twice_is_taken_once(own_stage: Stage) -> None:
    """The same delivery again under a fresh nonce: the same receipt, one entry that it came again, nothing else."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    done = act(own_stage, shown(outcome)[0].item_id, "dispute")
    owner = own_stage.federation.world_of(CA_SHERIFF)
    stored = owner.journal.find_delivery(CA_SHERIFF, done.recalls[0], incoming=False)
    assert stored is not None
    assert isinstance(stored.due, Recall)
    body = Delivered(id=stored.id, sender=CA_SHERIFF, recipient=WA_POLICE, parcel=stored.due)
    asker = own_stage.federation.world_of(WA_POLICE)
    replies = []
    for _ in range(2):
        reply = own_stage.deliver(WA_POLICE, seal_message(owner, "wa-node", body, owner.clock.now_ms()))
        assert isinstance(reply, Taken)
        replies.append(reply)
    assert replies[0].receipt.entry == replies[1].receipt.entry
    node = own_stage.federation.directory.find_node("wa-node")
    assert node is not None
    entered = verify_receipt(replies[1].receipt, canonical_bytes(body), node.log_key)
    assert entered.kind is EntryKind.TAKEN
    assert len(incoming(own_stage)) == 1
    assert len(asker.journal.duties(WA_POLICE)) == 1
    other = msgspec.structs.replace(body, parcel=msgspec.structs.replace(stored.due, kind=RecallKind.WITHDRAWN))
    turned = own_stage.deliver(WA_POLICE, seal_message(owner, "wa-node", other, owner.clock.now_ms()))
    assert isinstance(turned, Turned)
    assert "used for another" in turned.sentence


def test_only_the_owner_recalls_what_it_showed(own_stage: Stage) -> None:
    """Another agency's recall of an item touches nothing; in another's name it is turned away and entered."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    item = shown(outcome)[0]
    recall = Recall(
        kind=RecallKind.WITHDRAWN,
        items=(RecalledItem(query_id=outcome.query_id, item_id=item.item_id),),
        made_ms=0,
        confirm_by_ms=0,
    )
    hostile = own_stage.federation.world_of(IL_POLICE)
    own_name = Delivered(id="a" * 32, sender=IL_POLICE, recipient=WA_POLICE, parcel=recall)
    reply = own_stage.deliver(WA_POLICE, seal_message(hostile, "wa-node", own_name, hostile.clock.now_ms()))
    assert isinstance(reply, Taken)
    assert kept(own_stage, outcome).outcome == outcome
    before = own_stage.size(WA_POLICE)
    forged = Delivered(id="b" * 32, sender=CA_SHERIFF, recipient=WA_POLICE, parcel=recall)
    reply = own_stage.deliver(WA_POLICE, seal_message(hostile, "wa-node", forged, hostile.clock.now_ms()))
    assert isinstance(reply, Turned)
    assert kept(own_stage, outcome).outcome == outcome
    assert [facts.kind for facts in own_stage.entries(WA_POLICE, before)] == [EntryKind.REJECTED]


@pytest.mark.parametrize("what", ["seal", "expunge"])
def test_a_retry_after_a_recall_does_not_send_the_old_answer(own_stage: Stage, what: str) -> None:
    """The same question under a fresh nonce is turned away with one sentence; asked anew it does not show the record."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    first = own_stage.answer(query)
    act(own_stage, first.items[0].item_id, what)
    turned = own_stage.deliver(CA_SHERIFF, own_stage.seal(query))
    assert isinstance(turned, Turned)
    assert "was recalled" in turned.sentence
    again = own_stage.answer(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF))
    assert first.items[0].reference not in {item.reference for item in again.items}


def test_after_a_withdrawal_is_confirmed_the_desk_does_not_say_of_what(own_stage: Stage) -> None:
    """The recall stays as confirmed; which items it named is forgotten with them."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    done = act(own_stage, shown(outcome)[0].item_id, "seal")
    push(own_stage)
    world = own_stage.federation.world_of(WA_POLICE)
    confirmed = confirm_recall(
        world, own_stage.member(custodian(own_stage, WA_POLICE)), done.recalls[0], "shredded and logged"
    )
    assert isinstance(confirmed.due, Recall)
    assert confirmed.due.items == ()


def test_a_recall_is_confirmed_not_only_done(own_stage: Stage) -> None:
    """Closing the duty alone would leave the owner waiting: it is refused, and nobody else may confirm either."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    done = act(own_stage, shown(outcome)[0].item_id, "seal")
    push(own_stage)
    world = own_stage.federation.world_of(WA_POLICE)
    keeper = own_stage.member(custodian(own_stage, WA_POLICE))
    with pytest.raises(Exception, match="recalls confirm"):
        finish_duty(world, keeper, recall_duty(done.recalls[0], of_the_recipient=True), "it is all done")
    with pytest.raises(WrongUseError, match="may not confirm"):
        confirm_recall(
            world,
            own_stage.member(own_stage.region.scene.detective_question.member),
            done.recalls[0],
            "it is all done",
        )
    with pytest.raises(WrongUseError, match="has no recall"):
        confirm_recall(world, keeper, "c" * 32, "it is all done")


def test_a_withdrawn_last_item_leaves_nothing_releasable(own_stage: Stage) -> None:
    """When everything an owner showed is withdrawn, its status reads as if it had never had anything."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    for item in shown(outcome):
        act(own_stage, item.item_id, "seal")
    push(own_stage)
    source = next(one for one in kept(own_stage, outcome).outcome.sources if one.agency == CA_SHERIFF)
    assert source.status is Status.NOTHING_RELEASABLE
    assert source.reasons == ()
    assert source.answer is not None
    assert source.answer.items == ()


def test_what_was_done_to_a_record_once_is_not_done_twice(own_stage: Stage, tmp_path: Path) -> None:
    """Sealing a sealed record makes no entry and no recall."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    item = shown(outcome)[0]
    act(own_stage, item.item_id, "seal")
    before = own_stage.size(CA_SHERIFF)
    assert act(own_stage, item.item_id, "seal").entry is None
    assert own_stage.size(CA_SHERIFF) == before


def corrected_twice_shown(stage: Stage) -> tuple[str, str, Outcome]:
    """A record that two answers showed to one agency, corrected: its id, the recall's, and the first answer."""
    question = stage.region.scene.detective_question
    outcome = stage.ask(question)
    stage.ask(dataclasses.replace(question, note="asked once more before the hearing"))
    item = next(one for one in shown(outcome) if any(field.field == "name" for field in one.fields))
    record_id = record_of(stage, item.item_id)
    return record_id, correct_name(stage, record_id, "Corrected, Quite").recalls[0], outcome


def correct_name(stage: Stage, record_id: str, name: str) -> Corrected:
    """The name of the record's first person corrected."""
    world = stage.federation.world_of(CA_SHERIFF)
    record = world.records.get(CA_SHERIFF, record_id)
    assert record is not None
    field = GivenField(person=record.people[0].key, name="name", values=(name,))
    wanted = Correction(record_id=record.id, reason="the name was misspelt", fields=(field,))
    return correct_record(world, stage.member(custodian(stage, CA_SHERIFF)), wanted)


def owed_for(stage: Stage, record_id: str) -> list[OwedAct]:
    """What the owner owes for a record and whose clock runs or ran."""
    found = stage.federation.world_of(CA_SHERIFF).journal.duties(CA_SHERIFF)
    acts = owed_acts(one for one in found if one.record_id == record_id and one.duty.kind == "recall")
    return [act for act in acts if act.state(0) is not DutyState.WAITING]


def test_one_correction_is_one_row_for_each_recipient_and_its_confirmation_does_all_of_it(
    own_stage: Stage,
) -> None:
    """Agreement and exchange demand it of two answers in two times: the earlier one is shown; confirmed once, all are done."""
    record_id, recall, _ = corrected_twice_shown(own_stage)
    (act,) = owed_for(own_stage, record_id)
    assert [one.duty.rule for one in act.by_rule] == ["ACSO-CCPD-2026/R-01", "comity/RECALL"]
    assert len(act.duties) == 3
    assert act.due_ms == min(one.duty.due_ms or 0 for one in act.duties)
    push(own_stage)
    member = own_stage.member(custodian(own_stage, WA_POLICE))
    confirm_recall(own_stage.federation.world_of(WA_POLICE), member, recall, "all copies were looked through")
    push(own_stage)
    (act,) = owed_for(own_stage, record_id)
    assert len(act.duties) == 3
    assert {(one.done_by, one.evidence) for one in act.duties} == {(WA_POLICE, "the recipient confirmed it")}
    waiting = [
        one
        for one in own_stage.federation.world_of(CA_SHERIFF).journal.duties(CA_SHERIFF)
        if one.duty.kind == "recall" and one.record_id != record_id
    ]
    assert waiting
    assert not [one for one in waiting if one.done_ms is not None]


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_later_correction_is_owed_by_the_agreement_too(own_stage: Stage, confirmed: bool) -> None:
    """Within its day, each time anew, whether or not the earlier one is done; of the earlier one nothing changes by it."""
    record_id, recall, _ = corrected_twice_shown(own_stage)
    if confirmed:
        push(own_stage)
        member = own_stage.member(custodian(own_stage, WA_POLICE))
        confirm_recall(own_stage.federation.world_of(WA_POLICE), member, recall, "all copies were looked through")
        push(own_stage)
    (first,) = owed_for(own_stage, record_id)
    for number in (2, 3):
        own_stage.federation.advance(DAY_MS)
        name = f"Corrected, Quite Anew {number}"
        done = correct_name(own_stage, record_id, name)
        acts = owed_for(own_stage, record_id)
        assert len(acts) == number
        assert first in acts
        (act,) = (one for one in acts if recall_duty(done.recalls[0], of_the_recipient=False) in ids_of(one))
        assert [one.duty.rule for one in act.by_rule] == ["ACSO-CCPD-2026/R-01", "comity/RECALL"]
        assert act.due_ms == (first.due_ms or 0) + (number - 1) * DAY_MS
        assert ids_of(act) <= set(done.duties)
        assert all(one.done_ms is None for one in act.duties)


def ids_of(act: OwedAct) -> set[str]:
    return {one.id for one in act.duties}


def test_what_recalls_from_nobody_owes_nothing_anew(own_stage: Stage) -> None:
    """A review of the record, or a field that nobody was shown: no clock of an earlier change starts again."""
    record_id, _, _ = corrected_twice_shown(own_stage)
    before = owed_for(own_stage, record_id)
    own_stage.federation.advance(HOUR_MS)
    member = own_stage.member(custodian(own_stage, CA_SHERIFF))
    wanted = RecordAct(record_id=record_id, act="review", reason="it was read and found right")
    assert act_on_record(own_stage.federation.world_of(CA_SHERIFF), member, wanted).recalls == ()
    assert owed_for(own_stage, record_id) == before


def test_a_seal_after_a_correction_is_owed_by_the_agreement_too(own_stage: Stage) -> None:
    """Whichever act recalls: the agreement's time is that of each change."""
    record_id, _, outcome = corrected_twice_shown(own_stage)
    own_stage.federation.advance(HOUR_MS)
    item = next(one for one in shown(outcome) if record_of(own_stage, one.item_id) == record_id)
    done = act(own_stage, item.item_id, "seal")
    (owed,) = (one for one in owed_for(own_stage, record_id) if ids_of(one) & set(done.duties))
    assert [one.duty.rule for one in owed.by_rule] == ["ACSO-CCPD-2026/R-01", "comity/RECALL"]


def test_a_recall_that_is_done_by_hand_is_done_for_every_rule_in_one_entry(own_stage: Stage) -> None:
    """By whichever of its duties: one entry names them all, each keeps rule, clock and the same evidence."""
    record_id, _, _ = corrected_twice_shown(own_stage)
    world = own_stage.federation.world_of(CA_SHERIFF)
    (act,) = owed_for(own_stage, record_id)
    size = world.journal.size()
    member = own_stage.member(custodian(own_stage, CA_SHERIFF))
    done = finish_duty(world, member, act.first.id, "they were called and will look")
    assert done.id == act.first.id
    assert world.journal.size() == size + 1
    assert decode_entry(world.journal.entry(size)).facts.kind is EntryKind.DUTY_DONE
    content, kept_ = msgspec.json.decode(world.journal.content(size)), world.journal.record(size)
    named = {content["duty"], *(name for name, _ in content["with"])}
    assert named == {one.id for one in act.duties}
    assert {one["id"] for one in msgspec.json.decode(kept_)} == named
    (after,) = owed_for(own_stage, record_id)
    assert [
        replace(one, done_ms=None, done_by="", evidence="", changed=one.changed - 1) for one in after.duties
    ] == [*act.duties]
    assert {one.evidence for one in after.duties} == {"they were called and will look"}
    finish_duty(world, member, act.duties[-1].id, "they were called once more")
    assert world.journal.size() == size + 1


def test_a_recall_in_parts_is_done_for_the_law_with_its_last_part(own_stage: Stage) -> None:
    """Until every part is confirmed what the agreement demands stays owed."""
    record_id, recall, _ = corrected_twice_shown(own_stage)
    world = own_stage.federation.world_of(CA_SHERIFF)
    sent = world.journal.find_delivery(CA_SHERIFF, recall, incoming=False)
    assert sent is not None
    part = replace(sent, id="f" * 32)
    owner = own_stage.federation.directory.get_agency(CA_SHERIFF)
    append_entry(
        world,
        Unit(
            facts=owner_facts(EntryKind.RECORD_CORRECTED, owner, sent.made_ms),
            content=b"{}",
            record=b"{}",
            duties=(waiting_duty(part, record_id),),
            deliveries=(part,),
        ),
    )
    push(own_stage)
    member = own_stage.member(custodian(own_stage, WA_POLICE))
    for name, left in ((recall, 3), (part.id, 0)):
        confirm_recall(own_stage.federation.world_of(WA_POLICE), member, name, "all copies were looked through")
        push(own_stage)
        owed = [one for act in owed_for(own_stage, record_id) for one in act.duties]
        assert len(owed) == 4
        assert sum(one.done_ms is None for one in owed) == left


@pytest.mark.parametrize(
    ("what", "kind"),
    [("sealed", RecallKind.WITHDRAWN), ("role", RecallKind.WITHDRAWN), ("disputed", RecallKind.DISPUTED)],
)
def test_a_document_that_closes_a_record_recalls_it_as_the_act_does(
    own_stage: Stage, what: str, kind: RecallKind
) -> None:
    """A seal, a dispute, or a person who is a witness now: whoever was shown it hears of it, however it was entered."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    item = shown(outcome)[0]
    world = own_stage.federation.world_of(CA_SHERIFF)
    record = world.records.get(CA_SHERIFF, record_of(own_stage, item.item_id))
    assert record is not None
    if what == "role":
        new = replace(record, people=tuple(replace(one, role=PersonRole.WITNESS) for one in record.people))
    else:
        new = replace(record, state=replace(record.state, **{what: True}))
    wanted = Correction(record_id=record.id, reason="by order of the court", whole=new)
    done = correct_record(world, own_stage.member(custodian(own_stage, CA_SHERIFF)), wanted)
    assert [release.item_id for release in done.releases] == [item.item_id]
    assert push(own_stage) == 1
    (recall,) = (one.due for one in incoming(own_stage) if isinstance(one.due, Recall))
    assert recall.kind is kind
    still = {one.item_id for one in shown(kept(own_stage, outcome).outcome)}
    assert (item.item_id in still) == (kind is RecallKind.DISPUTED)


def test_an_expungement_destroys_no_key_that_a_legal_hold_keeps(own_stage: Stage) -> None:
    """One answer showed two records, one of them held for a court: what was shown of it can still be proved."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    gone, held = shown(outcome)[:2]
    act(own_stage, held.item_id, "hold")
    world = own_stage.federation.world_of(CA_SHERIFF)
    record_id = record_of(own_stage, gone.item_id)
    (entry,) = (index for _, index in world.journal.items_of(CA_SHERIFF, record_id))
    act(own_stage, gone.item_id, "expunge")
    assert world.records.get(CA_SHERIFF, record_id) is None
    assert world.journal.record(entry) is not None
    assert world.journal.content_key(entry)
    assert push(own_stage) == 1
    assert gone.item_id not in {one.item_id for one in shown(kept(own_stage, outcome).outcome)}


def test_what_may_not_leave_unwitnessed_holds_up_no_recall(own_stage: Stage) -> None:
    """An answer that waits for the log's witnesses comes first each round, and the recall behind it leaves all the same."""
    federation, region = own_stage.federation, own_stage.region
    item = shown(own_stage.ask(region.scene.detective_question))[0]
    own_stage.ask(question_about(region, waiting_record(region)), sources=(CA_SHERIFF,))
    keeper = own_stage.member(custodian(own_stage, CA_SHERIFF))
    (task,) = list_held(federation.world_of(CA_SHERIFF), keeper)
    away = SimpleNamespace(
        policy=SimpleNamespace(quorum="all", witnesses=()), told=lambda: None, tell=lambda _: None
    )
    world = dataclasses.replace(federation.worlds["ca-node"], witnesses=away)  # type: ignore[arg-type]
    federation.worlds["ca-node"] = world
    decide_held(world, keeper, task.duty_id, grant=True, reason="checked with the state repository")
    federation.advance(HOUR_MS)
    act(own_stage, item.item_id, "seal")
    with pytest.raises(UnwitnessedError):
        push_deliveries(world)
    assert len(incoming(own_stage)) == 1
