"""No small count of people is shown, and none follows from what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.law.calendar import end_of_period
from comity.model.report import Of, ReportTable
from comity.oversight.reports.counted import Counted
from comity.oversight.reports.described import Counts, Dimension, Row, described, report_kinds
from comity.oversight.reports.make import tables_of
from comity.oversight.reports.period import is_whole
from comity.oversight.reports.suppress import SHOWN_FROM, SMALL, hidden_words

tables = st.lists(st.integers(0, 15), min_size=1, max_size=4)


def print_of(counts: list[int]) -> tuple[str, ...]:
    """A table as it is printed, the total first."""
    numbers: dict[tuple[str, ...], int] = {(str(at),): number for at, number in enumerate(counts)}
    hidden = hidden_words(numbers)
    return (
        hidden.get((), str(sum(counts))),
        *(hidden.get((str(at),), str(number)) for at, number in enumerate(counts)),
    )


@settings(max_examples=200)
@given(tables)
def test_every_small_count_may_be_any_from_one_to_ten(counts: list[int]) -> None:
    """Whoever tries every table that is printed the same, knowing the rule, finds all ten values for each small count."""
    printed = print_of(counts)
    values = [range(1, SHOWN_FROM) if said == SMALL else (int(said),) for said in printed[1:]]
    alike = [guess for guess in product(*values) if print_of(list(guess)) == printed]
    for at, number in enumerate(counts):
        if 0 < number < SHOWN_FROM:
            assert {guess[at] for guess in alike} == set(range(1, SHOWN_FROM))


@given(tables)
def test_where_nothing_is_small_everything_is_shown(counts: list[int]) -> None:
    """Zero and eleven are shown, and so is the total of what is shown."""
    shown = [0 if 0 < number < SHOWN_FROM else number for number in counts]
    assert print_of(shown) == (str(sum(shown)), *map(str, shown))


def test_zeros_stay_beside_a_small_count() -> None:
    """Nobody is in a zero, so that it tells nothing."""
    assert print_of([0, 3, 12])[1:] == ("0", SMALL, "12")


# ---------------------------------------------------------------- an attacker with several reports

BEGINS = date(2026, 1, 1)
GROUPS, LABELS = ("a group", "another group"), ("a label", "another label")
BY_GROUP, BY_LABEL = (
    Row(id=name, title=name, counts=Counts.ENTERED, of=Of.SUBJECTS, what=("transfer",), by=(by,))
    for name, by in (("by-group", Dimension.GROUP), ("by-label", Dimension.LABEL))
)
# How many people, by day (from the first of January), group and label: what the attacker wants to know.
worlds = st.dictionaries(
    st.tuples(st.integers(0, 89), st.sampled_from(GROUPS), st.sampled_from(LABELS)), st.integers(1, 30), max_size=8
)
spans = st.lists(st.tuples(st.integers(0, 89), st.integers(0, 89)), max_size=4)
Cell = tuple[int, str, str]


@dataclass(frozen=True)
class Published:
    """A report of some days, and which cells each of its words adds up."""

    first: int
    last: int
    tables: tuple[ReportTable, ...]

    def holds(self, cell: Cell, values: tuple[str, ...]) -> bool:
        return self.first <= cell[0] <= self.last and all(word in cell for word in values)


def publish(world: dict[Cell, int], first: int, last: int) -> Published:
    """Two tables about the same people, as a report of these days prints them."""
    inside = {cell: number for cell, number in world.items() if first <= cell[0] <= last}
    rows = []
    for row, at in ((BY_GROUP, 1), (BY_LABEL, 2)):
        numbers: Counter[tuple[str, ...]] = Counter()
        for cell, number in inside.items():
            numbers[(str(cell[at]),)] += number
        rows.append((row, Counted(numbers=numbers, total=sum(inside.values()))))
    days = BEGINS + timedelta(days=first), BEGINS + timedelta(days=last)
    return Published(first, last, tables_of(tuple(rows), whole=is_whole(*days, "month")))


def months() -> Iterator[tuple[int, int]]:
    for month in (1, 2, 3):
        day = date(2026, month, 1)
        yield (day - BEGINS).days, (end_of_period(day, "month") - BEGINS).days


@settings(max_examples=60)
@given(worlds, spans)
def test_no_hidden_count_follows_from_several_reports(
    world: dict[Cell, int], chosen: list[tuple[int, int]]
) -> None:
    """An attacker who has every month's report and some of other days, and solves what they say together as equations
    over whole numbers, finds each hidden count possible as one and as ten."""
    published = [publish(world, *span) for span in (*months(), *(tuple(sorted(span)) for span in chosen))]
    cells = [(day, group, label) for day, group, label in product(range(90), GROUPS, LABELS)]
    solver, hidden = z3.Solver(), []
    starts = sorted({one.first for one in published} | {one.last + 1 for one in published} | {0})
    blocks = sorted({max(start for start in starts if start <= day) for day, _, _ in cells})
    unknown = {
        (block, group, label): z3.Int(f"{block}/{group}/{label}")
        for block, group, label in product(blocks, GROUPS, LABELS)
    }
    solver.add(*(one >= 0 for one in unknown.values()))
    for one in published:
        for table in one.tables:
            for figure in (*table.figures, *((table.total,) if table.total is not None else ())):
                adds_up = z3.Sum([each for cell, each in unknown.items() if one.holds(cell, figure.values)])
                if figure.number is not None:
                    solver.add(adds_up == figure.number)
                elif figure.said == SMALL:
                    solver.add(adds_up >= 1, adds_up < SHOWN_FROM)
                    hidden.append(adds_up)
    for count in hidden:
        for value in (1, SHOWN_FROM - 1):
            assert solver.check(count == value) == z3.sat


def test_two_overlapping_reports_would_tell_if_both_were_shown() -> None:
    """Of 31 days and of 30 the difference is one person: so only the month shows people, and the other days say why not."""
    world: dict[Cell, int] = {(0, GROUPS[0], LABELS[0]): 40, (30, GROUPS[0], LABELS[0]): 1}
    month, part = publish(world, 0, 30), publish(world, 0, 29)
    assert month.tables[0].total is not None
    assert month.tables[0].total.number == 41
    assert part.tables[0].figures == ()
    assert part.tables[0].total is not None
    assert "whole periods" in part.tables[0].total.said


def test_no_two_kinds_count_the_same_people_over_other_periods() -> None:
    """A month's people in one report and the year's in another could be subtracted: no two kinds of report do that."""
    periods: dict[object, set[str]] = {}
    for kind in report_kinds():
        for row in described(kind).rows:
            for counted in (row.what or ((row.counts, row.kinds, row.where),)) if row.of is Of.SUBJECTS else ():
                periods.setdefault(counted, set()).add(described(kind).every)
    assert periods
    assert all(len(found) == 1 for found in periods.values())
