"""Commits what the writer made ready, in a thread of its own, and lets those go who waited for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic

from comity.errors import StoreError
from comity.model.faults import fault
from comity.store.database import Connection, DatabaseError
from comity.store.hashes import HASH_BYTES, TileCache
from comity.store.pending import Job, finish

OWN_FAULT = fault("store.own-fault")

Fault = Callable[[str], None]
"""Called at each named crash point; tests raise or kill there. See `writer.CRASH_POINTS`."""


@dataclass(frozen=True, slots=True)
class Head:
    """The log at a checkpoint: number of entries, right edge (largest subtree first), checkpoint note."""

    size: int
    edge: tuple[bytes, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A transaction that only needs its commit: who waits for it, the log after it, the tiles it changes."""

    jobs: tuple[Job, ...]
    head: Head
    tiles: dict[int, bytes]


class Committer:
    """The one place where a transaction of the log becomes durable, and where anybody is told of it.

    Between `hand` and the end of `settle` the connection is this thread's. After a failed commit the state of the disk
    is unknown: `settle` gives the reason from then on, and nothing more may be handed over.
    """

    def __init__(
        self, connection: Connection, cache: TileCache, committed: Callable[[Head], None], fault: Fault
    ) -> None:
        self._connection, self._cache, self._committed, self._fault = connection, cache, committed, fault
        self.told: Callable[[float], None] = lambda seconds: None
        self.head = read_head(connection)
        self._failure = ""
        self._handed: SimpleQueue[Handed | None] = SimpleQueue()
        self._under_way = Lock()
        self._thread = Thread(target=self._run, name="comity-committer", daemon=True)

    def run(self, refuse: Callable[[str], None]) -> None:
        """Commit until `close`; `refuse` hears of a failure before anybody else."""
        self._refuse = refuse
        self._thread.start()

    def hand(self, transaction: Handed) -> None:
        """Let a transaction be committed. At most one is under way: see `settle`."""
        self._under_way.acquire()
        self._handed.put(transaction)

    @property
    def is_busy(self) -> bool:
        return self._under_way.locked()

    def settle(self) -> str:
        """Wait until nothing is under way; why nothing can be written any more, or nothing."""
        with self._under_way:
            return self._failure

    def close(self) -> None:
        self._handed.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (transaction := self._handed.get()) is not None:
            reason = OWN_FAULT  # what a fault of the program leaves: it ends this thread, and nobody waits for it
            try:
                self._commit(transaction)
                reason = ""
            except (DatabaseError, OSError) as error:
                reason = trouble(error)
            finally:
                if reason:
                    self._failure = reason
                    self._refuse(reason)
                    self._connection.roll_back()
                    fail(transaction.jobs, reason)
                self._under_way.release()

    def _commit(self, transaction: Handed) -> None:
        began = monotonic()
        self._connection.commit()
        self.told(monotonic() - began)
        self._fault("committed")  # a stop here keeps it: whoever asks again gets the stored answer
        self._cache.publish(transaction.tiles, transaction.head.size)
        self.head = transaction.head
        self._committed(self.head)
        finish(transaction.jobs)


def read_head(connection: Connection) -> Head:
    """The committed head of the log."""
    size, edge, note = connection.execute("SELECT size, edge, note FROM head WHERE id = 1").fetchone()
    parts = tuple(edge[at : at + HASH_BYTES] for at in range(0, len(edge), HASH_BYTES))
    return Head(size=size, edge=parts, note=note)


def trouble(error: Exception) -> str:
    """What those are told who waited for a transaction that failed."""
    return fault("store.not-written", cause=str(error))


def fail(jobs: Iterable[Job], reason: str) -> None:
    """Tell all who wait and were not told yet that nothing is acknowledged."""
    left = [job for job in jobs if not job.is_done]
    for job in left:
        job.error = job.error or StoreError(reason)
    finish(left)
