"""The single writer: one thread that takes what waits, commits it in one transaction and wakes the waiters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from comity.errors import ComityError, StoreError
from comity.ports import Growth, LogState, Sealed
from comity.store.database import ConflictError, Connection, DatabaseError
from comity.store.hashes import HASH_BYTES, TileCache, pack
from comity.store.rows import Staged, conflict_of, insert_staged, write_head

T = TypeVar("T")

MOST_STEPS = 1_024  # steps in one transaction: beyond that the fsync is shared enough and waiting grows

Fault = Callable[[str], None]
"""Called at each named crash point; tests raise or kill there. See `CRASH_POINTS`."""

CRASH_POINTS = ("taken", "begun", "rows", "sealed", "committed", "tiles", "published")


@dataclass(frozen=True, slots=True)
class Head:
    """The committed log: number of entries, right edge (largest subtree first), checkpoint note."""

    size: int
    edge: tuple[bytes, ...]
    note: str


class Job:
    """Work that waits for the writer: a log step with its seal, or another change of the database alone."""

    __slots__ = ("change", "done", "error", "result", "seal", "step")

    def __init__(
        self,
        step: Callable[[LogState], Any] | None = None,
        seal: Callable[[Growth], Sealed] | None = None,
        change: Callable[[Connection], Any] | None = None,
    ) -> None:
        self.step, self.seal, self.change = step, seal, change
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = Lock()
        self.done.acquire()


class Writer:
    """Owns the connection that writes. After a failed transaction it refuses everything until a restart."""

    def __init__(
        self,
        connection: Connection,
        cache: TileCache,
        committed: Callable[[Head], None],
        fault: Fault,
    ) -> None:
        self._connection, self._cache, self._committed, self._fault = connection, cache, committed, fault
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._gate = Lock()
        self._refusal = ""
        self.head = read_head(connection)
        self._thread = Thread(target=self._run, name="comity-writer", daemon=True)
        self._thread.start()

    def write(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> T:
        """See `ports.Journal.write`."""
        return cast(T, self._wait(Job(step=step, seal=seal)))

    def change(self, change: Callable[[Connection], T]) -> T:
        """Run another change of the database in a transaction of its own, all or nothing."""
        return cast(T, self._wait(Job(change=change)))

    def post(self, change: Callable[[Connection], object]) -> None:
        """Run a change like `change`, without waiting for it. Raises StoreError when the store is closed."""
        self._queue(Job(change=change))

    def refuse(self, reason: str) -> None:
        """Close the door: everything from now on raises StoreError with this reason."""
        with self._gate:
            self._refusal = self._refusal or reason

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._gate:
            self._refusal = self._refusal or "the store is closed; open the node again"
            self._jobs.put(None)
        self._thread.join()
        self._connection.close()

    def _queue(self, job: Job) -> None:
        with self._gate:  # a job queued after the writer's last look would wait for ever
            if self._refusal:
                raise StoreError(self._refusal)
            self._jobs.put(job)

    def _wait(self, job: Job) -> Any:
        self._queue(job)
        job.done.acquire()
        if job.error is not None:
            raise job.error
        return job.result

    def _run(self) -> None:
        while self._turn():
            pass

    def _turn(self) -> bool:
        """Take what waits and commit it; false when the store is being closed."""
        jobs, more = self._take()
        finished = False
        try:
            self._work(jobs)
            finished = True
        except (DatabaseError, OSError) as error:
            self._fail(
                jobs,
                f"the database could not be written: {error}; check the disk or the server and restart the node",
            )
            finished = True
        finally:
            if not finished:  # a fault of the program ends this thread; nobody may wait for it for ever
                self._fail(jobs, "the store's writer met a fault of its own; report it and restart the node")
            for job in jobs:
                job.done.release()
        return more

    def _work(self, jobs: list[Job]) -> None:
        steps = [job for job in jobs if job.step is not None]
        if steps:
            self._fault("taken")
            self._commit_steps(steps)
        for job in jobs:
            if job.change is not None:
                self._commit_change(job, job.change)

    def _take(self) -> tuple[list[Job], bool]:
        first = self._jobs.get()
        if first is None:
            return [], False
        jobs = [first]
        while len(jobs) < MOST_STEPS:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None:
                return jobs, False
            jobs.append(job)
        return jobs, True

    def _fail(self, jobs: list[Job], reason: str) -> None:
        """The state of the disk is unknown: nothing is acknowledged and nothing more is written."""
        self.refuse(reason)
        self._connection.roll_back()
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            jobs.append(job)
        for job in jobs:
            job.error = job.error or StoreError(reason)

    def _commit_steps(self, jobs: list[Job]) -> None:
        self._connection.begin()
        self._fault("begun")
        staged = self._stage_together(jobs)
        try:
            insert_staged(self._connection, staged)
        except ConflictError:
            # one step's nonce, question or item is already there: find which, so that it fails alone
            self._connection.roll_back()
            self._connection.begin()
            staged = self._stage_apart(jobs)
        self._fault("rows")
        if staged.entries:
            self._seal(jobs, staged)
        else:
            self._connection.roll_back()

    def _stage_together(self, jobs: list[Job]) -> Staged:
        staged = Staged(self.head.size)
        for job in jobs:
            _run_step(job, staged)
        return staged

    def _stage_apart(self, jobs: list[Job]) -> Staged:
        staged = Staged(self.head.size)
        for job in jobs:
            before = len(staged.entries)
            _run_step(job, staged)
            self._connection.execute("SAVEPOINT step")
            try:
                insert_staged(self._connection, staged, before)
            except ConflictError as error:
                self._connection.execute("ROLLBACK TO step")
                staged.cut(before)
                job.error = conflict_of(error)
            self._connection.execute("RELEASE step")
        return staged

    def _seal(self, jobs: list[Job], staged: Staged) -> None:
        alive = [job for job in jobs if job.error is None]
        seal = alive[-1].seal
        assert seal is not None, "a log step comes with its seal"
        try:
            sealed = seal(Growth(size=self.head.size, edge=self.head.edge, entries=tuple(staged.entries)))
        except ComityError as error:  # a missing key, for instance, belongs to those who wait
            self._connection.roll_back()
            for job in alive:
                job.error = error
            return
        size = self.head.size + len(staged.entries)
        tiles = pack(sealed.runs, lambda row: self._cache.read(row, self.head.size))
        write_head(self._connection, size, sealed, tiles)
        self._fault("sealed")  # a stop here loses the transaction: nobody was told of it
        self._connection.commit()
        self._fault("committed")  # a stop here keeps it: whoever asks again gets the stored answer
        self._cache.publish(tiles, size)
        self.head = Head(size=size, edge=sealed.edge, note=sealed.note)
        self._committed(self.head)

    def _commit_change(self, job: Job, change: Callable[[Connection], Any]) -> None:
        self._connection.begin()
        try:
            job.result = change(self._connection)
        except (ComityError, ConflictError) as error:  # the change refuses its own input; nothing stays
            self._connection.roll_back()
            job.error = error
            return
        self._connection.commit()


def read_head(connection: Connection) -> Head:
    """The committed head of the log."""
    size, edge, note = connection.execute("SELECT size, edge, note FROM head WHERE id = 1").fetchone()
    parts = tuple(edge[at : at + HASH_BYTES] for at in range(0, len(edge), HASH_BYTES))
    return Head(size=size, edge=parts, note=note)


def _run_step(job: Job, staged: Staged) -> None:
    assert job.step is not None, "only log steps are staged"
    before = len(staged.entries)
    job.error = None
    try:
        job.result = job.step(staged)
    except ComityError as error:  # what the step refuses belongs to the one who waits for it
        job.error = error
        staged.cut(before)
