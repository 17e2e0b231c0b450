"""Learning weights: m by EM without labels, and calibration from labelled questions; u is `learn_chance`.

EM treats a question as a whole: at most one of its candidates is the person, or none is ("one person per query"),
so no labels and no pairwise independence are needed. Source: Dempster, Laird and Rubin, JRSS B 39 (1977), on the
model of Fellegi and Sunter (1969); calibration after Platt (1999), on log odds against `not in file`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from comity.match.compare import Comparison, Scale, family_weights
from comity.match.name_levels import Terms
from comity.match.weights import MILLINATS, PPM, LevelWeight, Weights

MOST_ROUNDS = 60  # EM settles in about twenty
PSEUDO_COUNT = 40.0  # pairs' worth of trust in the starting tables; keeps unseen levels possible
# turn on how a question is put or on who was given a default date, not on error
FORM_LEVELS = frozenset({"prefix", "placeholder-equal", "other", "january-typo"})
CHOICES = {"order": "surname", "alias": "surname"}  # made once per compared name, and free: u is 1
DIFFERING = frozenset({"different", "conflict", "disagree", "near"})  # where a relative differs from the person
MOST_GROWTH = 1.5  # how much oftener than in the starting table clerks may be found to be wrong outright
NEWTON_STEPS = 50

# Raw log odds of a question's candidates, and the place of the right one.
Labelled = tuple[Sequence[float], int | None]


def all_terms(comparisons: Sequence[Comparison]) -> Terms:
    """The terms of all comparisons of one pair."""
    return tuple(term for comparison in comparisons for term in comparison.terms)


def learn(questions: Sequence[Sequence[Terms]], start: Weights, rounds: int = 20) -> Weights:
    """m of every level and the prior, by EM over unlabelled questions (candidates' terms each).

    A relative with the person's name and a clerk's wrong birth date look the same, and counting cannot tell which of
    them a file is full of. So what relatives share is not learned, and disagreement weighs `MOST_GROWTH` less at most.
    """
    weights = start
    for _ in range(min(rounds, MOST_ROUNDS)):
        scale = Scale(weights)
        pairs: list[Terms] = []
        shares: list[float] = []
        for candidates in questions:
            beliefs = _beliefs(candidates, scale, weights)
            for terms, belief in zip(candidates, beliefs, strict=True):
                if belief > 1e-6:
                    pairs.append(terms)
                    shares.append(belief)
        present = min(0.99, max(0.01, math.fsum(shares) / max(1, len(questions))))
        levels = _maximise(pairs, shares, start)
        weights = msgspec.structs.replace(weights, levels=levels, present_ppm=round(present * PPM))
    return weights


def raw_log_odds(terms: Terms, scale: Scale, weights: Weights) -> float:
    """Uncalibrated log odds of a pair against `not in file`."""
    present = weights.present_ppm / PPM
    prior = math.log(present / (1 - present)) - math.log(weights.population)
    return prior + (sum(map(scale.weigh, terms)) + scale.family(family_weights(terms, scale))) / MILLINATS


def _beliefs(candidates: Sequence[Terms], scale: Scale, weights: Weights) -> list[float]:
    odds = [math.exp(min(60.0, raw_log_odds(terms, scale, weights))) for terms in candidates]
    total = 1.0 + math.fsum(odds)
    return [one / total for one in odds]


def _maximise(pairs: Sequence[Terms], shares: Sequence[float], start: Weights) -> tuple[LevelWeight, ...]:
    counts, totals = _count(pairs, shares)
    rows = []
    for row in start.levels:
        total = totals.get(CHOICES.get(row.comparison, row.comparison), 0.0)
        if row.level in FORM_LEVELS or not total:
            rows.append(row)
            continue
        before = math.exp(row.m_millinats / MILLINATS)
        found = counts.get((row.comparison, row.level), 0.0)
        often = (found + PSEUDO_COUNT * before) / (total + PSEUDO_COUNT)
        if row.level in DIFFERING:
            often = min(often, MOST_GROWTH * before)
        rows.append(msgspec.structs.replace(row, m_millinats=_log(often)))
    return tuple(rows)


def _count(
    pairs: Sequence[Terms], shares: Sequence[float]
) -> tuple[Mapping[tuple[str, str], float], Mapping[str, float]]:
    """Weighted counts by comparison and level, and by comparison."""
    counts: dict[tuple[str, str], float] = {}
    totals: dict[str, float] = {}
    for terms, share in zip(pairs, shares, strict=True):
        for term in terms:
            key = (term.comparison, term.level)
            counts[key] = counts.get(key, 0.0) + share
            totals[term.comparison] = totals.get(term.comparison, 0.0) + share
    return counts, totals


def _log(probability: float) -> int:
    return min(0, round(math.log(max(probability, 1e-9)) * MILLINATS))


def fit_calibration(questions: Sequence[Labelled], start: Weights) -> Weights:
    """Slope and intercept that make the log odds of labelled questions honest.

    Each question is its candidates' raw log odds and the place of the right one, or None when the person is not in
    the file. Newton's method on the log likelihood of `right candidate, or none`.
    """
    slope, intercept = 1.0, 0.0
    arrays = [(np.minimum(np.asarray(odds, dtype=float), 60.0), right) for odds, right in questions]
    for _ in range(NEWTON_STEPS):
        gradient, curvature = np.zeros(2), np.eye(2) * 1e-3
        for odds, right in arrays:
            design = np.stack([odds, np.ones_like(odds)])
            scores = slope * odds + intercept
            top = max(0.0, float(scores.max(initial=0.0)))
            parts = np.exp(scores - top)
            beliefs = parts / (math.exp(-top) + parts.sum())
            mean = design @ beliefs
            gradient += (design[:, right] if right is not None else 0.0) - mean
            curvature += (design * beliefs) @ design.T - np.outer(mean, mean)
        step = np.clip(np.linalg.solve(curvature, gradient), -0.5, 0.5)
        slope, intercept = max(0.05, slope + float(step[0])), intercept + float(step[1])
        if float(np.abs(step).max()) < 1e-6:
            break
    return msgspec.structs.replace(
        start, slope_ppm=round(slope * PPM), intercept_millinats=round(intercept * MILLINATS)
    )


def fit_undated(questions: Sequence[Labelled], start: Weights) -> Weights:
    """`start` with what its calibration lacks where a name is asked without a birth date; questions as of `fit_calibration`.

    Newton's method on the log likelihood, over one shift of all log odds of these questions.
    """
    slope, intercept, shift = start.slope_ppm / PPM, start.intercept_millinats / MILLINATS, 0.0
    calibrated = [
        (np.minimum(slope * np.asarray(odds, dtype=float) + intercept, 60.0), right is not None)
        for odds, right in questions
    ]
    for _ in range(NEWTON_STEPS):
        gradient, curvature = 0.0, 1e-3
        for odds, present in calibrated:
            somebody = _somebody(odds + shift)
            gradient += present - somebody
            curvature += somebody * (1 - somebody)
        step = min(0.5, max(-0.5, gradient / curvature))
        shift += step
        if abs(step) < 1e-6:
            break
    return msgspec.structs.replace(start, undated_millinats=round(shift * MILLINATS))


def _somebody(odds: NDArray[np.float64]) -> float:
    """The belief that one of the candidates is right."""
    top = max(0.0, float(odds.max(initial=0.0)))
    parts = float(np.exp(odds - top).sum())
    return parts / (math.exp(-top) + parts)
