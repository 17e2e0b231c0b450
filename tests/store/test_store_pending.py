"""Who waits for the log: in threads and on event loops, told after the commit and never before, once a loop and commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from log_world import TestKeys, make_unit

from comity.errors import LedgerError, RejectedMessageError, StoreError
from comity.ledger.append import seal_growth
from comity.model.disclosure import Unit
from comity.ports import Growth, LogState, Pending, Sealed
from comity.store import writer
from comity.store.opening import Store
from store_engines import both_engines, open_store

pytestmark = both_engines
KEYS = TestKeys()
PATIENCE_S = 30


def start(store: Store, unit: Unit, ran: Event | None = None) -> Pending[int]:
    def step(state: LogState) -> int:
        if ran is not None:
            ran.set()
        return state.append(b"entry of " + unit.content, unit, (b"", b""))

    return store.journal.start(step, lambda growth: seal_growth(KEYS, growth))


class HeldCommit:
    """A store whose first transaction is committed, but nobody is told before `go` is set; `error` then goes wrong."""

    def __init__(self, folder: Path, error: OSError | None = None) -> None:
        self.reached, self.go, self._error = Event(), Event(), error
        self.sealed: list[int] = []
        self.store = open_store(folder, self._fault)
        self.first = start(self.store, make_unit(0))
        assert self.reached.wait(PATIENCE_S)

    def _fault(self, point: str) -> None:
        if point == "sealed":
            self.sealed.append(self.store.journal.size())
        if point == "committed" and not self.go.is_set():
            self.reached.set()
            assert self.go.wait(PATIENCE_S)
            if self._error is not None:
                raise self._error


def test_the_next_transaction_is_made_ready_beside_the_commit_and_begins_after_it(tmp_path: Path) -> None:
    """Its steps run while the disk syncs; nobody is told anything, and nothing of it is written, before that ends."""
    held, ran = HeldCommit(tmp_path), Event()
    second = start(held.store, make_unit(1), ran)
    assert ran.wait(PATIENCE_S)
    assert not held.first.is_done  # type: ignore[attr-defined]
    assert held.store.journal.size() == 0
    assert len(held.sealed) == 1
    held.go.set()
    assert (held.first.result(), second.result()) == (0, 1)
    assert held.sealed == [0, 1], "the second was sealed on the first, committed"
    held.store.close()


def test_what_comes_while_the_disk_syncs_goes_together(tmp_path: Path) -> None:
    """However many come meanwhile, one commit follows."""
    held, ran = HeldCommit(tmp_path), Event()
    waiting = [start(held.store, make_unit(1), ran)]
    assert ran.wait(PATIENCE_S)
    waiting += [start(held.store, make_unit(number)) for number in range(2, 7)]
    held.go.set()
    assert [one.result() for one in waiting] == [1, 2, 3, 4, 5, 6]
    assert held.sealed == [0, 1], "one checkpoint for all six"
    held.store.close()


def test_a_failed_commit_fails_what_was_made_ready_on_it(tmp_path: Path) -> None:
    """The one that failed, the one staged behind it and those that wait get StoreError; a restart finds what was kept."""
    held, ran = HeldCommit(tmp_path, OSError(5, "input/output error")), Event()
    waiting = [held.first, start(held.store, make_unit(1), ran)]
    assert ran.wait(PATIENCE_S)
    waiting.append(start(held.store, make_unit(2)))
    held.go.set()
    for one in waiting:
        with pytest.raises(StoreError, match=r"input/output error.*restart the node"):
            one.result()
    with pytest.raises(StoreError, match="restart the node"):
        start(held.store, make_unit(3))
    held.store.close()
    store = open_store(tmp_path)
    assert store.journal.size() == 1, "the first was durable already, and nobody was told so"
    store.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_the_program_leaves_nobody_waiting(tmp_path: Path) -> None:
    """Whatever goes wrong while committing, those who wait hear of it and the door closes."""

    def fault(point: str) -> None:
        assert point != "committed", "a fault of the program"

    store = open_store(tmp_path, fault)
    with pytest.raises(StoreError, match="a fault of its own"):
        start(store, make_unit(0)).result()
    with pytest.raises(StoreError, match="a fault of its own"):
        start(store, make_unit(1))
    store.close()


def test_work_begun_before_closing_is_finished(tmp_path: Path) -> None:
    """Closing while a commit is under way waits for it and for what came behind."""
    held = HeldCommit(tmp_path)
    waiting = [start(held.store, make_unit(number)) for number in (1, 2)]
    closing = Thread(target=held.store.close)
    closing.start()
    held.go.set()
    closing.join(PATIENCE_S)
    assert [held.first.result(), *[one.result() for one in waiting]] == [0, 1, 2]


def test_too_many_who_wait_are_told_to_come_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is bounded; those who wait already are written, and the door stays open."""
    monkeypatch.setattr(writer, "MOST_WAITING", 2)
    held, ran = HeldCommit(tmp_path), Event()
    waiting = [start(held.store, make_unit(1), ran)]
    assert ran.wait(PATIENCE_S)
    waiting += [start(held.store, make_unit(number)) for number in (2, 3)]
    with pytest.raises(StoreError, match="2 entries wait for the log already; ask again later"):
        start(held.store, make_unit(4))
    held.go.set()
    assert [one.result() for one in waiting] == [1, 2, 3]
    assert start(held.store, make_unit(4)).result() == 4
    held.store.close()


def test_several_wait_for_one_step(tmp_path: Path) -> None:
    """A result may be had twice, in two threads and on a loop, before and after it is there."""
    held = HeldCommit(tmp_path)
    found: list[int] = []
    threads = [Thread(target=lambda: found.append(held.first.result())) for _ in range(2)]
    for thread in threads:
        thread.start()

    async def both() -> list[int]:
        waiting = asyncio.gather(*[_awaited(held.first) for _ in range(2)])
        await asyncio.sleep(0)
        held.go.set()
        return await waiting

    assert asyncio.run(both()) == [0, 0]
    assert asyncio.run(_awaited(held.first)) == 0
    for thread in threads:
        thread.join(PATIENCE_S)
    assert found == [0, 0]
    held.store.close()


async def _awaited(pending: Pending[int]) -> int:
    return await pending


class CountingLoop(asyncio.SelectorEventLoop):
    """An event loop that counts how often another thread wakes it."""

    def __init__(self) -> None:
        super().__init__()
        self.wakes = 0

    def call_soon_threadsafe(self, callback: Callable[..., object], *args: Any, **more: Any) -> asyncio.Handle:
        self.wakes += 1
        return super().call_soon_threadsafe(callback, *args, **more)


def run_on(loop: asyncio.AbstractEventLoop, waiting: list[Pending[int]]) -> list[int | BaseException]:
    async def all_of_them() -> list[int | BaseException]:
        return await asyncio.gather(*[_awaited(one) for one in waiting], return_exceptions=True)

    return loop.run_until_complete(all_of_them())


def test_a_loop_is_woken_once_a_commit(tmp_path: Path) -> None:
    """A hundred who wait cost one call to each loop, whatever their outcomes."""
    held, ran = HeldCommit(tmp_path), Event()
    behind = start(held.store, make_unit(1), ran)
    assert ran.wait(PATIENCE_S)
    loops = [CountingLoop(), CountingLoop()]
    waiting = [[start(held.store, make_unit(2 + at * 50 + number)) for number in range(50)] for at in range(2)]
    again = start(held.store, make_unit(5, answer_to=None))  # the nonce of another
    found: list[list[int | BaseException]] = [[], []]
    threads = [
        Thread(target=lambda at=at, loop=loop: found[at].extend(run_on(loop, [*waiting[at], again])))
        for at, loop in enumerate(loops)
    ]
    for thread in threads:
        thread.start()
    while not all(one._waiting for group in waiting for one in group):  # type: ignore[attr-defined]
        pass
    held.go.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert behind.result() == 1
    assert [number for group in found for number in group[:50]] == list(range(2, 102))
    assert all(isinstance(group[50], RejectedMessageError) for group in found)
    assert [loop.wakes for loop in loops] == [1, 1]
    for loop in loops:
        loop.close()
    held.store.close()


def test_who_is_cancelled_or_gone_stops_waiting_and_the_entry_stands(tmp_path: Path) -> None:
    """Neither a cancelled task nor a loop that was closed holds up the others."""
    held = HeldCommit(tmp_path)
    gone = asyncio.new_event_loop()
    left = gone.create_task(_awaited(held.first))
    gone.run_until_complete(asyncio.sleep(0))
    gone.close()

    async def cancelled_and_other() -> int:
        tasks = [asyncio.ensure_future(_awaited(held.first)) for _ in range(2)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        held.go.set()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        return await tasks[1]

    assert asyncio.run(cancelled_and_other()) == 0
    assert not left.done()
    assert held.store.journal.size() == 1
    held.store.close()


def test_a_refused_step_is_refused_to_whoever_awaits_it(tmp_path: Path) -> None:
    """The error of the step or the seal is raised where the result would have been."""
    store = open_store(tmp_path)

    def refusing(state: LogState) -> int:
        raise LedgerError("refused by the step")

    def sealing(growth: Growth) -> Sealed:
        raise LedgerError("refused by the seal")

    with pytest.raises(LedgerError, match="by the step"):
        asyncio.run(_awaited(store.journal.start(refusing, lambda growth: seal_growth(KEYS, growth))))
    unit = make_unit(0)
    with pytest.raises(LedgerError, match="by the seal"):
        asyncio.run(_awaited(store.journal.start(lambda state: state.append(b"e", unit, (b"", b"")), sealing)))
    assert start(store, unit).result() == 0
    store.close()
