"""Which questions are about one subject: keyed hashes of what was asked with, put together where they agree.

A number, a plate or a name with its whole birth date is one subject, however the name is spelt (by sound, nicknames and both
surnames: `match`). A name alone joins where its member asked under that name about one birth date only; two members who ask
about a name alone may mean two people.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from comity.match.fold import alnum, words
from comity.match.identifiers import forms, is_placeholder
from comity.match.names import Name, build_name
from comity.match.phonetics import sound_codes
from comity.model.query import (
    AddressSubject,
    FirearmSubject,
    IdentifierSubject,
    PersonSubject,
    PhoneSubject,
    PlateSubject,
    Subject,
    VehicleSubject,
)

WHOLE_DATE = len("YYYY-MM-DD")
HASH_BYTES = 12  # of a keyed hash: no two of a year's questions share one by accident
MOST_KNOWN = 65_536  # names whose sounds are kept while questions are read


@dataclass(frozen=True, slots=True)
class SubjectKeys:
    """What a question's subject is known by: `telling` keys name one person or thing, `names` a name alone."""

    telling: frozenset[str]
    names: frozenset[str]


def keys_of(subject: Subject, secret: bytes) -> SubjectKeys:
    """The keyed hashes of a subject."""
    telling = frozenset(_keyed(secret, *one) for one in _telling(subject))
    named = _sounds(subject) if isinstance(subject, PersonSubject) else frozenset()
    return SubjectKeys(telling, frozenset(_keyed(secret, "name", *one) for one in named))


def labels_of(asked: Sequence[tuple[str, SubjectKeys]]) -> tuple[str, ...]:
    """One label for each (member, keys): equal where the questions are about one subject."""
    parents: dict[Hashable, Hashable] = {}
    for number, (_, keys) in enumerate(asked):
        for key in keys.telling:
            _join(parents, number, key)
    dated: dict[tuple[str, str], set[Hashable]] = defaultdict(set)
    for number, (member, keys) in enumerate(asked):
        if keys.telling:
            for name in keys.names:
                dated[member, name].add(_root(parents, number))
    for number, (member, keys) in enumerate(asked):
        if keys.telling:
            continue
        known = {root for name in keys.names for root in dated[member, name]}
        # a name alone: the one person this member asked about under it, else that name of this member
        _join(parents, number, known.pop() if len(known) == 1 else (member, min(keys.names, default="")))
    return tuple(_label(_root(parents, number)) for number in range(len(asked)))


def _telling(subject: Subject) -> Iterator[tuple[str, ...]]:
    match subject:
        case PersonSubject():
            for one in subject.identifiers:
                yield from _number(one.kind, one.value)
            if len(subject.birth_date) == WHOLE_DATE:
                yield from (("born", subject.birth_date, *name) for name in _sounds(subject))
        case IdentifierSubject(identifier=one):
            yield from _number(one.kind, one.value)
        case PlateSubject():
            yield "plate", subject.state, alnum(subject.plate)
        case VehicleSubject():
            yield "vin", subject.vin
        case FirearmSubject():
            yield "firearm", alnum(subject.make), alnum(subject.serial)
        case PhoneSubject():
            yield from _number("phone", subject.number)
        case AddressSubject():
            yield "address", alnum(subject.address)


def _number(kind: str, value: str) -> Iterator[tuple[str, ...]]:
    yield from ((kind, form) for form in forms(kind, value) if not is_placeholder(kind, form))


def _sounds(subject: PersonSubject) -> frozenset[tuple[str, str]]:
    return _name_sounds(subject.family, subject.given)


@lru_cache(maxsize=MOST_KNOWN)
def _name_sounds(family: str, given: str) -> frozenset[tuple[str, str]]:
    """Each surname by sound with the first given name and whatever name it may stand for."""
    name: Name = build_name(words(family), words(given))
    first = sound_codes(name.givens[0]) if name.givens else ("",)
    return frozenset((sound_codes(surname)[0], code) for surname in name.surnames for code in first)


def _keyed(secret: bytes, *parts: str) -> str:
    return hmac.digest(secret, "\x1f".join(parts).encode(), "sha256")[:HASH_BYTES].hex()


def _label(root: Hashable) -> str:
    return root if isinstance(root, str) else "/".join(map(str, root)) if isinstance(root, tuple) else f"#{root}"


def _root(parents: dict[Hashable, Hashable], one: Hashable) -> Hashable:
    while (above := parents.setdefault(one, one)) != one:
        parents[one] = parents[above]  # halves the way for the next look
        one = above
    return one


def _join(parents: dict[Hashable, Hashable], one: Hashable, other: Hashable) -> None:
    parents[_root(parents, one)] = _root(parents, other)
