"""Learning from records alone: what is held back, and records put as questions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from look_alikes import any_weights
from msgspec.structs import replace

from comity.match.as_question import subject_of, write_birth
from comity.match.dates import read_birth
from comity.match.train_own import KEPT_COMPARISONS, KEPT_LEVELS, hold_back
from comity.match.weights import LevelWeight, Weights, load_weights

SHIPPED = load_weights()


def chances(weights: Weights) -> dict[tuple[str, str], float]:
    return {at: math.exp(u / 1_000) for at, (_, u) in weights.table().items()}


@given(any_weights(), st.integers(1, 1_000_000))
def test_a_chance_lies_between_what_was_counted_and_what_it_was(counted: Weights, people: int) -> None:
    """However small the file, no level weighs more than the file and the shipped table together say."""
    held = chances(hold_back(counted, SHIPPED, people))
    for row in counted.levels:
        at = (row.comparison, row.level)
        before, after = chances(SHIPPED)[at], chances(counted)[at]
        if row.comparison in KEPT_COMPARISONS or row.level in KEPT_LEVELS:
            assert held[at] == before
        else:
            assert min(before, after) * 0.998 <= held[at] <= max(before, after) * 1.002


def test_a_level_never_seen_cannot_dominate() -> None:
    """A chance of next to nothing, counted over a hundred people, hardly moves; over a million it does."""
    unseen = replace(
        SHIPPED,
        levels=tuple(
            LevelWeight(comparison=r.comparison, level=r.level, m_millinats=r.m_millinats, u_millinats=-20_700)
            for r in SHIPPED.levels
        ),
    )
    at = ("given", "variant")
    few, many = (hold_back(unseen, SHIPPED, people).table()[at][1] for people in (100, 1_000_000))
    assert SHIPPED.table()[at][1] - few < 100
    assert SHIPPED.table()[at][1] - many > 5_000


def test_a_record_is_put_as_somebody_would_ask_it() -> None:
    """Name in its parts, date in ISO, sex, address and numbers; what is no number is left out."""
    subject = subject_of(
        {
            "name": ("Cahoon, Thomas Lee", "Other, Name"),
            "birth-date": ("04/19/1987",),
            "sex": ("male",),
            "home-address": ("12 Alder St, Cascade City, WA 98101",),
            "driver-licence": ("WDL1234567",),
            "ssn": ("??",),
        }
    )
    assert subject is not None
    assert (subject.family, subject.given, subject.birth_date) == ("Cahoon", "Thomas Lee", "1987-04-19")
    assert subject.sex == "M"
    assert [one.value for one in subject.identifiers] == ["WDL1234567"]


@pytest.mark.parametrize("name", ["", "1234, Ann", "A; B, Ann"])
def test_what_no_question_would_say_is_not_put(name: str) -> None:
    """A record without a name that can be asked about is not put as a question."""
    assert subject_of({"name": (name,), "birth-date": ("1987-04-19",)} if name else {}) is None


@pytest.mark.parametrize("text", ["1987-04-19", "1987-04", "1987"])
def test_a_date_is_written_as_far_as_it_is_known(text: str) -> None:
    """What is read is written the same."""
    birth = read_birth(text)
    assert birth is not None
    assert write_birth(birth) == text
