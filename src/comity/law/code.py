"""Conditions as monotone mask expressions: what a compiled rule is made of.

Each condition is translated twice from Kleene's logic into two-valued expressions: *surely* (true) and
*possibly* (not false). A literal is an atom read surely or possibly, plain or negated, so an expression has only
`and` and `or` over literals, and folding is partial evaluation. Constants are the empty `and` (always) and the
empty `or` (never).

A literal is the integer `4 * atom + (2 if possibly) + (1 if negated)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, product
from math import prod

from comity.law import ast
from comity.law.atoms import (
    MINUTES,
    AmountAtom,
    ApartAtom,
    Atom,
    Both,
    FlagAtom,
    HasAtom,
    IncludesAtom,
    InForceAtom,
    Inner,
    ListedAtom,
    One,
    OrderAtom,
    SomeAtom,
    ValueAtom,
)
from comity.law.vocabulary import Vocabulary

Node = int | tuple[str, tuple["Node", ...]]
ALWAYS: Node = ("&", ())
NEVER: Node = ("|", ())


@dataclass(frozen=True, slots=True)
class Reading:
    """How a condition is read: surely or possibly, plain or negated, and whether its truth would widen."""

    sure: bool
    positive: bool = True
    widening: bool = False

    def turned(self) -> Reading:
        return Reading(self.sure, not self.positive, self.widening)


def join_all(parts: Sequence[Node]) -> Node:
    """`and` of parts, constants removed."""
    kept = [part for part in parts if part != ALWAYS]
    if NEVER in kept:
        return NEVER
    return kept[0] if len(kept) == 1 else ("&", tuple(kept))


def join_any(parts: Sequence[Node]) -> Node:
    """`or` of parts, constants removed."""
    kept = [part for part in parts if part != NEVER]
    if ALWAYS in kept:
        return ALWAYS
    return kept[0] if len(kept) == 1 else ("|", tuple(kept))


def fold_node(node: Node, known: Sequence[bool | None] | Mapping[int, bool | None]) -> Node:
    """The expression with literals of known truth replaced. `known` is indexed by literal, None where open."""
    if isinstance(node, int):
        value = known[node]
        return node if value is None else (ALWAYS if value else NEVER)
    op, parts = node
    absorbing, neutral = (NEVER, ALWAYS) if op == "&" else (ALWAYS, NEVER)
    kept: list[Node] = []
    for part in parts:
        folded = fold_node(part, known)
        if folded is absorbing or folded == absorbing:
            return absorbing
        if folded != neutral:
            kept.append(folded)
    if len(kept) == 1:
        return kept[0]
    return (op, tuple(kept)) if kept else neutral


def mask_of_node(node: Node, masks: Mapping[int, int]) -> int:
    """The fields (bits) for which an expression holds, from the masks of its literals; -1 is all fields."""
    if isinstance(node, int):
        return masks[node]
    op, parts = node
    if op == "&":
        total = -1
        for part in parts:
            total &= mask_of_node(part, masks)
            if not total:
                return 0
        return total
    total = 0
    for part in parts:
        total |= mask_of_node(part, masks)
    return total


def literal_values(truth: bool | None) -> tuple[bool, bool, bool, bool]:
    """Surely, not surely, possibly, not possibly: the four readings of one atom, in the order of its literals."""
    return (truth is True, truth is not True, truth is not False, truth is False)


@lru_cache(maxsize=4_096)
def clauses_of(node: Node, most: int) -> tuple[tuple[int, ...], ...] | None:
    """The expression as clauses that must all hold, each a choice of literals; None when it takes more than `most`."""
    if isinstance(node, int):
        return ((node,),)
    op, parts = node
    below = []
    for part in parts:
        clauses = clauses_of(part, most)
        if clauses is None:
            return None
        below.append(clauses)
    count = sum(map(len, below)) if op == "&" else prod(map(len, below))
    if count > most:
        return None
    return tuple(chain(*below) if op == "&" else (tuple(chain(*choice)) for choice in product(*below)))


def atoms_of(node: Node) -> frozenset[int]:
    """The atoms an expression reads, by index."""
    if isinstance(node, int):
        return frozenset({node >> 2})
    return frozenset().union(*(atoms_of(part) for part in node[1]))


class AtomTable:
    """Atoms by first use; equal atoms share one index. Filled while a law is compiled, then frozen to a tuple."""

    def __init__(self) -> None:
        self._index: dict[Atom, int] = {}

    def index_of(self, atom: Atom) -> int:
        return self._index.setdefault(atom, len(self._index))

    def atoms(self) -> tuple[Atom, ...]:
        return tuple(self._index)


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates the conditions of one text. `defines` are its own definitions by name, all dates of each.

    `codes` are the closed lists by table name. The text must have passed `check`; an unknown word is a KeyError.
    """

    vocabulary: Vocabulary
    table: AtomTable
    defines: Mapping[str, tuple[ast.Define, ...]]
    codes: Mapping[str, frozenset[str]]

    def node(self, condition: ast.Condition, reading: Reading) -> Node:
        """The condition read surely or possibly, plain or negated."""
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            parts = [self.node(part, reading) for part in condition.parts]
            conjunctive = isinstance(condition, ast.AllOf) == reading.positive
            return join_all(parts) if conjunctive else join_any(parts)
        if isinstance(condition, ast.Is) and not self._is_attribute(condition):
            return self._term(condition, reading.turned() if condition.negated else reading)
        negated = getattr(condition, "negated", False)
        return self.literal(self.atom(condition), reading.turned() if negated else reading)

    def literal(self, atom: Atom, reading: Reading) -> Node:
        """One atom. Surely not X is not possibly X, and the other way round."""
        possibly = reading.sure != reading.positive
        return 4 * self.table.index_of(atom) + 2 * possibly + (not reading.positive)

    def atom(self, condition: ast.Condition) -> Atom:
        """The atom of a plain test; its `negated` is left to the caller."""
        if isinstance(condition, (ast.Is, ast.OneOf)):
            return self._value_atom(condition)
        if isinstance(condition, ast.Listed):
            return ListedAtom(str(condition.subject), str(condition.table), self.codes.get(condition.table))
        if isinstance(condition, ast.Ordered):
            return OrderAtom(str(condition.subject), condition.order == "later", plain(condition.moment))
        if isinstance(condition, ast.Apart):
            span, after = condition.span, condition.side == "after"
            return ApartAtom(str(condition.subject), condition.size, span, after, plain(condition.moment))
        if isinstance(condition, ast.Amount):
            return AmountAtom(str(condition.subject), condition.size, amount_of(condition))
        if isinstance(condition, ast.Includes):
            return IncludesAtom(str(condition.subject), str(condition.word))
        if isinstance(condition, ast.Has):
            return HasAtom(f"{condition.subject}'s {condition.attribute}")
        assert isinstance(condition, ast.Some)
        item = self.vocabulary.items[condition.item]
        return SomeAtom(f"{item.of}'s {item.name}s", item.at_most, self._inner(condition.inner))

    def _value_atom(self, condition: ast.Is | ast.OneOf) -> Atom:
        words = condition.words if isinstance(condition, ast.OneOf) else (condition.word,)
        declared = self.vocabulary.attributes.get(condition.subject)
        if declared is None:
            return FlagAtom(f"{condition.subject} is {words[0]}")
        assert declared.kind.type is not None
        domain = frozenset(self.vocabulary.types[declared.kind.type])
        return ValueAtom(str(condition.subject), frozenset(str(word) for word in words), domain)

    def _is_attribute(self, condition: ast.Is) -> bool:
        """Whether `X is Y` tests an attribute's value or a flag, rather than a definition."""
        attributes = self.vocabulary.attributes
        return condition.subject in attributes or f"{condition.subject} is {condition.word}" in attributes

    def _term(self, condition: ast.Is, reading: Reading) -> Node:
        """A defined term: the version in force today; unknown on a day when none is."""
        versions = self.defines[condition.word]
        parts = []
        none_in_force: list[Node] = []
        for version in versions:
            force = InForceAtom(*days_of(version.dates))
            body = self._version(version, reading)
            if force == InForceAtom(None, None):
                return body
            parts.append(join_all((self.literal(force, Reading(reading.sure)), body)))
            none_in_force.append(self.literal(force, Reading(reading.sure, positive=False)))
        if not reading.sure:
            parts.append(join_all(none_in_force))
        return join_any(parts)

    def _version(self, version: ast.Define, reading: Reading) -> Node:
        """One version of a term. Unverified: its yes, and where it would widen also its no, are only unknown."""
        if version.status == "unverified" and (reading.widening or reading.sure == reading.positive):
            return NEVER if reading.sure else ALWAYS
        return self.node(version.means, reading)

    def _inner(self, condition: ast.Condition) -> Inner:
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            parts = tuple(self._inner(part) for part in condition.parts)
            return Both(isinstance(condition, ast.AllOf), parts)
        return One(self.atom(condition), getattr(condition, "negated", False))


def days_of(dates: ast.Dates | None) -> tuple[date | None, date | None]:
    return (dates.first, dates.last) if dates is not None else (None, None)


def amount_of(condition: ast.Amount) -> int:
    """The constant of an amount: a plain number, or a span in minutes."""
    if condition.number is not None:
        return condition.number
    assert condition.span is not None
    return condition.span.count * MINUTES[condition.span.unit]


def plain(moment: ast.Word | date) -> str | date:
    return moment if isinstance(moment, date) else str(moment)
