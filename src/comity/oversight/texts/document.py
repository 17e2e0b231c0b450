"""A page as headings, sentences and tables, whatever it is written as: HTML without script, or lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

MOST_ROWS = 1_000  # of one table on a page: some 300 kB; the spreadsheet has every one
MOST_LINES = 40  # of one table on a terminal
WIDEST = 44  # characters of a cell on a terminal
STYLE = """:root{color-scheme:light}
body{font:1.0625rem/1.5 "Public Sans",system-ui,sans-serif;color:#1b1b1b;background:#fff;
  margin:2rem auto;max-width:75rem;padding:0 1rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 1rem}h2{font-size:1.5rem;line-height:1.3;margin:2.5rem 0 .5rem}
h3{font-size:1.1875rem;margin:1.5rem 0 .25rem}p{max-width:72ch;margin:.5rem 0}.lead p{font-size:1.1875rem}
.lead{border-left:8px solid #005ea2;padding:.25rem 0 .25rem 1.5rem;margin:1.5rem 0}
.private{border:2px solid #1b1b1b;background:#faf3d1;padding:.5rem 1rem;font-weight:700}
table{border-collapse:collapse;width:100%;font-size:1rem;margin:.5rem 0 1rem}
caption{text-align:left;color:#565c65;padding:.25rem 0}
th,td{text-align:left;padding:.375rem 1rem .375rem 0;border-bottom:1px solid #a9aeb1;vertical-align:top;
  overflow-wrap:anywhere}
thead th{border-bottom:2px solid #1b1b1b;overflow-wrap:normal}tbody th{font-weight:600}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
summary{cursor:pointer;padding:.625rem 0;min-height:1.5rem;color:#005ea2;text-decoration:underline}
summary:focus{outline:4px solid #2491ff}
@media (max-width:40rem){h1{font-size:1.625rem}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,th,td,caption{display:block}tr{border-bottom:2px solid #a9aeb1;padding:.5rem 0}
th,td,td.n{border:0;padding:.125rem 0;text-align:left}td::before{content:attr(data-head) ": ";color:#565c65}}
@media print{body{font-size:11pt;color:#000;margin:0;max-width:none}
tr{break-inside:avoid}h2,h3{break-after:avoid}}"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under heads. `numbers` are the columns that hold numbers; `more` is said where not all are shown."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, sentences, a table; `deep` parts stand under the one before, `fold` is the word a table is opened by."""

    heading: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    deep: bool = False
    fold: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A page in a language: what is said first, then its parts. `private` says whose eyes it is for, empty for anybody's."""

    language: str
    title: str
    lead: tuple[str, ...]
    parts: tuple[Part, ...]
    private: str = ""


def page_text(document: Document) -> str:
    """The page as HTML that stands alone: no script, nothing fetched, no style attribute."""
    lines = [
        "<!doctype html>",
        f'<html lang="{document.language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(document.title)} - Comity</title><style>{STYLE}</style></head>",
        f"<body><main><h1>{escape(document.title)}</h1>",
        *((f'<p class="private">{escape(document.private)}</p>',) if document.private else ()),
        '<div class="lead">',
        *(f"<p>{escape(sentence)}</p>" for sentence in document.lead),
        "</div>",
        *(line for part in document.parts for line in _part(part)),
        "</main></body></html>",
    ]
    return "\n".join(lines) + "\n"


def _part(part: Part) -> Iterator[str]:
    level = "h3" if part.deep else "h2"
    yield f"<section><{level}>{escape(part.heading)}</{level}>"
    yield from (f"<p>{escape(sentence)}</p>" for sentence in part.sentences)
    if part.table is not None and part.table.rows:
        if part.fold:
            yield f"<details><summary>{escape(part.fold)}</summary>"
        yield from _table(part.table)
        if part.fold:
            yield "</details>"
    yield "</section>"


def _table(table: Table) -> Iterator[str]:
    kinds = tuple(' class="n"' if place in table.numbers else "" for place in range(len(table.heads)))
    heads = "".join(
        f'<th scope="col"{kind}>{escape(head)}</th>' for head, kind in zip(table.heads, kinds, strict=True)
    )
    yield f"<table><caption>{escape(table.caption)}</caption><thead><tr>{heads}</tr></thead><tbody>"
    for row in table.rows[:MOST_ROWS]:
        first, *others = row
        cells = "".join(
            f'<td{kind} data-head="{escape(head)}">{escape(cell)}</td>'
            for cell, head, kind in zip(others, table.heads[1:], kinds[1:], strict=True)
        )
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody></table>"
    if table.more:
        yield f"<p>{escape(table.more)}</p>"


def text_lines(document: Document) -> Iterator[str]:
    """The page as lines for a terminal; long tables are cut, and say so."""
    yield document.title
    if document.private:
        yield document.private
    yield from document.lead
    for part in document.parts:
        yield ""
        yield part.heading
        yield from part.sentences
        if part.table is not None and part.table.rows:
            yield from _lines(part.table)


def _lines(table: Table) -> Iterator[str]:
    rows = [tuple(cell.upper() for cell in table.heads), *table.rows[:MOST_LINES]]
    widths = [min(WIDEST, max(len(row[place]) for row in rows)) for place in range(len(table.heads))]
    widths[-1] = max(len(row[-1]) for row in rows)
    for row in rows:
        cells = (
            f"{cell[:width]:>{width}}" if place in table.numbers else f"{cell[:width]:<{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  " + "  ".join(cells).rstrip()
    if len(table.rows) > MOST_LINES:
        yield f"  + {len(table.rows) - MOST_LINES}: --json, --csv"
