"""How deliveries and open questions are stored and found."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from comity.errors import StoreError
from comity.model.canon import canonical_bytes, decoder_of
from comity.model.delivery import OpenQuestion, StoredDelivery
from comity.store.database import ConflictError, Connection


def insert_deliveries(connection: Connection, deliveries: Sequence[StoredDelivery]) -> None:
    """Store deliveries; one that is there already stays as it is."""
    if not deliveries:
        return
    connection.executemany(
        "INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (one.id, int(one.incoming), one.owner, one.next_ms, one.changed, canonical_bytes(one))
            for one in deliveries
        ],
    )


def change_delivery(connection: Connection, one: StoredDelivery) -> None:
    """Replace a delivery by its next change. Raises ConflictError when the stored one is not the change before."""
    done = connection.execute(
        "UPDATE delivery SET body = ?, next_ms = ?, changed = ? "
        "WHERE id = ? AND incoming = ? AND owner = ? AND changed = ?",
        (canonical_bytes(one), one.next_ms, one.changed, one.id, int(one.incoming), one.owner, one.changed - 1),
    )
    if done.rowcount != 1:
        raise ConflictError("delivery.changed is not one change after the stored one")


def open_question(connection: Connection, one: OpenQuestion) -> None:
    """Keep a question open as it stands now."""
    connection.execute(
        "INSERT INTO open_question VALUES (?, ?, ?, ?) "
        "ON CONFLICT (owner, query_id) DO UPDATE SET next_ms = excluded.next_ms, body = excluded.body",
        (one.asker, one.query_id, one.next_ms, canonical_bytes(one)),
    )


def read_delivery(body: bytes) -> StoredDelivery:
    """A stored delivery. Raises StoreError for one that cannot be read."""
    try:
        return decoder_of(StoredDelivery).decode(body)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"a stored delivery cannot be read ({error}); restore the database from a copy"
        ) from error
