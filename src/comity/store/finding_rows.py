"""How findings of misuse are stored, and `ports.Findings` over them."""

from __future__ import annotations

from comity.errors import NounError, StoreError
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.finding import Finding
from comity.store.connect import Readers
from comity.store.database import ConflictError, Connection


def keep_finding(connection: Connection, one: Finding) -> None:
    """Insert a finding, or replace it by its next change. Raises ConflictError where the stored one is another."""
    body = canonical_bytes(one)
    if one.changed:
        done = connection.execute(
            "UPDATE finding SET body = ?, changed = ? WHERE owner = ? AND id = ? AND changed = ?",
            (body, one.changed, one.owner, one.id, one.changed - 1),
        )
    else:
        done = connection.execute(
            "INSERT INTO finding (id, owner, changed, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (one.id, one.owner, one.changed, body),
        )
    if done.rowcount != 1:
        raise ConflictError("finding.changed is not one change after the stored one")


class StoredFindings:
    """Findings as committed. Written by the journal alone, with their entries."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def of(self, owner: str) -> tuple[Finding, ...]:
        return self._findings("SELECT body FROM finding WHERE owner = ? ORDER BY id", owner)

    def find(self, owner: str, name: str) -> Finding | None:
        found = self._findings("SELECT body FROM finding WHERE owner = ? AND id = ?", owner, name)
        return next(iter(found), None)

    def _findings(self, chosen: str, owner: str, *names: str) -> tuple[Finding, ...]:
        with self._readers.lend(owner) as connection:
            rows = connection.execute(chosen, (owner, *names)).fetchall()
        return tuple(_read(bytes(body)) for (body,) in rows)


def _read(body: bytes) -> Finding:
    try:
        return from_canonical(body, Finding)
    except NounError as error:
        raise StoreError(f"a stored finding cannot be read ({error}); restore the database from a copy") from error
