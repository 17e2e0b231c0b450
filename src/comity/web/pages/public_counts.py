"""Counts by purpose and decision, for anybody: the public report of a whole month, small counts of people hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from comity.model.report import Figure, ReportTable
from comity.oversight.map.month import Month
from comity.oversight.reports.written.csv import csv_text
from comity.oversight.texts.say import Language
from comity.web.call import NOT_FOUND, Call, File, Page, Reply
from comity.web.chosen import chosen
from comity.web.public.published import Here, agencies_here, chosen_here, counts_of, whole_months
from comity.web.public.report_tables import cell_of, cell_word, log_begins, table_shown
from comity.web.sorting import Column, Table, by_number, by_word, ordered

SHOWN = ("purposes", "people", "agencies", "requests")  # tables of the report; the file has all of them


def show(call: Call) -> Reply:
    """The counts of an agency in a month that is over: the first agency here and the last such month where none is named."""
    here, month, months = _asked(call)
    report = counts_of(call, here, month)
    say = Language(call.words.language)
    values = {
        "report": report,
        "tables": [_sorted(call, one, say) for one in report.tables if one.id in SHOWN],
        "begins": log_begins(report),
        "cell_word": cell_word,
        "here": here,
        "agencies": agencies_here(call),
        "month": str(month),
        "months": [(str(one), say.month(one.first)) for one in months],
        "month_words": say.month(month.first),
    }
    return Page("public_counts.html", values)


def whole(call: Call) -> Reply:
    """The whole public report, for a spreadsheet or for programs; in its own order, over which its hash is."""
    here, month, _ = _asked(call)
    report = counts_of(call, here, month)
    name = f"public-report-{here.ori}-{month}.{call.path['form']}"
    if call.path["form"] == "json":
        return File(name, "application/json", msgspec.json.encode(report))
    if call.path["form"] == "csv":
        return File(name, "text/csv; charset=utf-8", csv_text(report).encode())
    return NOT_FOUND


def _sorted(call: Call, table: ReportTable, say: Language) -> dict[str, Any]:
    """A table as its page writes it, in the order that the address has for it; the total stays last.

    A number that is not shown says nothing: no order tells which of two hidden ones is larger.
    """

    def word_at(at: int, name: str) -> Column[Figure]:
        return by_word(lambda one: cell_word(call.words, cell_of(call.words, name, one.values[at], say)))

    columns = {name: word_at(at, name) for at, name in enumerate(table.dimensions)}
    columns["number"] = by_number(lambda one: one.number)
    others = (f"sort-{one}" for one in SHOWN if one != table.id)
    shape = Table(columns, name=f"sort-{table.id}", keeps=("agency", "month", *others))
    figures, order = ordered(call, shape, table.figures)
    return {**table_shown(replace(table, figures=figures), call.words), "order": order}


def _asked(call: Call) -> tuple[Here, Month, Sequence[Month]]:
    here = chosen_here(call)
    months = {str(one): one for one in whole_months(call, here)}
    month = months[chosen(call, "month", months, default=next(iter(months)))]
    return here, month, tuple(months.values())
