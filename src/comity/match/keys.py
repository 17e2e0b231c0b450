"""Lookup keys: what a person in a record can be found by.

A key is an unsigned 64-bit number: four bits of kind, four bits of the field it derives from, 56 bits of hash. It
names its field, so a question that may not match on a field can never meet a key made from it. Kinds:

    PAIR     one surname and one given name by sound, in either order
    YEAR     one surname by sound with the year of birth
    DATE     the whole birth date; not 1 January, which stands for `unknown`
    INITIAL  the whole birth date with the sound one word of the name begins with
    ADDRESS  house number and beginning of the street
    STREET   beginning of the street with the postcode, and with the sound of the town
    PLACE    one surname by sound with the postcode, and with the sound of the town
    NUMBER   one form of an identifying number, or of a thing's number

A question asks for the sounds of every word that is near its own (`vocabulary`), for dates one slip away, for
numbers one slip away. Victims, witnesses and all third parties have no keys (harms H16, H33).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import Address
from comity.match.dates import Birth
from comity.match.names import Name
from comity.match.phonetics import skeleton
from comity.match.traits import MOST_REMEMBERED, Traits, given_words, initials, sounds, surname_words

Keys = NDArray[np.uint64]
KEY_VERSION = 2  # a change means every segment is built again
STREET_LETTERS = 5  # of a street's name; the rest is where clerks differ
_HASH_BITS = 56


class KeyKind(IntEnum):
    """What a key is made of; the four highest bits."""

    PAIR = 1
    YEAR = 2
    DATE = 3
    INITIAL = 4
    ADDRESS = 5
    NUMBER = 6
    STREET = 7
    PLACE = 8


@lru_cache(maxsize=MOST_REMEMBERED)
def text_hash(text: str) -> int:
    """64 bits of BLAKE2b of a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=MOST_REMEMBERED)
def sound_hashes(words: tuple[str, ...]) -> tuple[int, ...]:
    """Hashes of the different sounds of words."""
    return tuple([text_hash(code) for code in sounds(words)])


def birth_number(birth: Birth) -> int:
    """A birth date as YYYYMMDD, zeros for what is unknown."""
    return birth.year * 10_000 + birth.month * 100 + birth.day


def is_telling(birth: Birth) -> bool:
    """Whether a date alone finds anyone: about 40 people in a million; 1 January says too little."""
    return bool(birth.day) and (birth.month, birth.day) != (1, 1)


def pair_keys(field: Keys, one: Keys, other: Keys) -> Keys:
    """Keys of two sounds in either order: orders get swapped."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return _tagged(KeyKind.PAIR, field, _mix(low) + np.uint64(3) * _mix(high ^ np.uint64(0x5851F42D4C957F2D)))


def year_keys(field: Keys, sound: Keys, year: Keys) -> Keys:
    """Keys of a surname's sound with a year of birth."""
    return _tagged(KeyKind.YEAR, field, _mix(sound + np.uint64(0x9E3779B97F4A7C15) * year))


def date_keys(day: Keys) -> Keys:
    """Keys of whole dates, given as YYYYMMDD."""
    return _tagged(KeyKind.DATE, np.zeros_like(day), _mix(day))


def initial_keys(field: Keys, day: Keys, letter: Keys) -> Keys:
    """Keys of whole dates (YYYYMMDD) with a first letter (its code point)."""
    return _tagged(KeyKind.INITIAL, field, _mix(day + np.uint64(100_000_000) * letter))


def address_key(field: int, address: Address) -> int:
    """The key of an address; 0 where it has no number, or neither street nor place."""
    where = address.street[:STREET_LETTERS] or next(iter(places(address)), "")
    if not address.number or not where:
        return 0
    return _single_key(KeyKind.ADDRESS, field, f"{address.number} {where}")


def street_keys(field: int, address: Address) -> list[int]:
    """The keys of a street without its house number."""
    if not address.street:
        return []
    street = address.street[:STREET_LETTERS]
    return [_single_key(KeyKind.STREET, field, f"{street} {place}") for place in places(address)]


def places(address: Address) -> tuple[str, ...]:
    """Where an address is: its postcode, and its town by sound."""
    return tuple([one for one in (address.postcode, _town_sound(address.town)) if one])


@lru_cache(maxsize=MOST_REMEMBERED)
def _town_sound(town: str) -> str:
    return skeleton(town) if town else ""


def place_keys(field: Keys, sound: Keys, place: Keys) -> Keys:
    """Keys of a surname's sound with a place, given as a hash."""
    return _tagged(KeyKind.PLACE, field, _mix(sound + np.uint64(0x9E3779B97F4A7C15) * place))


def number_key(field: int, form: str) -> int:
    """The key of one form of a number."""
    return _single_key(KeyKind.NUMBER, field & 15, f"{field} {form}")


def _single_key(kind: KeyKind, field: int, text: str) -> int:
    digest = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
    return kind << 60 | field << _HASH_BITS | digest >> 8


def _tagged(kind: KeyKind, field: Keys, mixed: Keys) -> Keys:
    return np.uint64(kind << 60) | field << np.uint64(_HASH_BITS) | mixed >> np.uint64(8)


def _mix(number: Keys) -> Keys:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit depends on every bit."""
    number = (number ^ number >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ number >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return number ^ number >> np.uint64(31)


class KeyColumns:
    """What keys are made of, gathered over many people as plain numbers and hashed at once."""

    __slots__ = ("_dates", "_initials", "_pairs", "_places", "_single", "_years")

    def __init__(self) -> None:
        self._pairs = array("Q")  # person, field, sound, sound; and so on
        self._years = array("Q")  # person, field, sound, year
        self._dates = array("Q")  # person, YYYYMMDD
        self._initials = array("Q")  # person, field, YYYYMMDD, letter
        self._places = array("Q")  # person, field, sound, place
        self._single = array("Q")  # person, key

    def add(self, person: int, traits: Traits) -> None:
        """Take what one person's keys are made of. `person` is its place among those gathered."""
        days = [(birth, birth_number(birth)) for birth in traits.births]
        for birth, number in days:
            if is_telling(birth):
                self._dates.extend((person, number))
        sounding = [(field, name, sound_hashes(surname_words(name))) for field, name in traits.names]
        for field, name, surnames in sounding:
            for one in surnames:
                for other in sound_hashes(given_words(name)):
                    self._pairs.extend((person, field, one, other))
            for birth, number in days:
                for one in surnames:
                    self._years.extend((person, field, one, birth.year))
                for letter in initials(name) if birth.day else ():
                    self._initials.extend((person, field, number, ord(letter)))
        for at, address in traits.addresses:
            self._add_address(person, at, address, sounding)
        for at, found in traits.numbers:
            for form in found:
                self._single.extend((person, number_key(at, form)))

    def _add_address(
        self, person: int, at: int, address: Address, sounding: list[tuple[int, Name, tuple[int, ...]]]
    ) -> None:
        for key in (address_key(at, address), *street_keys(at, address)):
            if key:
                self._single.extend((person, key))
        for place in places(address):
            here = text_hash(place)
            for field, _, surnames in sounding:
                for one in surnames:
                    self._places.extend((person, field << 1 | at, one, here))

    def hashed(self) -> tuple[Keys, NDArray[np.uint32]]:
        """All keys, and for each the place of its person. A person's key may come twice."""
        pairs, years, dates = _table(self._pairs, 4), _table(self._years, 4), _table(self._dates, 2)
        initial, place, single = _table(self._initials, 4), _table(self._places, 4), _table(self._single, 2)
        keys = [
            pair_keys(pairs[:, 1], pairs[:, 2], pairs[:, 3]),
            year_keys(years[:, 1], years[:, 2], years[:, 3]),
            date_keys(dates[:, 1]),
            initial_keys(initial[:, 1], initial[:, 2], initial[:, 3]),
            place_keys(place[:, 1], place[:, 2], place[:, 3]),
            single[:, 1],
        ]
        people = [table[:, 0] for table in (pairs, years, dates, initial, place, single)]
        return np.concatenate(keys), np.concatenate(people).astype(np.uint32)


def _table(rows: array[int], columns: int) -> Keys:
    return np.frombuffer(rows, dtype=np.uint64).reshape(-1, columns)


def keys_of(traits: Iterable[Traits]) -> tuple[Keys, NDArray[np.uint32]]:
    """Keys of many people: the keys, and for each the place of its person."""
    columns = KeyColumns()
    for person, one in enumerate(traits):
        columns.add(person, one)
    return columns.hashed()
