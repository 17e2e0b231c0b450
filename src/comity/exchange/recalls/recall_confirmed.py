"""A recall confirmed: said by a person of the recipient, brought to the owner, whose duties are then done."""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import RejectedMessageError, WrongUseError
from comity.exchange.answering.raised import duty_id
from comity.exchange.duty.duties import DESK, changed_once, look_again, said_words
from comity.exchange.duty.duty_state import is_done
from comity.exchange.duty.owed_acts import done_with
from comity.exchange.messages.wire import Delivered
from comity.exchange.owners import owner_facts, owner_here
from comity.exchange.recalls.recall import recall_duty
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.delivery import Recall, RecallConfirmed, RecallKind, StoredDelivery
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.refused import tell_refused
from comity.ports import World


def confirm_recall(world: World, member: Member, recall_id: str, words: str) -> StoredDelivery:
    """Say that what was recalled is not used any more.

    1 the words   2 the recall that came in   3 confirmed before: nothing changes   4 who may say so
    5 one entry: the recall confirmed, the duty done, the confirmation on its way to the owner

    What was withdrawn is forgotten with it: afterwards the desk knows that a recall was confirmed, not of what.
    Raises WrongUseError for a recall that did not come in, or a member who may not.
    """
    said = said_words("confirmation", words)  # 1
    agency = owner_here(world, member.agency)

    def act() -> StoredDelivery:
        stored = world.journal.find_delivery(agency.id, recall_id, incoming=True)  # 2
        if stored is None or not isinstance(stored.due, Recall):
            raise WrongUseError(tell_refused("recall.none", agency=agency.id, recall=recall_id[:64]))
        if stored.confirmed_ms is not None:  # 3
            return stored
        if not DESK & set(member.roles):  # 4
            raise WrongUseError(f"`{member.id}` may not confirm a recall; it needs {', '.join(sorted(DESK))}")
        return _confirm(world, member, agency, (stored, stored.due), said)  # 5

    return look_again(act)


def _confirm(
    world: World, member: Member, agency: Agency, recalled: tuple[StoredDelivery, Recall], said: str
) -> StoredDelivery:
    now_ms = world.clock.now_ms()
    stored, recall = recalled
    withdrawn = recall.kind is RecallKind.WITHDRAWN
    confirmed = replace(
        stored,
        due=replace(recall, items=()) if withdrawn else recall,
        confirmed_ms=now_ms,
        changed=stored.changed + 1,
    )
    duty = world.journal.find_duty(agency.id, recall_duty(stored.id, of_the_recipient=True))
    unit = Unit(
        facts=owner_facts(EntryKind.RECALL_CONFIRMED, agency, now_ms),
        content=canonical_bytes({"recall": stored.id}),
        record=canonical_bytes({"by": member.id, "words": said}),
        deliveries=(_answer_back(stored, now_ms),),
        changed_deliveries=(confirmed,),
        changed_duties=(_done(duty, member.id, said, now_ms),) if duty is not None and not is_done(duty) else (),
    )
    append_entry(world, unit)
    return confirmed


def _answer_back(stored: StoredDelivery, now_ms: int) -> StoredDelivery:
    return StoredDelivery(
        id=duty_id("recall-confirmed", stored.id),
        sender=stored.recipient,
        recipient=stored.sender,
        due=RecallConfirmed(recall=stored.id, confirmed_ms=now_ms),
        made_ms=now_ms,
        next_ms=now_ms,
    )


def take_confirmation(
    world: World, delivered: Delivered, confirmed: RecallConfirmed, now_ms: int
) -> tuple[tuple[StoredDelivery, ...], tuple[StoredDuty, ...]]:
    """The owner's recall and duties as they are from now on; nothing where they say so already.

    What the law and agreements demand of this very recall is done by its confirmation.

    Raises RejectedMessageError for a recall that was never sent to whoever confirms it.
    """
    stored = world.journal.find_delivery(delivered.recipient, confirmed.recall, incoming=False)
    if stored is None or stored.recipient != delivered.sender or not isinstance(stored.due, Recall):
        raise RejectedMessageError("no such recall was sent to this agency; confirm one that came in")
    if stored.confirmed_ms is not None:
        return (), ()
    # That it arrived is proved by its confirmation, whatever became of the receipt.
    changed = replace(
        stored,
        confirmed_ms=confirmed.confirmed_ms,
        arrived_ms=stored.arrived_ms if stored.arrived_ms is not None else now_ms,
        next_ms=None,
        trouble="",
        changed=stored.changed + 1,
    )
    duty = world.journal.find_duty(delivered.recipient, recall_duty(stored.id, of_the_recipient=False))
    if duty is None:
        return (changed,), ()
    owed = (*(() if is_done(duty) else (duty,)), *_fulfilled(world, duty))
    return (changed,), tuple(_done(one, delivered.sender, "the recipient confirmed it", now_ms) for one in owed)


def _fulfilled(world: World, duty: StoredDuty) -> tuple[StoredDuty, ...]:
    """What law and agreements demand beside a recall's own duty. A recall in several parts is confirmed with the last."""
    others = done_with(world.journal.duties(duty.owner), duty)
    return () if any(one.duty.rule == duty.duty.rule for one in others) else others


def _done(duty: StoredDuty, by: str, evidence: str, now_ms: int) -> StoredDuty:
    return changed_once(replace(duty, done_ms=now_ms, done_by=by, evidence=evidence))
