"""The failure table of the log: where it fails, what is stored, whether it goes on, whether it is fatal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from log_world import NODE, TestKeys, make_unit, make_world, open_world

from comity.errors import ClosedError, KeyUnavailableError, LedgerError, RejectedMessageError, StoreError
from comity.ledger.append import append_entry, restore_receipt, seal_growth
from comity.ledger.verify import verify_log_directory, verify_receipt
from comity.ports import Growth, LogState, Sealed, World
from comity.store.writer import CRASH_POINTS
from store_engines import both_engines, open_store

pytestmark = both_engines


@dataclass(frozen=True)
class Row:
    """One line of the table: crash point, is the entry stored, is it acknowledged, does the store go on."""

    point: str
    stored: bool
    acknowledged: bool
    goes_on: bool


TABLE = (
    Row("taken", stored=False, acknowledged=False, goes_on=False),
    Row("begun", stored=False, acknowledged=False, goes_on=False),
    Row("rows", stored=False, acknowledged=False, goes_on=False),
    Row("sealed", stored=False, acknowledged=False, goes_on=False),
    Row("committed", stored=True, acknowledged=False, goes_on=False),
    Row("tiles", stored=True, acknowledged=True, goes_on=False),
    Row("published", stored=True, acknowledged=True, goes_on=False),
)


def failing_at(point: str, wanted: list[str]) -> Callable[[str], None]:
    """A fault that fails once, at the first passage of a point, when it is armed."""

    def fault(passed: str) -> None:
        if wanted and passed == point:
            wanted.clear()
            raise OSError(28, "no space left on device")

    return fault


def test_the_table_names_every_crash_point() -> None:
    """A new point needs a line."""
    assert tuple(row.point for row in TABLE) == CRASH_POINTS


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.point)
def test_a_failing_disk(row: Row, tmp_path: Path) -> None:
    """The table holds; after a restart the log verifies and the question is answered exactly once."""
    armed: list[str] = []
    store, world = open_world(tmp_path, failing_at(row.point, armed))
    for number in range(3):
        append_entry(world, make_unit(number))
    store.journal.publish()
    armed.append("now")
    if row.acknowledged:
        append_entry(world, make_unit(3))
    else:
        with pytest.raises(StoreError, match="could not be written"):
            append_entry(world, make_unit(3))
    if not row.goes_on:
        with pytest.raises(StoreError):
            append_until_refused(world)
    assert not armed
    store.close()
    check_restart(tmp_path, stored=row.stored)


def append_until_refused(world: World) -> None:
    """The publisher follows the writer in its own thread: the door closes a moment later."""
    for number in range(5, 10_000):
        append_entry(world, make_unit(number))


def check_restart(folder: Path, stored: bool) -> None:
    store, world = open_world(folder)
    vkey = world.keys.log_key()
    verify_log_directory(store.log_directory, vkey)
    kept = store.journal.find_answer("wa-city", f"{3:032x}", "digest")
    assert (kept is not None) == stored
    if kept is None:
        receipt = append_entry(world, make_unit(3))
    else:
        with pytest.raises(RejectedMessageError):
            append_entry(world, make_unit(3))
        receipt = restore_receipt(world, kept[2])
    verify_receipt(receipt, make_unit(3).content, vkey)
    store.close()
    verify_log_directory(folder / "log", vkey)


def test_a_failing_step_fails_alone_and_the_log_goes_on(tmp_path: Path) -> None:
    """What a step staged before it failed is forgotten."""
    store, world = open_world(tmp_path)

    def step(state: LogState) -> int:
        state.append(b"never", make_unit(0), (b"", b""))
        raise LedgerError("the step refuses")

    with pytest.raises(LedgerError, match="the step refuses"):
        store.journal.write(step, lambda growth: seal_growth(world.keys, growth))
    assert store.journal.size() == 0
    append_entry(world, make_unit(0))
    assert store.journal.size() == 1
    store.close()


def test_a_failing_seal_stores_nothing_and_the_log_goes_on(tmp_path: Path) -> None:
    """A missing key reaches everyone who waits; no nonce or answer stays behind."""
    store = open_store(tmp_path)
    keys = TestKeys()
    world = make_world(store.journal, keys)
    keys.missing = True
    with pytest.raises(KeyUnavailableError):
        append_entry(world, make_unit(0))
    assert not store.journal.find_nonce("wa-city", "nonce-0")
    keys.missing = False
    append_entry(world, make_unit(0))
    store.close()
    verify_log_directory(tmp_path / "log", keys.log_key())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_seal_that_is_nonsense_is_fatal_and_stores_nothing(tmp_path: Path) -> None:
    """A head that cannot be stored closes the door; a restart finds the log as it was."""
    store, world = open_world(tmp_path)
    append_entry(world, make_unit(0))

    def seal(growth: Growth) -> Sealed:
        absent: list[bytes] = [None]  # type: ignore[list-item]
        return Sealed(edge=tuple(absent), runs=(), note="")

    with pytest.raises(ClosedError):
        store.journal.write(lambda state: state.append(b"x", make_unit(1), (b"", b"")), seal)
    with pytest.raises(StoreError):
        append_entry(world, make_unit(2))
    store.close()
    store, world = open_world(tmp_path)
    assert (store.journal.size(), world.node) == (1, NODE)
    store.close()
