"""Scores of the matching bench, against examples worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.model.query import PersonSubject
from match.calibration import brier, calibration_error, calibration_interval
from match.engine import Answer
from match.report import parity, report
from match.scores import (
    FEWEST_ABSENT,
    Row,
    as_asked,
    best_threshold,
    calibration,
    crossed_cuts,
    decide,
    difference,
    f1_interval,
    nearest_rank,
    right_at_false_rate,
    row_of,
    table,
    wilson,
)
from match.sets import Asked


def row(present: bool, rank: int, score: float, group: str = "", errors: tuple[str, ...] = ()) -> Row:
    return Row(present, rank, score, (score,), 1 - score, 1.0, group, "name+date", errors)


SIX = table(
    [
        row(True, 1, 0.9),
        row(True, 1, 0.8),
        row(True, 2, 0.7),  # the wrong person first
        row(False, 0, 0.6),
        row(True, 1, 0.5),
        row(False, 0, 0.1),
    ]
)


def test_a_row_knows_the_rank_of_the_right_record() -> None:
    """The rank is the place of the right record among those listed, and 0 where it is not, or is nowhere."""
    answer = Answer((7, 3, 9), (0.5, 0.3, 0.1), 0.1)
    subject = PersonSubject(family="Miller", birth_date="1980-01-02")
    assert row_of(Asked(subject, 3), answer, 2.0).rank == 2
    assert row_of(Asked(subject, 4), answer, 2.0).rank == 0
    absent = row_of(Asked(subject, None, "White", ("typing",)), answer, 2.0)
    assert (absent.rank, absent.present, absent.score, absent.evidence) == (0, False, 0.5, "name+date")
    assert row_of(Asked(subject, 3), Answer((), ()), 2.0).score == 0.0


def test_decisions_are_counted_by_what_they_do_to_a_person() -> None:
    """At 0.6: four named, two of them right, one the wrong person, one who is not there; one wrongful refusal."""
    made = decide(SIX, 0.6)
    assert made == (4, 2, 4, 2, 1, 1, 1)
    assert made.precision == 0.5
    assert made.f1 == 2 * 2 / (4 + 4)


def test_the_best_threshold_gives_the_best_f1_of_all() -> None:
    """F1 over the six by threshold: 0.4, 0.667, 0.571, 0.5, 0.667, 0.6; the first best is 0.8."""
    assert best_threshold(SIX) == 0.8
    assert decide(SIX, 0.8).f1 == pytest.approx(2 / 3)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.sampled_from([0.0, 0.2, 0.4, 0.8, 1.0])), min_size=1)
)
def test_no_score_is_a_better_threshold(drawn: list[tuple[bool, int, float]]) -> None:
    """No score in the set accepts with a better F1 than the chosen threshold, ties included."""
    rows = table([row(present, rank if present else 0, score) for present, rank, score in drawn])
    chosen = decide(rows, best_threshold(rows)).f1
    assert all(decide(rows, score).f1 <= chosen + 1e-12 for score in rows.score)


def test_each_half_is_judged_at_the_threshold_of_the_other() -> None:
    """Even rows get the threshold of the odd ones and the other way round."""
    rows = table([row(True, 1, 0.9), row(True, 1, 0.4), row(False, 0, 0.5), row(False, 0, 0.2)])
    assert crossed_cuts(rows).tolist() == [0.4, 0.9, 0.4, 0.9]


def test_right_hits_at_one_percent_false() -> None:
    """Of 300 absent three may pass; of four present those above the fourth score and found first count."""
    absent = [row(False, 0, 0.001 * place) for place in range(FEWEST_ABSENT)]  # the fourth is 0.296
    present = [row(True, 1, 0.9), row(True, 1, 0.2961), row(True, 1, 0.296), row(True, 2, 0.95)]
    assert right_at_false_rate(table(absent + present)) == 0.5
    assert right_at_false_rate(table(absent[:-1] + present)) is None
    assert right_at_false_rate(table(absent)) is None


def test_intervals_of_shares() -> None:
    """Wilson's interval of 8 in 10 is 0.490 to 0.943; Newcombe's of 56/70 against 48/80 is 0.052 to 0.334."""
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
    gap, interval = difference((56, 70), (48, 80))
    assert gap == pytest.approx(0.2)
    assert interval == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_percentiles_are_values_that_were_measured() -> None:
    """By nearest rank the median of four is the second, the 99th percentile the fourth."""
    assert nearest_rank(np.array([4.0, 1.0, 3.0, 2.0]), 50) == 2.0
    assert nearest_rank(np.array([4.0, 1.0, 3.0, 2.0]), 99) == 4.0
    assert nearest_rank(np.array([]), 99) == 0.0


def test_brier_and_plain_calibration_by_hand() -> None:
    """Two bins' worth of ties: 0.9 came true in one of two, 0.1 in none of two."""
    stated, true = np.array([0.9, 0.9, 0.1, 0.1]), np.array([1.0, 0.0, 0.0, 0.0])
    assert brier(stated, true) == pytest.approx((0.01 + 0.81 + 0.01 + 0.01) / 4)
    assert calibration_error(stated, true, corrected=False) == pytest.approx(0.5 * 0.4 + 0.5 * 0.1)


def test_the_correction_by_hand() -> None:
    """One bin of 100 at 0.5 with a share of 0.6: twice the gap less the mean of a folded normal about it."""
    stated, true = np.full(100, 0.5), np.array([1.0] * 60 + [0.0] * 40)
    scatter = math.sqrt(0.24 / 100)
    z = 0.1 / scatter
    folded = scatter * math.sqrt(2 / math.pi) * math.exp(-z * z / 2) + 0.1 * (1 - math.erfc(z / math.sqrt(2)))
    assert calibration_error(stated, true) == pytest.approx(0.2 - folded)


def test_the_correction_takes_off_bias_and_leaves_real_error() -> None:
    """Of true probabilities the corrected error is nearer nought than the plain; a real error of 0.1 stays."""
    rng = np.random.default_rng(1)
    honest = rng.random(4_000)
    true = (rng.random(4_000) < honest).astype(float)
    plain, corrected = calibration_error(honest, true, corrected=False), calibration_error(honest, true)
    assert corrected < 0.7 * plain
    boast = np.clip(honest * 0.8 + 0.1, 0, 1)
    off = (rng.random(4_000) < boast - 0.1).astype(float)
    assert calibration_error(boast, off) == pytest.approx(0.1, abs=0.02)
    low, high = calibration_interval(boast, off)
    assert low < 0.1 < high


def test_calibration_is_measured_at_one_share_of_present_people() -> None:
    """Of ten absent to four present only the first three absent count, and too small a cell has no figure."""
    rows = table([row(False, 0, 0.1)] * 10 + [row(True, 1, 0.9)] * 4)
    assert as_asked(rows).present.tolist() == [False] * 3 + [True] * 4
    assert calibration(rows) == {"calibrated_on": 7, "brier": 0.01, "largest_sum": 1.0, "ece": "too few"}
    many = table([row(False, 0, 0.1)] * 900 + [row(True, 1, 0.9)] * 1_200)
    assert calibration(many)["ece"] == calibration(many)["ece_not_in_file"] == 0.1


def test_f1_interval_holds_the_f1() -> None:
    """The bootstrap interval surrounds the figure it is about."""
    low, high = f1_interval(SIX, 0.6)
    assert low <= decide(SIX, 0.6).f1 <= high


def test_a_report_names_cells_too_small_and_the_gap_between_groups() -> None:
    """Two groups of 20: one found always, one missed in half, always by `typing`; the report says so."""
    good = [row(True, 1, 0.9, "A") for _ in range(20)] + [row(False, 0, 0.1, "A") for _ in range(20)]
    bad = [row(True, place % 2, 0.9 * (place % 2), "B", () if place % 2 else ("typing",)) for place in range(20)]
    bad += [row(False, 0, 0.1, "B") for _ in range(20)]
    rows = table([one for pair in zip(good, bad, strict=True) for one in pair])
    found = report(rows)
    assert found["all"]["ece"] == "too few"
    assert found["all"]["recall@10"] == 0.75
    assert found["by_group"]["B"]["recall@1"] == 0.5
    assert found["by_error"]["typing"]["recall@1"] == 0.0
    between = parity(rows)
    assert between["gaps"]["recall@10"] | {"gap_interval": None} == {
        "worst": "B", "best": "A", "gap": 0.5, "gap_interval": None
    }  # fmt: skip
    assert between["groups"]["B"]["wrongful_refusals"] == 0.5
    expected = [{"cause": cause, "missed_here": 0.5, "missed_in_best": 0.0} for cause in ("typing", "name+date")]
    assert between["causes"] == expected
