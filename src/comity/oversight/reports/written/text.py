"""A report as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from comity.model.report import Report, ReportTable
from comity.oversight.reports.written.said import facts_of, heads_of, rows_of


def text_lines(report: Report) -> Iterator[str]:
    """Every line of a report."""
    yield report.title
    for name, words in facts_of(report):
        yield f"  {name + ':':<14}{words}"
    if report.certificate:
        yield ""
        yield report.certificate
    for table in report.tables:
        yield ""
        yield from _table_lines(table)
    for what, why in report.absent:
        yield ""
        yield f"Not in this report: {what}. {why}"
    yield ""
    yield "Checkpoint of the log:"
    yield from (f"  {line}" for line in report.checkpoint.splitlines())


def _table_lines(table: ReportTable) -> Iterator[str]:
    yield f"{table.title} [{table.id}]"
    if table.unproved:
        yield f"  {table.unproved}"
        return
    cells = [heads_of(table), *rows_of(table)] if table.dimensions else list(rows_of(table))
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    for row in cells:
        yield "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    if table.note:
        yield f"  ({table.note})"
