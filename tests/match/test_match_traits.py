"""What a person can be found by, read from texts."""

from __future__ import annotations

from hypothesis import given, settings
from made_files import field_sets, make_file, seeds

from comity.match.addresses import read_address
from comity.match.names import read_name
from comity.match.traits import (
    ADDRESS_FIELDS,
    MATCHABLE_FIELDS,
    MOST_BIRTHS,
    MOST_CODES,
    MOST_NAMES,
    NAME_FIELDS,
    NUMBER_FIELDS,
    Traits,
    first_sound,
    given_words,
    initials,
    issued_forms,
    read_traits,
    sounds,
    surname_words,
)


def test_every_kind_of_field_is_read() -> None:
    """Names in the order of their fields, each with its place; what is not matched on is left out."""
    traits = read_traits({
        "former-name": ("Marsh, Ann",), "name": ("Kelly, Ann",), "birth-date": ("1961-04-05", "not known"),
        "sex": ("female", "F", "unknown"), "work-address": ("9 Oak Ave",), "ssn": ("512-34-6789", "000-00-0000"),
        "plate": ("CA 7ABC123",), "hair": ("brown",),
    })  # fmt: skip
    assert traits.names == (
        (0, read_name("Kelly, Ann")),
        (NAME_FIELDS.index("former-name"), read_name("Marsh, Ann")),
    )
    assert traits.births == ((1961, 4, 5),)
    assert traits.sexes == ("F",)
    assert traits.addresses == ((ADDRESS_FIELDS.index("work-address"), read_address("9 Oak Ave")),)
    assert traits.numbers == (
        (NUMBER_FIELDS.index("ssn"), ("512346789",)), (NUMBER_FIELDS.index("plate"), ("7ABC123",)),
    )  # fmt: skip


@settings(max_examples=25)
@given(seeds, field_sets)
def test_only_permitted_fields_are_read(seed: int, allowed: frozenset[str]) -> None:
    """The traits under a permission are those of a record without the other fields."""
    for values in make_file(seed).held[:15]:
        kept = {field: texts for field, texts in values.items() if field in allowed}
        assert read_traits(values, allowed) == read_traits(kept)
        assert read_traits(values, MATCHABLE_FIELDS) == read_traits(values)
    assert read_traits(values, frozenset()) == Traits()


def test_lists_too_long_are_cut() -> None:
    """A ninth name is a list of other people's; so with dates."""
    many = tuple(f"Name{letter}, A" for letter in "abcdefghijk")
    assert len(read_traits({"name": many}).names) == MOST_NAMES
    assert len(read_traits({"birth-date": ("1961", "1962", "1963", "1964")}).births) == MOST_BIRTHS


def test_a_number_never_issued_is_no_trait() -> None:
    """Placeholders would tie strangers together."""
    assert issued_forms("ssn", "000-00-0000") == ()
    assert issued_forms("ssn", "512-34-6789") == ("512346789",)
    assert issued_forms("driver-licence", "CA D1234567") == ("CAD1234567", "D1234567")
    assert issued_forms("plate", "CA 7ABC123") == ("7ABC123",)


def test_a_name_is_found_under_each_word_and_all_joined() -> None:
    """Each family name, the whole, and the name without its Arabic article."""
    assert surname_words(read_name("Garcia-Lopez, Juan Carlos")) == ("GARCIA", "LOPEZ", "GARCIALOPEZ")
    assert given_words(read_name("Garcia-Lopez, Juan Carlos")) == ("JUAN", "CARLOS", "JUANCARLOS")
    assert surname_words(read_name("Al-Masri, Omar")) == ("MASRI", "ALMASRI")
    assert surname_words(read_name("Almasri, Omar")) == ("ALMASRI", "MASRI")


def test_sounds_and_first_letters() -> None:
    """One entry for a sound; Catherine and Katherine begin alike, and so do all vowels."""
    assert len(sounds(("CATHERINE", "KATHERINE", "X"))) == 1
    assert len(sounds(tuple(f"{letter}ARNOLD" for letter in "BDFGKLMNR"))) == MOST_CODES
    assert first_sound("CATHERINE") == first_sound("KATHERINE") == "K"
    assert first_sound("EMMA") == first_sound("ANNA") == "A"
    assert first_sound("H") == "H"
    assert initials(read_name("Kelly, Catherine Emma")) == ("A", "K")
