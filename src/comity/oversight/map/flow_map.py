"""The map of one month: what was in force at its end, and what changed since the end of the month before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from comity.errors import WrongUseError
from comity.model.flow_map import MonthUse, NodeFlows
from comity.oversight.map.month import Month
from comity.oversight.map.row import MapRow
from comity.oversight.reach.hop import Known

MOST_MONTHS = 120  # ten years: longer than any log is kept by a rule


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two days: opened first, then closed, then how many stayed.

    `brief` were switched on and off again between the two and are in force on neither.
    """

    opened: tuple[MapRow, ...]
    closed: tuple[MapRow, ...]
    brief: tuple[MapRow, ...]
    stays: int


@dataclass(frozen=True, slots=True)
class MonthCount:
    """What was in force at the end of a month, counted, and the agreements that began and ended in it.

    `asked`, `released` and `refused` are None where no log of that month was read.
    """

    month: Month
    day: date
    agreements: int
    began: int
    ended: int
    declared: int
    listed: int
    other: int
    asked: int | None
    released: int | None
    refused: int | None


@dataclass(frozen=True, slots=True, eq=False)
class FlowMap:
    """The map of a month as it stood on its last day, or today where it is not over; `series` are months up to it."""

    month: Month
    day: date
    rows: tuple[MapRow, ...]
    changes: Changes
    series: tuple[MonthCount, ...]
    use: tuple[MonthUse, ...]

    @property
    def count(self) -> MonthCount:
        """The month itself, counted."""
        return self.series[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Everything a map is made from. `use` holds every month of `counted`, which is empty where no log was read."""

    rows: tuple[MapRow, ...]
    use: tuple[MonthUse, ...] = ()
    counted: frozenset[str] = frozenset()


def counted_months(nodes: Sequence[NodeFlows], first: Month, last: Month) -> frozenset[str]:
    """The months from `first` to `last` of which every node's log tells: none in which one of them had not begun."""
    begun = max((node.begun for node in nodes if node.begun), default="")
    if not begun or any(not node.begun for node in nodes):
        return frozenset()
    apart = (last.year - first.year) * 12 + last.number - first.number
    return frozenset(month for back in range(apart + 1) if (month := str(last.back(back))) >= begun)


def map_of(read: Read, month: Month, today: date, months: int = 1) -> FlowMap:
    """The map of a month, with a series of so many months up to it. O(rows * months).

    Raises WrongUseError for a month that has not begun, or too many.
    """
    if month.first > today:
        raise WrongUseError(f"{month} has not begun; name this month or one before it")
    if not 1 <= months <= MOST_MONTHS:
        raise WrongUseError(f"a series has 1 to {MOST_MONTHS} months")
    day = day_of(month, today)
    series = tuple(_counted(read, month.back(back), today) for back in range(months - 1, -1, -1))
    named = {str(one.month) for one in series}
    return FlowMap(
        month=month,
        day=day,
        rows=tuple(row for row in read.rows if row.is_on(day)),
        changes=changes_of(read.rows, month.first - timedelta(days=1), day),
        series=series,
        use=tuple(one for one in read.use if one.month in named),
    )


def day_of(month: Month, today: date) -> date:
    """The day a month is looked at: its last, or today where it is not over."""
    return min(month.last, today)


def changes_of(rows: Iterable[MapRow], before: date, day: date) -> Changes:
    """What changed from one day to a later one."""
    opened, closed, brief, stays = [], [], [], 0
    for row in rows:
        was, now = row.is_on(before), row.is_on(day)
        stays += was and now
        if now and not was:
            opened.append(row)
        elif was and not now:
            closed.append(row)
        elif not now and row.was_brief(before, day):
            brief.append(row)
    return Changes(tuple(opened), tuple(closed), tuple(brief), stays)


def agreements_on(rows: Iterable[MapRow], day: date) -> frozenset[str]:
    """The agreements in force on a day, by name."""
    return frozenset(row.paper for row in rows if row.known is Known.AGREED and row.is_on(day))


def _counted(read: Read, month: Month, today: date) -> MonthCount:
    day = day_of(month, today)
    now = agreements_on(read.rows, day)
    before = agreements_on(read.rows, month.first - timedelta(days=1))
    known = Counter(row.known for row in read.rows if row.is_on(day))
    use = [one for one in read.use if one.month == str(month)] if str(month) in read.counted else None
    return MonthCount(
        month=month,
        day=day,
        agreements=len(now),
        began=len(now - before),
        ended=len(before - now),
        declared=known[Known.DECLARED],
        listed=known[Known.LISTED],
        other=known[Known.DIRECTORY] + known[Known.RECORDED],
        asked=None if use is None else sum(one.asked for one in use),
        released=None if use is None else sum(one.released for one in use),
        refused=None if use is None else sum(one.refused for one in use),
    )


def use_by_purpose(use: Sequence[MonthUse]) -> tuple[tuple[str, str, int, int, int], ...]:
    """Month, purpose and the three counts, of all owners together."""
    found: Counter[tuple[str, str, int]] = Counter()
    for one in use:
        for place, number in enumerate((one.asked, one.released, one.refused)):
            found[one.month, one.purpose, place] += number
    keys = sorted({(month, purpose) for month, purpose, _ in found})
    return tuple(
        (month, purpose, *(found[month, purpose, place] for place in range(3)))  # type: ignore[misc]
        for month, purpose in keys
    )
