"""Lookup keys: who has them, what they derive from, and what meets."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.match.keys import MATCHABLE_FIELDS, MOST_QUERY_KEYS, MOST_RECORD_KEYS, query_keys, record_keys
from comity.model.codes import SEARCHABLE_ROLES, IdentifierKind, PersonRole
from comity.model.query import (
    AddressSubject,
    FirearmSubject,
    Identifier,
    IdentifierSubject,
    PersonSubject,
    PhoneSubject,
    PlateSubject,
    Subject,
    VehicleSubject,
)
from comity.model.record import FieldValue, PersonInRecord

NAME_ONLY = frozenset({"name"})


def person(role: PersonRole = PersonRole.SUBJECT, **values: str) -> PersonInRecord:
    fields = tuple(FieldValue(name=name.replace("_", "-"), value=value) for name, value in values.items())
    return PersonInRecord(key="p1", role=role, fields=fields)


def meets(subject: Subject, held: PersonInRecord, allowed: frozenset[str] = MATCHABLE_FIELDS) -> bool:
    return bool(set(query_keys(subject, allowed)) & record_keys(held, ()))


FULL = person(
    name="Garcia Lopez, Juan Carlos",
    alias="Matthews, Joey",
    former_name="Perez, Juana",
    birth_date="1984-03-12",
    sex="M",
    ssn="512-34-6789",
    home_address="123 Main St, Fresno, CA 93701",
    phone="559-555-0123",
    plate="CA 7ABC123",
    vehicle="Ford 1FTFW1ET5BFA12345",
    weapon_serial="AB-1234",
)


@pytest.mark.parametrize("role", sorted(set(PersonRole) - SEARCHABLE_ROLES))
def test_h33_third_parties_have_no_keys(role: PersonRole) -> None:
    """H33 (and H16): victims, witnesses, jurors, visitors and all other third parties are never searchable."""
    held = person(role, name="Garcia, Juan", birth_date="1984-03-12", ssn="512-34-6789")
    assert record_keys(held, (FieldValue(name="plate", value="7ABC123"),)) == frozenset()


@pytest.mark.parametrize("role", sorted(SEARCHABLE_ROLES))
def test_searchable_roles_have_keys(role: PersonRole) -> None:
    """Subjects, suspects, arrestees and the like can be found."""
    assert record_keys(person(role, name="Garcia, Juan"), ())


@pytest.mark.parametrize(
    ("family", "given_name", "held"),
    [
        ("Garcia", "Juan", "Garcia Lopez, Juan"), ("Lopez", "Juan", "Garcia-Lopez, Juan"),
        ("Juan", "Garcia", "Garcia, Juan"), ("De La Cruz", "Maria", "Delacruz, Maria"),
        ("Smith", "Bob", "Smith, Robert"), ("Smith", "Robert", "Smith, Rob"), ("Smyth", "John", "Smith, John"),
        ("Masri", "Omar", "Al-Masri, Umar"), ("Abdelaziz", "Khaled", "Abd al-Aziz, Khalid"),
        ("Gonzales", "Paco", "González, Francisco"), ("Park", "Ji Woo", "Pak, Jiwoo"), ("Xu", "Wei", "Hsu, Wei"),
        ("Smith", "J", "Smith, John"), ("Ivanoff", "Sergey", "Иванов, Сергей"), ("Nguyen", "Minh", "NGUYEN, MINH"),
    ],
)  # fmt: skip
def test_a_name_alone_finds_its_spellings(family: str, given_name: str, held: str) -> None:
    """Order, nicknames, sounds, romanisations and both family names meet without a date."""
    assert meets(PersonSubject(family=family, given=given_name), person(name=held), NAME_ONLY)


DATES_ASKED = ("1984-03-12", "1984-12-03", "1984-03-13", "1984-03-21", "1985-03-12", "1984-03")


@pytest.mark.parametrize("asked", DATES_ASKED)
def test_a_date_finds_its_slips_under_other_spellings(asked: str) -> None:
    """Swapped, mistyped and partial dates meet even when the family name sounds different."""
    held = person(name="Gabor, Juan", birth_date="1984-03-12")
    assert meets(PersonSubject(family="Gutierrez", given="Juan", birth_date=asked), held)


def test_a_whole_date_finds_a_wholly_different_name() -> None:
    """People marry and take other names; 1 January says too little to do so."""
    asked = PersonSubject(family="Walker", given="Ann", birth_date="1984-03-12")
    assert meets(asked, person(name="Ortiz, Eva", birth_date="1984-03-12"))
    new_year = PersonSubject(family="Walker", given="Ann", birth_date="1984-01-01")
    assert not meets(new_year, person(name="Ortiz, Eva", birth_date="1984-01-01"))


@pytest.mark.parametrize("value", ["512-34-6789", "512346788", "512346798"])
def test_numbers_find_their_slips(value: str) -> None:
    """Exact, one digit wrong, two neighbours exchanged."""
    asked = IdentifierSubject(identifier=Identifier(kind=IdentifierKind.SSN, value=value))
    assert meets(asked, FULL)
    assert not meets(asked, FULL, MATCHABLE_FIELDS - {"ssn"})


def test_placeholder_numbers_have_no_keys() -> None:
    """000-00-0000 would join strangers."""
    assert record_keys(person(ssn="000-00-0000"), ()) == frozenset()


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        (PlateSubject(plate="7ABC123", state="CA"), "plate"),
        (VehicleSubject(vin="1FTFW1ET5BFA12345"), "vehicle"),
        (FirearmSubject(serial="AB1234", make="Colt"), "weapon-serial"),
        (PhoneSubject(number="+15595550123"), "phone"),
        (AddressSubject(address="123 Main Street"), "home-address"),
    ],
)
def test_things_are_found_whole_and_only_by_their_own_field(subject: Subject, field: str) -> None:
    """A plate, VIN, serial, phone or address meets when its field is open, else not."""
    assert meets(subject, FULL)
    assert query_keys(subject, MATCHABLE_FIELDS - {field, "work-address"}) == ()


def test_a_thing_on_the_record_finds_its_people() -> None:
    """Plates and serials may stand on the event instead of the person."""
    held = record_keys(person(name="Smith, John"), (FieldValue(name="plate", value="7ABC123"),))
    assert set(query_keys(PlateSubject(plate="7ABC123", state="CA"), MATCHABLE_FIELDS)) & held


def test_a_wildcard_searches_its_stem_with_the_year() -> None:
    """Three letters and a year; without an open birth date a wildcard finds nothing."""
    asked = PersonSubject(family="Garc*", given="Juan", birth_date="1984")
    assert meets(asked, FULL)
    assert query_keys(asked, NAME_ONLY) == ()
    assert meets(PersonSubject(family="Garcia", given="Jua*", birth_date="1984"), FULL)


@pytest.mark.parametrize("field", ["name", "alias", "former-name", "birth-date", "ssn", "home-address", "phone"])
def test_keys_derive_from_allowed_fields_only(field: str) -> None:
    """A record's keys for a set of fields are those of a record that has no other fields."""
    cut = PersonInRecord(
        key="p1", role=PersonRole.SUBJECT, fields=tuple(one for one in FULL.fields if one.name == field)
    )
    assert record_keys(FULL, (), frozenset({field})) == record_keys(cut, ())


def test_an_alias_is_not_found_by_a_question_that_may_not_match_aliases() -> None:
    """Keys name their field: a closed alias meets no key of the name field."""
    asked = PersonSubject(family="Matthews", given="Joey")
    assert meets(asked, FULL, frozenset({"name", "alias"}))
    assert not meets(asked, FULL, NAME_ONLY)


def test_race_and_description_are_never_keys() -> None:
    """Fields that describe a body or a birthplace make no key."""
    held = person(description="tall, scar", birthplace="Mexico", photo="x", sex="M", relatives="Smith, Ann")
    assert record_keys(held, ()) == frozenset()


NAMES = st.text(alphabet="abcdeñgiklmnorstuvyz -'", min_size=3, max_size=24).filter(
    lambda text: any(char.isalpha() for char in text)
)
DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)).map(str)


@settings(deadline=None, max_examples=60)
@given(family=NAMES, given_name=NAMES, born=DATES)
def test_a_person_is_always_found_by_their_own_name_and_date(family: str, given_name: str, born: str) -> None:
    """Whatever the letters: the same words meet, and the numbers of keys are bounded."""
    held = person(name=f"{family}, {given_name}", birth_date=born)
    asked = PersonSubject(family=family, given=given_name, birth_date=born)
    wanted = query_keys(asked, MATCHABLE_FIELDS)
    assert set(wanted) & record_keys(held, ())
    assert len(set(wanted)) == len(wanted) <= MOST_QUERY_KEYS
    assert all(-(2**63) <= key < 2**63 for key in wanted)


@settings(deadline=None, max_examples=40)
@given(closed=NAMES, other=NAMES)
def test_changing_a_closed_value_changes_no_open_key(closed: str, other: str) -> None:
    """Keys restricted to open fields do not depend on closed ones."""
    allowed = frozenset({"name", "birth-date"})
    one = person(name="Smith, John", birth_date="1984-03-12", alias=closed)
    two = person(name="Smith, John", birth_date="1984-03-12", alias=other)
    assert record_keys(one, (), allowed) == record_keys(two, (), allowed)


def test_what_cannot_be_read_makes_no_key() -> None:
    """A date that is none, an address without a number, a question about an address without one."""
    assert record_keys(person(birth_date="unknown", home_address="General Delivery"), ()) == frozenset()
    assert query_keys(AddressSubject(address="General Delivery"), MATCHABLE_FIELDS) == ()


def test_a_question_uses_every_kind_of_evidence_it_may() -> None:
    """Name, date, address and number each find the person alone, where open."""
    asked = PersonSubject(
        family="Garcia",
        given="Juan",
        birth_date="1984-03-12",
        address="123 Main Street",
        identifiers=(Identifier(kind=IdentifierKind.SSN, value="512-34-6789"),),
    )
    for field in ("name", "birth-date", "home-address", "ssn"):
        assert meets(asked, FULL, frozenset({field}))
    assert query_keys(asked, frozenset({"work-address", "passport"}))
    assert query_keys(asked, frozenset({"passport"})) == ()
    assert meets(PersonSubject(family="Masri"), person(name="Almasri, Omar")) is False
    assert meets(PersonSubject(family="Masri", given="Omar"), person(name="Almasri, Omar"))


def test_partial_dates_make_the_keys_they_can() -> None:
    """A year gives year keys, a month month keys, a day all."""
    sizes = [
        len(record_keys(person(name="Smith, John", birth_date=born), ()))
        for born in ("1984", "1984-03", "1984-03-12")
    ]
    assert sizes == sorted(set(sizes))


def test_a_person_with_very_many_names_has_a_bounded_number_of_keys() -> None:
    """A list of people in one person's aliases does not fill the index."""
    births = tuple(FieldValue(name="birth-date", value=f"{1970 + year}-03-12") for year in range(12))
    aliases = tuple(
        FieldValue(name="alias", value=f"Bor{chr(65 + i)}tak Ker{chr(70 + i)}mon, Dal{chr(75 + i)}in Mur{i}t")
        for i in range(14)
    )
    held = PersonInRecord(key="p", role=PersonRole.SUBJECT, fields=(*births, *aliases))
    assert len(record_keys(held, ())) <= MOST_RECORD_KEYS
    open_fields = frozenset({"alias"})
    assert record_keys(held, (), open_fields) <= record_keys(held, ())
