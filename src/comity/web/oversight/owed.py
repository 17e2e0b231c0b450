"""Which reports an agency owes, for which period, and where each stands: from their descriptions and its duties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comity.errors import WrongUseError
from comity.law.calendar import end_of_day_ms, last_day_of, period_of, start_of_period
from comity.model.agency import Agency
from comity.model.disclosure import StoredDuty
from comity.oversight.reports.described import Described, described, report_kinds
from comity.oversight.reports.period import due_on, last_whole_period

RUNNING, READY, FILED, MAY = "running", "ready", "filed", "may"
_PERIOD = re.compile(r"[0-9]{4}(-(Q[1-4]|0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Owed:
    """One report of one period. `stands` is `running` while the period is not over, `ready`, `filed`, or `may` where nobody
    is owed it; `due_ms` the end of its day (UTC milliseconds), None where there is none."""

    kind: str
    of: Described
    period: str
    stands: str
    due_ms: int | None


def owed_by(
    agency: Agency, duties: Sequence[StoredDuty], filed: frozenset[tuple[str, str]], today: date
) -> tuple[Owed, ...]:
    """Each kind that is owed by the agency or that anybody may publish: the last whole period, and one that runs.

    A duty that is done says that an owed report is filed; `filed`, kinds and periods, says it of the others.
    """
    found: list[Owed] = []
    for kind in report_kinds():
        asked = described(kind)
        if asked.states and agency.state not in asked.states:
            continue
        last = last_whole_period(today, asked.every)[1]
        done = {
            one.duty.period: one.done_ms is not None
            for one in duties
            if one.duty.kind == "report" and one.duty.report in {kind, asked.register}
        }
        if not asked.states:
            done = {period: True for filed_kind, period in filed if filed_kind == kind}
        found.append(_owed(agency, kind, last, done))
        if asked.states and period_of(today, asked.every) in done:
            found.append(_owed(agency, kind, last_day_of(period_of(today, asked.every)), done, runs=True))
    return tuple(sorted(found, key=lambda one: (one.due_ms is None, one.due_ms or 0, one.kind)))


def days_of(kind: str, period: str, today: date) -> tuple[date, date] | None:
    """The days of a period of a report by its name; None for what is none, is not over, or lies too far back."""
    try:
        asked = described(kind)
    except WrongUseError:
        return None
    if not _PERIOD.fullmatch(period) or period < f"{today.year - 10}":
        return None
    last = last_day_of(period)
    first = start_of_period(last, asked.every)
    return (first, last) if period_of(last, asked.every) == period and last < today else None


def _owed(agency: Agency, kind: str, last: date, done: dict[str, bool], *, runs: bool = False) -> Owed:
    asked = described(kind)
    period = period_of(last, asked.every)
    if not asked.states:
        return Owed(kind, asked, period, FILED if done.get(period) else MAY, None)
    stands = RUNNING if runs else FILED if done.get(period) else READY
    return Owed(kind, asked, period, stands, end_of_day_ms(due_on(last, asked.every, asked.due), agency.zone))
