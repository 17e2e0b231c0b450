"""What a list's page shows, cell by cell, and that its headings sort it: what every page with such a list is held against."""

from __future__ import annotations

import html
import re
from typing import Any

from litestar.testing import TestClient

from comity.web.sorting import by_name

WORD, TIME, NUMBER = "word", "time", "number"
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
CELL = re.compile(r"<t[hd][ >].*?</t[hd]>", re.DOTALL)


def rows_of(page: str, table: int = 0) -> list[list[str]]:
    """The rows below the headings of one of a page's tables, each cell as it is written."""
    body = TABLE.findall(page)[table].partition("<tbody>")[2]
    return [CELL.findall(row) for row in re.findall(r"<tr>.*?</tr>", body, re.DOTALL)]


def key_of(cell: str, kind: str) -> Any:
    """What a cell is compared by, read from what it shows; None where it shows nothing of the kind."""
    if kind == TIME:
        found = re.search(r'datetime="([^"]+)"', cell)
        return found[1] if found else None
    shown = re.sub(r'<span class="under".*', "", cell, flags=re.DOTALL)
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())
    if kind == NUMBER:
        found = re.search(r"\d[\d,]*", text)
        return int(found[0].replace(",", "")) if found else None
    return None if text == "-" else by_name(text) or None


def said_by(row: list[str]) -> list[str]:
    """What a row says, without where its links lead: those keep the order."""
    return [re.sub(r"<[^>]+>", " ", cell) for cell in row]


def get(browser: TestClient, address: str) -> str:  # type: ignore[type-arg]
    """A page that is there."""
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.text)


def sorts_by(
    browser: TestClient,  # type: ignore[type-arg]
    address: str,
    code: str,
    cell: tuple[int, str],
    at: tuple[int, str] = (0, "sort"),
) -> None:
    """A column sorts its table up and down, over the same rows; links of the page keep what else the address says.

    `cell` is the column's place and what it holds; `at` the table's place on the page and the name of its order.
    """
    (place, kind), (table, name) = cell, at
    beside = "&" if "?" in address else "?"
    shown = {way: get(browser, f"{address}{beside}{name}={way}{code}") for way in ("", "-")}
    plain = sorted(map(said_by, rows_of(get(browser, address), table)))
    for way, page in shown.items():
        assert sorted(map(said_by, rows_of(page, table))) == plain, (address, code)
        keys = [key_of(row[place], kind) for row in rows_of(page, table)]
        said = [one for one in keys if one is not None]
        assert len(set(said)) > 1, f"{address} has nothing to tell {code} apart by"
        assert keys == said + [None] * (len(keys) - len(said)), "what says nothing stands last"
        assert said == sorted(said, reverse=way == "-"), (address, way + code)
        head = TABLE.findall(page)[table].partition("<tbody>")[0]
        assert head.count("aria-sort=") == 1
        assert f'aria-sort="{"descending" if way else "ascending"}"' in head
        links = [html.unescape(one) for one in re.findall(r'<a class="sorts__to"[^>]* href="\?([^"#]*)#', page)]
        asked = address.partition("?")[2]
        assert links
        assert all(set(asked.split("&")) - {""} <= set(one.split("&")) for one in links), (asked, links)
    assert browser.get(f"{address}{beside}{name}=no-such").status_code == 404
