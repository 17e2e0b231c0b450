"""The index said literally, a person at a time: what keys and packed words a person's traits give.

The source makes the same of many people at once, from texts that are read in pieces; the tests hold one to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np

from comity.match.addresses import Address
from comity.match.dates import Birth
from comity.match.hashes import text_hash
from comity.match.keys import (
    address_key,
    birth_number,
    date_keys,
    form_keys,
    initial_keys,
    is_telling,
    pair_keys,
    place_keys,
    places,
    street_keys,
    word_keys,
    year_keys,
)
from comity.match.names import Name
from comity.match.packed import (
    SEX_BITS,
    WordKind,
    birth_payload,
    building_payload,
    form_payloads,
    street_payload,
    word,
)
from comity.match.traits import (
    MOST_GIVENS,
    MOST_SURNAMES,
    Traits,
    given_words,
    initials,
    read_traits,
    sounds,
    spelt_words,
    surname_words,
)

Values = Mapping[str, tuple[str, ...]]


def keys_of(values: Values) -> frozenset[int]:
    """Every key of one person."""
    traits = read_traits(values)
    found = {key for field, name in traits.names for key in _name_keys(field, name, traits)}
    found |= {_key(date_keys, birth_number(birth)) for birth in traits.births if is_telling(birth)}
    for at, address in traits.addresses:
        found |= {address_key(at, address), *street_keys(at, address, places(address))} - {0}
    return frozenset(found.union(*(form_keys(at, forms) for at, forms in traits.numbers)))


def _name_keys(field: int, name: Name, traits: Traits) -> set[int]:
    families, givens = (
        [text_hash(sound) for sound in sounds(words)] for words in (surname_words(name), given_words(name))
    )
    found = {_key(pair_keys, field, one, other) for one, other in product(families, givens)}
    found |= {_key(word_keys, field, text_hash(word)) for word in spelt_words(name)}
    for birth in traits.births:
        found |= {_key(year_keys, field, one, birth.year) for one in families}
        found |= _initial_keys(field, name, birth)
    for at, address in traits.addresses:
        found |= _place_keys(field << 1 | at, families, address)
    return found


def _initial_keys(field: int, name: Name, birth: Birth) -> set[int]:
    letters = initials(name) if birth.day else ()
    return {_key(initial_keys, field, birth_number(birth), ord(letter)) for letter in letters}


def _place_keys(field: int, families: list[int], address: Address) -> set[int]:
    here = [text_hash(place) for place in places(address)]
    return {_key(place_keys, field, one, place) for one, place in product(families, here)}


def _key(make: Callable[..., np.ndarray], *numbers: int) -> int:
    return int(make(*(np.array([number], dtype=np.uint64) for number in numbers))[0])


def packed_words(values: Values, data_class: int, token: Callable[[str], int]) -> list[int]:
    """The packed words of one person; `token` gives the number of a name word in the vocabulary."""
    traits = read_traits(values)
    found = [word(WordKind.CLASS, data_class | sum(SEX_BITS[sex] for sex in traits.sexes))]
    for field, name in traits.names:
        found.append(word(WordKind.NAME, field << 3 | int(name.suffix or 0)))
        found += [word(WordKind.SURNAME, token(one)) for one in name.surnames[:MOST_SURNAMES]]
        if name.joined_surname and name.joined_surname not in name.surnames:
            found.append(word(WordKind.JOINED_SURNAME, token(name.joined_surname)))
        found += [word(WordKind.GIVEN, token(one)) for one in name.givens[:MOST_GIVENS]]
        if name.joined_given and name.joined_given not in name.givens:
            found.append(word(WordKind.JOINED_GIVEN, token(name.joined_given)))
    found += [word(WordKind.BIRTH, birth_payload(birth)) for birth in traits.births]
    for at, address in traits.addresses:
        if address.street:
            found.append(word(WordKind.BUILDING, building_payload(at, address)))
            found.append(word(WordKind.STREET, street_payload(at, address)))
    return found + [
        word(WordKind.NUMBER, payload) for at, forms in traits.numbers for payload in form_payloads(at, forms)
    ]
