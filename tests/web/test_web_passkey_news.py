"""A member is told that their passkeys changed, on every page of later sessions, until they say that they know of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from soft_key import SoftKey
from test_web_passkeys import DETECTIVE, PARTY, SITE, add, use
from web_stage import Stage, form_value, make_stage, sign_in

from comity.web.settings import WebSettings
from comity.web.sign_in.access import MOST_NEWS, Access

pytestmark = pytest.mark.filterwarnings("ignore:The base_url")  # litestar's, of any name without a dot
TITLE = "Your passkeys were changed"


@pytest.fixture
def site(tmp_path: Path) -> Stage:
    """Pages at an address with a name, which passkeys need."""
    settings = WebSettings(address=SITE, host="127.0.0.1", port=8480, demonstration=True)
    return make_stage(tmp_path / "node", settings)


def test_the_next_sessions_tell_it_until_the_member_says_so(site: Stage) -> None:
    """Not the session that added it; every one after it, on whatever page; then no more."""
    with site.browser() as browser:
        sign_in(browser)
        assert add(browser, SoftKey(SITE, PARTY)) == 303
        assert TITLE not in browser.get("/my-sign-in").text
        site.clock.later(1)
        value = sign_in(browser)
        for page in ("/my-sign-in", "/questions", "/no-such-page"):
            assert TITLE in browser.get(page).text
        assert "a passkey was added" in browser.get("/questions").text
        answer = browser.post("/my-sign-in/seen", data={"form": value})
        assert answer.headers["location"] == "/my-sign-in?done=seen"
        assert TITLE not in browser.get("/questions").text
    assert site.site.access.of(DETECTIVE).news == ()


def test_the_passkey_that_was_added_cannot_take_the_notice_away(site: Stage) -> None:
    """It may be a stranger's: its session reads the notice and has no button, and sending the form does nothing."""
    key = SoftKey(SITE, PARTY)
    with site.browser() as browser:
        sign_in(browser)
        add(browser, key)
        site.clock.later(1)
        assert use(browser, key)[0] == 303
        page = browser.get("/questions").text
        assert TITLE in page
        assert "/my-sign-in/seen" not in page
        assert browser.post("/my-sign-in/seen", data={"form": form_value(page)}).status_code == 404
        site.clock.later(1)
        sign_in(browser)
        assert TITLE in browser.get("/questions").text


def test_a_removal_is_told_too_and_what_came_after_is_not_taken_with_it(site: Stage) -> None:
    """Saying so counts for what the session was told of, not for what happened meanwhile."""
    with site.browser() as browser:
        sign_in(browser)
        site.site.access.change(DETECTIVE, lambda one: one.told(added=False, at_ms=1, by="alder-police-operator"))
        page = browser.get("/questions").text
        assert "a passkey was removed" in page
        assert "By alder-police-operator." in page
        site.site.access.change(DETECTIVE, lambda one: one.told(added=True, at_ms=site.clock.at_ms + 1))
        browser.post("/my-sign-in/seen", data={"form": form_value(page)})
    assert [one.added for one in site.site.access.of(DETECTIVE).news] == [True]


def test_it_is_told_in_spanish_and_to_nobody_else(site: Stage) -> None:
    """The language of the session; another member's pages say nothing of it."""
    site.site.access.change(DETECTIVE, lambda one: one.told(added=True, at_ms=1))
    with site.browser() as browser:
        browser.post("/sign-in/demonstration?language=es", data={"post": "detective"})
        assert "Sus llaves de acceso cambiaron" in browser.get("/questions").text
        browser.post("/sign-in/demonstration", data={"post": "custodian"})
        assert "llaves de acceso cambiaron" not in browser.get("/my-sign-in").text
        assert TITLE not in browser.get("/my-sign-in").text


def test_what_is_kept_of_it_is_bounded() -> None:
    """Whoever adds and removes without end pushes out the oldest."""
    access = Access(member=DETECTIVE)
    for at_ms in range(MOST_NEWS + 5):
        access = access.told(added=True, at_ms=at_ms)
    assert [one.at_ms for one in access.news] == list(range(5, MOST_NEWS + 5))
