"""Calendar arithmetic of the law: spans on days, working days, and the last instant of a local day.

Years and months are never turned into days; a day that does not exist becomes the last of its month (five years
after 29 February is 28 February). The day of the event is not counted; the last day is, until it ends
(as Fed. R. Civ. P. 6(a)(1) counts).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from comity.law.ast import Span

LONGEST_WORKING_DAYS = 3_660  # ten years of days; a longer span of working days is a mistake
MOST_INSTANTS = 1_024  # kept as local time, and as many ends of days: a question asks for the same few
DAY_UNITS = frozenset({"day", "month", "year"})


@dataclass(frozen=True, slots=True)
class OwnerCalendar:
    """When and where an owner's deadlines run: UTC milliseconds, IANA zone, days its offices are closed."""

    at_ms: int
    zone: str = "UTC"
    holidays: frozenset[date] = frozenset()

    def today(self) -> date:
        """The owner's local day at the instant."""
        return local_time(self.at_ms, self.zone).date()


def add_span(day: date, span: Span, *, forward: bool = True) -> date:
    """A day moved by days, months or years. Spans in minutes and hours leave the day as it is.

    Past the calendar's ends the result stays at the end, so that no comparison can raise.
    """
    count = span.count if forward else -span.count
    try:
        if span.unit == "day":
            return day + timedelta(days=count)
        if span.unit == "month":
            return _add_months(day, count)
        if span.unit == "year":
            return _add_months(day, 12 * count)
    except (OverflowError, ValueError):
        return date.max if count > 0 else date.min
    return day


def add_working_days(day: date, count: int, holidays: frozenset[date]) -> date:
    """The day `count` working days after a day: Saturdays, Sundays and holidays are skipped."""
    current, left = day, min(count, LONGEST_WORKING_DAYS)
    while left > 0:  # ends: a calendar of holidays is finite, and weekends leave five days a week
        current += timedelta(days=1)
        if current.weekday() < 5 and current not in holidays:
            left -= 1
    return current


@lru_cache(maxsize=MOST_INSTANTS)
def local_time(at_ms: int, zone: str) -> datetime:
    """An instant (UTC milliseconds) as local time of a zone."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))


@lru_cache(maxsize=MOST_INSTANTS)
def end_of_day_ms(day: date, zone: str) -> int:
    """The last millisecond of a local day, as UTC milliseconds."""
    following = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return int(following.timestamp() * 1000) - 1


def end_of_period(day: date, period: str) -> date:
    """The last day of the week (Sunday), month, quarter or year a day lies in; the day itself for other periods."""
    if period == "week":
        return day + timedelta(days=6 - day.weekday())
    if period == "month":
        return day.replace(day=monthrange(day.year, day.month)[1])
    if period == "quarter":
        last = (day.month + 2) // 3 * 3
        return date(day.year, last, monthrange(day.year, last)[1])
    if period in {"year", "calendar-year"}:
        return date(day.year, 12, 31)
    return day


def start_of_period(day: date, period: str) -> date:
    """The first day of the week (Monday), month, quarter or year a day lies in."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period == "month":
        return day.replace(day=1)
    if period == "quarter":
        return date(day.year, (day.month + 2) // 3 * 3 - 2, 1)
    return date(day.year, 1, 1)


def last_day_of(name: str) -> date:
    """The last day of a period by its name, as `period_of` gives it."""
    year, _, rest = name.partition("-")
    if not rest:
        return date(int(year), 12, 31)
    if rest.startswith("W"):
        return date.fromisocalendar(int(year), int(rest[1:]), 7)
    month = int(rest[1:]) * 3 if rest.startswith("Q") else int(rest)
    return end_of_period(date(int(year), month, 1), "month")


def period_of(day: date, period: str) -> str:
    """The name of the week (ISO 8601), month, quarter or year a day lies in: `2026-W47`, `2026-11`, `2026-Q4`, `2026`."""
    if period == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if period == "month":
        return f"{day.year}-{day.month:02}"
    if period == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day.year}"


def _add_months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
