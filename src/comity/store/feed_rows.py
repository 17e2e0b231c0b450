"""How feeds, what stands at their recipients, and what came by them are written. Runs in a transaction of the writer's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from comity.model.canon import canonical_bytes
from comity.model.feed import Feed, FeedChange, TakenFeed
from comity.store.database import ConflictError, Connection


def change_feed(connection: Connection, change: FeedChange) -> None:
    """Carry out one change of a feed. Raises ConflictError where the stored feed is not the change before."""
    for feed in (change.sent, change.taken):
        if feed is not None:
            _put_feed(connection, change.agency, feed)
    name, agency = change.feed, change.agency
    if change.empties:
        connection.execute("DELETE FROM feed_item WHERE feed = ? AND owner = ?", (name, agency))
        connection.execute("DELETE FROM feed_copy WHERE feed = ? AND owner = ?", (name, agency))
    if change.gone:
        gone = [(name, item_id, agency) for item_id in change.gone]
        connection.executemany("DELETE FROM feed_item WHERE feed = ? AND item_id = ? AND owner = ?", gone)
        connection.executemany("DELETE FROM feed_copy WHERE feed = ? AND item_id = ? AND owner = ?", gone)
    if change.items:
        connection.executemany(
            "INSERT INTO feed_item VALUES (?, ?, ?, ?, ?) ON CONFLICT (feed, item_id) DO UPDATE SET body = excluded.body",
            [(name, one.item_id, agency, one.record_id, canonical_bytes(one)) for one in change.items],
        )
    if change.copies:
        connection.executemany(
            "INSERT INTO feed_copy VALUES (?, ?, ?, ?) ON CONFLICT (feed, item_id) DO UPDATE SET body = excluded.body",
            [(name, one.item_id, agency, canonical_bytes(one)) for one in change.copies],
        )
    if change.seen:
        connection.executemany(
            "DELETE FROM feed_changed WHERE feed = ? AND record_id = ? AND number = ?",
            [(name, record_id, number) for record_id, number in change.seen],
        )
    if change.again:
        _mark(connection, agency, change.again, name)


def mark_for_feeds(connection: Connection, owner: str, record_ids: Iterable[str]) -> None:
    """Write down that records changed, for every feed of their owner: with the change, so that none is missed."""
    fed = connection.execute("SELECT 1 FROM feed WHERE owner = ? AND incoming = 0 LIMIT 1", (owner,)).fetchone()
    if fed is not None:
        _mark(connection, owner, tuple(record_ids), "")


def _mark(connection: Connection, owner: str, record_ids: Sequence[str], feed: str) -> None:
    """Mark records for one feed, or for every one of the owner's."""
    connection.execute(
        "INSERT INTO feed_changed (feed, record_id, owner, number) "
        "SELECT feed.id, value, feed.owner, 1 FROM feed, json_each(?3) "
        "WHERE feed.owner = ?1 AND feed.incoming = 0 AND (feed.id = ?2 OR ?2 = '') "
        "ON CONFLICT (feed, record_id) DO UPDATE SET number = feed_changed.number + 1",
        (owner, feed, json.dumps(sorted(set(record_ids)))),
    )


def _put_feed(connection: Connection, agency: str, feed: Feed | TakenFeed) -> None:
    incoming, body = int(isinstance(feed, TakenFeed)), canonical_bytes(feed)
    if feed.changed == 0:
        done = connection.execute(
            "INSERT INTO feed VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (feed.id, incoming, agency, feed.changed, body),
        )
    else:
        done = connection.execute(
            "UPDATE feed SET body = ?, changed = ? WHERE id = ? AND incoming = ? AND owner = ? AND changed = ?",
            (body, feed.changed, feed.id, incoming, agency, feed.changed - 1),
        )
    if done.rowcount != 1:
        raise ConflictError("feed.changed is not one change after the stored one")
