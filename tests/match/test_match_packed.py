"""Traits as 32-bit words: what goes in is told by what comes out."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import make_file, seeds

from comity.match.addresses import Address, read_address
from comity.match.dates import FIRST_YEAR, LAST_YEAR, Birth
from comity.match.packed import (
    NUMBER_BITS,
    PAYLOAD,
    PAYLOAD_BITS,
    WordKind,
    birth_payload,
    building_payload,
    number_payload,
    pack,
    place_payload,
    street_payload,
    text_bits,
)
from comity.match.traits import ADDRESS_FIELDS, MOST_GIVENS, MOST_SURNAMES, NUMBER_FIELDS, Traits, read_traits


def unpacked(traits: Traits, data_class: int) -> list[tuple[int, int | str]]:
    """Kinds and payloads of packed traits, tokens as words again."""
    listed: list[str] = []

    def token(word: str) -> int:
        listed.append(word)
        return len(listed) - 1

    found: list[tuple[int, int | str]] = []
    for word in pack(traits, data_class, token):
        assert 0 <= word < 1 << 32
        kind, payload = word >> PAYLOAD_BITS, word & PAYLOAD
        is_token = WordKind.SURNAME <= kind <= WordKind.JOINED_GIVEN
        found.append((kind, listed[payload] if is_token else payload))
    return found


@settings(deadline=None, max_examples=25)
@given(seeds, st.integers(0, 63))
def test_a_person_is_packed_whole(seed: int, data_class: int) -> None:
    """Class first, then each name with its words in order, dates, sex, and hashes of addresses and numbers."""
    for values in make_file(seed).held[:20]:
        traits = read_traits(values)
        found = unpacked(traits, data_class)
        assert found[0] == (WordKind.CLASS, data_class)
        names = [payload for kind, payload in found if kind == WordKind.NAME]
        assert names == [at << 3 | int(name.suffix or 0) for at, name in traits.names]
        surnames = [one for _, name in traits.names for one in name.surnames[:MOST_SURNAMES]]
        assert [payload for kind, payload in found if kind == WordKind.SURNAME] == surnames
        givens = [one for _, name in traits.names for one in name.givens[:MOST_GIVENS]]
        assert [payload for kind, payload in found if kind == WordKind.GIVEN] == givens
        births = [payload for kind, payload in found if kind == WordKind.BIRTH]
        assert births == [birth_payload(one) for one in traits.births]
        sexes = [payload for kind, payload in found if kind == WordKind.SEX]
        assert sexes == [1 if one == "F" else 2 for one in traits.sexes]
        numbers = [payload for kind, payload in found if kind == WordKind.NUMBER]
        assert numbers == [number_payload(at, form) for at, forms in traits.numbers for form in forms]


@settings(deadline=None)
@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)), st.sampled_from(("day", "month", "year")))
def test_a_date_fits_and_comes_back(day: date, known: str) -> None:
    """Year, month and day, zeros for what is unknown, in eighteen bits."""
    birth = Birth(day.year, day.month if known != "year" else 0, day.day if known == "day" else 0)
    payload = birth_payload(birth)
    assert payload < 1 << 18
    assert Birth((payload >> 9) + FIRST_YEAR, payload >> 5 & 15, payload & 31) == birth


def test_fields_are_told_apart() -> None:
    """The same address or number in two fields is two payloads; every field fits."""
    home = read_address("123 Main St Apt 4, Fresno, CA 93701")
    for payload in (building_payload, street_payload):
        found = [payload(at, home) for at in range(len(ADDRESS_FIELDS))]
        assert len(set(found)) == len(found)
        assert max(found) <= PAYLOAD
    numbers = [number_payload(at, "D1234567") for at in range(len(NUMBER_FIELDS))]
    assert [number >> NUMBER_BITS for number in numbers] == list(range(len(NUMBER_FIELDS)))
    assert len({number & (1 << NUMBER_BITS) - 1 for number in numbers}) == 1
    assert max(numbers) <= PAYLOAD


def test_a_place_is_its_postcode_and_unit() -> None:
    """Five digits count; other postcodes are none here."""
    assert place_payload(Address("1", "MAIN", "", "93701")) == 93701 << 8
    assert place_payload(Address("1", "MAIN", "4", "93701")) == 93701 << 8 | text_bits("4", 8)
    assert place_payload(Address("1", "MAIN", "", "1234")) == 0
    assert place_payload(Address("1", "MAIN", "", "99999")) <= PAYLOAD


def test_an_address_without_a_street_is_not_packed() -> None:
    """There is no building to compare; towns and postcodes are compared by their texts."""
    traits = read_traits({"home-address": ("PO Box, Fresno, CA 93701", "12, Fresno")})
    kinds = [kind for kind, _ in unpacked(traits, 3)]
    assert kinds.count(WordKind.STREET) == sum(bool(address.street) for _, address in traits.addresses)
