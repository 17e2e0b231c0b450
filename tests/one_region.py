"""The demonstration's region, built once in a process of tests; whoever asks, serves or breaks something there has a copy.

Copies keep the ports of the directory: of two that are served at the address it lists, one has to end first.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from comity.demo.build import BuiltRegion, build_region

SEED, PEOPLE = 2026, 400  # the fewest people of which a region is made


@cache
def one_region() -> BuiltRegion:
    """Five nodes with their law and four hundred synthetic people, to be read and copied."""
    place = tempfile.mkdtemp(prefix="comity-region-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return build_region(Path(place) / "region", SEED, PEOPLE, date.today(), lambda _: None)


def copy_of_region(folder: Path) -> BuiltRegion:
    """A region of one's own in a folder that is not there yet."""
    built = one_region()
    shutil.copytree(built.folder, folder)
    return replace(built, folder=folder, nodes=tuple((name, folder / name) for name, _ in built.nodes))
