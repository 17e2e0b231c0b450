"""Receipts of an answer: what their page says, the file of them, and who checks it."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser import window
from playwright.sync_api import Browser
from served_pages import free_port, served_pages
from web_stage import HandClock, Stage, make_site

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_stage import call, refused
from msgspec.structs import replace
from serving import serving, wait_for

from comity.demo.agencies import CA_SHERIFF, NY_DMV, WA_POLICE
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.ledger.witnessed import GRACE_MS
from comity.model.asked import ShownReceipt
from comity.model.outcome import Outcome
from comity.node.local import Ask, LocalRequest, Progress
from comity.node.witnesses import POLICY_FILE
from comity.settings import SETTINGS_FILE, read_directory, read_settings, write_noun
from comity.web.door import Door, untold
from comity.web.words import words_of

DETECTIVE = "wa-police-detective"
T = words_of("en")


@dataclass(frozen=True)
class Asked:
    """A served node of the asker, beside the sheriff's, and a question that was answered."""

    folder: Path
    owner: Path
    stage: Stage
    question: str
    ori: str

    @property
    def address(self) -> str:
        """The page of the sheriff's receipt."""
        return f"/questions/{self.question}/receipts/{self.ori}"


@pytest.fixture(scope="module")
def asked(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    """The detective's question, answered by the own agency, by the sheriff, whose log a third node witnesses, and by that."""
    place, built = tmp_path_factory.mktemp("receipts"), region[1]
    nodes = dict(built.nodes)
    folder, owner, third = (
        Path(shutil.copytree(nodes[one], place / one)) for one in ("wa-node", "ca-node", "ny-node")
    )
    with ExitStack() as served:
        witness = served.enter_context(serving(third))
        key = next(
            one.witness_key for one in read_directory(owner, read_settings(owner)).nodes if one.id == third.name
        )
        policy = f"witness third {key} {witness.ready['address']}/witness\nquorum third\n"
        (owner / POLICY_FILE).write_text(policy, encoding="utf-8")
        served.enter_context(serving(owner))
        write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), port=free_port()))
        served.enter_context(serving(folder))
        stage = make_site(folder, HandClock(int(time.time() * 1000)))
        request = replace(to_request(built.scene.detective_question), sources=(CA_SHERIFF, WA_POLICE, NY_DMV))
        outcome: Outcome = stage.site.door.ask(Ask(request=request), Outcome)
        assert all(one.verified for one in outcome.sources), outcome.sources
        ori = next(one for one in stage.site.agencies() if one.id == CA_SHERIFF).oris[-1].ori
        yield Asked(folder, owner, stage, outcome.query_id, ori)


def signed_in(asked: Asked, browser, member: str = DETECTIVE):  # type: ignore[no-untyped-def]
    """A browser in which a member has just signed in."""
    browser.cookies.set("comity", asked.stage.site.sessions.begin(member, "test", asked.stage.clock.at_ms, "en"))
    return browser


def test_the_page_says_what_is_proved_and_what_is_not(asked: Asked) -> None:
    """The state in words, the entry among how many, both sentences, and the answer's badge that leads here."""
    with asked.stage.browser() as browser:
        signed_in(asked, browser)
        assert f'href="{asked.address}"' in browser.get(f"/questions/{asked.question}").text
        own = asked.address.replace(asked.ori, "WA0179900")
        assert T("receipt.state.unwitnessed.label") in browser.get(own).text  # nobody witnesses this log
        other = asked.address.replace(asked.ori, "NYDMV9900")
        assert T("receipt.state.unwitnessed.label") in browser.get(other).text  # nor that one, as its node says
        wait_for(lambda: T("receipt.state.checked.label") in browser.get(asked.address).text)
        page = browser.get(asked.address).text
    assert "Witnesses that signed: 1 of 4" in page
    assert "It proves: this release was written before it left" in page
    assert "It does not prove: that the record is right, or that it is about your person." in page
    assert "in the log of ca-node" in page
    assert asked.question not in page.partition("</title>")[0]


def test_the_saved_file_is_checked_by_the_page_for_anybody_and_by_the_command_line(
    chromium: Browser, asked: Asked, tmp_path: Path
) -> None:
    """Saved in a browser, looked at, checked where anybody checks it, and by the log's key alone; one byte changed, not."""
    with served_pages(asked.folder) as site, window(chromium, site) as at:
        at.go("/sign-in")
        at.press(T("sign-in.post.detective", name=""), "/questions")
        at.go(asked.address)
        at.look()
        with at.page.expect_download() as coming:
            at.tab_to(T("receipt.save"))
            at.page.keyboard.press("Enter")
        assert f"comity ledger verify {coming.value.suggested_filename} " in at.page.content()
        saved = tmp_path / "receipt.txt"
        coming.value.save_as(saved)
        text = saved.read_text()
        body = text.index("\n", text.index("\nindex ") + 1) + 5
        changed = tmp_path / "changed.txt"
        changed.write_text(text[:body] + ("A" if text[body] != "A" else "B") + text[body + 1 :])
        for file, words in ((saved, T("verify.state.checked")), (changed, T("verify.state.failed"))):
            at.go("/verify")
            at.page.set_input_files("#file", file)
            at.press(T("verify.check"), "/verify")
            at.page.wait_for_selector(".proof")
            assert words in at.page.inner_text(".proof")
        at.clean()
    key = asked.owner / "log.vkey"
    told = call("ledger", "verify", saved, "--key", key, "--json").json
    assert (told["verified"], told["origin"], told["kind"]) == (True, "comity.log/ca-node", "answered")
    assert "verifies in the log comity.log/ca-node" in call("ledger", "verify", saved, "--key", key).out
    assert refused("ledger", "verify", changed, "--key", key, status=1)
    written = tmp_path / "by-command.txt"
    call(
        *("answer", "receipt", "--node", asked.folder, "--as", DETECTIVE, "--of", CA_SHERIFF),
        *(asked.question, "--out", written),
    )
    assert written.read_text() == text


@pytest.mark.parametrize("member", ["wa-police-sergeant", "wa-police-custodian"])
def test_whoever_did_not_ask_finds_no_receipt(asked: Asked, member: str) -> None:
    """Another member, a wrong number and a wrong ORI read the same."""
    with asked.stage.browser() as browser:
        signed_in(asked, browser, member)
        assert browser.get(asked.address).status_code == 404
        assert browser.get(asked.address + "/file").status_code == 404
        signed_in(asked, browser)
        for wrong in (f"/questions/{'0' * 32}/receipts/{asked.ori}", asked.address[:-1] + "9", asked.address[:-3]):
            answer = browser.get(wrong)
            assert (answer.status_code, "Page not found" in answer.text) == (404, True)


class BareDoor(Door):
    """The way to a node that keeps no receipt any more."""

    def ask(self, request: LocalRequest, kind: Any, progress: Progress = untold) -> Any:
        """What the node answers, without the receipt."""
        found = super().ask(request, kind, progress)
        return replace(found, receipt=None) if isinstance(found, ShownReceipt) else found


class UnsignedDoor(Door):
    """The way to a node whose own log has a witness that signed nothing yet."""

    def ask(self, request: LocalRequest, kind: Any, progress: Progress = untold) -> Any:
        """What the node answers, as it would say of a log that names witnesses."""
        found = super().ask(request, kind, progress)
        return replace(found, unwitnessed=False) if isinstance(found, ShownReceipt) else found


def test_a_signature_that_is_late_is_not_told_as_due(asked: Asked) -> None:
    """Within the quarter of an hour it is waited for; afterwards the page says that it never came, and what was due when."""
    clock = HandClock(asked.stage.clock.at_ms)
    stage = make_site(asked.folder, clock, door=UnsignedDoor(asked.folder))
    own = asked.address.replace(asked.ori, "WA0179900")
    with stage.browser() as browser:
        browser.cookies.set("comity", stage.site.sessions.begin(DETECTIVE, "test", clock.at_ms, "en"))
        assert T("receipt.state.waiting.label") in browser.get(own).text
        clock.at_ms += GRACE_MS + 120_000
        page = browser.get(own).text
    assert T("receipt.state.unsigned.label") in page
    assert T("receipt.state.waiting.label") not in page
    assert "that was due by" in page


def test_a_receipt_that_is_not_kept_says_so_and_has_no_file(asked: Asked) -> None:
    """After something was withdrawn no owner's receipt is kept, and the page says only that."""
    stage = make_site(asked.folder, asked.stage.clock, door=BareDoor(asked.folder))
    with stage.browser() as browser:
        browser.cookies.set("comity", stage.site.sessions.begin(DETECTIVE, "test", stage.clock.at_ms, "en"))
        page = browser.get(asked.address).text
        assert T("receipt.state.not-kept.label") in page
        assert "/file" not in page
        assert browser.get(asked.address + "/file").status_code == 404
