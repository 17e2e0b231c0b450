"""The index of every owner at a node: look-ups borrow it, and one thread keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread

from comity.errors import ClosedError
from comity.match.search import Part
from comity.store.committer import Fault
from comity.store.connect import Readers
from comity.store.database import EVERY_OWNER, Connection, Database
from comity.store.segments.file import file_name
from comity.store.segments.owner_index import MOST_FRESH, DueError, OwnerIndex, View
from comity.store.segments.upkeep import Upkeep
from comity.store.writer import Writer

FOLDER_NAME = "segments"
MOST_TURNS = 2  # of upkeep before a look-up; where something is due still it met trouble, not work


class SegmentIndex:
    """Every owner's index, kept by a thread of its own from `start` to `close`."""

    def __init__(self, upkeep: Upkeep, readers: Readers) -> None:
        self.upkeep, self._readers = upkeep, readers
        self._owners: dict[int, OwnerIndex] = {}
        self._lock = Lock()
        self._due: SimpleQueue[int | None] = SimpleQueue()
        self._closing = False
        self._thread = Thread(target=self._run, name="comity-index", daemon=True)

    def start(self) -> None:
        """Finish removals that were broken off, then begin to keep the index. Raises StoreError."""
        with self._readers.lend(EVERY_OWNER) as connection:
            removing = [row[0] for row in connection.execute("SELECT DISTINCT owner FROM removed_person")]
            owners = [row[0] for row in connection.execute("SELECT id FROM owner")]
        for owner in removing:
            self.upkeep.remove_gone(self.of(owner))
        self.upkeep.database.clear_removed()  # of what was removed with nobody in it who could be found
        for owner in owners:
            self._due.put(owner)
        self._thread.start()

    def close(self) -> None:
        """Finish the act of upkeep that runs, and begin no other."""
        self._closing = True
        self._due.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def of(self, owner: int) -> OwnerIndex:
        """One owner's index."""
        with self._lock:
            index = self._owners.get(owner)
            if index is None:
                index = self._owners[owner] = OwnerIndex(owner, self.upkeep.folder, self._readers)
            return index

    def reading(self, owner: int) -> AbstractContextManager[Connection]:
        """A connection that reads one owner's rows, in one state of the database."""
        return self._readers.lend(owner, one_state=True)

    @contextmanager
    def lend(self, owner: str) -> Iterator[tuple[Part, ...]]:
        """The parts of an owner's index with every change committed before. Raises StoreError; then nothing is found."""
        with self._readers.lend() as connection:
            row = connection.execute("SELECT id, changed FROM owner WHERE name = ?", (owner,)).fetchone()
        if row is None:
            yield ()
            return
        index = self.of(row[0])
        view = self._hold(index, row[1])
        try:
            yield view.parts
        finally:
            index.release(view)

    def _hold(self, index: OwnerIndex, changed: int) -> View:
        for _ in range(MOST_TURNS):
            try:
                return index.hold(changed)
            except DueError:
                self.upkeep.tend(index)
        return index.hold(changed)

    def grown(self, owner: int, people: int) -> None:
        """People came. Many are sealed before this returns, so that no look-up waits for it; few when their time comes."""
        if people > MOST_FRESH:
            self.upkeep.tend(self.of(owner))
        else:
            self._due.put(owner)

    def _run(self) -> None:
        while (owner := self._due.get()) is not None and not self._closing:
            try:
                self.upkeep.tend(self.of(owner))
            except ClosedError as error:  # look-ups go on with what is there, or meet the same trouble and close
                self.upkeep.tell(f"the index could not be kept: {error}")
            except ValueError as error:  # one thread keeps every owner's: a fault in one's records ends no other's
                self.upkeep.tell(
                    f"an index could not be kept ({type(error).__name__}); report it to the developers"
                )


def open_index(
    node: Path, database: Database, writer: Writer, readers: Readers, fault: Fault, tell: Callable[[str], None]
) -> SegmentIndex:
    """The index in a node's folder, files that nobody lists removed. Raises StoreError, OSError."""
    folder = node / FOLDER_NAME
    folder.mkdir(mode=0o700, exist_ok=True)
    with readers.lend(EVERY_OWNER) as connection:
        listed = [row[0] for row in connection.execute("SELECT id FROM segment")]
    kept = {file_name(number) for number in listed}
    upkeep = Upkeep(folder, database, writer, readers, count(1 + max(listed, default=0)), fault, tell)
    for path in sorted(folder.iterdir()):
        if path.name not in kept:
            upkeep.remove(path)
    return SegmentIndex(upkeep, readers)
