"""Fixtures of the pages' tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "node"))  # `serving.py`, which starts nodes

from desk_stage import build
from web_stage import Stage, make_stage

from comity.demo.build import BuiltRegion
from comity.demo.records import Region


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Pages of one node, with the demonstration's sign-in."""
    return make_stage(tmp_path / "node")


@pytest.fixture(scope="session")
def region() -> tuple[Region, BuiltRegion]:
    """One region on disk for all pages that need a node; tests use copies."""
    return build()
