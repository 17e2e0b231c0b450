"""What the log is told of sessions, and that nobody is signed in without it."""

from __future__ import annotations

import pytest
from web_stage import Stage, member_of, sign_in

from comity.errors import ClosedError
from comity.model.session_act import SessionAct, SessionTold
from comity.web.acts import MOST_AN_HOUR

DETECTIVE = "alder-police-detective"
AUDITOR = "alder-police-auditor"
REFUSED = SessionTold(act=SessionAct.REFUSED, page="GET /questions")


def test_a_sign_in_and_a_sign_out_are_entered(stage: Stage) -> None:
    """Both stand in the log with who it was; a page that was only looked at does not."""
    with stage.browser() as browser:
        value = sign_in(browser)
        browser.post("/sign-out", data={"form": value})
    assert stage.door.acts() == [(DETECTIVE, "signed-in"), (DETECTIVE, "signed-out")]
    assert [one.told.means for one in stage.door.entered] == ["demonstration", "by-hand"]


def test_nobody_is_signed_in_whom_the_log_does_not_take(stage: Stage) -> None:
    """The log is away: no cookie, no session, and a sentence with the remedy."""
    stage.door.full = True
    with stage.browser() as browser:
        answer = browser.post("/sign-in/demonstration", data={"post": "detective"})
        assert answer.status_code == 503
        assert "set-cookie" not in answer.headers
        assert "comity node serve" in answer.text
        assert browser.get("/questions").status_code == 303
    assert stage.site.sessions.of(DETECTIVE) == ()


def test_whoever_leaves_has_left_though_the_log_is_away(stage: Stage) -> None:
    """The session ends; the administrator is told, and the next entry says that one is missing."""
    with stage.browser() as browser:
        value = sign_in(browser)
        stage.door.full = True
        assert browser.post("/sign-out", data={"form": value}).status_code == 303
        assert stage.site.sessions.of(DETECTIVE) == ()
        assert any("`signed-out` of a session is not in the log" in one for one in stage.told)
        stage.door.full = False
        browser.post("/sign-out", data={"form": sign_in(browser)})
    assert stage.door.entered[-1].told.more == 1


def test_a_lock_is_entered_once(stage: Stage) -> None:
    """However often the browser comes back to a locked session, and whether it was idle or locked by hand."""
    with stage.browser() as browser:
        sign_in(browser)
        stage.clock.later(30)
        for _ in range(3):
            browser.get("/questions")
        value = sign_in(browser)
        browser.post("/locked", data={"form": value})
        browser.get("/questions")
    locks = [one.told.means for one in stage.door.entered if one.told.act is SessionAct.LOCKED]
    assert locks == ["idle", "by-hand"]


def test_a_page_that_empties_itself_locks_as_idle_and_leads_back(stage: Stage) -> None:
    """What its script sends at thirty minutes: the log says why, and the lock knows where it was."""
    with stage.browser() as browser:
        value = sign_in(browser)
        answer = browser.post("/locked", data={"form": value, "why": "idle", "next": "/questions?filter=held"})
        assert answer.headers["location"] == "/locked?next=%2Fquestions%3Ffilter%3Dheld"
        assert browser.get("/questions").headers["location"] == "/locked?next=%2Fquestions"
    assert stage.door.entered[-1].told.means == "idle"


def test_a_page_that_a_role_may_not_reach_is_entered_and_an_address_that_is_none_is_not(stage: Stage) -> None:
    """The log has the page as the table of routes writes it, with nothing that somebody typed."""
    with stage.browser() as browser:
        token = stage.site.sessions.begin(AUDITOR, "test", stage.clock.at_ms, "en")
        browser.cookies.set("comity", token)
        browser.get("/ask/whatever-was-typed/reason?name=Somebody")
        browser.get("/no-such-page")
    assert [(one.member, one.told.page) for one in stage.door.entered] == [
        (AUDITOR, "GET /ask/{draft:str}/reason")
    ]


def test_whoever_tries_all_addresses_fills_no_log(stage: Stage) -> None:
    """Thirty of an act an hour and member; the first of the next hour says how many were left out."""
    member = member_of("auditor")
    for _ in range(500):
        stage.site.acts.happened(member, REFUSED, stage.clock.at_ms)
    stage.site.acts.happened(member_of("counsel"), REFUSED, stage.clock.at_ms)
    assert len(stage.door.entered) == MOST_AN_HOUR + 1
    stage.clock.later(60)
    stage.site.acts.happened(member, REFUSED, stage.clock.at_ms)
    assert stage.door.entered[-1].told.more == 500 - MOST_AN_HOUR


def test_more_sign_ins_than_an_hour_has_are_refused(stage: Stage) -> None:
    """A sign-in that would not be entered does not begin; an hour later one does, and says how many did not."""
    member = member_of("member")
    for _ in range(MOST_AN_HOUR):
        stage.site.acts.signed_in(member, "provider", stage.clock.at_ms)
    with pytest.raises(ClosedError, match="wait, and try again"):
        stage.site.acts.signed_in(member, "provider", stage.clock.at_ms)
    stage.clock.later(60)
    stage.site.acts.signed_in(member, "provider", stage.clock.at_ms)
    assert stage.door.entered[-1].told.more == 1


def test_another_at_the_same_desk_ends_the_session_before(stage: Stage) -> None:
    """Both members stand in the log: one who came, one whose session that ended."""
    with stage.browser() as browser:
        sign_in(browser)
        browser.post("/sign-in/demonstration", data={"post": "custodian"})
    assert stage.door.acts() == [
        (DETECTIVE, "signed-in"),
        ("alder-police-custodian", "signed-in"),
        (DETECTIVE, "signed-out"),
    ]
