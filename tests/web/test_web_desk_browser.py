"""The desk's pages of law and agreements in a real browser: nothing axe finds, nothing sideways, whole jobs by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from browser import LANGUAGES, window
from desk_stage import Desk, desk_of
from playwright.sync_api import Browser
from served_pages import served_pages

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.node.offer_requests import OfferAgreement
from comity.node.offered_agreements import OfferedAgreement
from comity.node.sign_agreement import read_sidecar, sign_agreement
from comity.web.words import words_of

NAME, OTHER = "ACSO-CCPD-2026", "ACSO-CCPD-2027"
SUSPENDED = "HDI-ACSO-2026"
OFFERED = {"en": "ACSO-CCPD-2028", "es": "ACSO-CCPD-2029"}
REWRITTEN = {"en": ("stop, missing-person,", "stop, licensing,"), "es": (" custody, stop,", " customs, stop,")}
REASON = "checked with the state repository"
TEXT = (files("comity.demo") / "law" / "acso-ccpd-2026.agr").read_text().replace(NAME, OTHER)
TEXT = TEXT.replace("federal-crime, task-force", "federal-crime, missing-person, task-force", 1)


@pytest.fixture(scope="module")
def desk(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The sheriff's node, which serves."""
    with desk_of(*region, tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.fixture(scope="module")
def site(desk: Desk) -> Iterator[str]:
    """Its pages."""
    with served_pages(desk.owner) as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suspension_is_undone_by_keyboard_alone(chromium: Browser, site: str, language: str) -> None:
    """It stops at once; whoever suspended it reads what undoing does, and undoes it."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.enter("custodian", language, f"/desk/agreements/{SUSPENDED}")
        at.go_on(t("desk.agreements.suspend"), f"/desk/agreements/{SUSPENDED}/suspend")
        at.write(t("desk.reason"), "audit finding seven")
        at.go_on(t("desk.agreements.suspend"), "/desk/agreements?done=suspended")
        at.go_on(t("desk.agreements.undo"), f"/desk/agreements/{SUSPENDED}/undo/*")
        at.go_on(t("desk.agreements.undo-now"), "/desk/agreements?done=again")
        assert SUSPENDED in at.page.inner_text("tbody")


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


def offer(desk: Desk, name: str, place: Path) -> None:
    """An agreement that everybody has signed but this agency's counsel."""
    path = place / "new.agr"
    path.write_text(TEXT.replace(OTHER, name))
    for folder, agency, roles in (
        (desk.asker, "wa-police", ("agency-head", "counsel")),
        (desk.owner, "ca-sheriff", ("agency-head",)),
    ):
        for role in roles:
            sign_agreement(folder, path, agency, role)
    brought = OfferAgreement(member="ca-sheriff-custodian", text=path.read_text(), signatures=read_sidecar(path))
    desk.stage.site.door.ask(brought, OfferedAgreement)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agreement_is_signed_by_counsel_and_switched_on_by_another_by_keyboard_alone(
    chromium: Browser, site: str, desk: Desk, tmp_path: Path, language: str
) -> None:
    """Each reads what it opens, and says so, through a fault; then it is in force."""
    t, name = words_of(language), OFFERED[language]
    offer(desk, name, tmp_path)
    address = f"/desk/agreements/{name}"
    with window(chromium, site) as counsel, window(chromium, site) as at:
        counsel.enter("counsel", language, f"{address}/activate")
        counsel.go_on(t("activate.sign-as"), f"{address}/sign")
        counsel.go_on(t("activate.sign-as"), f"{address}/sign")
        counsel.told_a_fault()
        counsel.tab_to(t("activate.read"))
        counsel.page.keyboard.press("Space")
        counsel.go_on(t("activate.sign-as"), f"{address}/activate?done=signed")
        at.enter("custodian", language, f"{address}/activate")
        begins = t("activate.from", day="").strip()
        at.go_on(begins, f"{address}/switch-on")
        at.go_on(begins, f"{address}/switch-on")
        at.told_a_fault()
        at.tab_to(t("activate.read"))
        at.page.keyboard.press("Space")
        at.go_on(begins, f"{address}?done=on")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_held_question_is_decided_by_keyboard_alone(
    chromium: Browser, site: str, desk: Desk, language: str
) -> None:
    """From the queue to what is asked, through a fault to what is signed for, and to the answer on its way."""
    t = words_of(language)
    desk.ask_about(desk.waiting_records()[LANGUAGES.index(language)])
    with window(chromium, site) as at:
        at.enter("custodian", language, "/desk/held")
        at.look()
        at.page.locator("tbody a").first.focus()
        with at.page.expect_navigation():
            at.page.keyboard.press("Enter")
        at.look()
        at.go_on(t("desk.held.check"), "/desk/held/*")
        at.told_a_fault()
        at.choose("decision", t("desk.held.release"))
        at.write(t("desk.reason"), REASON)
        at.go_on(t("desk.held.check"), "/desk/held/*/record/*")
        assert REASON in at.page.inner_text("main")
        at.go_on(t("desk.held.record"), "/desk/held?done=answered")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_written_edited_and_signed_by_counsel_by_keyboard_alone(
    chromium: Browser, site: str, language: str
) -> None:
    """From a rule in force to the form, through a fault, to what would change, its past, and counsel, who signs it."""
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
        at.page.keyboard.insert_text(text.replace(*REWRITTEN[language]))
        at.go_on(t("drafts.write"), "/desk/drafts/*?done=written")
        at.go_on(t("drafts.edit"), "/desk/drafts/*/edit")
        at.tab_to(t("drafts.text"))
        at.page.keyboard.press("Control+End")
        at.page.keyboard.type("# as counsel asked")
        at.go_on(t("drafts.write"), "/desk/drafts/*?done=written")
        at.go_on(t("drafts.past-link"), "/desk/drafts/*/past")
        at.page.go_back()
        at.go_on(t("drafts.send"), "/desk/drafts?done=sent")
    with window(chromium, site) as at:
        at.enter("counsel", language, "/desk/drafts")
        at.page.locator("tbody a").first.focus()
        with at.page.expect_navigation():
            at.page.keyboard.press("Enter")
        at.look()
        at.go_on(t("drafts.sign"), "/desk/drafts/*/sign")
        at.go_on(t("drafts.sign"), "/desk/drafts/*/sign")
        at.told_a_fault()
        at.tab_to(t("drafts.read"))
        at.page.keyboard.press("Space")
        at.go_on(t("drafts.sign"), "/desk/rules?done=on")


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_owed_is_sorted_by_keyboard_alone_at_a_desk_and_on_a_telephone(
    chromium: Browser, site: str, language: str
) -> None:
    """A heading is a link that says what it does; it has the focus on the page it leads to, and turns round from there."""
    t = words_of(language)
    column = t("desk.duties.what") + "\u00a0"  # what else begins so has no sign behind it
    with window(chromium, site) as at:
        at.enter("custodian", language, "/desk/duties")
        at.look()
        for way, would in (("", "name-down"), ("-", "name-up")):
            if not way:
                at.tab_to(column)
            assert t("sort.would", word=t(f"sort.way.name-{'down' if way else 'up'}")) in at.focused()["name"]
            with at.page.expect_navigation():
                at.page.keyboard.press("Enter")
            assert at.page.url.endswith(f"sort={way}what#sort-what")
            assert at.focused()["id"] == "sort-what"
            assert t("sort.would", word=t(f"sort.way.{would}")) in at.focused()["name"]
            sign = at.page.locator("th[aria-sort]").get_attribute("aria-sort")
            assert sign == ("descending" if way else "ascending")
        at.look()
        at.go_on(t("desk.duties.show.done"), "/desk/duties?show=done&sort=-what")
        at.page.set_viewport_size({"width": 390, "height": 900})
        at.go(f"/desk/duties?language={language}")
        assert not at.page.locator("th .sorts__to").first.is_visible()
        at.tab_to(t("desk.rule") + "\u00a0")
        assert at.focused()["id"] == "sort-by-rule"
        with at.page.expect_navigation():
            at.page.keyboard.press("Enter")
        assert at.focused()["id"] == "sort-by-rule"
        rules = at.page.locator("td[data-label] .rule").all_inner_texts()
        assert len(rules) > 2
