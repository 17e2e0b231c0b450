"""Connections that read a node's database, lent to one thread at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from comity.errors import StoreError
from comity.store.database import Connection, Database, DatabaseError


class Readers:
    """Connections that only read; as many as threads read at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._idle: deque[Connection] = deque()
        self._closed = False

    @contextmanager
    def lend(self, owner: str | int = "", *, one_state: bool = False) -> Iterator[Connection]:
        """A connection for some reads. Raises StoreError when the database cannot be read.

        With an owner, by name or number, they see no other owner's rows; `EVERY_OWNER` sees all, and without one they see
        nobody's: the log and what belongs to the node. Of an owner all see `one_state` of the database where that is asked.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            if owner != "":
                connection.begin_reading(owner, one_state)
            yield connection
            connection.end_reading()
        except DatabaseError as error:
            raise StoreError(
                f"the database cannot be read: {error}; check the disk or the server and restart the node"
            ) from error
        finally:
            connection.roll_back()
            if self._closed or connection.is_lost:
                connection.close()
            else:
                self._idle.append(connection)

    def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _open(self) -> Connection:
        if self._closed:
            raise StoreError("the store is closed; open the node again")
        try:
            return self._database.open_reader()
        except DatabaseError as error:
            raise StoreError(f"the database cannot be opened: {error}; check the disk or the server") from error
