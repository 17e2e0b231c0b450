"""The parts of a probability, in whole thousandths of a nat, so that what is shown adds up exactly.

prior + weights + calibration is the log odds against `not in this file`; the other people in the file who fit cost
the rest. The cost is rounded up, never down: the probabilities of all people and of nobody stay within one.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from comity.match.weights import MILLINATS, PPM, Weights
from comity.model.answer import Waterfall

HIGHEST_MILLINATS = 60_000  # beyond this a float's exp gains nothing


class Parts(NamedTuple):
    """What one record's summed weight becomes: prior before it, calibration after it, and the sum of the three."""

    prior_millinats: int
    calibration_millinats: int
    log_odds_millinats: int


def calibrate(weight_millinats: int, weights: Weights, *, undated: bool = False) -> Parts:
    """Prior, calibration and calibrated log odds against `not in this file` of one record's summed weight.

    `undated` tells that a name was asked without a birth date.
    """
    prior = prior_millinats(weights.present_ppm, weights.population)
    raw = prior + weight_millinats
    told = round(raw * weights.slope_ppm / PPM) + weights.intercept_millinats
    told += weights.undated_millinats if undated else 0
    told = max(-HIGHEST_MILLINATS, min(HIGHEST_MILLINATS, told))
    return Parts(prior, told - raw, told)


def even_weight(weights: Weights, *, undated: bool = False) -> float:
    """The summed weight (millinats) at which `calibrate` gives a record even odds against `not in this file`."""
    prior = prior_millinats(weights.present_ppm, weights.population)
    shift = weights.intercept_millinats + (weights.undated_millinats if undated else 0)
    return -shift * PPM / weights.slope_ppm - prior


@lru_cache(maxsize=8)
def prior_millinats(present_ppm: int, population: int) -> int:
    """Log odds that one record is the person, before anything is compared: nominal, never a count of the file."""
    present = present_ppm / PPM
    return round((math.log(present / (1 - present)) - math.log(population)) * MILLINATS)


def odds_of(parts: Parts) -> float:
    """Odds of a record against `not in this file`."""
    return math.exp(parts.log_odds_millinats / MILLINATS)


def waterfall(parts: Parts, rivals: float, runner_up_ppm: int) -> Waterfall:
    """The parts to show for a record that competes with other people whose best odds sum to `rivals`."""
    return Waterfall(
        prior_millinats=parts.prior_millinats,
        calibration_millinats=parts.calibration_millinats,
        others_millinats=-math.ceil(math.log1p(rivals) * MILLINATS),
        runner_up_ppm=runner_up_ppm,
    )
