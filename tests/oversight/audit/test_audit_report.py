"""The report's forms: a page anybody can read and print, spreadsheets that run nothing, and the same counts in each."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from search_logs import portal_log, portal_row

from comity.oversight.audit.audit import AuditReport, audit_others
from comity.oversight.audit.finding import FindingKind
from comity.oversight.audit.reading import read_given
from comity.oversight.audit.report_page import KIND_WORDS, report_page
from comity.oversight.audit.report_shape import (
    agencies_csv,
    findings_csv,
    guarded,
    numbered,
    report_object,
    rows_csv,
    totals,
)
from comity.oversight.audit.report_text import report_lines

EDGES = (
    b"portal_slug,portal_agency,other_agency,direction,archived_date\n"
    b"x,Cedar Hollow CA PD,Dry Lake NV SO,out,2026-04-01\n"
    b"x,Dry Lake CA PD,Cedar Hollow CA PD,in,2026-04-01\n"
    b"x,Elm Fork TX PD,Cedar Hollow CA PD,in,2026-04-01\n"
)


def made(*rows: str) -> AuditReport:
    log = portal_log(*(rows or (portal_row("inv"), portal_row(), portal_row("=cmd|' /C calc'!A0"))))
    return audit_others(read_given([("log.csv", log), ("list.csv", EDGES)], date(2026, 11, 29)))


class Page(HTMLParser):
    """What a screen reader would find. Local to a test."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def test_the_page_is_one_file_without_script() -> None:
    """Nothing is run and nothing is fetched, so that a council can print it and an archive can keep it."""
    page = Page(report_page(made()))
    assert page.count("script") == page.count("link") == page.count("img") == page.count("iframe") == 0
    assert not [attrs for _, attrs in page.tags if {"src", "onclick", "style"} & set(attrs)]
    assert all((attrs.get("href") or "#").startswith("#") for _, attrs in page.tags)


def test_the_page_has_language_title_one_heading_and_table_heads() -> None:
    """A screen reader finds language, title, landmarks, one first heading, captions and column headings."""
    page = Page(report_page(made()))
    assert ("html", {"lang": "en"}) in page.tags
    assert (page.count("title"), page.count("h1"), page.count("main")) == (1, 1, 1)
    assert page.count("caption") == page.count("table") > 0
    assert {attrs.get("scope") for tag, attrs in page.tags if tag == "th"} == {"col"}
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {str(attrs["href"])[1:] for tag, attrs in page.tags if tag == "a"} <= set(ids)


def test_what_a_file_holds_is_never_markup() -> None:
    """A reason or a name from a foreign file is shown as text."""
    text = report_page(made(portal_row("<script>alert(1)</script>", slug="<b>x-ca-pd")))
    assert "<script" not in text
    assert "<b>" not in text
    assert "&lt;b&gt;x-ca-pd" in text


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "\r=1"])
def test_no_cell_begins_a_formula(start: str) -> None:
    """Text that a spreadsheet would run gets an apostrophe before it; numbers stay numbers."""
    assert guarded(start) == "'" + start
    assert guarded(-5) == -5
    assert guarded("Cedar Hollow = PD") == "Cedar Hollow = PD"


def test_every_spreadsheet_is_guarded() -> None:
    """No cell of any of the three begins a formula, whatever the file held."""
    report = made()
    for text in (findings_csv(report), rows_csv(report), agencies_csv(report)):
        for row in csv.reader(io.StringIO(text)):
            assert not [cell for cell in row if cell.startswith(("=", "+", "@"))]
    assert ",'=inv" in rows_csv(made(*[portal_row("=inv")]))


def test_page_spreadsheets_text_and_json_say_the_same() -> None:
    """One report, five forms: the same findings under the same numbers, and the same counts."""
    report = made()
    shape = json.loads(json.dumps(report_object(report)))
    rows = list(csv.DictReader(io.StringIO(findings_csv(report))))
    found = [finding for one in shape["agencies"] for finding in one["findings"]]
    assert [row["says"] for row in rows] == [finding["says"] for finding in found]
    assert [int(row["finding"]) for row in rows] == [number for number, _, _ in numbered(report)]
    assert shape["totals"] == totals(report)
    assert (shape["totals"]["searches"], shape["totals"]["given"], shape["totals"]["empty"]) == (3, 2, 1)
    lines = "\n".join(report_lines(report))
    assert all(row["says"] in lines for row in rows)
    for number, _, one in numbered(report):
        assert len(
            [row for row in csv.DictReader(io.StringIO(rows_csv(report))) if int(row["finding"]) == number]
        ) == len(one.lines)


def test_an_edge_that_both_lists_tell_counts_once() -> None:
    """What the owner's list says is not counted again because the recipient's list says it too."""
    again = EDGES + b"x,Dry Lake NV SO,Cedar Hollow CA PD,in,2026-04-01\n"
    report = audit_others(read_given([("list.csv", again)], date(2026, 11, 29)))
    (agency,) = [one for one in report.agencies if one.agency == "Cedar Hollow CA PD"]
    (closed,) = [one for one in agency.findings if one.kind is FindingKind.SHARING_CLOSED]
    assert [(at.line, at.shows) for at in closed.lines] == [(2, "Dry Lake NV SO"), (4, "Elm Fork TX PD")]


def test_findings_never_call_anything_illegal_and_speak_of_no_person() -> None:
    """The words are `does not appear to follow`; nobody is called a suspect, an officer or a user."""
    text = "\n".join([*report_lines(made()), report_page(made()), findings_csv(made())]).casefold()
    assert "does not appear to follow" in text
    assert not re.search(r"\b(illegal|unlawful|violat\w*|officer|criminal)\b", text)
    assert set(KIND_WORDS) == set(FindingKind)


def test_reading_says_what_was_left_out() -> None:
    """The page and the terminal both tell how many plates, users and names were dropped."""
    header = "Name,Org Name,License Plate,Reason,Search Time\n"
    raw = f'{header}Q. Example,Cedar Hollow CA PD,ZZZ1234,stolen,"03/02/2026, 02:30:00 PM UTC"\n'.encode()
    report = audit_others(read_given([("export.csv", raw)], date(2026, 11, 29)))
    assert "left out at reading: 1 of `Name`, 1 of `License Plate`" in "\n".join(report_lines(report))
    page = report_page(report)
    assert "1 cells of `License Plate`" in page
    everything = "\n".join([page, *report_lines(report), json.dumps(report_object(report)), rows_csv(report)])
    assert "ZZZ1234" not in everything
    assert "Example" not in everything
