"""Calibration on an owner's own confirmed outcomes, where there are enough of both kinds.

What is kept of a hit is what its evidence weighed in the answer, never the question: so the calibration is that of the
sums, under the prior of the version that is calibrated. Outcomes come from hits that somebody looked at; who was never
shown is not among them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from comity.match.learn import fit_calibration
from comity.match.weights import MILLINATS, PPM, Weights
from comity.model.hit import Hit, HitOutcome

FEWEST_OUTCOMES = (
    200  # of each side: the slope's standard error is then about a tenth; fewer would follow single cases
)
SHIPPED_CALIBRATION = "calibration: shipped, made on synthetic people"


def sides_of(hits: Iterable[Hit]) -> tuple[int, int]:
    """How many outcomes say that it was the person, and that it was not, among those that calibrate."""
    counts = Counter(hit.outcome for hit in hits if hit.evidence_millinats is not None)
    return counts[HitOutcome.CONFIRMED], counts[HitOutcome.NOT_THE_PERSON]


def calibrate(hits: tuple[Hit, ...], weights: Weights) -> tuple[Weights, str]:
    """The weights calibrated on the outcomes, or as they are where these are too few; and the source of the labels."""
    confirmed, not_the_person = sides_of(hits)
    if min(confirmed, not_the_person) < FEWEST_OUTCOMES:
        return weights, SHIPPED_CALIBRATION
    told = f"calibration: {confirmed} confirmed outcomes of hits and {not_the_person} that were not the person"
    return fit_calibration(labelled_questions(hits, weights), weights), told


def labelled_questions(hits: tuple[Hit, ...], weights: Weights) -> list[tuple[list[float], int | None]]:
    """Raw log odds of the items of each question that have an outcome, and the place of the right one.

    Several right items of one question, records of one person, are as many questions: one candidate is right at most.
    """
    present = weights.present_ppm / PPM
    prior = math.log(present / (1 - present)) - math.log(weights.population)
    right: dict[str, list[float]] = {}
    wrong: dict[str, list[float]] = {}
    for hit in sorted(hits, key=lambda hit: hit.item_id):
        if hit.evidence_millinats is None or hit.outcome is HitOutcome.NOT_RESOLVED:
            continue
        side = right if hit.outcome is HitOutcome.CONFIRMED else wrong
        side.setdefault(hit.query_id, []).append(prior + hit.evidence_millinats / MILLINATS)
    found: list[tuple[list[float], int | None]] = []
    for query in sorted({*right, *wrong}):
        others = wrong.get(query, [])
        found += [([odds, *others], 0) for odds in right.get(query, [])] or [(others, None)]
    return found
