"""O6 in a real browser: a log read, its names settled and its result opened by keyboard, clean at every width."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from audit_files import AGENCIES, EDITION, search_log
from browser import LANGUAGES, browsing, window
from msgspec.structs import replace
from playwright.sync_api import Browser
from served_pages import free_port, served_pages
from serving import serving
from test_web_oversight_browser import enter, press

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.settings import SETTINGS_FILE, read_settings, write_noun
from comity.web.words import words_of


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of all tests here; before anything is served for it."""
    with browsing() as found:
        yield found


@pytest.fixture
def site(chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path: Path) -> Iterator[str]:
    """The sheriff's pages."""
    folder = Path(shutil.copytree(dict(region[1].nodes)["ca-node"], tmp_path / "ca-node"))
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), port=free_port()))
    with serving(folder), served_pages(folder) as address:
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
        enter(at, "auditor", language)
        at.go("/oversight/audits")
        at.look()
        press(at, t("audits.new"), "/oversight/new-audit")
        press(at, t("audits.go-on"), "/oversight/new-audit")
        assert at.focused()["id"] == "problem"
        at.page.set_input_files("#log", log)  # the dialog of the system is not the page's
        at.page.set_input_files("#directory", directory)
        press(at, t("audits.go-on"), "/oversight/audits/*/columns")
        press(at, t("audits.columns.read"), "/oversight/audits/*/names")
        press(at, t("audits.names.another"), "/oversight/audits/*/names")
        assert at.focused()["id"] == "problem"
        press(at, t("audits.names.none"), "/oversight/audits/*/names")
        press(at, t("audits.names.leave"), "/oversight/audits/*/names")
        assert AGENCIES[1] in at.page.inner_text("main h2")
        press(at, t("audits.names.same"), "/oversight/audits/*")
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
        press(at, t("audits.drop"), "/oversight/audits?done=dropped")
