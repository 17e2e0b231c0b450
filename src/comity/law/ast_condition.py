"""Conditions of the rule language: one frozen class each, with a permanent number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from comity.law.ast_words import Span, Word

# `subject` is a path (`query's purpose`), an entity (`field`), or `now`.


@dataclass(frozen=True, slots=True)
class Is:
    """`path is value`, `entity is flag` or `entity is defined-term`."""

    NUMBER: ClassVar[int] = 1
    subject: Word
    word: Word
    negated: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """`path is one of a, b`."""

    NUMBER: ClassVar[int] = 2
    subject: Word
    words: tuple[Word, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """`path is listed in table`."""

    NUMBER: ClassVar[int] = 3
    subject: Word
    table: Word
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Ordered:
    """`path is earlier|later than moment`: dates only. `moment` is a path, `now` or a date."""

    NUMBER: ClassVar[int] = 4
    subject: Word
    order: str
    moment: Word | date


@dataclass(frozen=True, slots=True)
class Apart:
    """`path is more than 5 years after moment`. `size` is gt, lt, ge or le; `side` after or before.

    `X is more than S after Y` means X > Y + S; `before` means X < Y - S; the other sizes likewise.
    """

    NUMBER: ClassVar[int] = 5
    subject: Word
    size: str
    span: Span
    side: str
    moment: Word | date


@dataclass(frozen=True, slots=True)
class Amount:
    """`path is more than 30 minutes` (a duration) or `path is less than 2` (a number): exactly one is given."""

    NUMBER: ClassVar[int] = 6
    subject: Word
    size: str
    number: int | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Includes:
    """`path includes value` over a set; `lacks` when negated."""

    NUMBER: ClassVar[int] = 7
    subject: Word
    word: Word
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """`entity has attribute`; `has no` when negated."""

    NUMBER: ClassVar[int] = 8
    subject: Word
    attribute: Word
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Some:
    """`subject has a conviction with (...)`: a finite disjunction over a bounded list."""

    NUMBER: ClassVar[int] = 9
    subject: Word
    item: Word
    inner: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """Parts joined by `and`."""

    NUMBER: ClassVar[int] = 10
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Parts joined by `or`."""

    NUMBER: ClassVar[int] = 11
    parts: tuple[Condition, ...]


Condition = Is | OneOf | Listed | Ordered | Apart | Amount | Includes | Has | Some | AllOf | AnyOf
