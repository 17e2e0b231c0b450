"""The rule language as frozen values: what a text of law says, before it is compiled.

Words that the author wrote are `Word`: plain strings that remember their place, so that findings can point at
them. Places take no part in equality. Every condition and effect is one frozen class with a permanent number.
Grammar: `grammar.lark`; meaning: `compile.py`; canonical text: `canonical.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from comity.law.ast_condition import (
    AllOf,
    Amount,
    AnyOf,
    Apart,
    Condition,
    Has,
    Includes,
    Is,
    Listed,
    OneOf,
    Ordered,
    Some,
)
from comity.law.ast_effect import (
    AllFields,
    ByLabel,
    ByName,
    Cap,
    Conflict,
    Defer,
    Effect,
    FieldSet,
    Forbid,
    ForbidAct,
    HoldAttest,
    HoldReview,
    KeepRestricted,
    Permit,
    PermitMatch,
    Purge,
    Ref,
)
from comity.law.ast_vocabulary import (
    AttributeDecl,
    ClassDecl,
    EntityDecl,
    FieldDecl,
    ItemDecl,
    Kind,
    LabelDecl,
    TypeDecl,
    TypeWord,
    VocabularyText,
)
from comity.law.ast_words import (
    NOWHERE,
    Place,
    Span,
    Word,
    place_of,
)

__all__ = (
    "NOWHERE",
    "Agreement",
    "AllFields",
    "AllOf",
    "Amount",
    "AnyOf",
    "Apart",
    "AttributeDecl",
    "Binds",
    "ByLabel",
    "ByName",
    "Cap",
    "ClassDecl",
    "Clause",
    "Condition",
    "Conflict",
    "Dates",
    "Defer",
    "Define",
    "DutySpec",
    "Effect",
    "EntityDecl",
    "FieldDecl",
    "FieldSet",
    "Forbid",
    "ForbidAct",
    "Gives",
    "Has",
    "HoldAttest",
    "HoldReview",
    "Includes",
    "Is",
    "ItemDecl",
    "KeepRestricted",
    "Kind",
    "LabelDecl",
    "Listed",
    "OneOf",
    "Ordered",
    "Pack",
    "Part",
    "Party",
    "Permit",
    "PermitMatch",
    "Place",
    "Policy",
    "Purge",
    "Ref",
    "Rule",
    "Signing",
    "Some",
    "Span",
    "Table",
    "TypeDecl",
    "TypeWord",
    "Use",
    "VocabularyText",
    "Word",
    "place_of",
)


@dataclass(frozen=True, slots=True)
class DutySpec:
    """`duty notify subject within 3 days of query-received on any-outcome "text"`.

    `what` is the word after the kind, `to` whom, `report` the register after `for`, `within` and `of` the time
    and the event it runs from, `every` the period, `due` a month and day (`03-01`), `on` the outcome
    (any-outcome, release, refusal; None means any), `until` a moment, `text` what it says.
    """

    kind: Word
    what: Word | None = None
    to: Word | None = None
    report: Word | None = None
    within: Span | None = None
    of: Word | None = None
    every: Word | None = None
    due: Word | None = None
    on: Word | None = None
    until: Word | date | None = None
    text: Word | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """First and last day in force. `first` None means `from unknown`; `last` None means open."""

    first: date | None
    last: date | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binds:
    """`binds owner where ...`."""

    entity: Word
    where: Condition


@dataclass(frozen=True, slots=True)
class Gives:
    """`gives giver to taker`: the direction of an agreement's clause, by party name."""

    giver: Word
    taker: Word


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, or a clause of an agreement (then `gives` is set), with its part's clauses already filled in.

    Absent clauses are None or empty; the checker says which are missing. `status` is verified or unverified;
    `decided` is automatically, attestation or review; empty `classes` means all classes; `unless` are each
    sufficient alone. `told` is the sentence an asker reads in place of the title. `repeated` lists clause keywords
    written twice.
    """

    id: Word
    title: Word
    cite: Word | None = None
    status: Word | None = None
    status_note: Word | None = None
    decided: Word | None = None
    binds: Binds | None = None
    classes: tuple[Word, ...] = ()
    points: tuple[Word, ...] = ()
    dates: Dates | None = None
    effect: Effect | None = None
    when: Condition | None = None
    unless: tuple[Condition, ...] = ()
    duties: tuple[DutySpec, ...] = ()
    conceal: bool = False
    quote: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    told: Word | None = None
    gives: Gives | None = None
    part: str = ""
    repeated: tuple[Word, ...] = field(default=(), compare=False, repr=False)


Clause = Rule  # an agreement's clause is a rule with `gives`


@dataclass(frozen=True, slots=True)
class Define:
    """`define NAME of ENTITY "title" ... means condition`: a named condition with its own citation and status."""

    name: Word
    entity: Word
    title: Word
    means: Condition
    cite: Word | None = None
    status: Word | None = None
    status_note: Word | None = None
    dates: Dates | None = None
    notes: tuple[str, ...] = ()
    repeated: tuple[Word, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """`table NAME "title" ... file "path" sha256:...`: a closed list held beside the text."""

    name: Word
    title: Word
    file: Word
    hash: Word
    cite: Word | None = None
    status: Word | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The title of a part and the rules below it, by id, in order."""

    title: Word
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """`uses vocabulary comity 1` or `uses pack us 1`."""

    kind: str
    name: Word
    version: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A law pack. `jurisdiction` is a state code or `US`; `lines` the text as written."""

    name: Word
    title: Word
    jurisdiction: Word
    version: int
    uses: tuple[Use, ...] = ()
    parts: tuple[Part, ...] = ()
    rules: tuple[Rule, ...] = ()
    defines: tuple[Define, ...] = ()
    tables: tuple[Table, ...] = ()
    file: str = field(default="", compare=False, repr=False)
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """An owner's own policy. `agency` is the owner's id: its permits count for the owner's own members only."""

    name: Word
    title: Word
    agency: Word
    version: int
    uses: tuple[Use, ...] = ()
    parts: tuple[Part, ...] = ()
    rules: tuple[Rule, ...] = ()
    defines: tuple[Define, ...] = ()
    tables: tuple[Table, ...] = ()
    file: str = field(default="", compare=False, repr=False)
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Party:
    """A party of an agreement. `name` is the agency's id, `ori` what identifies it."""

    name: Word
    ori: Word
    title: Word
    level: Word
    state: Word | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """`signs for PARTY role, role`: whose signatures bring the agreement into force."""

    party: Word
    roles: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement: parties, terms and clauses (rules with a direction).

    `access` is query (also when None) or direct; `delegation` None unless listed; `meanings` are (term, text)
    pairs; `suspends` and `ends` are who may do so, with the notice for ending. `covers` are topics, `reviewed` the
    day of the last review, `routine_use` the citation and day of the published notice, `papers` kind and citation.
    """

    id: Word
    title: Word
    uses: tuple[Use, ...] = ()
    parties: tuple[Party, ...] = ()
    dates: Dates | None = None
    authority: Word | None = None
    assessment: tuple[Word, Word] | None = None
    approval: tuple[Word, date] | None = None
    review: Span | None = None
    ends: tuple[Word, Span] | None = None
    suspends: tuple[Word, ...] = ()
    signings: tuple[Signing, ...] = ()
    delegation: Word | None = None
    access: Word | None = None
    meanings: tuple[tuple[Word, Word], ...] = ()
    covers: tuple[Word, ...] = ()
    reviewed: date | None = None
    routine_use: tuple[Word, date] | None = None
    papers: tuple[tuple[Word, Word], ...] = ()
    clauses: tuple[Rule, ...] = ()
    repeated: tuple[Word, ...] = field(default=(), compare=False, repr=False)
    file: str = field(default="", compare=False, repr=False)
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)
