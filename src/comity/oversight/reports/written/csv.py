"""A report as comma-separated values: one line a figure, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from comity.model.report import Figure, Report, ReportTable
from comity.oversight.reports.written.said import share_text

HEADS = (
    "report",
    "agency",
    "first",
    "last",
    "table",
    "title",
    "of",
    "dimensions",
    "values",
    "number",
    "said",
    "share",
)
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would carry out instead of showing it


def csv_text(report: Report) -> str:
    """The report; RFC 4180, `\\r\\n` at the end of lines. Facts about the report itself stand in lines of table `report`."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)

    def write(table: str, *cells: str) -> None:
        line = (report.kind, report.agency, str(report.first), str(report.last), table, *cells)
        writer.writerow([_safe(cell) for cell in line])

    for table in report.tables:
        total = (table.total,) if table.total is not None else ()
        for figure in (*table.figures, *total):
            write(table.id, *_cells(table, figure))
        if table.unproved:
            write(table.id, table.title, table.of, "; ".join(table.dimensions), "", "", table.unproved, "")
    for what, why in report.absent:
        write("absent", what, "", "", "", "", why, "")
    for name, words in (
        ("title", report.title),
        ("law", report.citation),
        ("certificate", report.certificate),
        ("entries", f"{report.entries} of {report.size}"),
        ("checkpoint", report.checkpoint),
        ("hash", report.hash),
    ):
        write("report", name, "", "", "", "", words, "")
    return out.getvalue()


def _cells(table: ReportTable, figure: Figure) -> tuple[str, ...]:
    number = "" if figure.number is None else str(figure.number)
    values = "; ".join(figure.values) or "total"
    return table.title, table.of, "; ".join(table.dimensions), values, number, figure.said, share_text(figure)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(STARTS_FORMULA) else cell
