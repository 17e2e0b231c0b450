"""What two records tell of each other, weighed once or told at length: one rule."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from look_alikes import look_alikes

from comity.match.relation import (
    ALIKE,
    COMPATIBLE,
    JOINED,
    STRONG,
    WEAK_LINK,
    Reading,
    read_values,
    relate,
    strength_of,
    weigh,
)

BORN, NUMBER = "1961-04-05", "512-34-6789"


def reading(name: str = "Smith, John", owner: str = "o", **values: str) -> Reading:
    held = {field.replace("_", "-"): (value,) for field, value in values.items()}
    return read_values(owner, {"name": (name,), **held} if name else held)


ISSUED = reading(birth_date=BORN, state_id="A1234567")


@pytest.mark.parametrize(
    ("one", "other", "fit", "strength"),
    [
        (reading(birth_date=BORN), reading("John Smith", birth_date=BORN), STRONG, JOINED),
        (reading(birth_date=BORN, ssn=NUMBER), reading(birth_date=BORN, ssn=NUMBER), STRONG, JOINED + 2),
        (reading(ssn=NUMBER), reading("Smith, J", ssn=NUMBER), COMPATIBLE, JOINED + 1),
        (reading(birth_date=BORN), reading("Smith, J", birth_date=BORN), COMPATIBLE, 0),
        (reading("Metzler, Ann", ssn=NUMBER), reading("McElroy, Ann", ssn=NUMBER), ALIKE, WEAK_LINK),
        (reading(birth_date=BORN), reading(birth_date="1961-04-06"), STRONG, WEAK_LINK),
        (reading(birth_date=BORN, ssn=NUMBER), reading(birth_date="1961-04-28", ssn=NUMBER), STRONG, -1),
        (reading(birth_date=BORN, ssn=NUMBER), reading(birth_date=BORN, ssn="601-22-8137"), STRONG, -1),
        (ISSUED, reading(birth_date=BORN, state_id="B7654321"), STRONG, -1),
        (ISSUED, reading(owner="p", birth_date=BORN, state_id="B7654321"), STRONG, JOINED),
        (reading(ssn=NUMBER), reading("Jones, Ann", ssn=NUMBER), 0, -1),
        (reading(birth_date=BORN, sex="M"), reading(birth_date=BORN, sex="F"), STRONG, 0),
    ],
)  # fmt: skip
def test_how_two_records_relate(one: Reading, other: Reading, fit: int, strength: int) -> None:
    """One person by a name and a second identifier; a slip or a sound ties weakly; a conflict is two people."""
    assert weigh(one, other).fit == fit
    assert relate(one, other) == relate(other, one) == strength


@pytest.mark.parametrize(
    ("main", "other"),
    [("Smith, John Paul", "Smith, John Peter"), ("Smith, John, Jr", "Smith, John, Sr")],
)
def test_an_alias_undoes_no_other_middle_name_or_generation(main: str, other: str) -> None:
    """What a record gives first counts against what it gives later; without that the alias ties as any name does."""
    plain = read_values("o", {"name": ("Smith, John",), "birth-date": (BORN,)})
    with_alias = read_values("o", {"name": (main,), "alias": ("Smith, John",), "birth-date": (BORN,)})
    another = read_values("p", {"name": (other,), "birth-date": (BORN,)})
    assert relate(with_alias, another) == relate(another, with_alias) == -1
    assert relate(with_alias, plain) == JOINED


def test_a_middle_name_that_is_only_near_joins_nobody_by_a_birth_date() -> None:
    """Mary Jane and Mary Joan are sisters; with one number they are one person."""
    jane, joan = reading("Smith, Mary Jane", birth_date=BORN), reading("Smith, Mary Joan", birth_date=BORN)
    assert weigh(jane, joan).fit == COMPATIBLE
    assert relate(jane, joan) == 0
    assert relate(reading("Smith, Mary Jane", ssn=NUMBER), reading("Smith, Mary Joan", ssn=NUMBER)) >= JOINED


def test_licences_of_two_states_tie_nobody() -> None:
    """The same number under another state's mark is another licence."""
    texas, ohio = reading(driver_licence="TX 12345978"), reading(owner="p", driver_licence="OH 12345978")
    assert relate(texas, ohio) < WEAK_LINK
    assert relate(texas, reading(owner="p", driver_licence="12345978")) >= JOINED


def test_a_record_without_a_name_is_said_to_have_none() -> None:
    """Nothing joins it, and that is not told as another name."""
    found = weigh(reading(birth_date=BORN), reading("", birth_date=BORN))
    assert (found.named, found.fit, strength_of(found)) == (False, 0, -1)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(pair=look_alikes(), owners=st.sampled_from(("aa", "ab")))
def test_what_is_told_and_what_is_joined_follow_one_rule(pair: tuple[object, object], owners: str) -> None:
    """The strength of what was weighed is the relation, in either order."""
    one, other = (read_values(owner, person.values) for owner, person in zip(owners, pair, strict=True))
    assert relate(one, other) == strength_of(weigh(one, other)) == strength_of(weigh(other, one))
    assert relate(one, one) == strength_of(weigh(one, one))
