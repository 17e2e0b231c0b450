"""The single writer: one thread that takes what waits and writes it in one transaction, for another to commit.

While the disk syncs, the next transaction is made ready: its steps run on the log that the one under way leaves, and
its first statement waits until that one is durable. Nobody is told of anything before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from comity.errors import ComityError, StoreError
from comity.model.faults import fault
from comity.ports import Growth, LogState, Pending, Sealed
from comity.store.committer import OWN_FAULT, Committer, Fault, Handed, Head, fail, trouble
from comity.store.database import ConflictError, Connection, DatabaseError
from comity.store.hashes import TileCache, pack
from comity.store.hidden import Hidden
from comity.store.pending import Job, finish
from comity.store.rows import Insert, Staged, conflict_of, insert_staged, prepare_inserts, write_head

T = TypeVar("T")

MOST_STEPS = 1_024  # steps in one transaction: beyond that the fsync is shared enough and waiting grows
MOST_WAITING = 16_384  # steps that wait, a second's work: whoever comes later is better told than kept

CRASH_POINTS = ("taken", "begun", "rows", "sealed", "committed", "tiles", "published")


class Writer:
    """Owns the connection that writes. After a failed transaction it refuses everything until a restart."""

    def __init__(
        self,
        connection: Connection,
        cache: TileCache,
        committed: Callable[[Head], None],
        fault: Fault,
    ) -> None:
        self._connection, self._cache, self._fault = connection, cache, fault
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._gate = Lock()
        self.hidden = Hidden()
        self._refusal, self._closing = "", False
        self._committer = Committer(connection, cache, committed, fault)
        self._ahead = self._committer.head
        self._thread = Thread(target=self._run, name="comity-writer", daemon=True)
        self._committer.run(self.refuse)
        self._thread.start()

    @property
    def head(self) -> Head:
        """The committed log."""
        return self._committer.head

    def tell_commits(self, told: Callable[[float], None]) -> None:
        """See `StoredJournal.tell_commits`."""
        self._committer.told = told

    def start(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> Pending[T]:
        """See `ports.Journal.start`."""
        if self._jobs.qsize() >= MOST_WAITING:
            raise StoreError(f"{MOST_WAITING} entries wait for the log already; ask again later")
        return cast("Pending[T]", self._queue(Job(step=step, seal=seal)))

    def change(self, change: Callable[[Connection], T]) -> T:
        """Run another change of the database in a transaction of its own, all or nothing."""
        return cast(T, self._queue(Job(change=change)).result())

    def post(self, change: Callable[[Connection], object]) -> None:
        """Run a change like `change`, without waiting for it. Raises StoreError when the store is closed."""
        self._queue(Job(change=change))

    def refuse(self, reason: str) -> None:
        """Close the door: everything from now on raises StoreError with this reason."""
        with self._gate:
            self._refusal = self._refusal or reason

    def check_open(self) -> None:
        """Raises StoreError with the reason why everything is refused, where it is."""
        with self._gate:
            if self._refusal:
                raise StoreError(self._refusal)

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._gate:
            self._refusal = self._refusal or fault("store.closed")
            self._jobs.put(None)
        self._thread.join()
        self._committer.close()
        self._connection.close()

    def _queue(self, job: Job) -> Job:
        with self._gate:  # a job queued after the writer's last look would wait for ever
            if self._refusal:
                raise StoreError(self._refusal)
            self._jobs.put(job)
        return job

    def _run(self) -> None:
        while not self._closing:
            jobs: list[Job] = []
            self._take(jobs)
            reason = OWN_FAULT  # what a fault of the program leaves: it ends this thread, and nobody waits for it
            try:
                reason = self._work(jobs)
            except (DatabaseError, OSError) as error:
                reason = trouble(error)
            finally:
                if reason:
                    self._fail(jobs, reason)

    def _take(self, jobs: list[Job]) -> None:
        """Add what waits; where there is nothing yet, wait for it."""
        while len(jobs) < MOST_STEPS and not self._closing:
            try:
                job = self._jobs.get(block=not jobs)
            except Empty:
                return
            if job is None:
                self._closing = True
                return
            jobs.append(job)

    def _work(self, jobs: list[Job]) -> str:
        """Write what was taken and hand it over last; why nothing can be written any more, or nothing."""
        if any(job.step for job in jobs):
            self._fault("taken")
        staged = Staged(self._ahead.size, self.hidden)
        inserts = self._stage(jobs, staged)
        if self._committer.is_busy:
            failure, early = self._committer.settle(), len(jobs)
            self._take(jobs)  # what came while the disk synced
            inserts += self._stage(jobs[early:], staged)
        else:
            failure = self._committer.settle()
        if failure:
            return failure
        for job in jobs:
            if job.change is not None:
                self._commit_change(job, job.change)
        steps = tuple(job for job in jobs if job.step is not None)
        if steps:
            self._write(steps, staged, inserts)
        return ""

    def _stage(self, jobs: Sequence[Job], staged: Staged) -> list[Insert]:
        """Run the steps among the jobs; the rows they add, ready to be inserted."""
        start = len(staged.entries)
        for job in jobs:
            if job.step is not None:
                _run_step(job, staged)
        return prepare_inserts(staged, start)

    def _fail(self, jobs: list[Job], reason: str) -> None:
        """The state of the disk is unknown: nothing is acknowledged and nothing more is written."""
        self.refuse(reason)
        self._committer.settle()  # what was handed over before stands or fails by itself
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
        fail(jobs, reason)

    def _write(self, jobs: tuple[Job, ...], staged: Staged, inserts: Sequence[Insert]) -> None:
        self._connection.begin()
        self._fault("begun")
        try:
            insert_staged(self._connection, inserts, staged)
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
            finish(jobs)

    def _stage_apart(self, jobs: Sequence[Job]) -> Staged:
        staged = Staged(self._ahead.size, self.hidden)
        for job in jobs:
            before = len(staged.entries)
            _run_step(job, staged)
            self._connection.execute("SAVEPOINT step")
            try:
                insert_staged(self._connection, prepare_inserts(staged, before), staged, before)
            except ConflictError as error:
                self._connection.execute("ROLLBACK TO step")
                staged.cut(before)
                job.error = conflict_of(error)
            self._connection.execute("RELEASE step")
        return staged

    def _seal(self, jobs: tuple[Job, ...], staged: Staged) -> None:
        alive = [job for job in jobs if job.error is None]
        seal = alive[-1].seal
        assert seal is not None, "a log step comes with its seal"
        before = self._ahead
        try:
            sealed = seal(Growth(size=before.size, edge=before.edge, entries=tuple(staged.entries)))
        except ComityError as error:  # a missing key, for instance, belongs to those who wait
            self._connection.roll_back()
            for job in alive:
                job.error = error
            finish(jobs)
            return
        head = Head(size=before.size + len(staged.entries), edge=sealed.edge, note=sealed.note)
        tiles = pack(sealed.runs, lambda row: self._cache.read(row, before.size))
        write_head(self._connection, head.size, sealed, tiles)
        self._fault("sealed")  # a stop here loses the transaction: nobody was told of it
        self._ahead = head
        self._committer.hand(Handed(jobs=jobs, head=head, tiles=tiles))

    def _commit_change(self, job: Job, change: Callable[[Connection], Any]) -> None:
        self._connection.begin()
        try:
            job.value = change(self._connection)
        except (ComityError, ConflictError) as error:  # the change refuses its own input; nothing stays
            self._connection.roll_back()
            job.error = error
        else:
            self._connection.commit()
        finish([job])


def _run_step(job: Job, staged: Staged) -> None:
    assert job.step is not None, "only log steps are staged"
    before = len(staged.entries)
    job.error = None
    try:
        job.value = job.step(staged)
    except ComityError as error:  # what the step refuses belongs to the one who waits for it
        job.error = error
        staged.cut(before)
