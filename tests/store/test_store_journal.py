"""The journal: one writer, steps of many threads in one transaction, each failing alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_world import TestKeys, make_unit, make_world, open_world
from msgspec.structs import replace

from comity.errors import DutyChangedError, LedgerError, RejectedMessageError, StoreError
from comity.ledger.append import append_entry, seal_growth
from comity.ledger.tree import grow, inclusion_proof, leaf_hash
from comity.ledger.verify import verify_log_directory
from comity.model.decision import Duty
from comity.model.disclosure import StoredDuty, Unit
from comity.ports import Growth, LogState, Sealed
from comity.store import counts, migrate, writer
from comity.store.database import Connection, DatabaseError
from comity.store.hashes import MOST_CACHED, TileCache, cut_roots, pack, place_of
from comity.store.opening import Store
from comity.store.sqlite import APPLICATION_ID
from store_engines import both_engines, on_sqlite, open_store

pytestmark = both_engines
KEYS = TestKeys()


def seal(growth: Growth) -> Sealed:
    return seal_growth(KEYS, growth)


def put(store: Store, unit: Unit) -> int:
    def step(state: LogState) -> int:
        return state.append(b"entry of " + unit.content, unit, (b"", b""))

    return store.journal.write(step, seal)


class Batch:
    """Holds the writer inside one transaction while others queue, so that they share the next one."""

    def __init__(self, store: Store) -> None:
        self._store, self._held, self._go = store, Event(), Event()
        self.outcomes: dict[int, Any] = {}
        self._threads = [Thread(target=self._hold)]

    def _hold(self) -> None:
        def step(state: LogState) -> int:
            self._held.set()
            self._go.wait(30)
            return state.append(b"first", make_unit(0), (b"", b""))

        self._store.journal.write(step, seal)

    def run(self, *calls: Callable[[], Any]) -> dict[int, Any]:
        """Outcome of every call: its result or its error."""

        def one(number: int, call: Callable[[], Any]) -> None:
            try:
                self.outcomes[number] = call()
            except Exception as error:
                self.outcomes[number] = error

        self._threads += [Thread(target=one, args=(number, call)) for number, call in enumerate(calls)]
        self._threads[0].start()
        assert self._held.wait(30)
        for thread in self._threads[1:]:
            thread.start()
        while self._store._writer._jobs.qsize() < len(calls):
            pass
        self._go.set()
        for thread in self._threads:
            thread.join(30)
        return self.outcomes


def test_steps_share_a_transaction_and_the_bad_ones_fail_alone(tmp_path: Path) -> None:
    """A reused nonce, a second answer, a duty twice and a failing step change nothing of their neighbours."""
    duty = StoredDuty(
        id="d", owner="ca-river", query_id="q", duty=Duty(kind="count", rule="r", citation="c"), raised_ms=1
    )
    store = open_store(tmp_path)
    note_count: list[int] = []

    def counted(growth: Growth) -> Sealed:
        note_count.append(len(growth.entries))
        return seal(growth)

    def plain(unit: Unit) -> Callable[[], int]:
        return lambda: store.journal.write(
            lambda state: state.append(b"entry of " + unit.content, unit, (b"", b"")), counted
        )

    def failing() -> int:
        def step(state: LogState) -> int:
            state.append(b"never", make_unit(9), (b"", b""))
            raise LedgerError("refused by the step")

        return store.journal.write(step, counted)

    found = Batch(store).run(
        plain(make_unit(1, duties=(duty,))),
        plain(make_unit(1, answer_to=None)),
        plain(make_unit(2, answer_to=make_unit(1).answer_to)),
        plain(make_unit(3, duties=(duty,))),
        failing,
        plain(make_unit(4)),
    )
    ok = [number for number in found if isinstance(found[number], int)]
    assert sorted(found[number] for number in ok) == [1, 2]
    assert note_count == [2], "one checkpoint for the whole transaction"
    assert store.journal.size() == 3
    assert 5 in ok
    assert str(found[4]) == "refused by the step"
    for number in (0, 1, 2, 3):
        if number not in ok:
            assert isinstance(found[number], RejectedMessageError | StoreError), found[number]
    assert len(store.journal.duties("ca-river")) <= 1
    assert not store.journal.find_nonce("wa-city", "nonce-9")
    store.close()
    store = open_store(tmp_path)
    assert store.journal.size() == 3
    store.close()


def test_a_transaction_of_failing_steps_only_stores_nothing(tmp_path: Path) -> None:
    """Without an entry there is no new checkpoint."""
    store = open_store(tmp_path)
    put(store, make_unit(0))
    note = store.journal.checkpoint()
    with pytest.raises(RejectedMessageError):
        put(store, make_unit(0))
    assert store.journal.checkpoint() == note
    assert store.journal.size() == 1
    store.close()


def test_waiting_work_is_finished_before_closing(tmp_path: Path) -> None:
    """Closing lets what was queued commit; afterwards everything is refused."""
    store = open_store(tmp_path)
    batch = Batch(store)
    found = batch.run(*[lambda number=number: put(store, make_unit(number)) for number in range(1, 6)])
    store.close()
    assert sorted(found.values()) == [1, 2, 3, 4, 5]
    with pytest.raises(StoreError, match="closed"):
        put(store, make_unit(7))


def test_a_failed_commit_fails_all_who_wait(tmp_path: Path) -> None:
    """Those in the transaction and those behind it get StoreError; nothing is stored."""
    passed: list[str] = []

    def fault(point: str) -> None:
        passed.append(point)
        if point == "sealed" and passed.count("sealed") == 2:
            raise DatabaseError("disk I/O error")

    store = open_store(tmp_path, fault)
    found = Batch(store).run(*[lambda number=number: put(store, make_unit(number)) for number in range(1, 6)])
    assert all(isinstance(outcome, StoreError) for outcome in found.values())
    assert "disk I/O error" in str(found[0])
    with pytest.raises(StoreError, match="restart the node"):
        store.journal.count_unauthenticated("unsigned")
    store.close()
    store = open_store(tmp_path)
    assert store.journal.size() == 1
    store.close()


def test_work_behind_a_failure_is_failed_too(tmp_path: Path) -> None:
    """A failed batch drains the queue, so nobody waits for a writer that will not write."""
    store = open_store(tmp_path)
    job_error = DatabaseError("disk full")

    def change(connection: Connection) -> None:
        raise job_error

    with pytest.raises(StoreError, match="disk full"):
        store._writer.change(change)
    with pytest.raises(StoreError, match="disk full"):
        put(store, make_unit(1))
    store.close()


def test_more_steps_than_fit_go_in_several_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction takes a bounded number of steps; the rest follows, also when the store is being closed."""
    monkeypatch.setattr(writer, "MOST_STEPS", 2)
    store = open_store(tmp_path)
    calls: list[Callable[[], Any]] = [
        lambda number=number: put(store, make_unit(number)) for number in range(1, 6)
    ]
    found = Batch(store).run(*calls)
    assert sorted(found.values()) == [1, 2, 3, 4, 5]
    store.close()


def test_closing_behind_waiting_work_finishes_it(tmp_path: Path) -> None:
    """The close that queues behind a step waits for it."""
    store = open_store(tmp_path)
    batch = Batch(store)
    found = batch.run(lambda: put(store, make_unit(1)), lambda: close_when_queued(store))
    assert found[0] == 1
    assert found[1] is None


def close_when_queued(store: Store) -> None:
    while store._writer._jobs.qsize() < 1:
        pass
    store.close()


@pytest.mark.parametrize("closing", [False, True])
def test_what_waits_behind_a_failed_transaction_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closing: bool
) -> None:
    """Work that did not fit into the failed transaction is failed with it."""
    monkeypatch.setattr(writer, "MOST_STEPS", 1)
    passed: list[str] = []

    def fault(point: str) -> None:
        passed.append(point)
        if point == "rows" and passed.count("rows") == 2:
            raise OSError(28, "no space left on device")

    store = open_store(tmp_path, fault)
    calls: list[Callable[[], Any]] = [
        lambda number=number: put(store, make_unit(number)) for number in range(1, 4)
    ]
    found = Batch(store).run(*calls, *([lambda: close_when_full(store)] if closing else []))
    assert all(isinstance(found[number], StoreError) for number in range(3))
    if not closing:
        store.close()


def close_when_full(store: Store) -> None:
    while store._writer._jobs.qsize() < 3:
        pass
    store.close()


def test_counters_of_unauthenticated_messages(tmp_path: Path) -> None:
    """Counted by reason, without any entry."""
    store = open_store(tmp_path)
    for reason in ("unsigned", "stranger", "unsigned"):
        store.journal.count_unauthenticated(reason)
    assert store.journal.unauthenticated() == {"stranger": 1, "unsigned": 2}
    assert store.journal.size() == 0
    store.close()


def test_a_flood_of_unauthenticated_messages_is_bounded(tmp_path: Path) -> None:
    """Reasons are cut and limited in number; every message is still counted; counts survive a restart."""
    store = open_store(tmp_path)
    for _ in range(3):
        for number in range(150):
            store.journal.count_unauthenticated(f"reason {number} " + "x" * 500)
    store.close()
    store = open_store(tmp_path)
    totals = store.journal.unauthenticated()
    assert sum(totals.values()) == 450
    assert len(totals) <= counts.MOST_REASONS + 1
    assert max(map(len, totals)) == counts.LONGEST_REASON
    store.close()


def test_counts_that_cannot_be_kept_are_refused_each_time(tmp_path: Path) -> None:
    """A closed store counts nothing, and says so to everyone who tries."""
    store = open_store(tmp_path)
    store.close()
    for _ in range(2):
        with pytest.raises(StoreError, match="closed"):
            store.journal.count_unauthenticated("unsigned")


def duty_of(name: str, **more: object) -> StoredDuty:
    made = Duty(kind="count", rule="r", citation="c", **more)  # type: ignore[arg-type]
    return StoredDuty(id=name, owner="ca-river", query_id="q", duty=made, raised_ms=1)


def test_a_duty_is_replaced_under_an_entry_one_change_at_a_time(tmp_path: Path) -> None:
    """The desk's copy changes with its entry; one nobody raised, an older copy or another owner's is refused whole."""
    duty = duty_of("d")
    store = open_store(tmp_path)
    put(store, make_unit(0, duties=(duty,)))
    done = replace(duty, done_ms=5, evidence="letter of 3 May", changed=1)
    put(store, make_unit(1, changed_duties=(done,)))
    assert store.journal.duties("ca-river") == (done,)
    assert store.journal.find_duty("ca-river", "d") == done
    assert store.journal.duties("wa-city") == ()
    assert store.journal.find_duty("wa-city", "d") is None
    for other in (done, replace(done, id="x"), replace(done, owner="wa-city", changed=2)):
        with pytest.raises(DutyChangedError, match="somebody changed this duty meanwhile"):
            put(store, make_unit(2, changed_duties=(other,)))
    assert store.journal.size() == 2
    store.close()
    store = open_store(tmp_path)
    assert store.journal.duties("ca-river") == (done,)
    store.close()


def test_a_duty_of_a_period_or_an_event_is_there_once(tmp_path: Path) -> None:
    """Its id follows from what raised it: raising it with another entry adds nothing and changes nothing."""
    store = open_store(tmp_path)
    first = duty_of("d", period="2026")
    put(store, make_unit(0, duties=(first,)))
    event = replace(duty_of("e"), started_ms=4)
    put(store, make_unit(1, duties=(replace(first, raised_ms=9), event)))
    put(store, make_unit(2, duties=(event, replace(event, raised_ms=9))))
    assert store.journal.duties("ca-river") == (first, event)
    assert store.journal.size() == 3
    store.close()


def test_duties_are_found_by_the_event_they_wait_for_and_by_period(tmp_path: Path) -> None:
    """What waits, until its clock was started; what is for a period; of that owner alone."""
    store = open_store(tmp_path)
    waits = duty_of("w", after="record-changed", within="3 days")
    runs = duty_of("r", after="record-changed", due_ms=5)
    yearly = duty_of("p", period="2026")
    put(store, make_unit(0, duties=(waits, runs, yearly)))
    journal = store.journal
    assert journal.waiting_duties("ca-river", "record-changed") == (waits,)
    assert journal.waiting_duties("wa-city", "record-changed") == ()
    assert journal.waiting_duties("ca-river", "") == ()
    assert journal.periodic_duties("ca-river") == (yearly,)
    assert journal.periodic_duties("wa-city") == ()
    started = replace(waits, duty=replace(waits.duty, due_ms=7), changed=1)
    put(store, make_unit(1, changed_duties=(started,)))
    assert journal.waiting_duties("ca-river", "record-changed") == ()
    store.close()


@on_sqlite
def test_a_duty_of_an_earlier_version_is_still_found(tmp_path: Path) -> None:
    """Bodies without the later fields are read, waiting ones by their event; a damaged one closes the door."""
    folder = tmp_path / "old"
    folder.mkdir()
    connection = sqlite3.connect(folder / "node.db", isolation_level=None)
    first = migrate.migration_text(1)
    connection.executescript(f"{first}\nPRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = 1;")
    told = b'{"kind":"notify","rule":"r","citation":"c","to":"subject","report":"","due_ms":%s,"after":"%s","text":""}'
    for name, due, after in ((b"w", b"null", b"released"), (b"r", b"5", b"query-received"), (b"n", b"null", b"")):
        body = b'{"id":"%s","owner":"ca-river","query_id":"q","duty":%s,"raised_ms":1}' % (
            name,
            told % (due, after),
        )
        connection.execute("INSERT INTO duty VALUES (?, 'ca-river', ?)", (name.decode(), body))
    connection.close()
    store = open_store(folder)
    assert [one.id for one in store.journal.duties("ca-river")] == ["w", "r", "n"]
    (waits,) = store.journal.waiting_duties("ca-river", "released")
    assert (waits.id, waits.changed, waits.confirmed) == ("w", 0, None)
    put(store, make_unit(0, changed_duties=(replace(waits, done_ms=3, changed=1),)))
    store._writer.change(lambda held: held.execute("UPDATE duty SET body = x'00' WHERE id = 'n'"))
    with pytest.raises(StoreError, match="a stored duty cannot be read"):
        store.journal.duties("ca-river")
    store.close()


def test_what_was_forgotten_is_told_from_what_never_was(tmp_path: Path) -> None:
    """A purged entry keeps its place; a missing one is an error."""
    store, world = open_world(tmp_path)
    append_entry(world, make_unit(0, sealed=b""))
    assert store.journal.sealed(0) is None

    def forget(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE entry SET content = NULL, record = NULL, content_key = NULL, record_key = NULL")

    store._writer.change(forget)
    assert (store.journal.content(0), store.journal.record(0), store.journal.record_key(0)) == (None, None, None)
    found = store.journal.find_answer("wa-city", f"{0:032x}", "digest")
    assert found is not None, "a question whose answer was forgotten was still answered: it is not answered again"
    assert found[1:] == (b"", 0)
    with pytest.raises(LedgerError, match="forgotten"):
        store.journal.content_key(0)
    for read in (store.journal.entry, store.journal.content, store.journal.content_key):
        with pytest.raises(LedgerError, match="no entry 1"):
            read(1)
    store.close()
    assert verify_log_directory(tmp_path / "log", world.keys.log_key()).size == 1


def test_a_unit_that_is_no_answer_takes_no_answer_key(tmp_path: Path) -> None:
    """Many entries without a question stand beside each other."""
    store = open_store(tmp_path)
    world = make_world(store.journal)
    for number in range(3):
        append_entry(world, make_unit(number, answer_to=None, replay=None))
    assert store.journal.size() == 3
    store.close()


@settings(max_examples=40)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_packed_tiles_give_every_hash_back(counts: list[int]) -> None:
    """Whatever the batches, each complete subtree is found where it was put, from memory and from rows."""
    rows: dict[int, bytes] = {}
    cache = TileCache(rows.get)
    size, edge = 0, ()
    wanted: dict[tuple[int, int], bytes] = {}
    for count in counts:
        grown = grow(size, edge, [leaf_hash(b"%d" % number) for number in range(size, size + count)])
        for level, (first, run) in enumerate(grown.runs):
            for number in range(len(run) // 32):
                wanted[level, first + number] = run[number * 32 : number * 32 + 32]
        before = size
        changed = pack(grown.runs, lambda row, before=before: cache.read(row, before))
        size, edge = grown.size, grown.edge
        rows.update(changed)
        cache.publish(changed, size)
    cut = cut_roots(size, edge)
    for source in (cache, TileCache(rows.get)):
        for index in {0, size // 2, size // 256 * 256 % size, size - 1}:
            path = inclusion_proof(index, size, lambda level, at, source=source: source.hash_at(level, at, size))
            assert source.path(index, size, cut) == path
        with pytest.raises(LedgerError, match="no entry"):
            source.path(size, size, cut)
        for (level, index), held in wanted.items():
            assert source.hash_at(level, index, size) == held
        with pytest.raises(LedgerError, match="no complete subtree"):
            source.hash_at(0, size, size)


def test_the_cache_is_bounded() -> None:
    """Old full tiles leave memory and are read again from their rows."""
    size = 256 * (MOST_CACHED + 5)
    rows = {place_of(0, number * 256)[0]: number.to_bytes(32, "big") * 510 for number in range(MOST_CACHED + 5)}
    cache = TileCache(rows.get)
    for _ in range(2):
        for number in range(MOST_CACHED + 5):
            assert cache.hash_at(0, number * 256, size) == number.to_bytes(32, "big")
    assert len(cache._full) == MOST_CACHED
    with pytest.raises(LedgerError, match="missing"):
        cache.hash_at(8, 0, size)
    with pytest.raises(LedgerError, match="missing"):
        cache.path(0, size, cut_roots(size, [bytes(32)] * size.bit_count()))


def test_entries_are_read_in_runs(tmp_path: Path) -> None:
    """Each run is what the entries are one by one, cut at the newest; behind it there is nothing."""
    store = open_store(tmp_path)
    journal, world = store.journal, make_world(store.journal)
    for number in range(5):
        append_entry(world, make_unit(number, answer_to=None, replay=None))
    whole = tuple(journal.entry(index) for index in range(5))
    assert journal.entries(0, 5) == journal.entries(0, 99) == whole
    assert journal.entries(3, 1) == whole[3:4]
    assert journal.entries(5, 10) == ()
    store.close()
