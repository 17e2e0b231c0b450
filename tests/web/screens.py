"""Pictures of every page, at the width of a desk and of a telephone, from the region of the demonstration.

    .venv/bin/python tests/web/screens.py docs/screens   # writes docs/screens/README.md, which shows them

Each role signs in and walks the pages of the table of routes that its roles reach and that need no id, and those its own pages
link to. Run it after a change of what pages look like, and look at them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from browser import browsing
from playwright.sync_api import Browser, Page

WIDTHS = (("desk", 1200, 0.5), ("phone", 390, 0.75))  # name, pixels, and by how much the picture is made smaller
PORT = 18480
ASKS = "detective"
QUALITY = 45
TALLEST = 2_600  # pixels of a page that are of use in a picture
SUBJECT = (("given", "Thomas"), ("family", "Cahoon"), ("month", "4"), ("day", "19"), ("year", "1987"))
PER_PORT = {
    PORT: ("", "detective", "sergeant", "custodian", "privacy", "auditor", "administrator", "operator"),
    PORT + 1: ("custodian", "privacy", "auditor"),
}
NOT_A_PAGE = re.compile(
    r"/(assets|whole-|.*/(csv|json|svg|file|proof)\b|.*/whole/|api/openapi|sign-in/agency|public/.*\.(csv|json)$)"
)
IDS = r"(?<=/reports/)[^/]+|(?<=/members/)[^/]+|(?<=/rules/)[^/]+"  # where names stand for ids
ID = re.compile(rf"(?<=/)({IDS}|[^/]*\d[^/]*|[A-Z]{{2,}}[^/]*)")


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


def kind_of(path: str) -> str:
    """A page's address with its ids taken out, which names its picture."""
    return ID.sub("one", path.partition("?")[0].partition("#")[0]).strip("/").replace("/", "-") or "home"


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


def take(page: Page, to: Path) -> None:
    """One picture of the page as it stands, at each width."""
    for name, width, smaller in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        height = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size({"width": width, "height": height})
        shot = page.context.new_cdp_session(page).send(
            "Page.captureScreenshot",
            {
                "format": "webp",
                "quality": QUALITY,
                "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": smaller},
            },
        )
        to.with_name(f"{to.name}.{name}.webp").write_bytes(b64decode(shot["data"]))


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
    if post == ASKS and "answer" not in taken:
        taken.add("answer")
        ask_a_question(page, site, to)
    page.context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
