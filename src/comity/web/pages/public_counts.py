"""Counts by purpose and decision, for anybody: the public report of a whole month, small counts of people hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from comity.errors import WrongUseError
from comity.model.report import Figure, ReportTable
from comity.oversight.map.month import Month, read_month
from comity.oversight.reports.counted import NONE_NAMED
from comity.oversight.reports.suppress import HIDDEN, PARTLY, SMALL, TWICE
from comity.oversight.reports.written.csv import csv_text
from comity.oversight.texts.say import Language
from comity.web.call import Call, File, Page, Reply
from comity.web.public.published import Here, agencies_here, counts_of, find_here, whole_months

SHOWN = ("purposes", "people", "agencies", "requests")  # tables of the report; the file has all of them
Cell = tuple[str, str]
SAID = {SMALL: "small", HIDDEN: "hidden", TWICE: "twice", PARTLY: "partly"}
NO_AGENCY = Page("not_found.html", status=404)


def show(call: Call) -> Reply:
    """The counts of an agency in a month that is over: the first agency here and the last such month where none is named."""
    found = _asked(call)
    if found is None:
        return NO_AGENCY
    here, month, months = found
    report = counts_of(call, here, month)
    say = Language(call.words.language)
    values = {
        "report": report,
        "tables": [_table(one, say) for one in report.tables if one.id in SHOWN],
        "here": here,
        "agencies": agencies_here(call),
        "month": str(month),
        "months": [(str(one), say.month(one.first)) for one in months],
        "month_words": say.month(month.first),
    }
    return Page("public_counts.html", values)


def whole(call: Call) -> Reply:
    """The whole public report, for a spreadsheet or for programs."""
    found = _asked(call)
    if found is None:
        return NO_AGENCY
    here, month, _ = found
    report = counts_of(call, here, month)
    name = f"public-report-{here.ori}-{month}.{call.path['form']}"
    if call.path["form"] == "json":
        return File(name, "application/json", msgspec.json.encode(report))
    if call.path["form"] == "csv":
        return File(name, "text/csv; charset=utf-8", csv_text(report).encode())
    return NO_AGENCY


def _asked(call: Call) -> tuple[Here, Month, Sequence[Month]] | None:
    here = find_here(call, call.query.one("agency"))
    if here is None:
        return None
    months = whole_months(call, here)
    try:
        month = read_month(call.query.one("month")) if call.query.one("month") else months[0]
    except WrongUseError:
        return None
    return (here, month, months) if month in months else None


def _table(table: ReportTable, say: Language) -> dict[str, Any]:
    """A table as the page writes it: rows of cells, each a kind and a word, the total last; or why there is none."""
    rows = [
        (
            *(_cell(name, one, say) for name, one in zip(table.dimensions, figure.values, strict=True)),
            _number(figure),
        )
        for figure in table.figures
    ]
    if table.total is not None:
        blank = (("text", ""),) * (len(table.dimensions) - 1)
        rows.append((("total", ""), *blank, _number(table.total)))
    return {
        "id": table.id,
        "of": str(table.of),
        "heads": table.dimensions,
        "rows": rows,
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
