"""Fixtures: the region and federations over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_stage import open_federation, read_owners
from region_stage import SEED, TODAY, Stage, make_stage

from comity.demo.records import Region, generate_region
from comity.model.record import Record
from comity.sim.federation import Federation
from store_engines import ENGINES, turn_of


@pytest.fixture(scope="session")
def region() -> Region:
    """Four hundred synthetic people and the scene."""
    return generate_region(SEED, 400, TODAY)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that says `ON_BOTH_ENGINES` has its federations on SQLite, and on PostgreSQL where the run asks for both.

    The store's own tests take both engines always; here the verbs are tested, and `.ci/run` has the time for them twice.
    """
    if getattr(metafunc.module, "ON_BOTH_ENGINES", False):
        engines = ENGINES if os.environ.get("COMITY_BOTH_ENGINES") else ENGINES[:1]
        for name in {"stage", "own_stage"} & set(metafunc.fixturenames):
            metafunc.parametrize(name, engines, indirect=True, scope="module" if name == "stage" else "function")


@pytest.fixture(scope="module")
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, region: Region
) -> Iterator[Stage]:
    """A federation shared by the tests of one module."""
    with turn_of(getattr(request, "param", "sqlite"), ready=True):
        made = make_stage(tmp_path_factory.mktemp("federation"), region)
        yield made
        made.federation.close()


@pytest.fixture
def own_stage(request: pytest.FixtureRequest, tmp_path: Path, region: Region) -> Iterator[Stage]:
    """A federation of a test's own, to break."""
    with turn_of(getattr(request, "param", "sqlite"), ready=True):
        made = make_stage(tmp_path, region)
        yield made
        made.federation.close()


@pytest.fixture(scope="session")
def real_records() -> dict[str, tuple[Record, ...]]:
    """Every owner's records of the linked real documents; used by tests that skip where they are missing."""
    return read_owners()


@pytest.fixture(scope="module")
def real_federation(
    tmp_path_factory: pytest.TempPathFactory, real_records: dict[str, tuple[Record, ...]]
) -> Iterator[Federation]:
    """The owners of the linked real documents and one asker."""
    made = open_federation(tmp_path_factory.mktemp("real"), real_records)
    yield made
    made.close()
