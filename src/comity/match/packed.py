"""A person's traits as 32-bit words, so that thousands can be weighed at once without reading their records.

Five bits of kind, 27 bits of payload. The CLASS word comes first and holds the sexes as well. A name is a NAME word
(field and generation) followed by its token words; tokens are numbers in the segment's vocabulary. Hashes stand for
addresses and numbers: two in a hundred million collide, and what is shown is compared again by the texts themselves.
They are bits of a hash that no lookup key has, so whoever is found by a key that happens to be the same is not weighed
by the same chance again.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import Address
from comity.match.dates import FIRST_YEAR, Birth
from comity.match.hashes import Hashes, join, join_one, text_hash
from comity.model.weights import BUILDING_BITS

PAYLOAD_BITS = 27
PAYLOAD = (1 << PAYLOAD_BITS) - 1
CLASS_BITS = 8  # of a CLASS word's payload; the sexes lie above
CLASS = (1 << CLASS_BITS) - 1
SEX_BITS = {"F": 1 << CLASS_BITS, "M": 2 << CLASS_BITS}
NUMBER_BITS = 22  # of a number's hash; the field takes five
STREET_BITS = BUILDING_BITS  # of a building's or street's hash; the field takes one


class WordKind(IntEnum):
    """What a word holds; the five highest bits."""

    CLASS = 1  # the record's data class, SEX_BITS
    NAME = 2  # field << 3 | generation (0 none, 1 senior, 2 junior, 3, 4)
    SURNAME = 3  # token
    GIVEN = 4  # token
    JOINED_SURNAME = 5  # token, where it is none of the single words
    JOINED_GIVEN = 6
    BIRTH = 7  # (year - 1850) << 9 | month << 5 | day
    BUILDING = 8  # hash of house number and street
    STREET = 9  # hash of the street
    NUMBER = 10  # field << 22 | hash


def word(kind: WordKind, payload: int = 0) -> int:
    """One packed word."""
    return kind << PAYLOAD_BITS | payload


def token_places(words: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which packed words hold the number of a name word."""
    kinds = words >> np.uint32(PAYLOAD_BITS)
    return (kinds >= WordKind.SURNAME) & (kinds <= WordKind.JOINED_GIVEN)


def renumber(words: NDArray[np.uint32], rank: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Packed words with their tokens renumbered by `rank`."""
    is_token = token_places(words)
    out = words.copy()
    tokens = words[is_token]
    out[is_token] = (tokens & ~np.uint32(PAYLOAD)) | rank[tokens & np.uint32(PAYLOAD)]
    return out


def birth_payload(birth: Birth) -> int:
    """A birth date in 18 bits."""
    return birth.year - FIRST_YEAR << 9 | birth.month << 5 | birth.day


def building_payloads(field: Hashes, number: Hashes, street: Hashes) -> Hashes:
    """House numbers and streets in 26 bits, with one bit for the field."""
    return field << np.uint64(STREET_BITS) | _bits(join(number, street), STREET_BITS)


def street_payloads(field: Hashes, street: Hashes) -> Hashes:
    """Streets' names in 26 bits, with one bit for the field."""
    return field << np.uint64(STREET_BITS) | _bits(street, STREET_BITS)


def number_payloads(field: Hashes, numbers: Hashes) -> Hashes:
    """Numbers' fields and hashes of forms."""
    return field << np.uint64(NUMBER_BITS) | _bits(numbers, NUMBER_BITS)


def _bits(hashes: Hashes, bits: int) -> Hashes:
    """The lowest bits of hashes: keys are made of the highest."""
    return hashes & np.uint64((1 << bits) - 1)


# ---------------------------------------------------------------- of one question


def building_payload(at: int, address: Address) -> int:
    """`building_payloads` of one address."""
    return _payload(at, building_of(address), STREET_BITS)


def building_of(address: Address) -> int:
    """What stands for a building in a packed word and in weights: a hash of house number and street."""
    return join_one(text_hash(address.number), text_hash(address.street)) & (1 << BUILDING_BITS) - 1


def street_payload(at: int, address: Address) -> int:
    """`street_payloads` of one address."""
    return _payload(at, text_hash(address.street), STREET_BITS)


def form_payloads(at: int, forms: Sequence[str]) -> list[int]:
    """`number_payloads` of several forms of one field."""
    return [_payload(at, text_hash(form), NUMBER_BITS) for form in forms]


def _payload(at: int, number: int, bits: int) -> int:
    return at << bits | number & (1 << bits) - 1
