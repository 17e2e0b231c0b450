"""Calibration on outcomes of hits: the right way, from enough of both sides, and said where it came from."""

from __future__ import annotations

import math
from random import Random

import pytest
from msgspec.structs import replace

from comity.match.outcomes import FEWEST_OUTCOMES, SHIPPED_CALIBRATION, calibrate, labelled_questions, sides_of
from comity.match.weights import MILLINATS, PPM, load_weights
from comity.model.hit import Hit, HitOutcome

WEIGHTS = replace(load_weights(), population=10_000, present_ppm=500_000)
PRIOR = -math.log(10_000)


def hit(number: int, outcome: HitOutcome, raw: float | None, query: str = "") -> Hit:
    evidence = None if raw is None else round((raw - PRIOR) * MILLINATS)
    return Hit(
        owner="wa-police", entry=number, query_id=query or f"q-{number}", item_id=f"i-{number:05}", outcome=outcome,
        by="custodian", at_ms=0, evidence_millinats=evidence, weights="shipped",
    )  # fmt: skip


def simulated(slope: float, intercept: float, count: int, seed: int = 4) -> tuple[Hit, ...]:
    """Hits whose true log odds are a slope and an intercept away from what their evidence says."""
    random, found = Random(seed), []
    for number in range(count):
        raw = random.uniform(-4, 6)
        right = random.random() < 1 / (1 + math.exp(-(slope * raw + intercept)))
        found.append(hit(number, HitOutcome.CONFIRMED if right else HitOutcome.NOT_THE_PERSON, raw))
    return tuple(found)


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, -1.5), (1.0, 0.5), (0.5, 0.0), (1.8, -0.5)])
def test_slope_and_intercept_move_to_what_came_of_the_hits(slope: float, intercept: float) -> None:
    """Sums that say too much are damped, those that say too little are raised, within what so many hits can tell."""
    hits = simulated(slope, intercept, 6_000)
    fitted, source = calibrate(hits, WEIGHTS)
    assert fitted.slope_ppm / PPM == pytest.approx(slope, abs=0.3)
    assert fitted.intercept_millinats / MILLINATS == pytest.approx(intercept, abs=0.5)
    confirmed, others = sides_of(hits)
    assert source == f"calibration: {confirmed} confirmed outcomes of hits and {others} that were not the person"
    assert replace(fitted, slope_ppm=WEIGHTS.slope_ppm, intercept_millinats=WEIGHTS.intercept_millinats) == WEIGHTS


@pytest.mark.parametrize(("confirmed", "others"), [(FEWEST_OUTCOMES - 1, 900), (900, FEWEST_OUTCOMES - 1), (0, 0)])
def test_too_few_on_either_side_leave_the_shipped_calibration(confirmed: int, others: int) -> None:
    """And the version says that it is the shipped one."""
    hits = [hit(number, HitOutcome.CONFIRMED, 3.0) for number in range(confirmed)]
    hits += [hit(5_000 + number, HitOutcome.NOT_THE_PERSON, 1.0) for number in range(others)]
    hits += [hit(9_000 + number, HitOutcome.NOT_RESOLVED, 1.0) for number in range(300)]
    hits += [hit(12_000 + number, HitOutcome.CONFIRMED, None) for number in range(300)]
    assert calibrate(tuple(hits), WEIGHTS) == (WEIGHTS, SHIPPED_CALIBRATION)


def test_the_order_in_which_outcomes_came_moves_nothing() -> None:
    """The same outcomes make the same version."""
    hits = simulated(0.7, -0.4, 800)
    assert calibrate(hits, WEIGHTS) == calibrate(hits[::-1], WEIGHTS)


def test_items_of_one_question_are_candidates_of_it() -> None:
    """Two records of the person are two questions against what was not the person; a question with none has no right one."""
    hits = (
        hit(1, HitOutcome.CONFIRMED, 4.0, "q"),
        hit(2, HitOutcome.CONFIRMED, 3.0, "q"),
        hit(3, HitOutcome.NOT_THE_PERSON, 1.0, "q"),
        hit(4, HitOutcome.NOT_RESOLVED, 2.0, "q"),
        hit(5, HitOutcome.NOT_THE_PERSON, 0.5, "r"),
    )
    found = labelled_questions(hits, WEIGHTS)
    assert [([round(one, 3) for one in odds], right) for odds, right in found] == [
        ([4.0, 1.0], 0),
        ([3.0, 1.0], 0),
        ([0.5], None),
    ]
