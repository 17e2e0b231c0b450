"""What is open in a question: a variable for every attribute, each of which may be known or unknown.

An attribute of a closed type is one flag for each group of values that rules tell apart; none of them set means
unknown. A day is a flag and a number (its ordinal). A set is a flag and a flag for each word. A list is a flag and,
for each place, whether an item stands there and what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from comity.law.analyse.cut_points import CutPoints
from comity.law.analyse.logic import Formula, Number, Solver, at_most_one, either, flag, name_of, negate, number
from comity.law.asked import entity_of
from comity.law.ast import Span
from comity.law.atoms import FactValue
from comity.law.calendar import add_span
from comity.law.facts import RECORD_ENTITIES

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
NEAR_FIRST, NEAR_LAST = date(1950, 1, 1).toordinal(), date(2100, 12, 31).toordinal()
# A span of months is at least and at most so many days: 365.2425 days a year, and outward by more than the longest
# run of leap years (3), the uneven months (3) and a day that does not exist in its month (3) can shift it together.
DAYS_OF_MONTH = 365.2425 / 12
OUTWARD = 9


@dataclass(frozen=True, slots=True)
class Day:
    """A day that may be unknown."""

    known: Formula
    ordinal: Number


@dataclass(frozen=True, slots=True)
class Edge:
    """The day that lies a span after or before another: `ordinal` is bound to it loosely until `tighten`."""

    start: Number
    span: Span
    forward: bool
    ordinal: Number


@dataclass(eq=False, slots=True)
class Unknowns:
    """The variables of one analysis, made at first need; `rules` are what holds of them by themselves.

    A variable is named by its key, which is its path unless a view renames it (the asker of a second hop is another).
    """

    cuts: CutPoints
    rules: list[Formula] = field(default_factory=list)
    choices: dict[str, tuple[Formula, ...]] = field(default_factory=dict)
    sets: dict[str, tuple[Formula, Mapping[str, Formula]]] = field(default_factory=dict)
    days: dict[str, Day] = field(default_factory=dict)
    lists: dict[str, tuple[Formula, tuple[Formula, ...]]] = field(default_factory=dict)
    edges: dict[tuple[str, str, bool], Edge] = field(default_factory=dict)
    elections: dict[str, Mapping[str, Formula]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    _taken: list[Formula] = field(default_factory=list)

    def take_rules(self) -> list[Formula]:
        """What must be required of the variables made since the last call."""
        taken, self.rules = self.rules, []
        self._taken += taken
        return taken

    def every_rule(self) -> list[Formula]:
        """What must be required of all variables made so far, taken before or not."""
        return [*self._taken, *self.rules]

    def choice(self, key: str, path: str) -> tuple[Formula, ...]:
        """One flag for each group of values of a path; at most one is set, exactly one where it must be known."""
        found = self.choices.get(key)
        if found is None:
            found = tuple(flag(f"{key}#{place}") for place in range(len(self.cuts.groups[path])))
            self.choices[key], self.paths[key] = found, path
            self.rules.append(at_most_one(found))
            self._require_known(path, either(found))
        return found

    def word_set(self, key: str, path: str) -> tuple[Formula, Mapping[str, Formula]]:
        """Whether a set is known, and which of the words that are tested it holds."""
        found = self.sets.get(key)
        if found is None:
            found = flag(f"{key}?"), {word: flag(f"{key}+{word}") for word in self.cuts.words.get(path, ())}
            self.sets[key], self.paths[key] = found, path
            self._require_known(path, found[0])
        return found

    def day(self, key: str, path: str) -> Day:
        """A day and whether it is known; `now` always is."""
        found = self.days.get(key)
        if found is None:
            found = Day(True if path == "now" else flag(f"{key}?"), number(f"{key}@"))
            self.days[key], self.paths[key] = found, path
            self.rules += [found.ordinal >= FIRST, found.ordinal <= LAST]
            self._require_known(path, found.known)
        return found

    def items(self, key: str, path: str) -> tuple[Formula, tuple[Formula, ...]]:
        """Whether a list is known, and which of its places are taken.

        As many places as there are list atoms suffice, and are exact: given a list of any length, keep for each
        atom one item that makes it true, or, where none does, one that leaves it unknown. Dropping the others makes
        no atom true that was not, and leaves false what was false. A list of no more than that many is itself one.
        """
        found = self.lists.get(key)
        if found is None:
            atoms = self.cuts.inner[path]
            places = min(len(atoms), min(atom.at_most for atom in atoms))
            found = flag(f"{key}?"), tuple(flag(f"{key}[{place}]") for place in range(places))
            self.lists[key], self.paths[key] = found, path
        return found

    def election(self, conflict: str) -> Mapping[str, Formula]:
        """Whether the owner chose to send, or to withhold, in a conflict; or neither."""
        found = self.elections.get(conflict)
        if found is None:
            found = {choice: flag(f"{conflict}!{choice}") for choice in ("send", "withhold")}
            self.elections[conflict] = found
            self.rules.append(at_most_one(tuple(found.values())))
        return found

    def edge(self, start: Number, span: Span, *, forward: bool) -> Number:
        """The ordinal of the day a span away. Days are exact; months and years lie in an interval until tightened."""
        if isinstance(start, int):
            return add_span(date.fromordinal(start), span, forward=forward).toordinal()
        key = (name_of(start), str(span), forward)
        found = self.edges.get(key)
        if found is None:
            found = Edge(start, span, forward, number(f"{key[0]}{'+' if forward else '-'}{span}"))
            self.edges[key] = found
            self.rules += _loosely(found)
        return found.ordinal

    def tighten(self, solver: Solver) -> list[Formula]:
        """What holds of the calendar and the last example misses; empty when the example keeps to the calendar.

        Moving a day by months keeps the order of days: whatever is not later than a day lies, moved, not later than
        that day moved. So each fact learned cuts off all examples on its side.
        """
        learned = []
        for edge in self.edges.values():
            start, moved = solver.value_of(edge.start), solver.value_of(edge.ordinal)
            true = add_span(date.fromordinal(start), edge.span, forward=edge.forward).toordinal()
            if moved != true and not isinstance(edge.start, int):
                learned.append(either((edge.start > start, edge.ordinal <= true)))
                learned.append(either((edge.start < start, edge.ordinal >= true)))
        return learned

    def near_days(self) -> list[Formula]:
        """That every day lies in a time of which a reader would think: for examples, never for proofs."""
        days = [day.ordinal for day in self.days.values()]
        return [part for day in days for part in (day >= NEAR_FIRST, day <= NEAR_LAST)]

    def repaired(self, solver: Solver) -> list[Formula]:
        """The days of the last example as they are, with every day moved from them put where the calendar has it."""
        fixed = [day.ordinal == solver.value_of(day.ordinal) for day in self.days.values()]
        for edge in self.edges.values():
            start = date.fromordinal(solver.value_of(edge.start))
            fixed.append(edge.ordinal == add_span(start, edge.span, forward=edge.forward).toordinal())
        return fixed

    def read(self, solver: Solver, key: str) -> FactValue | None:
        """A variable's value in the last example; None where it is unknown."""
        if key in self.choices:
            groups = self.cuts.groups[self.paths[key]]
            return next((groups[n][0] for n, one in enumerate(self.choices[key]) if solver.holds(one)), None)
        if key in self.sets:
            known, words = self.sets[key]
            return frozenset(w for w, one in words.items() if solver.holds(one)) if solver.holds(known) else None
        if key in self.days:
            day = self.days[key]
            return date.fromordinal(solver.value_of(day.ordinal)) if solver.holds(day.known) else None
        known, places = self.lists[key]
        if not solver.holds(known):
            return None
        return tuple(self._item(solver, f"{key}[{n}]") for n, one in enumerate(places) if solver.holds(one))

    def bar(self, solver: Solver) -> Formula:
        """Not the last example again: at least one variable must differ."""
        flags = [*(one for chosen in self.choices.values() for one in chosen), *self._flags()]
        differ = [negate(one) if solver.holds(one) else one for one in flags]
        differ += [day.ordinal != solver.value_of(day.ordinal) for day in self.days.values()]
        return either(differ)

    def as_found(self, solver: Solver, free: frozenset[str]) -> list[Formula]:
        """The last example as formulas, but for the choices of the keys in `free`."""
        flags = [one for key, chosen in self.choices.items() if key not in free for one in chosen]
        flags += self._flags()
        fixed = [one if solver.holds(one) else negate(one) for one in flags]
        numbers = [*(day.ordinal for day in self.days.values()), *(edge.ordinal for edge in self.edges.values())]
        return fixed + [one == solver.value_of(one) for one in numbers]

    def _flags(self) -> list[Formula]:
        """Every flag that is not one of a choice."""
        flags = [one for known, words in self.sets.values() for one in (known, *words.values())]
        flags += [one for known, places in self.lists.values() for one in (known, *places)]
        flags += [one for choices in self.elections.values() for one in choices.values()]
        return flags + [day.known for day in self.days.values()]

    def keys(self) -> tuple[str, ...]:
        """Keys of all variables but those inside lists."""
        named = (*self.choices, *self.sets, *self.days, *self.lists)
        return tuple(key for key in named if "]." not in key)

    def _item(self, solver: Solver, place: str) -> Mapping[str, FactValue]:
        inside = [key for key in self.paths if key.startswith(f"{place}.")]
        values = {self.paths[key]: self.read(solver, key) for key in inside}
        return {path: value for path, value in values.items() if value is not None}

    def _require_known(self, path: str, known: Formula) -> None:
        """No question is opened without what is required. A record may lack anything."""
        declared = self.cuts.vocabulary.attributes.get(path)
        if declared is not None and declared.required and entity_of(path) not in RECORD_ENTITIES:
            self.rules.append(known)


def _loosely(edge: Edge) -> list[Formula]:
    """The interval of days in which a moved day lies; past the calendar's end it stays at the end."""
    low, high = _bounds(edge.span)
    if edge.forward:
        short, far, end = edge.start + low, edge.start + high, LAST
        kept = [either((edge.ordinal >= short, edge.ordinal == end)), edge.ordinal <= far]
        kept.append(either((edge.ordinal < end, far >= end)))
    else:
        short, far, end = edge.start - low, edge.start - high, FIRST
        kept = [either((edge.ordinal <= short, edge.ordinal == end)), edge.ordinal >= far]
        kept.append(either((edge.ordinal > end, far <= end)))
    return [*kept, edge.ordinal >= FIRST, edge.ordinal <= LAST]


def _bounds(span: Span) -> tuple[int, int]:
    """At least and at most how many days a span takes."""
    if span.unit in {"month", "year"}:
        days = DAYS_OF_MONTH * span.count * (12 if span.unit == "year" else 1)
        return max(0, int(days) - OUTWARD), int(days) + 1 + OUTWARD
    days_exactly = span.count if span.unit == "day" else 0
    return days_exactly, days_exactly
