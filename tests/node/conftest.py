"""Fixtures: one region on disk for all tests of nodes."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from serving import Door, serving

from comity.demo.build import BuiltRegion
from comity.node.open_world import open_world
from comity.ports import World
from comity.settings import SETTINGS_FILE, read_settings, write_noun
from one_region import one_region

pytest.register_assert_rewrite("between_nodes")


@pytest.fixture(scope="session")
def grown() -> BuiltRegion:
    """Five nodes with four hundred synthetic people; tests break only copies."""
    return one_region()


def copied(grown: BuiltRegion, name: str, to: Path, *, own_port: bool = True) -> Path:
    """A node of one's own on a port of its own; nothing runs over the region itself, so that copies are whole."""
    folder = Path(shutil.copytree(dict(grown.nodes)[name], to / name))
    if own_port:
        settings = read_settings(folder)
        with socket.socket() as free:
            free.bind((settings.host, 0))
            write_noun(folder / SETTINGS_FILE, replace(settings, port=free.getsockname()[1]))
    return folder


@pytest.fixture
def copy(grown: BuiltRegion, tmp_path: Path) -> Callable[[str], Path]:
    """A node of one's own, to break."""
    return lambda name: copied(grown, name, tmp_path)


@pytest.fixture(scope="session")
def asker(grown: BuiltRegion, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The Washington node in this process: it seals the questions of these tests."""
    with open_world(copied(grown, "wa-node", tmp_path_factory.mktemp("asker"))) as world:
        yield world


@pytest.fixture(scope="module")
def door(grown: BuiltRegion, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The California node as a process, at the address the directory lists."""
    with serving(copied(grown, "ca-node", tmp_path_factory.mktemp("door"), own_port=False)) as door:
        yield door
