"""`ports.Heads` over a database: checkpoints this node cosigned for others, and its own that a quorum cosigned."""

from __future__ import annotations

from comity.errors import LedgerError
from comity.ports import KeptHead
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.publish import Publisher
from comity.store.writer import Writer

NOTHING = KeptHead(0, "")
FORGOTTEN = "witness-forgot"  # in the table of settings


class StoredHeads:
    """Heads as committed. The one writer makes a check and the change it guards one step."""

    def __init__(self, writer: Writer, readers: Readers, publisher: Publisher) -> None:
        self._writer, self._readers, self._publisher = writer, readers, publisher
        self._witnessed = read_witnessed(readers)

    def cosigned(self, origin: str) -> KeptHead | None:
        with self._readers.lend() as connection:
            row = connection.execute("SELECT size, note FROM cosigned WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else KeptHead(*row)

    def all_cosigned(self) -> tuple[tuple[str, KeptHead], ...]:
        with self._readers.lend() as connection:
            rows = connection.execute("SELECT origin, size, note FROM cosigned ORDER BY origin").fetchall()
        return tuple((origin, KeptHead(size, note)) for origin, size, note in rows)

    def cosign(self, origin: str, old: KeptHead | None, new: KeptHead) -> bool:
        def change(connection: Connection) -> bool:
            if old is None:
                done = connection.execute(
                    "INSERT INTO cosigned VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (origin, new.size, new.note)
                )
            else:
                done = connection.execute(
                    "UPDATE cosigned SET size = ?, note = ? WHERE origin = ? AND size = ? AND note = ?",
                    (new.size, new.note, origin, old.size, old.note),
                )
            return done.rowcount == 1

        return self._writer.change(change)

    def witnessed(self) -> KeptHead:
        return self._witnessed

    def keep_witnessed(self, head: KeptHead) -> None:
        """Raises LedgerError for one of more entries than there are."""
        if head.size > self._writer.head.size:
            raise LedgerError(
                f"the log has {self._writer.head.size} entries, not the {head.size} that were cosigned"
            )

        def change(connection: Connection) -> None:
            connection.execute(
                "UPDATE witnessed SET size = ?1, note = ?2 WHERE id = 1 AND size <= ?1", (head.size, head.note)
            )

        self._writer.change(change)
        self._witnessed = read_witnessed(self._readers)
        self._publisher.announce_witnessed(self._witnessed)

    def forgotten(self) -> str:
        with self._readers.lend() as connection:
            row = connection.execute("SELECT text FROM setting WHERE name = ?", (FORGOTTEN,)).fetchone()
        return "" if row is None else str(row[0])

    def forget(self, key: str) -> None:
        def change(connection: Connection) -> None:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text",
                (FORGOTTEN, key),
            )

        self._writer.change(change)


def read_witnessed(readers: Readers) -> KeptHead:
    """The newest checkpoint of the own log that a quorum cosigned; of size 0 and empty before the first."""
    with readers.lend() as connection:
        row = connection.execute("SELECT size, note FROM witnessed WHERE id = 1").fetchone()
    return KeptHead(*row)
