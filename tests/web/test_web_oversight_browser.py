"""Pages of oversight and of petitions in a real browser: nothing axe finds at any width, nothing the policy stops, whole
jobs by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from browser import LANGUAGES, Window, browsing, window
from msgspec.structs import replace
from oversight_stage import fill
from petition_stage import FORM
from playwright.sync_api import Browser
from served_pages import free_port, served_pages
from serving import serving

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.settings import SETTINGS_FILE, read_settings, write_noun
from comity.web.words import words_of

REASON = "to look into one complaint"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of all tests here; before anything is served for it."""
    with browsing() as found:
        yield found


@pytest.fixture
def site(chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path: Path) -> Iterator[str]:
    """The sheriff's pages, with somebody looked up again and again in the log."""
    folder = Path(shutil.copytree(dict(region[1].nodes)["ca-node"], tmp_path / "ca-node"))
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), port=free_port()))
    fill(folder)
    with serving(folder), served_pages(folder) as address:
        yield address


def enter(at: Window, post: str, language: str) -> None:
    """Sign in by a button; every page from here on is in the language."""
    t = words_of(language)
    at.go(f"/sign-in?language={language}")
    at.tab_to(t(f"sign-in.post.{post}", name=""))
    with at.page.expect_navigation():
        at.page.keyboard.press("Enter")
    at.go(f"/?language={language}")


def press(at: Window, name: str, leads_to: str) -> None:
    """Like `at.press`, also where the address stays the same."""
    at.tab_to(name)
    with at.page.expect_navigation():
        at.page.keyboard.press("Enter")
    at.page.wait_for_load_state()
    at.complaints[:] = [one for one in at.complaints if "422" not in one]
    assert fnmatch(at.page.url, at.site + leads_to), at.page.url
    at.look()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_auditor_takes_a_pattern_from_the_look_to_its_end_by_keyboard(
    chromium: Browser, site: str, language: str
) -> None:
    """Looked for, taken, decided at fault and rightly; who it was asked for with a reason, and shown."""
    t = words_of(language)
    with window(chromium, site) as at:
        enter(at, "auditor", language)
        at.go("/oversight/findings")
        at.look()
        press(at, t("oversight.findings.look"), "/oversight/findings?done=looked")
        press(at, t("oversight.kind.repeated-look-ups"), "/oversight/findings/f-*")
        press(at, t("oversight.finding.take"), "/oversight/findings/f-*")
        press(at, t("desk.held.record"), "/oversight/findings/f-*")
        assert at.focused()["id"] == "problem"
        press(at, t("oversight.finding.see-who"), "/oversight/findings/f-*/who")
        at.write(t("desk.reason"), REASON)
        press(at, t("oversight.finding.see"), "/oversight/findings/f-*/who")
        press(at, t("oversight.finding.title"), "/oversight/findings/f-*")
        at.choose("decision", t("oversight.finding.no-concern"))
        at.write(t("desk.reason"), REASON)
        press(at, t("desk.held.record"), "/oversight/findings?done=no-concern")
        at.go("/oversight/sample")
        at.look()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_log_is_narrowed_down_and_one_entry_opened_by_keyboard(
    chromium: Browser, site: str, language: str
) -> None:
    """From the whole log to one purpose, to an entry with its proof, to what lies behind it."""
    t = words_of(language)
    with window(chromium, site) as at:
        enter(at, "auditor", language)
        at.go("/oversight/log")
        at.look()
        press(at, t("purpose.missing-person"), "/oversight/log?purpose=missing-person")
        at.page.locator("tbody a").first.focus()
        with at.page.expect_navigation():
            at.page.keyboard.press("Enter")
        at.look()
        press(at, t("oversight.entry.open"), "/oversight/log/*/open")
        press(at, t("oversight.entry.open-it"), "/oversight/log/*/open")
        at.write(t("desk.reason"), REASON)
        press(at, t("oversight.entry.open-it"), "/oversight/log/*/open")
        assert "Else" in at.page.locator("main").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_written_down_and_filed_by_keyboard(chromium: Browser, site: str, language: str) -> None:
    """The list, the report with its figures, the file, and its entry in the log; then reach, with an answer."""
    t = words_of(language)
    with window(chromium, site) as at:
        enter(at, "privacy", language)
        at.go("/oversight/reports")
        at.look()
        press(at, "Public report", "/oversight/reports/public/*")
        at.choose("as", "CSV")
        press(at, t("oversight.report.prepare"), "/oversight/reports/public/*/file/*")
        press(at, t("oversight.file.sign"), "/oversight/reports/public/*/file/*")
        at.page.locator('[role="status"]').wait_for()
        at.go("/oversight/reach")
        at.look()
        at.go("/oversight/reach?to=any-immigration&data=booking")
        at.look()
        press(at, t("oversight.reach.try"), "/oversight/reach?*without=*")
        assert t("oversight.reach.no-way") in at.page.locator("main").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_petition_is_taken_in_and_its_steps_looked_at(chromium: Browser, site: str, language: str) -> None:
    """The form empty, at fault and sent; the petition; who asks is said by keyboard; the step behind it."""
    t = words_of(language)
    with window(chromium, site) as at:
        enter(at, "custodian", language)
        at.go("/desk/petitions")
        at.look()
        press(at, t("petitions.new"), "/desk/new-petition")
        press(at, t("petitions.take"), "/desk/new-petition")
        assert at.focused()["id"] == "problem"
        at.choose("kind", t("petitions.kind.accounting"))
        at.choose("capacity", t("petitions.capacity.self"))
        at.write(t("petitions.petitioner"), FORM["petitioner"])
        at.write(t("petitions.contact"), FORM["contact"])
        at.write(t("petitions.words"), FORM["words"])
        for name, label in (("given", "given"), ("family", "family"), ("year", "year")):
            at.write(t(f"ask.{label}"), FORM[name])
        press(at, t("petitions.take"), "/desk/petitions/R-*")
        press(at, t("petitions.step.identify.title"), "/desk/petitions/R-*/step/identify")
        at.choose("shown", t("petitions.shown"))
        at.choose("how", t("petitions.how.in-person"))
        at.tab_to(t("petitions.seen.passport"))
        at.page.keyboard.press("Space")
        at.write(t("desk.reason"), REASON)
        press(at, t("petitions.step.identify.button"), "/desk/petitions/R-*")
        press(at, t("petitions.step.open-log.title"), "/desk/petitions/R-*/show/open-log")
        at.write(t("desk.reason"), REASON)
        press(at, t("petitions.step.open-log.button"), "/desk/petitions/R-*")
        press(at, t("petitions.step.decide.title"), "/desk/petitions/R-*/show/decide")
