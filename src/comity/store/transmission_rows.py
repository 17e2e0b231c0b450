"""How transmissions and suspensions are stored, and `ports.Transmissions` over them."""

from __future__ import annotations

from typing import TypeVar

from comity.errors import NounError, StoreError
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.transmission import Suspension, Transmission
from comity.store.connect import Readers
from comity.store.database import ConflictError, Connection

Kept = TypeVar("Kept", Transmission, Suspension)


def keep_transmission(connection: Connection, one: Transmission) -> None:
    """Insert a transmission, or replace it by its next change. Raises ConflictError where the stored one is another."""
    _keep(connection, "transmission", (one.owner, one.id, one.changed), canonical_bytes(one))


def keep_suspension(connection: Connection, one: Suspension) -> None:
    """Insert a suspension, or replace it by its next change. Raises ConflictError where the stored one is another."""
    _keep(connection, "suspension", (one.owner, one.partner, one.changed), canonical_bytes(one))


def _keep(connection: Connection, table: str, key: tuple[str, str, int], body: bytes) -> None:
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


class StoredTransmissions:
    """Transmissions and suspensions as committed. Written by the journal alone, with their entries."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def of(self, owner: str) -> tuple[Transmission, ...]:
        rows = self._bodies("SELECT body FROM transmission WHERE owner = ? ORDER BY id", owner)
        return tuple(_read(body, Transmission) for body in rows)

    def find(self, owner: str, name: str) -> Transmission | None:
        rows = self._bodies("SELECT body FROM transmission WHERE owner = ? AND id = ?", owner, name)
        return next((_read(body, Transmission) for body in rows), None)

    def suspension(self, owner: str, partner: str) -> Suspension | None:
        rows = self._bodies("SELECT body FROM suspension WHERE owner = ? AND id = ?", owner, partner)
        return next((_read(body, Suspension) for body in rows), None)

    def _bodies(self, chosen: str, owner: str, *names: str) -> tuple[bytes, ...]:
        with self._readers.lend(owner) as connection:
            rows = connection.execute(chosen, (owner, *names)).fetchall()
        return tuple(bytes(body) for (body,) in rows)


def _read(body: bytes, kind: type[Kept]) -> Kept:
    try:
        return from_canonical(body, kind)
    except NounError as error:
        raise StoreError(f"a stored row cannot be read ({error}); restore the database from a copy") from error
