"""`ports.Journal` over a database."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

import msgspec

from comity.errors import LedgerError, StoreError
from comity.model.canon import from_canonical
from comity.model.disclosure import MintedItem, StoredDuty
from comity.ports import Growth, LogState, Sealed
from comity.store.connect import Readers
from comity.store.counts import UnauthenticatedCounts
from comity.store.hashes import TileCache
from comity.store.person_history import StoredPersonHistory
from comity.store.publish import Publisher
from comity.store.writer import Writer

T = TypeVar("T")


def _duty(body: bytes) -> StoredDuty:
    """A stored duty. One from an earlier version lacks the later fields, which then have their defaults."""
    try:
        return msgspec.json.decode(body, type=StoredDuty)
    except msgspec.DecodeError as error:
        raise StoreError(f"a stored duty cannot be read ({error}); restore the database from a copy") from error


class StoredJournal:
    """The log and what its entries commit. Reads see committed rows only."""

    def __init__(self, writer: Writer, readers: Readers, cache: TileCache, publisher: Publisher) -> None:
        self._writer, self._readers, self._cache, self._publisher = writer, readers, cache, publisher
        self._counts = UnauthenticatedCounts(writer)
        self.persons = StoredPersonHistory(readers)
        self.told_commit: Callable[[float], None] = lambda seconds: None

    def write(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> T:
        began = monotonic()
        written = self._writer.write(step, seal)
        self.told_commit(monotonic() - began)
        return written

    def size(self) -> int:
        """Number of committed entries."""
        return self._writer.head.size

    def hash_at(self, level: int, index: int) -> bytes:
        return self._cache.hash_at(level, index, self._writer.head.size)

    def checkpoint(self) -> str:
        return self._writer.head.note

    def publish(self) -> None:
        """Write the log directory up to the newest checkpoint before returning."""
        self._publisher.flush()

    def entry(self, index: int) -> bytes:
        row = self._row("SELECT entry FROM entry WHERE idx = ?", index)
        if row is None:
            raise LedgerError(f"the log has no entry {index}")
        return bytes(row[0])

    def content(self, index: int) -> bytes | None:
        """The outward bytes entry `index` commits to; None when they were purged."""
        return self._column("content", index)

    def record(self, index: int) -> bytes | None:
        """The disclosure record of entry `index`; None when it was purged."""
        return self._column("record", index)

    def record_key(self, index: int) -> bytes | None:
        """The wrapped key that opens entry `index`'s record commitment; None when it was forgotten."""
        return self._column("record_key", index)

    def sealed(self, index: int) -> bytes | None:
        """What only the owner's desk may read of entry `index`; None when there is nothing."""
        row = self._row("SELECT body FROM sealed WHERE idx = ?", index)
        return None if row is None else bytes(row[0])

    def content_key(self, index: int) -> bytes:
        key = self._column("content_key", index)
        if key is None:
            raise LedgerError(f"the key of entry {index} was forgotten; its content cannot be proved any more")
        return key

    def find_nonce(self, sender: str, nonce: str) -> bool:
        return self._row("SELECT 1 FROM nonce WHERE sender = ? AND nonce = ?", sender, nonce) is not None

    def find_answer(self, asker: str, query_id: str, step_key: str) -> tuple[str, bytes, int] | None:
        row = self._row(
            "SELECT body_hash, content, idx FROM entry WHERE query_id = ? AND asker = ? AND step_key = ?",
            query_id,
            asker,
            step_key,
        )
        return None if row is None or row[1] is None else (row[0], bytes(row[1]), row[2])

    def find_item(self, item_id: str) -> MintedItem | None:
        row = self._row("SELECT body FROM item WHERE item_id = ?", item_id)
        return None if row is None else from_canonical(bytes(row[0]), MintedItem)

    def duties(self, owner: str) -> tuple[StoredDuty, ...]:
        return self._duties(owner, "owner = ?1")

    def find_duty(self, owner: str, duty_id: str) -> StoredDuty | None:
        return next(iter(self._duties(owner, "id = ?2 AND owner = ?1", duty_id)), None)

    def waiting_duties(self, owner: str, event: str) -> tuple[StoredDuty, ...]:
        return self._duties(owner, "owner = ?1 AND waits_for = ?2 AND waits_for <> ''", event)

    def periodic_duties(self, owner: str) -> tuple[StoredDuty, ...]:
        return self._duties(owner, "owner = ?1 AND period <> ''")

    def _duties(self, owner: str, condition: str, *values: str) -> tuple[StoredDuty, ...]:
        """An owner's duties by a condition over the owner as `?1` and further values."""
        chosen = f"SELECT body FROM duty WHERE {condition} ORDER BY rowid"
        with self._readers.lend(owner) as connection:
            rows = connection.execute(chosen, (owner, *values)).fetchall()
        return tuple(_duty(bytes(body)) for (body,) in rows)

    def count_unauthenticated(self, reason: str) -> None:
        self._counts.add(reason)

    def unauthenticated(self) -> dict[str, int]:
        """How many messages nobody vouched for, by reason."""
        return self._counts.totals()

    def _column(self, column: str, index: int) -> bytes | None:
        row = self._row(f"SELECT {column} FROM entry WHERE idx = ?", index)
        if row is None:
            raise LedgerError(f"the log has no entry {index}")
        return None if row[0] is None else bytes(row[0])

    def _row(self, statement: str, *values: str | int) -> Any:
        with self._readers.lend() as connection:
            return connection.execute(statement, values).fetchone()
