"""Killed at any moment, a node loses no acknowledged entry and never forks its log.

`COMITY_CRASH_ROUNDS` sets the number of random kills (4 unless set).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
from log_world import TestKeys, make_unit, make_world

from comity.errors import LedgerError
from comity.ledger.append import append_entry, restore_receipt
from comity.ledger.verify import check_head, verify_log_directory, verify_receipt
from comity.store.opening import Store
from comity.store.sqlite import open_store
from comity.store.tail import root_at
from comity.store.writer import CRASH_POINTS
from forked import start
from store_engines import Engine

ROUNDS = int(os.environ.get("COMITY_CRASH_ROUNDS", "4"))
CHILD = Path(__file__).with_name("crash_child.py")
VKEY = TestKeys().log_key()
STEP = 1_000_000  # numbers of one round never meet those of another


def run_child(
    folder: Path, acks: Path, first: int, point: str, passage: int, alive_s: float | None, address: str = ""
) -> None:
    """Run the appending child; kill it `alive_s` after it opened, or wait until it kills itself."""
    with acks.open("wb") as out:
        child = start(
            [sys.executable, str(CHILD), str(folder), str(first), "6", point, str(passage), address], stdout=out
        )
        if alive_s is not None:
            while not acks.stat().st_size and child.poll() is None:
                time.sleep(0.005)
            time.sleep(alive_s)
            child.kill()
        assert child.wait(60) == -signal.SIGKILL


def acknowledged(acks: Path) -> list[tuple[int, int, int, str]]:
    """Whole lines of the child's output."""
    whole = acks.read_text().rpartition("\n")[0].split("\n")
    fields = [line.split() for line in whole if line and line != "open"]
    return [(int(number), int(index), int(size), root) for number, index, size, root in fields]


def check_survivors(store: Store, acks: list[tuple[int, int, int, str]]) -> None:
    """Every acknowledged entry is there, at its index, with a receipt; every checkpoint given is of this log."""
    world = make_world(store.journal)
    size = check_head(store.journal, VKEY)
    for number, index, head_size, root in acks:
        kept = store.journal.find_answer("wa-city", f"{number:032x}", "digest")
        assert kept is not None, f"acknowledged entry {number} is lost"
        assert kept[1:] == (b"answer %d" % number, index)
        assert head_size <= size
        assert root_at(head_size, store.journal._cache, size).hex() == root, "the log forked"
    for number, index, _, _ in acks[-5:]:
        verify_receipt(restore_receipt(world, index), b"answer %d" % number, VKEY)
    if size:
        assert verify_log_directory(store.log_directory, VKEY).size == size


def test_killed_at_random_moments(tmp_path: Path, engine: Engine) -> None:
    """Round after round on one node; what any round acknowledged stays."""
    node, chance = tmp_path / "node", random.Random(20_260_101)
    everything: list[tuple[int, int, int, str]] = []
    for number in range(ROUNDS):
        acks = tmp_path / f"acks-{number}"
        run_child(node, acks, number * STEP, "-", 0, chance.random() * 0.4, engine.address(node))
        everything += acknowledged(acks)
        store = engine.open_store(node)
        check_survivors(store, everything)
        store.close()
    assert everything
    assert len({index for _, index, _, _ in everything}) == len(everything), "one index was given twice"


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_at_each_crash_point(point: str, tmp_path: Path, engine: Engine) -> None:
    """Dying exactly there loses nothing acknowledged; the log goes on and verifies."""
    for number, passage in enumerate((1, 4)):
        acks = tmp_path / f"acks-{passage}"
        run_child(tmp_path / "node", acks, number * STEP, point, passage, None, engine.address(tmp_path / "node"))
        store = engine.open_store(tmp_path / "node")
        check_survivors(store, acknowledged(acks))
        append_entry(make_world(store.journal), make_unit(number * STEP + STEP // 2))
        store.close()
        verify_log_directory(tmp_path / "node" / "log", VKEY)


def test_a_write_ahead_log_cut_by_a_power_failure(tmp_path: Path) -> None:
    """Cut anywhere, the database opens at an earlier whole transaction, or is refused as older than published."""
    node = tmp_path / "node"
    run_child(node, tmp_path / "acks", 0, "-", 0, 0.3)
    wal = (node / "node.db-wal").read_bytes()
    chance = random.Random(7)
    outcomes = [
        open_cut(node, tmp_path / f"copy-{number}", wal[: chance.randrange(len(wal) // 4, len(wal))])
        for number in range(6)
    ]
    assert set(outcomes) <= {"opened", "refused"}


def open_cut(node: Path, copy: Path, wal: bytes) -> str:
    shutil.copytree(node, copy)
    (copy / "node.db-wal").write_bytes(wal)
    (copy / "node.db-shm").unlink(missing_ok=True)
    try:
        store = open_store(copy)
    except LedgerError as error:
        return "refused" if "older than what was published" in str(error) else str(error)
    if check_head(store.journal, VKEY):
        verify_log_directory(store.log_directory, VKEY)
    store.close()
    return "opened"
