"""Copies of a node's SQLite database: made while it is written, and read without changing a byte of them.

A copy holds no free pages, so nothing that a purge took is in it; and it says of itself that it is one (`SETTING`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from comity.errors import StoreError
from comity.store.committer import Head, read_head
from comity.store.database import DatabaseError
from comity.store.migrate import LAST_VERSION
from comity.store.sqlite import BUSY_MS, SqliteConnection, SqliteDatabase

SETTING = "copy"  # the name under which a copy says that it is one, in the table of settings
ROWS_A_TURN = 1_024  # entries read together: some hundred kilobytes


@dataclass(frozen=True, slots=True)
class CopyRead:
    """An open copy: its head, what it says of itself, and its entries from the first."""

    head: Head
    mark: str
    entries: Iterator[tuple[bytes, ...]]


def copy_database(source: Path, to: Path, mark: Callable[[Head], str]) -> None:
    """One committed state of a database, written whole to `to`, which must not be there; the node goes on meanwhile.

    `mark` makes what the copy says of itself from the log it holds. Durable when this returns. Raises StoreError; what was
    written until then is the caller's to remove.
    """
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # SQLite would let others read it
    try:
        with closing(sqlite3.connect(source, isolation_level=None, timeout=BUSY_MS / 1000)) as reader:
            reader.execute("VACUUM INTO ?", (str(to),))
        with closing(sqlite3.connect(to, isolation_level=None)) as copy:
            text = mark(read_head(SqliteConnection(copy)))
            copy.execute("PRAGMA synchronous = FULL")
            copy.execute("INSERT INTO setting VALUES (?, ?)", (SETTING, text))
    except (sqlite3.Error, DatabaseError) as error:
        raise StoreError(
            f"the database could not be copied: {error}; look whether the disk of the copy has room"
        ) from error
    with to.open("rb") as file:  # VACUUM INTO leaves that to the system
        os.fsync(file.fileno())


@contextmanager
def read_copy(path: Path) -> Iterator[CopyRead]:
    """Open a copy for reading alone, checked by SQLite as a whole. Raises StoreError for one that is damaged or not ours."""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
        ) as raw:
            connection = SqliteConnection(raw)
            version = SqliteDatabase(path).version(connection)
            if not 0 < version <= LAST_VERSION:
                raise StoreError(
                    f"its database has version {version}, not 1 to {LAST_VERSION}; use the comity that made it"
                )
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            if faults != ["ok"]:
                raise StoreError(f"its database is damaged ({'; '.join(faults)})")
            row = connection.execute("SELECT text FROM setting WHERE name = ?", (SETTING,)).fetchone()
            yield CopyRead(read_head(connection), "" if row is None else str(row[0]), _entries(connection))
    except (sqlite3.Error, DatabaseError) as error:
        raise StoreError(f"its database cannot be read ({error})") from error


def _entries(connection: SqliteConnection) -> Iterator[tuple[bytes, ...]]:
    first = 0
    while rows := connection.execute(
        "SELECT idx, entry FROM entry WHERE idx >= ? ORDER BY idx LIMIT ?", (first, ROWS_A_TURN)
    ).fetchall():
        missing = next((number for number, (index, _) in enumerate(rows, first) if index != number), None)
        if missing is not None:
            raise StoreError(f"entry {missing} of its log is missing")
        yield tuple(bytes(entry) for _, entry in rows)
        first += len(rows)
