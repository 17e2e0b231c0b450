"""Lookup keys: what a record can be found by, and what a question looks for.

A key is a signed 64-bit hash (BLAKE2b) of a kind, the field it derives from, and folded values. Keys combine parts
so that a posting list stays in the low thousands in a file of a million. A key names its source field, so a
question that may not match on a field can never meet a key made from it. Victims, witnesses and all third parties
have no keys (harms H16, H33).

Kinds: `pair` both name parts by sound; `part` one name part by sound with the other's initial; `year` surname by
sound with the year of birth; `month` given name by sound with year and month; `date` the whole date; `slip` the
whole date with both initials, for dates one slip away; `stem` first three letters of a surname with the year;
`metaphone` both parts in English sound; `number`; `address`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from comity.match.addresses import read_address
from comity.match.dates import Birth, read_birth, slip_variants
from comity.match.identifiers import IDENTIFIER_FIELDS, forms, is_placeholder, slip_forms
from comity.match.names import Name, asked_names, read_name, without_article
from comity.match.objects import OBJECT_FIELDS, object_forms
from comity.match.phonetics import metaphone, sound_codes
from comity.model.codes import SEARCHABLE_ROLES
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
from comity.model.record import FieldValue, PersonInRecord

KEY_VERSION = b"comity-key-1\x1f"  # part of every hash; a change means every index is rebuilt
NAME_FIELDS = ("name", "alias", "former-name")
ADDRESS_FIELDS = ("home-address", "work-address")
MATCHABLE_FIELDS = frozenset(
    {*NAME_FIELDS, "birth-date", "sex", *ADDRESS_FIELDS, *IDENTIFIER_FIELDS, *OBJECT_FIELDS}
)
MOST_RECORD_KEYS = 4_096  # by construction of the limits below; never cut, or a closed value could cut an open key
MOST_QUERY_KEYS = 512  # each is one index look-up; the strongest come first, so the cut loses the weakest
MOST_NAME_VALUES = 8  # names and aliases of one person that become keys
MOST_BIRTHS = 3  # birth dates that become keys; more are no birth dates
MOST_VALUES = 8  # values of any other field that become keys
MOST_PART_CODES = 8  # codes of one name part


def record_keys(
    person: PersonInRecord, record_fields: tuple[FieldValue, ...], allowed: frozenset[str] | None = None
) -> frozenset[int]:
    """Keys of one person in a record, from the fields in `allowed` only (None: every matchable field).

    Empty for a role that is never searchable. Race, description and photographs are never keys.
    """
    if person.role not in SEARCHABLE_ROLES:
        return frozenset()
    values: dict[str, list[str]] = {}
    for field in (*person.fields, *record_fields):
        if field.name in MATCHABLE_FIELDS and (allowed is None or field.name in allowed):
            values.setdefault(field.name, []).append(field.value)
    births = [birth for text in values.get("birth-date", [])[:MOST_BIRTHS] if (birth := read_birth(text))]
    found: set[int] = set()
    for birth in births:
        found.update(_birth_keys(birth))
    for field_name, texts in values.items():
        if field_name in NAME_FIELDS:
            for text in texts[:MOST_NAME_VALUES]:
                found.update(_held_name_keys(field_name, read_name(text), births))
        elif field_name not in ("birth-date", "sex"):
            for text in texts[:MOST_VALUES]:
                found.update(_held_number_keys(field_name, text))
    return frozenset(found)


def query_keys(subject: Subject, allowed: frozenset[str]) -> tuple[int, ...]:
    """Keys a question looks for, from permitted fields only, strongest first, at most `MOST_QUERY_KEYS`."""
    keys = dict.fromkeys(_all_query_keys(subject, allowed))
    return tuple(keys)[:MOST_QUERY_KEYS]


def _all_query_keys(subject: Subject, allowed: frozenset[str]) -> list[int]:
    if isinstance(subject, PersonSubject):
        return _person_keys(subject, allowed)
    return _single_keys(subject, allowed)


def _hash(*parts: str) -> int:
    text = "\x1f".join(parts).encode()
    return int.from_bytes(blake2b(KEY_VERSION + text, digest_size=8).digest(), "big", signed=True)


def _pair(field: str, kind: str, one: str, other: str) -> int:
    """A key that does not know which part is the family name: orders get swapped."""
    return _hash(field, kind, one, other) if one < other else _hash(field, kind, other, one)


def _codes(tokens: Iterable[str], joined: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    listed = tuple(tokens)
    for token in listed:
        found.update(dict.fromkeys(sound_codes(token)))
        bare = without_article(token)
        if bare:
            found.update(dict.fromkeys(sound_codes(bare)))
    if joined and joined not in listed:
        found.update(dict.fromkeys(sound_codes(joined)))
    return tuple(found)[:MOST_PART_CODES]


def _initials(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code.lstrip(".")[:1] for code in codes))


class _Sounds:
    """Codes of both parts of one name, worked out once."""

    __slots__ = ("given_firsts", "givens", "surname_firsts", "surnames", "tokens")

    def __init__(self, name: Name) -> None:
        self.tokens = (name.surnames[:3], name.givens[:2])
        self.surnames = _codes(name.surnames[:3], name.joined_surname)
        self.givens = _codes(name.givens[:2], name.joined_given)
        self.surname_firsts = _initials(self.surnames)
        self.given_firsts = _initials(self.givens)


def _held_name_keys(field: str, name: Name, births: list[Birth]) -> Iterator[int]:
    sounds = _Sounds(name)
    yield from _pair_keys(field, sounds)
    yield from _part_keys(field, sounds)
    for birth in births:
        year = str(birth.year)
        for code in sounds.surnames:
            yield _hash(field, "year", code, year)
        for token in name.surnames[:3]:
            yield _hash(field, "stem", token[:3], year)
        if birth.month:
            month = f"{year}{birth.month:02}"
            for code in sounds.givens:
                yield _hash(field, "month", code, month)
        if birth.day:
            yield from _initials_date_keys(field, sounds, birth)


def _pair_keys(field: str, sounds: _Sounds) -> Iterator[int]:
    surnames, givens = sounds.tokens
    for surname in sounds.surnames:
        for given in sounds.givens:
            yield _pair(field, "pair", surname, given)
    for surname in surnames:
        for given in givens:
            yield _pair(field, "metaphone", metaphone(surname), metaphone(given))


def _part_keys(field: str, sounds: _Sounds) -> Iterator[int]:
    for first in sounds.given_firsts:
        for code in sounds.surnames:
            yield _hash(field, "part", code, first)
    for first in sounds.surname_firsts:
        for code in sounds.givens:
            yield _hash(field, "part", code, first)


def _initials_date_keys(field: str, sounds: _Sounds, birth: Birth) -> Iterator[int]:
    day = f"{birth.year}{birth.month:02}{birth.day:02}"
    for one in sounds.surname_firsts[:2]:
        for other in sounds.given_firsts[:2]:
            yield _pair(field, f"slip {day}", one, other)


def _birth_keys(birth: Birth) -> Iterator[int]:
    """The whole date alone: about 40 people in a million; 1 January says too little."""
    if birth.day and (birth.month, birth.day) != (1, 1):
        yield _hash("birth-date", "date", f"{birth.year}{birth.month:02}{birth.day:02}")


def _held_number_keys(field: str, text: str) -> Iterator[int]:
    if field in ADDRESS_FIELDS:
        yield from _address_keys(field, text)
    elif field in OBJECT_FIELDS:
        for form in object_forms(field, text):
            yield _hash(field, "number", form)
    else:
        for form in forms(field, text):
            if not is_placeholder(field, form):
                yield _hash(field, "number", form)


def _address_keys(field: str, text: str) -> Iterator[int]:
    address = read_address(text)
    if address.number and address.street:
        yield _hash(field, "address", address.number, address.street[:5])


def _person_keys(subject: PersonSubject, allowed: frozenset[str]) -> list[int]:
    birth = read_birth(subject.birth_date) if subject.birth_date and "birth-date" in allowed else None
    names = asked_names(subject)
    keys: list[int] = []
    for identifier in subject.identifiers:
        if identifier.kind.value in allowed:
            keys += _held_number_keys(identifier.kind.value, identifier.value)
    if birth is not None:
        keys += _birth_keys(birth)
    for field in NAME_FIELDS:
        if field in allowed:
            for name in names:
                keys += _asked_name_keys(field, name, birth)
    if subject.address:
        for field in ADDRESS_FIELDS:
            if field in allowed:
                keys += _address_keys(field, subject.address)
    keys += _slip_keys(subject, allowed, birth)
    return keys


def _asked_name_keys(field: str, name: Name, birth: Birth | None) -> list[int]:
    """Keys of one asked name: with dates first, then the name alone; a wildcard searches its stem with a year."""
    if name.wild_surname:
        return [_hash(field, "stem", name.wild_surname[:3], str(birth.year))] if birth else []
    sounds = _Sounds(name)
    keys: list[int] = []
    if birth is not None:
        year = str(birth.year)
        if birth.day:
            keys += _initials_date_keys(field, sounds, birth)
        keys += [_hash(field, "year", code, year) for code in (*sounds.surnames, *sounds.givens)]
        if birth.month:
            month = f"{year}{birth.month:02}"
            keys += [_hash(field, "month", code, month) for code in (*sounds.givens, *sounds.surnames)]
        keys += [_hash(field, "stem", token[:3], year) for token in name.surnames[:3]]
    if name.wild_given:
        first = _initials(sounds.givens[:1])
        return [*keys, *(_hash(field, "part", code, first[0]) for code in sounds.surnames)]
    return [*keys, *_pair_keys(field, sounds), *_part_keys(field, sounds)]


def _slip_keys(subject: PersonSubject, allowed: frozenset[str], birth: Birth | None) -> list[int]:
    """Keys one slip away: mistyped dates with both initials, mistyped numbers. Weakest, so last."""
    keys: list[int] = []
    if birth is not None:
        for field in NAME_FIELDS[:2]:
            if field in allowed:
                keys += _date_slip_keys(field, _Sounds(asked_names(subject)[0]), birth)
    for identifier in subject.identifiers:
        kind = identifier.kind.value
        if kind in allowed:
            keys += _number_slip_keys(kind, identifier.value)
    return keys


def _date_slip_keys(field: str, sounds: _Sounds, birth: Birth) -> list[int]:
    return [
        _pair(field, f"slip {slip.year}{slip.month:02}{slip.day:02}", one, other)
        for slip in slip_variants(birth)
        for one in sounds.surname_firsts[:2]
        for other in sounds.given_firsts[:2]
    ]


def _number_slip_keys(kind: str, value: str) -> list[int]:
    return [_hash(kind, "number", slip) for form in forms(kind, value)[-1:] for slip in slip_forms(form)]


def _single_keys(subject: Subject, allowed: frozenset[str]) -> list[int]:
    if isinstance(subject, AddressSubject):
        return [
            key for field in ADDRESS_FIELDS if field in allowed for key in _address_keys(field, subject.address)
        ]
    if isinstance(subject, IdentifierSubject):
        kind, value = subject.identifier.kind.value, subject.identifier.value
        if kind not in allowed:
            return []
        return [*_held_number_keys(kind, value), *_number_slip_keys(kind, value)]
    field, value = object_of(subject)
    return list(_held_number_keys(field, value)) if field in allowed else []


def object_of(subject: Subject) -> tuple[str, str]:
    """The field and number of a thing asked about; two empty texts for a person, number or address."""
    if isinstance(subject, PlateSubject):
        return "plate", subject.plate
    if isinstance(subject, VehicleSubject):
        return "vehicle", subject.vin
    if isinstance(subject, FirearmSubject):
        return "weapon-serial", subject.serial
    return ("phone", subject.number) if isinstance(subject, PhoneSubject) else ("", "")
