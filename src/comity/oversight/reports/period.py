"""The days of a report: which it covers, whether they are a period the law asks about, and when it is due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comity.errors import WrongUseError
from comity.law.calendar import end_of_day_ms, end_of_period, start_of_period

MOST_DAYS = 3_660  # ten years: longer than any log is kept by a rule


def last_whole_period(today: date, every: str) -> tuple[date, date]:
    """The last period that is over."""
    last = start_of_period(today, every) - timedelta(days=1)
    return start_of_period(last, every), last


def check_days(first: date, last: date) -> None:
    """Raises WrongUseError for days in the wrong order, or too many."""
    if last < first:
        raise WrongUseError(f"the report would end on {last}, before it begins on {first}; exchange the two days")
    if (last - first).days > MOST_DAYS:
        raise WrongUseError("a report covers ten years at most; make one for each period")


def is_whole(first: date, last: date, every: str) -> bool:
    """Whether days are one period: a calendar month, quarter or year."""
    return first == start_of_period(first, every) and last == end_of_period(first, every)


def instants_of(first: date, last: date, zone: str) -> tuple[int, int]:
    """The first and the last millisecond of local days, as UTC milliseconds."""
    begins = datetime.combine(first, time(), ZoneInfo(zone))
    return int(begins.timestamp() * 1000), end_of_day_ms(last, zone)


def due_on(last: date, every: str, due: str) -> date:
    """The day a report is due: `MM-DD` after its period; without one, at the end of the next period."""
    if not due:
        return end_of_period(last + timedelta(days=1), every)
    month, _, day = due.partition("-")
    named = date(last.year, int(month), int(day))
    return named if named > last else named.replace(year=last.year + 1)
