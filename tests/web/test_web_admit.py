"""Who gets in: every way of `admit.py`, tried from outside. What attacks try: `test_web_attacks.py`."""

from __future__ import annotations

import pytest
from web_stage import ROLES, Opened, Stage, member_of, sign_in

from comity.web.routes import ROUTES, Who, may_reach


def test_a_name_that_is_not_the_sites_leads_nowhere(stage: Stage) -> None:
    """A browser that was led here by another name (DNS rebinding, a forged Host) gets no page of ours."""
    with stage.browser() as browser:
        assert browser.get("/", headers={"host": "elsewhere.example"}).status_code == 421
        assert browser.get("/").status_code == 200


@pytest.mark.parametrize("route", [one for one in ROUTES if Who.ANYONE not in one.who], ids=lambda one: one.path)
def test_a_page_of_members_sends_whoever_is_signed_out_to_the_sign_in(opened: Opened, route: object) -> None:
    """Nothing of a member's page is told to somebody who is not signed in."""
    answer = opened.anew().request(route.method, route.path)  # type: ignore[attr-defined]
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    assert not answer.content


DESK = {"records-custodian", "counsel", "agency-head", "privacy-officer"}
DECIDERS = {"records-custodian", "counsel", "agency-head", "privacy-officer", "supervisor"}
SEES_MEMBERS = {"agency-administrator", "agency-head", "privacy-officer", "auditor"}
REPORTERS = DESK | {"auditor"}
REVIEWERS = {"auditor", "privacy-officer"}
TABLE = {  # role by route: who reaches what, held against the table of routes so that a new one must be added here
    "/": "everybody",
    "/public/agencies/{ori:str}": "everybody",
    "/public/agreements": "everybody",
    "/public/counts": "everybody",
    "/public/whole-counts/{form:str}": "everybody",
    "/public/map": "everybody",
    "/public/whole-map/{form:str}": "everybody",
    "/verify": "everybody",
    "/my-record": "everybody",
    "/my-record/ask": "everybody",
    "/my-record/{reference:str}": "everybody",
    "/api": "everybody",
    "/api-token": set(ROLES),
    "/sign-in": "everybody",
    "/sign-in/agency/{number:int}": "everybody",
    "/sign-in/back": "everybody",
    "/sign-in/saml": "everybody",
    "/sign-in/saml/{number:int}": "everybody",
    "/saml/acs": "everybody",
    "/saml/metadata": "everybody",
    "/sign-in/demonstration": "everybody",
    "/sign-in/passkey/begin": "everybody",
    "/sign-in/passkey": "everybody",
    "/sign-out": set(ROLES),
    "/my-sign-in": set(ROLES),
    "/my-sign-in/add": set(ROLES),
    "/my-sign-in/add/begin": set(ROLES),
    "/my-sign-in/passkeys/{passkey:str}": set(ROLES),
    "/my-sign-in/sessions/{session:str}": set(ROLES),
    "/my-sign-in/others": set(ROLES),
    "/my-sign-in/seen": set(ROLES),
    "/my-sign-in/statements/{statement:str}": {"member"},
    "/locked": set(ROLES),
    "/stay": set(ROLES),
    "/questions": {"member"},
    "/ask": {"member"},
    "/ask/now": {"member"},
    "/ask/{draft:str}/reason": {"member"},
    "/ask/{draft:str}/for-whom": {"member"},
    "/ask/{draft:str}/subject": {"member"},
    "/ask/{draft:str}/check": {"member"},
    "/ask/{draft:str}/delete": {"member"},
    "/questions/{question:str}": {"member"},
    "/questions/{question:str}/again": {"member"},
    "/questions/{question:str}/events": {"member"},
    "/questions/{question:str}/items/{item:str}": {"member"},
    "/desk/agreements/{agreement:str}/activate": DESK,
    "/desk/agreements/{agreement:str}/keep": DESK,
    "/desk/agreements/{agreement:str}/sign": DESK,
    "/desk/agreements/{agreement:str}/switch-on": DESK,
    "/desk/agreements/{agreement:str}/use": DESK,
    "/desk/offered": DESK,
    "/desk/offered/{agreement:str}/discard": DESK,
    "/desk/offered/{agreement:str}/file/{form:str}": DESK,
    "/desk/drafts": DESK,
    "/desk/drafts/new": DESK,
    "/desk/drafts/{draft:str}": DESK,
    "/desk/drafts/{draft:str}/discard": DESK,
    "/desk/drafts/{draft:str}/edit": DESK,
    "/desk/drafts/{draft:str}/past": DESK,
    "/desk/drafts/{draft:str}/send": DESK,
    "/desk/drafts/{draft:str}/sign": {"counsel"},
    "/desk/leaving": DESK,
    "/desk/leaving/count": DESK,
    "/desk/leaving/file/{form:str}": DESK,
    "/desk/records": {"records-custodian"},
    "/desk/records/{record:str}": {"records-custodian"},
    "/desk/records/{record:str}/act/{act:str}": {"records-custodian"},
    "/desk/records/{record:str}/correct": {"records-custodian"},
    "/desk/records/{record:str}/correct/{draft:str}": {"records-custodian"},
    "/desk/rules": DESK,
    "/desk/rules/{text:str}/{rule:str}": DESK,
    "/questions/{question:str}/items/{item:str}/confirm": {"member"},
    "/questions/{question:str}/items/{item:str}/mistake": {"member"},
    "/questions/{question:str}/items/{item:str}/told": {"member"},
    "/questions/{question:str}/print": {"member"},
    "/questions/{question:str}/export": {"member"},
    "/questions/{question:str}/receipts/{ori:str}": {"member"},
    "/questions/{question:str}/receipts/{ori:str}/file": {"member"},
    "/desk/held": DECIDERS,
    "/desk/held/{held:str}": DECIDERS,
    "/desk/held/{held:str}/record/{draft:str}": DECIDERS,
    "/desk/duties": DECIDERS,
    "/desk/duties/{duty:str}": DECIDERS,
    "/desk/recalls": DESK,
    "/desk/recalls/{recall:str}": DESK,
    "/questions/{question:str}/withdraw": {"member"},
    "/desk/approvals": {"supervisor", "agency-head", "privacy-officer"},
    "/desk/approvals/{question:str}": {"supervisor", "agency-head", "privacy-officer"},
    "/admin/health": {"node-administrator"},
    "/admin/members": SEES_MEMBERS,
    "/admin/members/{member:str}": SEES_MEMBERS,
    "/admin/members/{member:str}/{act:str}": {"agency-administrator", "agency-head"},
    "/admin/new-member": {"agency-administrator", "agency-head"},
    "/oversight/reports": REPORTERS,
    "/oversight/reports/{kind:str}/{period:str}": REPORTERS,
    "/oversight/reports/{kind:str}/{period:str}/prepare": DESK,
    "/oversight/reports/{kind:str}/{period:str}/figure": REPORTERS,
    "/oversight/reports/{kind:str}/{period:str}/whole/{form:str}": REPORTERS,
    "/oversight/reports/{kind:str}/{period:str}/file/{draft:str}": DESK,
    "/oversight/reports/{kind:str}/{period:str}/file/{draft:str}/whole": DESK,
    "/desk/petitions": DESK,
    "/desk/new-petition": DESK,
    "/desk/petitions/{reference:str}": DESK,
    "/desk/petitions/{reference:str}/step/{step:str}": DESK,
    "/desk/petitions/{reference:str}/show/{step:str}": DESK,
    "/oversight/reach": REPORTERS,
    "/oversight/findings": REVIEWERS,
    "/oversight/findings/{finding:str}": REVIEWERS,
    "/oversight/findings/{finding:str}/take": REVIEWERS,
    "/oversight/findings/{finding:str}/who": REVIEWERS,
    "/oversight/audits": REVIEWERS,
    "/oversight/new-audit": REVIEWERS,
    "/oversight/audits/{audit:str}": REVIEWERS,
    "/oversight/audits/{audit:str}/columns": REVIEWERS,
    "/oversight/audits/{audit:str}/names": REVIEWERS,
    "/oversight/audits/{audit:str}/rows/{finding:str}": REVIEWERS,
    "/oversight/audits/{audit:str}/file/{form:str}": REVIEWERS,
    "/oversight/audits/{audit:str}/drop": REVIEWERS,
    "/oversight/sample": REVIEWERS,
    "/oversight/sample/{month:str}/{entry:str}": REVIEWERS,
    "/oversight/log": REVIEWERS,
    "/oversight/log-file/{form:str}": REVIEWERS,
    "/oversight/log/{index:str}": REVIEWERS,
    "/oversight/log/{index:str}/proof": REVIEWERS,
    "/oversight/log/{index:str}/open": REVIEWERS,
    "/desk/agreements": DESK,
    "/desk/agreements/{agreement:str}": DESK,
    "/desk/agreements/{agreement:str}/suspend": DESK,
    "/desk/agreements/{agreement:str}/undo/{draft:str}": DESK,
}


def test_every_route_stands_in_the_table_of_roles() -> None:
    """A route that nobody thought of is no route that anybody may reach unseen."""
    assert {one.path for one in ROUTES} == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_each_role_reaches_what_the_table_says_and_nothing_else(role: str, route: object) -> None:
    """The table of roles, written by hand, and the table of routes agree in every cell."""
    wanted = TABLE[route.path]  # type: ignore[attr-defined]
    assert may_reach(route, frozenset({role})) == (wanted == "everybody" or role in wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [one for one in ROLES if one != "member"])
def test_a_wrong_role_reads_the_same_as_a_wrong_address(stage: Stage, role: str) -> None:
    """Whether a page exists is not told to whoever may not reach it."""
    with stage.browser() as browser:
        token = stage.site.sessions.begin(member_of(role).id, "test", stage.clock.at_ms, "en")
        browser.cookies.set("comity", token)
        wrong_role, wrong_address = browser.get("/questions"), browser.get("/no-such-page")
        assert wrong_role.status_code == wrong_address.status_code == 404
        assert "Page not found" in wrong_role.text


def test_a_page_that_was_asked_for_is_shown_after_the_sign_in(stage: Stage) -> None:
    """Who signs in goes on where they were going."""
    with stage.browser() as browser:
        location = browser.get("/questions?filter=held").headers["location"]
        assert location == "/sign-in?next=%2Fquestions%3Ffilter%3Dheld"
        assert 'value="/questions?filter=held"' in browser.get(location).text
        answer = browser.post(
            "/sign-in/demonstration", data={"post": "detective", "next": "/questions?filter=held"}
        )
        assert answer.headers["location"] == "/questions?filter=held"


def test_thirty_minutes_without_use_lock_and_the_same_page_follows(stage: Stage) -> None:
    """A locked session shows nothing but its lock, and goes on where it was after signing in again."""
    with stage.browser() as browser:
        sign_in(browser)
        stage.clock.later(29)
        assert browser.get("/questions").status_code == 200
        stage.clock.later(30)
        answer = browser.get("/questions")
        assert answer.headers["location"] == "/locked?next=%2Fquestions"
        page = browser.get(answer.headers["location"])
        assert "Locked after 30 minutes" in page.text
        assert 'href="/sign-in?next=/questions"' in page.text
        browser.post("/sign-in/demonstration", data={"post": "detective", "next": "/questions"})
        assert browser.get("/questions").status_code == 200


def test_what_a_page_does_by_itself_is_no_use(stage: Stage) -> None:
    """A page that looks for news by itself does not keep a desk open that nobody sits at."""
    with stage.browser() as browser:
        sign_in(browser)
        stage.clock.later(20)
        assert browser.get("/questions", headers={"x-comity-unattended": "1"}).status_code == 200
        assert browser.get("/questions?unattended=1").status_code == 200
        stage.clock.later(11)
        assert browser.get("/questions").status_code == 303


def test_a_session_ends_with_the_shift_and_with_the_member(stage: Stage) -> None:
    """Twelve hours are the end of any session, however much it is used; a member who is taken off the list has none."""
    with stage.browser() as browser:
        sign_in(browser)
        for _ in range(12 * 3):
            stage.clock.later(19.9)
            assert browser.get("/questions").status_code == 200
        stage.clock.later(10)
        assert browser.get("/questions").headers["location"].startswith("/sign-in")
        sign_in(browser)
        (stage.site.folder / "members.json").write_text("[]")
        assert browser.get("/questions").headers["location"].startswith("/sign-in")
