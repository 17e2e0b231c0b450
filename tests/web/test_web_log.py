"""O4: the log by its codes, one entry with its proof, and what lies behind it, over a real node."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from desk_stage import Desk
from oversight_stage import ASKED_BY, AUDITOR, TIMES, audited
from web_stage import form_value

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.disclosure import EntryKind
from comity.model.log_view import LogBrowsed, LogFilter
from comity.node.log_requests import BrowseLog

PARTICULARS = ("Quillfeather", "Ondine", ASKED_BY, "26-0")


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages, with questions in the log."""
    with audited(*region, tmp_path_factory.mktemp("log")) as made:
        yield made


def browsed(desk: Desk, **wanted: str) -> LogBrowsed:
    request = BrowseLog(member=AUDITOR, wanted=LogFilter(**wanted), limit=50)
    found: LogBrowsed = desk.stage.site.door.ask(request, LogBrowsed)
    return found


def an_answer(desk: Desk) -> int:
    return browsed(desk, kind="answered").rows[0].index


def test_the_log_is_counted_by_what_its_codes_say_and_names_nobody(desk: Desk) -> None:
    """Its head is checked, what occurs is counted, and each count leads to its entries."""
    with desk.browser(AUDITOR) as browser:
        page = browser.get("/oversight/log").text
        assert "HEAD SIGNED" in page
        assert "Log of" in page
        answer = browser.get("/oversight/log?purpose=criminal-investigation")
        page = answer.text
        assert "Purpose is “Investigating a crime”: <strong>8</strong>" in page
        assert page.count('scope="row"') == TIMES
        assert 'href="/oversight/log?purpose=missing-person"' in page
        for word in PARTICULARS:
            assert word not in page


def test_a_choice_that_nothing_has_says_zero_and_can_be_taken_back(desk: Desk) -> None:
    """The filter stands as a sentence, with a way out of it, also where it leaves nothing."""
    with desk.browser(AUDITOR) as browser:
        page = browser.get("/oversight/log?purpose=custody&decision=refused").text
        assert "<strong>0</strong>" in page
        assert 'href="/oversight/log?decision=refused"' in page
        assert 'href="/oversight/log">Clear' in page
        assert browser.get("/oversight/log?purpose=" + "x" * 200).status_code == 404
        assert browser.get("/oversight/log?below=x").status_code == 404


def test_pages_of_the_log_follow_each_other(desk: Desk) -> None:
    """Older and newer lead on from where one is, whatever is appended meanwhile."""
    every = [row.index for row in browsed(desk).rows]
    request = BrowseLog(member=AUDITOR, wanted=LogFilter(), limit=4, below=every[3])
    page: LogBrowsed = desk.stage.site.door.ask(request, LogBrowsed)
    assert [row.index for row in page.rows] == every[4:8]
    assert (page.older, page.newer) == (every[7], every[0] + 1)


def test_the_same_is_there_as_a_spreadsheet_and_for_programs(desk: Desk) -> None:
    """Codes only, filtered as the page is; another form is no page."""
    with desk.browser(AUDITOR) as browser:
        answer = browser.get("/oversight/log-file/csv?purpose=criminal-investigation")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert len(rows) == TIMES
        assert {row["purpose"] for row in rows} == {"criminal-investigation"}
        found = browser.get("/oversight/log-file/json?purpose=criminal-investigation").json()
        assert (found["found"], len(found["entries"])) == (TIMES, TIMES)
        for word in PARTICULARS:
            assert word not in answer.text
        assert browser.get("/oversight/log-file/xml").status_code == 404


def test_an_entry_is_shown_with_its_proof_which_anybody_checks(desk: Desk) -> None:
    """The proof is checked on the page, and its file is one that the public page checks too."""
    index = an_answer(desk)
    with desk.browser(AUDITOR) as browser:
        page = browser.get(f"/oversight/log/{index}").text
        assert "In the log, proof checked" in page
        assert f"Entry {index} of" in page
        for word in PARTICULARS:
            assert word not in page
        text = browser.get(f"/oversight/log/{index}/proof").text
        form = {"form": form_value(page), "receipt": text}
        assert "In the log, proof checked" in browser.post("/verify", data=form).text


def test_what_lies_behind_an_entry_is_opened_for_a_reason_that_is_entered(desk: Desk) -> None:
    """Under a sign-in of now, shown once; the log has it before, and that entry can be looked into itself."""
    index = an_answer(desk)
    address = f"/oversight/log/{index}/open"
    with desk.browser(AUDITOR) as browser:
        page = browser.get(address).text
        assert ASKED_BY not in page
        answer = browser.post(address, data={"form": form_value(page), "reason": "curious"})
        assert answer.status_code == 422
        assert ASKED_BY not in answer.text
        answer = browser.post(address, data={"form": form_value(page), "reason": "complaint 26-4 names this day"})
        assert answer.status_code == 200
        assert ASKED_BY in answer.text
        assert "NOT CERTIFIED" in answer.text
        assert (
            '<dt>question, asking agency</dt><dd class="kept">Cascade City Police Department</dd>' in answer.text
        )
        assert '<dt>question, legal basis, paper</dt><dd class="kept">Agreement alone</dd>' in answer.text
        assert " UTC</dd>" not in answer.text
        seen = browsed(desk, kind=EntryKind.ENTRY_OPENED).rows
        assert len(seen) == 1
        assert f'href="/oversight/log/{seen[0].index}"' in answer.text
        assert ASKED_BY not in browser.get(f"/oversight/log/{index}").text
        desk.stage.clock.later(6)
        assert browser.get(address).headers["location"].startswith("/sign-in?again=1")


def test_what_is_not_for_an_auditor_is_not_offered(desk: Desk) -> None:
    """Acts of the node have nothing to open here; other roles, wrong numbers and no numbers are no page."""
    (opened,) = browsed(desk, kind=EntryKind.RECORDS_LOADED).rows[:1]
    with desk.browser(AUDITOR) as browser:
        assert "not for this page" in browser.get(f"/oversight/log/{opened.index}").text
        for path in (f"{opened.index}/open", "999999", "x", "-1", "9" * 40):
            assert browser.get(f"/oversight/log/{path}").status_code == 404
    for member in ("ca-sheriff-custodian", "ca-sheriff-detective"):
        with desk.browser(member) as browser:
            assert browser.get("/oversight/log").status_code == 404
