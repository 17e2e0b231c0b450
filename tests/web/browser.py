"""Pages in a real browser: one person at one window, and what the browser complains of meanwhile.

Chromium is Debian's, driven by Playwright; axe-core comes from npm by the lock in `tests/web/npm`. Where one of them is
missing these tests skip with a sentence that says how to install it, and fail where `.ci/run` runs them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pictures import take_on_the_way
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from playwright.sync_api import Request as Asked

from comity.web.words import words_of
from long_runs import LONG

REQUIRED = os.environ.get("COMITY_BROWSER") == "required" or os.environ.get("CI") == "true"
LANGUAGES = ("en", "es") if REQUIRED else ("en",)  # `make test` has a sample
PACKAGES = Path(__file__).parent / "npm" / "node_modules"
NO_BROWSER = "no browser: install one with `apt-get install chromium`, or name one in COMITY_CHROMIUM"
NO_PACKAGES = "axe-core, oidc-provider and samlify are missing: install them with `make browser-tools`"
WIDTHS = (1200, 390, 320)  # a desk, a telephone, and a desk enlarged to 400 % (WCAG 2.2, 1.4.10)
# By axe. No rule of the style sheet begins between the narrow ones (`test_web_browser_widths.py`); `.ci/run` reads at all.
READ_AT = WIDTHS if LONG > 1 else (WIDTHS[0], WIDTHS[-1])
MOST_TABS = 120  # a page with more stops than this before what one wants is not one for the keyboard
PATIENCE_MS = 120_000  # what would change under a draft takes seconds, and a busy machine many times as long

LISTEN = """
document.addEventListener("securitypolicyviolation", (seen) =>
  console.error("policy: " + seen.violatedDirective + " " + seen.blockedURI + " " + seen.sourceFile));
"""
FOCUSED = """() => {
  const at = document.activeElement;
  const name = at.getAttribute("aria-label") || (at.labels && at.labels[0] ? at.labels[0].innerText : at.innerText);
  return {id: at.id, name: (name || "").trim(), group: at.type === "radio" ? at.name : ""};
}"""
FOCUS_IS_SEEN = """() => {
  const seen = (one) => getComputedStyle(one).outlineStyle !== "none" && getComputedStyle(one).outlineWidth !== "0px";
  const at = document.activeElement;
  const label = at.labels && at.labels[0];
  return seen(at) || Boolean(label && (seen(label) || getComputedStyle(label, "::before").outlineStyle !== "none"));
}"""
IS_READ = "typeof axe === 'object'"  # once a document, whatever its width
AXE = """async () => {
  const how = {preload: false, resultTypes: ["violations"], rules: {"target-size": {enabled: true}}};
  const found = await axe.run(document, how);
  return found.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.target.join(" ")).join(", "));
}"""
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map((one) => one.transferSize).reduce((sum, one) => sum + one, 0)"""


def missing(sentence: str) -> None:
    """Skip, or fail where nothing may be skipped."""
    if REQUIRED:
        pytest.fail(sentence)
    pytest.skip(sentence)


@cache
def chromium() -> str:
    """Where Chromium is; empty where it is not."""
    named = os.environ.get("COMITY_CHROMIUM", "")
    return next(
        (found for one in (named, "chromium", "chromium-browser") if one and (found := shutil.which(one))), ""
    )


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser, for as long as the body runs."""
    if not chromium():
        missing(NO_BROWSER)
    if not (PACKAGES / "axe-core" / "axe.min.js").exists():
        missing(NO_PACKAGES)
    with sync_playwright() as driver:
        alone = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses root its sandbox
        browser = driver.chromium.launch(executable_path=chromium(), args=alone)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Window:
    """One window at a site. `complaints` are what the browser said of its pages, `elsewhere` what they asked of others."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(self.site + path)

    def look(self) -> None:
        """The page as it stands, held against what every page must be, at every width."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{self.page.url} scrolls sideways: {wide} of {width}"
            self.clean()
            if width not in READ_AT:
                continue
            if not self.page.evaluate(IS_READ):
                self.page.evaluate((PACKAGES / "axe-core" / "axe.min.js").read_text())
            found = self.page.evaluate(AXE)
            assert not found, f"{self.page.url} at {width}: {found}"
        take_on_the_way(self.page)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    def weight(self) -> int:
        """Bytes that came for the page as it stands, with everything it loaded."""
        self.page.wait_for_load_state("networkidle")
        return int(self.page.evaluate(WEIGHT))

    def clean(self) -> None:
        """Nothing was complained of, and nothing asked elsewhere."""
        assert not self.complaints, self.complaints
        assert not self.elsewhere, self.elsewhere

    def tab_to(self, name: str) -> None:
        """By the Tab key alone to what is called so, or begins so; every stop on the way can be seen."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.focused()["name"].startswith(name):
                assert self.page.evaluate(FOCUS_IS_SEEN), f"nobody sees that `{name}` has the focus"
                return
        pytest.fail(f"the Tab key does not reach `{name}` on {self.page.url}")

    def choose(self, group: str, name: str) -> None:
        """By Tab and the arrows to one of several."""
        for _ in range(MOST_TABS):
            if self.focused()["group"] == group:
                break
            self.page.keyboard.press("Tab")
        for _ in range(MOST_TABS):
            if self.focused()["name"] == name:
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"the arrows do not reach `{name}` of {group} on {self.page.url}")

    def write(self, name: str, text: str) -> None:
        """By Tab to a field, and type."""
        self.tab_to(name)
        self.page.keyboard.type(text)

    def press(self, name: str, leads_to: str) -> None:
        """By Tab to a button or a link, and Enter; wait for the page it leads to, by a pattern of its address."""
        self.tab_to(name)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(self.site + leads_to, timeout=PATIENCE_MS)

    def go_on(self, name: str, leads_to: str) -> None:
        """By Tab and Enter to the next page, also where its address is the same, and look at it; `leads_to` as of `fnmatch`.

        A form that is sent at fault comes back with its words, which the browser calls an error of loading.
        """
        self.tab_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()
        self.complaints[:] = [one for one in self.complaints if "422" not in one]
        assert fnmatch(self.page.url, self.site + leads_to), self.page.url
        self.look()

    def told_a_fault(self) -> None:
        """What is wrong has the focus, so that it is read first."""
        assert self.focused()["id"] == "problem", self.page.url

    def enter(self, post: str, language: str, first: str = "/") -> None:
        """Sign in by a button of the demonstration and go to a page; every page from here on is in the language."""
        self.go(f"/sign-in?language={language}")
        self.tab_to(words_of(language)(f"sign-in.post.{post}", name="").strip())
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.go(f"{first}?language={language}")

    def focused(self) -> dict[str, str]:
        """What has the focus: id, name, and the group of a radio button."""
        found: dict[str, str] = self.page.evaluate(FOCUSED)
        return found


@contextmanager
def window(browser: Browser, site: str, also: str = "", **how: Any) -> Iterator[Window]:
    """A window with cookies of its own. `also` is a second site it may go to; `how` as of Playwright's contexts."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, **how)
    context.add_init_script(LISTEN)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    opened = Window(page, site)

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not (also and page.url.startswith(also)):
            opened.complaints.append(said.text)

    def see(asked: Asked) -> None:
        if not asked.url.startswith((site + "/", "data:", *((also,) if also else ()))):
            opened.elsewhere.append(asked.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    page.on("request", see)
    try:
        yield opened
    finally:
        context.close()
