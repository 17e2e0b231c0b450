"""Counters of messages nobody vouched for.

A flood of them must not cost the log its turn: counts gather in memory and go to the database in at most one
transaction a turn of the writer, and nobody waits for it. What a crash loses is a moment of counting.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock

from comity.errors import StoreError
from comity.store.database import Connection
from comity.store.writer import Writer

LONGEST_REASON = 120  # a reason is one of our own sentences
MOST_REASONS = 100  # a sender cannot fill the table with reasons of his own making
OTHER = "other"

_ADD = (
    "INSERT INTO unauthenticated VALUES (?, ?) "
    "ON CONFLICT (reason) DO UPDATE SET number = unauthenticated.number + excluded.number"
)


class UnauthenticatedCounts:
    """How many messages were turned away, by reason."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._pending: Counter[str] = Counter()
        self._queued = False
        self._lock = Lock()

    def add(self, reason: str) -> None:
        """Count one message. Raises StoreError when the store is closed."""
        reason = reason[:LONGEST_REASON].replace(
            "\0", "\N{REPLACEMENT CHARACTER}"
        )  # no text of PostgreSQL holds a zero
        with self._lock:
            known = reason in self._pending or len(self._pending) < MOST_REASONS
            self._pending[reason if known else OTHER] += 1
            queued, self._queued = self._queued, True
        if not queued:
            self._post()

    def totals(self) -> dict[str, int]:
        """All counts so far, by reason."""
        return self._writer.change(self._write)

    def _post(self) -> None:
        try:
            self._writer.post(self._write)
        except StoreError:
            with self._lock:
                self._queued = False
            raise

    def _write(self, connection: Connection) -> dict[str, int]:
        with self._lock:
            taken, self._pending, self._queued = self._pending, Counter(), False
        known = {reason for (reason,) in connection.execute("SELECT reason FROM unauthenticated")}
        for reason, number in sorted(taken.items()):
            if reason not in known and len(known) >= MOST_REASONS:
                reason = OTHER
            known.add(reason)
            connection.execute(_ADD, (reason, number))
        return dict(connection.execute("SELECT reason, number FROM unauthenticated ORDER BY reason").fetchall())
