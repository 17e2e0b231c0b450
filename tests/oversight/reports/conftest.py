"""Fixtures: the demonstration region with a few weeks of questions in its logs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[2] / "exchange"), str(Path(__file__).parents[2])]

from region_stage import SEED, TODAY, Stage, make_stage

from comity.demo.records import Region, generate_region


@pytest.fixture(scope="session")
def region() -> Region:
    """Four hundred synthetic people and the scene."""
    return generate_region(SEED, 400, TODAY)


@pytest.fixture
def own_stage(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """A federation of a test's own, to break."""
    made = make_stage(tmp_path, region)
    yield made
    made.federation.close()
