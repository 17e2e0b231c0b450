"""Five failed tries lock a member out: whose count, what ends it, and that nothing else is learned by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from soft_key import SoftKey
from test_web_passkeys import DETECTIVE, SITE, add, use
from web_stage import HandClock, Stage, StageDoor, make_site, make_stage, member_of, sign_in

from comity.web.settings import WebSettings
from comity.web.sign_in.access import AccessStore
from comity.web.sign_in.lockout import unlocked

pytestmark = pytest.mark.filterwarnings("ignore:The base_url")  # litestar's, of any name without a dot
SETTINGS = WebSettings(address=SITE, host="127.0.0.1", port=8480, demonstration=True)
LOCKED = "Locked after five failed tries. Your administrator can unlock it."


@pytest.fixture
def site(tmp_path: Path) -> Stage:
    """Pages at a name, where browsers make passkeys."""
    return make_stage(tmp_path / "node", SETTINGS)


@pytest.fixture
def key(site: Stage) -> SoftKey:
    """A passkey of the detective, who is signed out."""
    made = SoftKey(SITE, "localhost")
    with site.browser() as browser:
        value = sign_in(browser)
        assert add(browser, made) == 303
        browser.post("/sign-out", data={"form": value})
    site.door.entered.clear()
    return made


def fail(site: Stage, key: SoftKey, times: int) -> str:
    """So many tries with an answer of another site; what the last one read."""
    wrong, said = SoftKey("https://elsewhere.example", "localhost", id=key.id, handle=key.handle, key=key.key), ""
    with site.browser() as browser:
        for _ in range(times):
            status, said = use(browser, wrong)
            assert status == 403
    return said


def test_the_page_says_how_many_tries_are_left_and_the_fifth_locks(site: Stage, key: SoftKey) -> None:
    """Four, three, two, one; then nothing opens, also not the right key, and the log has who."""
    for left in ("4 tries left", "3 tries left", "2 tries left", "1 try left"):
        assert f"That did not work. {left}." in fail(site, key, 1)
    assert LOCKED in fail(site, key, 1)
    with site.browser() as browser:
        status, said = use(browser, key)
        assert (status, LOCKED in said) == (403, True)
        answer = browser.post("/sign-in/demonstration", data={"post": "detective"})
        assert (answer.status_code, LOCKED in answer.text) == (403, True)
        assert browser.post("/sign-in/demonstration", data={"post": "custodian"}).status_code == 303
    assert [act for _, act in site.door.acts()][:6] == ["failed"] * 5 + ["locked-out"]


def test_a_lockout_outlasts_the_process(site: Stage, key: SoftKey) -> None:
    """It is in the node's folder; a restart of the pages opens nothing."""
    fail(site, key, 5)
    again = make_site(
        site.site.folder, HandClock(site.clock.at_ms + 3_600_000), SETTINGS, StageDoor(site.site.folder, ())
    )
    with again.browser() as browser:
        assert use(browser, key)[0] == 403


def test_an_administrator_ends_it_and_the_count_begins_anew(site: Stage, key: SoftKey) -> None:
    """By a file that the command writes while the pages run."""
    fail(site, key, 5)
    AccessStore(site.site.folder).change(DETECTIVE, unlocked)
    assert "4 tries left" in fail(site, key, 1)
    with site.browser() as browser:
        assert use(browser, key)[0] == 303


def test_a_sign_in_that_works_and_a_quarter_of_an_hour_end_the_count(site: Stage, key: SoftKey) -> None:
    """Five in a row within fifteen minutes; anything else is somebody who mistypes."""
    assert "1 try left" in fail(site, key, 4)
    with site.browser() as browser:
        assert use(browser, key)[0] == 303
    assert "1 try left" in fail(site, key, 4)
    site.clock.later(16)
    assert "4 tries left" in fail(site, key, 1)


def test_the_fifth_ends_what_the_member_has_open(site: Stage, key: SoftKey) -> None:
    """Whoever guesses at an open desk is at no desk."""
    with site.browser() as browser:
        sign_in(browser)
        fail(site, key, 4)
        assert browser.get("/questions").status_code == 200
        fail(site, key, 1)
        assert browser.get("/questions").headers["location"].startswith("/sign-in")


def test_tries_of_nobody_lock_nobody_out(site: Stage, key: SoftKey) -> None:
    """Whoever knows no key of a member does nothing to them, and reads the same sentence each time."""
    with site.browser() as browser:
        said = {use(browser, SoftKey(SITE, "localhost", handle=key.handle))[1] for _ in range(7)}
        assert len(said) == 1
        assert "left" not in said.pop().partition("<main")[2]
        assert use(browser, key)[0] == 303
    assert site.site.access.of(DETECTIVE).failed_ms == ()


def test_answers_to_no_try_of_this_browser_count_against_nobody(site: Stage) -> None:
    """A page elsewhere may lead an open browser to the address of an answer as often as it likes."""
    with site.browser() as browser:
        sign_in(browser)
        for _ in range(7):
            assert browser.get("/sign-in/back?state=guessed&code=guessed").status_code == 403
        assert browser.get("/questions").status_code == 200
    assert site.site.access.of(member_of("member").id).locked_ms == 0
