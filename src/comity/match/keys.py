"""Lookup keys: what a person in a record can be found by.

A key is a number of 40 bits: 34 of hash, and in the six lowest a tag, which is its kind and the field it derives
from. A question that may not match on a field can never meet a key made from it. Kinds:

    PAIR     one surname and one given name by sound, in either order
    YEAR     one surname by sound with the year of birth
    WORD     one word of a family name or a first given name, as it is spelt
    DATE     the whole birth date; not 1 January, which stands for `unknown`
    INITIAL  the whole birth date with the sound one word of the name begins with
    ADDRESS  house number and beginning of the street
    STREET   beginning of the street with the postcode, and with the sound of the town
    PLACE    one surname by sound with the postcode, and with the sound of the town
    NUMBER   one form of an identifying number, or of a thing's number

A question asks for the sounds of every word that is near its own (`vocabulary`), for dates one slip away, for
numbers one slip away; for words alone where few bear them (`rarity`). Victims, witnesses and all third parties have
no keys (harms H16, H33).

Two keys of one tag share their hash once in seventeen thousand million: in a file of ten million every fourth
question or so reads a person or two it did not look for. They are weighed by their own traits like everybody found.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import Address
from comity.match.dates import Birth
from comity.match.hashes import Hashes, join, join_one, mix, mix_one, text_hash
from comity.match.phonetics import skeleton

Keys = NDArray[np.uint64]
KEY_VERSION = 7  # a change means every segment is built again
KEY_BITS = 40
TAG_BITS = 6
TAG = (1 << TAG_BITS) - 1
STREET_LETTERS = 5  # of a street's name; the rest is where clerks differ
_UNUSED_BITS = 64 - KEY_BITS + TAG_BITS  # of a hash


class KeyKind(IntEnum):
    """What a key is made of; its number is the tag of the first field, the other fields follow."""

    PAIR = 1  # one for each name field, as for YEAR, INITIAL and WORD
    YEAR = 4
    DATE = 7
    INITIAL = 8
    ADDRESS = 11  # one for each address field, as for STREET
    STREET = 13
    PLACE = 15  # name field << 1 | address field
    WORD = 21
    NUMBER = 24  # one for each kind of number


def birth_number(birth: Birth) -> int:
    """A birth date as YYYYMMDD, zeros for what is unknown."""
    return birth.year * 10_000 + birth.month * 100 + birth.day


def is_telling(birth: Birth) -> bool:
    """Whether a date alone finds anyone: about 40 people in a million; 1 January says too little."""
    return bool(birth.day) and (birth.month, birth.day) != (1, 1)


def pair_keys(field: Keys, one: Hashes, other: Hashes) -> Keys:
    """Keys of two sounds in either order: orders get swapped."""
    return _tagged(KeyKind.PAIR, field, join(np.minimum(one, other), np.maximum(one, other)))


def year_keys(field: Keys, sound: Hashes, year: Keys) -> Keys:
    """Keys of a surname's sound with a year of birth."""
    return _tagged(KeyKind.YEAR, field, join(sound, year))


def word_keys(field: Keys, words: Hashes) -> Keys:
    """Keys of words as they are spelt, of the family or the given name: orders get swapped."""
    return _tagged(KeyKind.WORD, field, words)


def date_keys(day: Keys) -> Keys:
    """Keys of whole dates, given as YYYYMMDD."""
    return _tagged(KeyKind.DATE, np.zeros_like(day), mix(day))


def initial_keys(field: Keys, day: Keys, letter: Keys) -> Keys:
    """Keys of whole dates (YYYYMMDD) with a first letter (its code point)."""
    return _tagged(KeyKind.INITIAL, field, mix(day + np.uint64(100_000_000) * letter))


def building_keys(field: Keys, number: Hashes, where: Hashes) -> Keys:
    """Keys of house numbers with the beginning of the street, or with a place where there is none."""
    return _tagged(KeyKind.ADDRESS, field, join(number, where))


def along_keys(field: Keys, street: Hashes, place: Hashes) -> Keys:
    """Keys of the beginning of a street with a place."""
    return _tagged(KeyKind.STREET, field, join(street, place))


def place_keys(field: Keys, sound: Hashes, place: Hashes) -> Keys:
    """Keys of a surname's sound with a place. `field` is the name's, and the address's in the lowest bit."""
    return _tagged(KeyKind.PLACE, field, join(sound, place))


def number_keys(field: Keys, numbers: Hashes) -> Keys:
    """Keys of forms of numbers."""
    return _tagged(KeyKind.NUMBER, field, numbers)


def _tagged(kind: KeyKind, field: Keys, mixed: Hashes) -> Keys:
    return mixed >> np.uint64(_UNUSED_BITS) << np.uint64(TAG_BITS) | field + np.uint64(kind)


# ---------------------------------------------------------------- of one question or one person


def pair_key(field: int, one: int, other: int) -> int:
    """`pair_keys` of one pair."""
    return _tagged_one(KeyKind.PAIR, field, join_one(min(one, other), max(one, other)))


def year_key(field: int, sound: int, year: int) -> int:
    """`year_keys` of one sound."""
    return _tagged_one(KeyKind.YEAR, field, join_one(sound, year))


def word_key(field: int, spelt: str) -> int:
    """`word_keys` of one word."""
    return _tagged_one(KeyKind.WORD, field, text_hash(spelt))


def date_key(day: int) -> int:
    """`date_keys` of one date."""
    return _tagged_one(KeyKind.DATE, 0, mix_one(day))


def initial_key(field: int, day: int, letter: int) -> int:
    """`initial_keys` of one date and letter."""
    return _tagged_one(KeyKind.INITIAL, field, mix_one(day + 100_000_000 * letter))


def place_key(field: int, sound: int, place: int) -> int:
    """`place_keys` of one sound and place."""
    return _tagged_one(KeyKind.PLACE, field, join_one(sound, place))


def address_key(field: int, address: Address) -> int:
    """The key of an address; 0 where it has no number, or neither street nor place."""
    where = address.street[:STREET_LETTERS] or next(iter(places(address)), "")
    if not address.number or not where:
        return 0
    return _tagged_one(KeyKind.ADDRESS, field, join_one(text_hash(address.number), text_hash(where)))


def street_keys(field: int, address: Address, where: tuple[str, ...]) -> list[int]:
    """The keys of a street without its house number. `where` are the address's `places`."""
    if not address.street:
        return []
    street = text_hash(address.street[:STREET_LETTERS])
    return [_tagged_one(KeyKind.STREET, field, join_one(street, text_hash(one))) for one in where]


def places(address: Address) -> tuple[str, ...]:
    """Where an address is: its postcode, and its town by sound."""
    return tuple([one for one in (address.postcode, skeleton(address.town) if address.town else "") if one])


def form_keys(field: int, forms: Sequence[str]) -> list[int]:
    """The keys of forms of one number."""
    return [_tagged_one(KeyKind.NUMBER, field, text_hash(form)) for form in forms]


def _tagged_one(kind: KeyKind, field: int, mixed: int) -> int:
    return mixed >> _UNUSED_BITS << TAG_BITS | field + kind
