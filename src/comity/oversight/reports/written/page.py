"""A report as one HTML page: no script, nothing loaded, headings and tables that a screen reader follows, fit to print."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from comity.model.report import Report, ReportTable
from comity.oversight.reports.written.said import facts_of, heads_of, rows_of

STYLE = """
body { font: 1rem/1.5 'DejaVu Sans', system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; padding: .25rem 0; color: #444; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #999; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; padding-right: 0; }
thead th::first-letter, tr.total th::first-letter { text-transform: uppercase; }
tbody th { font-weight: normal; }
tr.total th, tr.total td { font-weight: bold; border-bottom: 2px solid #1a1a1a; }
.certificate { border: 2px solid #1a1a1a; padding: .75rem 1rem; }
.unproved { border-left: 4px solid #8a1c1c; padding-left: .75rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; } section { overflow-x: auto; }
td.long { overflow-wrap: anywhere; }
@media (max-width: 30rem) { body { margin-top: 1rem; font-size: .9rem; } th, td { padding-right: .5rem; } }
@page { size: letter; margin: 2cm 1.8cm; } @media print { body { margin: 0; max-width: none; font-size: 10pt; }
  h2, caption { break-after: avoid; } tr, section { break-inside: avoid; } }
"""


def page_text(report: Report) -> str:
    """The whole page."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(report.title)}: {escape(report.agency_name)}, {report.first} to {report.last}</title>",
        f"<style>{STYLE}</style></head><body><main>",
        f"<h1>{escape(report.title)}</h1>",
        *_facts(report),
        *_certificate(report),
        *(line for table in report.tables for line in _table(table)),
        *_absent(report),
        "<h2>Checkpoint of the log</h2>",
        "<p>Whoever has the log's key can check that these figures come from this log and no other.</p>",
        f"<pre>{escape(report.checkpoint)}</pre>",
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _facts(report: Report) -> Iterator[str]:
    yield "<table><caption>About this report</caption><tbody>"
    for name, words in facts_of(report):
        long = ' class="long"' if " " not in words else ""
        yield f'<tr><th scope="row">{escape(name)}</th><td{long}>{escape(words)}</td></tr>'
    yield "</tbody></table>"


def _certificate(report: Report) -> Iterator[str]:
    if report.certificate:
        yield f'<p class="certificate">{escape(report.certificate)}</p>'


def _table(table: ReportTable) -> Iterator[str]:
    yield f'<section id="{escape(table.id)}"><h2>{escape(table.title)}</h2>'
    if table.unproved:
        yield f'<p class="unproved">{escape(table.unproved[:1].upper() + table.unproved[1:])}.</p></section>'
        return
    yield f"<table><caption>Counts of {table.of}, from {escape(table.source)}</caption>"
    heads = heads_of(table)
    yield "<thead><tr>" + "".join(_head(head) for head in heads) + "</tr></thead><tbody>"
    rows = rows_of(table)
    for at, row in enumerate(rows):
        total = ' class="total"' if at == len(rows) - 1 and table.total is not None else ""
        yield f"<tr{total}>" + "".join(_cell(heads, column, cell) for column, cell in enumerate(row)) + "</tr>"
    yield "</tbody></table>"
    if table.note:
        yield f"<p>{escape(table.note)}</p>"
    yield "</section>"


def _head(head: str) -> str:
    return f'<th scope="col"{_class(head)}>{escape(head)}</th>'


def _cell(heads: tuple[str, ...], column: int, cell: str) -> str:
    if column == 0 and len(heads) > 1:
        return f'<th scope="row">{escape(cell)}</th>'
    return f"<td{_class(heads[column])}>{escape(cell)}</td>"


def _class(head: str) -> str:
    return ' class="number"' if head in ("number", "share") else ""


def _absent(report: Report) -> Iterator[str]:
    if report.absent:
        yield "<h2>Not in this report</h2><dl>"
        for what, why in report.absent:
            yield f"<dt>{escape(what)}</dt><dd>{escape(why)}</dd>"
        yield "</dl>"
