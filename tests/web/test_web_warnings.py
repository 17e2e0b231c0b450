"""Warnings of a question, each a page of its own: another agency is named, asked again, a second person must approve."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest
from desk_stage import Desk, desk_of
from msgspec.structs import replace
from test_web_ask import REASON, WHOLE, begin
from web_stage import Stage, form_value

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.model.codes import Purpose, Status
from comity.model.finding import CircleTold, Relation
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.node.finding_requests import AddToCircle
from comity.node.local import Ask
from comity.web.ask.put_together import request_of
from comity.web.running import ASKED_BEFORE, State
from comity.web.words import words_of

DETECTIVE, SERGEANT, HEAD = "ca-sheriff-detective", "ca-sheriff-sergeant", "ca-sheriff-sheriff"
SOMEBODY = PersonSubject(family="Quillfeather", given="Ottoline", birth_date="1984-03-04")
OTHER = PersonSubject(family="Zzyzwick", given="Quentin", birth_date="1971-05-06")
T = words_of("en")


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages; somebody is on its sealed list."""
    with desk_of(*region, tmp_path_factory.mktemp("warnings")) as made:
        add = AddToCircle(member="ca-sheriff-privacy", relation=Relation.HOUSEHOLD, whose=HEAD, subject=SOMEBODY)
        made.stage.site.door.ask(add, CircleTold)
        yield made


def ask(desk: Desk, subject: PersonSubject, purpose: Purpose) -> Outcome:
    """The sheriff's detective asks the own agency."""
    request = replace(
        to_request(desk.built.scene.detective_question),
        asker=CA_SHERIFF,
        member=DETECTIVE,
        beneficiary=CA_SHERIFF,
        subject=subject,
        purpose=purpose,
        sources=(CA_SHERIFF,),
    )
    outcome: Outcome = desk.stage.site.door.ask(Ask(request=request), Outcome)
    return outcome


def written(browser, stage: Stage, **for_whom: str) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    """A draft whose pages are all written."""
    address, value = begin(browser, stage)
    for page, fields in (("reason", REASON), ("for-whom", {"whose": "own", **for_whom}), ("subject", WHOLE)):
        answer = browser.post(f"{address}/{page}", data={"form": value, **fields})
        assert answer.status_code == 303, answer.text
    return address, value


def test_a_note_that_names_another_agency_is_stopped_until_it_is_said_for_whom(stage: Stage) -> None:
    """H13: its own page, before anything leaves; going on says that nothing is passed on, and owners read that."""
    with stage.browser() as browser:
        address, value = written(browser, stage, note="they want it for HSI")
        page = browser.post(f"{address}/check", data={"form": value})
        assert page.status_code == 200
        assert T("named.title") in page.text
        assert "says &#39;HSI&#39;" in page.text
        assert f'href="{address}/for-whom"' in page.text
        draft = stage.site.drafts.find(address.rsplit("/", 1)[1], "alder-police-detective", stage.clock.at_ms)
        assert stage.site.running.find(draft.id, "alder-police-detective") is None
        browser.post(f"{address}/check", data={"form": value, "not-passed-on": "yes"})
        draft = stage.site.drafts.find(draft.id, "alder-police-detective", stage.clock.at_ms)
        member = stage.site.door.find_member("alder-police-detective")
        note = request_of(draft, member).note
        assert note == "they want it for HSI The asker states that the answer is not passed on to HSI."
        changed = {"form": value, "whose": "own", "note": "no, for ICE"}
        browser.post(f"{address}/for-whom", data=changed)
        assert "says &#39;ICE&#39;" in browser.post(f"{address}/check", data={"form": value}).text


def test_a_question_that_names_nobody_else_is_not_stopped(stage: Stage) -> None:
    """The own agency in a note is no news."""
    with stage.browser() as browser:
        address, value = written(browser, stage, note="Alder Police, second shift")
        assert browser.post(f"{address}/check", data={"form": value}).status_code == 303


def test_going_on_about_the_same_person_takes_a_reason_in_words(stage: Stage) -> None:
    """How often is said by the node's count; a dot decides nothing, and what was typed stays."""
    sentence = "you asked about this person 4 times in 30 days, and those questions name other cases"
    with stage.browser() as browser:
        address, value = written(browser, stage)
        question = address.rsplit("/", 1)[1]
        stopped = State("alder-police-detective", 0, 1, trouble=ASKED_BEFORE, sentence=sentence)
        stage.site.running._states[question] = stopped
        page = browser.get(f"/questions/{question}").text
        assert "You asked about this person 4 times in 30 days" in page
        assert T("asked-before.why") in page
        answer = browser.post(f"{address}/check", data={"form": value, "go-on": "because"})
        assert answer.status_code == 422
        assert answer.text.count("Say why, in at least 3 words.") == 2
        assert 'value="because"' in answer.text
        going = browser.post(f"{address}/check", data={"form": value, "go-on": "she is a witness in both"})
        assert going.status_code == 303


def test_a_question_about_somebody_close_says_that_it_waits(desk: Desk) -> None:
    """Its own address, before it was a wrong one; nothing of whose circle it is; another member finds nothing."""
    outcome = ask(desk, SOMEBODY, Purpose.CRIMINAL_INVESTIGATION)
    address = f"/questions/{outcome.query_id}"
    with desk.browser(DETECTIVE) as browser:
        page = unescape(browser.get(address).text)
        assert T("waiting.title") in page
        assert T("waiting.listed") in page
        assert (
            T("waiting.who") in page
        )  # by role: who is not asked, since it is their own, would be told by a name left out
        assert f'{T("waiting.at-once")} <a href="/ask/now">' in page
        assert HEAD not in page
        assert "Quillfeather" not in page
    with desk.browser(SERGEANT) as browser:
        decision = f"/desk/approvals/{outcome.query_id}"
        form = form_value(browser.get(decision).text)
        browser.post(decision, data={"form": form, "decision": "refuse", "reason": "not for this case"})
    with desk.browser(DETECTIVE) as browser:
        page = browser.get(address).text
        assert T("waiting.state.refused") in page
        assert "not for this case" in page
        assert T("waiting.who") not in page


def test_another_purpose_after_a_refusal_says_that_it_waits_and_the_supervisor_sees_why(desk: Desk) -> None:
    """The asker reads of no other purpose; the supervisor reads what was asked before."""
    first = ask(desk, OTHER, Purpose.CIVIL_IMMIGRATION)
    assert first.sources[0].status is Status.REFUSED
    second = ask(desk, OTHER, Purpose.CRIMINAL_INVESTIGATION)
    assert second.sources[0].status is Status.HELD
    with desk.browser(DETECTIVE) as browser:
        page = browser.get(f"/questions/{second.query_id}").text
        assert T("waiting.changed") in page
        assert T("purpose.civil-immigration") not in page
    with desk.browser(SERGEANT) as browser:
        shown = browser.get(f"/desk/approvals/{second.query_id}").text
        assert "Asked about the same person" in shown
        assert T("purpose.civil-immigration") in shown
