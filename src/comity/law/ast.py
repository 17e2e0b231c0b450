"""The rule language as frozen values: what a text of law says, before it is compiled.

Words that the author wrote are `Word`: plain strings that remember their place, so that findings can point at
them. Places take no part in equality. Every condition and effect is one frozen class with a permanent number.
Grammar: `grammar.lark`; meaning: `compile.py`; canonical text: `canonical.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands: line and column count from 1, width in columns."""

    line: int
    column: int
    width: int = 1


NOWHERE = Place(1, 1)


class Word(str):
    """A word or quoted text as written, with its place. Equal to the plain string it holds."""

    __slots__ = ("place",)
    place: Place

    def __new__(cls, text: str, place: Place = NOWHERE) -> Word:
        word = super().__new__(cls, text)
        word.place = place
        return word


def place_of(word: str) -> Place:
    """The place of a word, or the start of the file for a plain string."""
    return word.place if isinstance(word, Word) else NOWHERE


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time. `unit` is minute, hour, day, working-day, month or year."""

    count: int
    unit: str
    place: Place = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return f"{self.count} {self.unit.replace('-', ' ')}{'' if self.count == 1 else 's'}"


# ---------------------------------------------------------------- conditions
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

# ---------------------------------------------------------------- field sets


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


Effect = (
    Permit | PermitMatch | Forbid | ForbidAct | Cap | HoldReview | HoldAttest | Conflict | Purge | KeepRestricted
)

# ---------------------------------------------------------------- rules


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
    sufficient alone. `repeated` lists clause keywords written twice.
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
    pairs; `suspends` and `ends` are who may do so, with the notice for ending.
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
    clauses: tuple[Rule, ...] = ()
    repeated: tuple[Word, ...] = field(default=(), compare=False, repr=False)
    file: str = field(default="", compare=False, repr=False)
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)


# ---------------------------------------------------------------- vocabulary


@dataclass(frozen=True, slots=True)
class TypeWord:
    """One value of a closed type, with the phrase to read aloud and its public code, either may be empty."""

    name: Word
    phrase: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class TypeDecl:
    """`type level is one of federal "federal", ...`."""

    name: Word
    words: tuple[TypeWord, ...]


@dataclass(frozen=True, slots=True)
class EntityDecl:
    """`entity asker "the asking agency" known at ...`."""

    name: Word
    phrase: str
    points: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """What values an attribute takes: enum, set, date, number, duration, text, listed or flag.

    `type` names the closed type of an enum or set; `low` and `high` bound a number.
    """

    name: str
    type: Word | None = None
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class AttributeDecl:
    """An attribute (`asker's level`) or, with kind flag, a flag (`field is public`). `path` is how facts name it.

    Flags have the path `entity is flag`. `entity` is the item's name for attributes of list items.
    """

    path: Word
    entity: Word
    name: Word
    phrase: str
    kind: Kind
    required: bool


@dataclass(frozen=True, slots=True)
class ItemDecl:
    """`item conviction of subject at most 64 with ...`: a bounded list; the fact is `subject's convictions`."""

    name: Word
    of: Word
    at_most: int
    attributes: tuple[AttributeDecl, ...]


@dataclass(frozen=True, slots=True)
class LabelDecl:
    """`label address "home and work address" within contact`."""

    name: Word
    phrase: str
    within: Word | None = None


@dataclass(frozen=True, slots=True)
class FieldDecl:
    """A field with its labels."""

    name: Word
    labels: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class ClassDecl:
    """`class case "case report" code CASE fields ... [digest ...]`.

    Every class carries the shared fields first; `fields` are its own only; `digest` what a first answer shows.
    """

    name: Word
    phrase: str
    code: str
    fields: tuple[FieldDecl, ...]
    digest: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class VocabularyText:
    """A vocabulary as written. `lists` maps points, levels, roles, duties, events, reports to their words."""

    name: Word
    version: int
    types: tuple[TypeDecl, ...]
    entities: tuple[EntityDecl, ...]
    attributes: tuple[AttributeDecl, ...]
    items: tuple[ItemDecl, ...]
    labels: tuple[LabelDecl, ...]
    shared: tuple[FieldDecl, ...]
    classes: tuple[ClassDecl, ...]
    lists: tuple[tuple[str, tuple[Word, ...]], ...]
    file: str = field(default="", compare=False, repr=False)
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)
