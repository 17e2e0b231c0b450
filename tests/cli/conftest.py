"""Fixtures: one region on disk for all tests of the command line, and the same with its rows on a PostgreSQL server."""

from __future__ import annotations

import dataclasses
import shutil

import pytest
from cli_stage import Stage, set_database

from comity.demo.build import BuiltRegion
from one_region import copy_of_region
from store_engines import ENGINES, NOT_CHECKED, has_postgres, move_to_server, server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that says `ON_BOTH_ENGINES` has its region on SQLite and on PostgreSQL."""
    if getattr(metafunc.module, "ON_BOTH_ENGINES", False) and "stage" in metafunc.fixturenames:
        metafunc.parametrize("stage", ENGINES, indirect=True, scope="session")


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> BuiltRegion:
    """Five nodes with four hundred synthetic people."""
    return copy_of_region(tmp_path_factory.mktemp("cli") / "region")


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest, region: BuiltRegion, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The region; tests may ask there, and break only copies."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return Stage(region)
    if not has_postgres():
        pytest.skip(NOT_CHECKED)
    moved = tmp_path_factory.mktemp("server") / "region"
    shutil.copytree(region.folder, moved)
    for name, _ in region.nodes:
        address = server().take()
        move_to_server(moved / name, address)
        set_database(moved / name, address)
    nodes = tuple((name, moved / name) for name, _ in region.nodes)
    return Stage(dataclasses.replace(region, folder=moved, nodes=nodes))
