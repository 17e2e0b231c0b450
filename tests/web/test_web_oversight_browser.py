"""Pages of oversight and of petitions in a real browser: nothing axe finds at any width, nothing the policy stops, whole
jobs by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from browser import LANGUAGES, window
from oversight_stage import fill
from petition_stage import FORM
from playwright.sync_api import Browser
from served_pages import served_node, served_pages

from comity.demo.agencies import members
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.node.open_world import open_world
from comity.oversight.reports.enter import GivenFigure, enter_figure
from comity.web.words import words_of

REASON = "to look into one complaint"


def fill_and_enter(folder: Path) -> None:
    """With a figure of last year that the desk entered: its own files go back further than the node's log."""
    fill(folder)
    last = date.today().year - 1
    given = GivenFigure(
        "transfer", 14, date(last, 1, 1), date(last, 12, 31), "jail file, sheet 11", label="robbery"
    )
    with open_world(folder) as world:
        enter_figure(world, next(one for one in members() if one.id == "ca-sheriff-custodian"), given)


@pytest.fixture
def site(chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path: Path) -> Iterator[str]:
    """The sheriff's pages, with somebody looked up again and again in the log."""
    with (
        served_node(region[1], "ca-node", tmp_path, before=fill_and_enter) as folder,
        served_pages(folder) as address,
    ):
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_auditor_takes_a_pattern_from_the_look_to_its_end_by_keyboard(
    chromium: Browser, site: str, language: str
) -> None:
    """Looked for, taken, decided at fault and rightly; who it was asked for with a reason, and shown."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.enter("auditor", language)
        at.go("/oversight/findings")
        at.look()
        at.go_on(t("oversight.findings.look-now"), "/oversight/findings?done=looked")
        at.go_on(t("oversight.kind.repeated-look-ups"), "/oversight/findings/f-*")
        at.go_on(t("oversight.finding.take"), "/oversight/findings/f-*")
        at.go_on(t("desk.held.record"), "/oversight/findings/f-*")
        at.told_a_fault()
        at.go_on(t("oversight.finding.see-who"), "/oversight/findings/f-*/who")
        at.write(t("desk.reason"), REASON)
        at.go_on(t("oversight.finding.see"), "/oversight/findings/f-*/who")
        at.go_on(t("oversight.finding.title"), "/oversight/findings/f-*")
        at.choose("decision", t("oversight.finding.no-concern"))
        at.write(t("desk.reason"), REASON)
        at.go_on(t("desk.held.record"), "/oversight/findings?done=no-concern")
        at.go("/oversight/sample")
        at.look()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_log_is_narrowed_down_and_one_entry_opened_by_keyboard(
    chromium: Browser, site: str, language: str
) -> None:
    """From the whole log to one purpose, to an entry with its proof, to what lies behind it."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.enter("auditor", language)
        at.go("/oversight/log")
        at.look()
        at.go_on(t("purpose.missing-person"), "/oversight/log?purpose=missing-person")
        at.page.locator("tbody a").first.focus()
        with at.page.expect_navigation():
            at.page.keyboard.press("Enter")
        at.look()
        at.go_on(t("oversight.entry.open"), "/oversight/log/*/open")
        at.go_on(t("oversight.entry.open-it"), "/oversight/log/*/open")
        at.write(t("desk.reason"), REASON)
        at.go_on(t("oversight.entry.open-it"), "/oversight/log/*/open")
        assert "Else" in at.page.locator("main").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_written_down_and_filed_by_keyboard(chromium: Browser, site: str, language: str) -> None:
    """The list, the report, the entries behind one of its figures, the file, and its entry in the log; then reach."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.enter("privacy", language)
        at.go("/oversight/reports")
        at.look()
        at.go_on(t("said.report.public.title"), "/oversight/reports/public/*")
        at.look()
        assert t("public.unproved") in at.page.locator("main").inner_text()  # the month ended before the log began
        at.page.go_back()
        at.go_on(t("said.report.ca-doj.title"), "/oversight/reports/ca-doj/*")
        at.page.locator("a[href*='/figure?']").first.focus()
        with at.page.expect_navigation():
            at.page.keyboard.press("Enter")
        at.look()
        assert at.page.locator("tbody a[href^='/oversight/log/']").count()
        at.page.go_back()
        at.choose("as", "CSV")
        at.go_on(t("oversight.report.prepare"), "/oversight/reports/ca-doj/*/file/*")
        at.go_on(t("oversight.file.sign"), "/oversight/reports/ca-doj/*/file/*")
        at.page.locator('[role="status"]').wait_for()
        at.go("/oversight/reach")
        at.look()
        at.go("/oversight/reach?to=any-immigration&data=booking")
        at.look()
        at.go_on(t("oversight.reach.try"), "/oversight/reach?*without=*")
        assert t("oversight.reach.no-way") in at.page.locator("main").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_petition_is_taken_in_and_its_steps_looked_at(chromium: Browser, site: str, language: str) -> None:
    """The form empty, at fault and sent; the petition; who asks is said by keyboard; the step behind it."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.enter("custodian", language)
        at.go("/desk/petitions")
        at.look()
        at.go_on(t("petitions.new"), "/desk/new-petition")
        at.go_on(t("petitions.take"), "/desk/new-petition")
        at.told_a_fault()
        at.choose("kind", t("petitions.kind.accounting"))
        at.choose("capacity", t("petitions.capacity.self"))
        at.write(t("petitions.petitioner"), FORM["petitioner"])
        at.write(t("petitions.contact"), FORM["contact"])
        at.write(t("petitions.words"), FORM["words"])
        for name, label in (("given", "given"), ("family", "family"), ("year", "year")):
            at.write(t(f"ask.{label}"), FORM[name])
        at.go_on(t("petitions.take"), "/desk/petitions/R-*")
        at.go_on(t("petitions.step.identify.title"), "/desk/petitions/R-*/step/identify")
        at.choose("shown", t("petitions.shown"))
        at.choose("how", t("petitions.how.in-person"))
        at.tab_to(t("petitions.seen.passport"))
        at.page.keyboard.press("Space")
        at.write(t("desk.reason"), REASON)
        at.go_on(t("petitions.step.identify.button"), "/desk/petitions/R-*")
        at.go_on(t("petitions.step.open-log.title"), "/desk/petitions/R-*/show/open-log")
        at.write(t("desk.reason"), REASON)
        at.go_on(t("petitions.step.open-log.button"), "/desk/petitions/R-*")
        at.go_on(t("petitions.step.decide.title"), "/desk/petitions/R-*/show/decide")
