"""The state of a duty: it follows from stored facts and the clock, so it is never out of date.

done        somebody said so with evidence; counting and logging are done by being entered
deferred    a sealed order keeps the notice till a last day, after which it is due by itself
waiting     the event that starts its clock has not happened
to-confirm  an outsider would be told on an unread rule or an unknown fact: a person looks first
overdue     nothing stands against it and its time is past
open        nothing stands against it
"""

from __future__ import annotations

from enum import StrEnum

from comity.model.disclosure import StoredDuty

DONE_BY_ENTRY = frozenset({"count", "log"})  # the entry that raised it is the count, and the log


class DutyState(StrEnum):
    """Where a duty stands at an instant."""

    OPEN = "open"
    WAITING = "waiting"
    DEFERRED = "deferred"
    TO_CONFIRM = "to-confirm"
    DONE = "done"
    OVERDUE = "overdue"


def state_of(stored: StoredDuty, now_ms: int) -> DutyState:
    """The state of a duty at an instant (UTC milliseconds)."""
    if is_done(stored):
        return DutyState.DONE
    if is_deferred(stored, now_ms):
        return DutyState.DEFERRED
    if is_waiting(stored):
        return DutyState.WAITING
    if needs_confirmation(stored):
        return DutyState.TO_CONFIRM
    return DutyState.OVERDUE if overdue_since_ms(stored, now_ms) is not None else DutyState.OPEN


def is_done(stored: StoredDuty) -> bool:
    """Whether a member said that it is done, or the entry itself did it: counts and logs without a time of their own."""
    if stored.done_ms is not None:
        return True
    duty = stored.duty
    return duty.kind in DONE_BY_ENTRY and duty.due_ms is None and not duty.after


def is_waiting(stored: StoredDuty) -> bool:
    """Whether the event that starts the clock is still to come."""
    return stored.duty.due_ms is None and bool(stored.duty.after)


def needs_confirmation(stored: StoredDuty) -> bool:
    """Whether a person must let it go out first, and has not."""
    return stored.duty.confirm and stored.confirmed is None


def deferred_until_ms(stored: StoredDuty) -> int | None:
    """The last millisecond of its deferral, by the law or by counsel's word in its place; None where there is none."""
    return stored.counsel.until_ms if stored.counsel is not None else stored.duty.deferred_until_ms


def deferred_by(stored: StoredDuty) -> str:
    """The rule that defers it, or `counsel`; empty where nothing does."""
    if deferred_until_ms(stored) is None:
        return ""
    return "counsel" if stored.counsel is not None else stored.duty.deferred_by


def is_deferred(stored: StoredDuty, now_ms: int) -> bool:
    """Whether the notice is held back at an instant. At the end of the last day it releases itself."""
    until_ms = deferred_until_ms(stored)
    return until_ms is not None and now_ms <= until_ms


def due_of(stored: StoredDuty) -> int | None:
    """When it is due, UTC milliseconds: its own time, or the end of its deferral where that is later."""
    own_ms, until_ms = stored.duty.due_ms, deferred_until_ms(stored)
    if is_waiting(stored) or until_ms is None:
        return own_ms
    return until_ms if own_ms is None else max(own_ms, until_ms)


def overdue_since_ms(stored: StoredDuty, now_ms: int) -> int | None:
    """When it became overdue; None where it is done, deferred, or its time is not past."""
    due_ms = due_of(stored)
    if due_ms is None or due_ms >= now_ms or is_done(stored) or is_deferred(stored, now_ms):
        return None
    return due_ms
