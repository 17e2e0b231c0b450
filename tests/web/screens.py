"""Pictures of every page, at the width of a desk and of a telephone, from the region of the demonstration.

    .venv/bin/python tests/web/screens.py docs/screens   # writes docs/screens/README.md, which shows them

Each role signs in and walks the pages of the table of routes that its roles reach and that need no id, and those its own pages
link to. What only a form leads to, tests with a browser take a picture of on their way, where there is none yet:

    COMITY_PICTURES=$PWD/docs/screens .venv/bin/pytest -n0 tests/web -k browser
    .venv/bin/python tests/web/screens.py docs/screens listed    # no picture anew, all of them on the page

Run them after a change of what pages look like, and look at the pictures.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from browser import browsing
from pictures import kind_of, take
from playwright.sync_api import Browser, Page

PORT = 18480
ASKS = "detective"
STATE = "CA"  # whose counties the map is drawn by
SUBJECT = (("given", "Thomas"), ("family", "Cahoon"), ("month", "4"), ("day", "19"), ("year", "1987"))
PER_PORT = {
    PORT: ("", "detective", "sergeant", "custodian", "privacy", "auditor", "administrator", "operator"),
    PORT + 1: ("custodian", "privacy", "auditor"),
}
NOT_A_PAGE = re.compile(
    r"/(assets|whole-|.*/(csv|json|svg|file|proof)\b|.*/whole/|api/openapi|sign-in/agency|public/.*\.(csv|json)$)"
)


@contextmanager
def demonstration(folder: Path) -> Iterator[None]:
    """The demonstration with few people, as a process of its own."""
    words = ["demo", "--folder", str(folder / "region"), "--people", "400", "--port", str(PORT)]
    process = subprocess.Popen([sys.executable, "-m", "comity", *words], stdout=subprocess.DEVNULL)
    try:
        for port in PER_PORT:
            _wait(f"http://127.0.0.1:{port}/", process)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            if httpx.get(address, timeout=2.0).status_code == 200:
                return
        except httpx.HTTPError:
            continue
    raise SystemExit("the demonstration ended before its pages were there")


def walk(page: Page, site: str, first: str) -> Iterator[str]:
    """Addresses of pages, each kind once, from one page on along their links."""
    seen, waiting = set(), [first]
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in seen or NOT_A_PAGE.match(path):
            continue
        seen.add(kind_of(path))
        page.goto(site + path)
        yield path
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map((one) => one.getAttribute('href'))")
        waiting += [one for one in links if "language=" not in one]


def ask_a_question(page: Page, site: str, to: Path) -> None:
    """The pages of a question, by hand, for only a form leads from one to the next."""
    page.goto(f"{site}/questions")
    page.click("form[action='/ask'] button")
    take(page, to / "ask-reason")
    _choose(page, "purpose", "criminal-investigation")
    for one in ("custody", "booking", "case"):
        _choose(page, "classes", one)
    page.fill("input[name=case]", "26-1187")
    _go_on(page)
    take(page, to / "ask-for-whom")
    _choose(page, "whose", "own")
    _go_on(page)
    take(page, to / "ask-subject")
    for name, typed in SUBJECT:
        page.fill(f"input[name={name}]", typed)
    _go_on(page)
    take(page, to / "ask-check")
    _go_on(page)
    page.wait_for_selector(".person", timeout=30_000)
    take(page, to / "answer")
    report_a_mistake(page, to)


def report_a_mistake(page: Page, to: Path) -> None:
    """A record of the answer in full, and the mistake that somebody sees in it."""
    page.click("main form[action*='/items/'] button >> nth=0")
    page.wait_for_selector("a[href$='/mistake']", timeout=30_000)
    take(page, to / "record-in-full")
    page.click("a[href$='/mistake']")
    take(page, to / "mistake")


def choose_a_state(page: Page, site: str, to: Path) -> None:
    """The map of one state, by its counties."""
    page.goto(f"{site}/public/map?state={STATE}")
    take(page, to / "public-map-of-a-state")


def _choose(page: Page, group: str, value: str) -> None:
    """By the label, as a hand does: USWDS draws over the button itself."""
    chosen = page.get_attribute(f"input[name={group}][value={value}]", "id")
    page.click(f"label[for={chosen}]")


def _go_on(page: Page) -> None:
    page.click("main form button[type=submit]:not([formaction]) >> nth=0")
    page.wait_for_load_state()


def main(to: Path) -> None:
    """All pictures."""
    to.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    with tempfile.TemporaryDirectory() as scratch, demonstration(Path(scratch)), browsing() as chromium:
        for port, posts in PER_PORT.items():
            for post in posts:
                picture(chromium, f"http://127.0.0.1:{port}", post, to, taken)
    (to / "README.md").write_text(page_of(to))


def page_of(to: Path) -> str:
    """A page of all pictures, by the names of pages."""
    kinds = sorted({path.name.partition(".")[0] for path in to.glob("*.webp")})
    head = (
        "# Pages, at a desk and on a telephone\n\n"
        "Made by `tests/web/screens.py` from the demonstration; everybody in them is invented.\n"
        "How each page stands against its drawing: [checklist](checklist.md).\n"
    )
    rows = [
        f"\n## {one}\n\n![{one}, at a desk]({one}.desk.webp) ![{one}, on a telephone]({one}.phone.webp)\n"
        for one in kinds
    ]
    return head + "".join(rows)


def picture(chromium: Browser, site: str, post: str, to: Path, taken: set[str]) -> None:
    """What somebody of one post sees; nobody's where it is empty."""
    page = chromium.new_context().new_page()
    if post:
        page.goto(f"{site}/sign-in")
        page.click(f"button[value={post}]")
    for path in walk(page, site, page.url.removeprefix(site) if post else "/"):
        name = kind_of(path)
        if name not in taken:
            taken.add(name)
            take(page, to / name)
    if not post:
        choose_a_state(page, site, to)
    if post == ASKS and "answer" not in taken:
        taken.add("answer")
        ask_a_question(page, site, to)
    page.context.close()


if __name__ == "__main__":
    if sys.argv[2:] == ["listed"]:
        (Path(sys.argv[1]) / "README.md").write_text(page_of(Path(sys.argv[1])))
    else:
        main(Path(sys.argv[1]))
