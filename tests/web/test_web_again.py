"""An agency that could not be reached is asked again from the answer: it alone, once, under a number of its own."""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import window
from playwright.sync_api import Browser
from served_pages import free_port, served_pages
from web_stage import HandClock, Stage, form_value, make_site

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_stage import call, refused
from msgspec.structs import replace
from serving import serving, wait_for

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.model.outcome import Outcome, RevisedOutcome
from comity.node.desk_requests import ShowAnswer
from comity.node.local import Ask
from comity.settings import SETTINGS_FILE, read_settings, write_noun
from comity.web.words import words_of

DETECTIVE = "wa-police-detective"
T = words_of("en")
ANEW = f"{1_795_953_600_000:012x}" + "ef" * 10


@dataclass(frozen=True)
class Unreached:
    """The asker's served node, and a question that did not reach it."""

    folder: Path
    stage: Stage
    question: str

    def answer(self, question: str) -> Outcome:
        """A question's outcome."""
        wanted = ShowAnswer(asker=WA_POLICE, member=DETECTIVE, query_id=question)
        found: RevisedOutcome = self.stage.site.door.ask(wanted, RevisedOutcome)
        return found.outcome


@pytest.fixture(scope="module")
def unreached(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Unreached]:
    """The detective's question to the sheriff, who is away, and to the own agency."""
    place, built = tmp_path_factory.mktemp("again"), region[1]
    nodes = dict(built.nodes)
    folder = Path(shutil.copytree(nodes["wa-node"], place / "wa-node"))
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), port=free_port()))
    with serving(folder):
        stage = make_site(folder, HandClock(int(time.time() * 1000)))
        request = replace(to_request(built.scene.detective_question), sources=(CA_SHERIFF, WA_POLICE))
        outcome = stage.site.door.ask(Ask(request=request), Outcome)
        yield Unreached(folder, stage, outcome.query_id)


def signed_in(unreached: Unreached, browser, member: str = DETECTIVE):  # type: ignore[no-untyped-def]
    """A browser in which a member has just signed in; the value its forms carry."""
    stage = unreached.stage
    browser.cookies.set("comity", stage.site.sessions.begin(member, "test", stage.clock.at_ms, "en"))
    return form_value(browser.get("/questions").text)


def test_nobody_else_and_nothing_else_is_put_again(unreached: Unreached) -> None:
    """Another member and a wrong question read "Page not found"; of an agency that was reached the answer is shown."""
    address = f"/questions/{unreached.question}/again"
    with unreached.stage.browser() as browser:
        value = signed_in(unreached, browser, "wa-police-custodian")
        assert browser.post(address, data={"form": value, "number": ANEW, "agency": CA_SHERIFF}).status_code == 404
        value = signed_in(unreached, browser)
        wrong = f"/questions/{'0' * 32}/again"
        assert browser.post(wrong, data={"form": value, "number": ANEW, "agency": CA_SHERIFF}).status_code == 404
        for agency in (WA_POLICE, ""):
            answer = browser.post(address, data={"form": value, "number": ANEW, "agency": agency})
            assert answer.headers["location"] == f"/questions/{unreached.question}"
        for number in ("", "x", unreached.question):
            answer = browser.post(address, data={"form": value, "number": number, "agency": CA_SHERIFF})
            assert answer.headers["location"] == f"/questions/{unreached.question}"
        assert browser.get(f"/questions/{ANEW}").status_code == 404


def test_the_one_agency_is_asked_again_and_once(chromium: Browser, unreached: Unreached) -> None:
    """By keyboard: the button of its row alone leads to the new question, of it alone; the list has both."""
    with served_pages(unreached.folder) as site, window(chromium, site) as at:
        at.go("/sign-in")
        at.press(T("sign-in.post.detective", name=""), "/questions")
        at.look()
        at.go(f"/questions/{unreached.question}")
        at.page.locator("summary", has_text=T("answer.each-agency")).press("Enter")
        at.look()
        assert at.page.locator("form[action$='/again']").count() == 1
        at.page.get_by_role("button", name=T("answer.ask-again")).press("Enter")
        at.page.wait_for_url(
            lambda url: re.search(r"/questions/[0-9a-f]{32}$", url) and unreached.question not in url
        )
        anew = at.page.url.rsplit("/", 1)[-1]
        at.page.get_by_role("heading", name=T("answer.to", number=anew[-8:])).wait_for()
        assert at.page.url.endswith(f"/questions/{anew}")  # no word of the script is left in the address
        at.look()
        at.go("/questions")
        assert at.page.locator("tbody tr").count() == 2
        at.look()
        at.clean()
    outcome = unreached.answer(anew)
    assert [one.agency for one in outcome.sources] == [CA_SHERIFF]
    assert outcome.request.case_number == unreached.answer(unreached.question).request.case_number


def test_a_second_press_asks_nothing_twice(unreached: Unreached) -> None:
    """The number is the page's: sent again it leads to the same question."""
    address = f"/questions/{unreached.question}/again"
    with unreached.stage.browser() as browser:
        value = signed_in(unreached, browser)
        for _ in range(2):
            answer = browser.post(address, data={"form": value, "number": ANEW, "agency": CA_SHERIFF})
            assert answer.headers["location"] == f"/questions/{ANEW}"

        def is_there() -> bool:
            return T("answer.to", number=ANEW[-8:]) in browser.get(f"/questions/{ANEW}").text

        wait_for(is_there)
        assert T("status.unreachable.label") in browser.get(f"/questions/{ANEW}").text


def test_the_command_line_asks_again_too(unreached: Unreached) -> None:
    """The same verb; exit status 1 while the agency stays away, and 2 for one that was reached."""
    words = ("answer", "again", "--node", unreached.folder, "--as", DETECTIVE, unreached.question, "--source")
    away = call(*words, CA_SHERIFF, "--json")
    assert (away.status, [one["status"] for one in away.json["sources"]]) == (1, ["unreachable"])
    assert "could not reach" in refused(*words, WA_POLICE)
