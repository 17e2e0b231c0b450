"""Pages in a real browser, at both widths: nothing axe finds, nothing the policy stops, whole jobs by keyboard alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from browser import LANGUAGES, PATIENCE_MS, Window, window
from playwright.sync_api import Browser
from provider import CLIENT, SECRET, agency_sign_in
from served_pages import HOST, free_port, served_node, served_pages
from serving import wait_for

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.ledger.entry import decode_entry
from comity.ledger.tiles import read_bundle, tiles_of
from comity.model.disclosure import EntryKind
from comity.web.settings import Provider, WebSettings
from comity.web.words import words_of

MARK = "#"  # in place of a number that only the page knows
MOST_LOOKS = 40  # an owner that is away is waited for ten seconds


@pytest.fixture(scope="module")
def node(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folder of the Washington node, which serves."""
    place = tmp_path_factory.mktemp("browser")
    with served_node(region[1], "wa-node", place) as folder:
        yield folder


@pytest.fixture(scope="module")
def site(node: Path) -> Iterator[str]:
    """Its pages, with the demonstration's sign-in."""
    with served_pages(node) as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_detective_signs_in_and_asks_by_keyboard_alone(chromium: Browser, site: str, language: str) -> None:
    """From the first page to the answer and the list of questions, without a mouse; each page is looked at on the way."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.go(f"/?language={language}")
        at.look()
        at.press(t("page.sign-in"), "/sign-in")
        at.go(f"/sign-in?language={language}")
        at.look()
        at.press(t("sign-in.post.detective", name=""), "/questions")
        at.go(f"/questions?language={language}")
        at.look()
        state_question(at, language)


def state_question(at: Window, language: str) -> None:
    """The three pages of a question, each looked at empty, at fault and as it is sent."""
    t = words_of(language)
    at.press(t("questions.ask"), "/ask/*/reason")
    at.look()
    at.press(t("ask.continue"), "/ask/*/reason")
    look_at_faults(at)
    at.choose("purpose", t("purpose.criminal-investigation"))
    at.tab_to(t("class.case"))
    at.page.keyboard.press("Space")
    at.write(t("ask.case"), "26-1187")
    at.press(t("ask.continue"), "/ask/*/for-whom")
    at.look()
    at.choose("whose", t("ask.whose-own"))
    at.press(t("ask.continue"), "/ask/*/subject")
    at.look()
    at.press(t("ask.continue"), "/ask/*/subject")
    look_at_faults(at)
    at.write(t("ask.given"), "Jo")
    at.write(t("ask.family"), "Quill")
    at.clean()
    at.press(t("ask.continue"), "/ask/*/check")
    at.look()
    at.press(t.many("ask.check.send", 2, n=MARK).partition(MARK)[0], "/questions/*")
    at.page.wait_for_function(
        "title => document.title.startsWith(title)", arg=t("answer.title"), timeout=PATIENCE_MS
    )
    at.look()
    at.go(f"/questions?language={language}")
    at.look()


def look_at_faults(at: Window) -> None:
    """A page with faults has the focus on its summary; its first link leads to the field. 422 itself is told as an error."""
    at.page.wait_for_selector("#problem")
    at.complaints[:] = [one for one in at.complaints if "422" not in one]
    assert at.focused()["id"] == "problem"
    at.look()


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_a_page_is_light_though_nothing_was_kept(chromium: Browser, site: str, path: str) -> None:
    """A first visit over a bad link: fewer than 300 kB, with fonts and style."""
    with window(chromium, site) as at:
        at.go(path)
        assert 5_000 < at.weight() < 300_000


def test_asking_is_lighter_still(chromium: Browser, site: str) -> None:
    """The question's first page with everything it needs, kept or not: fewer than 200 kB."""
    with window(chromium, site) as at:
        at.go("/sign-in")
        first = at.weight()
        at.press("Detective", "/questions")
        at.press("Ask", "/ask/*/reason")
        assert 5_000 < first + at.weight() < 200_000


def test_with_javascript_off_the_question_is_asked_all_the_same(chromium: Browser, site: str) -> None:
    """Nothing of the job needs script."""
    t = words_of("en")
    with window(chromium, site, java_script_enabled=False) as at:
        at.go("/sign-in")
        at.page.get_by_role("button", name=t("sign-in.post.detective", name="")).click()
        at.page.get_by_role("button", name=t("questions.ask")).click()
        at.page.locator("label").filter(has_text=t("purpose.criminal-investigation")).click()
        at.page.get_by_text(t("class.case"), exact=True).click()
        at.page.get_by_label(t("ask.case"), exact=True).fill("26-1187")
        at.page.get_by_role("button", name=t("ask.continue")).click()
        at.page.get_by_text(t("ask.whose-own")).click()
        at.page.get_by_role("button", name=t("ask.continue")).click()
        at.page.get_by_label(t("ask.family"), exact=True).fill("Quill")
        at.clean()
        at.page.get_by_role("button", name=t("ask.continue")).click()
        at.page.get_by_role("button", name=t.many("ask.check.send", 2, n=MARK).partition(MARK)[0]).click()
        for _ in range(MOST_LOOKS):
            if at.page.title().startswith(t("answer.title")):
                break
            at.page.wait_for_timeout(1_000)
            at.page.get_by_role("link", name=t("asking.check")).click()
        assert at.page.get_by_role("heading", level=1).inner_text().startswith(t("answer.title"))
        at.clean()


def test_the_row_of_an_owner_who_was_awaited_changes_where_it_stands(chromium: Browser, site: str) -> None:
    """News set the words of the row that is there, and put one that is not in the order of names; nothing is there twice.

    The count beside the rows is that of the newest row at once; what is read aloud comes to it within two seconds.
    """
    script = (files("comity.web") / "static" / "js" / "live.js").read_text()
    row = (
        '<li class="source" id="source-b"><strong class="source__name">Birch</strong> <span class="source__label '
    )
    row += 'source__label--waiting">WAITING</span> <span class="source__sentence">Sent.</span></li>'
    news = '<p id="count">0 of 2 done.</p><p role="status" id="news" data-events="/news" data-done="/"></p>'
    told = {
        "label": "ANSWERED",
        "status": "answered",
        "sentence": "Answered.",
        "news": "1 of 2.",
        "count": "1 of 2 done.",
    }
    last = {"agency": "a", "name": "Alder", "news": "2 of 2.", "count": "2 of 2 done."}
    said = [{**told, "agency": "b", "name": "Birch"}, {**told, **last}]
    body = "".join(f"data: {json.dumps(one)}\n\n" for one in said)
    page = f'<title>Asking</title>{news}<ul id="sources">{row}</ul><script>{script}</script>'
    with window(chromium, site) as at:
        at.page.route("**/asking", lambda route: route.fulfill(content_type="text/html", body=page))
        at.page.route("**/news", lambda route: route.fulfill(content_type="text/event-stream", body=body))
        at.go("/asking")
        at.page.locator("#source-a").wait_for()
        assert at.page.locator(".source__name").all_inner_texts() == ["Alder", "Birch"]
        label = at.page.locator("#source-b .source__label")
        assert (label.inner_text(), label.get_attribute("class")) == (
            "ANSWERED",
            "source__label source__label--answered",
        )
        assert at.page.locator("#source-b .source__sentence").inner_text() == "Answered."
        assert at.page.locator("#count").inner_text() == "2 of 2 done."
        at.page.wait_for_function("document.getElementById('news').textContent === '2 of 2.'", timeout=PATIENCE_MS)
        at.clean()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_use_of_motor_vehicle_records_is_asked_for_where_they_are_ticked(
    chromium: Browser, site: str, language: str
) -> None:
    """The field stands there only while that kind of record is ticked; a question goes on with it by keyboard."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.go("/sign-in")
        at.press("Detective", "/questions")
        at.go(f"/questions?language={language}")
        at.press(t("questions.ask"), "/ask/*/reason")
        assert not at.page.locator("#dppa-use").is_visible()
        at.choose("purpose", t("purpose.criminal-investigation"))
        at.tab_to(t("class.dmv"))
        at.page.keyboard.press("Space")
        at.look()
        at.write(t("ask.case"), "26-1187")
        at.press(t("ask.continue"), "/ask/*/reason")
        look_at_faults(at)
        at.page.locator("#dppa-use").select_option("b1")
        at.press(t("ask.continue"), "/ask/*/for-whom")
        at.clean()


@pytest.mark.parametrize("path", ["/no-such-page", "/locked"])
def test_pages_that_say_no_are_looked_at_too(chromium: Browser, site: str, path: str) -> None:
    """Not found, and locked: held against the same list."""
    with window(chromium, site) as at:
        at.go("/sign-in")
        at.press("Detective", "/questions")
        if path == "/locked":
            with at.page.expect_navigation(url="**/locked"):
                at.page.evaluate(LOCK)
        at.go(path)
        at.complaints[:] = [one for one in at.complaints if "404" not in one]
        at.look()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_token_is_made_and_the_reference_is_read_by_keyboard(
    chromium: Browser, site: str, language: str
) -> None:
    """The page of the API with every verb open, and a token once it is made."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.go("/sign-in")
        at.press("Detective", "/questions")
        at.go(f"/api?language={language}")
        assert at.weight() < 300_000
        at.press(t("api.make-token"), "/api-token")
        at.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        at.look()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_administrator_adds_and_suspends_by_keyboard_alone(chromium: Browser, site: str, language: str) -> None:
    """The list, the form at fault and whole, one member, and taking the access away; the node's state by its operator."""
    t = words_of(language)
    with window(chromium, site) as at:
        at.go("/sign-in")
        at.press("Administrator Brandt", "/admin/members")
        at.go(f"/admin/members?language={language}")
        at.look()
        at.press(t("members.add"), "/admin/new-member")
        at.look()
        at.press(t("members.act.add"), "/admin/new-member")
        look_at_faults(at)
        at.write(t("members.name"), f"Ola Reyes {language}")
        at.write(t("members.id"), f"wa-police-reyes-{language}")
        at.tab_to(t("members.role.member"))
        at.page.keyboard.press("Space")
        at.write(t("members.trained"), "06302029")
        at.write(t("members.checked"), "11022026")
        at.tab_to(t("members.found.no-felony"))
        at.page.keyboard.press("Space")
        at.press(t("members.act.add"), "/admin/members?done=add")
        at.look()
        at.press(f"Ola Reyes {language}", f"/admin/members/wa-police-reyes-{language}")
        at.look()
        at.press(t("members.act.suspend"), f"/admin/members/wa-police-reyes-{language}/suspend")
        at.look()
        at.write(t("members.why"), "on leave")
        at.press(t("members.act.suspend"), "/admin/members?done=suspend")
        at.look()
    with window(chromium, site) as at:
        at.go("/sign-in")
        at.press("Administrator Soames", "/admin/health")
        at.go(f"/admin/health?language={language}")
        at.look()


@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_asks_who_looked_without_script(chromium: Browser, site: str, language: str) -> None:
    """By keyboard alone and with JavaScript off: the form at fault, the form whole, and what became of it."""
    t = words_of(language)
    with window(chromium, site, java_script_enabled=False) as at:
        at.go(f"/my-record/ask?language={language}")
        at.page.get_by_text(t("my-record.capacity.self"), exact=True).click()
        for name, typed in (
            ("given", "Thomas"),
            ("family", "Cahoon"),
            ("month", "4"),
            ("day", "19"),
            ("year", "1987"),
        ):
            at.page.get_by_label(t(f"ask.{name}"), exact=True).fill(typed)
        at.page.get_by_label(t("my-record.contact"), exact=True).fill("box 12")
        at.page.get_by_role("button", name=t("my-record.send")).click()
        assert at.page.get_by_text(t("my-record.status.received"), exact=True).is_visible()
        address = at.page.url.removeprefix(site)
        at.clean()
    with window(chromium, site) as at:
        at.go(f"/my-record?language={language}")
        at.look()
        at.press(t("my-record.ask"), "/my-record/ask*")
        at.look()
        at.press(t("my-record.send"), "/my-record/ask*")
        look_at_faults(at)
        at.go(address)
        at.look()


LOCK = """() => {
  const form = document.querySelector("main form");
  form.action = "/locked";
  form.submit();
}"""


def test_a_member_comes_by_the_agencys_own_sign_in_by_keyboard_alone(chromium: Browser, node: Path) -> None:
    """To another site and back, under the pages' own policy, to the page that was asked for; the log has how."""
    t, port, theirs = words_of("en"), free_port(), free_port()
    site = f"http://{HOST}:{port}"
    provider = Provider(
        name="Alder Police",
        issuer=f"http://{HOST}:{theirs}",
        client_id=CLIENT,
        member_claim="comity_member",
        agencies=("wa-police",),
        secret_file="provider.secret",
    )
    (node / provider.secret_file).write_text(SECRET)
    settings = WebSettings(address=site, host=HOST, port=port, providers=(provider,))
    with (
        agency_sign_in(theirs, site + "/sign-in/back") as agency,
        served_pages(node, settings),
        window(chromium, site, agency.issuer) as at,
    ):
        at.go("/questions")
        assert at.page.url == site + "/sign-in?next=%2Fquestions"
        at.look()
        at.tab_to(t("sign-in.with", name="Alder Police"))
        at.page.keyboard.press("Enter")
        at.page.wait_for_url(agency.issuer + "/interaction/*")
        at.page.keyboard.press("Tab")
        at.page.keyboard.type("wa-police-detective")
        at.page.keyboard.press("Enter")
        at.page.wait_for_url(site + "/questions")
        at.look()
        assert [one["name"] for one in at.page.context.cookies(site) if one["name"].startswith("comity")] == [
            f"comity-{port}"
        ]


def test_what_happened_in_the_browser_stands_in_the_nodes_log(chromium: Browser, node: Path, site: str) -> None:
    """A sign-in and a sign-out are entries that the node published, by its own verb."""
    before = log_size(node)
    with window(chromium, site) as at:
        at.go("/sign-in?next=/questions")
        at.press("Detective", "/questions")
        at.press("Sign out", "/sign-in")
    wait_for(lambda: log_size(node) >= before + 2)
    kinds = published(node)[before:]
    assert kinds == [EntryKind.SIGNED_IN, EntryKind.SESSION_ENDED]


def log_size(node: Path) -> int:
    return int((node / "log" / "checkpoint").read_text().splitlines()[1])


def published(node: Path) -> list[EntryKind]:
    """The kinds of all entries, as whoever reads the log's directory finds them."""
    bundles = [one for one in tiles_of(log_size(node)) if one.level < 0]
    raws = [raw for one in bundles for raw in read_bundle((node / "log" / one.path).read_bytes(), one.width)]
    return [decode_entry(raw).facts.kind for raw in raws]
