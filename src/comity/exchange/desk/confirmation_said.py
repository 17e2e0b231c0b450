"""The owner's word on a hit: said by its desk after comparing, looked at once more when it is sent, taken by the asker.

A confirmation is said of a record as it is. Where the record is another when the word is sent, the word does not leave: the
duty is open again, and whoever asked hears nothing that they would not hear of a slow desk.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import DutyRefusedError, RejectedMessageError, WrongUseError
from comity.exchange.answering.raised import duty_id
from comity.exchange.answering.release import CUSTODY_LEADS
from comity.exchange.desk.confirmable import find_confirmable
from comity.exchange.desk.confirmation_asked import confirmation_duty
from comity.exchange.desk.confirmations import confirmations, words_on
from comity.exchange.duty.duties import DESK, changed_once, look_again, said_words
from comity.exchange.duty.duty_state import is_done
from comity.exchange.messages.wire import Delivered
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, digest
from comity.model.confirmation import (
    MINUTE_MS,
    Compared,
    Confirmation,
    ConfirmationAsked,
    ConfirmationDue,
    ConfirmationGiven,
    ConfirmationSaid,
    ConfirmationWord,
)
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.record import Record
from comity.ports import World

ANSWERERS = DESK | {"supervisor"}  # a desk that is awake at night is a watch commander's
GONE = "it cannot be confirmed: it is not there as it was shown; answer `not-confirmed`"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that came in, its duty, and what was said of it so far."""

    stored: StoredDelivery
    asked: ConfirmationAsked
    duty: StoredDuty
    words: tuple[ConfirmationSaid, ...]


def answer_confirmation(world: World, member: Member, request: str, given: ConfirmationGiven) -> Confirmation:
    """Say whether a hit is confirmed.

    1 the reason, and who may say it   2 the request   3 answered already: nothing changes; more time is asked for once
    4 confirmed only what is there as it was shown, after comparing   5 one entry: the word, on its way; the duty done or later

    Raises WrongUseError for no such request or who may not, DutyRefusedError for what cannot be confirmed.
    """
    reason = said_words("reason", given.reason)  # 1
    owner = owner_here(world, member.agency)
    if not ANSWERERS & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not confirm a hit; it needs {', '.join(sorted(ANSWERERS))}")

    def act() -> None:
        now_ms = world.clock.now_ms()
        found = _find(world, owner, request)  # 2
        if found.asked.by == member.id:
            raise WrongUseError("you asked for this confirmation yourself; another person must answer")
        if is_done(found.duty):  # 3
            return
        if given.word is ConfirmationWord.MORE_TIME and found.words:
            raise DutyRefusedError("more time was asked for once already; confirm it, or answer `not-confirmed`")
        record = find_record(world, owner, found.asked, now_ms)
        if given.word is ConfirmationWord.CONFIRMED:  # 4
            _check_compared(record, given.compared)
        append_entry(
            world, _said_unit(owner, found, _said(found, given, now_ms), (record, member.id, reason))
        )  # 5

    look_again(act)
    return next(one for one in confirmations(world, owner) if one.incoming and one.id == request)


def find_record(world: World, owner: Agency, asked: ConfirmationAsked, now_ms: int) -> Record | None:
    """The record of a request's item, where it may be confirmed now."""
    item = world.journal.find_item(asked.item_id)
    return find_confirmable(world, owner, item, now_ms) if item is not None else None


def due_confirmation(world: World, delivery: StoredDelivery, due: ConfirmationDue) -> ConfirmationSaid | None:
    """The word as it may leave now; None where the record is no longer what it was said of: then the duty is open again."""
    if due.said.word is not ConfirmationWord.CONFIRMED:
        return due.said
    now_ms = world.clock.now_ms()
    owner = world.directory().get_agency(delivery.sender)
    item = world.journal.find_item(due.said.item_id)
    record = find_confirmable(world, owner, item, now_ms) if item is not None else None
    if record is not None and digest(record) == due.record_hash:
        return due.said
    duty = world.journal.find_duty(owner.id, confirmation_duty(due.said.asked))
    # A stop after this entry leaves the word unsent and the duty open: the next round finds the same and sends nothing.
    if duty is not None and is_done(duty):
        append_entry(world, _reopened_unit(owner, duty, now_ms))
    return None


def take_said(
    world: World, delivered: Delivered, said: ConfirmationSaid, now_ms: int
) -> tuple[StoredDelivery, tuple[StoredDelivery, ...]]:
    """A word as its asker keeps it, and the request as arrived. Raises RejectedMessageError for one nobody asked for."""
    asked = world.journal.find_delivery(delivered.recipient, said.asked, incoming=False)
    if asked is None or asked.recipient != delivered.sender or not isinstance(asked.due, ConfirmationAsked):
        raise RejectedMessageError("no such confirmation was asked for; answer a request that came in")
    if (asked.due.query_id, asked.due.item_id) != (said.query_id, said.item_id) and asked.due.item_id:
        raise RejectedMessageError("the confirmation is of another item than the one asked about")
    withdrawn = not asked.due.item_id
    stored = StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=delivered.recipient,
        due=replace(said, item_id="") if withdrawn else said,
        made_ms=said.said_ms,
        incoming=True,
        arrived_ms=now_ms,
    )
    if asked.arrived_ms is not None:
        return stored, ()
    arrived = replace(asked, arrived_ms=now_ms, next_ms=None, trouble="", changed=asked.changed + 1)
    return stored, (arrived,)


def _find(world: World, owner: Agency, request: str) -> _Asked:
    stored = world.journal.find_delivery(owner.id, request, incoming=True)
    duty = world.journal.find_duty(owner.id, confirmation_duty(request))
    if stored is None or duty is None or not isinstance(stored.due, ConfirmationAsked):
        raise WrongUseError(
            f"`{owner.id}` was asked to confirm nothing under `{request[:64]}`; `comity hit list` shows what it was"
        )
    return _Asked(stored, stored.due, duty, words_on(world.journal.deliveries(owner.id), stored))


def _check_compared(record: Record | None, compared: Compared) -> None:
    if record is None:
        raise DutyRefusedError(GONE)
    if not (compared.active and compared.identical):
        raise DutyRefusedError(
            "confirming says that the record is active, and that person or property is the one it is about; "
            "say both, or answer `not-confirmed`"
        )
    if record.data_class in CUSTODY_LEADS and record.people and compared.extradites is not True:
        raise DutyRefusedError(
            "confirming a wanted person says that the agency extradites from there; say it, or answer `not-confirmed`"
        )


def _said(found: _Asked, given: ConfirmationGiven, now_ms: int) -> ConfirmationSaid:
    return ConfirmationSaid(
        asked=found.stored.id,
        query_id=found.asked.query_id,
        item_id=found.asked.item_id,
        word=given.word,
        said_ms=now_ms,
        until_ms=now_ms + given.more_minutes * MINUTE_MS if given.more_minutes is not None else None,
    )


def _said_unit(owner: Agency, found: _Asked, said: ConfirmationSaid, kept: tuple[Record | None, str, str]) -> Unit:
    """The public part says that something was answered; which word, by whom and why is the owner's."""
    record, by, reason = kept
    confirmed = said.word is ConfirmationWord.CONFIRMED
    due = ConfirmationDue(said=said, record_hash=digest(record) if confirmed and record is not None else "")
    reply = StoredDelivery(
        id=duty_id("confirmation-said", found.stored.id, found.duty.changed),
        sender=owner.id,
        recipient=found.stored.sender,
        due=due,
        made_ms=said.said_ms,
        next_ms=said.said_ms,
    )
    if said.word is ConfirmationWord.MORE_TIME:
        duty = replace(found.duty, duty=replace(found.duty.duty, due_ms=said.until_ms))
    else:
        duty = replace(found.duty, done_ms=said.said_ms, done_by=by, evidence=f"{said.word}: {reason}")
    return Unit(
        facts=owner_facts(EntryKind.HIT_CONFIRMATION, owner, said.said_ms),
        content=canonical_bytes({"owner": owner.id, "answered": 1}),
        record=canonical_bytes((due, by, reason)),
        deliveries=(reply,),
        changed_duties=(changed_once(duty),),
    )


def _reopened_unit(owner: Agency, duty: StoredDuty, now_ms: int) -> Unit:
    opened = changed_once(replace(duty, done_ms=None, done_by="", evidence=""))
    return Unit(
        facts=owner_facts(EntryKind.HIT_CONFIRMATION, owner, now_ms),
        content=canonical_bytes({"owner": owner.id, "void": 1}),
        record=canonical_bytes({"duty": duty.id, "was": duty.evidence}),
        changed_duties=(opened,),
    )
