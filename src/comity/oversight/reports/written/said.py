"""The words that every form of a report has in common."""

from __future__ import annotations

from comity.law.calendar import local_time
from comity.model.report import Figure, Report, ReportTable

PERIODS = {"month": "a calendar month", "quarter": "a calendar quarter", "year": "a calendar year"}


def number_text(figure: Figure) -> str:
    """A figure as people read it: its number, with the day it counts from where that is a later one; or why there is none."""
    return figure.said if figure.number is None else f"{figure.number:,} {figure.said}".rstrip()


def share_text(figure: Figure) -> str:
    """A share in per cent with one decimal, empty where there is none."""
    return "" if figure.permille is None else f"{figure.permille // 10}.{figure.permille % 10} %"


def has_shares(table: ReportTable) -> bool:
    """Whether any figure of a table has a share."""
    return any(figure.permille is not None for figure in table.figures)


def facts_of(report: Report) -> tuple[tuple[str, str], ...]:
    """What a report says of itself: name and words, in order."""
    days = f"{report.first} to {report.last}"
    partly = "" if report.whole else f" (not {PERIODS[report.every]}, which this report is owed for)"
    span = (
        "none of this agency"
        if report.begins is None
        else f"{report.entries} of this agency in these days, from entry {report.begins} to entry {report.ends}"
    )
    return (
        ("Agency", f"{report.agency_name} ({report.agency})"),
        ("For", report.to),
        ("Law", f"{report.citation} ({report.status})"),
        ("Days", f"{days}{partly}"),
        ("Due", str(report.due) if report.due is not None else "no day named"),
        ("Made", f"{local_time(report.made_ms, 'UTC'):%Y-%m-%d %H:%M} UTC"),
        ("Log", f"{report.node}, all {report.size} entries verified"),
        ("Entries", span),
        ("Small counts", report.threshold_source),
        ("Hash", report.hash),
    )


def heads_of(table: ReportTable) -> tuple[str, ...]:
    """The headings of a table's columns."""
    return (*table.dimensions, "number", *(("share",) if has_shares(table) else ()))


def rows_of(table: ReportTable) -> tuple[tuple[str, ...], ...]:
    """The cells of a table, the total last. A table that is not broken down has its total alone."""
    shares = has_shares(table)
    rows = [
        (*figure.values, number_text(figure), *((share_text(figure),) if shares else ()))
        for figure in table.figures
    ]
    if table.total is not None:
        blank = ("",) * (len(table.dimensions) - 1)
        first = ("total", *blank) if table.dimensions else ()
        rows.append((*first, number_text(table.total), *(("",) if shares else ())))
    return tuple(rows)
