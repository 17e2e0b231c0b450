"""What the index keeps of one person, read alone: lookup keys and packed words.

`crossing` makes the same of many people at once, by a hundred array operations that take as long for one person as for
a hundred. The tests hold one to the other.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from comity.match.addresses import Address
from comity.match.dates import Birth
from comity.match.hashes import text_hash
from comity.match.keys import (
    address_key,
    birth_number,
    date_key,
    form_keys,
    initial_key,
    is_telling,
    pair_key,
    place_key,
    places,
    street_keys,
    word_key,
    year_key,
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
    sounds,
    spelt_words,
    surname_words,
)


def keys_of(traits: Traits) -> set[int]:
    """Every key of one person."""
    found = {key for field, name in traits.names for key in _name_keys(field, name, traits)}
    found.update([date_key(birth_number(birth)) for birth in traits.births if is_telling(birth)])
    for at, address in traits.addresses:
        found.add(address_key(at, address))
        found.update(street_keys(at, address, places(address)))
    for at, forms in traits.numbers:
        found.update(form_keys(at, forms))
    found.discard(0)  # of an address that says no house
    return found


def _name_keys(field: int, name: Name, traits: Traits) -> list[int]:
    families, givens = (
        [text_hash(sound) for sound in sounds(words)] for words in (surname_words(name), given_words(name))
    )
    found = [pair_key(field, one, other) for one, other in product(families, givens)]
    found += [word_key(field, spelt) for spelt in spelt_words(name)]
    for birth in traits.births:
        found += [year_key(field, one, birth.year) for one in families]
        found += _initial_keys(field, name, birth)
    for at, address in traits.addresses:
        found += _place_keys(field << 1 | at, families, address)
    return found


def _initial_keys(field: int, name: Name, birth: Birth) -> list[int]:
    letters = initials(name) if birth.day else ()
    return [initial_key(field, birth_number(birth), ord(letter)) for letter in letters]


def _place_keys(field: int, families: list[int], address: Address) -> list[int]:
    here = [text_hash(place) for place in places(address)]
    return [place_key(field, one, place) for one, place in product(families, here)]


def packed_words(traits: Traits, data_class: int, token: Callable[[str], int]) -> list[int]:
    """The packed words of one person; `token` gives the number of a name word in the vocabulary."""
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


def words_of(traits: Traits) -> list[str]:
    """The different name words that one person's packed words tell of, in the order of their letters."""
    found: dict[str, None] = {}
    for _, name in traits.names:
        found |= dict.fromkeys(name.surnames[:MOST_SURNAMES]) | dict.fromkeys(name.givens[:MOST_GIVENS])
        found |= dict.fromkeys([one for one in (name.joined_surname, name.joined_given) if one])
    return sorted(found)
