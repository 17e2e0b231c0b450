"""How far stated probabilities are from what came true.

The expected calibration error is estimated over equally filled bins, as Roelofs et al. advise (Mitigating Bias in
Calibration Error Estimation, AISTATS 2022). The plain estimate is biased upwards, because a bin's observed share
scatters around its true one; the bias is taken off as Kumar, Liang and Ma do for the l1 error (Verified Uncertainty
Calibration, NeurIPS 2019): by how much the estimate would grow if the observed shares were the true ones and were
observed once more with normal scatter. Their resampling is done in closed form here, by the mean of a folded normal.
What bias is left is about half of the plain estimate's and still upwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BINS = 15
FEWEST = 2_000  # questions of a cell whose calibration is worth a figure
RESAMPLES = 200

Floats = NDArray[np.float64]


def brier(stated: Floats, came_true: Floats) -> float:
    """Mean squared difference of probability and outcome."""
    return float(np.mean((stated - came_true) ** 2)) if len(stated) else 0.0


def calibration_error(stated: Floats, came_true: Floats, corrected: bool = True) -> float:
    """Expected calibration error over `BINS` equally filled bins; bias-corrected unless told otherwise."""
    counts, gaps, shares = _bins(stated, came_true)
    plain = np.abs(gaps)
    if not corrected:
        return float(np.sum(counts * plain) / np.sum(counts))
    scatter = np.sqrt(shares * (1 - shares) / counts)
    errors = 2 * plain - _folded_mean(plain, scatter)
    return max(0.0, float(np.sum(counts * errors) / np.sum(counts)))


def calibration_interval(stated: Floats, came_true: Floats, seed: int = 5) -> tuple[float, float]:
    """95 % interval of the corrected error, by bootstrap over questions."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(stated), len(stated))
        found.append(calibration_error(stated[drawn], came_true[drawn]))
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(high)


def _bins(stated: Floats, came_true: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each bin: how many, mean probability minus share come true, share come true. Ties share a bin."""
    order = np.argsort(stated, kind="stable")
    ordered, outcome = stated[order], came_true[order]
    edges = np.linspace(0, len(ordered), BINS + 1).astype(int)[1:-1]
    edges = np.unique(np.searchsorted(ordered, ordered[edges], side="left")) if len(ordered) else edges
    starts = np.concatenate(([0], edges[edges > 0]))
    counts = np.diff(np.concatenate((starts, [len(ordered)]))).astype(float)
    shares = np.add.reduceat(outcome, starts) / counts
    return counts, np.add.reduceat(ordered, starts) / counts - shares, shares


def _folded_mean(centres: Floats, scatter: Floats) -> Floats:
    """Mean of the absolute value of a normal variable with these centres and standard deviations."""
    safe = np.where(scatter > 0, scatter, 1.0)
    tail = np.array([0.5 * math.erfc(z / math.sqrt(2)) for z in _list(centres / safe)])  # below zero
    spread = safe * math.sqrt(2 / math.pi) * np.exp(-(centres**2) / (2 * safe**2))
    return np.where(scatter > 0, spread + centres * (1 - 2 * tail), centres)


def _list(values: Floats) -> Sequence[float]:
    found: list[float] = values.tolist()
    return found
