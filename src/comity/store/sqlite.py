"""One SQLite database a node: `node.db` in its folder, written ahead and synced at every commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

from comity.errors import StoreError
from comity.store.committer import Fault
from comity.store.database import ConflictError, Connection, DatabaseError, Rows, Value
from comity.store.opening import Store, no_fault, open_on, tell_nobody
from comity.store.tail import RESTORE

DATABASE_NAME = "node.db"
APPLICATION_ID = 0x434F4D59  # "COMY": tells our database from any other file
BUSY_MS = 10_000  # a checkpoint of a large write-ahead log may take seconds on a slow disk
CACHE_KIB = 65_536  # the pages a look-up of common names touches
WAL_PAGES = 4_000  # 16 MB between checkpoints: fewer stalls in the writer, a bounded restart


def open_store(folder: Path, fault: Fault = no_fault, tell: Callable[[str], None] = tell_nobody) -> Store:
    """The store in a node directory, created when it is new. See `opening.open_on`."""
    return open_on(SqliteDatabase(folder / DATABASE_NAME), folder, fault, tell)


class SqliteDatabase:
    """`Database` in one file, which one process owns by the lock on its folder."""

    engine = "sqlite"
    remedy = RESTORE

    def __init__(self, path: Path) -> None:
        self._path = path

    def open_writer(self) -> SqliteConnection:
        """Write-ahead log, synced at every commit, foreign keys on, what is deleted overwritten."""
        connection = self._connect()
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            if mode != "wal":
                raise StoreError(f"the database does not take a write-ahead log but `{mode}`; use a local disk")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(
                "PRAGMA secure_delete = ON"
            )  # always: what a purge takes may have been moved long before
            connection.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
        except BaseException:
            connection.close()
            raise
        return connection

    def open_reader(self) -> SqliteConnection:
        connection = self._connect()
        connection.execute("PRAGMA query_only = ON")
        return connection

    def version(self, writer: Connection) -> int:
        application = int(writer.execute("PRAGMA application_id").fetchone()[0])
        version = int(writer.execute("PRAGMA user_version").fetchone()[0])
        empty = writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
        if application != APPLICATION_ID and not (empty and application == 0):
            raise StoreError("the database was not written by comity; give the node its own directory")
        return version

    def mark(self, version: int) -> str:
        return f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {version};"

    def check(self, writer: Connection) -> None:
        """SQLite's own quick check."""
        faults = [row[0] for row in writer.execute("PRAGMA quick_check(3)")]
        if faults != ["ok"]:
            raise StoreError(f"the database is damaged ({'; '.join(faults)}); {RESTORE}")

    def clear_removed(self) -> bool:
        """Write the write-ahead log into the database and empty it: what was overwritten there lies in it still.

        False when somebody reads or writes for longer than `BUSY_MS`; then it empties at a later checkpoint.
        """
        try:
            with closing(self._connect()) as connection:
                return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except DatabaseError as error:
            raise StoreError(f"the write-ahead log cannot be emptied: {error}; check the disk") from error

    def _connect(self) -> SqliteConnection:
        with _OURS:
            raw = sqlite3.connect(
                self._path,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
                timeout=BUSY_MS / 1000,
            )
        connection = SqliteConnection(raw)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection


class SqliteConnection:
    """`Connection` over the standard library's driver."""

    __slots__ = ("_raw",)

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def execute(self, statement: str, values: Sequence[Value] = ()) -> Rows:
        with _OURS:
            cursor = self._raw.execute(statement, _bound(values))
            return Rows(cursor.fetchall(), cursor.rowcount)

    def executemany(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        with _OURS:
            self._raw.executemany(statement, rows)

    def stream(self, statement: str, values: Sequence[Value] = ()) -> Iterator[tuple[Any, ...]]:
        with _OURS:
            yield from self._raw.execute(statement, values)

    def script(self, text: str) -> None:
        with _OURS:
            self._raw.executescript(text)

    def begin(self) -> None:
        self.execute("BEGIN IMMEDIATE")

    def begin_reading(self, owner: str | int, one_state: bool) -> None:
        if one_state:
            self.execute("BEGIN")

    def end_reading(self) -> None:
        if self._raw.in_transaction:
            self.commit()

    def commit(self) -> None:
        self.execute("COMMIT")

    def roll_back(self) -> None:
        try:
            if self._raw.in_transaction:
                self._raw.rollback()
        except sqlite3.Error:
            return  # the disk's trouble was told already, and without a commit nothing of it counts

    @property
    def is_lost(self) -> bool:
        return False

    def close(self) -> None:
        self._raw.close()


class _Ours:
    """Turns the driver's errors into the store's."""

    def __enter__(self) -> None:
        return

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.IntegrityError):
            raise ConflictError(str(error)) from error
        if isinstance(error, sqlite3.Error):
            raise DatabaseError(str(error)) from error


_OURS = _Ours()


def _bound(values: Sequence[Value]) -> Sequence[Value | bytearray]:
    """Values as the driver takes them soonest: it looks for an adapter for each `bytes`, and for a `bytearray` never."""
    return [bytearray(value) if type(value) is bytes else value for value in values] if values else ()
