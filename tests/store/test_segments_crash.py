"""Killed at any moment, the index loses nobody, finds nobody twice, and leaves nothing of who was removed on the disk.

`COMITY_CRASH_ROUNDS` sets the number of random kills (4 unless set).
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from segment_stage import RIVER, SUBJECTS, bytes_of, found, found_from_scratch, own_word

from comity.store.opening import Store
from comity.store.segments.upkeep import SEGMENT_CRASH_POINTS
from forked import start
from store_engines import Engine

ROUNDS = int(os.environ.get("COMITY_CRASH_ROUNDS", "4"))
CHILD = Path(__file__).with_name("segment_child.py")
STEP = 10_000  # numbers of one round never meet those of another
TOLD = ("stored", "corrected", "removing", "removed")


def run_child(
    folder: Path, out: Path, first: int, point: str, passage: int, alive_s: float | None, address: str
) -> None:
    """Run the child; kill it `alive_s` after it opened, or wait until it kills itself."""
    with out.open("wb") as file:
        command = [sys.executable, str(CHILD), str(folder), str(first), point, str(passage), address]
        child = start(command, stdout=file)
        if alive_s is not None:
            while not out.stat().st_size and child.poll() is None:
                time.sleep(0.005)
            time.sleep(alive_s)
            child.kill()
        assert child.wait(120) == -signal.SIGKILL


def told(out: Path) -> dict[str, set[int]]:
    """Whole lines of the child's output: numbers by what was done."""
    lines = out.read_text().rpartition("\n")[0].split("\n")
    done: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        word, _, number = line.partition(" ")
        if word in TOLD:
            done[word].add(int(number))
    return done


def check_survivors(store: Store, done: dict[str, set[int]]) -> None:
    """What was acknowledged is there and found as by an index from scratch; what went is nowhere."""
    held = bytes_of(store.folder)
    records = {number: store.records.get(RIVER, f"r-{number:05}") for number in done["stored"]}
    for number, record in records.items():
        if record is None:
            assert number in done["removing"], f"record {number} is lost"
            assert own_word(number).encode() not in held, f"record {number} was removed and is on the disk"
        else:
            assert number not in done["removed"], f"record {number} was removed and is there"
        if record is not None and number in done["corrected"]:
            assert record.people[0].values("name")[0].startswith("HASSAN")
    assert store.records.check_index(RIVER).faults == ()
    live = store.records.page_of(RIVER, "", 100_000)
    for subject in SUBJECTS:
        assert found(store, RIVER, subject) == found_from_scratch(store, live, RIVER, subject)


def check_folder(engine: Engine, folder: Path) -> None:
    """Of a closed node: what lies in the folder is what is listed."""
    listed = {f"{number:08}.segment" for (number,) in engine.rows(folder, "SELECT id FROM segment")}
    assert {path.name for path in (folder / "segments").iterdir()} == listed


def test_killed_at_random_moments(tmp_path: Path, engine: Engine) -> None:
    """Round after round on one node; what any round acknowledged stays."""
    node, chance = tmp_path / "node", random.Random(20_261_128)
    everything: dict[str, set[int]] = defaultdict(set)
    for number in range(ROUNDS):
        out = tmp_path / f"out-{number}"
        run_child(node, out, number * STEP, "-", 0, chance.random() * 1.0, engine.address(node))
        for word, numbers in told(out).items():
            everything[word] |= numbers
        store = engine.open_store(node)
        check_survivors(store, everything)
        store.close()
        check_folder(engine, node)
    assert everything["removed"], "nobody was removed before a kill: the test proved nothing"


@pytest.mark.parametrize("point", SEGMENT_CRASH_POINTS)
def test_killed_at_each_crash_point(point: str, tmp_path: Path, engine: Engine) -> None:
    """Dying exactly there loses nothing and leaves nothing; the index goes on."""
    node = tmp_path / "node"
    everything: dict[str, set[int]] = defaultdict(set)
    for number, passage in enumerate((1, 2, 7)):
        out = tmp_path / f"out-{number}"
        run_child(node, out, number * STEP, point, passage, None, engine.address(node))
        for word, numbers in told(out).items():
            everything[word] |= numbers
        store = engine.open_store(node)
        check_survivors(store, everything)
        store.close()
        check_folder(engine, node)
