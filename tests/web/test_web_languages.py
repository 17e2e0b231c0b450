"""What is read in Spanish is Spanish, and what stands in its own language is marked as such (WCAG 2.2, 3.1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from desk_stage import Desk, desk_of
from litestar.testing import TestClient
from spanish_reader import english_in, marked_in

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.oversight.reports.described import described, report_kinds

NOT_A_PAGE = re.compile(
    r"/(assets|public|api|sign-in|whole-|log-file)|/(csv|json|svg|file|proof|whole)\b|/reach\?"
)
ID = re.compile(r"(?<=/)(?:(?<=/reports/)[^/]+|(?<=/rules/)[^/]+|[^/]*\d[^/]*|[A-Z]{2,}[^/]*)")
MOST_PAGES = 60
OWN_WORDS = re.compile(r"/oversight/(findings|audits|new-audit|reports)")  # all but a citation is the software's


def walk(browser: TestClient, first: str) -> Iterator[tuple[str, str]]:  # type: ignore[type-arg]
    """Pages of a member from one on along their links, each kind once."""
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        path = waiting.pop(0)
        kind = ID.sub("one", re.split(r"[?#]", path)[0])
        if kind in seen or NOT_A_PAGE.search(path):
            continue
        seen.add(kind)
        assert len(seen) <= MOST_PAGES
        answer = browser.get(path)
        assert answer.status_code < 500, path
        if answer.status_code != 200 or "html" not in answer.headers["content-type"]:
            continue
        yield path, answer.text
        links = re.findall(r'<a [^>]*href="(/[^"]*)"', answer.text)
        waiting += [unescape(one) for one in links if "language=" not in one]


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's node, served, with a question held for a person."""
    with desk_of(*region, tmp_path_factory.mktemp("languages")) as found:
        found.ask_about(found.waiting_records()[0])
        yield found


@pytest.mark.parametrize(
    ("member", "first", "fewest"),
    [
        ("ca-sheriff-custodian", "/desk/held", 20),
        ("ca-sheriff-auditor", "/oversight/findings", 10),
    ],
)
def test_no_page_of_the_desk_or_of_oversight_has_english_that_is_not_marked(
    desk: Desk, member: str, first: str, fewest: int
) -> None:
    """Every page a custodian and an auditor reach by links, in Spanish: law and names stand marked, the rest is Spanish."""
    names = frozenset(desk.stage.site.agency_names().values())
    cited = {described(kind).citation for kind in report_kinds()}
    pages = 0
    with desk.browser(member, "es") as browser:
        for path, page in walk(browser, first):
            pages += 1
            assert '<html lang="es">' in page
            assert english_in(page, names) == [], path
            assert "están en su propio idioma" in page, path
            if OWN_WORDS.match(path):
                assert set(marked_in(page)) <= cited, path
    assert pages >= fewest


def test_english_that_is_not_marked_is_found() -> None:
    """The reader itself: marked is not told, unmarked is, and an id is neither."""
    page = (
        '<html lang="es"><p>Nada</p><p>The law</p><p lang="en">The law</p><p class="mono">the-id of it</p></html>'
    )
    assert english_in(page, frozenset()) == ["The law"]
