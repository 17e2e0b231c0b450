"""The API over HTTP: who gets in, what a verb gives, and how each thing that goes wrong reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from desk_stage import Desk, desk_of
from litestar.testing import TestClient
from web_stage import ROLES, Opened, Stage, member_of, sign_in

from comity.api.verbs import VERBS
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.model.outcome import Outcome, RevisedOutcome
from comity.web.api_token import TOKEN

Browser = TestClient[Any]


def bearer(stage: Stage, member: str) -> dict[str, str]:
    """The header of a token that a member just made."""
    token = stage.site.sessions.begin(member, TOKEN, stage.site.clock.now_ms(), "en")
    return {"authorization": f"Bearer {token}"}


def kind_of(answer: Any) -> tuple[int, str]:
    """Status and kind of a problem, whose body is whole."""
    assert answer.headers["content-type"].startswith("application/problem+json")
    said = answer.json()
    assert set(said) == {"type", "title", "status", "detail"}
    assert said["status"] == answer.status_code
    assert said["detail"]
    return answer.status_code, said["type"].removeprefix("/api#")


@pytest.mark.parametrize("verb", VERBS, ids=lambda one: one.name)
def test_without_a_token_no_verb_is_asked(opened: Opened, verb: Any) -> None:
    """Neither nothing, nor another scheme, nor a guess, nor the cookie of whoever is signed in counts."""
    browser = opened.anew()
    sign_in(browser, "custodian")
    page_token = browser.cookies["comity"]
    for given in ("", "Basic YTpi", "Bearer", "Bearer guessed", f"Bearer {page_token}"):
        answer = browser.post(f"/api/{verb.name}", json={}, headers={"authorization": given})
        assert kind_of(answer) == (401, "sign-in")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_systems_token_opens_no_page(stage: Stage) -> None:
    """What leaks from a script asks verbs until it is ended, and never carries a session of pages."""
    token = stage.site.sessions.begin(member_of("member").id, TOKEN, stage.clock.at_ms, "en")
    with stage.browser() as browser:
        browser.cookies.set("comity", token)
        answer = browser.get("/questions")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", VERBS, ids=lambda one: one.name)
def test_a_role_that_may_not_reads_the_same_as_for_no_verb(opened: Opened, verb: Any, role: str) -> None:
    """Which verbs there are for others is not told, and the log has who tried."""
    if role in verb.roles:
        return
    browser, stage = opened.anew(), opened.stage
    before = len(stage.door.acts())
    header = bearer(stage, member_of(role).id)
    closed = browser.post(f"/api/{verb.name}", json={}, headers=header)
    none = browser.post("/api/no-such-verb", json={}, headers=header)
    assert kind_of(closed) == kind_of(none) == (404, "not-found")
    assert closed.content == none.content
    assert stage.door.acts()[before:] == [(member_of(role).id, "refused")]


def test_what_is_grave_asks_for_a_sign_in_of_now(stage: Stage) -> None:
    """RFC 9470: the system is told how old a sign-in may be."""
    header = bearer(stage, member_of("records-custodian").id)
    stage.clock.later(minutes=6)
    with stage.browser() as browser:
        answer = browser.post("/api/decide-held", json={}, headers=header)
        assert kind_of(answer) == (401, "sign-in-again")
        assert 'error="insufficient_user_authentication", max_age="300"' in answer.headers["www-authenticate"]


def test_a_token_ends_as_a_session_does(stage: Stage) -> None:
    """After thirty minutes without use, and with its member."""
    header = bearer(stage, member_of("member").id)
    with stage.browser() as browser:
        assert browser.post("/api/my-questions", json={}, headers=header).status_code == 200
        stage.clock.later(minutes=31)
        assert kind_of(browser.post("/api/my-questions", json={}, headers=header)) == (401, "sign-in")
        gone = bearer(stage, "alder-police-nobody")
        assert kind_of(browser.post("/api/my-questions", json={}, headers=gone)) == (401, "sign-in")


@pytest.mark.parametrize(
    ("raw", "media_type", "wanted"),
    [
        (b"{", "application/json", (400, "not-json")),
        (b"[]", "application/json", (400, "not-json")),
        (b'{"member":"alder-police-custodian"}', "application/json", (400, "not-json")),
        (b"\xff", "application/json", (400, "not-json")),
        (b"[" * 100_000, "application/json", (400, "not-json")),
        (b"{}", "text/plain", (415, "not-this-type")),
        (b"x=1", "application/x-www-form-urlencoded", (415, "not-this-type")),
        (b'"' + b"x" * 5_000_001 + b'"', "application/json", (413, "too-large")),
    ],
    ids=["cut", "list", "somebody", "bytes", "deep", "text", "form", "large"],
)
def test_a_body_that_is_none_is_told_so(
    stage: Stage, raw: bytes, media_type: str, wanted: tuple[int, str]
) -> None:
    """One sentence, and nothing is asked of the node."""
    header = {**bearer(stage, member_of("member").id), "content-type": media_type}
    with stage.browser() as browser:
        assert kind_of(browser.post("/api/my-questions", content=raw, headers=header)) == wanted


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE"])
def test_a_verb_is_asked_by_post_alone(stage: Stage, method: str) -> None:
    """RFC 9110, 15.5.6: what is allowed is said."""
    with stage.browser() as browser:
        answer = browser.request(method, "/api/my-questions")
        assert kind_of(answer) == (405, "not-this-way")
        assert answer.headers["allow"] == "POST"


def test_another_name_of_this_machine_leads_to_no_verb(stage: Stage) -> None:
    """As for pages: DNS rebinding finds nothing."""
    header = {**bearer(stage, member_of("member").id), "host": "elsewhere.example"}
    with stage.browser() as browser:
        assert kind_of(browser.post("/api/my-questions", json={}, headers=header)) == (421, "not-here")


def test_a_token_is_made_on_the_page_entered_and_shown_once(stage: Stage) -> None:
    """It asks in the name of whoever made it; without a place in the log none is made."""
    with stage.browser() as browser:
        value = sign_in(browser)
        page = browser.post("/api-token", data={"form": value}).text
        token = page.partition('<code class="token">')[2].partition("</code>")[0]
        assert token not in browser.get("/api").text
        header = {"authorization": f"Bearer {token}"}
        assert browser.post("/api/my-questions", json={}, headers=header).json() == []
        assert stage.door.acts() == [(member_of("member").id, "signed-in")] * 2
        stage.door.full = True
        assert browser.post("/api-token", data={"form": value}).status_code == 503


def test_the_reference_tells_of_every_verb_and_leads_to_every_kind(stage: Stage) -> None:
    """What a verb takes is one click away, in either language."""
    with stage.browser() as browser:
        for language in ("en", "es"):
            page = browser.get(f"/api?language={language}").text
            for verb in VERBS:
                assert f'id="verb-{verb.name}"' in page
            for link in set(page.split('href="#kind-')[1:]):
                assert f'id="kind-{link.partition(chr(34))[0]}"' in page


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The police's node, served, whose own desk is asked."""
    with desk_of(*region, tmp_path_factory.mktemp("api"), owner="wa-node") as made:
        yield made


def question(desk: Desk) -> dict[str, Any]:
    """The detective's question as a body."""
    request = msgspec.to_builtins(to_request(desk.built.scene.detective_question))
    whole = {**request, "sources": ["wa-police"], "wait_ms": 5_000}
    return {"request": {name: value for name, value in whole.items() if name not in ("asker", "member")}}


def test_a_question_is_asked_and_its_answer_is_the_verbs_own(desk: Desk) -> None:
    """The outcome is what the command line prints with --json, and is kept for the member who asked."""
    header = bearer(desk.stage, "wa-police-detective")
    with desk.stage.browser() as browser:
        answer = browser.post("/api/ask", json=question(desk), headers=header)
        assert answer.status_code == 200, answer.text
        outcome = msgspec.json.decode(answer.content, type=Outcome)
        assert outcome.request.member == "wa-police-detective"
        wanted = {"query_id": outcome.query_id}
        shown = browser.post("/api/show-answer", json=wanted, headers=header)
        revised = msgspec.json.decode(shown.content, type=RevisedOutcome)
        assert revised.outcome.query_id == outcome.query_id
        other = bearer(desk.stage, "wa-police-custodian")
        listed = browser.post("/api/my-questions", json={}, headers=other).json()
        assert outcome.query_id not in {one["query_id"] for one in listed}


def test_each_owners_word_comes_before_the_answer(desk: Desk) -> None:
    """Server-sent events: progress, and the answer last; a question that cannot be asked ends in a problem."""
    header = {**bearer(desk.stage, "wa-police-detective"), "accept": "text/event-stream"}
    with desk.stage.browser() as browser:
        events = _events(browser.post("/api/ask", json=question(desk), headers=header).text)
        assert [kind for kind, _ in events] == ["progress"] * (len(events) - 1) + ["answer"]
        assert events[0][1]["agency"] == "wa-police"
        body = question(desk)
        body["request"]["sources"] = ["nobody-at-all"]
        ((kind, said),) = _events(browser.post("/api/ask", json=body, headers=header).text)
        assert kind == "problem"
        assert "nobody-at-all" in said["detail"]


def _events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        if block.startswith("event: "):
            kind, _, data = block.removeprefix("event: ").partition("\ndata: ")
            found.append((kind, msgspec.json.decode(data)))
    return found


def test_a_sentence_of_the_node_is_given_back_as_it_is(desk: Desk) -> None:
    """The same as the command line's, under the status of its kind."""
    header = bearer(desk.stage, "wa-police-detective")
    with desk.stage.browser() as browser:
        answer = browser.post("/api/show-answer", json={"query_id": "0" * 32}, headers=header)
        assert kind_of(answer) == (422, "wrong-use")
        assert "0" * 32 in answer.json()["detail"]
