"""Connections to a node's database: one that writes, a few that read."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import StoreError

BUSY_MS = 10_000  # a checkpoint of a large write-ahead log may take seconds on a slow disk
CACHE_KIB = 65_536  # the pages a look-up of common names touches
WAL_PAGES = 4_000  # 16 MB between checkpoints: fewer stalls in the writer, a bounded restart


def open_writer(path: Path) -> sqlite3.Connection:
    """The connection that writes: write-ahead log, synced at every commit, foreign keys on, what is deleted overwritten."""
    connection = _connect(path)
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(f"the database does not take a write-ahead log but `{mode}`; use a local disk")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # always: what a purge takes may have been moved long before
    connection.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=BUSY_MS / 1000
    )
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection


def truncate_log(path: Path) -> bool:
    """Write the write-ahead log into the database and empty it: what was overwritten there lies in it still.

    False when somebody reads or writes for longer than `BUSY_MS`; then it empties at a later checkpoint.
    """
    connection = _connect(path)
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy
    finally:
        connection.close()


class Readers:
    """Connections that only read, lent to one thread at a time; as many as threads read at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """A connection for one read. Raises StoreError when the database cannot be read."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        except sqlite3.Error as error:
            raise StoreError(
                f"the database cannot be read: {error}; check the disk and restart the node"
            ) from error
        finally:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError("the store is closed; open the node again")
        try:
            connection = _connect(self._path)
            connection.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise StoreError(f"the database cannot be opened: {error}; check the disk") from error
        return connection
