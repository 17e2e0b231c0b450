"""Pictures of pages, at the width of a desk and of a telephone, named by the kind of page."""

from __future__ import annotations

import os
import re
from base64 import b64decode
from pathlib import Path

from playwright.sync_api import Page

WIDTHS = (("desk", 1200, 0.5), ("phone", 390, 0.75))  # name, pixels, and by how much the picture is made smaller
QUALITY = 45
TALLEST = 2_600  # pixels of a page that are of use in a picture
PICTURES = os.environ.get("COMITY_PICTURES", "")  # a folder, where tests are to take them
PLAIN = "document.documentElement.lang === 'en' && !document.getElementById('problem')"
IDS = r"(?<=/reports/)[^/]+|(?<=/members/)[^/]+|(?<=/rules/)[^/]+"  # where names stand for ids
ID = re.compile(rf"(?<=/)({IDS}|[^/]*\d[^/]*|[A-Z][A-Z-]+[^/]*)")


CALLED = {  # kinds of page whose pictures have a name of their own
    "ask-one-reason": "ask-reason",
    "ask-one-for-whom": "ask-for-whom",
    "ask-one-subject": "ask-subject",
    "ask-one-check": "ask-check",
    "questions-one-items-one": "record-in-full",
    "questions-one-items-one-mistake": "mistake",
}


def kind_of(path: str) -> str:
    """A page's address with its ids taken out, which names its picture."""
    kind = ID.sub("one", path.partition("?")[0].partition("#")[0]).strip("/").replace("/", "-") or "home"
    return CALLED.get(kind, kind)


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


def take_on_the_way(page: Page) -> None:
    """A picture of a page that a test looks at, where pictures are wanted: in English, without a fault, and once."""
    if not PICTURES or not page.evaluate(PLAIN):
        return
    to = Path(PICTURES) / kind_of(re.sub(r"^https?://[^/]+", "", page.url))
    if not to.with_name(f"{to.name}.desk.webp").exists():
        take(page, to)
