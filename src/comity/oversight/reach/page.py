"""The picture as one page of HTML, drawn here: no script, nothing fetched, the same figures as a table and as bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from comity.oversight.reach.party import Party
from comity.oversight.reach.picture import Picture, Row
from comity.oversight.reach.say import say_ruling
from comity.oversight.reach.tally import StateCount, by_state, sentences

BAR, GAP, LEFT, WIDTH = 18, 6, 60, 640  # pixels: height of a bar, between bars, for the labels, of the longest bar
MOST_BARS = 60  # every state and territory, the federal government, abroad, not known
STYLE = """body{font:1rem/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem}
body,svg text{color:#1a1a1a;background:#fff;fill:#1a1a1a}svg{width:100%;min-width:34rem;height:auto}
svg text{font:13px system-ui,sans-serif}
h1{line-height:1.2}p{overflow-wrap:anywhere}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
caption{text-align:left;font-weight:600;padding:.3rem 0}summary{cursor:pointer}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #767676;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}
ul{margin:.25rem 0;padding-left:1.2rem}li{overflow-wrap:anywhere;min-width:14rem}
.wide{overflow-x:auto}.wide:focus,summary:focus{outline:3px solid #b35900}
@media print{body{max-width:none;font-size:9pt}tr{break-inside:avoid}.wide{overflow:visible}}"""


def page_of(picture: Picture, parties: Mapping[str, Party], files: Iterable[str]) -> str:
    """A whole page. `parties` name the requesters; `files` are the lists it was computed from."""
    title = f"Who can come by plate data: from {picture.owners.said} to {picture.requesters.said}"
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        f'<head><meta charset="utf-8"><title>{escape(title)} - Comity</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<style>{STYLE}</style></head>",
        f"<body><main><h1>{escape(title)}</h1>",
        *(f"<p>{escape(sentence)}</p>" for sentence in sentences(picture)),
        f"<p>Computed from {escape(', '.join(files))}. A list says who may search whose data, not who did.</p>",
        "<h2>By state</h2>",
        *_bars(by_state(picture)[:MOST_BARS]),
        *_states(by_state(picture)),
        "<h2>By agency</h2>",
        *_rows(picture, parties),
        "</main></body></html>",
    ]
    return "\n".join(lines) + "\n"


def _bars(counts: tuple[StateCount, ...]) -> Iterator[str]:
    """A bar for each state, as long as the number of lines to it."""
    longest = max((one.lines for one in counts), default=0)
    height = len(counts) * (BAR + GAP)
    if not longest:
        return
    yield (
        '<div class="wide" tabindex="0" role="region" aria-label="Lines by state, drawn">'
        f'<svg role="img" viewBox="0 0 {LEFT + WIDTH + 80} {height}" aria-labelledby="bars">'
        '<title id="bars">Lines of the lists by the state of the requester; the table below has the same figures</title>'
    )
    for place, one in enumerate(counts):
        top, wide = place * (BAR + GAP), one.lines * WIDTH // longest
        yield f'<text x="0" y="{top + BAR - 4}">{escape(one.state)}</text>'
        yield f'<rect x="{LEFT}" y="{top}" width="{wide}" height="{BAR}" fill="#2b5c8a"/>'
        yield f'<text x="{LEFT + wide + 6}" y="{top + BAR - 4}">{one.lines}</text>'
    yield "</svg></div>"


def _states(counts: tuple[StateCount, ...]) -> Iterator[str]:
    yield _opening("Lines of the lists, and who shares, by the state of the requester")
    yield (
        '<thead><tr><th scope="col">State</th><th scope="col" class="n">Lines</th>'
        '<th scope="col" class="n">Agencies that share</th>'
        '<th scope="col" class="n">Agencies that share through a third only</th></tr></thead><tbody>'
    )
    for one in counts:
        cells = "".join(f'<td class="n">{count}</td>' for count in (one.lines, one.owners, one.owners_through))
        yield f'<tr><th scope="row">{escape(one.state)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _rows(picture: Picture, parties: Mapping[str, Party]) -> Iterator[str]:
    yield _opening("Whom each agency shares with: directly, through a third only, and in the end")
    yield (
        '<thead><tr><th scope="col">Agency</th><th scope="col" class="n">Directly</th>'
        '<th scope="col" class="n">Through a third only</th><th scope="col" class="n">In the end</th>'
        '<th scope="col">Lines</th></tr></thead><tbody>'
    )
    for row in picture.rows:
        counts = (len(row.direct), len(row.through), row.in_the_end)
        cells = "".join(f'<td class="n">{count}</td>' for count in counts)
        sure = "" if row.owner.sure else " (by its spelling)"
        yield (
            f'<tr><th scope="row">{escape(row.owner.name + sure)}</th>{cells}<td>{_lines(row, parties)}</td></tr>'
        )
    yield "</tbody></table></div>"


def _opening(caption: str) -> str:
    """The beginning of a table, which scrolls in itself where the screen is narrow."""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
    )


def _lines(row: Row, parties: Mapping[str, Party]) -> str:
    if not row.direct:
        return ""
    told = "".join(
        f"<li>{escape(parties[one.hop.taker].name)}: {escape(one.hop.authority)}; {escape(say_ruling(one.ruling))}</li>"
        for one in row.direct
    )
    return f"<details><summary>{len(row.direct)}</summary><ul>{told}</ul></details>"
