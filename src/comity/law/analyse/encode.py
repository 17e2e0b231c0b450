"""From atoms and conditions to formulas: each atom as two, certainly true and certainly false; unknown is neither.

The analysis shares the compiler with the evaluator, so a condition means here what it means there. What one
attribute alone settles is asked of the atom itself, value group by value group; only days, sets and lists are
written anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from comity.law.analyse.logic import Formula, Number, both, either, negate
from comity.law.analyse.unknowns import Day, Unknowns
from comity.law.atoms import (
    SIZES,
    ApartAtom,
    Atom,
    FactMap,
    FactValue,
    HasAtom,
    IncludesAtom,
    InForceAtom,
    Inner,
    One,
    OrderAtom,
    SomeAtom,
)
from comity.law.code import Node, atoms_of, fold_node, literal_values
from comity.law.compiled import Law

Truth = tuple[Formula, Formula]  # certainly true, certainly false
UNKNOWN: Truth = (False, False)
MOST_PATHS = 1_024  # the vocabulary has fewer


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Facts as one standpoint sees them: some settled, some settled to be unknown, all others open.

    `silent` are the entities of which nothing is known beyond `known`. `keys` renames the variables of an entity,
    where two standpoints call two agencies by one word.
    """

    unknowns: Unknowns
    known: FactMap
    absent: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    keys: Mapping[str, str] = field(default_factory=dict)

    def having(self, more: FactMap) -> View:
        """The same view with more settled."""
        return replace(self, known={**self.known, **more}, absent=self.absent - set(more))

    def is_settled(self, path: str) -> bool:
        """Whether nothing about a path is open."""
        return path in self.known or path in self.absent or _entity(path) in self.silent

    def key_of(self, path: str) -> str:
        """The name of a path's variable."""
        entity = _entity(path)
        return self.keys.get(entity, "") + path

    def open_paths(self, keys: Sequence[str]) -> dict[str, str]:
        """The paths, of the variables named, that this view sees."""
        found = {}
        for key in keys:
            path = self.unknowns.paths[key]
            if self.key_of(path) == key and not self.is_settled(path):
                found[path] = key
        return found


@lru_cache(maxsize=MOST_PATHS)
def _entity(path: str) -> str:
    return path.split(" ", 1)[0].removesuffix("'s")


class Encoder:
    """Formulas of one law's atoms and expressions in one view. Equal expressions are translated once."""

    def __init__(self, atoms: Sequence[Atom], view: View) -> None:
        self._atoms = atoms
        self.view = view
        self._truths: dict[int, Truth] = {}
        self._nodes: dict[Node, Formula] = {}
        self._settled = settled_literals(atoms, view)

    def node(self, node: Node) -> Formula:
        """An expression as a formula: what is settled is folded away first, so that dead branches make no variables."""
        return self._formula(fold_node(node, self._settled))

    def _formula(self, node: Node) -> Formula:
        found = self._nodes.get(node)
        if found is None:
            if isinstance(node, int):
                found = self._literal(node)
            else:
                op, parts = node
                found = (both if op == "&" else either)([self._formula(part) for part in parts])
            self._nodes[node] = found
        return found

    def in_force(self, first: date | None, last: date | None) -> Formula:
        """Whether today lies within two days."""
        return truth_of(InForceAtom(first, last), self.view, "")[0]

    def _literal(self, literal: int) -> Formula:
        index = literal >> 2
        truth = self._truths.get(index)
        if truth is None:
            truth = self._truths[index] = truth_of(self._atoms[index], self.view, "")
        true, false = truth
        return (true, negate(true), negate(false), false)[literal & 3]


def settled_literals(atoms: Sequence[Atom], view: View) -> list[bool | None]:
    """The truth of every literal about which nothing is open in a view, None for the others."""
    found: list[bool | None] = []
    told: dict[str, bool] = {}  # many atoms read one path

    def is_told(path: str) -> bool:
        if path not in told:
            told[path] = view.is_settled(path)
        return told[path]

    for atom in atoms:
        settled = not isinstance(atom, SomeAtom) and all(is_told(path) for path in atom.reads())
        found += literal_values(atom.truth(view.known)) if settled else (None, None, None, None)
    return found


def living_atoms(law: Law, known: FactMap) -> tuple[Atom, ...]:
    """The atoms that rules read which can count at all, where some facts are settled."""
    settled: list[bool | None] = []
    for atom in law.atoms:
        told = all(path in known for path in atom.reads())
        settled += literal_values(atom.truth(known)) if told else (None, None, None, None)
    found: set[int] = set()
    for code in law.codes:
        found |= atoms_of(fold_node(code.hit, settled))
    return tuple(law.atoms[index] for index in sorted(found))


def truth_of(atom: Atom, view: View, item: str) -> Truth:
    """Certainly true, and certainly false, as formulas. `item` is the place of the list item spoken of, or empty."""
    if isinstance(atom, SomeAtom):
        return _some(atom, view)
    if isinstance(atom, OrderAtom | ApartAtom | InForceAtom):
        return _of_days(atom, view, item)
    path = atom.reads()[0]
    key = _key(view, path, item)
    if key is None:
        return _settled(atom.truth(view.known))
    kind = view.unknowns.cuts.kind_of(path)
    if kind == "date":  # only presence is left to ask of a single day
        known = view.unknowns.day(key, path).known
        return known, negate(known)
    if kind == "set":
        known, words = view.unknowns.word_set(key, path)
        if isinstance(atom, HasAtom):
            return known, negate(known)
        assert isinstance(atom, IncludesAtom)
        return both((known, words[atom.word])), both((known, negate(words[atom.word])))
    return _of_groups(atom, path, view.unknowns.cuts.groups[path], view.unknowns.choice(key, path))


def _key(view: View, path: str, item: str) -> str | None:
    """The variable of a path; None where it is settled. Inside a list form an item's own attributes are its own."""
    if item and _is_of_item(view, path):
        return f"{item}.{path}"
    return None if view.is_settled(path) else view.key_of(path)


def _is_of_item(view: View, path: str) -> bool:
    return _entity(path) in view.unknowns.cuts.vocabulary.items


def _settled(truth: bool | None) -> Truth:
    return truth is True, truth is False


def _of_groups(atom: Atom, path: str, groups: Sequence[Sequence[FactValue]], chosen: Sequence[Formula]) -> Truth:
    """By what the atom says of each group's first value, and of the value being unknown."""
    said = [atom.truth({path: group[0]}) for group in groups]
    true = [one for truth, one in zip(said, chosen, strict=True) if truth is True]
    false = [one for truth, one in zip(said, chosen, strict=True) if truth is False]
    if atom.truth({}) is False:  # presence: absent is a no, not unknown
        return either(true), negate(either(chosen))
    return either(true), either(false)


def _some(atom: SomeAtom, view: View) -> Truth:
    if view.is_settled(atom.path):
        return _settled(atom.truth(view.known))
    key = view.key_of(atom.path)
    known, places = view.unknowns.items(key, atom.path)
    inside = [_inner(atom.inner, view, f"{key}[{place}]") for place in range(len(places))]
    true = either([both((taken, one[0])) for taken, one in zip(places, inside, strict=True)])
    false = both([either((negate(taken), one[1])) for taken, one in zip(places, inside, strict=True)])
    return both((known, true)), both((known, false))


def _inner(inner: Inner, view: View, item: str) -> Truth:
    if isinstance(inner, One):
        true, false = truth_of(inner.atom, view, item)
        return (false, true) if inner.negated else (true, false)
    parts = [_inner(part, view, item) for part in inner.parts]
    if inner.every:
        return both([part[0] for part in parts]), either([part[1] for part in parts])
    return either([part[0] for part in parts]), both([part[1] for part in parts])


def _of_days(atom: OrderAtom | ApartAtom | InForceAtom, view: View, item: str) -> Truth:
    if isinstance(atom, InForceAtom):
        today = _day(view, "now", item)
        inside = both(
            [
                *([today.ordinal >= atom.first.toordinal()] if atom.first is not None else []),
                *([today.ordinal <= atom.last.toordinal()] if atom.last is not None else []),
            ]
        )
        return inside, negate(inside)
    left = _day(view, atom.path, item)
    right = Day(True, atom.moment.toordinal()) if isinstance(atom.moment, date) else _day(view, atom.moment, item)
    known = both((left.known, right.known))
    if known is False:
        return UNKNOWN
    holds = _compared(atom, left.ordinal, right.ordinal, view)
    return both((known, holds)), both((known, negate(holds)))


def _compared(atom: OrderAtom | ApartAtom, left: Number, right: Number, view: View) -> Formula:
    if isinstance(atom, OrderAtom):
        return left > right if atom.later else left < right
    edge = view.unknowns.edge(right, atom.span, forward=atom.after)
    return SIZES[atom.size](left, edge) if atom.after else SIZES[atom.size](edge, left)


def _day(view: View, path: str, item: str) -> Day:
    key = _key(view, path, item)
    if key is not None:
        return view.unknowns.day(key, path)
    value = view.known.get(path)
    return Day(True, value.toordinal()) if isinstance(value, date) else Day(False, FIRST_DAY)


FIRST_DAY = date.min.toordinal()
