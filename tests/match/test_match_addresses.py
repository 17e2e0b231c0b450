"""Addresses of one line: number, street, unit, postcode, town."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import make_file, seeds

from comity.match.addresses import AGREE_LEVELS, Address, compare_addresses, is_same_place, read_address

STREETS = ("Main St", "Main Street", "Washington Blvd", "Calle Real", "1st Ave", "N Oak Rd", "Broadway")
TOWNS = ("Fresno", "San Jose", "Oakland", "Marlow")
lines = st.builds(
    lambda number, street, unit, town, postcode: f"{number} {street}{unit}, {town}, CA {postcode}",
    st.integers(1, 9999), st.sampled_from(STREETS), st.sampled_from(("", " Apt 4", " Unit B")),
    st.sampled_from(TOWNS), st.sampled_from(("93701", "94601", "")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("123 Main St, Fresno, CA 93701", ("123", "MAIN", "", "93701", "FRESNO")),
        ("123 N. Main Street Apt 4, San José, CA 95112-1234", ("123", "MAIN", "4", "95112", "SANJOSE")),
        ("123 Main St, Apt 4, Fresno", ("123", "MAIN", "4", "", "")),
        ("Unit 7 123 Main St", ("123", "MAIN", "7", "", "")),
        ("123 Main St", ("123", "MAIN", "", "", "")),
        ("Main St, Fresno", ("", "MAIN", "", "", "FRESNO")),
        ("12 Calle Real, Goleta, California", ("12", "CALLEREAL", "", "", "GOLETA")),
        ("7 Rua Augusta, Lisboa, 1100", ("7", "RUAAUGUSTA", "", "1100", "LISBOA")),
        ("7 Rua Augusta, Lisboa 1100", ("7", "RUAAUGUSTA", "", "1100", "LISBOA")),
        ("12, Marlow, CA 93701", ("12", "", "", "93701", "MARLOW")),
        ("7 Rua Augusta, Lisboa, 0000", ("7", "RUAAUGUSTA", "", "", "LISBOA")),
        ("123 Main St, Fresno, CA 00000", ("123", "MAIN", "", "", "FRESNO")),
        ("1200", ("1200", "", "", "", "")),
        ("Apt. 1A, 123 Main Street, Anytown, MI 48123", ("123", "MAIN", "1A", "48123", "ANYTOWN")),
        ("4B, 123 Main Street, Anytown", ("123", "MAIN", "4B", "", "ANYTOWN")),
        ("1200 County Rd 12, Yuma, CO 80759", ("1200", "12COUNTYROAD", "", "80759", "YUMA")),
        ("1200 Co Road 12 Apt 3, Yuma", ("1200", "12COUNTYROAD", "3", "", "YUMA")),
        ("12 West St, Fresno", ("12", "W", "", "", "FRESNO")),
        ("12 N. West Ave, Fresno", ("12", "W", "", "", "FRESNO")),
        ("12345 Main St", ("12345", "MAIN", "", "", "")),
        ("", ("", "", "", "", "")),
        (",", ("", "", "", "", "")),
    ],
)
def test_one_line_is_read_into_parts(text: str, address: tuple[str, str, str, str, str]) -> None:
    """The first number is the house; the town is what follows the street; a house number is no postcode."""
    assert tuple(read_address(text)) == address


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("123 Main St, Fresno, CA 93701", "123 MAIN STREET, Fresno", "exact"),
        ("123 Main St Apt 2, Fresno", "123 Main St, Fresno", "building"),
        ("1200 County Road 12, Yuma", "1200 County Road 45, Yuma", "number"),
        ("1200 County Road 12, Yuma", "1200 CO RD 12, Yuma", "exact"),
        ("1200 US Hwy 50, Fallon", "1200 US Hwy 95, Fallon", "number"),
        ("1200 Hwy 150, Fallon", "1200 Hwy 151, Fallon", "number"),
        ("12 West St, Fresno", "12 East St, Fresno", "number"),
        ("12 North Ave, Fresno", "12 N Ave, Fresno", "exact"),
        ("123 Main St, Fresno", "125 Main St, Fresno", "street"),
        ("123 Washingtan St, Fresno", "123 Washington St, Fresno", "exact"),
        ("123 Main St, Fresno", "9 Oak Ave, Fresno", "postcode"),
        ("123 Main St, Fresno", "123 Oak Ave, Fresno", "number"),
        ("7 Chisholm Street, Yarrow 3141", "7 chisholmstreet, Yarrow 3141", "exact"),
        ("7 Chisholm Street, Yarrow 3141", "7 chisholm sgtreet, Yarrow 3141", "exact"),
        ("7 Overstreet Rd, Yarrow 3141", "7 Over Rd, Yarrow 3141", "number"),
        ("123 Main St, Fresno", "9 Oak Ave, Fresnoo", "postcode"),
        ("123 Main St, 93701", "9 Oak Ave, Clovis, CA 93701", "postcode"),
        ("7 Rua Augusta, Lisboa 1100", "9 Travessa Nova, Alfama, 1100", "postcode"),
        ("123 Main St, Fresno, CA 93701", "123 Main St, Oakland, CA 94601", "different"),
        ("123 Main St, Fresno, CA 93701", "123 Main St, Fresno, CA 94601", "exact"),
        ("12, Marlow, CA 93701", "12, Marlow", "building"),
        ("12, Marlow", "14, Marlow", "postcode"),
        ("12, Marlow", "12, Oakland", "different"),
        ("12, Marlow", "12 Main St, Marlow", "number"),
        ("12, Marlow", "12 Main St, Oakland", "different"),
        ("123 Main St", "12, Marlow", "missing"),
        ("123 Main St", "9 Oak Ave", "different"),
        ("Main St, Fresno", "Main St, Fresno", "street"),
        ("", "123 Main St, Fresno", "missing"),
        ("", "", "missing"),
    ],
)
def test_levels(one: str, other: str, level: str) -> None:
    """A house, its building, its street, its town or postcode; without streets the number and the place."""
    assert compare_addresses(read_address(one), read_address(other)) == level
    assert compare_addresses(read_address(other), read_address(one)) == level


@given(lines, lines)
def test_order_does_not_matter_and_an_address_is_its_own(one: str, other: str) -> None:
    """The same level both ways; an address that is whole agrees with itself."""
    first, second = read_address(one), read_address(other)
    assert compare_addresses(first, second) == compare_addresses(second, first)
    assert compare_addresses(first, first) == "exact"
    if compare_addresses(first, second) in AGREE_LEVELS:
        assert first.number == second.number
    assert is_same_place(first, second) == is_same_place(second, first)


@settings(max_examples=30)
@given(seeds)
def test_how_a_clerk_writes_an_address_does_not_change_it(seed: int) -> None:
    """Upper case and a dot behind the number make no other house."""
    for values in make_file(seed).held:
        for text in values.get("home-address", ()):
            assert read_address(text.upper()) == read_address(text)
            assert compare_addresses(read_address(text), read_address(text.replace(",", " ,"))) == "exact"


@given(st.text(max_size=40))
def test_any_text_is_read(text: str) -> None:
    """Whatever stands in the field: parts that may be empty, no error, and no agreement out of nothing."""
    address = read_address(text)
    assert all(isinstance(part, str) for part in address)
    assert compare_addresses(address, Address("", "", "", "")) in ("missing", "different")
