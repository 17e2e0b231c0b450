"""`ports.Feeds` over a database. Written by the journal alone, with its entries."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from comity.errors import StoreError
from comity.model.canon import decoder_of
from comity.model.feed import Copy, Feed, FeedItem, TakenFeed
from comity.store.connect import Readers

Kept = TypeVar("Kept")


class StoredFeeds:
    """Feeds at either end, as committed."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def sent_by(self, owner: str) -> tuple[Feed, ...]:
        return self._read(Feed, owner, "SELECT body FROM feed WHERE owner = ?1 AND incoming = 0 ORDER BY id")

    def taken_by(self, recipient: str) -> tuple[TakenFeed, ...]:
        return self._read(
            TakenFeed, recipient, "SELECT body FROM feed WHERE owner = ?1 AND incoming = 1 ORDER BY id"
        )

    def items_of(self, owner: str, feed: str, record_id: str) -> tuple[FeedItem, ...]:
        return self._read(
            FeedItem,
            owner,
            "SELECT body FROM feed_item WHERE owner = ?1 AND feed = ?2 AND record_id = ?3 ORDER BY item_id",
            feed,
            record_id,
        )

    def changed(
        self, owner: str, feed: str, page: tuple[str, int], *, standing: bool
    ) -> tuple[tuple[str, int], ...]:
        """See `ports.Feeds.changed`."""
        only = (
            "AND EXISTS (SELECT 1 FROM feed_item WHERE feed_item.feed = feed_changed.feed "
            "AND feed_item.record_id = feed_changed.record_id) "
            if standing
            else ""
        )
        rows = self._rows(
            owner,
            "SELECT record_id, number FROM feed_changed WHERE owner = ?1 AND feed = ?2 AND record_id > ?3 "
            f"{only}ORDER BY record_id LIMIT ?4",
            feed,
            *page,
        )
        return tuple((record_id, number) for record_id, number in rows)

    def copies(self, recipient: str, feed: str, after: str, limit: int) -> tuple[Copy, ...]:
        return self._read(
            Copy,
            recipient,
            "SELECT body FROM feed_copy WHERE owner = ?1 AND feed = ?2 AND item_id > ?3 ORDER BY item_id LIMIT ?4",
            feed,
            after,
            limit,
        )

    def _rows(self, owner: str, statement: str, *values: str | int) -> list[Any]:
        with self._readers.lend(owner) as connection:
            return connection.execute(statement, (owner, *values)).fetchall()

    def _read(self, kind: type[Kept], owner: str, statement: str, *values: str | int) -> tuple[Kept, ...]:
        try:
            return tuple(decoder_of(kind).decode(bytes(body)) for (body,) in self._rows(owner, statement, *values))
        except msgspec.DecodeError as error:
            raise StoreError(
                f"a stored feed cannot be read ({error}); restore the database from a copy"
            ) from error
