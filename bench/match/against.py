"""Comity beside its peers: the same figures on the same questions, what lies between them, and a page of it all.

A difference is comity's figure less the peer's, with a 95 % interval by bootstrap over the questions both were asked.
Every engine's threshold is the one of its own best F1 on the even questions; F1 is of the odd ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from match.report import report
from match.scores import Row, Table, best_threshold, decide, right_at_false_rate, table

RESAMPLES = 200
TEN = 10
GOALS = ("f1", "recall@10", "right_at_1pct_false")  # in which comity means to be better than every peer
COLUMNS = (
    "engine", "questions", "recall@1", "recall@10", "F1", "right at 1 % false", "false hits", "CPU ms, p50",
    "p99", "CPU ms at once", "build CPU s", "learning CPU s", "index bytes a record", "memory MB",
)  # fmt: skip


class Entrant(NamedTuple):
    """An engine that took part: its name, its report as `run` made it, and its rows."""

    name: str
    found: Mapping[str, Any]
    rows: Sequence[Row]


class _Pair(NamedTuple):
    """Two tables of the same questions, each with its own threshold."""

    ours: Table
    theirs: Table
    cuts: tuple[float, float]


def against(ours: Entrant, peers: Sequence[Entrant]) -> dict[str, Any]:
    """For each peer what comity did on its questions, the differences, and in what comity is behind."""
    return {peer.name: _compared(ours, peer) for peer in peers}


def _compared(ours: Entrant, peer: Entrant) -> dict[str, Any]:
    count = min(len(ours.rows), len(peer.rows))
    tables = table(ours.rows[:count]), table(peer.rows[:count])
    cuts = tuple(best_threshold(one.where(one.even)) for one in tables)
    pair = _Pair(*tables, (cuts[0], cuts[1]))
    cells = [report(one, probability=False)["all"] for one in tables]
    differences = {name: found for name, figure in _FIGURES.items() if (found := _difference(pair, figure))}
    shown = {
        "questions": count,
        "comity": {name: cells[0].get(name) for name in (*GOALS, "cpu_ms")},
        "peer": {name: cells[1].get(name) for name in (*GOALS, "cpu_ms")},
        "difference": differences,
        "cpu_ratio": _ratio(cells[1]["cpu_ms"]["p50"], cells[0]["cpu_ms"]["p50"]),
    }
    behind = [name for name in GOALS if name in differences and differences[name][0] < 0]
    behind += ["cpu_ms"] if shown["cpu_ratio"] < 1 else []
    if "cpu_ms_at_once" in cells[1]:
        shown["cpu_ratio_at_once"] = _ratio(cells[1]["cpu_ms_at_once"], cells[0]["cpu_ms"]["p50"])
        behind += ["cpu_ms_at_once"] if shown["cpu_ratio_at_once"] < 1 else []
    return shown | {"behind_in": behind}


def _ratio(theirs: float, ours: float) -> float:
    return round(theirs / ours, 2) if ours else 0.0


Figure = Callable[[Table, float], float | None]


def _f1(rows: Table, cut: float) -> float | None:
    return decide(rows, cut).f1 if rows.present.any() else None


def _recall(rows: Table, _: float) -> float | None:
    found = (rows.rank >= 1) & (rows.rank <= TEN)
    return float(np.mean(found[rows.present])) if rows.present.any() else None


def _right(rows: Table, _: float) -> float | None:
    return right_at_false_rate(rows)


_FIGURES: Mapping[str, Figure] = {"f1": _f1, "recall@10": _recall, "right_at_1pct_false": _right}


def _difference(pair: _Pair, figure: Figure) -> list[float] | None:
    """Comity's figure less the peer's, and the ends of the interval; None where there are too few questions."""
    places = np.arange(len(pair.ours))
    if figure is _f1:
        places = places[places % 2 == 1]  # the half on which no threshold was chosen
    whole = _gap(pair, figure, places)
    if whole is None:
        return None
    rng = np.random.default_rng(5)
    drawn = (_gap(pair, figure, rng.choice(places, len(places))) for _ in range(RESAMPLES))
    low, high = np.percentile([gap for gap in drawn if gap is not None] or [whole], (2.5, 97.5))
    return [round(float(one), 4) for one in (whole, low, high)]


def _gap(pair: _Pair, figure: Figure, places: np.ndarray[Any, Any]) -> float | None:
    ours, theirs = (
        figure(one.where(places), cut) for one, cut in zip((pair.ours, pair.theirs), pair.cuts, strict=True)
    )
    return None if ours is None or theirs is None else ours - theirs


# ---------------------------------------------------------------- the page


def page(results: Sequence[Mapping[str, Any]]) -> str:
    """The stored comparisons as a page, each a table and what comity is behind in."""
    text = [
        "# Matching beside its peers",
        "",
        "Made by `python bench/match --page` from the runs in `bench/results`, each with its day, machine, versions and",
        "command. What every peer is set to and where that comes from stands in its module in `bench/match/peers`. All are",
        "given the same fields and, but for comity, the first so many of the questions; comity's first line is of all of",
        "them. `CPU ms` is of one question asked alone, server processes included, and comity's has the evidence told for",
        "each candidate; `at once` is a question's share of one batch, where a peer works in batches.",
    ]
    for result in results:
        text += ["", *_section(result)]
    return "\n".join(text) + "\n"


def _section(result: Mapping[str, Any]) -> list[str]:
    found = result["figures"]
    text = [
        f"## {found['set']}, {found['records']:,} records",
        "",
        f"`{result['command']}`, {result['date'][:10]}",
        "",
    ]
    text += ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    text += [_line(name, cells) for name, cells in found["engines"].items()]
    text.append("")
    text += [f"- {line}" for line in verdicts(found.get("against", {}))]
    text += [f"- {name} was left out: {reason}" for name, reason in found["left_out"].items()]
    return text


def verdicts(found: Mapping[str, Any]) -> list[str]:
    """A line for each peer: the differences, and what comity is behind in."""
    return [_verdict(name, cell) for name, cell in found.items()]


def _line(name: str, cells: Mapping[str, Any]) -> str:
    whole = cells["all"]
    shown = [name, str(whole["questions"])]
    shown += [_shown(whole.get(one)) for one in ("recall@1", *GOALS[1:2], GOALS[0], GOALS[2], "false_hits")]
    shown += [f"{whole['cpu_ms'][point]:.2f}" for point in ("p50", "p99")]
    shown += [
        _shown(whole.get("cpu_ms_at_once")),
        _shown(cells.get("build_cpu_s")),
        _shown(cells.get("learning_cpu_s")),
    ]
    memory = cells.get("resident_mb_before_and_after_build")
    shown += [_shown(cells.get("index_bytes_a_record") or None), str(memory[1] - memory[0]) if memory else "-"]
    return "| " + " | ".join(shown) + " |"


def _shown(value: Any) -> str:
    return "-" if value is None else str(value)


def _verdict(name: str, cell: Mapping[str, Any]) -> str:
    told = [
        f"{one} {cell['difference'][one][0]:+.4f} ({cell['difference'][one][1]:+.4f} to {cell['difference'][one][2]:+.4f})"
        for one in GOALS
        if one in cell["difference"]
    ]
    told.append(f"CPU of {name} to comity's {cell['cpu_ratio']:g}")
    if "cpu_ratio_at_once" in cell:
        told.append(f"at once {cell['cpu_ratio_at_once']:g}")
    behind = f"; **comity is behind in {', '.join(cell['behind_in'])}**" if cell["behind_in"] else ""
    return f"against {name}, {cell['questions']} questions: {', '.join(told)}{behind}"
