"""The rules left for a record, laid out as bits so that all of them are tried at once.

Every residual rule of a data class, in every standpoint, is a row. Its condition becomes clauses that must all
hold, and clause `j` of row `i` is bit `j * rows + i` of an integer, the *marks*. A fact of the record sets the marks
of the clauses it makes true; a row counts when all of its clauses are marked, which is one `and` per clause
position, however many rows there are. What marks an attribute's value sets is worked out once per question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from operator import getitem, or_
from typing import NamedTuple

from comity.law.atoms import Atom, FactMap, FlagAtom
from comity.law.code import Node, atoms_of, clauses_of
from comity.law.columns import (
    Column,
    Fresh,
    Known,
    ListColumn,
    Plain,
    Reading,
    apart,
    by_truth,
    column_of,
    list_column,
)
from comity.law.compiled import RuleCode
from comity.law.levels import Deeds, union
from comity.law.vocabulary import ClassFields
from comity.model.codes import Level
from comity.model.decision import Duty, FieldDecision, Hold, Reason, RecordDecision
from comity.model.record import PersonInRecord, Record

PUBLIC = "field is public"  # the one fact that each field of a record has for itself
MOST_CLAUSES = 8  # a rule that needs more is walked by itself: its clauses would widen the marks of all rows
PUBLIC_TRUTHS = (None, True, False)


class Row(NamedTuple):
    """A residual rule in one standpoint (its number), with the fields it covers and where it counts.

    `sure` says where its condition is certainly true.
    """

    view: int
    code: RuleCode
    mask: int
    hit: Node
    sure: Node


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The laid-out rows. `base` are the marks that are always set, `shifts` the further clause positions.

    `singles` are one column for each attribute, in order, and `met` what is known of their values; `joint` are the
    columns of several attributes, `lists` those of items. `public` are the marks of a field that is not known to
    be public or not, is public, is not public; `flagged` the rows on which that bears. `walked` are the rows with
    too many clauses, each with its condition over bits of the marks.
    """

    full: int
    base: int
    shifts: tuple[int, ...]
    singles: tuple[Column, ...]
    met: tuple[Known, ...]
    joint: tuple[Column, ...]
    lists: tuple[ListColumn, ...]
    public: tuple[int, ...]
    flagged: int
    walked: tuple[tuple[int, Node], ...]

    def marks_known(self, plain: Plain) -> int | None:
        """The marks of a record's attributes, or None where a value was not met before."""
        try:
            total = reduce(or_, map(getitem, self.met, plain), self.base)
            for column in self.joint:
                total |= column.known[column.pick(plain)]
            for listed in self.lists:
                total |= listed.marks_known(plain)
        except KeyError:
            return None
        return total

    def marks_of(self, values: FactMap) -> int:
        """The marks of a record's facts by path, worked out anew."""
        total = self.base
        for column in chain(self.singles, self.joint):
            total |= column.marks_of(values)
        for listed in self.lists:
            total |= listed.marks_of(values)
        return total

    def marks_met(self, plain: Plain, read: Callable[[tuple[str, ...]], FactMap]) -> tuple[int, list[Fresh]]:
        """The marks of a record's attributes, and those of values met for the first time. `read` gives facts."""
        total = self.base
        fresh: list[Fresh] = []
        for column in chain(self.singles, self.joint):
            total |= column.marks_met(plain, read, fresh)
        for listed in self.lists:
            total |= listed.marks_met(plain, fresh)
        return total, fresh

    def counting(self, marks: int) -> int:
        """The rows all of whose clauses are marked, as bits."""
        found = marks & self.full
        for shift in self.shifts:
            found &= marks >> shift
        for row, node in self.walked:
            if not _holds(node, marks):
                found &= ~row
        return found


# What was decided of fields that all rules treat alike: their decisions, and the rows that hold them back with, above
# all rows, the bit `Sheet.released` where any of them is released.
Part = tuple[tuple[FieldDecision, ...], int]
Owed = tuple[tuple[Duty, ...], tuple[str, ...]]  # duties and labels
Counting = (
    int | tuple[int, tuple[int, ...]]
)  # rows that count, alone or with those that count on each flagged field
Verdict = tuple[Level, bool, bool, int]  # level, held, match only, and the rows that are its reasons


class Unit(NamedTuple):
    """Fields that the same rows cover. `known` are decisions by the rows that count on them, `said` by verdict."""

    cover: int
    known: dict[int, Part]
    said: dict[Verdict, tuple[FieldDecision, ...]]
    names: tuple[str, ...]
    bit: int


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """What a question met among the records of one class, concealed ones never: for all to see that it is bounded.

    `marked` are decisions by marks and flags, `decided` by the rows that count. `reasons` are by the rows that are
    the reasons, `holds` by the rows that hold; `duties` by row, whether it is certain, and whether something is
    released; `owed` by all rows that owe, and whether something is released.
    """

    marked: dict[object, RecordDecision] = field(default_factory=dict)
    decided: dict[Counting, RecordDecision] = field(default_factory=dict)
    reasons: dict[int, tuple[Reason, ...]] = field(default_factory=dict)
    holds: dict[int, tuple[Hold, ...]] = field(default_factory=dict)
    duties: dict[tuple[int, bool, bool], Owed] = field(default_factory=dict)
    owed: dict[tuple[int, bool], Owed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """All that deciding a record of one class takes, from one question: rows, fields, and what was met of them.

    `sure` is for each rule's row the row that says that it is certainly true; `always` the rules that count whatever
    the record says, from some standpoint. `deeds` are the rows of each standpoint by what they do, `telling` all
    rows in the order in which reasons are told: where its bit is, and None for a standpoint that permits nothing.
    `plain_of` reads a record's attributes. `units` are fields that are decided together; `flagged` those on which
    their own being public bears, each by itself. `arrange` puts the decisions of all units, one after the other,
    into the fields' order. `conceals` and `dutiful` are rows: those that hide the record, and those that owe duties
    or labels; `plainly` that no two of these are of one rule, so that no duty can be owed twice.
    """

    data_class: str
    fields: ClassFields
    names: frozenset[str]
    rows: tuple[Row, ...]
    bits: Rows
    sure: tuple[int, ...]
    always: frozenset[int]
    deeds: tuple[Deeds, ...]
    telling: tuple[tuple[int, int, RuleCode | None], ...]
    plain_of: Callable[[Record, PersonInRecord], Plain]
    units: tuple[Unit, ...]
    flagged: tuple[Unit, ...]
    arrange: Callable[[Sequence[FieldDecision]], tuple[FieldDecision, ...]]
    conceals: int
    dutiful: int
    plainly: bool
    released: int
    met: Met


def lay_out(rows: Sequence[Row], atoms: Sequence[Atom], facts: Sequence[FactMap], paths: tuple[str, ...]) -> Rows:
    """Lay rows out over a law's atoms. `facts` are those of each standpoint, `paths` the record's attributes."""
    layout = Layout(rows)
    readings: dict[tuple[int, ...], list[Reading]] = {(place,): [] for place in range(len(paths))}
    listed: dict[int, list[Reading]] = {}
    place_of = {path: place for place, path in enumerate(paths)}
    public = [0] * len(PUBLIC_TRUTHS)
    flagging = set()
    for (view, index), marks in layout.marks.items():
        atom, sets = atoms[index], by_truth(marks)
        if isinstance(atom, FlagAtom) and atom.path == PUBLIC:
            public = [one | sets[truth] for one, truth in zip(public, PUBLIC_TRUTHS, strict=True)]
            flagging.add(index)
            continue
        reads, told = atom.reads(), facts[view]
        places = tuple(sorted({place_of[path] for path in reads if path in place_of}))
        known = {path: told[path] for path in reads if path not in place_of and path in told}
        reading = Reading(atom, known, sets)
        if len(places) == 1 and apart(atom):
            listed.setdefault(places[0], []).append(reading)
        else:
            readings.setdefault(places, []).append(reading)
    columns = {places: column_of(places, paths, found) for places, found in readings.items()}
    singles = tuple(columns[place,] for place in range(len(paths)) if place not in listed)
    return Rows(
        full=(1 << layout.count) - 1,
        base=layout.base,
        shifts=tuple(layout.count * position for position in range(1, layout.width)),
        singles=singles,
        met=tuple(column.known for column in singles),
        joint=tuple(
            column
            for places, column in columns.items()
            if len(places) != 1 or (places[0] in listed and column.readings)
        ),
        lists=tuple(list_column(place, found) for place, found in listed.items()),
        public=tuple(public),
        flagged=union(1 << at for at, row in enumerate(rows) if flagging & atoms_of(row.hit)) if flagging else 0,
        walked=tuple(layout.walked),
    )


class Layout:
    """Gives every clause of every row its bit, and every literal the bits it sets. Used up by `lay_out`."""

    def __init__(self, rows: Sequence[Row]) -> None:
        clauses = [clauses_of(row.hit, MOST_CLAUSES) for row in rows]
        self.count = len(rows)
        self.width = max((len(one) for one in clauses if one is not None), default=0) or 1
        self.base = (1 << (self.count * self.width)) - 1
        self.marks: dict[tuple[int, int], list[int]] = {}  # of an atom's four literals, by standpoint and atom
        self.walked: list[tuple[int, Node]] = []
        self._top = self.count * self.width
        for index, (row, found) in enumerate(zip(rows, clauses, strict=True)):
            if found is None:
                self.walked.append((1 << index, self._walkable(row.hit, row.view)))
            else:
                self._place(index, row.view, found)

    def _place(self, index: int, view: int, clauses: tuple[tuple[int, ...], ...]) -> None:
        for position, clause in enumerate(clauses):
            bit = 1 << (position * self.count + index)
            self.base &= ~bit
            for literal in clause:
                self._mark(view, literal, bit)

    def _walkable(self, node: Node, view: int) -> Node:
        """The condition with a bit of its own for every literal, above those of the clauses."""
        if isinstance(node, int):
            place = self._top
            self._top += 1
            self._mark(view, node, 1 << place)
            return place
        return node[0], tuple(self._walkable(part, view) for part in node[1])

    def _mark(self, view: int, literal: int, bit: int) -> None:
        self.marks.setdefault((view, literal >> 2), [0, 0, 0, 0])[literal & 3] |= bit


def _holds(node: Node, marks: int) -> bool:
    """Whether a walked condition holds."""
    if isinstance(node, int):
        return bool(marks >> node & 1)
    answers = (_holds(part, marks) for part in node[1])
    return all(answers) if node[0] == "&" else any(answers)
