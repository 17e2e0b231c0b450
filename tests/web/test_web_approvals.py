"""Questions that wait for a second person, decided by a supervisor's pages over a real node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from desk_stage import Desk, desk_of, send
from msgspec.structs import replace
from web_stage import form_value

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.model.codes import Status
from comity.model.finding import CircleTold, Relation
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.node.finding_requests import AddToCircle
from comity.node.local import Ask

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


def ask(desk: Desk) -> str:
    """The detective's question about whoever is on the list; its number."""
    request = replace(
        to_request(desk.built.scene.detective_question),
        asker=CA_SHERIFF,
        member=DETECTIVE,
        beneficiary=CA_SHERIFF,
        subject=SOMEBODY,
        sources=(CA_SHERIFF,),
    )
    outcome: Outcome = desk.stage.site.door.ask(Ask(request=request), Outcome)
    assert outcome.sources[0].status is Status.HELD
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
        assert f"It is about somebody of the household of {HEAD}." in page
        following = send(browser, address, decision=decision, reason=REASON)
        assert following == f"/desk/approvals?done={word}"
        assert address not in browser.get(following).text
        decided = browser.get(address).text
        assert REASON in decided
        assert "<textarea" not in decided
        assert address in browser.get("/desk/approvals?show=decided").text


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
