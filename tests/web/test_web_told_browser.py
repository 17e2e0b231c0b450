"""What an investigator takes back and writes down, in a real browser: nothing axe finds, each whole job by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import LANGUAGES, window
from msgspec.structs import replace
from playwright.sync_api import Browser
from served_pages import served_node, served_pages
from serving import wait_for
from told_stage import FIELD, Told, told_nodes

from comity.demo.agencies import CA_SHERIFF, IL_POLICE
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.model.correction import RecordAct, RecordActed
from comity.model.finding import CircleTold, Relation
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.node.desk_requests import ActOnRecord
from comity.node.finding_requests import AddToCircle
from comity.node.local import Ask, at_node
from comity.web.words import words_of

SOMEBODY = PersonSubject(family="Quillfeather", given="Ottoline", birth_date="1984-03-04")
WORDS = "burglary of a shop, by night"
DETECTIVE, HEAD = "ca-sheriff-detective", "ca-sheriff-sheriff"


@pytest.fixture(scope="module")
def node(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The pages of the sheriff's node, which serves, and its folder; somebody is on its sealed list."""
    place = tmp_path_factory.mktemp("told")
    with served_node(region[1], "ca-node", place) as folder, served_pages(folder) as address:
        with at_node(folder) as verbs:
            add = AddToCircle(
                member="ca-sheriff-privacy", relation=Relation.HOUSEHOLD, whose=HEAD, subject=SOMEBODY
            )
            verbs(add, CircleTold, lambda *_: None)
        yield address, folder


def ask_about_somebody(folder: Path, region: tuple[Region, BuiltRegion]) -> str:
    request = replace(
        to_request(region[1].scene.detective_question),
        asker=CA_SHERIFF,
        member=DETECTIVE,
        beneficiary=CA_SHERIFF,
        subject=SOMEBODY,
        sources=(CA_SHERIFF,),
    )
    with at_node(folder) as verbs:
        outcome: Outcome = verbs(Ask(request=request), Outcome, lambda *_: None)
    return outcome.query_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_waiting_question_is_taken_back_by_keyboard_alone(
    chromium: Browser, node: tuple[str, Path], region: tuple[Region, BuiltRegion], language: str
) -> None:
    """From its page through a fault to what was done; a supervisor's page of it before and after."""
    t = words_of(language)
    site, folder = node
    question = ask_about_somebody(folder, region)
    address = f"/questions/{question}"
    with window(chromium, site) as at, window(chromium, site) as desk:
        desk.go(f"/sign-in?language={language}")
        desk.page.locator('button[value="sergeant"]').focus()
        with desk.page.expect_navigation():
            desk.page.keyboard.press("Enter")
        desk.go(f"/desk/approvals/{question}?language={language}")
        desk.look()
        at.enter("detective", language, address)
        at.look()
        at.go_on(t("waiting.withdraw"), f"{address}/withdraw")
        at.go_on(t("waiting.withdraw-now"), f"{address}/withdraw")
        at.told_a_fault()
        at.write(t("waiting.withdraw-why"), "asked under the wrong case")
        at.go_on(t("waiting.withdraw-now"), address)
        assert t("waiting.state.withdrawn") in at.page.inner_text("main")
        at.go("/questions")
        at.look()
        desk.go(f"/desk/approvals/{question}")
        desk.look()
        assert t("desk.approvals.was-withdrawn") in desk.page.inner_text("main")


@pytest.fixture(scope="module")
def told(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Told]]:
    """The pages of the investigators' node, which asks Sandstone Falls'."""
    with (
        told_nodes(region, tmp_path_factory.mktemp("told")) as nodes,
        served_pages(nodes.folder) as address,
    ):
        yield address, nodes


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_owner_told_is_written_down_by_keyboard_alone(
    chromium: Browser, told: tuple[str, Told], language: str
) -> None:
    """From the field to the form, through a fault, to the note below the field; then on the sheets."""
    t = words_of(language)
    site, nodes = told
    question, item = nodes.ask()
    form = f"/questions/{question}/items/{item.item_id}/told"
    with window(chromium, site) as at:
        at.page.add_init_script("window.print = () => {};")
        at.enter("custodian", language, f"/questions/{question}")
        at.look()
        at.go_on(t("told.title"), f"{form}?field={FIELD}")
        at.go_on(t("told.write"), form)
        at.told_a_fault()
        at.write(t("told.told"), WORDS)
        at.write(t("told.by"), "Sgt. of the records desk")
        at.choose("how", t("told.how-it-was.call"))
        at.go_on(t("told.write"), f"/questions/{question}?done=told")
        assert WORDS in at.page.inner_text(".told blockquote")
        assert t("tag.not-certified") in at.page.inner_text(".told")
        at.go_on(t("copy.print"), f"/questions/{question}/print")
        at.page.emulate_media(media="print")
        paper = at.page.inner_text("body")
        for words in (WORDS, t("told.not-the-owners"), "Odette Grimaldi", "Sgt. of the records desk"):
            assert words in paper
        assert t("told.title") not in paper


def test_with_javascript_off_it_is_written_down_all_the_same(chromium: Browser, told: tuple[str, Told]) -> None:
    """The form has the day and time of now in it, and is sent as it stands."""
    t = words_of("en")
    site, nodes = told
    question, _ = nodes.ask()
    with window(chromium, site, java_script_enabled=False) as at:
        at.go("/sign-in")
        at.page.get_by_role("button", name=t("sign-in.post.custodian", name="").strip()).click()
        at.go(f"/questions/{question}")
        at.page.get_by_role("link", name=t("told.title")).first.click()
        at.page.fill("#told", WORDS)
        at.page.fill("#by", "the desk")
        at.page.locator("label[for=how-0]").click()
        at.page.get_by_role("button", name=t("told.write")).click()
        at.page.wait_for_url(f"{site}/questions/{question}?done=told")
        assert WORDS in at.page.inner_text(".told blockquote")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_recall_that_was_got_is_confirmed_by_keyboard_alone(
    chromium: Browser, told: tuple[str, Told], language: str
) -> None:
    """An owner seals what it gave: the desk reads whose question has it and confirms, through a fault; it is forgotten."""
    t, number = words_of(language), 1 + LANGUAGES.index(language)
    site, nodes = told
    nodes.ask(number)
    sealed = RecordAct(record_id=nodes.record(number).id, act="seal", reason="by order of the court")
    with at_node(nodes.owner) as verbs:
        verbs(ActOnRecord(member=f"{IL_POLICE}-custodian", wanted=sealed), RecordActed, lambda *_: None)
    with window(chromium, site) as at:
        at.enter("custodian", language, "/desk/recalls")
        wait_for(lambda: at.page.reload() and at.page.locator("tbody a[href^='/desk/recalls/']").count())
        at.look()
        at.page.locator("tbody a[href^='/desk/recalls/']").first.focus()
        with at.page.expect_navigation():
            at.page.keyboard.press("Enter")
        at.look()
        at.go_on(t("desk.recalls.confirm"), "/desk/recalls/*")
        at.told_a_fault()
        at.write(t("desk.recalls.what-done"), "taken out of the case")
        at.go_on(t("desk.recalls.confirm"), "/desk/recalls?done=1")
        at.page.locator("tbody a[href^='/desk/recalls/']").first.click()
        assert t("desk.recalls.forgotten") in at.page.inner_text("main")
