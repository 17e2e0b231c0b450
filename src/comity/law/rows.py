"""The rules left for a record, laid out as bits so that all of them are tried at once.

Every residual rule of a data class is a row, one for all standpoints that leave the same of it. Its condition becomes
clauses that must all hold. A clause of one literal strikes its row out when the literal fails: bit `i` of an integer, the
*marks*, for row `i`. The `j`-th of the clauses that are a choice is bit `j * rows + i`, which any of its literals sets by
holding. A row counts when it is not struck out and all its choices are marked: one `and` for each position of a choice,
however many rows there are. What marks an attribute's value sets is worked out once per question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import NamedTuple

from comity.law.atoms import Atom, FactMap, FactValue, FlagAtom
from comity.law.code import Node, atoms_of, clauses_of, literal_values
from comity.law.columns import (
    WHOLE,
    Block,
    ByTruth,
    Column,
    Days,
    Fresh,
    ListColumn,
    Reading,
    Seen,
    apart,
    blocks_by_noun,
    column_of,
    days_of,
    list_column,
    looked_up_together,
    marks_of,
)
from comity.law.compiled import RuleCode
from comity.law.levels import Deeds, union
from comity.law.vocabulary import ClassFields
from comity.model.codes import Level
from comity.model.decision import Duty, FieldDecision, Hold, Reason, RecordDecision
from comity.model.record import PersonInRecord, Record

PUBLIC = "field is public"  # the one fact that each field of a record has for itself
MOST_CLAUSES = 8  # a rule that needs more is walked by itself: its clauses would widen the marks of all rows
TRUTHS = (None, True, False)


class Row(NamedTuple):
    """A residual rule in those standpoints (by number) that leave the same of it: the fields it covers, and where it counts.

    `sure` says where its condition is certainly true.
    """

    views: tuple[int, ...]
    code: RuleCode
    mask: int
    hit: Node
    sure: Node


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The laid-out rows. `base` are the marks that are always set, `shifts` the positions of choices.

    `columns` are the attributes that atoms read. For the quick look, `blocks` are those read one by one of a record,
    its state, a person and that person's facts; `days` compare two dates of one of these; `together` are all others,
    looked up together; `lists` are the columns of convictions. `public` are the marks of a field that is not known to
    be public or not, is public, is not public; `flagged` the rows on which that bears. `walked` are the rows with too
    many clauses, each with its condition over bits of the marks.
    """

    full: int
    base: int
    shifts: tuple[int, ...]
    columns: tuple[Column, ...]
    blocks: tuple[Block | None, ...]
    days: tuple[Days, ...]
    together: tuple[Column, ...]
    lists: tuple[ListColumn, ...]
    public: tuple[int, ...]
    flagged: int
    walked: tuple[tuple[int, Node], ...]

    def renewed(self) -> Rows:
        """The same with nothing met."""
        columns = tuple([column._replace(known=dict(column.closed)) for column in self.columns])
        return replace(
            self,
            columns=columns,
            blocks=blocks_by_noun(columns),
            days=days_of(columns),
            together=looked_up_together(columns),
            lists=tuple([listed.renewed() for listed in self.lists]),
        )

    def marks(self, record: Record, person: PersonInRecord, fresh: list[Fresh]) -> int:
        """The marks of a record. What was met for the first time is added to `fresh`, for the caller to keep or not."""
        of_record, of_state, of_person, of_facts = self.blocks
        state, facts = record.state, person.facts
        total = self.base
        try:
            if of_record is not None:
                total |= of_record(record)
            if of_state is not None:
                total |= of_state(state)
            if of_person is not None:
                total |= of_person(person)
            if of_facts is not None:
                total |= of_facts(facts)
        except KeyError:
            total |= self._learn_single(record, person, fresh)
        for listed in self.lists:
            total |= listed.marks(facts.convictions, fresh)
        nouns = (record, state, person, facts)
        for noun, pick, edges, edge, test, yes, no, unknown in self.days:
            day, moment = pick(nouns[noun])
            if day is None or moment is None:
                total |= unknown
                continue
            if edge is not None:
                found = edges.get(moment)
                if found is None:
                    found = edge(moment)
                    fresh.append((edges, moment, found))
                moment = found
            total |= yes if test(day, moment) else no
        for column in self.together:
            seen = Seen(record, person)
            value = column.pick(seen if column.noun == WHOLE else nouns[column.noun])
            marks = column.known.get(value)
            total |= column.learn(value, seen, fresh) if marks is None else marks
        return total

    def _learn_single(self, record: Record, person: PersonInRecord, fresh: list[Fresh]) -> int:
        """The marks of all attributes that are read one by one, where a value of one was not met before."""
        total = 0
        nouns = (record, record.state, person, person.facts)
        for column in self.columns:
            if column.is_single:
                value = column.pick(nouns[column.noun])
                marks = column.known.get(value)
                total |= column.learn(value, Seen(record, person), fresh) if marks is None else marks
        return total

    def marks_of(self, values: FactMap) -> int:
        """The marks of a record's facts by path, worked out anew."""
        total = self.base
        for column in self.columns:
            total |= marks_of(column.readings, values)
        for listed in self.lists:
            total |= listed.marks_of(values)
        return total

    def counting(self, marks: int) -> int:
        """The rows that are not struck out and all of whose choices are marked, as bits."""
        found = self.full & ~marks
        for shift in self.shifts:
            found &= marks >> shift
        for row, node in self.walked:
            if not _holds(node, marks):
                found &= ~row
        return found


# What was decided of fields that all rules treat alike: their decisions, and what of each standpoint holds them back (as
# `Sheet.telling` has it) with, above all of that, the bit `Sheet.released` where any of them is released.
Part = tuple[tuple[FieldDecision, ...], int]
Owed = tuple[tuple[Duty, ...], tuple[str, ...]]  # duties and labels
Counting = (
    int | tuple[int, tuple[int, ...]]
)  # rows that count, alone or with those that count on each flagged field
Telling = tuple[int, int, int, RuleCode | None]  # place in the order of telling, bit, standpoint, rule
Verdict = tuple[Level, bool, bool, int]  # level, held, match only, and its reasons as `Sheet.telling` has them


class Unit(NamedTuple):
    """Fields that the same rows cover. `known` are decisions by the rows that count on them, `said` by verdict."""

    cover: int
    known: dict[int, Part]
    said: dict[Verdict, tuple[FieldDecision, ...]]
    names: tuple[str, ...]
    bit: int


# Units that few rows cover between them, decided by one look-up: these rows, decisions by the rows that count, the units.
Group = tuple[int, dict[int, Part], tuple[Unit, ...]]
# A row (bit) of a rule with duties or labels; the rule's rows of earlier standpoints: where one of them counts, it tells
# what the rule owes in all; the bits on which that turns; and the places of the rule's rows, each with its bit and the bit
# that says that it is certainly true.
Owing = tuple[int, int, int, tuple[tuple[int, int, int], ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """What a question met among the records of one class, concealed ones never: for all to see that it is bounded.

    `decided` are decisions by the rows that count, `flagged` by marks and flags. `reasons` are by what is told as such,
    `holds` by what holds, `hold` by each of it; `owed` by all rows that owe and the bit that something is released, `duties`
    by those of these bits on which the duties of one rule turn, its own among them.
    """

    decided: dict[Counting, RecordDecision] = field(default_factory=dict)
    flagged: dict[tuple[int, tuple[int, int]], RecordDecision] = field(default_factory=dict)
    reasons: dict[int, tuple[Reason, ...]] = field(default_factory=dict)
    holds: dict[int, tuple[Hold, ...]] = field(default_factory=dict)
    hold: dict[int, Hold] = field(default_factory=dict)
    duties: dict[int, Owed] = field(default_factory=dict)
    owed: dict[int, Owed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """All that deciding a record of one class takes, from one question: rows, fields, and what was met of them.

    `owing` are the rows of rules with duties or labels; `always` the rules that count whatever the record says, from some
    standpoint. What a standpoint tells has bits of its own, those of one above those of the one before, all of them in
    `telling`; `nobody` is the bit, of the first, that nothing is permitted, and `released` lies above all. `deeds` are the
    rows by what they do in one standpoint or several alike, with the number that brings a row to its bits in these when it
    is multiplied. `groups` are the fields that are decided together; `flagged` those on which their own being public bears,
    each by itself. `arrange` puts the decisions of all units, one after the other, into the fields' order. `conceals` and
    `dutiful` are rows: those that hide the record, and those that owe duties
    or labels.
    """

    data_class: str
    fields: ClassFields
    bits_by_name: Mapping[str, int]
    rows: tuple[Row, ...]
    bits: Rows
    owing: tuple[Owing, ...]
    always: frozenset[int]
    deeds: tuple[tuple[Deeds, int], ...]
    telling: Mapping[int, Telling]
    groups: tuple[Group, ...]
    flagged: tuple[Unit, ...]
    arrange: Callable[[Sequence[FieldDecision]], tuple[FieldDecision, ...]]
    conceals: int
    dutiful: int
    nobody: int
    released: int
    met: Met

    def told(self, bits: int) -> list[Telling]:
        """What bits of `telling` say, in the order of telling."""
        found = []
        while bits:  # ends: one bit is taken at a time
            lowest = bits & -bits
            found.append(self.telling[lowest])
            bits ^= lowest
        found.sort(key=itemgetter(0))
        return found


def lay_out(rows: Sequence[Row], atoms: Sequence[Atom], facts: Sequence[FactMap], paths: frozenset[str]) -> Rows:
    """Lay rows out over a law's atoms. `facts` are those of each standpoint, `paths` the record's attributes."""
    layout = Layout(rows)
    found: dict[tuple[int, tuple[tuple[str, FactValue], ...]], ByTruth] = {}
    public = [0] * len(TRUTHS)
    flagging = set()
    for (view, index), literals in layout.literals.items():
        atom, marks = atoms[index], by_truth(literals)
        if isinstance(atom, FlagAtom) and atom.path == PUBLIC:
            public = [one | marks[truth] for one, truth in zip(public, TRUTHS, strict=True)]
            flagging.add(index)
            continue
        told = facts[view]
        # an atom of which two standpoints say the same is one: it has one truth, which sets the marks of both
        of_question = (
            index,
            tuple([(path, told[path]) for path in atom.reads() if path not in paths and path in told]),
        )
        same = found.get(of_question)
        found[of_question] = marks if same is None else {truth: same[truth] | marks[truth] for truth in TRUTHS}
    readings: dict[tuple[str, ...], list[Reading]] = {}
    listed: list[Reading] = []
    for (index, known), marks in found.items():
        atom = atoms[index]
        read = tuple(sorted({path for path in atom.reads() if path in paths}))
        reading = Reading(atom, dict(known), marks)
        if len(read) == 1 and apart(atom):
            listed.append(reading)
        else:
            readings.setdefault(read, []).append(reading)
    columns = tuple([column_of(read, those) for read, those in readings.items()])
    return Rows(
        full=(1 << layout.count) - 1,
        base=layout.base,
        shifts=tuple(layout.count * position for position in range(1, layout.width)),
        columns=columns,
        blocks=blocks_by_noun(columns),
        days=days_of(columns),
        together=looked_up_together(columns),
        lists=(list_column(listed),) if listed else (),
        public=tuple(public),
        flagged=union(1 << at for at, row in enumerate(rows) if flagging & atoms_of(row.hit)) if flagging else 0,
        walked=tuple(layout.walked),
    )


class Literals(NamedTuple):
    """The marks of an atom's four literals: those that each sets by holding, and by failing."""

    holding: list[int]
    failing: list[int]


def by_truth(literals: Literals) -> ByTruth:
    """The marks of an atom's literals, by its truth."""
    (first, second, third, fourth), (no_first, no_second, no_third, no_fourth) = literals
    found = {}
    for truth in TRUTHS:
        surely, not_surely, possibly, not_possibly = literal_values(truth)
        found[truth] = (
            (first if surely else no_first)
            | (second if not_surely else no_second)
            | (third if possibly else no_third)
            | (fourth if not_possibly else no_fourth)
        )
    return found


class Layout:
    """Gives every choice of every row its bit, and every literal the bits it sets. Used up by `lay_out`."""

    def __init__(self, rows: Sequence[Row]) -> None:
        clauses = [clauses_of(row.hit, MOST_CLAUSES) for row in rows]
        self.count = len(rows)
        self.width = 1 + max((sum(map(_is_choice, one)) for one in clauses if one is not None), default=0)
        self.base = (1 << (self.count * self.width)) - (1 << self.count)
        self.literals: dict[tuple[int, int], Literals] = {}  # of an atom, by standpoint and atom
        self.walked: list[tuple[int, Node]] = []
        self._top = self.count * self.width
        for index, (row, found) in enumerate(zip(rows, clauses, strict=True)):
            if found is None:
                self.walked.append((1 << index, self._walkable(row.hit, row.views[0])))
            else:
                self._place(index, row.views[0], found)

    def _place(self, index: int, view: int, clauses: tuple[tuple[int, ...], ...]) -> None:
        position = 0
        for clause in clauses:
            if not _is_choice(clause):
                self._of(view, clause[0]).failing[clause[0] & 3] |= 1 << index
                continue
            position += 1
            bit = 1 << (position * self.count + index)
            self.base &= ~bit
            for literal in clause:
                self._of(view, literal).holding[literal & 3] |= bit

    def _walkable(self, node: Node, view: int) -> Node:
        """The condition with a bit of its own for every literal, above those of the clauses."""
        if isinstance(node, int):
            place = self._top
            self._top += 1
            self._of(view, node).holding[node & 3] |= 1 << place
            return place
        return node[0], tuple(self._walkable(part, view) for part in node[1])

    def _of(self, view: int, literal: int) -> Literals:
        return self.literals.setdefault((view, literal >> 2), Literals([0, 0, 0, 0], [0, 0, 0, 0]))


def _is_choice(clause: tuple[int, ...]) -> bool:
    """Whether a clause is not one literal; an empty one is a choice of nothing and never holds."""
    return len(clause) != 1


def _holds(node: Node, marks: int) -> bool:
    """Whether a walked condition holds."""
    if isinstance(node, int):
        return bool(marks >> node & 1)
    answers = (_holds(part, marks) for part in node[1])
    return all(answers) if node[0] == "&" else any(answers)
