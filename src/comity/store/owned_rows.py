"""Rows that one owner has by a name: each replaced by exactly its next change, read behind the owner's wall."""

from __future__ import annotations

from typing import TypeVar

from comity.errors import NounError, StoreError
from comity.model.canon import from_canonical
from comity.store.connect import Readers
from comity.store.database import ConflictError, Connection

Kept = TypeVar("Kept")


def keep_owned(connection: Connection, table: str, key: tuple[str, str, int], body: bytes) -> None:
    """Insert a row where its change is 0, else replace the one a change before. Raises ConflictError where that is another.

    `key` is owner, name and change; `table` is one of ours and never from outside.
    """
    owner, name, changed = key
    if changed:
        done = connection.execute(
            f"UPDATE {table} SET body = ?, changed = ? WHERE owner = ? AND id = ? AND changed = ?",
            (body, changed, owner, name, changed - 1),
        )
    else:
        done = connection.execute(
            f"INSERT INTO {table} (id, owner, changed, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (name, owner, changed, body),
        )
    if done.rowcount != 1:
        raise ConflictError(f"{table}.changed is not one change after the stored one")


def owned_of(readers: Readers, table: str, kind: type[Kept], owner: str) -> tuple[Kept, ...]:
    """All of an owner's, in the order of their names. Raises StoreError."""
    return _read(readers, kind, f"SELECT body FROM {table} WHERE owner = ? ORDER BY id", (owner,))


def find_owned(readers: Readers, table: str, kind: type[Kept], owner: str, name: str) -> Kept | None:
    """The one of a name, or None. Raises StoreError."""
    return next(
        iter(_read(readers, kind, f"SELECT body FROM {table} WHERE owner = ? AND id = ?", (owner, name))), None
    )


def _read(readers: Readers, kind: type[Kept], chosen: str, given: tuple[str, ...]) -> tuple[Kept, ...]:
    with readers.lend(given[0]) as connection:
        rows = connection.execute(chosen, given).fetchall()
    try:
        return tuple(from_canonical(bytes(body), kind) for (body,) in rows)
    except NounError as error:
        raise StoreError(f"a stored row cannot be read ({error}); restore the database from a copy") from error
