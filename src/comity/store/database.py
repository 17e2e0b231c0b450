"""What a database is to the store: connections, two kinds of trouble, and the little that one engine does otherwise.

The store's SQL is written once, with `?` or `?1` where a value goes. `sqlite.py` and `postgres.py` carry it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

Value = int | str | bytes | None

EVERY_OWNER = "*"  # no agency's id: ids are words


class DatabaseError(Exception):
    """The database cannot be reached, read or written. Stays inside the store, which closes the door over it."""


class ConflictError(DatabaseError):
    """Rows that do not fit those that are there. Names table and column or constraint, as `nonce.sender`."""


class Rows:
    """All that one statement gave, and how many rows it changed."""

    __slots__ = ("_left", "rowcount")

    def __init__(self, rows: Sequence[tuple[Any, ...]], rowcount: int) -> None:
        self._left, self.rowcount = iter(rows), rowcount

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._left, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._left)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._left


class Connection(Protocol):
    """A connection of one thread at a time. Everything here raises DatabaseError, ConflictError for a broken constraint."""

    def execute(self, statement: str, values: Sequence[Value] = (), /) -> Rows: ...

    def executemany(self, statement: str, rows: Sequence[Sequence[Value]], /) -> None: ...

    def stream(self, statement: str, values: Sequence[Value] = (), /) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement that may give more than memory takes, read as they are used."""
        ...

    def script(self, text: str, /) -> None:
        """Carry out several statements without values."""
        ...

    def begin(self) -> None:
        """Begin a transaction that writes."""
        ...

    def begin_reading(self, owner: str | int, one_state: bool, /) -> None:
        """Begin to read the rows of one owner alone: a name, a number or `EVERY_OWNER`; all in one state where asked.

        SQLite has no wall between owners. Where no state must be held it begins nothing: in this process each statement
        lets other threads in, and getting back costs more than the statement.
        """
        ...

    def end_reading(self) -> None:
        """End what was begun, if anything was."""
        ...

    def commit(self) -> None: ...

    def roll_back(self) -> None:
        """Undo an open transaction, where there is one. Raises nothing: a lost connection undoes it by itself."""
        ...

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked over it any more."""
        ...

    def close(self) -> None: ...


class Database(Protocol):
    """Where the rows of a node's store are."""

    @property
    def engine(self) -> str:
        """The folder of its migrations."""
        ...

    @property
    def remedy(self) -> str:
        """What to do where it cannot be opened."""
        ...

    def open_writer(self) -> Connection:
        """The one connection that writes, durably at every commit. Raises StoreError, DatabaseError."""
        ...

    def open_reader(self) -> Connection:
        """A connection that cannot write. Raises DatabaseError."""
        ...

    def version(self, writer: Connection, /) -> int:
        """The number of the last migration, 0 for a new database. Raises StoreError for one that is not ours."""
        ...

    def mark(self, version: int, /) -> str:
        """The statements that set the version, at the end of a migration's transaction."""
        ...

    def check(self, writer: Connection, /) -> None:
        """What must hold before it is used. Raises StoreError."""
        ...

    def clear_removed(self) -> bool:
        """Clear what was overwritten or deleted out of the engine's own files, as far as it can.

        False where somebody reads for so long that it must be tried again. Raises StoreError.
        """
        ...
