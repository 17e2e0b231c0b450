"""How transmissions and suspensions are stored, and `ports.Transmissions` over them."""

from __future__ import annotations

from comity.model.canon import canonical_bytes
from comity.model.transmission import Suspension, Transmission
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.owned_rows import find_owned, keep_owned, owned_of


def keep_transmission(connection: Connection, one: Transmission) -> None:
    """Insert a transmission, or replace it by its next change. Raises ConflictError where the stored one is another."""
    keep_owned(connection, "transmission", (one.owner, one.id, one.changed), canonical_bytes(one))


def keep_suspension(connection: Connection, one: Suspension) -> None:
    """Insert a suspension, or replace it by its next change. Raises ConflictError where the stored one is another."""
    keep_owned(connection, "suspension", (one.owner, one.partner, one.changed), canonical_bytes(one))


class StoredTransmissions:
    """Transmissions and suspensions as committed. Written by the journal alone, with their entries."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def of(self, owner: str) -> tuple[Transmission, ...]:
        return owned_of(self._readers, "transmission", Transmission, owner)

    def find(self, owner: str, name: str) -> Transmission | None:
        return find_owned(self._readers, "transmission", Transmission, owner, name)

    def suspension(self, owner: str, partner: str) -> Suspension | None:
        return find_owned(self._readers, "suspension", Suspension, owner, partner)
