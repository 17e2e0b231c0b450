"""O6 in a real browser: a log read, its names settled and its result opened by keyboard, clean at every width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from audit_files import AGENCIES, EDITION, search_log
from browser import LANGUAGES, window
from playwright.sync_api import Browser
from served_pages import served_node, served_pages

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.web.words import words_of


@pytest.fixture
def site(chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path: Path) -> Iterator[str]:
    """The sheriff's pages."""
    with served_node(region[1], "ca-node", tmp_path) as folder, served_pages(folder) as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_auditor_checks_a_log_from_its_file_to_its_rows_by_keyboard(
    chromium: Browser, site: str, tmp_path: Path, language: str
) -> None:
    """At fault first, then whole: empty step 1, a column nobody knows, each way of a name, the rows, the entry, deleted."""
    t = words_of(language)
    log, directory = tmp_path / "log.csv", tmp_path / "edition.csv"
    log.write_bytes(search_log())
    directory.write_bytes(EDITION)
    with window(chromium, site) as at:
        at.enter("auditor", language)
        at.go("/oversight/audits")
        at.look()
        at.go_on(t("audits.new"), "/oversight/new-audit")
        at.go_on(t("audits.go-on"), "/oversight/new-audit")
        at.told_a_fault()
        at.page.set_input_files("#log", log)  # the dialog of the system is not the page's
        at.page.set_input_files("#directory", directory)
        at.go_on(t("audits.go-on"), "/oversight/audits/*/columns")
        at.go_on(t("audits.columns.read"), "/oversight/audits/*/names")
        at.go_on(t("audits.names.another"), "/oversight/audits/*/names")
        at.told_a_fault()
        at.go_on(t("audits.names.none"), "/oversight/audits/*/names")
        at.go_on(t("audits.names.leave"), "/oversight/audits/*/names")
        assert AGENCIES[1] in at.page.inner_text("main h2")
        at.go_on(t("audits.names.same"), "/oversight/audits/*")
        at.go("/oversight/audits")
        at.look()
        at.page.locator("th a").first.click()
        at.page.wait_for_load_state()
        result = at.page.url.removeprefix(at.site)
        at.page.locator(f'a[href^="{result}/rows/"]').first.click()
        at.page.wait_for_load_state()
        at.look()
        at.go(result)
        entry = at.page.locator('a[href^="/oversight/log/"]').last.get_attribute("href")
        assert entry is not None
        at.go(entry)
        assert t("entry-kind.audit-imported") in at.page.inner_text("main")
        at.go(result)
        at.go_on(t("audits.drop"), "/oversight/audits?done=dropped")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_zone_is_asked_for_and_an_address_that_asks_too_much_is_told(
    chromium: Browser, site: str, tmp_path: Path, language: str
) -> None:
    """A day and a time of day in two columns, at fault without a zone; a filter that is none. Clean at every width."""
    t = words_of(language)
    log = tmp_path / "log.csv"
    log.write_text("Org Name,Search Date,Search Time,Reason\nAlder Police,03/31/2026,10:05 PM,stolen\n")
    with window(chromium, site) as at:
        at.enter("auditor", language)
        at.go("/oversight/new-audit")
        at.page.set_input_files("#log", log)
        at.go_on(t("audits.go-on"), "/oversight/audits/*/columns")
        at.go_on(t("audits.columns.read"), "/oversight/audits/*/columns")
        at.told_a_fault()
        at.look()
        at.page.select_option("#times", "month-first-12")
        at.page.select_option("#zone", "America/Los_Angeles")
        at.go_on(t("audits.columns.read"), "/oversight/audits/*")
        at.go("/oversight/log?purpose=zzz")
        at.complaints[:] = [one for one in at.complaints if "404" not in one]  # the page itself, as is meant
        assert at.page.inner_text("main h1") == t("not_offered.title")
        at.look()
