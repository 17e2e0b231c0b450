"""What several rules demand of one act: read as one row, and done together. Each rule's duty stays one of its own.

A correction of a record makes one recall for each agency that was shown it, and beside it the law and an agreement may
each demand that very recall within a time of their own. The custodian owes one act by the earliest of these times; the
log and the reports count what each rule demands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.exchange.duty.duty_state import (
    DutyState,
    deferred_until_ms,
    due_of,
    is_done,
    is_waiting,
    needs_confirmation,
    state_of,
)
from comity.model.disclosure import OwedRow, StoredDuty

RECALL = (
    "recall"  # the only kind that the exchange's own acts, laws and agreements demand of one recipient at once
)
CONFIRMED_BACK = "comity/RECALL"  # the exchange's own: the recipient confirms
TO_CONFIRM_HERE = (
    "comity/RECALLED"  # the other side of it: a task of this desk towards the owner, and no recall of its own
)
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class OwedAct:
    """The duties that one act fulfils, the earliest clock first; most acts are of one duty."""

    duties: tuple[StoredDuty, ...]

    @property
    def lead(self) -> StoredDuty:
        """The duty that says what is to be done: the exchange's own, which names the recipient, where there is one."""
        return next((one for one in self.duties if one.duty.rule == CONFIRMED_BACK), self.duties[0])

    @property
    def first(self) -> StoredDuty:
        """The duty whose clock ends first."""
        return self.duties[0]

    @property
    def recipient(self) -> str:
        return recipient_of(self.lead) if key_of(self.lead) is not None else self.lead.duty.to

    @property
    def due_ms(self) -> int | None:
        return due_of(self.first)

    @property
    def by_rule(self) -> tuple[StoredDuty, ...]:
        """One duty for each rule that demands the act, the one whose clock ends first."""
        found: dict[str, StoredDuty] = {}
        for one in self.duties:
            found.setdefault(one.duty.rule, one)
        return tuple(found.values())

    @property
    def row(self) -> OwedRow:
        """The act as other systems read it."""
        return OwedRow(duty=self.lead.id, recipient=self.recipient, due_ms=self.due_ms, duties=self.duties)

    def state(self, now_ms: int) -> DutyState:
        return state_of(self.first, now_ms)


def owed_acts(duties: Iterable[StoredDuty]) -> tuple[OwedAct, ...]:
    """Duties by the act that fulfils them, in the order of their first clocks; what is done apart from what is not."""
    found: dict[Key, list[StoredDuty]] = {}
    for one in duties:
        key = key_of(one)
        found.setdefault((one.id,) if key is None else (*key, is_done(one)), []).append(one)
    acts = [OwedAct(tuple(sorted(together, key=_by_clock))) for together in found.values()]
    return tuple(sorted(acts, key=lambda act: _by_clock(act.first)))


def done_with(duties: Iterable[StoredDuty], stored: StoredDuty) -> tuple[StoredDuty, ...]:
    """The other duties that are fulfilled by the same act and are not done yet."""
    key = key_of(stored)
    if key is None:
        return ()
    return tuple(one for one in duties if one.id != stored.id and not is_done(one) and key_of(one) == key)


def key_of(stored: StoredDuty) -> Key | None:
    """What tells an act from any other: its kind, its recipient, its record, and the event that made it due. None: alone.

    A duty that waits for its event is of the act to come. What a person must look at first, and what an order defers,
    goes by itself.
    """
    duty = stored.duty
    recipient = recipient_of(stored)
    if duty.kind != RECALL or duty.rule == TO_CONFIRM_HERE or not stored.record_id or not recipient:
        return None
    if needs_confirmation(stored) or deferred_until_ms(stored) is not None:
        return None
    event: object = f"waits for {duty.after}"
    if not is_waiting(stored):
        event = stored.raised_ms if stored.started_ms is None else stored.started_ms
    return (stored.owner, duty.kind, recipient, stored.record_id, event)


def recipient_of(stored: StoredDuty) -> str:
    """Whom the act is towards: the agency named, else whose question brought the duty."""
    return stored.duty.to or stored.asker


def _by_clock(one: StoredDuty) -> tuple[bool, int, str]:
    due_ms = due_of(one)
    return (due_ms is None, due_ms or 0, one.id)
