"""Figures of an engine on a set, whole and by evidence, group and error kind; parity between groups; tables as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from match.scores import (
    Mask,
    Table,
    best_threshold,
    calibration,
    crossed_cuts,
    decide,
    difference,
    f1_interval,
    labels,
    nearest_rank,
    right_at_false_rate,
    wilson,
)
from match.sets import EVIDENCE

NO_ERROR = "none"
EVEN_ODDS = (
    0.5  # who is likelier the person than not: a decision that was fitted to no question, so all are counted
)
MOST_CAUSES = 4  # of a gap; the rest is noise
FEWEST_MISSES = 5  # of a cause that is named


def figures(rows: Table, judged: Table, cut: float, probability: bool) -> dict[str, Any]:
    """All figures of rows; `judged` are those of them in the odd half of the whole set, `cut` is from the even."""
    present = rows.where(rows.present)
    found: dict[str, Any] = {"questions": len(rows), "present": len(present), "absent": len(rows) - len(present)}
    if len(present):
        for name, hits in (("recall@1", present.right), ("recall@10", (present.rank >= 1) & (present.rank <= 10))):
            found[name] = _round(np.mean(hits))
            found[f"{name}_interval"] = _pair(wilson(int(hits.sum()), len(hits)))
        at_rate = right_at_false_rate(rows)
        found["right_at_1pct_false"] = "too few" if at_rate is None else _round(at_rate)
    found |= _decisions(judged, cut)
    found["cpu_ms"] = {f"p{point}": _round(nearest_rank(rows.cpu_ms, point)) for point in (50, 99)}
    if rows.at_once_ms.any():
        found["cpu_ms_at_once"] = _round(np.mean(rows.at_once_ms))
    if not probability:
        return found
    return found | {"at_even_odds": _decisions(rows, EVEN_ODDS)} | calibration(rows)


def _decisions(rows: Table, cut: float) -> dict[str, Any]:
    made = decide(rows, cut)
    found: dict[str, Any] = {"precision": _round(made.precision)}
    if made.present:
        found |= {
            "f1": _round(made.f1),
            "f1_interval": _pair(f1_interval(rows, cut)),
            "wrongful_refusals": _round(made.refused / made.present),
            "wrong_person": _round(made.wrong_person / made.present),
        }
    if made.absent:
        found["false_hits"] = _round(made.false_hits / made.absent)
        found["false_hits_interval"] = _pair(wilson(made.false_hits, made.absent))
    return found


def report(rows: Table, probability: bool = True) -> dict[str, Any]:
    """Everything about one engine on one set."""
    cut = best_threshold(rows.where(rows.even))

    def of(mask: Mask) -> dict[str, Any]:
        return figures(rows.where(mask), rows.where(mask & ~rows.even), cut, probability)

    found: dict[str, Any] = {"threshold": _round(cut), "all": of(np.ones(len(rows), dtype=bool))}
    found["by_evidence"] = {kind: of(rows.evidence == kind) for kind in EVIDENCE if (rows.evidence == kind).any()}
    groups = labels(rows.group)
    if groups:
        found["by_group"] = {group: of(rows.group == group) for group in groups}
        found["by_group_and_evidence"] = {
            f"{group}, {kind}": of((rows.group == group) & (rows.evidence == kind))
            for group in groups
            for kind in found["by_evidence"]
            if ((rows.group == group) & (rows.evidence == kind)).any()
        }
        found["parity"] = parity(rows)
    kinds = labels(kind for one in rows.errors for kind in one)
    if kinds:
        found["by_error"] = {kind: of(_having(rows, kind)) for kind in (*kinds, NO_ERROR)}
    return found


def _having(rows: Table, kind: str) -> Mask:
    if kind == NO_ERROR:
        return np.array([not one for one in rows.errors], dtype=bool)
    return np.array([kind in one for one in rows.errors], dtype=bool)


def parity(rows: Table) -> dict[str, Any]:
    """Groups beside each other, each half judged at the other's threshold; worst against best, with intervals."""
    cuts = crossed_cuts(rows)
    groups: dict[str, Any] = {}
    counts: dict[str, dict[str, tuple[int, int]]] = {"recall@10": {}, "false_hits": {}, "wrongful_refusals": {}}
    for group in labels(rows.group):
        mask = rows.group == group
        one = rows.where(mask)
        made = decide(one, cuts[mask])
        found = int(((one.rank >= 1) & (one.rank <= 10)).sum())
        counts["recall@10"][group] = (found, made.present)
        counts["false_hits"][group] = (made.false_hits, made.absent)
        counts["wrongful_refusals"][group] = (made.refused, made.present)
        groups[group] = {"present": made.present, "absent": made.absent}
        for name, of in counts.items():
            groups[group][name] = _round(of[group][0] / max(1, of[group][1]))
            groups[group][f"{name}_interval"] = _pair(wilson(*of[group]))
    gaps = {name: _gap(of, higher_is_better=name == "recall@10") for name, of in counts.items()}
    worst, best = gaps["recall@10"]["worst"], gaps["recall@10"]["best"]
    return {"groups": groups, "gaps": gaps, "causes": causes(rows, worst, best)}


def _gap(counts: Mapping[str, tuple[int, int]], higher_is_better: bool) -> dict[str, Any]:
    order = sorted(counts, key=lambda group: counts[group][0] / max(1, counts[group][1]))
    low, high = order[0], order[-1]
    gap, interval = difference(counts[high], counts[low])
    worst, best = (low, high) if higher_is_better else (high, low)
    return {"worst": worst, "best": best, "gap": _round(gap), "gap_interval": _pair(interval)}


def causes(rows: Table, worst: str, best: str) -> list[dict[str, Any]]:
    """Error kinds and evidence by which the worst group misses (not among ten) oftener than the best."""
    found = []
    one, other = (rows.where((rows.group == group) & rows.present) for group in (worst, best))
    missed = [(table.rank == 0) | (table.rank > 10) for table in (one, other)]
    for name, masks in _traits(one, other).items():
        shares = [float(np.mean(miss & mask)) for miss, mask in zip(missed, masks, strict=True)]
        if int((missed[0] & masks[0]).sum()) >= FEWEST_MISSES:
            found.append({"cause": name, "missed_here": _round(shares[0]), "missed_in_best": _round(shares[1])})
    found.sort(key=lambda cause: cause["missed_in_best"] - cause["missed_here"])
    return found[:MOST_CAUSES]


def _traits(one: Table, other: Table) -> dict[str, tuple[Mask, Mask]]:
    kinds = labels(kind for table in (one, other) for errors in table.errors for kind in errors)
    found = {kind: (_having(one, kind), _having(other, kind)) for kind in (*kinds, NO_ERROR)}
    return found | {kind: (one.evidence == kind, other.evidence == kind) for kind in EVIDENCE}


def lines(name: str, found: Mapping[str, Any]) -> list[str]:
    """A report as lines of text."""
    names = ("n", "R@1", "R@10", "F1", "prec", "false", "refused", "@1%", "ECE", "p50", "p99")
    head = f"{'':42}{names[0]:>7}" + "".join(f"{name:>{9 if name in ('@1%', 'ECE') else 8}}" for name in names[1:])
    text = [f"== {name} (threshold {found['threshold']})", head, _line("all", found["all"])]
    for part in ("by_evidence", "by_group", "by_error", "by_group_and_evidence"):
        if part in found:
            text += [f"-- {part.replace('_', ' ')}", *(_line(label, cell) for label, cell in found[part].items())]
    return text + (_parity_lines(found["parity"]) if "parity" in found else [])


def _line(label: str, cell: Mapping[str, Any]) -> str:
    names = ("recall@1", "recall@10", "f1", "precision", "false_hits", "wrongful_refusals")
    shown = "".join(f"{_shown(cell.get(name)):>8}" for name in names)
    tail = "".join(f"{_shown(cell.get(name)):>9}" for name in ("right_at_1pct_false", "ece"))
    times = "".join(f"{cell['cpu_ms'][point]:>8.2f}" for point in ("p50", "p99"))
    return f"{label:42}{cell['questions']:>7}{shown}{tail}{times}"


def _shown(value: Any) -> str:
    return "-" if value is None else value if isinstance(value, str) else f"{value:.4f}"


def _parity_lines(found: Mapping[str, Any]) -> list[str]:
    text = ["-- parity (each half judged at the other's threshold; 95 % intervals)"]
    for group, cell in found["groups"].items():
        shown = [f"{name} {cell[name]:.4f} {cell[f'{name}_interval']}" for name in found["gaps"]]
        text.append(f"{group:12} {cell['present']:>6} present {cell['absent']:>6} absent  {'  '.join(shown)}")
    for name, gap in found["gaps"].items():
        text.append(
            f"gap in {name}: {gap['gap']:.4f} {gap['gap_interval']} worst {gap['worst']}, best {gap['best']}"
        )
    for cause in found["causes"]:
        text.append(
            f"cause: {cause['cause']}: missed {cause['missed_here']:.4f}, in best {cause['missed_in_best']:.4f}"
        )
    return text


def _round(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)


def _pair(interval: tuple[float, float]) -> list[float]:
    return [_round(interval[0]), _round(interval[1])]
