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
