"""Fixtures of the pages' tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "node"))  # `serving.py`, which starts nodes

from browser import browsing
from desk_stage import build
from playwright.sync_api import Browser
from provider import BACK, Agency, agency_sign_in
from served_pages import free_port
from web_stage import Opened, Stage, make_stage

from comity.demo.build import BuiltRegion
from comity.demo.records import Region


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Pages of one node, with the demonstration's sign-in."""
    return make_stage(tmp_path / "node")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """One browser at one site for a table of many rows, each of which begins signed out."""
    stage = make_stage(tmp_path_factory.mktemp("table") / "node")
    with stage.browser() as browser:
        yield Opened(stage, browser)


@pytest.fixture(scope="session")
def region() -> tuple[Region, BuiltRegion]:
    """One region on disk for all pages that need a node; tests use copies."""
    return build()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of a file's tests; asked for before anything is served for it."""
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def agency() -> Iterator[Agency]:
    """An agency's own sign-in, which leads back to the pages of the stage."""
    with agency_sign_in(free_port(), BACK) as found:
        yield found
