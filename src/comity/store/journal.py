"""`ports.Journal` over a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from comity.errors import LedgerError, StoreError
from comity.model.canon import decoder_of, from_canonical
from comity.model.delivery import OpenQuestion, StoredDelivery
from comity.model.disclosure import MintedItem, StoredDuty
from comity.model.feed import FeedChange
from comity.model.held import Ruling
from comity.model.notice import NoticeFlow
from comity.model.standing import Standing
from comity.ports import Growth, LogState, Pending, Sealed, Wrapping
from comity.store.connect import Readers
from comity.store.counts import UnauthenticatedCounts
from comity.store.database import EVERY_OWNER, ConflictError, Connection
from comity.store.delivery_rows import change_delivery, open_question, read_delivery
from comity.store.feed_rows import change_feed
from comity.store.feeds import StoredFeeds
from comity.store.finding_rows import StoredFindings
from comity.store.hashes import TileCache, cut_roots
from comity.store.heads import StoredHeads
from comity.store.keeping import StoredKeeping
from comity.store.look_up_rows import StoredApprovals, StoredLookUps
from comity.store.person_history import StoredPersonHistory
from comity.store.petition_rows import StoredPetitions
from comity.store.publish import Publisher
from comity.store.rows import conflict_of
from comity.store.standing_rows import keep_flow, keep_standing, read_body
from comity.store.transmission_rows import StoredTransmissions
from comity.store.writer import Writer

T = TypeVar("T")


def _duty(body: bytes) -> StoredDuty:
    """A stored duty. One from an earlier version lacks the later fields, which then have their defaults."""
    try:
        return decoder_of(StoredDuty).decode(body)
    except msgspec.DecodeError as error:
        raise StoreError(f"a stored duty cannot be read ({error}); restore the database from a copy") from error


class StoredJournal:
    """The log and what its entries commit. Reads see committed rows only."""

    def __init__(self, writer: Writer, readers: Readers, cache: TileCache, publisher: Publisher) -> None:
        self._writer, self._readers, self._cache, self._publisher = writer, readers, cache, publisher
        self._counts = UnauthenticatedCounts(writer)
        self._cut = writer.head, cut_roots(writer.head.size, writer.head.edge)
        self.persons = StoredPersonHistory(readers)
        self.feeds = StoredFeeds(readers)
        self.heads = StoredHeads(writer, readers, publisher)
        self.keeping = StoredKeeping(writer, readers)
        self.transmissions = StoredTransmissions(readers)
        self.findings = StoredFindings(readers)
        self.petitions = StoredPetitions(readers)
        self.approvals = StoredApprovals(readers)
        self.look_ups = StoredLookUps(readers, writer.hidden)

    def write(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> T:
        return self.start(step, seal).result()

    def start(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> Pending[T]:
        return self._writer.start(step, seal)

    def hide_under(self, wrapping: Wrapping) -> None:
        """Wrap what entries keep from now on, and show what was wrapped. Before this it is stored as it is handed in."""
        self._writer.hidden.wrapping = wrapping

    def tell_commits(self, told: Callable[[float], None]) -> None:
        """Let `told` hear how long each commit takes (seconds)."""
        self._writer.tell_commits(told)

    def size(self) -> int:
        """Number of committed entries."""
        return self._writer.head.size

    def check_writable(self) -> None:
        self._writer.check_open()

    def hash_at(self, level: int, index: int) -> bytes:
        return self._cache.hash_at(level, index, self._writer.head.size)

    def checkpoint(self) -> str:
        return self._writer.head.note

    def path(self, index: int) -> tuple[str, tuple[bytes, ...]]:
        head = self._writer.head
        known, cut = self._cut
        if known is not head:
            cut = cut_roots(head.size, head.edge)
            self._cut = head, cut
        return head.note, self._cache.path(index, head.size, cut)

    def publish(self) -> None:
        """Write the log directory up to the newest checkpoint before returning."""
        self._publisher.flush()

    def entry(self, index: int) -> bytes:
        row = self._row("SELECT entry FROM entry WHERE idx = ?", index)
        if row is None:
            raise LedgerError(f"the log has no entry {index}")
        return bytes(row[0])

    def entries(self, first: int, limit: int) -> tuple[bytes, ...]:
        with self._readers.lend() as connection:
            rows = connection.execute(
                "SELECT entry FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (first, first + limit)
            ).fetchall()
        return tuple(bytes(row[0]) for row in rows)

    def content(self, index: int) -> bytes | None:
        """The outward bytes entry `index` commits to; None when they were purged."""
        return self._part("content", index)

    def record(self, index: int) -> bytes | None:
        """The disclosure record of entry `index`; None when it was purged."""
        return self._part("record", index)

    def record_key(self, index: int) -> bytes | None:
        """The wrapped key that opens entry `index`'s record commitment; None when it was forgotten."""
        return self._column("record_key", index)

    def sealed(self, index: int) -> bytes | None:
        """What only the owner's desk may read of entry `index`; None when there is nothing."""
        row = self._row("SELECT body FROM sealed WHERE idx = ?", index)
        return None if row is None else self._show(row[0])

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
        return None if row is None else (row[0], self._show(row[1] or b""), row[2])

    def find_item(self, item_id: str) -> MintedItem | None:
        row = self._row("SELECT body FROM item WHERE item_id = ?", item_id)
        return None if row is None else from_canonical(self._show(row[0]), MintedItem)

    def answers_to(self, asker: str, query_id: str) -> tuple[tuple[str, int, bytes], ...]:
        with self._readers.lend() as connection:
            rows = connection.execute(
                "SELECT step_key, idx, content FROM entry WHERE query_id = ? AND asker = ? AND content IS NOT NULL "
                "ORDER BY idx",
                (query_id, asker),
            ).fetchall()
        return tuple((step_key, index, self._show(content)) for step_key, index, content in rows)

    def items_of(self, owner: str, record_id: str) -> tuple[tuple[MintedItem, int], ...]:
        with self._readers.lend(owner) as connection:
            rows = connection.execute(
                "SELECT item.body, idx FROM item_record JOIN item ON item.item_id = item_record.item_id "
                "WHERE owner = ? AND record_id = ? ORDER BY idx DESC, item.item_id",
                (owner, record_id),
            ).fetchall()
        return tuple((from_canonical(self._show(body), MintedItem), index) for body, index in rows)

    def rulings(self, owner: str, query_id: str) -> tuple[Ruling, ...]:
        with self._readers.lend(owner) as connection:
            rows = connection.execute(
                "SELECT body FROM ruling WHERE owner = ? AND query_id = ? ORDER BY id", (owner, query_id)
            ).fetchall()
        return tuple(from_canonical(bytes(body), Ruling) for (body,) in rows)

    def due_deliveries(self, now_ms: int, limit: int) -> tuple[StoredDelivery, ...]:
        with self._readers.lend(EVERY_OWNER) as connection:
            rows = connection.execute(
                "SELECT body FROM delivery WHERE next_ms <= ? ORDER BY next_ms, id LIMIT ?", (now_ms, limit)
            ).fetchall()
        return tuple(read_delivery(bytes(body)) for (body,) in rows)

    def deliveries(self, owner: str) -> tuple[StoredDelivery, ...]:
        with self._readers.lend(owner) as connection:
            rows = connection.execute("SELECT body FROM delivery WHERE owner = ? ORDER BY id", (owner,)).fetchall()
        return tuple(read_delivery(bytes(body)) for (body,) in rows)

    def find_delivery(self, owner: str, delivery_id: str, *, incoming: bool) -> StoredDelivery | None:
        with self._readers.lend(owner) as connection:
            row = connection.execute(
                "SELECT body FROM delivery WHERE id = ? AND incoming = ? AND owner = ?",
                (delivery_id, int(incoming), owner),
            ).fetchone()
        return None if row is None else read_delivery(bytes(row[0]))

    def open_questions(self, now_ms: int, limit: int) -> tuple[OpenQuestion, ...]:
        with self._readers.lend(EVERY_OWNER) as connection:
            rows = connection.execute(
                "SELECT body FROM open_question WHERE next_ms <= ? ORDER BY next_ms, query_id LIMIT ?",
                (now_ms, limit),
            ).fetchall()
        return tuple(from_canonical(bytes(body), OpenQuestion) for (body,) in rows)

    def ask_later(self, question: OpenQuestion) -> None:
        self._writer.change(lambda connection: open_question(connection, question))

    def note_feed(self, change: FeedChange) -> None:
        self._writer.change(lambda connection: change_feed(connection, change))

    def put_off(self, delivery: StoredDelivery) -> None:
        self._change(lambda connection: change_delivery(connection, delivery))

    def _change(self, change: Callable[[Connection], None]) -> None:
        def checked(connection: Connection) -> None:
            try:
                change(connection)
            except ConflictError as error:
                raise conflict_of(error) from error

        self._writer.change(checked)

    def standing_now(self, *, incoming: bool) -> tuple[Standing, ...]:
        with self._readers.lend(EVERY_OWNER) as connection:
            rows = connection.execute(
                "SELECT body FROM standing WHERE stands = 1 AND incoming = ? ORDER BY owner, query_id",
                (int(incoming),),
            ).fetchall()
        return tuple(read_body(bytes(body), Standing) for (body,) in rows)

    def standing_of(self, agency: str) -> tuple[Standing, ...]:
        with self._readers.lend(agency) as connection:
            rows = connection.execute(
                "SELECT body FROM standing WHERE owner = ? ORDER BY query_id, incoming", (agency,)
            ).fetchall()
        return tuple(read_body(bytes(body), Standing) for (body,) in rows)

    def find_standing(self, agency: str, query_id: str, *, incoming: bool) -> Standing | None:
        with self._readers.lend(agency) as connection:
            row = connection.execute(
                "SELECT body FROM standing WHERE owner = ? AND query_id = ? AND incoming = ?",
                (agency, query_id, int(incoming)),
            ).fetchone()
        return None if row is None else read_body(bytes(row[0]), Standing)

    def mark_standing(self, looked: Sequence[Standing | NoticeFlow]) -> None:
        def change(connection: Connection) -> None:
            for one in looked:
                if isinstance(one, NoticeFlow):
                    keep_flow(connection, one)
                else:
                    keep_standing(connection, one)

        self._change(change)

    def notice_flows(self, owner: str) -> tuple[NoticeFlow, ...]:
        with self._readers.lend(owner) as connection:
            rows = connection.execute(
                "SELECT body FROM notice_flow WHERE owner = ? ORDER BY id", (owner,)
            ).fetchall()
        return tuple(read_body(bytes(body), NoticeFlow) for (body,) in rows)

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

    def _part(self, column: str, index: int) -> bytes | None:
        stored = self._column(column, index)
        return None if stored is None else self._show(stored)

    def _show(self, stored: bytes) -> bytes:
        return self._writer.hidden.show(bytes(stored))

    def _column(self, column: str, index: int) -> bytes | None:
        row = self._row(f"SELECT {column} FROM entry WHERE idx = ?", index)
        if row is None:
            raise LedgerError(f"the log has no entry {index}")
        return None if row[0] is None else bytes(row[0])

    def _row(self, statement: str, *values: str | int) -> Any:
        with self._readers.lend() as connection:
            return connection.execute(statement, values).fetchone()
