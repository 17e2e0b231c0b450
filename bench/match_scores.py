"""Scores of a matcher over questions with known answers: one row per question, and the figures made of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from measure import percentiles

BINS = 10  # of the calibration error
FALSE_RATE = 0.01  # right hits are counted at the threshold that lets this share of absent people through


@dataclass(frozen=True, slots=True)
class Row:
    """One question answered: whether the person is in the file, the right one's rank (1 is first, 0 is not among
    those shown), the score of the first hit, CPU milliseconds, and the groups it belongs to."""

    present: bool
    rank: int
    score: float
    cpu_ms: float
    origin: str = ""
    evidence: str = ""


def halves(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The half on which thresholds are chosen, and the half on which figures are taken."""
    return list(rows[0::2]), list(rows[1::2])


def best_threshold(rows: Sequence[Row]) -> float:
    """The score at or above which accepting the first hit gives the best F1."""
    ordered = sorted({row.score for row in rows}, reverse=True)
    step = max(1, len(ordered) // 400)  # a finer search fits noise
    return max(ordered[::step], key=lambda cut: f1(rows, cut), default=0.0)


def f1(rows: Sequence[Row], cut: float) -> float:
    accepted = [row for row in rows if row.score >= cut]
    right = sum(row.rank == 1 for row in accepted)
    present = sum(row.present for row in rows)
    return 2 * right / (len(accepted) + present) if accepted or present else 0.0


def right_at_false_rate(rows: Sequence[Row]) -> float:
    """Share of present people found first, at the threshold that lets `FALSE_RATE` of the absent through."""
    absent = sorted((row.score for row in rows if not row.present), reverse=True)
    allowed = int(len(absent) * FALSE_RATE)
    cut = absent[allowed] if allowed < len(absent) else 0.0
    present = [row for row in rows if row.present]
    return share(present, lambda row: row.rank == 1 and row.score > cut)


def share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> float:
    return sum(holds(row) for row in rows) / len(rows) if rows else 0.0


def brier(rows: Sequence[Row]) -> float:
    return sum((row.score - (row.rank == 1)) ** 2 for row in rows) / len(rows) if rows else 0.0


def calibration_error(rows: Sequence[Row]) -> float:
    """Expected calibration error of the first hit's probability over ten equal bins."""
    error = 0.0
    for place in range(BINS):
        low, high = place / BINS, (place + 1) / BINS
        inside = [row for row in rows if low <= row.score < high or (place == BINS - 1 and row.score == 1.0)]
        if inside:
            mean = sum(row.score for row in inside) / len(inside)
            error += len(inside) / len(rows) * abs(mean - share(inside, lambda row: row.rank == 1))
    return error


def figures(rows: Sequence[Row], cut: float, probability: bool = True) -> dict[str, Any]:
    """All figures of rows; `cut` was chosen on other rows."""
    present = [row for row in rows if row.present]
    absent = [row for row in rows if not row.present]
    found: dict[str, Any] = {
        "questions": len(rows),
        "present": len(present),
        "recall@1": round(share(present, lambda row: row.rank == 1), 4),
        "recall@10": round(share(present, lambda row: 1 <= row.rank <= 10), 4),
        "f1": round(f1(rows, cut), 4),
        "false_positives": round(share(absent, lambda row: row.score >= cut), 4),
        "right_at_1pct_false": round(right_at_false_rate(rows), 4),
        "cpu_ms": {name: round(value, 2) for name, value in percentiles([row.cpu_ms for row in rows]).items()},
    }
    if probability:
        found["brier"] = round(brier(rows), 4)
        found["ece"] = round(calibration_error(rows), 4)
    return found


def report(rows: Sequence[Row], probability: bool = True) -> dict[str, Any]:
    """Figures on the test half, whole and by name origin and evidence; the threshold is from the other half."""
    chosen, test = halves(rows)
    cut = best_threshold(chosen)
    result = {"all": figures(test, cut, probability)}
    for name in ("origin", "evidence"):
        groups = sorted({getattr(row, name) for row in test})
        if groups != [""]:
            result[f"by_{name}"] = {
                group: figures([row for row in test if getattr(row, name) == group], cut, probability)
                for group in groups
            }
    return result
