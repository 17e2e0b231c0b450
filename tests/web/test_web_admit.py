"""Who gets in: every way of `admit.py`, tried from outside."""

from __future__ import annotations

import pytest
from web_stage import ROLES, Stage, member_of, sign_in

from comity.web.routes import ROUTES, Who, may_reach

EVIL = "https://elsewhere.example"


def test_a_name_that_is_not_the_sites_leads_nowhere(stage: Stage) -> None:
    """A browser that was led here by another name (DNS rebinding, a forged Host) gets no page of ours."""
    with stage.browser() as browser:
        assert browser.get("/", headers={"host": "elsewhere.example"}).status_code == 421
        assert browser.get("/").status_code == 200


@pytest.mark.parametrize("route", [one for one in ROUTES if Who.ANYONE not in one.who], ids=lambda one: one.path)
def test_a_page_of_members_sends_whoever_is_signed_out_to_the_sign_in(stage: Stage, route: object) -> None:
    """Nothing of a member's page is told to somebody who is not signed in."""
    with stage.browser() as browser:
        answer = browser.request(route.method, route.path)  # type: ignore[attr-defined]
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
        assert not answer.content


DESK = {"records-custodian", "counsel", "agency-head", "privacy-officer"}
DECIDERS = {"records-custodian", "counsel", "agency-head", "privacy-officer", "supervisor"}
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
    "/sign-in": "everybody",
    "/sign-in/agency/{number:int}": "everybody",
    "/sign-in/back": "everybody",
    "/sign-in/demonstration": "everybody",
    "/sign-out": set(ROLES),
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
    "/questions/{question:str}/events": {"member"},
    "/questions/{question:str}/items/{item:str}": {"member"},
    "/questions/{question:str}/items/{item:str}/confirm": {"member"},
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
    "/desk/approvals": {"supervisor", "agency-head", "privacy-officer"},
    "/desk/approvals/{question:str}": {"supervisor", "agency-head", "privacy-officer"},
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


def test_a_form_needs_its_sessions_own_value(stage: Stage) -> None:
    """A form from elsewhere does nothing, signed in or not (CSRF)."""
    with stage.browser() as browser:
        value = sign_in(browser)
        assert browser.post("/sign-out").status_code == 403
        assert browser.post("/sign-out", data={"form": "guessed"}).status_code == 403
        assert browser.get("/questions").status_code == 200
        assert browser.post("/sign-out", data={"form": value}).status_code == 303
        assert browser.get("/questions").status_code == 303


def test_a_form_that_the_browser_says_comes_from_elsewhere_does_nothing(stage: Stage) -> None:
    """Even one that somebody gave our value to, and the sign-in, which has none (login CSRF)."""
    with stage.browser() as browser:
        value = sign_in(browser)
        for site in ("cross-site", "same-site"):
            answer = browser.post("/sign-out", data={"form": value}, headers={"sec-fetch-site": site})
            assert answer.status_code == 403
            answer = browser.post(
                "/sign-in/demonstration", data={"post": "custodian"}, headers={"sec-fetch-site": site}
            )
            assert answer.status_code == 403


@pytest.mark.parametrize(
    "following",
    [
        EVIL,
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "/%0d%0aa: b@",
    ],
)
def test_after_the_sign_in_nobody_is_led_elsewhere(stage: Stage, following: str) -> None:
    """An address of another site, or one that would break a header, is not gone to (CWE-601, CWE-113)."""
    with stage.browser() as browser:
        answer = browser.post("/sign-in/demonstration", data={"post": "detective", "next": following})
        assert answer.status_code == 303
        assert answer.headers["location"] == "/questions"


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


def test_a_token_set_beforehand_is_worth_nothing(stage: Stage) -> None:
    """Signing in makes a new token, whatever cookie came with it (session fixation)."""
    with stage.browser() as browser:
        browser.cookies.set("comity", "planted")
        answer = browser.post("/sign-in/demonstration", data={"post": "detective"})
        assert "planted" not in answer.headers["set-cookie"]
        assert stage.site.sessions.find("planted", stage.clock.at_ms) is None
        first = browser.cookies.get("comity", domain="127.0.0.1")
        browser.post("/sign-in/demonstration", data={"post": "detective"})
        assert first is None or stage.site.sessions.find(first, stage.clock.at_ms) is None


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


def test_script_in_an_address_is_shown_as_text_or_not_at_all(stage: Stage) -> None:
    """Nothing that came with an address stands in a page as markup."""
    with stage.browser() as browser:
        for path in ('/sign-in?next=/"><script>alert(1)</script>', "/no<script>x", "/sign-in?again=<b>"):
            assert "<script>" not in browser.get(path).text
            assert "<b>" not in browser.get(path).text
