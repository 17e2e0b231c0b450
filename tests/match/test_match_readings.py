"""Texts read in pieces that come again read as they do whole."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import make_file, seeds

from comity.match.addresses import read_address
from comity.match.keys import STREET_LETTERS
from comity.match.names import read_name
from comity.match.packed import PAYLOAD, PAYLOAD_BITS, WordKind
from comity.match.phonetics import skeleton
from comity.match.readings import AddressReadings, BirthReadings, NameParts, NameReadings
from comity.match.traits import MOST_GIVENS, MOST_SURNAMES

PIECES = st.sampled_from((
    "12", "12A", "0", "٣", "N", "West", "87th", "County", "Road", "Hwy", "US", "Main",
    "Calle 4", "St", "Ave", "Apt 4", "Apt", "Unit 12345", "Fresno", "Béthune",
    "San Luis Obispo", "CA", "CA 93701", "93701", "93701-1234", "00000", "1234", "TX 1234", "", " ", "PO Box 7", "#4",
))  # fmt: skip
MARKS = st.sampled_from((" ", ", ", ",", "  ", " - "))
ADDRESSES = st.lists(st.tuples(PIECES, MARKS), max_size=9).map(
    lambda held: "".join(piece + mark for piece, mark in held)
)
WORDS = st.sampled_from((
    "Garcia", "GARCIA-LOPEZ", "de la Cruz", "Al-Hassan", "Abd al Rahman", "O'Neil", "Jr", "III", "M", "Żółć", "王", "",
    "Mary Ann", "van der Berg", "Nur ud Din", "Jr.", "Junior", "NMN", "Al James", "De Shawn", "Ben", "a b c d e f g h i j",
))  # fmt: skip
NAMES = st.lists(st.tuples(WORDS, MARKS), max_size=5).map(lambda held: "".join(word + mark for word, mark in held))


def assert_read_alike(texts: list[str]) -> None:
    """House number, street, its beginning, postcode and sound of the town are those of the whole address."""
    readings = AddressReadings()
    rows = readings.read(texts).tolist()
    told = list(readings.texts.numbers)
    for text, row in zip(texts, rows, strict=True):
        whole = read_address(text)
        town = skeleton(whole.town) if whole.town else ""
        expected = [whole.number, whole.street, whole.street[:STREET_LETTERS], whole.postcode, town]
        assert [told[number] for number in row] == expected, text


@settings(max_examples=300)
@given(st.lists(ADDRESSES, max_size=4))
def test_addresses_in_pieces_read_as_whole_ones(texts: list[str]) -> None:
    """Whatever stands between the commas, and twice as well as once."""
    assert_read_alike([*texts, *texts])


@settings(max_examples=20)
@given(seeds)
def test_made_addresses_read_as_whole_ones(seed: int) -> None:
    """Those of the hard set, as clerks write them."""
    assert_read_alike([text for values in make_file(seed).held for text in values.get("home-address", ())])


def unpacked(parts: NameParts, tokens: list[str], number: int) -> list[tuple[WordKind, str]]:
    """The packed words of a part of a name, with the words themselves."""
    lists = parts.words.read()
    held = lists.values[lists.starts[number] : lists.starts[number + 1]].tolist()
    return [(WordKind(one >> PAYLOAD_BITS), tokens[one & PAYLOAD]) for one in held]


@settings(max_examples=200)
@given(st.lists(NAMES, max_size=4))
def test_names_in_halves_read_as_whole_ones(texts: list[str]) -> None:
    """Words, joined words and generations, with a comma and without."""
    readings = NameReadings()
    families, givens = readings.read([*texts, *texts])
    tokens = list(readings.tokens)
    for text, family, first in zip([*texts, *texts], families.tolist(), givens.tolist(), strict=True):
        whole = read_name(text)
        singles = [(WordKind.SURNAME, one) for one in whole.surnames[:MOST_SURNAMES]]
        joined = whole.joined_surname and whole.joined_surname not in whole.surnames
        singles += [(WordKind.JOINED_SURNAME, whole.joined_surname)] if joined else []
        assert unpacked(readings.families, tokens, family) == singles, text
        singles = [(WordKind.GIVEN, one) for one in whole.givens[:MOST_GIVENS]]
        joined = whole.joined_given and whole.joined_given not in whole.givens
        singles += [(WordKind.JOINED_GIVEN, whole.joined_given)] if joined else []
        assert unpacked(readings.givens, tokens, first) == singles, text
        generation = readings.givens.generations[first] or readings.families.generations[family]
        assert generation == int(whole.suffix or 0), text


def test_what_is_no_date_is_none() -> None:
    """It has the number 0; the same date has the same number."""
    readings = BirthReadings()
    assert readings.read(["1984-03-12", "no", "03/12/1984", "1984"]).tolist() == [1, 0, 2, 3]
    table = readings.table()
    assert table.days.tolist() == [0, 19840312, 19840312, 19840000]
    assert table.whole.tolist() == [False, True, True, False]
