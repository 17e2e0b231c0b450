"""Atoms: the tests of conditions, resolved against the vocabulary, each with three truth values.

`truth` answers True, False or None (unknown) from a mapping of facts. A missing fact, a value outside its closed
type, or a value of another type is unknown: the laws of Kleene's strong logic then do the rest (DESIGN section 4).
No atom can raise.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.law.ast import Span
from comity.law.calendar import add_span

MINUTES = {"minute": 1, "hour": 60, "day": 1440}
SIZES: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "lt": operator.lt,
    "ge": operator.ge,
    "le": operator.le,
}
TURNED = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}  # the same said from the other side


@dataclass(frozen=True, slots=True)
class FieldFlags:
    """A per-field fact: names of fields for which it is known to be so, and known not to be so."""

    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()


FactValue = str | bool | int | date | frozenset[str] | tuple["FactMap", ...] | FieldFlags
FactMap = Mapping[str, "FactValue"]


@dataclass(frozen=True, slots=True)
class ValueAtom:
    """The value of a closed type is among `words`. Values outside `domain` are unknown."""

    path: str
    words: frozenset[str]
    domain: frozenset[str]

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def truth(self, facts: FactMap) -> bool | None:
        value = facts.get(self.path)
        if not isinstance(value, str) or value not in self.domain:
            return None
        return value in self.words


@dataclass(frozen=True, slots=True)
class FlagAtom:
    """A flag is set. Flags of fields are evaluated over all fields at once by `fold`."""

    path: str

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def truth(self, facts: FactMap) -> bool | None:
        value = facts.get(self.path)
        return value if isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class ListedAtom:
    """A code stands in a closed list. `codes` None: the list is not at hand, so unknown."""

    path: str
    table: str
    codes: frozenset[str] | None

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def truth(self, facts: FactMap) -> bool | None:
        value = facts.get(self.path)
        if not isinstance(value, str) or self.codes is None:
            return None
        return value in self.codes


@dataclass(frozen=True, slots=True)
class OrderAtom:
    """A date is later or earlier than another, or than a fixed day."""

    path: str
    later: bool
    moment: str | date

    def reads(self) -> tuple[str, ...]:
        return (self.path,) if isinstance(self.moment, date) else (self.path, self.moment)

    @property
    def test(self) -> Callable[[date, date], bool]:
        """What must hold of the date and the edge."""
        return operator.gt if self.later else operator.lt

    def edge(self, moment: date) -> date:
        """The day that the date is compared with."""
        return moment

    def truth(self, facts: FactMap) -> bool | None:
        return _truth_of_dates(self, facts)


@dataclass(frozen=True, slots=True)
class ApartAtom:
    """A date lies more, less, at least or at most a span after (or before) another."""

    path: str
    size: str
    span: Span
    after: bool
    moment: str | date

    def reads(self) -> tuple[str, ...]:
        return (self.path,) if isinstance(self.moment, date) else (self.path, self.moment)

    @property
    def test(self) -> Callable[[date, date], bool]:
        """What must hold of the date and the edge: later by more is past the edge, earlier by more is before it."""
        return SIZES[self.size if self.after else TURNED[self.size]]

    def edge(self, moment: date) -> date:
        """The day that the date is compared with."""
        return add_span(moment, self.span, forward=self.after)

    def truth(self, facts: FactMap) -> bool | None:
        return _truth_of_dates(self, facts)


@dataclass(frozen=True, slots=True)
class AmountAtom:
    """A number, or a duration in minutes, compared with a constant."""

    path: str
    size: str
    amount: int

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def truth(self, facts: FactMap) -> bool | None:
        value = facts.get(self.path)
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return SIZES[self.size](value, self.amount)


@dataclass(frozen=True, slots=True)
class IncludesAtom:
    """A set holds a word."""

    path: str
    word: str

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def truth(self, facts: FactMap) -> bool | None:
        value = facts.get(self.path)
        return self.word in value if isinstance(value, frozenset) else None


@dataclass(frozen=True, slots=True)
class HasAtom:
    """An attribute is known. Stands only where absence narrows, so its two values suffice."""

    path: str

    def reads(self) -> tuple[str, ...]:
        return (self.path,)

    def truth(self, facts: FactMap) -> bool | None:
        return self.path in facts


@dataclass(frozen=True, slots=True)
class InForceAtom:
    """Today lies within the days a definition is in force."""

    first: date | None
    last: date | None

    def reads(self) -> tuple[str, ...]:
        return ("now",)

    def truth(self, facts: FactMap) -> bool | None:
        today = facts.get("now")
        if not isinstance(today, date):
            return None
        return (self.first is None or self.first <= today) and (self.last is None or today <= self.last)


@dataclass(frozen=True, slots=True)
class Both:
    """Inner conditions of a list form, joined: `every` True for `and`, False for `or`."""

    every: bool
    parts: tuple[Inner, ...]


@dataclass(frozen=True, slots=True)
class One:
    """One atom of a list form's inner condition; `negated` turns its answer."""

    atom: Atom
    negated: bool = False


Inner = Both | One


@dataclass(frozen=True, slots=True)
class SomeAtom:
    """At least one item of a bounded list meets the inner condition. A missing list is unknown."""

    path: str
    at_most: int
    inner: Inner

    def reads(self) -> tuple[str, ...]:
        return (self.path, *(path for path in reads_of(self.inner)))

    def truth(self, facts: FactMap) -> bool | None:
        items = facts.get(self.path)
        if not isinstance(items, tuple) or len(items) > self.at_most:
            return None
        answers = [inner_truth(self.inner, {**facts, **item}) for item in items]
        if True in answers:
            return True
        return None if None in answers else False


Atom = (
    ValueAtom
    | FlagAtom
    | ListedAtom
    | OrderAtom
    | ApartAtom
    | AmountAtom
    | IncludesAtom
    | HasAtom
    | InForceAtom
    | SomeAtom
)


def inner_truth(inner: Inner, facts: FactMap) -> bool | None:
    """Kleene's strong truth of an inner condition."""
    if isinstance(inner, One):
        answer = inner.atom.truth(facts)
        return answer if answer is None or not inner.negated else not answer
    answers = [inner_truth(part, facts) for part in inner.parts]
    decisive = not inner.every
    if decisive in answers:
        return decisive
    return None if None in answers else inner.every


def reads_of(inner: Inner) -> tuple[str, ...]:
    """Every path an inner condition reads, those of its items included."""
    if isinstance(inner, One):
        return inner.atom.reads()
    return tuple(path for part in inner.parts for path in reads_of(part))


def _truth_of_dates(atom: OrderAtom | ApartAtom, facts: FactMap) -> bool | None:
    left, right = facts.get(atom.path), _moment(facts, atom.moment)
    if not isinstance(left, date) or right is None:
        return None
    return atom.test(left, atom.edge(right))


def _moment(facts: FactMap, moment: str | date) -> date | None:
    if isinstance(moment, date):
        return moment
    value = facts.get(moment)
    return value if isinstance(value, date) else None
