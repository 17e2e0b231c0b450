"""Pages of a question in a browser: `PYTHONPATH=tests/web:tests python bench/pages.py [--owners N] [--records N] [--runs N]`.

Twenty owners, each a node of its own, and the asker's node with its pages, all as processes on this machine. Chromium, by the
tests' own driver, opens the first page of a question without anything kept, and asks all owners at once. First paint and bytes
are the browser's own entries (Paint Timing, Resource Timing); when each owner's row appears is noted by a mutation observer.
Wall time of a shared machine: the load is stored beside it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser import PATIENCE_MS, Window, browsing, window
from playwright.sync_api import Browser

from comity.model.query import PersonSubject
from measure import percentiles, store_result
from owners import ASKING_NODE, build_owners
from served import serve_all

PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
ROWS = """
window.rows = JSON.parse(sessionStorage.getItem("rows") || "[]");
const note = () => {
  for (const row of document.querySelectorAll("li.source:not(:has(.source__label--waiting))")) {
    if (!window.rows.some((one) => one[0] === row.id)) {
      window.rows.push([row.id, Date.now()]);
      sessionStorage.setItem("rows", JSON.stringify(window.rows));
    }
  }
};
new MutationObserver(note).observe(document, {childList: true, subtree: true});
"""


@contextmanager
def pages_of(folder: Path) -> Iterator[str]:
    """The address of a served node's pages, with the demonstration's sign-in."""
    words = [
        sys.executable,
        "-m",
        "comity",
        "web",
        "serve",
        "--node",
        str(folder),
        "--demonstration",
        "--port",
        "8499",
    ]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[4]
    finally:
        process.kill()
        process.communicate()


def first_page(browser: Browser, site: str) -> dict[str, float]:
    """The first page of a question with nothing kept: first paint (ms) and bytes, sign-in and style with it."""
    with window(browser, site) as at:
        at.go("/sign-in")
        weight = at.weight()
        at.press("Detective", "/questions")
        at.page.get_by_role("button", name="Ask a question").click()
        at.page.wait_for_url(site + "/ask/*/reason")
        weight += at.weight()
        return {"first_paint_ms": float(at.page.evaluate(PAINT)), "bytes": float(weight)}


def ask_all(browser: Browser, site: str, subject: PersonSubject, number: int) -> dict[str, Any]:
    """A question to every owner: how long from the press of the button to the first row, to the last, and to the answer."""
    with window(browser, site) as at:
        at.go("/sign-in")
        at.press("Detective", "/questions")
        write_question(at, subject, number)
        at.page.add_init_script(ROWS)
        began = time.time() * 1000
        at.page.get_by_role("button", name="Ask ").first.click()
        at.page.wait_for_function("() => document.title.startsWith('Answer')", timeout=PATIENCE_MS)
        done = at.page.evaluate("() => Date.now()")
        rows = [(one, at_ms) for one, at_ms in at.page.evaluate("() => window.rows") if at_ms < done]
        streamed = sorted(at_ms - began for _, at_ms in rows)
        return {
            "first_row_ms": streamed[0],
            "last_row_ms": streamed[-1],
            "answer_ms": done - began,
            "rows": len(rows),
            "moments": len({at_ms for _, at_ms in rows}),
        }


def write_question(at: Window, subject: PersonSubject, number: int) -> None:
    """The four pages, up to the button."""
    at.page.get_by_role("button", name="Ask a question").click()
    at.page.locator("label").filter(has_text="Investigating a crime").click()
    for one in ("Cases", "Bookings", "Warrants", "Criminal history"):
        at.page.get_by_text(one, exact=True).click()
    at.page.get_by_label("Case number", exact=True).fill(f"26-{number}")
    at.page.get_by_role("button", name="Continue").click()
    at.page.get_by_text("My own agency").click()
    at.page.get_by_role("button", name="Continue").click()
    at.page.get_by_label("Given names", exact=True).fill(subject.given)
    at.page.get_by_label("Family names", exact=True).fill(subject.family)
    for name, part in zip(("Year", "Month", "Day"), subject.birth_date.split("-"), strict=False):
        at.page.get_by_label(name, exact=True).fill(part)
    at.page.get_by_role("button", name="Continue").click()
    at.page.wait_for_url(at.site + "/ask/*/check")


def main() -> None:
    """Build, serve, measure, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owners", type=int, default=20)
    parser.add_argument("--records", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--unstored", action="store_true")
    given = parser.parse_args()
    with browsing() as browser, tempfile.TemporaryDirectory() as place:
        built = build_owners(Path(place) / "region", given.owners, given.records)
        nodes = built.built.nodes
        asking = dict(nodes)[ASKING_NODE]
        with serve_all(nodes), pages_of(asking) as site:
            pages = [first_page(browser, site) for _ in range(given.runs)]
            asked = [ask_all(browser, site, built.known[run], run) for run in range(given.runs)]
    figures: dict[str, Any] = {
        "owners": given.owners,
        "records_an_owner": given.records,
        "runs": given.runs,
        "first_page": {
            "first_paint_ms": percentiles([one["first_paint_ms"] for one in pages]),
            "bytes": max(one["bytes"] for one in pages),
        },
        "asking": {
            name: percentiles([one[name] for one in asked])
            for name in ("first_row_ms", "last_row_ms", "answer_ms")
        },
        "rows": [one["rows"] for one in asked],
        "moments_at_which_rows_came": [one["moments"] for one in asked],
    }
    print(figures)
    if not given.unstored:
        store_result("pages", figures, "PYTHONPATH=tests/web:tests python " + " ".join(sys.argv))


if __name__ == "__main__":
    main()
