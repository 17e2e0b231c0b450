"""A report as comma-separated values: one line a figure, safe to open in a spreadsheet."""

from __future__ import annotations

from comity.model.report import Figure, Report, ReportTable
from comity.oversight.reports.written.said import share_text
from comity.oversight.texts.spreadsheet import spreadsheet

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


def csv_text(report: Report) -> str:
    """The report; RFC 4180, `\\r\\n` at the end of lines. Facts about the report itself stand in lines of table `report`."""
    lines: list[tuple[str, ...]] = []

    def write(table: str, *cells: str) -> None:
        lines.append((report.kind, report.agency, str(report.first), str(report.last), table, *cells))

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
    return spreadsheet(HEADS, lines)


def _cells(table: ReportTable, figure: Figure) -> tuple[str, ...]:
    number = "" if figure.number is None else str(figure.number)
    values = "; ".join(figure.values) or "total"
    return table.title, table.of, "; ".join(table.dimensions), values, number, figure.said, share_text(figure)
