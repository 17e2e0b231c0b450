"""Dates, numbers, addresses and things compared."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.match.addresses import compare_addresses, read_address
from comity.match.dates import Birth, compare_births, read_birth, slip_variants
from comity.match.identifiers import IDENTIFIER_FIELDS, compare_numbers, forms, is_placeholder, slip_forms
from comity.match.objects import object_forms, plate_of


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("1984-03-12", (1984, 3, 12)),
        ("1984-03", (1984, 3, 0)),
        ("1984", (1984, 0, 0)),
        ("19840312", (1984, 3, 12)),
        ("3/12/1984", (1984, 3, 12)),
        ("1984-13-01", None),
        ("1984-00-12", None),
        ("1500-01-01", None),
        ("x", None),
        ("", None),
        ("1984-1a-01", None),
        ("1984-03-12T00:00:00", (1984, 3, 12)),
    ],
)
def test_birth_dates_are_read_or_refused(text: str, birth: tuple[int, int, int] | None) -> None:
    """Whole and partial dates in the forms records carry; anything else is no date."""
    assert read_birth(text) == birth


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1984-03-12", "1984-03-12", "exact"),
        ("1984-01-01", "1984-01-01", "january-exact"),
        ("1984-03-12", "1984-12-03", "swapped"),
        ("1984-03-12", "1984-03-13", "typo"),
        ("1984-03-12", "1984-03-21", "typo"),
        ("1984-03-12", "1994-03-12", "typo"),
        ("1984-03-12", "1984-03", "year-month"),
        ("1984-03-12", "1984", "year"),
        ("1984", "1984", "year"),
        ("1984-03", "1984-03", "year-month"),
        ("1984-03-12", "1984-01-01", "january"),
        ("1984-03-12", "1984-07-12", "typo"),
        ("1984-03-12", "1984-11-12", "near"),
        ("1984-03-12", "1971-11-30", "different"),
        ("1984", "1985", "near"),
        ("1984", "1990", "different"),
        ("1984-03", "1984-05", "near"),
        ("1984-03", "1984-01", "near"),
        ("1984-01-01", "1984-05", "january"),
        ("1984-01-01", "1985-01-01", "january-typo"),
        ("1984-01-01", "1957-01-01", "different"),
        ("1984-01-01", "1971-01-01", "different"),
        ("1951-01-01", "1984-03-12", "different"),
    ],
)
def test_birth_levels(one: str, other: str, level: str) -> None:
    """Each way two birth dates differ has its level, in either order."""
    first, second = read_birth(one), read_birth(other)
    assert first is not None
    assert second is not None
    assert compare_births(first, second) == compare_births(second, first) == level


@settings(max_examples=60)
@given(st.dates(min_value=date(1900, 1, 1)))
def test_slips_of_a_date_are_days_of_the_calendar(day: date) -> None:
    """Every variant is another real date."""
    birth = Birth(day.year, day.month, day.day)
    slips = slip_variants(birth)
    assert birth not in slips
    assert len(set(slips)) == len(slips) <= 80
    assert set(slips) == _literal_slips(birth)


def _literal_slips(birth: Birth) -> set[Birth]:
    """By its digits, written down."""
    text = f"{birth.year}{birth.month:02}{birth.day:02}"
    wrong = {text[:at] + digit + text[at + 1 :] for at in range(2, 8) for digit in "0123456789"}
    exchanged = {text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(2, 7)}
    other = {text[:4] + text[6:] + text[4:6], f"{birth.year - 1}{text[4:]}", f"{birth.year + 1}{text[4:]}"}
    found = set()
    for one in wrong | exchanged | other:
        try:
            day = date(int(one[:4]), int(one[4:6]), int(one[6:]))
        except ValueError:
            continue
        found.add(Birth(day.year, day.month, day.day))
    return found - {birth}


def test_a_partial_date_has_no_slips() -> None:
    """There is no day to mistype."""
    assert slip_variants(Birth(1984, 3)) == ()


def test_a_date_whose_digits_differ_in_two_places_is_near_at_most() -> None:
    """Two digits wrong in the day is no single slip."""
    one = Birth(1984, 3, 12)
    assert compare_births(one, Birth(1984, 3, 29)) == "near"
    assert compare_births(one, Birth(1984, 7, 13)) == "different"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("512-34-6789", "512346789", "exact"),
        ("512-34-6789", "512-34-6788", "typo"),
        ("512-34-6789", "512-34-6798", "exchanged"),
        ("512-34-6789", "512-43-6798", "different"),
        ("000-00-0000", "000000000", "placeholder-equal"),
        ("123-45-6789", "512-34-6789", "placeholder"),
        ("988-16-8772", "988-16-8772", "placeholder-equal"),
        ("912-70-1234", "912-70-1234", "exact"),
    ],
)
def test_social_security_numbers(one: str, other: str, level: str) -> None:
    """Unissuable numbers identify nobody; taxpayer numbers of people without an SSN do."""
    assert compare_numbers("ssn", one, other) == level


@pytest.mark.parametrize("value", ["CA D1234567", "D1234567 (CA)", "d-1234567"])
def test_a_state_mark_does_not_change_a_licence(value: str) -> None:
    """The state stands before or behind, or not at all."""
    assert compare_numbers("driver-licence", value, "D1234567") == "exact"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("D1234567", "D123456", "different"),
        ("D1234567", "D1234576", "exchanged"),
        ("D1234567", "D1234599", "different"),
        ("D1234567", "D1334569", "different"),
        ("D1234567", "X9876543", "different"),
        ("D1234567", "D1243657", "different"),
        ("CA D1234567", "(CA) D1234568", "typo"),
    ],
)
def test_licence_slips(one: str, other: str, level: str) -> None:
    """One character or one exchange is a slip; two differences that are no exchange are another number."""
    assert compare_numbers("driver-licence", one, other) == level


@pytest.mark.parametrize("field", ["driver-licence", "state-id", "passport"])
def test_two_issuers_give_two_numbers(field: str) -> None:
    """A state or country that both name and that differs; a mark of the kind, or of one side alone, tells nothing."""
    assert compare_numbers(field, "TX 12345978", "PA 12345978") == "different"
    assert compare_numbers(field, "TX 12345978", "12345978 (PA)") == "different"
    assert compare_numbers(field, "TX 12345978", "(TX) 123-459-78") == "exact"
    assert compare_numbers(field, "TX 12345978", "DL 12345978") == "exact"
    assert compare_numbers(field, "TX 12345978", "12345978") == "exact"


@pytest.mark.parametrize("value", ["A098723456", "A98723456", "98723456", "098-723-456", "a 98 723 456"])
def test_an_a_number_is_one_however_it_is_written(value: str) -> None:
    """With its letter or without, with zeros before it or without."""
    assert forms("a-number", value) == ("A098723456",)
    assert compare_numbers("a-number", value, "A098723456") == "exact"
    assert compare_numbers("a-number", value, "A098723465") == "exchanged"
    assert is_placeholder("a-number", *forms("a-number", "123-456-789"))


@given(st.sampled_from(IDENTIFIER_FIELDS), st.text(st.characters(categories=("Nd", "No", "Lu")), max_size=12))
def test_digits_of_any_script_are_read(field: str, value: str) -> None:
    """Signs that stand for digits and are no numbers raise nothing, in whatever number they stand."""
    for form in forms(field, value):
        is_placeholder(field, form)
        slip_forms(form)
    assert compare_numbers(field, value, "512346789") != "exact" or "512346789" in forms(field, value)
    assert is_placeholder("ssn", "9❶❷❸❹❺❻❼❽")


def test_short_or_empty_numbers_are_missing() -> None:
    """Fewer than four characters are no number."""
    assert forms("other-id", "12") == ()
    assert compare_numbers("other-id", "12", "12345") == "missing"
    assert forms("phone", "+1 (559) 555-0123") == ("5595550123",)
    assert forms("phone", "123") == ()


@pytest.mark.parametrize("value", ["999999999", "UNKNOWN", "A000000000", "078051120", "51234"])
def test_placeholders(value: str) -> None:
    """Repeats, runs, the sample card's number and wrong lengths are never issued."""
    assert is_placeholder("ssn", value)


def test_slip_forms_leave_out_the_number_itself() -> None:
    """One slip away, and bounded."""
    slips = slip_forms("512346789")
    assert "512346789" not in slips
    assert "512346798" in slips
    assert len(slips) <= 120
    assert slip_forms("1234") == ()
    assert slip_forms("ABCDEF") == ("BACDEF", "ACBDEF", "ABDCEF", "ABCEDF", "ABCDFE")


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("123 N Main St, Fresno CA 93701", "123 Main Street", "exact"),
        ("123 Main St Apt 4", "123 Main St #4", "building"),
        ("123 Main St", "125 Main Street", "street"),
        ("123 Main St, X CA 93701", "9 Oak Ave, X CA 93701", "postcode"),
        ("123 Main St", "9 Oak Ave", "different"),
        ("123 Main St, 93701", "123 Main St, 10001", "different"),
        ("", "123 Main St", "missing"),
        ("93701 Springfield", "", "missing"),
        ("12, 93701", "9, 93701", "postcode"),
        ("12, 93701", "9, 90001", "different"),
        ("123 Main St, Apt 4", "123 Main St Unit 4", "exact"),
        ("123 Broadway", "123 Brodway", "exact"),
        ("Apt 4 123 Main St", "123 Main St Apt 4", "exact"),
        ("123 Main St, 93701", "9 Oak Ave, 93722", "different"),
    ],
)
def test_addresses(one: str, other: str, level: str) -> None:
    """House number and street decide; types and directions do not."""
    assert compare_addresses(read_address(one), read_address(other)) == level


@pytest.mark.parametrize(
    ("value", "plate"),
    [("CA 7ABC123", ("7ABC123", "CA")), ("7abc123 (CA)", ("7ABC123", "CA")), ("7ABC123", ("7ABC123", ""))],
)
def test_plates(value: str, plate: tuple[str, str]) -> None:
    """The state is told from the number."""
    assert plate_of(value) == plate


def test_vehicle_numbers_are_found_in_text() -> None:
    """A 17-character VIN inside a description; a description without one gives no key."""
    assert object_forms("vehicle", "2011 Ford, VIN 1FTFW1ET5BFA12345, blue") == ("1FTFW1ET5BFA12345",)
    assert object_forms("vehicle", "blue Ford") == ()
    assert object_forms("weapon-serial", "ab-123") == ("AB123",)
    assert object_forms("weapon-serial", "1") == ()
    assert object_forms("plate", "X") == ()
