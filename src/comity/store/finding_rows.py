"""How findings of misuse are stored, and `ports.Findings` over them."""

from __future__ import annotations

from comity.model.canon import canonical_bytes
from comity.model.finding import Finding
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.owned_rows import find_owned, keep_owned, owned_of


def keep_finding(connection: Connection, one: Finding) -> None:
    """Insert a finding, or replace it by its next change. Raises ConflictError where the stored one is another."""
    keep_owned(connection, "finding", (one.owner, one.id, one.changed), canonical_bytes(one))


class StoredFindings:
    """Findings as committed. Written by the journal alone, with their entries."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def of(self, owner: str) -> tuple[Finding, ...]:
        return owned_of(self._readers, "finding", Finding, owner)

    def find(self, owner: str, name: str) -> Finding | None:
        return find_owned(self._readers, "finding", Finding, owner, name)
