"""How questions that stand, and the events that owners give notice of, are stored and found."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from comity.errors import StoreError
from comity.model.canon import canonical_bytes, decoder_of
from comity.model.notice import NoticeFlow
from comity.model.standing import Standing
from comity.store.database import ConflictError, Connection

T = TypeVar("T")


def keep_standing(connection: Connection, one: Standing) -> None:
    """Insert a standing question, or replace it by its next change. Raises ConflictError when the stored one is another."""
    key = (one.agency, one.query.id, int(one.incoming))
    stands = int(one.ended is None)
    if not one.changed:
        connection.execute(
            "INSERT INTO standing VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING",
            (*key, stands, canonical_bytes(one)),
        )
        return
    done = connection.execute(
        "UPDATE standing SET body = ?, stands = ?, changed = ? "
        "WHERE owner = ? AND query_id = ? AND incoming = ? AND changed = ?",
        (canonical_bytes(one), stands, one.changed, *key, one.changed - 1),
    )
    if done.rowcount != 1:
        raise ConflictError("standing.changed is not one change after the stored one")


def keep_flow(connection: Connection, one: NoticeFlow) -> None:
    """Insert a flow of notices, or replace it by its next change. Raises ConflictError when the stored one is another."""
    stands = int(one.ended_ms is None)
    if not one.changed:
        connection.execute(
            "INSERT INTO notice_flow VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING",
            (one.owner, one.id, stands, canonical_bytes(one)),
        )
        return
    done = connection.execute(
        "UPDATE notice_flow SET body = ?, stands = ?, changed = ? WHERE owner = ? AND id = ? AND changed = ?",
        (canonical_bytes(one), stands, one.changed, one.owner, one.id, one.changed - 1),
    )
    if done.rowcount != 1:
        raise ConflictError("notice_flow.changed is not one change after the stored one")


def read_body(body: bytes, kind: type[T]) -> T:
    """A stored row of either kind. Raises StoreError for one that cannot be read."""
    try:
        return decoder_of(kind).decode(body)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"a stored {kind.__name__} cannot be read ({error}); restore the database from a copy"
        ) from error
