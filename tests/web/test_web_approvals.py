"""Questions that wait for a second person, decided by a supervisor's pages over a real node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
from desk_stage import Desk, desk_of, send
from msgspec.structs import replace
from web_stage import form_value

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.model.codes import DataClass, Instrument, Issuer, MessageKind, Purpose, Status
from comity.model.finding import CircleTold, Relation
from comity.model.outcome import Outcome
from comity.model.query import LegalBasis, PersonSubject
from comity.node.finding_requests import AddToCircle
from comity.node.local import Ask
from comity.web.words import words_of

DETECTIVE, SUPERVISOR, HEAD = "ca-sheriff-detective", "ca-sheriff-sergeant", "ca-sheriff-sheriff"
SOMEBODY = PersonSubject(family="Quillfeather", given="Ottoline", birth_date="1984-03-04")
REASON = "the case is assigned to him"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages; somebody is on its sealed list as of the head's household."""
    with desk_of(*region, tmp_path_factory.mktemp("approvals")) as made:
        add = AddToCircle(member="ca-sheriff-privacy", relation=Relation.HOUSEHOLD, whose=HEAD, subject=SOMEBODY)
        made.stage.site.door.ask(add, CircleTold)
        yield made


def ask(desk: Desk, purpose: Purpose | None = None, **changes: Any) -> str:
    """The detective's question about whoever is on the list; its number."""
    request = replace(
        to_request(desk.built.scene.detective_question),
        asker=CA_SHERIFF,
        member=DETECTIVE,
        subject=SOMEBODY,
        **{"sources": (CA_SHERIFF,), "beneficiary": CA_SHERIFF, **changes},
    )
    if purpose is not None:
        request = replace(request, purpose=purpose, sources=(WA_POLICE,), wait_ms=500)
    outcome: Outcome = desk.stage.site.door.ask(Ask(request=request), Outcome)
    assert (outcome.sources[0].status is Status.HELD) is (purpose is None)
    return outcome.query_id


@pytest.mark.parametrize(("decision", "word"), [("approve", "approved"), ("refuse", "refused")])
def test_a_supervisor_decides_a_question_by_its_page(desk: Desk, decision: str, word: str) -> None:
    """The list names nobody it is about; its page tells everything; one form decides, either way."""
    question = ask(desk)
    address = f"/desk/approvals/{question}"
    with desk.browser(SUPERVISOR) as browser:
        listed = browser.get("/desk/approvals").text
        assert address in listed
        assert "Quillfeather" not in listed
        page = browser.get(address).text
        assert "Quillfeather" in page
        assert "It is about somebody of the household of Marguerite Ostrow." in page
        following = send(browser, address, decision=decision, reason=REASON)
        assert following == f"/desk/approvals?done={word}"
        assert address not in browser.get(following).text
        decided = browser.get(address).text
        assert REASON in decided
        assert "<textarea" not in decided
        assert address in browser.get("/desk/approvals?show=decided").text


def test_a_supervisor_reads_what_a_decision_needs(desk: Desk) -> None:
    """Purpose, case, paper, kinds, the use of motor-vehicle records, whom it is for and who would be asked, in words."""
    paper = LegalBasis(
        instrument=Instrument.COURT_ORDER,
        issuer=Issuer.STATE_JUDGE,
        document="sha256:" + "a" * 64,
        expires=date(2031, 2, 3),
        activity="26-C-114",
        sealed=True,
    )
    question = ask(
        desk,
        data_classes=(DataClass.DMV, DataClass.WARRANT),
        dppa_use="b4",
        basis=paper,
        case_number="26-55555",
        beneficiary=WA_POLICE,
        sources=(WA_POLICE, CA_SHERIFF),
        note="the trial begins on Monday",
    )
    with desk.browser(SUPERVISOR) as browser:
        page = unescape(browser.get(f"/desk/approvals/{question}").text)
    words, names = words_of("en"), desk.stage.site.agency_names()
    told = [words(f"class.{one}") for one in ("dmv", "warrant")]
    told += [words("ask.check.dppa-use", use=words("dppa-use.b4")), words("instrument.court-order")]
    told += [words("issuer.state-judge"), "26-C-114", words("desk.approvals.paper-there"), "26-55555"]
    told += [words("desk.approvals.sealed"), names[WA_POLICE], names[CA_SHERIFF], "the trial begins on Monday"]
    told += [words("desk.approvals.paper-until", day="Feb 3, 2031")]
    assert [one for one in told if one not in page] == []
    assert words("desk.approvals.all-agencies") not in page


def test_what_a_question_leaves_out_is_said_too(desk: Desk) -> None:
    """No use of motor-vehicle records, no named agency, an agreement alone."""
    question = ask(desk, data_classes=(DataClass.DMV,), sources=(), dppa_use="")
    with desk.browser(SUPERVISOR, "es") as browser:
        page = unescape(browser.get(f"/desk/approvals/{question}").text)
    words = words_of("es")
    for one in ("desk.approvals.no-dppa-use", "desk.approvals.all-agencies", "instrument.nothing", "class.dmv"):
        assert words(one) in page
    assert words("desk.approvals.paper-not-there") not in page


def test_members_of_the_agency_stand_by_name_with_their_id_beneath(desk: Desk) -> None:
    """In the list and on the page of a question that waits."""
    question = ask(desk)
    asker = next(one for one in desk.stage.site.door.members() if one.id == DETECTIVE)
    with desk.browser(SUPERVISOR) as browser:
        pages = [browser.get(path).text for path in ("/desk/approvals", f"/desk/approvals/{question}")]
    for page in map(unescape, pages):
        assert asker.name in page
        assert f'<span class="under mono">{DETECTIVE}</span>' in page


def test_a_request_for_action_says_that_it_is_one(desk: Desk) -> None:
    """Whoever approves it knows that something would be done for it, beside a look at records."""
    question = ask(desk, message=MessageKind.NOTIFICATION_REQUEST)
    with desk.browser(SUPERVISOR) as browser:
        page = browser.get(f"/desk/approvals/{question}").text
    assert words_of("en")("desk.approvals.message.notification-request") in page


def test_whose_own_circle_it_is_finds_nothing_nor_does_another_role(desk: Desk) -> None:
    """For the one whose household it is about the question is not there; a custodian has no such page."""
    address = f"/desk/approvals/{ask(desk)}"
    with desk.browser(HEAD) as browser:
        assert address not in browser.get("/desk/approvals").text
        assert browser.get(address).status_code == 404
    for member in (DETECTIVE, "ca-sheriff-custodian"):
        with desk.browser(member) as browser:
            answer = browser.get(address)
            assert (answer.status_code, "Page not found" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("language", "choice", "why"),
    [
        ("en", "Say what you decide.", "Say why, in at least 3 words."),
        ("es", "Diga qué decide.", "Diga por qué, en al menos 3 palabras."),
    ],
)
def test_an_empty_form_names_both_faults(desk: Desk, language: str, choice: str, why: str) -> None:
    """Each stands at the head and beside its field, in the page's language."""
    address = f"/desk/approvals/{ask(desk)}"
    with desk.browser(SUPERVISOR, language) as browser:
        answer = browser.post(address, data={"form": form_value(browser.get(address).text)})
        assert answer.status_code == 422
        assert answer.text.count(choice) == answer.text.count(why) == 2


def test_what_was_sent_in_an_emergency_is_not_said_to_wait_for_its_sending(desk: Desk) -> None:
    """A question that was sent at once is counted by itself; of those alone "nobody is asked before" is said that wait."""
    with desk.browser(SUPERVISOR) as browser:
        question = ask(desk, Purpose.EMERGENCY_LIFE)
        for waiting in re.findall(r'href="/desk/approvals/([0-9a-f]+)"', browser.get("/desk/approvals").text):
            if waiting != question:
                send(browser, f"/desk/approvals/{waiting}", decision="refuse", reason=REASON)
        alone = browser.get("/desk/approvals").text
        assert "1 was sent at once in an emergency" in alone
        assert "Nobody is asked before" not in alone
        ask(desk)
        both = browser.get("/desk/approvals").text
        assert "1 was sent at once in an emergency" in both
        assert "1 question is waiting. Nobody is asked before one of you decides." in both
