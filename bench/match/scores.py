"""Scores of an engine: one row a question, held as arrays, and the figures made of them.

A decision accepts the first hit at or above a threshold. The threshold is the one of best F1 on the even questions,
and F1, precision, false hits and refusals are those of the odd ones. What needs no threshold (recall, right hits at
1 % false, Brier, calibration, time) is of all questions: no engine was fitted to any of them. Parity is cross-fitted:
each half is judged at the threshold of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from match.calibration import FEWEST, Floats, brier, calibration_error, calibration_interval
from match.engine import Answer
from match.sets import Asked

FALSE_RATE = 0.01  # right hits are counted at the threshold that lets this share of the absent through
ABSENT_A_PRESENT = 0.75  # the share at which calibration is measured: three to four
FEWEST_ABSENT = 300  # of a cell, for a threshold at 1 % to rest on three answers at least
Z = 1.959964  # of a 95 % interval
RESAMPLES = 200

Mask = NDArray[np.bool_]
Interval = tuple[float, float]


class Row(NamedTuple):
    """One question answered. `rank` is that of the right record, 1 for the first, 0 where it is not listed.

    `listed` are the posteriors of the people who are listed, each once.
    """

    present: bool
    rank: int
    score: float
    listed: tuple[float, ...]
    not_in_file: float
    cpu_ms: float
    group: str
    evidence: str
    errors: tuple[str, ...]
    at_once_ms: float = 0.0  # CPU a question where all were asked in one batch; 0 where they were not


def row_of(asked: Asked, answer: Answer, cpu_ms: float) -> Row:
    """The row of a question and its answer."""
    rank = answer.ids.index(asked.right) + 1 if asked.right in answer.ids else 0
    score = answer.posteriors[0] if answer.posteriors else 0.0
    people = tuple(one for place, one in enumerate(answer.posteriors) if place not in answer.further)
    return Row(
        asked.right is not None, rank, score, people, answer.not_in_file, cpu_ms,
        asked.group, asked.evidence, asked.errors,
    )  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Rows as arrays of one length; `listed` holds a tuple of posteriors a row, `errors` a frozen set."""

    present: Mask
    rank: NDArray[np.int64]
    score: Floats
    not_in_file: Floats
    cpu_ms: Floats
    group: NDArray[np.str_]
    evidence: NDArray[np.str_]
    listed: NDArray[np.object_]
    errors: NDArray[np.object_]
    at_once_ms: Floats

    def __len__(self) -> int:
        return len(self.present)

    def where(self, mask: Mask | NDArray[np.int64]) -> Table:
        """The rows of a mask, or at places."""
        return Table(*(getattr(self, field.name)[mask] for field in fields(self)))

    @property
    def right(self) -> Mask:
        """Whether the first hit is the right one."""
        return self.rank == 1

    @property
    def even(self) -> Mask:
        """The half on which a threshold is chosen."""
        return np.arange(len(self)) % 2 == 0


def table(rows: Sequence[Row]) -> Table:
    """Rows as a table, in their order."""
    return Table(
        present=np.array([row.present for row in rows], dtype=bool),
        rank=np.array([row.rank for row in rows], dtype=np.int64),
        score=np.array([row.score for row in rows], dtype=float),
        not_in_file=np.array([row.not_in_file for row in rows], dtype=float),
        cpu_ms=np.array([row.cpu_ms for row in rows], dtype=float),
        group=np.array([row.group for row in rows], dtype=str),
        evidence=np.array([row.evidence for row in rows], dtype=str),
        listed=_objects([row.listed for row in rows]),
        errors=_objects([frozenset(row.errors) for row in rows]),
        at_once_ms=np.array([row.at_once_ms for row in rows], dtype=float),
    )


def _objects(values: Sequence[object]) -> NDArray[np.object_]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def best_threshold(rows: Table) -> float:
    """The score at or above which accepting the first hit gives the best F1; 1 where nothing is right."""
    if not len(rows):
        return 1.0
    order = np.argsort(-rows.score, kind="stable")
    scores, right = rows.score[order], np.cumsum(rows.right[order])
    f1 = 2 * right / (np.arange(1, len(scores) + 1) + max(1, int(rows.present.sum())))
    last = np.append(scores[:-1] > scores[1:], True)  # equal scores are accepted together
    best = int(np.argmax(np.where(last, f1, -1.0)))
    return float(scores[best])


class Decided(NamedTuple):
    """What came of decisions at a threshold."""

    accepted: int
    right: int
    present: int
    absent: int
    false_hits: int  # somebody named, who is not there
    wrong_person: int  # somebody named instead of the right one, who is there
    refused: int  # nobody named, and the person is there

    @property
    def precision(self) -> float:
        return self.right / self.accepted if self.accepted else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.accepted + self.present) if self.accepted + self.present else 0.0


def decide(rows: Table, cut: float | Floats) -> Decided:
    """Decisions at a threshold, or at one a row."""
    accepted = rows.score >= cut
    return Decided(
        accepted=int(accepted.sum()),
        right=int((accepted & rows.right).sum()),
        present=int(rows.present.sum()),
        absent=int((~rows.present).sum()),
        false_hits=int((accepted & ~rows.present).sum()),
        wrong_person=int((accepted & rows.present & ~rows.right).sum()),
        refused=int((~accepted & rows.present).sum()),
    )


def crossed_cuts(rows: Table) -> Floats:
    """For each row the threshold chosen on the half it is not in."""
    even = rows.even
    of_even, of_odd = best_threshold(rows.where(even)), best_threshold(rows.where(~even))
    return np.where(even, of_odd, of_even)


def right_at_false_rate(rows: Table) -> float | None:
    """Share of present people found first above the threshold that lets `FALSE_RATE` of the absent through.

    None with fewer than `FEWEST_ABSENT` questions about the absent, or none about the present.
    """
    absent = np.sort(rows.score[~rows.present])[::-1]
    if len(absent) < FEWEST_ABSENT or not rows.present.any():
        return None
    cut = absent[int(len(absent) * FALSE_RATE)]
    return float(np.mean((rows.right & (rows.score > cut))[rows.present]))


def wilson(hits: int, of: int) -> Interval:
    """95 % interval of a share, by Wilson's score method; the whole range of nothing."""
    if not of:
        return 0.0, 1.0
    share = hits / of
    centre = share + Z * Z / (2 * of)
    half = Z * float(np.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of)))
    low, high = (centre - half) / (1 + Z * Z / of), (centre + half) / (1 + Z * Z / of)
    return max(0.0, low), min(1.0, high)


def difference(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, Interval]:
    """Difference of two shares, given as hits and questions, with Newcombe's 95 % interval (hybrid score)."""
    p, q = one[0] / max(1, one[1]), other[0] / max(1, other[1])
    (low_p, high_p), (low_q, high_q) = wilson(*one), wilson(*other)
    below = float(np.sqrt((p - low_p) ** 2 + (high_q - q) ** 2))
    above = float(np.sqrt((high_p - p) ** 2 + (q - low_q) ** 2))
    return p - q, (p - q - below, p - q + above)


def f1_interval(rows: Table, cut: float, seed: int = 5) -> Interval:
    """95 % interval of F1 at a threshold, by bootstrap over questions."""
    rng = np.random.default_rng(seed)
    accepted, right = rows.score >= cut, (rows.score >= cut) & rows.right
    found = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(rows), len(rows))
        found.append(2 * right[drawn].sum() / max(1, accepted[drawn].sum() + rows.present[drawn].sum()))
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(high)


def nearest_rank(samples: Floats, point: float) -> float:
    """A percentile by nearest rank: a value that was measured."""
    rank = max(1, int(np.ceil(len(samples) * point / 100)))
    return float(np.sort(samples)[rank - 1]) if len(samples) else 0.0


def as_asked(rows: Table) -> Table:
    """Rows with at most `ABSENT_A_PRESENT` about the absent to each about the present, the first ones.

    A probability is right for one share of people who are there; every set is calibrated at this share or below it.
    """
    most = int(rows.present.sum() * ABSENT_A_PRESENT)
    return rows.where(rows.present | (np.cumsum(~rows.present) <= most)) if rows.present.any() else rows


def calibration(every: Table) -> dict[str, Any]:
    """Brier and calibration of the first hit and of `not in this file`, and the largest sum of all posteriors."""
    rows = as_asked(every)
    came_true = rows.right.astype(float)
    found: dict[str, Any] = {"calibrated_on": len(rows), "brier": _round(brier(rows.score, came_true))}
    sums = [sum(listed) for listed in every.listed] + every.not_in_file
    found["largest_sum"] = round(float(np.max(sums)), 6) if len(every) else 0.0
    if len(rows) < FEWEST:
        return found | {"ece": "too few"}
    low, high = calibration_interval(rows.score, came_true)
    return found | {
        "ece": _round(calibration_error(rows.score, came_true)),
        "ece_interval": [_round(low), _round(high)],
        "ece_uncorrected": _round(calibration_error(rows.score, came_true, corrected=False)),
        "ece_not_in_file": _round(calibration_error(rows.not_in_file, (~rows.present).astype(float))),
    }


def _round(value: float) -> float:
    return round(float(value), 4)


def labels(values: Iterable[str]) -> list[str]:
    """The labels there are, sorted; none where all are empty."""
    return sorted({str(value) for value in values} - {""})
