"""Signing a statement for a session by its page, and by a program; and that it ends with the session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from test_web_ask import begin, write
from web_stage import INNER, Stage, form_value, member_of, sign_in

from comity.errors import WrongUseError
from comity.exchange.session.statements import STATEMENTS
from comity.model.agency import Directory
from comity.model.asked import OpenOwner
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.codes import Certificate, DataClass
from comity.model.statement import Contact, SignedStatement
from comity.node.desk_requests import ListOpenOwners, MyQuestions
from comity.node.local import LocalRequest, Narrowed
from comity.node.session_requests import SignStatement
from comity.settings import DIRECTORY_FILE, SETTINGS_FILE, NodeSettings
from comity.web.api_token import TOKEN

NAME = Certificate.MD_3_529
ADDRESS = f"/my-sign-in/statements/{NAME}"
FIELDS = {"telephone": "+1 360 555 0140", "email": "q.detective@alder.example", "address": "1 Harbor St, Alder"}
SIGNED = SignedStatement(name=NAME, signed_ms=1, entry=7, contact=Contact(**FIELDS))
DETECTIVE = member_of("member").id


@pytest.fixture
def asked(stage: Stage) -> list[LocalRequest]:
    """Whatever the node is asked, wrapped as it comes; it takes every statement."""
    found: list[LocalRequest] = []
    stage.door.answers[SignStatement] = SIGNED
    before = stage.door.ask

    def ask(request: LocalRequest, kind: object, *rest: object) -> object:
        found.append(request)
        return before(request, kind, *rest)

    stage.door.ask = ask
    in_maryland(stage.site.folder)
    return found


def in_maryland(folder: Path) -> None:
    """The directory lists an agency of Maryland too."""
    directory = from_canonical((folder / DIRECTORY_FILE).read_bytes(), Directory)
    other = replace(directory.agencies[0], id="bay-police", name="Bay Police", state="MD")
    changed = replace(directory, agencies=(*directory.agencies, other))
    settings = from_canonical((folder / SETTINGS_FILE).read_bytes(), NodeSettings)
    (folder / DIRECTORY_FILE).write_bytes(canonical_bytes(changed))
    (folder / SETTINGS_FILE).write_bytes(canonical_bytes(replace(settings, directory_hash=digest(changed))))


@pytest.fixture
def browser(stage: Stage, asked: list[LocalRequest]) -> Iterator[TestClient]:  # type: ignore[type-arg]
    """The detective's browser."""
    with stage.browser() as made:
        sign_in(made)
        yield made


def send(browser: TestClient, **fields: str):  # type: ignore[no-untyped-def, type-arg]
    """The form as its page sends it."""
    return browser.post(ADDRESS, data={"form": form_value(browser.get(ADDRESS).text), **fields})


def test_the_page_shows_the_words_of_the_law_and_signs_them(
    stage: Stage,
    browser: TestClient,
    asked: list[LocalRequest],  # type: ignore[type-arg]
) -> None:
    """The exact words, whose they are, and where they come from; what is sent is what was read."""
    page = browser.get(ADDRESS).text
    assert STATEMENTS[NAME].words in page
    assert STATEMENTS[NAME].cite in page
    answer = send(browser, signed="yes", **FIELDS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/my-sign-in?done=signed")
    (signed,) = [one for one in asked if isinstance(one, SignStatement)]
    assert signed == SignStatement(
        member=DETECTIVE, statement=NAME, words=STATEMENTS[NAME].words, contact=SIGNED.contact
    )
    assert "for this session" in browser.get("/my-sign-in?done=signed").text


def test_from_then_on_every_request_of_the_session_goes_with_it(
    stage: Stage,
    browser: TestClient,
    asked: list[LocalRequest],  # type: ignore[type-arg]
) -> None:
    """Wrapped, with the entry; before and after a new sign-in it is not."""
    browser.get("/questions")
    assert not any(isinstance(one, Narrowed) for one in asked)
    send(browser, signed="yes", **FIELDS)
    browser.get("/questions")
    wrapped = [one for one in asked if isinstance(one, Narrowed)]
    assert {one.statements for one in wrapped} == {(7,)}
    assert isinstance(INNER.decode(wrapped[-1].request), MyQuestions)
    assert (wrapped[-1].member, wrapped[-1].roles) == (DETECTIVE, ("member",))
    sign_in(browser)
    asked.clear()
    browser.get("/questions")
    assert asked
    assert not any(isinstance(one, Narrowed) for one in asked)


@pytest.mark.parametrize("left_out", ["signed", *FIELDS])
def test_what_is_left_out_signs_nothing(
    browser: TestClient,
    asked: list[LocalRequest],
    left_out: str,  # type: ignore[type-arg]
) -> None:
    """The fault beside its field, and what was typed still there."""
    fields = {name: value for name, value in {"signed": "yes", **FIELDS}.items() if name != left_out}
    answer = send(browser, **fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    if left_out != "address":
        assert FIELDS["address"] in answer.text
    assert not any(isinstance(one, SignStatement) for one in asked)


def test_a_contact_that_is_none_reads_its_sentence(browser: TestClient) -> None:  # type: ignore[type-arg]
    """A telephone number with letters."""
    answer = send(browser, signed="yes", **{**FIELDS, "telephone": "call me"})
    assert (answer.status_code, "is no telephone number" in answer.text) == (422, True)


def test_a_statement_that_there_is_none_of_is_no_page(browser: TestClient) -> None:  # type: ignore[type-arg]
    """Nor does somebody sign who asks nothing (the table of routes has that)."""
    assert browser.get("/my-sign-in/statements/clets").status_code == 404


def test_it_is_signed_under_a_sign_in_of_now(stage: Stage, browser: TestClient) -> None:  # type: ignore[type-arg]
    """Whoever finds an open desk signs nothing in another's name."""
    stage.clock.later(6)
    assert browser.get(ADDRESS).headers["location"].startswith("/sign-in?again=1")


def test_where_no_agency_asks_for_it_nobody_is_offered_it(stage: Stage) -> None:
    """The directory lists none of that state."""
    with stage.browser() as browser:
        sign_in(browser)
        assert ADDRESS not in browser.get("/my-sign-in").text


def test_what_is_signed_is_offered_no_more(browser: TestClient) -> None:  # type: ignore[type-arg]
    """The member's own page offers it where an agency of the directory asks for it, and then says when it was signed."""
    assert ADDRESS in browser.get("/my-sign-in").text
    send(browser, signed="yes", **FIELDS)
    assert ADDRESS not in browser.get("/my-sign-in").text


def test_the_check_of_a_question_asks_for_it_where_an_owner_is_of_that_state(
    stage: Stage,
    asked: list[LocalRequest],
) -> None:
    """Before the question leaves, with a way there and back; signed, and for owners elsewhere, nothing is asked for."""
    owner = OpenOwner(agency="bay-police", classes=(DataClass.CASE,))
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        write(browser, address, value)
        assert ADDRESS not in browser.get(f"{address}/check").text
        stage.door.answers[ListOpenOwners] = (owner,)
        page = browser.get(f"{address}/check").text
        assert f'href="{ADDRESS}?next={address}/check"' in page
        back = browser.post(ADDRESS, data={"form": value, "next": f"{address}/check", "signed": "yes", **FIELDS})
        assert back.headers["location"] == f"{address}/check"
        assert ADDRESS not in browser.get(f"{address}/check").text


def test_it_leads_back_to_this_site_alone(browser: TestClient) -> None:  # type: ignore[type-arg]
    """What the address names as next is a page of ours, or it is not followed."""
    assert send(browser, signed="yes", next="/questions", **FIELDS).headers["location"] == "/questions"
    elsewhere = send(browser, signed="yes", next="https://elsewhere.example/", **FIELDS)
    assert elsewhere.headers["location"] == "/my-sign-in?done=signed"


def test_a_program_signs_in_its_own_session(stage: Stage, asked: list[LocalRequest]) -> None:
    """By the verb; its later requests go with the statement, and no body can name one."""
    token = stage.site.sessions.begin(DETECTIVE, TOKEN, stage.clock.at_ms, "en")
    headers = {"authorization": f"Bearer {token}"}
    body = {"statement": str(NAME), "words": STATEMENTS[NAME].words, "contact": FIELDS}
    with stage.browser() as browser:
        answer = browser.post("/api/sign-statement", json=body, headers=headers)
        assert (answer.status_code, answer.json()["entry"]) == (200, 7)
        browser.post("/api/my-questions", json={}, headers=headers)
        assert browser.post("/api/my-questions", json={"statements": [7]}, headers=headers).status_code == 400
    assert isinstance(asked[-1], Narrowed)
    assert asked[-1].statements == (7,)


def test_more_statements_than_there_are_are_none() -> None:
    """A request that names entries without end is not read."""
    with pytest.raises(WrongUseError, match="at most"):
        Narrowed(
            member=DETECTIVE,
            roles=("member",),
            trained_until=member_of("member").trained_until,
            request=msgspec.Raw(b"{}"),
            statements=tuple(range(10)),
        )
