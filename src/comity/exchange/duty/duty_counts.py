"""Counts of acts, from duties that entries committed: how many for each register and period, by rule and owner.

Counts of acts and agencies, never of persons: nothing is suppressed here, and no count names anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from comity.exchange.duty.duty_state import is_done, overdue_since_ms
from comity.law.calendar import local_time, period_of
from comity.model.base import Noun
from comity.model.disclosure import StoredDuty

COUNTED = frozenset({"count", "report", "log"})
OWED = "comity/REPORT"  # that a report is owed is no act: it is done when the report is filed
HOURLY = "stop-hourly"  # the register of stops: counted by asking agency and hour
UNATTESTED = "emergency-unattested"  # the register of emergency uses that a supervisor attests
PERIODS = ("week", "month", "quarter", "year")


class Counted(Noun, frozen=True, kw_only=True):
    """How many duties of a kind a rule brought to a register in a period. `asker` is set in the register of stops.

    `period` is `2026-11` for a month, as `period_of` names it; `2026-11-20T14` (local hour, UTC offset after it) for
    the register of stops.
    """

    report: str
    period: str
    owner: str
    rule: str
    kind: str
    number: int
    asker: str = ""


class Unattested(Noun, frozen=True, kw_only=True):
    """An emergency use that no supervisor attested in time: owner, local hour of the release, rule. No names."""

    owner: str
    hour: str
    rule: str


def count_duties(stored: Iterable[StoredDuty], zone: str, every: str) -> tuple[Counted, ...]:
    """Counts by register, period (`every`: week, month, quarter or year, in the owner's zone), owner and rule."""
    counts = Counter(
        (*_when(one, zone, every), one.owner, one.duty.rule, one.duty.kind)
        for one in stored
        if one.duty.kind in COUNTED and one.duty.report and one.duty.rule != OWED
    )
    return tuple(
        Counted(report=report, period=period, asker=asker, owner=owner, rule=rule, kind=kind, number=number)
        for (report, period, asker, owner, rule, kind), number in sorted(counts.items())
    )


def unattested(stored: Iterable[StoredDuty], zone: str, now_ms: int) -> tuple[Unattested, ...]:
    """Emergency uses whose supervisor did not attest within the time the rule gives, earliest first.

    A use is a question with a duty in that register; what attests it is the supervisor's review of the same question.
    """
    held = tuple(stored)
    uses = {one.query_id for one in held if one.duty.report == UNATTESTED}
    late = [
        one
        for one in held
        if one.duty.kind == "review"
        and one.duty.to == "supervisor"
        and one.query_id in uses
        and not is_done(one)
        and overdue_since_ms(one, now_ms) is not None
    ]
    late.sort(key=lambda one: (one.started_ms or one.raised_ms, one.id))
    return tuple(
        Unattested(owner=one.owner, hour=_hour(one.started_ms or one.raised_ms, zone), rule=one.duty.rule)
        for one in late
    )


def _when(one: StoredDuty, zone: str, every: str) -> tuple[str, str, str]:
    if one.duty.report == HOURLY:
        return one.duty.report, _hour(one.raised_ms, zone), one.asker
    period = one.duty.period or period_of(local_time(one.raised_ms, zone).date(), every)
    return one.duty.report, period, ""


def _hour(at_ms: int, zone: str) -> str:
    """The local hour; with its offset, since one hour comes twice when the clocks go back."""
    local = local_time(at_ms, zone)
    return f"{local:%Y-%m-%dT%H}{_offset(local.utcoffset() or timedelta())}"


def _offset(ahead: timedelta) -> str:
    minutes = int(ahead.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
