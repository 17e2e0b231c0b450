"""Field sets and effects of the rule language: one frozen class each, effects with a permanent number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from comity.law.ast_words import NOWHERE, Place, Span, Word


@dataclass(frozen=True, slots=True)
class ByLabel:
    """`fields labelled a, b`: a label covers the labels within it."""

    labels: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class ByName:
    """`field a, b`."""

    names: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class AllFields:
    """`all fields [except ...]`."""

    excepted: ByLabel | ByName | None = None


FieldSet = ByLabel | ByName | AllFields

# ---------------------------------------------------------------- effects


@dataclass(frozen=True, slots=True)
class Permit:
    """`permit fields ... [up to level]`; `up_to` is None for full."""

    NUMBER: ClassVar[int] = 1
    fields: FieldSet
    up_to: Word | None = None


@dataclass(frozen=True, slots=True)
class PermitMatch:
    """`permit match on ...`: the fields may serve to find and compare, and are not released by it."""

    NUMBER: ClassVar[int] = 2
    fields: FieldSet


@dataclass(frozen=True, slots=True)
class Forbid:
    """`forbid fields ...`."""

    NUMBER: ClassVar[int] = 3
    fields: FieldSet


@dataclass(frozen=True, slots=True)
class ForbidAct:
    """`forbid query|entry|activation|session|setting|onward`."""

    NUMBER: ClassVar[int] = 4
    act: Word


@dataclass(frozen=True, slots=True)
class Cap:
    """`cap fields ... at level`."""

    NUMBER: ClassVar[int] = 5
    fields: FieldSet
    level: Word


@dataclass(frozen=True, slots=True)
class HoldReview:
    """`hold fields ... for review by role [within span]`."""

    NUMBER: ClassVar[int] = 6
    fields: FieldSet
    role: Word
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class HoldAttest:
    """`hold fields ... for attestation "text" by role [within span]`."""

    NUMBER: ClassVar[int] = 7
    fields: FieldSet
    text: Word
    role: Word
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class Ref:
    """A rule named by another: `pack` is None for the pack it stands in."""

    pack: Word | None
    rule: Word

    def __str__(self) -> str:
        return f"{self.pack}/{self.rule}" if self.pack else str(self.rule)


@dataclass(frozen=True, slots=True)
class Conflict:
    """`conflict ID between A and B over fields elect x, y valid span`: A is the forbid that is suspended."""

    NUMBER: ClassVar[int] = 8
    id: Word
    first: Ref
    second: Ref
    fields: FieldSet
    elect: tuple[Word, ...]
    valid: Span


@dataclass(frozen=True, slots=True)
class Purge:
    """`purge record`."""

    NUMBER: ClassVar[int] = 9
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class KeepRestricted:
    """`keep record restricted`: beats purge, and forbids every release."""

    NUMBER: ClassVar[int] = 10
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Defer:
    """`defer notice to subject until order's expires`: notices that other rules owe to these wait till a day ends."""

    NUMBER: ClassVar[int] = 11
    recipients: tuple[Word, ...]
    until: Word


Effect = (
    Permit
    | PermitMatch
    | Forbid
    | ForbidAct
    | Cap
    | HoldReview
    | HoldAttest
    | Conflict
    | Purge
    | KeepRestricted
    | Defer
)
