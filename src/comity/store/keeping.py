"""`ports.Keeping` over a database: what entries keep, moved to another key or erased.

Each part of the work is a transaction of its own, and doing it again adds nothing: a stop leaves whole parts done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from comity.errors import KeyUnavailableError
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.disclosure import MintedItem
from comity.ports import KeptEntry, Wrapping
from comity.store.connect import Readers
from comity.store.database import EVERY_OWNER, Connection
from comity.store.hidden import MARK, Hidden, wrap_part
from comity.store.rows import DESTROYS
from comity.store.writer import Writer

ROWS_A_TURN = 500  # of one transaction: whoever waits for the log meanwhile waits for no more than this
NAME_BYTES = 7  # how long a name of a key is, at the front of what lies under it


class StoredKeeping:
    """What entries keep, as committed."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer, self._readers = writer, readers

    def entries(self, after: int, limit: int) -> tuple[KeptEntry, ...]:
        with self._readers.lend() as connection:
            rows = connection.execute(
                "SELECT idx, entry, content_key, query_id FROM entry WHERE idx > ? ORDER BY idx LIMIT ?",
                (after, limit),
            ).fetchall()
        wrapping = self._wrapping()
        return tuple(
            KeptEntry(index, bytes(entry), wrapping.name_of(bytes(key)) if key is not None else "", query_id or "")
            for index, entry, key, query_id in rows
        )

    def keep_under(self, name: str, indexes: Sequence[int], items: Sequence[str]) -> None:
        wrapping = self._wrapping()

        def change(connection: Connection) -> None:
            for index in indexes:
                _rewrap_entry(connection, self._writer.hidden, name, index)
            for item in items:
                row = connection.execute("SELECT body FROM item WHERE item_id = ?", (item,)).fetchone()
                if row is not None:
                    body = wrap_part(wrapping, name, self._writer.hidden.show(bytes(row[0])))
                    connection.execute("UPDATE item SET body = ? WHERE item_id = ?", (body, item))

        self._writer.change(change)

    def destroyed_keys(self) -> tuple[str, ...]:
        with self._readers.lend() as connection:
            rows = connection.execute(
                "SELECT name FROM setting WHERE substr(name, 1, ?) = ? ORDER BY name", (len(DESTROYS), DESTROYS)
            ).fetchall()
        return tuple(str(name).removeprefix(DESTROYS) for (name,) in rows)

    def erase_under(self, names: Sequence[str], kept: str, trim: Callable[[MintedItem], MintedItem]) -> None:
        for name in names:
            after = -1
            while indexes := self._lying_under(name, after):
                self._writer.change(partial(_erase, gone=[(index,) for index in indexes]))
                after = indexes[-1]
            last = ""
            while items := self._items_under(name, last):
                self._writer.change(partial(_put_items, rows=[self._trimmed(one, kept, trim) for one in items]))
                last = items[-1].item_id

    def _trimmed(self, item: MintedItem, kept: str, trim: Callable[[MintedItem], MintedItem]) -> tuple[bytes, str]:
        return wrap_part(self._wrapping(), kept, canonical_bytes(trim(item))), item.item_id

    def end_destruction(self, names: Sequence[str]) -> None:
        def change(connection: Connection) -> None:
            connection.executemany("DELETE FROM setting WHERE name = ?", [(DESTROYS + name,) for name in names])

        self._writer.change(change)

    def _lying_under(self, name: str, after: int) -> list[int]:
        with self._readers.lend() as connection:
            rows = connection.execute(
                "SELECT idx FROM entry WHERE idx > ? AND content_key IS NOT NULL AND substr(content_key, 1, ?) = ? "
                "ORDER BY idx LIMIT ?",
                (after, NAME_BYTES, name.encode(), ROWS_A_TURN),
            ).fetchall()
        return [index for (index,) in rows]

    def _items_under(self, name: str, after: str) -> list[MintedItem]:
        with self._readers.lend(EVERY_OWNER) as connection:
            rows = connection.execute(
                "SELECT body FROM item WHERE item_id > ? AND substr(body, 1, ?) = ? ORDER BY item_id LIMIT ?",
                (after, len(MARK) + NAME_BYTES, MARK + name.encode(), ROWS_A_TURN),
            ).fetchall()
        return [from_canonical(self._writer.hidden.show(bytes(body)), MintedItem) for (body,) in rows]

    def _wrapping(self) -> Wrapping:
        wrapping = self._writer.hidden.wrapping
        if wrapping is None:
            raise KeyUnavailableError(
                "what this log keeps lies under no monthly keys; open the node by its folder"
            )
        return wrapping


def _rewrap_entry(connection: Connection, hidden: Hidden, name: str, index: int) -> None:
    wrapping = hidden.wrapping
    assert wrapping is not None, "asked for before"
    content, record, *keys = connection.execute(
        "SELECT content, record, content_key, record_key FROM entry WHERE idx = ?", (index,)
    ).fetchone()
    sealed = connection.execute("SELECT body FROM sealed WHERE idx = ?", (index,)).fetchone()

    def anew(part: bytes) -> bytes:
        return wrap_part(wrapping, name, hidden.show(bytes(part)))

    fresh = [wrapping.wrap_under(name, wrapping.unwrap(bytes(key))) for key in keys]
    connection.execute(
        "UPDATE entry SET content = ?, record = ?, content_key = ?, record_key = ? WHERE idx = ?",
        (anew(content), anew(record), *fresh, index),
    )
    if sealed is not None:
        connection.execute("UPDATE sealed SET body = ? WHERE idx = ?", (anew(sealed[0]), index))


def _erase(connection: Connection, gone: Sequence[tuple[int]]) -> None:
    connection.executemany(
        "UPDATE entry SET content = NULL, record = NULL, content_key = NULL, record_key = NULL WHERE idx = ?", gone
    )
    connection.executemany("DELETE FROM sealed WHERE idx = ?", gone)


def _put_items(connection: Connection, rows: Sequence[tuple[bytes, str]]) -> None:
    connection.executemany("UPDATE item SET body = ? WHERE item_id = ?", rows)
