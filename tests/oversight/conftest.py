"""Fixtures: federations over the demonstration region, on either engine; each part of oversight has them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / "exchange"), str(Path(__file__).parents[1])]

from region_stage import SEED, TODAY, Stage, make_stage

from comity.demo.records import Region, generate_region
from store_engines import ENGINES, turn_of


@pytest.fixture(scope="session")
def region() -> Region:
    """Four hundred synthetic people and the scene."""
    return generate_region(SEED, 400, TODAY)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that says `ON_BOTH_ENGINES` runs on PostgreSQL too where the run asks for both, as in `tests/exchange`."""
    if getattr(metafunc.module, "ON_BOTH_ENGINES", False):
        engines = ENGINES if os.environ.get("COMITY_BOTH_ENGINES") else ENGINES[:1]
        for name in {"own_stage"} & set(metafunc.fixturenames):
            metafunc.parametrize(name, engines, indirect=True)


@pytest.fixture
def own_stage(request: pytest.FixtureRequest, tmp_path: Path, region: Region) -> Iterator[Stage]:
    """A federation of a test's own, to break."""
    with turn_of(getattr(request, "param", "sqlite"), ready=True):
        made = make_stage(tmp_path, region)
        yield made
        made.federation.close()
