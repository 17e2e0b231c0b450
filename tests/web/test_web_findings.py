"""O1 and O2: looking for misuse, the review of a finding, and a month's sample, over a real node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from desk_stage import Desk, send
from oversight_stage import ASKED_BY, AUDITOR, PRIVACY, TIMES, audited
from spanish_reader import english_in, marked_in
from web_stage import form_value

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.finding import Finding, FindingsListed, FindingState
from comity.node.finding_requests import ListFindings

REASON = "two linked cases of one person"


@pytest.fixture
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages, with somebody looked up again and again."""
    with audited(*region, tmp_path_factory.mktemp("findings")) as made:
        yield made


def the_finding(desk: Desk) -> Finding:
    found: FindingsListed = desk.stage.site.door.ask(ListFindings(member=AUDITOR), FindingsListed)
    (only,) = found.findings
    return only


def look(desk: Desk, member: str = AUDITOR) -> Finding:
    with desk.browser(member) as browser:
        assert send(browser, "/oversight/findings") == "/oversight/findings?done=looked"
    return the_finding(desk)


def test_nothing_is_looked_at_before_somebody_looks_and_then_it_says_what_is_open(desk: Desk) -> None:
    """The list opens no record by itself; a look tells over how many questions, and names nobody."""
    with desk.browser(AUDITOR) as browser:
        page = browser.get("/oversight/findings").text
        assert "No open patterns" not in page
        assert "Whether there are any is not known." in page
        assert ">Look now</button>" in page
        found = look(desk)
        page = browser.get("/oversight/findings?done=looked").text
        assert "1 open. These are questions, not conclusions." in page
        assert f"over {TIMES + 1} questions" in page
        assert f'href="/oversight/findings/{found.id}"' in page
        assert "NEW" in page
        for word in ("Quillfeather", "Ondine", ASKED_BY, "Okonjo", "26-0"):
            assert word not in page


def test_findings_are_wholly_spanish(desk: Desk) -> None:
    """What was seen too, with its figures; nothing on these pages is marked as English."""
    found = look(desk)
    names = frozenset(desk.stage.site.agency_names().values())
    with desk.browser(AUDITOR, "es") as browser:
        pages = [browser.get(path).text for path in ("/oversight/findings", f"/oversight/findings/{found.id}")]
    for page in pages:
        assert f"{TIMES} consultas sobre una misma persona o cosa en" in page
        assert english_in(page, names) == marked_in(page) == []


def test_a_finding_is_taken_and_closed_with_a_reason(desk: Desk) -> None:
    """Innocent reasons first; who takes it decides; a decision without a reason is not taken; closed has no form."""
    found = look(desk)
    address = f"/oversight/findings/{found.id}"
    with desk.browser(AUDITOR) as browser:
        page = browser.get(address).text
        assert "One person in linked cases" in page
        assert "None of this kind was reviewed yet." in page
        assert f"Entries: {TIMES}" in page
        assert all(f'href="/oversight/log/{number}"' in page for number in found.entries)
        assert "<textarea" not in page
        assert browser.post(f"{address}/take", data={"form": form_value(page)}).headers["location"] == address
        page = browser.get(address).text
        answer = browser.post(address, data={"form": form_value(page), "reason": "linked"})
        assert answer.status_code == 422
        assert answer.text.count("Say what comes of it.") == answer.text.count("at least 3 words.") == 2
        assert ">linked</textarea>" in answer.text
        assert send(browser, address, decision="explain", reason="asked in person today").endswith("explain")
        assert the_finding(desk).state is FindingState.TAKEN
        assert "asked in person today" in browser.get(address).text
        assert send(browser, address, decision="no-concern", reason=REASON).endswith("done=no-concern")
        assert the_finding(desk).state is FindingState.DISMISSED
        page = browser.get(address).text
        assert "NO CONCERN" in page
        assert "1 of 1 reviewed" in page
        assert "<textarea" not in page
        page = browser.get("/oversight/findings?show=closed").text
        assert address in page
        assert "1 of 1 reviewed, of no concern" in page


def test_who_it_was_is_a_step_of_its_own_with_a_reason(desk: Desk) -> None:
    """Only for whoever took it, under a sign-in of now; the name stands in no address and is shown once."""
    found = look(desk)
    address = f"/oversight/findings/{found.id}/who"
    with desk.browser(PRIVACY) as browser:
        assert browser.get(address).status_code == 404
        page = browser.get(f"/oversight/findings/{found.id}").text
        browser.post(f"/oversight/findings/{found.id}/take", data={"form": form_value(page)})
        page = browser.get(address).text
        assert ASKED_BY not in page
        answer = browser.post(address, data={"form": form_value(page), "reason": "why"})
        assert answer.status_code == 422
        assert ASKED_BY not in answer.text
        answer = browser.post(address, data={"form": form_value(page), "reason": "to ask them to explain"})
        assert ASKED_BY in answer.text
        assert "stands in the log" in answer.text
        assert ASKED_BY not in browser.get(f"/oversight/findings/{found.id}").text
        desk.stage.clock.later(6)
        assert browser.get(address).headers["location"].startswith("/sign-in?again=1")
    with desk.browser(AUDITOR) as browser:
        assert browser.get(address).status_code == 404


def test_other_roles_and_wrong_numbers_find_no_page(desk: Desk) -> None:
    """A custodian reviews nobody's questions; a finding that is none reads the same."""
    found = look(desk)
    for member in ("ca-sheriff-custodian", "ca-sheriff-detective"):
        with desk.browser(member) as browser:
            for path in ("/oversight/findings", f"/oversight/findings/{found.id}", "/oversight/sample"):
                assert browser.get(path).status_code == 404
    with desk.browser(AUDITOR) as browser:
        for path in ("/oversight/findings/f-000000000000", "/oversight/sample?month=1999-01"):
            assert browser.get(path).status_code == 404
