"""How an item's probability comes about, as a waterfall: lines of text 80 columns wide, and a JSON object.

Every part is printed in nats to the last digit that counts, so the column adds up to the sum below it.
"""

from __future__ import annotations

from typing import Any

from comity.model.answer import PARTS_PER_MILLION, Evidence, Item, Waterfall

INDENT = "      "
LABEL_WIDTH, NUMBER_WIDTH, BAR_WIDTH = 24, 9, 38  # with indent and two blanks 79 columns
GAIN, LOSS, AXIS = "█", "░", "│"
_WORDS = {"agree": "agrees", "disagree": "differs"}


def waterfall_lines(item: Item, not_in_file_ppm: int | None) -> list[str]:
    """The waterfall of one item as lines; none where its owner sent none."""
    fall = item.waterfall
    if fall is None:
        return []
    rows = [("before comparing", fall.prior_millinats)]
    rows += [(_label(one), one.weight_millinats) for one in item.evidence if one.verdict != "missing"]
    rows += [("calibration", fall.calibration_millinats), ("others who fit", fall.others_millinats)]
    sums = [0]
    for _, part in rows:
        sums.append(sums[-1] + part)
    scale = (min(sums), max(sums))
    lines = [
        _row(label, part, (before, after), scale)
        for (label, part), before, after in zip(rows, sums[:-1], sums[1:], strict=True)
    ]
    return [
        "    how the probability comes about, in nats (+2.303 is ten times likelier)",
        *lines,
        _row("sum", sums[-1], (0, sums[-1]), scale),
        f"{INDENT}probability {_chance(item.probability_ppm)}   runner-up {_chance(fall.runner_up_ppm)}   "
        f"not in this file {_chance(not_in_file_ppm)}",
    ]


def waterfall_value(item: Item, not_in_file_ppm: int | None) -> dict[str, Any] | None:
    """The same as a JSON object, parts in nats."""
    fall = item.waterfall
    if fall is None:
        return None
    return {
        "prior": _nats(fall.prior_millinats),
        "evidence": [
            {"field": one.field, "verdict": one.verdict, "weight": _nats(one.weight_millinats)}
            for one in item.evidence
        ],
        "calibration": _nats(fall.calibration_millinats),
        "others": _nats(fall.others_millinats),
        "total": _nats(_total(item, fall)),
        "probability": item.probability_ppm / PARTS_PER_MILLION,
        "runner_up": fall.runner_up_ppm / PARTS_PER_MILLION,
        "not_in_file": None if not_in_file_ppm is None else not_in_file_ppm / PARTS_PER_MILLION,
    }


def _row(label: str, part: int, span: tuple[int, int], scale: tuple[int, int]) -> str:
    number = f"{part / 1000:+.3f}" if part else "0.000"
    bar = _bar(part, span, scale)
    return f"{INDENT}{label[:LABEL_WIDTH]:<{LABEL_WIDTH}}{number:>{NUMBER_WIDTH}}  {bar}".rstrip()


def _bar(part: int, span: tuple[int, int], scale: tuple[int, int]) -> str:
    """The step from one running sum to the next, with the axis where the odds are even."""
    low, high = scale
    width = max(1, high - low)
    first, last, zero = (round((value - low) * (BAR_WIDTH - 1) / width) for value in (min(span), max(span), 0))
    cells = [" "] * BAR_WIDTH
    cells[zero] = AXIS
    if part:
        cells[first : last + 1] = (GAIN if part > 0 else LOSS) * (last + 1 - first)
    return "".join(cells)


def _label(evidence: Evidence) -> str:
    return f"{evidence.field.replace('-', ' ')} {_WORDS[evidence.verdict]}"


def _total(item: Item, fall: Waterfall) -> int:
    return fall.total_millinats(item.evidence)


def _nats(millinats: int) -> float:
    return millinats / 1000


def _chance(ppm: int | None) -> str:
    return "not told" if ppm is None else f"{ppm / PARTS_PER_MILLION:.6f}"
