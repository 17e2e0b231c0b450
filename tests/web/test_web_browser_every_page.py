"""Every kind of page that somebody comes to by links, looked at in a real browser: nothing axe finds at any width, no sideways
scroll, nothing the policy stops, nothing heavy. `make test` looks at a few of them, `.ci/run` at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

import pytest
from browser import LANGUAGES, window
from oversight_stage import fill
from playwright.sync_api import Browser
from screens import kind_of, walk
from served_pages import served_node, served_pages

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from long_runs import LONG

A_FEW, ALL = 3, 200
HEAVIEST = 300_000  # bytes of a page with everything it loads, where nothing was loaded before
POSTS = ("detective", "sergeant", "custodian", "counsel", "privacy", "auditor", "administrator", "operator")
AT_THE_SHERIFFS = (
    "custodian",
    "counsel",
    "privacy",
    "auditor",
)  # whose node has an answer that waits, records and look-ups


@pytest.fixture(scope="module")
def sites(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The pages of two nodes: of the sheriff's, where much was asked, and of the police's."""
    place = tmp_path_factory.mktemp("every")
    with (
        served_node(region[1], "ca-node", place / "ca", before=fill) as sheriffs,
        served_node(region[1], "wa-node", place / "wa") as polices,
        served_pages(sheriffs) as first,
        served_pages(polices) as second,
    ):
        yield first, second


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, str]]:
    """Kinds of page that were looked at, by language: what several roles come to is looked at once."""
    return set()


@pytest.mark.parametrize(("post", "language"), [("", "en"), *product(POSTS, LANGUAGES)])
def test_every_page_that_a_role_comes_to_is_clean(
    chromium: Browser, sites: tuple[str, str], seen: set[tuple[str, str]], post: str, language: str
) -> None:
    """From the first page of a role, or of nobody, on along every link."""
    with window(chromium, sites[0 if post in AT_THE_SHERIFFS else 1]) as at:
        at.go("/sign-in")
        kept = at.weight()  # style, script and letters are loaded once; with them the page they came with
        if post:
            with at.page.expect_navigation():
                at.page.click(f"button[value={post}]")
        at.go(f"/?language={language}")  # kept with the session; nobody's is asked for with each page
        came_to = 0
        for path in islice(walk(at.page, at.site, at.page.url.removeprefix(at.site)), ALL if LONG > 1 else A_FEW):
            came_to += 1
            if (kind_of(path), language) not in seen:
                seen.add((kind_of(path), language))
                at.look()
                assert "map" in path or kept + at.weight() < HEAVIEST, path
        assert came_to >= A_FEW
