"""A node's store: opened by one process, checked before use, the log directory repaired from the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comity.errors import StoreError
from comity.store.committer import Fault, read_head
from comity.store.connect import Readers
from comity.store.database import Database, DatabaseError
from comity.store.hashes import TileCache
from comity.store.heads import read_witnessed
from comity.store.journal import StoredJournal
from comity.store.lock import StoreLock
from comity.store.migrate import migrate
from comity.store.publish import LOG_NAME, Publisher
from comity.store.records import StoredRecords
from comity.store.segments.index import SegmentIndex, open_index
from comity.store.setting import SettingTable
from comity.store.tail import check_directory, check_tail
from comity.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Store:
    """An open store: the ports `Journal` and `Records`, the settings, and what must be closed."""

    journal: StoredJournal
    records: StoredRecords
    settings: SettingTable
    folder: Path
    _writer: Writer
    _publisher: Publisher
    _readers: Readers
    _index: SegmentIndex
    _lock: StoreLock

    @property
    def log_directory(self) -> Path:
        """The C2SP log directory: checkpoint, tiles and entry bundles."""
        return self.folder / LOG_NAME

    def close(self) -> None:
        """Finish what waits, write the log directory to the end, let go of the node."""
        self._index.close()
        self._writer.close()
        self._publisher.close()
        try:
            self._publisher.flush()
        finally:
            self._readers.close()
            self._lock.release()


def no_fault(point: str) -> None:
    """The crash points of a store that nobody tests."""


def tell_nobody(sentence: str) -> None:
    """The messages of a store that nobody reads."""


def open_on(database: Database, folder: Path, fault: Fault, tell: Callable[[str], None]) -> Store:
    """Open the store of a node directory, creating what is new; `tell` hears what was repaired.

    1 lock the folder   2 open the one connection that writes, and migrate   3 check the database
    4 check the log's end   5 check and repair the log directory
    6 remove files the index does not list, and finish removals that were broken off

    Raises StoreError or LedgerError naming the check that failed and what to do; then nothing was changed
    but a new version's migrations.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = StoreLock(folder)  # 1
    except OSError as error:
        raise StoreError(f"the node directory `{folder.name}` cannot be used: {error.strerror}") from error
    try:
        return _open_locked(database, folder, lock, fault, tell)
    except DatabaseError as error:
        lock.release()
        raise StoreError(f"the database cannot be opened: {error}; {database.remedy}") from error
    except OSError as error:
        lock.release()
        raise StoreError(f"the node directory `{folder.name}` cannot be used: {error.strerror}") from error
    except BaseException:
        lock.release()
        raise


def _open_locked(
    database: Database, folder: Path, lock: StoreLock, fault: Fault, tell: Callable[[str], None]
) -> Store:
    connection = database.open_writer()
    readers = Readers(database)
    try:
        migrate(database, connection)  # 2
        database.check(connection)  # 3
        cache = TileCache(_tile_loader(readers))
        head = read_head(connection)
        check_tail(connection, cache, head)  # 4
        check_directory(folder / LOG_NAME, cache, head)  # 5
        publisher = Publisher(folder, readers, cache, fault)
        publisher.repair(head, read_witnessed(readers))
    except BaseException:
        readers.close()
        connection.close()
        raise
    writer = Writer(connection, cache, publisher.announce, fault)
    try:
        index = open_index(folder, database, writer, readers, fault, tell)  # 6
        index.start()
    except BaseException:
        writer.close()
        readers.close()
        raise
    publisher.start(writer.refuse)
    return Store(
        journal=StoredJournal(writer, readers, cache, publisher),
        records=StoredRecords(writer, readers, index),
        settings=SettingTable(writer, readers),
        folder=folder,
        _writer=writer,
        _publisher=publisher,
        _readers=readers,
        _index=index,
        _lock=lock,
    )


def _tile_loader(readers: Readers) -> Callable[[int], bytes | None]:
    def load(row: int) -> bytes | None:
        with readers.lend() as connection:
            found = connection.execute("SELECT hashes FROM tile WHERE id = ?", (row,)).fetchone()
        return None if found is None else bytes(found[0])

    return load
