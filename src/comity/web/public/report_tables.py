"""A report's table as pages write it: rows of cells, each a kind and a word, and the key of each row's figure."""

from __future__ import annotations

from typing import Any

from comity.model.report import Figure, ReportTable
from comity.oversight.reports.counted import NONE_NAMED
from comity.oversight.reports.suppress import HIDDEN, PARTLY, SMALL, TWICE
from comity.oversight.texts.say import Language

Cell = tuple[str, str]
SAID = {SMALL: "small", HIDDEN: "hidden", TWICE: "twice", PARTLY: "partly"}


def table_shown(table: ReportTable, say: Language) -> dict[str, Any]:
    """The total last; or why there is no figure. `keys` are beside `rows`, empty where the figure is not shown."""
    figures = list(table.figures)
    rows = [
        (
            *(_cell(name, one, say) for name, one in zip(table.dimensions, figure.values, strict=True)),
            _number(figure),
        )
        for figure in figures
    ]
    if table.total is not None:
        blank = (("text", ""),) * (len(table.dimensions) - 1)
        total = (("total", ""), *blank) if table.dimensions else ()
        rows.append((*total, _number(table.total)))
        figures.append(table.total)
    return {
        "id": table.id,
        "of": str(table.of),
        "title": table.title,
        "note": table.note,
        "heads": table.dimensions,
        "rows": rows,
        "keys": [one.key if one.number else "" for one in figures],
        "unproved": table.unproved,
    }


def _cell(dimension: str, word: str, say: Language) -> Cell:
    if word == NONE_NAMED:
        return "outcome", "none"
    if dimension == "purpose":
        return "text", say.purposes((word,))
    return ("outcome" if dimension == "outcome" else "text"), word


def _number(figure: Figure) -> Cell:
    if figure.number is not None:
        return "text", f"{figure.number:,}"
    return ("said", SAID[figure.said]) if figure.said in SAID else ("text", figure.said)
