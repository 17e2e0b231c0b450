"""Traits as 32-bit words: every field has its own, and all fit."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.match.addresses import read_address
from comity.match.dates import FIRST_YEAR, LAST_YEAR, Birth
from comity.match.one_person import packed_words
from comity.match.packed import (
    CLASS,
    NUMBER_BITS,
    PAYLOAD,
    PAYLOAD_BITS,
    SEX_BITS,
    WordKind,
    birth_payload,
    building_payload,
    form_payloads,
    renumber,
    street_payload,
)
from comity.match.traits import ADDRESS_FIELDS, NUMBER_FIELDS, read_traits


@given(
    st.lists(st.tuples(st.sampled_from(list(WordKind)), st.integers(0, 20)), max_size=30),
    st.permutations(range(21)),
)
def test_renumbering_touches_tokens_alone(words: list[tuple[WordKind, int]], rank: list[int]) -> None:
    """Surnames and given names get their new numbers; dates, hashes and fields stay."""
    packed = np.array([kind << PAYLOAD_BITS | payload for kind, payload in words], dtype=np.uint32)
    tokens = {WordKind.SURNAME, WordKind.GIVEN, WordKind.JOINED_SURNAME, WordKind.JOINED_GIVEN}
    found = renumber(packed, np.array(rank, dtype=np.uint32))
    assert (found >> np.uint32(PAYLOAD_BITS)).tolist() == [kind for kind, _ in words]
    assert (found & np.uint32(PAYLOAD)).tolist() == [rank[one] if kind in tokens else one for kind, one in words]


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
    numbers = [form_payloads(at, ("D1234567",))[0] for at in range(len(NUMBER_FIELDS))]
    assert [number >> NUMBER_BITS for number in numbers] == list(range(len(NUMBER_FIELDS)))
    assert len({number & (1 << NUMBER_BITS) - 1 for number in numbers}) == 1
    assert max(numbers) <= PAYLOAD


def test_a_class_leaves_room_for_the_sexes() -> None:
    """Neither hides the other."""
    packed = packed_words(read_traits({"sex": ("F", "male", "F", "X")}), CLASS, int)
    assert packed == [WordKind.CLASS << PAYLOAD_BITS | CLASS | SEX_BITS["F"] | SEX_BITS["M"]]
    assert CLASS & (SEX_BITS["F"] | SEX_BITS["M"]) == 0


def test_an_address_without_a_street_is_not_packed() -> None:
    """There is no building to compare; towns and postcodes are compared by their texts."""
    values = {"home-address": ("PO Box, Fresno, CA 93701", "12, Fresno")}
    kinds = [one >> PAYLOAD_BITS for one in packed_words(read_traits(values), 3, int)]
    assert kinds == [WordKind.CLASS, WordKind.BUILDING, WordKind.STREET]
