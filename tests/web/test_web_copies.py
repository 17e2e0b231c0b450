"""Printing and exporting an answer: recorded first, labels on every sheet, nothing printed by the way."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import Window, window
from playwright.sync_api import Browser
from served_pages import free_port, served_pages
from web_stage import HandClock, Stage, form_value, make_site

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_stage import call
from msgspec.structs import replace
from serving import serving, wait_for

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.ledger.entry import decode_entry
from comity.ledger.tiles import read_bundle, tiles_of
from comity.model.codes import DataClass
from comity.model.disclosure import EntryKind
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.node.local import Ask
from comity.settings import SETTINGS_FILE, read_settings, write_noun
from comity.web.words import words_of

DETECTIVE = "wa-police-detective"
T = words_of("en")
NO_DIALOG = "window.printed = 0; window.print = () => { window.printed += 1; };"  # nobody is there to close one


@dataclass(frozen=True)
class Asked:
    """The asker's served node and two questions: one was answered, one found nobody."""

    folder: Path
    stage: Stage
    question: str
    empty: str

    def kinds(self) -> list[EntryKind]:
        """Every entry of the published log, in order."""
        log = self.folder / "log"
        size = int((log / "checkpoint").read_text().splitlines()[1])
        bundles = [one for one in tiles_of(size) if one.level < 0]
        raws = [raw for one in bundles for raw in read_bundle((log / one.path).read_bytes(), one.width)]
        return [decode_entry(raw).facts.kind for raw in raws]

    def copies(self) -> int:
        """How many copies are entered."""
        return self.kinds().count(EntryKind.COPIED)


@pytest.fixture(scope="module")
def asked(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    """The detective's question, answered by the sheriff and by the own agency."""
    place, built = tmp_path_factory.mktemp("copies"), region[1]
    nodes = dict(built.nodes)
    folder, owner = (Path(shutil.copytree(nodes[one], place / one)) for one in ("wa-node", "ca-node"))
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), port=free_port()))
    with serving(owner), serving(folder):
        stage = make_site(folder, HandClock(int(time.time() * 1000)))
        request = replace(to_request(built.scene.detective_question), sources=(CA_SHERIFF, WA_POLICE))
        nobody = replace(request, subject=PersonSubject(family="Zzyzwick", given="Q", birth_date="1901-01-01"))
        first, second = (stage.site.door.ask(Ask(request=one), Outcome) for one in (request, nobody))
        yield Asked(folder, stage, first.query_id, second.query_id)


def signed_in(asked: Asked, browser, member: str = DETECTIVE):  # type: ignore[no-untyped-def]
    """A browser in which a member has just signed in; the value its forms carry."""
    browser.cookies.set("comity", asked.stage.site.sessions.begin(member, "test", asked.stage.clock.at_ms, "en"))
    return form_value(browser.get("/questions").text)


def test_a_print_is_recorded_and_every_sheet_has_its_head(chromium: Browser, asked: Asked) -> None:
    """By keyboard: one entry; sheets without navigation, whose head with labels, number, who and when is on each."""
    before = asked.copies()
    with served_pages(asked.folder) as site, window(chromium, site) as at:
        at.page.add_init_script(NO_DIALOG)
        at.go("/sign-in")
        at.press(T("sign-in.post.detective", name=""), "/questions")
        at.go(f"/questions/{asked.question}")
        at.look()
        unrecorded = printed(at).replace(T("page.demonstration"), "").strip()
        assert unrecorded.split("\n")[0] == T("copy.not-here")
        assert T("answer.may-inform") not in unrecorded
        assert asked.copies() == before
        at.press(T("copy.print"), "/questions/*/print")
        at.page.wait_for_selector(".sheets")
        at.look()
        assert at.page.evaluate("window.printed") == 1
        text = printed(at)
        head = at.page.locator(".sheets > thead").evaluate(
            "(one) => [one.innerText, getComputedStyle(one).display]"
        )
        sheets = len(re.findall(rb"/Type\s*/Page\b", at.page.pdf(format="Letter")))
        at.clean()
    wait_for(lambda: asked.copies() == before + 1)
    assert sheets >= 2
    assert head[1] == "table-header-group"  # which browsers repeat on every sheet
    assert "NOT CERTIFIED" in head[0]
    assert f"Question {asked.question[-8:]}. Printed by " in head[0]
    for gone in (T("page.sign-out"), T("nav.questions"), T("copy.use-browser"), T("answer.why-withheld")):
        assert gone not in text
    assert T("level.withheld") in text
    assert T("copy.paper") in text
    assert ".." not in text


def printed(at: Window) -> str:
    """The words that would come on paper."""
    at.page.emulate_media(media="print")
    text: str = at.page.inner_text("body")
    at.page.emulate_media(media="screen")
    return text.strip()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_export_says_what_it_does_and_is_decided_anew(asked: Asked, form: str) -> None:
    """The page states the effect; the file has labels and terms, and a question number of its own; the log has it first."""
    address = f"/questions/{asked.question}/export"
    before, copied = len(asked.kinds()), [EntryKind.COPIED, EntryKind.ASKED, EntryKind.RECEIVED]
    with asked.stage.browser() as browser:
        value = signed_in(asked, browser)
        page = browser.get(address).text
        assert T("copy.effect") in page
        assert "Export " in page
        answer = browser.post(address, data={"form": value, "form-of": form})
        assert T("questions.since-none") in browser.get("/questions").text  # the file in their hands is no news
    assert answer.status_code == 200
    assert re.search(rf'filename="answer-to-question-\w+\.{form}"', answer.headers["content-disposition"])
    wait_for(lambda: [one for one in asked.kinds()[before:] if one in copied] == copied)
    if form == "json":
        told = json.loads(answer.content)
        assert told["question"] != asked.question
        assert told["records"]
        return
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert rows
    assert all(one["terms"].startswith("May: use in case") for one in rows)
    assert any("NOT CERTIFIED" in one["labels"] for one in rows)


def test_an_export_needs_its_form(asked: Asked) -> None:
    """Nothing is recorded before it is said as what."""
    address, before = f"/questions/{asked.question}/export", asked.copies()
    with asked.stage.browser() as browser:
        answer = browser.post(address, data={"form": signed_in(asked, browser)})
    assert (answer.status_code, answer.text.count(T("copy.fault.form"))) == (422, 2)
    assert asked.copies() == before


def test_nobodys_own_and_empty_answers_are_not_copied(asked: Asked) -> None:
    """Another member, a wrong number and an answer with nothing in it read the same, and nothing is recorded."""
    before = asked.copies()
    with asked.stage.browser() as browser:
        value = signed_in(asked, browser, "wa-police-custodian")
        assert browser.post(f"/questions/{asked.question}/print", data={"form": value}).status_code == 404
        value = signed_in(asked, browser)
        for question in (asked.empty, "0" * 32):
            assert browser.post(f"/questions/{question}/print", data={"form": value}).status_code == 404
            assert browser.get(f"/questions/{question}/export").status_code == 404
        assert "/print" not in browser.get(f"/questions/{asked.empty}").text
    assert asked.copies() == before


def test_the_command_line_exports_the_same(asked: Asked, tmp_path: Path) -> None:
    """One command; the file is the page's."""
    out = tmp_path / "answer.csv"
    told = call(
        *("answer", "export", "--node", asked.folder, "--as", DETECTIVE, "--form", "csv", asked.question),
        *("--out", out),
    )
    assert "log entry" in told.out
    assert list(csv.DictReader(io.StringIO(out.read_text())))


def test_a_lead_is_put_to_its_owner_from_the_answer(asked: Asked, region: tuple[Region, BuiltRegion]) -> None:
    """What may not be done by it, the request with its clock, and where it stands; for nobody else's answer."""
    record = next(
        one for one in region[0].records if (one.owner, one.data_class) == (WA_POLICE, DataClass.WARRANT)
    )
    family, _, given = record.people[0].values("name")[0].partition(", ")
    subject = PersonSubject(family=family, given=given, birth_date=record.people[0].values("birth-date")[0])
    request = replace(
        to_request(region[1].scene.detective_question),
        sources=(WA_POLICE,),
        data_classes=(DataClass.WARRANT,),
        subject=subject,
    )
    outcome: Outcome = asked.stage.site.door.ask(Ask(request=request), Outcome)
    answer = outcome.sources[0].answer
    assert answer is not None
    address = f"/questions/{outcome.query_id}"
    act = f"{address}/items/{answer.items[0].item_id}/confirm"
    with asked.stage.browser() as browser:
        value = signed_in(asked, browser, "wa-police-custodian")
        assert browser.post(act, data={"form": value, "urgency": "urgent"}).status_code == 404
        value = signed_in(asked, browser)
        page = browser.get(address).text
        assert T("confirm.not-alone") in page
        assert T("confirm.ask.urgent") in page
        assert browser.post(act, data={"form": value, "urgency": "whenever"}).headers["location"] == address
        wrong = act.replace(answer.items[0].item_id, "0" * 32)
        assert browser.post(wrong, data={"form": value, "urgency": "urgent"}).status_code == 404
        assert browser.post(act, data={"form": value, "urgency": "urgent"}).headers["location"] == address
        page = browser.get(address).text
        assert "Asked to confirm." in page
        assert "The owner answers by " in page
        assert T("confirm.ask.urgent") not in page
