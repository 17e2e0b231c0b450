"""A session that the law does not let begin or go on: the page says which rule, and what helps; programs read the same."""

from __future__ import annotations

import pytest
from web_stage import Stage, form_value, member_of, sign_in

from comity.model.decision import Reason
from comity.model.session_act import SessionKnown, SessionRefusal, WentOn
from comity.node.session_requests import EnterSession, GoOn
from comity.web.api_token import TOKEN, make_token
from comity.web.going_on import RefusedSessionError
from comity.web.session import Proved
from comity.web.sign_in.access import Access

DETECTIVE = member_of("member").id
TWO_FACTORS = SessionRefusal(
    reason=Reason(
        rule="us/CJ-13",
        title="Two factors for everyone",
        citation="CJIS Security Policy 6.0, IA-2(1)",
        status="verified",
        effect="refuse",
        remedy="sign in with two factors",
    ),
    wants=("factors",),
)
NOTHING_HELPS = SessionRefusal(
    reason=Reason(
        rule="us-wa/WA-10b", title="Nobody", citation="RCW 10.93.160", status="verified", effect="refuse"
    )
)


def asked(stage: Stage, refused: tuple[SessionRefusal, ...] = ()) -> list[GoOn]:
    """What the node is asked of sessions that go on from now on, and what it says."""
    found: list[GoOn] = []
    before = stage.door.ask

    def ask(request: object, kind: object, *rest: object) -> object:
        if isinstance(request, GoOn):
            found.append(request)
            return WentOn(refused=refused)
        return before(request, kind, *rest)

    stage.door.ask = ask
    return found


@pytest.mark.parametrize(
    ("language", "remedy"), [("en", "Sign in with your passkey"), ("es", "Inicie sesión con su llave de acceso")]
)
def test_a_sign_in_that_the_law_refuses_shows_rule_and_remedy(stage: Stage, language: str, remedy: str) -> None:
    """No session and no cookie; the sentence is the rule's own, the remedy in the page's language."""
    stage.door.refuses = (TWO_FACTORS,)
    with stage.browser() as browser:
        answer = browser.post(f"/sign-in/demonstration?language={language}", data={"post": "detective"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
        for words in ("Two factors for everyone", "CJIS Security Policy 6.0, IA-2(1)", "us/CJ-13", remedy):
            assert words in answer.text
    assert stage.site.sessions.of(DETECTIVE) == ()


def test_a_rule_that_nothing_helps_against_says_whom_to_ask(stage: Stage) -> None:
    """Whoever acts for another agency reads the rule, and that the administrator knows."""
    stage.door.refuses = (NOTHING_HELPS,)
    with stage.browser() as browser:
        page = browser.post("/sign-in/demonstration", data={"post": "detective"}).text
        assert "Ask your administrator." in page


def test_the_demonstrations_button_says_that_it_proves_nothing(stage: Stage) -> None:
    """No factor, a sign-in of now, no failure: whether that is enough is the node's to say."""
    with stage.browser() as browser:
        sign_in(browser)
    (entered,) = stage.door.entered
    assert entered.known == SessionKnown(factors=0, idle_ms=0, age_ms=0, failures=0)


def test_a_session_in_use_is_asked_about_once_a_minute(stage: Stage) -> None:
    """With what is known then; a page that loads by itself asks nothing and a public one neither."""
    with stage.browser() as browser:
        sign_in(browser)
        found = asked(stage)
        browser.get("/questions")
        assert found == []
        stage.clock.later(10)
        browser.get("/verify")
        browser.get("/questions", headers={"x-comity-unattended": "1"})
        assert found == []
        browser.get("/questions")
        browser.get("/questions")
        (one,) = found
    assert (one.member, one.means) == (DETECTIVE, "demonstration")
    assert one.known == SessionKnown(factors=0, idle_ms=600_000, age_ms=600_000, failures=0)


def test_a_session_that_may_not_go_on_is_locked_and_says_why(stage: Stage) -> None:
    """Its page shows nothing but rule and remedy; signing out stays open, and a new sign-in is decided anew."""
    with stage.browser() as browser:
        sign_in(browser)
        found = asked(stage, (TWO_FACTORS,))
        stage.clock.later(2)
        answer = browser.get("/questions")
        assert (answer.status_code, answer.headers["location"]) == (303, "/locked?next=%2Fquestions")
        page = browser.get("/locked?next=/questions").text
        assert "Locked. The law of your agency does not let this go on." in page
        assert "us/CJ-13" in page
        browser.get("/questions")
        assert len(found) == 1
        assert browser.post("/sign-out", data={"form": form_value(page)}).status_code == 303


def test_where_the_node_cannot_be_asked_nothing_is_shown(stage: Stage) -> None:
    """Its law or the node itself is away: the page is closed, and the session is not ended for it."""
    with stage.browser() as browser:
        sign_in(browser)
        del stage.door.answers[GoOn]
        stage.clock.later(2)
        answer = browser.get("/questions")
        assert (answer.status_code, "Nothing was released" in answer.text) == (503, True)
    assert len(stage.site.sessions.of(DETECTIVE)) == 1


def test_a_program_reads_the_rule_too(stage: Stage) -> None:
    """Its token stops with the sentence and its remedy, and then opens nothing."""
    token = stage.site.sessions.begin(DETECTIVE, TOKEN, stage.clock.at_ms, "en")
    asked(stage, (TWO_FACTORS,))
    stage.clock.later(2)
    headers = {"authorization": f"Bearer {token}"}
    with stage.browser() as browser:
        answer = browser.post("/api/my-questions", json={}, headers=headers)
        assert answer.status_code == 403
        assert "us/CJ-13" in answer.json()["detail"]
        assert "what would help: sign in with two factors" in answer.json()["detail"]
        assert browser.post("/api/my-questions", json={}, headers=headers).status_code == 401


def test_a_token_has_the_factors_of_the_session_it_was_made_in(stage: Stage) -> None:
    """And none is made that the law would not let be."""
    stage.site.sessions.begin(DETECTIVE, "passkey", stage.clock.at_ms, "en", Proved(stage.clock.at_ms, 2))
    (session,) = stage.site.sessions.of(DETECTIVE)
    token = make_token(stage.site, member_of("member"), session, stage.clock.at_ms)
    made = stage.site.sessions.find(token, stage.clock.at_ms)
    assert made is not None
    assert made.factors == 2
    assert stage.door.entered[-1].known.factors == 2
    stage.door.refuses = (TWO_FACTORS,)
    with pytest.raises(RefusedSessionError, match="us/CJ-13"):
        make_token(stage.site, member_of("member"), session, stage.clock.at_ms)


def test_failed_tries_are_told_to_the_node(stage: Stage) -> None:
    """Those of the last fifteen minutes, which its rule counts."""
    at_ms = stage.clock.at_ms
    failed = (at_ms - 16 * 60_000, at_ms - 14 * 60_000, at_ms)
    stage.site.access.change(DETECTIVE, lambda one: Access(member=one.member, failed_ms=failed))
    with stage.browser() as browser:
        sign_in(browser)
    assert stage.door.entered[0].known.failures == 2


def test_what_a_member_is_refused_is_asked_of_the_node_each_time(stage: Stage) -> None:
    """Once the account is put in order the same button signs in."""
    stage.door.refuses = (TWO_FACTORS,)
    with stage.browser() as browser:
        browser.post("/sign-in/demonstration", data={"post": "detective"})
        stage.door.refuses = ()
        sign_in(browser)
    assert [type(one) for one in stage.door.entered] == [EnterSession, EnterSession]
