"""What one person in one record can be found and compared by, read once from its texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import NamedTuple

from comity.match.addresses import Address, read_address
from comity.match.dates import Birth, read_birth
from comity.match.identifiers import IDENTIFIER_FIELDS, forms, is_placeholder
from comity.match.names import Name, read_name, without_article
from comity.match.objects import OBJECT_FIELDS, object_forms
from comity.match.phonetics import skeleton

NAME_FIELDS = ("name", "alias", "former-name")
ADDRESS_FIELDS = ("home-address", "work-address")
NUMBER_FIELDS = (*IDENTIFIER_FIELDS, *OBJECT_FIELDS)
MATCHABLE_FIELDS = frozenset({*NAME_FIELDS, "birth-date", "sex", *ADDRESS_FIELDS, *NUMBER_FIELDS})
MOST_NAMES = 8  # of one field; a ninth name of a person is a list of other people's
MOST_BIRTHS = 3  # more are no birth dates
MOST_VALUES = 8  # of any other field
MOST_SURNAMES = 3  # words of one family name that are told apart
MOST_GIVENS = 3
MOST_CODES = 4  # sounds of one part of a name; with both parts at most sixteen pairs


class Traits(NamedTuple):
    """The searchable values of one person. Fields are places in `NAME_FIELDS`, `ADDRESS_FIELDS`, `NUMBER_FIELDS`."""

    names: tuple[tuple[int, Name], ...] = ()
    births: tuple[Birth, ...] = ()
    sexes: tuple[str, ...] = ()
    addresses: tuple[tuple[int, Address], ...] = ()
    numbers: tuple[tuple[int, tuple[str, ...]], ...] = ()


class TraitKind(IntEnum):
    """What is read from a field."""

    NAME = 0
    BIRTH = 1
    SEX = 2
    ADDRESS = 3
    NUMBER = 4


MOST_OF_FIELD = {
    TraitKind.NAME: MOST_NAMES, TraitKind.BIRTH: MOST_BIRTHS, TraitKind.SEX: MOST_VALUES,
    TraitKind.ADDRESS: MOST_VALUES, TraitKind.NUMBER: MOST_VALUES,
}  # fmt: skip
PLACES = {
    **{field: (TraitKind.NAME, at) for at, field in enumerate(NAME_FIELDS)},
    "birth-date": (TraitKind.BIRTH, 0),
    "sex": (TraitKind.SEX, 0),
    **{field: (TraitKind.ADDRESS, at) for at, field in enumerate(ADDRESS_FIELDS)},
    **{field: (TraitKind.NUMBER, at) for at, field in enumerate(NUMBER_FIELDS)},
}


def read_traits(values: Mapping[str, Iterable[str]], allowed: frozenset[str] | None = None) -> Traits:
    """Read the values of the fields in `allowed` (None: every matchable field). What cannot be read is left out.

    A number that was never issued to one person (`identifiers.is_placeholder`) is no trait.
    """
    names: list[tuple[int, Name]] = []
    addresses: list[tuple[int, Address]] = []
    numbers: list[tuple[int, tuple[str, ...]]] = []
    births: list[Birth] = []
    sexes: list[str] = []
    for field, held in values.items():
        place = PLACES.get(field)
        if place is None or (allowed is not None and field not in allowed):
            continue
        kind, at = place
        texts = tuple(held)[: MOST_OF_FIELD[kind]]
        if kind == TraitKind.NAME:
            names += [(at, read_name(text)) for text in texts]
        elif kind == TraitKind.BIRTH:
            births += [birth for text in texts if (birth := read_birth(text))]
        elif kind == TraitKind.SEX:
            sexes += [letter for text in texts if (letter := text.strip()[:1].upper()) in ("F", "M")]
        elif kind == TraitKind.ADDRESS:
            addresses += [(at, read_address(text)) for text in texts]
        else:
            numbers += [(at, found) for text in texts if (found := issued_forms(field, text))]
    if len(names) > 1:
        names.sort(key=_by_field)
    return Traits(tuple(names), tuple(births), tuple(dict.fromkeys(sexes)), tuple(addresses), tuple(numbers))


def issued_forms(field: str, text: str) -> tuple[str, ...]:
    """The forms of a number under which it is found; none where it was never issued to one person."""
    if field in OBJECT_FIELDS:
        return object_forms(field, text)
    found = forms(field, text)
    if len(found) == 1:
        return () if is_placeholder(field, found[0]) else found
    return tuple([form for form in found if not is_placeholder(field, form)])


def _by_field(named: tuple[int, Name]) -> int:
    return named[0]


def surname_words(name: Name) -> tuple[str, ...]:
    """The words of a family name under which it is found: each, without its article, and all joined."""
    return _words(name.surnames[:MOST_SURNAMES], name.joined_surname)


def given_words(name: Name) -> tuple[str, ...]:
    """The words of the given names under which they are found, and all joined."""
    return _words(name.givens[:MOST_GIVENS], name.joined_given)


def spelt_words(name: Name) -> tuple[str, ...]:
    """The words that are looked for alone: each of the family name, the first given name, and either part joined.

    No initials, and no given names joined with one: that is nobody's name.
    """
    joined = name.joined_given if all(len(word) > 1 for word in name.givens[:MOST_GIVENS]) else ""
    words = (*name.surnames[:MOST_SURNAMES], name.joined_surname, *name.givens[:1], joined)
    return tuple(dict.fromkeys([word for word in words if len(word) > 1]))


def _words(tokens: tuple[str, ...], joined: str) -> tuple[str, ...]:
    found = dict.fromkeys(tokens)
    for token in tokens:
        bare = without_article(token)
        if bare:
            found[bare] = None
    if joined:
        found[joined] = None
    return tuple(found)


def sounds(words: tuple[str, ...]) -> tuple[str, ...]:
    """The different sounds of the words of one part of a name, at most `MOST_CODES`."""
    return tuple(dict.fromkeys([skeleton(word) for word in words if len(word) > 1]))[:MOST_CODES]


def initials(name: Name) -> tuple[str, ...]:
    """The first letters by sound of every word of a name, each once."""
    words = (*name.surnames[:MOST_SURNAMES], *name.givens[:MOST_GIVENS])
    return tuple(sorted({first_sound(word) for word in words}))


def first_sound(word: str) -> str:
    """The letter a word begins with by sound: `K` for Catherine, `A` for any vowel."""
    return skeleton(word).lstrip(".")[:1] or word[:1]
