"""The declarations of a vocabulary, as written."""

from __future__ import annotations

from dataclasses import dataclass, field

from comity.law.ast_words import Word


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
