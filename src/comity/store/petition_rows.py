"""How petitions are stored, and `ports.Petitions` over them."""

from __future__ import annotations

from comity.model.canon import canonical_bytes
from comity.model.petition import Petition
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.owned_rows import find_owned, keep_owned, owned_of


def keep_petition(connection: Connection, one: Petition) -> None:
    """Insert a petition, or replace it by its next change. Raises ConflictError where the stored one is another."""
    keep_owned(connection, "petition", (one.owner, one.id, one.changed), canonical_bytes(one))


class StoredPetitions:
    """Petitions as committed. Written by the journal alone, with their entries."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def of(self, owner: str) -> tuple[Petition, ...]:
        return owned_of(self._readers, "petition", Petition, owner)

    def find(self, owner: str, reference: str) -> Petition | None:
        return find_owned(self._readers, "petition", Petition, owner, reference)
