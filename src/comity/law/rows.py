"""The rules left for a record, laid out as bits so that all of them are tried at once.

Every residual rule of a data class, in every standpoint, is a row. Its condition becomes clauses that must all
hold, and clause `j` of row `i` is bit `j * rows + i` of an integer, the *marks*. A fact of the record sets the marks
of the clauses it makes true; a row counts when all of its clauses are marked, which is one `and` per clause
position, however many rows there are. What marks an attribute's value sets is worked out once per question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from comity.law.atoms import Atom, FactMap, FlagAtom
from comity.law.code import Node, atoms_of, clauses_of, literal_values
from comity.law.compiled import RuleCode
from comity.law.levels import union
from comity.law.vocabulary import ClassFields
from comity.model.decision import Duty, FieldDecision, Hold
from comity.model.record import PersonInRecord, Record

PUBLIC = "field is public"  # the one fact that each field of a record has for itself
MOST_CLAUSES = 8  # a rule that needs more is walked by itself: its clauses would widen the marks of all rows
PUBLIC_TRUTHS = (None, True, False)

Plain = tuple[object, ...]  # attributes in the order of a sheet's paths, as the record holds them


class Row(NamedTuple):
    """A residual rule in one standpoint (its number), with the fields it covers and where it counts.

    `sure` says where its condition is certainly true.
    """

    view: int
    code: RuleCode
    mask: int
    hit: Node
    sure: Node


class Reading(NamedTuple):
    """An atom in one standpoint: what the question says of what it reads, and the marks of its four literals."""

    atom: Atom
    facts: FactMap
    marks: Sequence[int]


class Column(NamedTuple):
    """The atoms that read the same attributes of a record: `paths`, which `pick` takes from all attributes.

    `known` are the marks of values met before. It is empty at first and is only ever added to.
    """

    paths: tuple[str, ...]
    readings: tuple[Reading, ...]
    pick: Callable[[Plain], object]
    known: dict[object, int]

    def marks_of(self, values: FactMap) -> int:
        """The marks that a record's facts set through these atoms."""
        total = 0
        for reading in self.readings:
            facts = {**reading.facts, **values} if reading.facts else values
            total |= marks_at(reading.atom.truth(facts), reading.marks)
        return total


# Marks worked out for a value that was not met before, and the column to keep them in.
Fresh = tuple[Column, object, int]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The laid-out rows. `base` are the marks that are always set, `shifts` the further clause positions.

    `singles` are one column for each attribute, `joint` those of several. `public` are the marks of a field that
    is not known to be public or not, is public, is not public; `flagged` the rows on which that bears. `walked`
    are the rows with too many clauses, each with its condition over bits of the marks.
    """

    full: int
    base: int
    shifts: tuple[int, ...]
    singles: tuple[Column, ...]
    joint: tuple[Column, ...]
    public: tuple[int, ...]
    flagged: int
    walked: tuple[tuple[int, Node], ...]

    def marks_known(self, plain: Plain) -> int | None:
        """The marks of a record's attributes, or None where a value was not met before."""
        total = self.base
        try:
            for column, value in zip(self.singles, plain, strict=True):
                total |= column.known[value]
            for column in self.joint:
                total |= column.known[column.pick(plain)]
        except KeyError:
            return None
        return total

    def marks_of(self, values: FactMap) -> int:
        """The marks of a record's facts by path, worked out anew."""
        total = self.base
        for column in chain(self.singles, self.joint):
            total |= column.marks_of(values)
        return total

    def marks_met(self, plain: Plain, read: Callable[[tuple[str, ...]], FactMap]) -> tuple[int, tuple[Fresh, ...]]:
        """The marks of a record's attributes, and those of values met for the first time. `read` gives facts."""
        total = self.base
        fresh: list[Fresh] = []
        for column in chain(self.singles, self.joint):
            value = column.pick(plain)
            marks = column.known.get(value)
            if marks is None:
                marks = column.marks_of(read(column.paths))
                fresh.append((column, value, marks))
            total |= marks
        return total, tuple(fresh)

    def counting(self, marks: int) -> int:
        """The rows all of whose clauses are marked, as bits."""
        found = marks & self.full
        for shift in self.shifts:
            found &= marks >> shift
        for row, node in self.walked:
            if not _holds(node, marks):
                found &= ~row
        return found


# What was decided of fields that all rules treat alike: whether any is released, and the rows that hold them back.
Part = tuple[tuple[FieldDecision, ...], bool, int]


Owed = tuple[tuple[Duty, ...], tuple[str, ...]]  # duties and labels


class Unit(NamedTuple):
    """Fields that the same rows cover. `known` are decisions by the rows that count on them; see `Column.known`."""

    names: tuple[str, ...]
    bit: int
    cover: int
    known: dict[int, Part]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """All that deciding a record of one class takes, from one question: rows, fields, and what was learned of them.

    `sure` is for each rule's row the row that says that it is certainly true; `always` the rules that count whatever
    the record says, from some standpoint. `plain_of` reads a record's
    attributes. `units` are fields that are decided together; `flagged` those on which their own being public
    bears, each by itself. `arrange` puts the decisions of all units, one after the other, into the fields' order.
    `conceals` and `dutiful` are rows: those that hide the record, and those that owe duties or labels.
    `duties` are those met before, by row, whether it is certain, and whether something is released;
    `owed` the same of all rows that count together, and `holds` by the rows that hold.
    """

    data_class: str
    fields: ClassFields
    rows: tuple[Row, ...]
    bits: Rows
    sure: tuple[int, ...]
    always: frozenset[int]
    plain_of: Callable[[Record, PersonInRecord], Plain]
    units: tuple[Unit, ...]
    flagged: tuple[Unit, ...]
    arrange: Callable[[Sequence[FieldDecision]], tuple[FieldDecision, ...]]
    conceals: int
    dutiful: int
    duties: dict[tuple[int, bool, bool], Owed] = field(default_factory=dict)
    owed: dict[tuple[int, bool], Owed] = field(default_factory=dict)
    holds: dict[int, tuple[Hold, ...]] = field(default_factory=dict)


def marks_at(truth: bool | None, marks: Sequence[int]) -> int:
    """Those of the marks of an atom's four literals that its truth sets."""
    total = 0
    for holds, mark in zip(literal_values(truth), marks, strict=True):
        if holds:
            total |= mark
    return total


def lay_out(rows: Sequence[Row], atoms: Sequence[Atom], facts: Sequence[FactMap], paths: tuple[str, ...]) -> Rows:
    """Lay rows out over a law's atoms. `facts` are those of each standpoint, `paths` the record's attributes."""
    layout = Layout(rows)
    readings: dict[tuple[int, ...], list[Reading]] = {(place,): [] for place in range(len(paths))}
    place_of = {path: place for place, path in enumerate(paths)}
    public = [0] * len(PUBLIC_TRUTHS)
    flagged = 0
    for (view, index), marks in layout.marks.items():
        atom = atoms[index]
        if isinstance(atom, FlagAtom) and atom.path == PUBLIC:
            public = [one | marks_at(truth, marks) for one, truth in zip(public, PUBLIC_TRUTHS, strict=True)]
            flagged |= union(1 << at for at, row in enumerate(rows) if index in atoms_of(row.hit))
            continue
        reads, told = atom.reads(), facts[view]
        places = tuple(sorted({place_of[path] for path in reads if path in place_of}))
        known = {path: told[path] for path in reads if path not in place_of and path in told}
        readings.setdefault(places, []).append(Reading(atom, known, marks))
    columns = {
        places: Column(tuple(paths[place] for place in places), tuple(found), _picker(places), {})
        for places, found in readings.items()
    }
    return Rows(
        full=(1 << layout.count) - 1,
        base=layout.base,
        shifts=tuple(layout.count * position for position in range(1, layout.width)),
        singles=tuple(columns[place,] for place in range(len(paths))),
        joint=tuple(column for places, column in columns.items() if len(places) != 1),
        public=tuple(public),
        flagged=flagged,
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


def _picker(places: tuple[int, ...]) -> Callable[[Plain], object]:
    return itemgetter(*places) if places else _nothing


def _nothing(plain: Plain) -> object:
    return ()
