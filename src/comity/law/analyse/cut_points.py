"""Cut points: the values of every attribute that some rule tells apart, grouped, with one group for all others.

Two values in one group make the same atoms true, false and unknown, so no rule can decide differently on them, and
one value stands for its group. Days are not grouped: rules compare them with one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from comity.law.atoms import (
    AmountAtom,
    Atom,
    FactValue,
    Inner,
    ListedAtom,
    One,
    SomeAtom,
)
from comity.law.vocabulary import Vocabulary

Group = tuple[FactValue, ...]  # values that no rule tells apart; the first stands for all
SOME_TEXT = "as the question says"  # stands for every text that no rule looks into
OTHER_CODE = "another code"  # stands for every code that is on no list
MOST_NUMBER = 1_000_000_000  # minutes or a count; no attribute of the vocabulary goes as far


@dataclass(frozen=True, slots=True, eq=False)
class CutPoints:
    """The groups of values by path, as far as the atoms given read them. `words` are those tested of each set.

    `inner` are the list atoms by the path of their list. Days have no groups.
    """

    vocabulary: Vocabulary
    groups: Mapping[str, tuple[Group, ...]]
    words: Mapping[str, tuple[str, ...]]
    days: frozenset[str]
    inner: Mapping[str, tuple[SomeAtom, ...]]

    def kind_of(self, path: str) -> str:
        """What a path holds: flag, enum, set, date, number, duration, text, listed, or `list` of items."""
        if path == "now":
            return "date"
        declared = self.vocabulary.attributes.get(path)
        return declared.kind.name if declared is not None else "list"

    def group_of(self, path: str, value: FactValue) -> int | None:
        """The number of the group a value stands in, None when rules do not know it."""
        for number, group in enumerate(self.groups[path]):
            if value in group:
                return number
        return self._by_truth(path, value)

    def _by_truth(self, path: str, value: FactValue) -> int | None:
        """A number or text that is in no group by name stands where its neighbours do: past the last cut below it."""
        if self.kind_of(path) in {"number", "duration"} and isinstance(value, int):
            below = [n for n, group in enumerate(self.groups[path]) if _number(group[0]) <= value]
            return below[-1] if below else 0
        if self.kind_of(path) in {"text", "listed"} and isinstance(value, str):
            return len(self.groups[path]) - 1
        return None


def cut_points(atoms: Iterable[Atom], vocabulary: Vocabulary) -> CutPoints:
    """The cut points of some atoms, those inside list forms included."""
    every = tuple(dict.fromkeys(_flatten(atoms)))
    by_path: dict[str, list[Atom]] = {}
    inner: dict[str, list[SomeAtom]] = {}
    for atom in every:
        if isinstance(atom, SomeAtom):
            inner.setdefault(atom.path, []).append(atom)
            continue
        for path in atom.reads():
            by_path.setdefault(path, []).append(atom)
    groups, words, days = {}, {}, set()
    for path, testing in by_path.items():
        kind = "date" if path == "now" else vocabulary.attributes[path].kind.name
        if kind == "date":
            days.add(path)
        elif kind == "set":
            words[path] = tuple(sorted({atom.word for atom in testing if hasattr(atom, "word")}))
        else:
            groups[path] = _groups(path, kind, testing, vocabulary)
    return CutPoints(
        vocabulary, groups, words, frozenset(days), {path: tuple(found) for path, found in inner.items()}
    )


def _flatten(atoms: Iterable[Atom]) -> Iterable[Atom]:
    for atom in atoms:
        yield atom
        if isinstance(atom, SomeAtom):
            yield from _inside(atom.inner)


def _inside(inner: Inner) -> Iterable[Atom]:
    if isinstance(inner, One):
        yield from _flatten((inner.atom,))
    else:
        for part in inner.parts:
            yield from _inside(part)


def _groups(path: str, kind: str, testing: list[Atom], vocabulary: Vocabulary) -> tuple[Group, ...]:
    """Values by what the atoms say of each."""
    found: dict[tuple[bool | None, ...], list[FactValue]] = {}
    for value in _values(path, kind, testing, vocabulary):
        signature = tuple(atom.truth({path: value}) for atom in testing)
        found.setdefault(signature, []).append(value)
    return tuple(tuple(group) for group in found.values())


def _values(path: str, kind: str, testing: list[Atom], vocabulary: Vocabulary) -> list[FactValue]:
    """Every value of a closed type; of numbers the cut points and their neighbours; of codes those listed."""
    if kind == "flag":
        return [False, True]
    declared = vocabulary.attributes[path].kind
    if kind == "enum":
        assert declared.type is not None
        return list(vocabulary.types[declared.type])
    if kind in {"number", "duration"}:
        high = declared.high if kind == "number" else MOST_NUMBER
        low = declared.low if kind == "number" else 0
        cuts = {atom.amount + step for atom in testing if isinstance(atom, AmountAtom) for step in (-1, 0, 1)}
        within: list[FactValue] = [*sorted({low, *(cut for cut in cuts if low <= cut <= high)})]
        return within
    codes = {code for atom in testing if isinstance(atom, ListedAtom) for code in atom.codes or ()}
    return [*sorted(codes), OTHER_CODE if codes else SOME_TEXT]


def _number(value: FactValue) -> int:
    assert isinstance(value, int)
    return value


def near_days(constants: Iterable[date]) -> tuple[date, ...]:
    """Days and their neighbours, in order."""
    found = {date.fromordinal(day.toordinal() + step) for day in constants for step in (-1, 0, 1)}
    return tuple(sorted(found))
