"""The demonstration's region, built once in a run of tests, with addresses of its own in each process.

Whoever asks, serves or breaks something there has a copy. Copies keep the ports of the directory: of two that are served at
the address it lists, one has to end first.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import socket
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from msgspec.structs import replace as changed

from comity.demo.build import BuiltRegion, build_region
from comity.model.canon import digest
from comity.settings import DIRECTORY_FILE, SETTINGS_FILE, read_directory, read_settings, write_noun

SEED, PEOPLE = 2026, 400  # the fewest people of which a region is made
PLACE = "COMITY_TEST_REGION"  # the folder of a run, which its first process names and removes: `conftest.py`


@cache
def one_region() -> BuiltRegion:
    """Five nodes with their law and four hundred synthetic people, to be read and copied."""
    return _at_free_ports(
        _copied(_built(Path(os.environ[PLACE])), Path(mkdtemp(dir=os.environ[PLACE])) / "region")
    )


def copy_of_region(folder: Path) -> BuiltRegion:
    """A region of one's own in a folder that is not there yet."""
    return _copied(one_region(), folder)


def _copied(built: BuiltRegion, folder: Path) -> BuiltRegion:
    shutil.copytree(built.folder, folder)
    return replace(built, folder=folder, nodes=tuple((name, folder / name) for name, _ in built.nodes))


def _built(place: Path) -> BuiltRegion:
    """The run's region; whichever process asks first builds it, and others wait. What is read back we have written."""
    told = place / "built"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            built = build_region(place / "region", SEED, PEOPLE, date.today(), lambda _: None)
            told.write_bytes(pickle.dumps(built))
        found: BuiltRegion = pickle.loads(told.read_bytes())
    return found


def _at_free_ports(built: BuiltRegion) -> BuiltRegion:
    """The region with a port for each node that nobody uses now, in the directory they all pin."""
    settings = {name: read_settings(folder) for name, folder in built.nodes}
    first = built.nodes[0][0]
    directory = read_directory(dict(built.nodes)[first], settings[first])
    with ExitStack() as held:  # all are held open together, so that none is given twice
        ports = {}
        for name, own in settings.items():
            free = held.enter_context(socket.socket())
            free.bind((own.host, 0))
            ports[name] = int(free.getsockname()[1])
    listed = tuple(
        changed(one, address=f"http://{settings[one.id].host}:{ports[one.id]}") for one in directory.nodes
    )
    directory = changed(directory, nodes=listed)
    for name, folder in built.nodes:
        write_noun(folder / DIRECTORY_FILE, directory)
        told = changed(settings[name], port=ports[name], directory_hash=digest(directory))
        write_noun(folder / SETTINGS_FILE, told)
    return built
