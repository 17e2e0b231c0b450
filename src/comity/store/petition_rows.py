"""How petitions are stored, and `ports.Petitions` over them."""

from __future__ import annotations

from comity.errors import NounError, StoreError
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.petition import Petition
from comity.store.connect import Readers
from comity.store.database import ConflictError, Connection


def keep_petition(connection: Connection, one: Petition) -> None:
    """Insert a petition, or replace it by its next change. Raises ConflictError where the stored one is another."""
    body = canonical_bytes(one)
    if one.changed:
        done = connection.execute(
            "UPDATE petition SET body = ?, changed = ? WHERE owner = ? AND id = ? AND changed = ?",
            (body, one.changed, one.owner, one.id, one.changed - 1),
        )
    else:
        done = connection.execute(
            "INSERT INTO petition (id, owner, changed, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (one.id, one.owner, one.changed, body),
        )
    if done.rowcount != 1:
        raise ConflictError("petition.changed is not one change after the stored one")


class StoredPetitions:
    """Petitions as committed. Written by the journal alone, with their entries."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def of(self, owner: str) -> tuple[Petition, ...]:
        return tuple(map(_read, self._bodies("SELECT body FROM petition WHERE owner = ? ORDER BY id", owner)))

    def find(self, owner: str, reference: str) -> Petition | None:
        rows = self._bodies("SELECT body FROM petition WHERE owner = ? AND id = ?", owner, reference)
        return next(map(_read, rows), None)

    def _bodies(self, chosen: str, owner: str, *names: str) -> tuple[bytes, ...]:
        with self._readers.lend(owner) as connection:
            rows = connection.execute(chosen, (owner, *names)).fetchall()
        return tuple(bytes(body) for (body,) in rows)


def _read(body: bytes) -> Petition:
    try:
        return from_canonical(body, Petition)
    except NounError as error:
        raise StoreError(
            f"a stored petition cannot be read ({error}); restore the database from a copy"
        ) from error
