"""Counts by purpose and decision, for anybody: the public report of a whole month, small counts of people hidden."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from comity.errors import WrongUseError
from comity.oversight.map.month import Month, read_month
from comity.oversight.reports.written.csv import csv_text
from comity.oversight.texts.say import Language
from comity.web.call import Call, File, Page, Reply
from comity.web.public.published import Here, agencies_here, counts_of, find_here, whole_months
from comity.web.public.report_tables import table_shown

SHOWN = ("purposes", "people", "agencies", "requests")  # tables of the report; the file has all of them
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
        "tables": [table_shown(one, say) for one in report.tables if one.id in SHOWN],
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
