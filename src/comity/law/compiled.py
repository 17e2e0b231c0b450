"""What a compiled law is: sources, rules as masks and expressions, and elections. Made by `compile`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from types import MappingProxyType

from comity.law import ast
from comity.law.atoms import Atom, FactMap
from comity.law.code import ALWAYS, Node
from comity.law.vocabulary import Vocabulary
from comity.model.law_text import LawKind


class Deed(IntEnum):
    """What a rule does to the fields it covers. Permanent numbers: append, never reorder."""

    NONE = 0
    PERMIT = 1
    MATCH = 2
    FORBID = 3
    CAP = 4
    HOLD = 5
    CONFLICT = 6
    KEEP = 7
    PURGE = 8
    DEFER = 9


WIDENING = frozenset({Deed.PERMIT, Deed.MATCH, Deed.CONFLICT})
NEEDS_TRUE = WIDENING | {Deed.PURGE, Deed.DEFER}  # these count only when true; all others unless false
ACTS_OF_A_QUESTION = frozenset({"query", "session"})


@dataclass(frozen=True, slots=True)
class Election:
    """A signed choice that ends a conflict: `send` or `withhold`, from a day, over the two rules' hashes.

    `conflict` is the conflict rule's full id (`us-wa/WA-05`); `hashes` the rule hashes of the suspended rule and
    of the conflict rule. It lapses after the rule's term or when either text changes.
    """

    conflict: str
    choice: str
    signed_on: date
    hashes: tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The text a rule stands in.

    `may_widen` is set for the owner's own texts; `terms` is what an agreement says of itself, as facts; `defines`
    and `codes` are the text's definitions and closed lists by name. `delegated` says who signed an agreement for whom.
    """

    kind: LawKind
    name: str
    version: int
    may_widen: bool
    agreement: ast.Agreement | None = None
    policy_of: str = ""
    terms: FactMap = field(default_factory=lambda: MappingProxyType({}))
    defines: Mapping[str, tuple[ast.Define, ...]] = field(default_factory=lambda: MappingProxyType({}))
    codes: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    delegated: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RuleCode:
    """A compiled rule. `hit` says where it counts; `sure` where its condition is certainly true.

    `masks` are the field bits it covers by data class, only where it covers any; `level` of a permit or cap;
    `act` of a forbidden act; `suspends` the indices of the forbids a conflict suspends; `possible` where a purge
    is not false; `giver` and `taker` the ORIs of a clause.
    """

    index: int
    id: str
    rule: ast.Rule
    source: Source
    deed: Deed
    hit: Node
    sure: Node
    masks: Mapping[str, int]
    level: int = 0
    act: str = ""
    suspends: frozenset[int] = frozenset()
    giver: str = ""
    taker: str = ""
    possible: Node = ALWAYS

    @property
    def verified(self) -> bool:
        return self.rule.status != "unverified"


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """What is left of a rule: `mask` the fields it covers, `hit` and `sure` what still waits for the record."""

    code: RuleCode
    mask: int
    hit: Node
    sure: Node

    @property
    def certain(self) -> bool:
        """Whether the rule counts whatever the record says."""
        return self.hit == ALWAYS


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """Everything in force for one owner, compiled. `hash` binds texts, elections and who may widen."""

    hash: str
    vocabulary: Vocabulary
    codes: tuple[RuleCode, ...]
    at_point: Mapping[str, tuple[RuleCode, ...]]
    atoms: tuple[Atom, ...]
    agreements: tuple[Source, ...]
    elections: tuple[Election, ...]
    hashes: Mapping[str, tuple[str, ...]]
