"""Passkeys and the idle lock in a real browser: Chromium's own authenticator, its own clock, and the keyboard alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser import LANGUAGES, Window, window
from playwright.sync_api import Browser
from served_pages import HOST, free_port, served_node, served_pages

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.web.settings import WebSettings
from comity.web.words import words_of

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
ASK = """async () => (await fetch("/sign-in/passkey/begin", {method: "POST"})).json()"""
SIGN = """async (asked) => {
  const unpack = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const made = await navigator.credentials.get({publicKey: {...asked, challenge: unpack(asked.challenge)}});
  return JSON.stringify(made.toJSON());
}"""
SEND = """(answer) => {
  const form = document.querySelector("#passkey");
  form.elements.answer.value = answer;
  form.submit();
}"""
MARK = "#"  # in place of a name
MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def site(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The Washington node's pages at a name, where browsers make passkeys."""
    place: Path = tmp_path_factory.mktemp("sign-in")
    port = free_port()
    settings = WebSettings(address=f"http://localhost:{port}", host=HOST, port=port, demonstration=True)
    with (
        served_node(region[1], "wa-node", place) as node,
        served_pages(node, settings) as address,
    ):
        yield address


@dataclass
class Authenticator:
    """What Chromium keeps in place of a telephone or a key."""

    cdp: Any
    id: str

    def keys(self) -> list[dict[str, Any]]:
        """The passkeys it keeps."""
        found: list[dict[str, Any]] = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return found

    def set_back(self) -> None:
        """Its one passkey as it was before it was ever used: what a copy of it would be."""
        (key,) = self.keys()
        self.cdp.send(
            "WebAuthn.removeCredential", {"authenticatorId": self.id, "credentialId": key["credentialId"]}
        )
        self.cdp.send(
            "WebAuthn.addCredential", {"authenticatorId": self.id, "credential": {**key, "signCount": 0}}
        )


def authenticator(at: Window, **other: object) -> Authenticator:
    cdp = at.page.context.new_cdp_session(at.page)
    cdp.send("WebAuthn.enable")
    found = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, **other}})
    return Authenticator(cdp, found["authenticatorId"])


def sign_in(at: Window, post: str = "detective", following: str = "/my-sign-in") -> None:
    """Sign in by a button of the demonstration."""
    at.go(f"/sign-in?next={following}")
    at.press(words_of("en")(f"sign-in.post.{post}", name=MARK).partition(MARK)[0], following)


def add(at: Window) -> None:
    """Add a passkey by keyboard alone."""
    t = words_of("en")
    at.press(t("passkeys.add"), "/my-sign-in/add")
    at.write(t("passkeys.call-it"), "Telephone")
    at.press(t("passkeys.add-this"), "/my-sign-in?done=added")


def forgive(at: Window, *statuses: str) -> None:
    """A refusal is told by the browser as an error of loading."""
    at.complaints[:] = [one for one in at.complaints if not any(status in one for status in statuses)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_passkey_is_added_signs_in_and_signs_in_again_by_keyboard_alone(
    chromium: Browser, site: str, language: str
) -> None:
    """Every page of it is looked at, at all widths; then the key is removed and opens nothing."""
    t = words_of(language)
    with window(chromium, site) as at:
        authenticator(at)
        at.go(f"/sign-in?next=/my-sign-in&language={language}")
        at.look()
        at.press(t("sign-in.post.detective", name=""), "/my-sign-in")
        at.look()
        at.press(t("passkeys.add"), "/my-sign-in/add")
        at.look()
        at.write(t("passkeys.call-it"), "Telephone")
        at.press(t("passkeys.add-this"), "/my-sign-in?done=added")
        at.look()
        at.press(t("page.sign-out"), "/sign-in")
        at.go(f"/sign-in?next=/questions&language={language}")
        at.press(t("sign-in.use-passkey"), "/questions")
        at.go("/sign-in?again=1&next=/my-sign-in")
        at.press(t("sign-in.use-passkey"), "/my-sign-in")
        assert t("passkeys.news.title") in at.page.inner_text("main")
        at.look()
        at.go("/my-sign-in/statements/md-3-529")
        at.look()
        at.go("/my-sign-in/add")
        at.look()
        at.press(t("passkeys.back"), "/my-sign-in")
        at.press(t("passkeys.remove"), "/my-sign-in/passkeys/*")
        at.look()
        at.press(t("passkeys.remove-it"), "/my-sign-in?done=removed")
        at.look()
        at.press(t("page.sign-out"), "/sign-in")
        at.go(f"/sign-in?language={language}")
        at.tab_to(t("sign-in.use-passkey"))
        at.page.keyboard.press("Enter")
        at.page.wait_for_url(site + "/sign-in/passkey?language=*")
        forgive(at, "403")
        at.look()


def test_a_counter_that_goes_back_and_an_answer_sent_again_sign_nobody_in(chromium: Browser, site: str) -> None:
    """What a thief with a copy, and one who listened, would send."""
    t = words_of("en")
    with window(chromium, site) as at:
        key = authenticator(at)
        sign_in(at, "sergeant")
        add(at)
        at.press(t("page.sign-out"), "/sign-in")
        answer = at.page.evaluate(SIGN, at.page.evaluate(ASK))
        at.page.evaluate(SEND, answer)
        at.page.wait_for_url(site + "/questions")
        at.press(t("page.sign-out"), "/sign-in")
        at.page.evaluate(ASK)
        at.page.evaluate(SEND, answer)
        at.page.wait_for_url(site + "/sign-in/passkey?language=en")
        assert t.many("sign-in.left", 4, count=4) in at.page.inner_text("main")
        key.set_back()
        at.go("/sign-in")
        at.tab_to(t("sign-in.use-passkey"))
        at.page.keyboard.press("Enter")
        at.page.wait_for_url(site + "/sign-in/passkey?language=en")
        assert t("sign-in.copied") in at.page.inner_text("main")
        forgive(at, "403")
        at.look()


def test_an_answer_made_at_another_site_signs_nobody_in(chromium: Browser, site: str) -> None:
    """A page at another port of the same name gets our challenge signed; our pages see whose page it was."""
    elsewhere = "http://localhost:9"
    with window(chromium, site, elsewhere) as at:
        authenticator(at)
        sign_in(at, "custodian")
        add(at)
        at.press(words_of("en")("page.sign-out"), "/sign-in")
        asked = at.page.evaluate(ASK)
        at.page.context.route(elsewhere + "/**", lambda route: route.fulfill(body="<title>Elsewhere</title>"))
        at.page.goto(elsewhere + "/")
        answer = at.page.evaluate(SIGN, asked)
        assert json.loads(answer)["id"]
        at.go("/sign-in")
        at.page.evaluate(SEND, answer)
        at.page.wait_for_url(site + "/sign-in/passkey?language=en")
        assert words_of("en").many("sign-in.left", 4, count=4) in at.page.inner_text("main")


def test_a_person_who_is_not_verified_gets_a_sentence_and_may_try_again(chromium: Browser, site: str) -> None:
    """The finger is not known, or the box was closed: the page stays, and says what to do."""
    t = words_of("en")
    with window(chromium, site) as at:
        authenticator(at, isUserVerified=False)
        sign_in(at)
        at.press(t("passkeys.add"), "/my-sign-in/add")
        at.tab_to(t("passkeys.add-this"))
        at.page.keyboard.press("Enter")
        at.page.wait_for_selector("#passkey-said:not(:empty)")
        assert at.page.inner_text("#passkey-said") == t("passkeys.stopped")
        at.look()


def test_without_script_the_pages_say_that_passkeys_need_it(chromium: Browser, site: str) -> None:
    """The other way to sign in works all the same."""
    t = words_of("en")
    with window(chromium, site, java_script_enabled=False) as at:
        at.go("/sign-in?next=/my-sign-in/add")
        assert t("passkeys.no-script") in at.page.inner_text("main")
        assert not at.page.get_by_role("button", name=t("sign-in.use-passkey")).is_visible()
        at.page.get_by_role("button", name=t("sign-in.post.detective", name="")).click()
        assert t("passkeys.no-script") in at.page.inner_text("main")
        at.clean()


@pytest.mark.parametrize("key", ["Escape", "Enter"])
def test_after_28_minutes_a_box_asks_and_somebody_who_is_there_stays(
    chromium: Browser, site: str, key: str
) -> None:
    """The focus is in the box and does not leave it; its button and Escape mean the same."""
    t = words_of("en")
    with window(chromium, site) as at:
        at.page.clock.install()
        sign_in(at, following="/questions")
        at.page.clock.fast_forward(27 * MINUTE_MS)
        assert not at.page.locator("#idle").is_visible()
        at.page.clock.fast_forward(MINUTE_MS + 2_000)
        at.page.wait_for_selector("#idle[open]")
        assert at.focused()["name"] == t("idle.stay")
        for _ in range(4):
            at.page.keyboard.press("Tab")
            assert at.page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('#idle')"
            )
        at.look()
        if key == "Enter":
            at.tab_to(t("idle.stay"))
        with at.page.expect_response("**/stay"):
            at.page.keyboard.press(key)
        at.page.wait_for_selector("#idle:not([open])", state="attached")
        at.page.clock.fast_forward(27 * MINUTE_MS)
        assert at.page.locator("h1").inner_text() == t("questions.title")
        at.clean()


def test_at_30_minutes_the_page_is_empty_and_the_lock_leads_back(chromium: Browser, site: str) -> None:
    """What was open is gone before anything is asked of the node, and there again after signing in."""
    t = words_of("en")
    with window(chromium, site) as at:
        at.page.clock.install()
        sign_in(at, following="/questions")
        at.page.route("**/locked", lambda route: route.fulfill(status=204))  # the page stays
        at.page.clock.fast_forward(30 * MINUTE_MS + 2_000)
        at.page.wait_for_selector("main:empty", state="attached")
        assert "Rivera" not in at.page.content()
        at.page.unroute("**/locked")
        at.page.evaluate("document.querySelector('#idle form').submit()")
        at.page.wait_for_url(site + "/locked?next=%2Fquestions")
        assert at.page.locator("h1").inner_text() == t("locked.title")
        at.page.get_by_role("link", name=t("sign-in.title")).click()
        at.page.get_by_role("button", name=t("sign-in.post.detective", name="")).click()
        at.page.wait_for_url(site + "/questions")


def test_a_use_in_one_window_counts_in_the_others(chromium: Browser, site: str) -> None:
    """Nobody is locked out of a page because they worked in another."""
    with window(chromium, site) as at:
        at.page.clock.install()
        sign_in(at, following="/questions")
        at.page.clock.fast_forward(27 * MINUTE_MS)
        other = at.page.context.new_page()
        other.goto(site + "/questions")
        at.page.wait_for_timeout(300)
        at.page.clock.fast_forward(20 * MINUTE_MS)
        assert not at.page.locator("#idle").is_visible()


def test_adding_after_the_sign_in_grew_old_leads_over_a_new_one_and_back(chromium: Browser, site: str) -> None:
    """The page was open too long: its button leads to the sign-in, and that to the page again."""
    t = words_of("en")
    with window(chromium, site) as at:
        authenticator(at)
        sign_in(at, "privacy")
        at.press(t("passkeys.add"), "/my-sign-in/add")
        stale = site + "/sign-in?again=1&next=%2Fmy-sign-in%2Fadd"
        at.page.route("**/my-sign-in/add*", lambda route: route.fulfill(status=303, headers={"location": stale}))
        at.page.route(
            "**/my-sign-in/add/begin", lambda route: route.fulfill(status=303, headers={"location": stale})
        )
        at.tab_to(t("passkeys.add-this"))
        at.page.keyboard.press("Enter")
        at.page.wait_for_url(stale)
        assert t("sign-in.again") in at.page.inner_text("main")
        at.page.unroute_all()
        at.tab_to("Privacy officer")
        at.page.keyboard.press("Enter")
        at.page.wait_for_url(site + "/my-sign-in/add")
