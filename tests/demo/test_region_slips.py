"""Slips of writing: each changes what it says it changes, and nothing when the name cannot show it."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.demo.names import PersonName
from comity.demo.slips import Slip, SlipKind, apply_slip, draw_slip

BORN = date(1984, 3, 9)
ANA = PersonName(family="Reyes", given="Guadalupe", middle="Elena", second="Luna", former="Soto")
PLAIN = PersonName(family="Ng", given="Io")


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (SlipKind.NONE, "Reyes Luna, Guadalupe Elena"),
        (SlipKind.NICKNAME, "Reyes Luna, Lupe Elena"),
        (SlipKind.INITIAL, "Reyes Luna, Guadalupe E"),
        (SlipKind.NO_MIDDLE, "Reyes Luna, Guadalupe"),
        (SlipKind.FORMER_NAME, "Soto Luna, Guadalupe Elena"),
        (SlipKind.FIRST_SURNAME, "Reyes, Guadalupe Elena"),
        (SlipKind.LAST_SURNAME, "Luna, Guadalupe Elena"),
        (SlipKind.HYPHEN, "Reyes-Luna, Guadalupe Elena"),
        (SlipKind.REVERSED, "Guadalupe, Reyes Luna Elena"),
    ],
)
def test_a_slip_of_the_name_is_written_as_files_write_it(kind: SlipKind, written: str) -> None:
    """Each kind of slip gives the form that files show, under its own label."""
    found = apply_slip(Slip(kind, 0.0, 0.0), ANA, BORN)
    assert found.full_name == written
    assert found.labels == (() if kind is SlipKind.NONE else (kind.value,))
    assert found.birth_date == "1984-03-09"


@pytest.mark.parametrize(
    ("kind", "where", "born", "written"),
    [
        (SlipKind.DAY_MONTH, 0.0, BORN, "1984-09-03"),
        (SlipKind.DAY_MONTH, 0.0, date(1984, 3, 19), "1984-03-19"),
        (SlipKind.YEAR_ONLY, 0.0, BORN, "1984"),
        (SlipKind.DATE_TYPO, 0.0, BORN, "1985-03-09"),
        (SlipKind.DATE_TYPO, 0.9, BORN, "1984-03-10"),
        (SlipKind.DATE_TYPO, 0.0, date(1984, 2, 29), "1985-02-28"),
    ],
)
def test_a_slip_of_the_birth_date_is_a_date_still(kind: SlipKind, where: float, born: date, written: str) -> None:
    """Day and month change places only where both are months; typing errors stay on the calendar."""
    found = apply_slip(Slip(kind, where, 0.0), ANA, born)
    assert found.birth_date == written
    assert bool(found.labels) == (written != born.isoformat())


@pytest.mark.parametrize("kind", [kind for kind in SlipKind if "date" not in kind and "birth" not in kind])
def test_a_name_that_cannot_show_a_slip_gets_no_label(kind: SlipKind) -> None:
    """A short name without middle, second or former surname stays as it is, unless it is reversed."""
    found = apply_slip(Slip(kind, 0.5, 0.5), PLAIN, BORN)
    shown = kind in {SlipKind.REVERSED, SlipKind.DAY_MONTH}
    assert bool(found.labels) == shown


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True), st.sampled_from(["Garcia", "Smith"]))
def test_a_typing_error_keeps_the_first_letter_and_nearly_the_length(where: float, how: float, word: str) -> None:
    """One slip of the fingers: the first letter stands and at most one letter comes or goes."""
    name = PersonName(family=word, given="Maria")
    found = apply_slip(Slip(SlipKind.FAMILY_TYPO, where, how), name, BORN).name.family
    assert found[0] == word[0]
    assert abs(len(found) - len(word)) <= 1
    assert found.isalpha()


def test_a_slip_takes_the_same_count_of_numbers_always() -> None:
    """Drawing a slip moves the stream by the same step, whatever comes of it."""
    for seed in range(200):
        drawn, counted = Random(seed), Random(seed)
        draw_slip(drawn)
        for _ in range(4):
            counted.random()
        assert drawn.random() == counted.random()
