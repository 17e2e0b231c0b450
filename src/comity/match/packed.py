"""A person's traits as 32-bit words, so that thousands can be weighed at once without reading their records.

Five bits of kind, 27 bits of payload. A name is a NAME word (field and generation) followed by its token words;
tokens are numbers in the segment's vocabulary. Hashes stand for addresses and numbers: two in a hundred million
collide, and what is shown is compared again by the texts themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import Address
from comity.match.dates import FIRST_YEAR, Birth
from comity.match.traits import MOST_GIVENS, MOST_SURNAMES, Traits

PAYLOAD_BITS = 27
PAYLOAD = (1 << PAYLOAD_BITS) - 1
NUMBER_BITS = 22  # of a number's hash; the field takes five


class WordKind(IntEnum):
    """What a word holds; the five highest bits."""

    CLASS = 1  # the record's data class
    NAME = 2  # field << 3 | generation (0 none, 1 senior, 2 junior, 3, 4)
    SURNAME = 3  # token
    GIVEN = 4  # token
    JOINED_SURNAME = 5  # token, where it is none of the single words
    JOINED_GIVEN = 6
    BIRTH = 7  # (year - 1850) << 9 | month << 5 | day
    SEX = 8  # 1 F, 2 M
    BUILDING = 9  # hash of house number and street
    STREET = 10  # hash of the street
    PLACE = 11  # postcode << 8 | hash of the unit
    NUMBER = 12  # field << 22 | hash


def pack(traits: Traits, data_class: int, token: Callable[[str], int]) -> list[int]:
    """The words of one person. `token` gives the number of a name word in the vocabulary."""
    words = [WordKind.CLASS << PAYLOAD_BITS | data_class]
    for field, name in traits.names:
        generation = int(name.suffix) if name.suffix else 0
        words.append(WordKind.NAME << PAYLOAD_BITS | field << 3 | generation)
        words += [WordKind.SURNAME << PAYLOAD_BITS | token(one) for one in name.surnames[:MOST_SURNAMES]]
        if name.joined_surname and name.joined_surname not in name.surnames:
            words.append(WordKind.JOINED_SURNAME << PAYLOAD_BITS | token(name.joined_surname))
        words += [WordKind.GIVEN << PAYLOAD_BITS | token(one) for one in name.givens[:MOST_GIVENS]]
        if name.joined_given and name.joined_given not in name.givens:
            words.append(WordKind.JOINED_GIVEN << PAYLOAD_BITS | token(name.joined_given))
    words += [WordKind.BIRTH << PAYLOAD_BITS | birth_payload(birth) for birth in traits.births]
    words += [WordKind.SEX << PAYLOAD_BITS | (1 if sex == "F" else 2) for sex in traits.sexes]
    for at, address in traits.addresses:
        if address.street:
            words.append(WordKind.BUILDING << PAYLOAD_BITS | building_payload(at, address))
            words.append(WordKind.STREET << PAYLOAD_BITS | street_payload(at, address))
            words.append(WordKind.PLACE << PAYLOAD_BITS | place_payload(address))
    for at, found in traits.numbers:
        words += [WordKind.NUMBER << PAYLOAD_BITS | number_payload(at, form) for form in found]
    return words


def token_places(words: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which packed words hold the number of a name word."""
    kinds = words >> np.uint32(PAYLOAD_BITS)
    return (kinds >= WordKind.SURNAME) & (kinds <= WordKind.JOINED_GIVEN)


def birth_payload(birth: Birth) -> int:
    """A birth date in 18 bits."""
    return birth.year - FIRST_YEAR << 9 | birth.month << 5 | birth.day


def building_payload(at: int, address: Address) -> int:
    """House number and street in 26 bits, with one bit for the field."""
    return at << 26 | text_bits(f"{address.number} {address.street}", 26)


def street_payload(at: int, address: Address) -> int:
    """A street's name in 26 bits, with one bit for the field."""
    return at << 26 | text_bits(address.street, 26)


def place_payload(address: Address) -> int:
    """Postcode (17 bits, 0 none) and unit (8 bits)."""
    postcode = int(address.postcode) if address.postcode.isdigit() and len(address.postcode) == 5 else 0
    return postcode << 8 | (text_bits(address.unit, 8) if address.unit else 0)


def number_payload(at: int, form: str) -> int:
    """A number's field and the hash of one form."""
    return at << NUMBER_BITS | text_bits(form, NUMBER_BITS)


def text_bits(text: str, bits: int) -> int:
    """The first bits of the CRC-32 of a text."""
    return crc32(text.encode()) >> 32 - bits
