"""A question that waits for a second person, taken back by its asker's page, and what each side then reads."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest
from desk_stage import Desk, desk_of, send
from test_web_approvals import DETECTIVE, HEAD, REASON, SOMEBODY, SUPERVISOR, ask
from web_stage import form_value

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.approval import Approval
from comity.model.finding import CircleTold, Relation
from comity.node.approval_requests import DecideApproval
from comity.node.finding_requests import AddToCircle
from comity.web.words import words_of

T = words_of("en")
WHY = "asked under the wrong case"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages; somebody is on its sealed list as of the head's household."""
    with desk_of(*region, tmp_path_factory.mktemp("withdraw")) as made:
        add = AddToCircle(member="ca-sheriff-privacy", relation=Relation.HOUSEHOLD, whose=HEAD, subject=SOMEBODY)
        made.stage.site.door.ask(add, CircleTold)
        yield made


def refuse(desk: Desk, question: str) -> None:
    desk.stage.site.door.ask(
        DecideApproval(member=SUPERVISOR, query_id=question, grant=False, reason=REASON), Approval
    )


def test_an_asker_takes_a_question_back_and_both_sides_read_it(desk: Desk) -> None:
    """A link, a page that says what it does, one form; then the asker, the list of theirs, and the second person."""
    question = ask(desk)
    address = f"/questions/{question}"
    with desk.browser(DETECTIVE) as browser:
        assert f'href="{address}/withdraw"' in browser.get(address).text
        page = unescape(browser.get(f"{address}/withdraw").text)
        assert T("waiting.withdraw-does") in page
        assert T("waiting.withdraw-stays") in page
        assert "Quillfeather" not in page
        assert send(browser, f"{address}/withdraw", reason=WHY) == address
        after = browser.get(address).text
        assert T("waiting.state.withdrawn") in after
        assert f"<h1>{T('waiting.now.withdrawn')}</h1>" in after
        assert T("waiting.title") not in after
        assert T("waiting.nobody-asked") in after
        assert WHY in after
        assert f"{address}/withdraw" not in after
        again = browser.get(f"{address}/withdraw", follow_redirects=False)
        assert (again.status_code, again.headers["location"]) == (303, address)
        listed = browser.get("/questions").text
        assert T("questions.unsent.withdrawn") in listed
        assert address in listed
    with desk.browser(SUPERVISOR) as browser:
        decision = f"/desk/approvals/{question}"
        assert decision not in browser.get("/desk/approvals").text
        assert decision in browser.get("/desk/approvals?show=decided").text
        page = browser.get(decision).text
        for words in ("was-withdrawn", "taken-back", "state.withdrawn", "past-title"):
            assert T(f"desk.approvals.{words}") in page
        assert WHY in page
        assert "<textarea" not in page


def test_who_decides_it_after_it_was_taken_back_reads_how_it_stands(desk: Desk) -> None:
    """The page was open when the asker took it back: the decision does nothing, and the page says so."""
    question = ask(desk)
    decision = f"/desk/approvals/{question}"
    with desk.browser(SUPERVISOR) as browser:
        form = form_value(browser.get(decision).text)
        with desk.browser(DETECTIVE) as asker:
            send(asker, f"/questions/{question}/withdraw", reason=WHY)
        answer = browser.post(decision, data={"form": form, "decision": "approve", "reason": REASON})
        assert answer.status_code == 409
        assert T("desk.approvals.decided-meanwhile") in answer.text
        assert T("desk.approvals.was-withdrawn") in answer.text


def test_who_takes_back_what_was_decided_meanwhile_reads_the_decision(desk: Desk) -> None:
    """The refusal stands, with its reason; nothing says that it was taken back."""
    question = ask(desk)
    address = f"/questions/{question}"
    with desk.browser(DETECTIVE) as browser:
        form = form_value(browser.get(f"{address}/withdraw").text)
        refuse(desk, question)
        answer = browser.post(f"{address}/withdraw", data={"form": form, "reason": WHY}, follow_redirects=True)
        assert T("waiting.state.refused") in answer.text
        assert f"<h1>{T('waiting.now.refused')}</h1>" in answer.text
        assert REASON in answer.text
        assert T("waiting.state.withdrawn") not in answer.text
        assert T("questions.unsent.refused") in browser.get("/questions").text


@pytest.mark.parametrize("language", ["en", "es"])
def test_too_few_words_are_named_at_the_head_and_beside_the_field(desk: Desk, language: str) -> None:
    """Nothing is taken back, and what was typed stays."""
    words = words_of(language)
    question = ask(desk)
    address = f"/questions/{question}/withdraw"
    with desk.browser(DETECTIVE, language) as browser:
        form = form_value(browser.get(address).text)
        answer = browser.post(address, data={"form": form, "reason": "no"})
        assert answer.status_code == 422
        assert answer.text.count(words("desk.fault.reason", count=3)) == 2
        assert ">no</textarea>" in answer.text
        assert words("waiting.state.waiting") in browser.get(f"/questions/{question}").text


def test_nobody_else_finds_the_page(desk: Desk) -> None:
    """A question of somebody else's, and one that never was, are the same wrong address."""
    question = ask(desk)
    with desk.browser(SUPERVISOR) as browser:
        for number in (question, "0" * 32):
            assert browser.get(f"/questions/{number}/withdraw").status_code == 404
