"""The desk's pages of law and agreements in a real browser: nothing axe finds, nothing sideways, whole jobs by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest
from browser import LANGUAGES, window
from playwright.sync_api import Browser
from served_pages import served_node, served_pages

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.web.words import words_of

NAME, OTHER = "ACSO-CCPD-2026", "ACSO-CCPD-2027"
TEXT = (files("comity.demo") / "law" / "acso-ccpd-2026.agr").read_text().replace(NAME, OTHER)
TEXT = TEXT.replace("federal-crime, task-force", "federal-crime, missing-person, task-force", 1)


@pytest.fixture(scope="module")
def site(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The pages of the sheriff's node, which serves."""
    place = tmp_path_factory.mktemp("desk")
    with served_node(region[1], "ca-node", place) as folder, served_pages(folder) as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agreement_is_kept_by_keyboard_alone(chromium: Browser, site: str, language: str) -> None:
    """From the list to the agreement, what it was used for, and the word that it is still wanted."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.enter("custodian", language, "/desk/agreements")
        at.look()
        at.page.get_by_role("link").filter(has_text="Jail, case and history").first.focus()
        at.page.keyboard.press("Enter")
        at.page.wait_for_url(f"{site}/desk/agreements/{NAME}*")
        at.look()
        at.go_on(t("agreement.use-link"), f"/desk/agreements/{NAME}/use")
        at.page.go_back()
        at.go_on(t("agreement.keep"), f"/desk/agreements/{NAME}/keep")
        at.go_on(t("agreement.keep"), f"/desk/agreements/{NAME}/keep")
        at.told_a_fault()
        at.write(t("agreement.keep-why"), "joint robbery cases go on")
        at.tab_to(t("agreement.keep-read"))
        at.page.keyboard.press("Space")
        at.go_on(t("agreement.keep"), f"/desk/agreements/{NAME}?done=kept")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agreement_is_brought_and_read_by_keyboard_alone(chromium: Browser, site: str, language: str) -> None:
    """A faulty text first: each fault with its line; then the whole one, and what it opens."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.enter("custodian", language, "/desk/offered")
        at.look()
        at.tab_to(t("offered.text"))
        at.page.keyboard.insert_text(TEXT.replace("criminal-investigation", "criminal-investigaton"))
        at.go_on(t("offered.bring"), "/desk/offered")
        at.told_a_fault()
        at.tab_to(t("offered.text"))
        at.page.keyboard.press("Control+A")
        at.page.keyboard.insert_text(TEXT)
        at.go_on(t("offered.bring"), f"/desk/agreements/{OTHER}/activate")
        assert t("changes.word.opens") in at.page.inner_text("main")
        at.go_on(t("activate.not-now"), "/desk/offered")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_written_and_sent_to_counsel_by_keyboard_alone(
    chromium: Browser, site: str, language: str
) -> None:
    """From a rule in force to the form, through a fault, to what would change, its past, and counsel."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.enter("custodian", language, "/desk/rules")
        at.look()
        at.go(f"/desk/rules/us-ca/CA-02?language={language}")
        for summary in at.page.locator("summary").all():
            summary.focus()
            at.page.keyboard.press("Enter")
        at.look()
        at.press(t("rules.title"), "/desk/rules*")
        at.go_on(t("drafts.title"), "/desk/drafts")
        at.go_on(t("drafts.new"), "/desk/drafts/new")
        text = at.page.input_value("#text")
        at.tab_to(t("drafts.text"))
        at.page.keyboard.press("Control+A")
        at.page.keyboard.insert_text(text.replace("labelled narrative", "labelled narratve"))
        at.go_on(t("drafts.write"), "/desk/drafts/new")
        at.told_a_fault()
        at.tab_to(t("drafts.text"))
        at.page.keyboard.press("Control+A")
        at.page.keyboard.insert_text(text.replace("stop, missing-person,", "stop, licensing,"))
        at.go_on(t("drafts.write"), "/desk/drafts/*?done=written")
        at.go_on(t("drafts.past-link"), "/desk/drafts/*/past")
        at.page.go_back()
        at.go_on(t("drafts.send"), "/desk/drafts?done=sent")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_is_opened_held_and_corrected_by_keyboard_alone(
    chromium: Browser, site: str, language: str
) -> None:
    """By its number and a reason, through a fault; a legal hold, a correction that is tried first, and what leaves us."""
    t = words_of(language)
    record = {"en": "ca-sheriff-000002", "es": "ca-sheriff-000003"}[language]  # one of its own: a hold stays
    with window(chromium, site) as at:
        at.enter("custodian", language, "/desk/records")
        at.look()
        at.go_on(t("records.open"), "/desk/records")
        at.told_a_fault()
        at.write(t("records.number"), record)
        at.write(t("records.why"), "subpoena of the court")
        at.go_on(t("records.open"), f"/desk/records/{record}")
        at.go_on(t("records.act.seal.button"), "/desk/records/*/act/seal")
        at.page.go_back()
        at.go_on(t("records.act.hold.button"), "/desk/records/*/act/hold")
        at.write(t("desk.reason"), "order of the court")
        at.go_on(t("records.act.hold.button"), "/desk/records/*?done=hold")
        at.go_on(t("records.correct"), "/desk/records/*/correct")
        at.tab_to(t("records.place"))
        at.page.keyboard.type("p1 birth")
        at.write(t("records.values"), "1973-06-27")
        at.write(t("desk.reason"), "misread the birth date")
        at.go_on(t("records.try"), "/desk/records/*/correct/*")
        at.go_on(t("records.record-it"), "/desk/records/*?done=corrected")
        at.go(f"/desk/leaving?language={language}")
        at.look()
        at.go_on(t("leaving.show"), "/desk/leaving?agency=&purpose=&result=")
