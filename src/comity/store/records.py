"""`ports.Records` over a database: the owners' records, and the people in them by number.

Only people in a searchable role have a number and stand in the index (`segments`): a victim, witness or other third
party is never found by a question (DESIGN section 3).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from comity.match.compare import Question, Scale
from comity.match.finding import can_find
from comity.match.search import search
from comity.model.codes import DataClass
from comity.model.index_state import IndexState
from comity.model.record import Record
from comity.ports import LookedUp
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.record_rows import insert_rows, prepare_rows, replace_rows
from comity.store.segments.check import check_index
from comity.store.segments.index import SegmentIndex
from comity.store.segments.rows import CLASS_BITS, CLASS_NUMBERS, decode_record, tell_nobody
from comity.store.writer import Writer

MOST_FOUND = 1_000  # candidates one question may compare


class StoredRecords:
    """The records of every owner at this node."""

    def __init__(self, writer: Writer, readers: Readers, index: SegmentIndex) -> None:
        self._writer, self._readers, self._index = writer, readers, index

    def load(self, records: Iterable[Record]) -> int:
        """Add records in one transaction, all or none; how many.

        Raises WrongUseError when a record with the same owner and id is there or comes twice.
        """
        rows = prepare_rows(records)
        grown = self._writer.change(lambda connection: insert_rows(connection, rows))
        for owner, people in grown.items():
            self._index.grown(owner, people)
        return len(rows)

    def correct(self, records: Iterable[Record]) -> int:
        """Put records in the place of those with the same owner and id, in one transaction, all or none; how many.

        Raises WrongUseError for one that is not stored or comes twice. Returns when no file of the index holds the
        people of the old ones.
        """
        rows = prepare_rows(records)
        self._writer.change(lambda connection: replace_rows(connection, rows))
        for owner in sorted({row.record.owner for row in rows}):
            self.finish_removal(owner)
        return len(rows)

    def find(
        self,
        owner: str,
        question: Question,
        classes: Sequence[DataClass],
        limit: int,
        scale: Scale,
    ) -> LookedUp:
        """See `ports.Records.find`; ties go by the order in which records came."""
        if not can_find(question) or not classes or limit < 1:
            return LookedUp((), ())
        places = frozenset(CLASS_NUMBERS[data_class] for data_class in classes)
        with self._index.lend(owner) as parts:
            found = search(parts, question, scale, places, min(limit, MOST_FOUND))
        return LookedUp(
            numbers=tuple((found.ordinals << CLASS_BITS | found.classes).tolist()),
            weights=tuple(np.round(found.weights).astype(int).tolist()),
            overflow=found.cut,
        )

    def people(self, owner: str, numbers: Sequence[int]) -> tuple[tuple[Record, str], ...]:
        """See `ports.Records.people`."""
        with self._readers.lend(owner) as connection:
            return _read_people(connection, owner, numbers)

    def newest(self) -> int:
        """See `ports.Records.newest`."""
        with self._readers.lend() as connection:
            row = connection.execute("SELECT number FROM next_ordinal").fetchone()
        return (int(row[0]) << CLASS_BITS) - 1

    def came_after(self, owner: str, number: int, limit: int) -> tuple[tuple[int, Record, str], ...]:
        """See `ports.Records.came_after`."""
        with self._readers.lend(owner) as connection:
            rows = connection.execute(
                "SELECT person.id, key, body FROM person JOIN record ON record.id = person.record "
                "WHERE person.id > ? AND person.owner = (SELECT id FROM owner WHERE name = ?) "
                "ORDER BY person.id LIMIT ?",
                (number, owner, limit),
            ).fetchall()
        return tuple((int(one), decode_record(body), key) for one, key, body in rows)

    def finish_removal(self, owner: str) -> None:
        """See `ports.Records.finish_removal`."""
        number = self._number(owner)
        if number is not None:
            self._index.upkeep.remove_gone(self._index.of(number))

    def check_index(self, owner: str, told: Callable[[str], None] = tell_nobody) -> IndexState:
        """See `ports.Records.check_index`."""
        number = self._number(owner)
        return IndexState(owner=owner) if number is None else check_index(self._index, owner, number, told)

    def rebuild_index(self, owner: str, told: Callable[[str], None] = tell_nobody) -> IndexState:
        """See `ports.Records.rebuild_index`."""
        number = self._number(owner)
        if number is not None:
            self._index.upkeep.rebuild(self._index.of(number), told)
        return self.check_index(owner, told)

    def _number(self, owner: str) -> int | None:
        with self._readers.lend() as connection:
            row = connection.execute("SELECT id FROM owner WHERE name = ?", (owner,)).fetchone()
        return None if row is None else int(row[0])

    def get(self, owner: str, record_id: str) -> Record | None:
        """See `ports.Records.get`."""
        with self._readers.lend(owner) as connection:
            row = connection.execute(
                "SELECT body FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?) AND record_id = ?",
                (owner, record_id),
            ).fetchone()
        return None if row is None else decode_record(row[0])

    def ids_of(self, owner: str, reference: str, limit: int) -> tuple[str, ...]:
        """See `ports.Records.ids_of`. Reads through all of the owner's records: a person asks this, no question does."""
        with self._readers.lend(owner) as connection:
            rows = connection.execute(
                "SELECT record_id FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?) "
                "AND json_extract(CAST(body AS TEXT), '$.reference') = ? ORDER BY record_id LIMIT ?",
                (owner, reference, limit),
            ).fetchall()
        return tuple(record_id for (record_id,) in rows)

    def page_of(self, owner: str, after: str, limit: int) -> tuple[Record, ...]:
        """See `ports.Records.page_of`."""
        with self._readers.lend(owner) as connection:
            rows = connection.execute(
                "SELECT body FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?) AND record_id > ? "
                "ORDER BY record_id LIMIT ?",
                (owner, after, limit),
            ).fetchall()
        return tuple(decode_record(body) for (body,) in rows)

    def count(self, owner: str) -> int:
        """How many records an owner holds."""
        with self._readers.lend(owner) as connection:
            row = connection.execute(
                "SELECT count(*) FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?)", (owner,)
            ).fetchone()
        return int(row[0])

    def owners(self) -> tuple[str, ...]:
        """The owners with records here, by name."""
        with self._readers.lend() as connection:
            return tuple(row[0] for row in connection.execute("SELECT name FROM owner ORDER BY name"))


def _read_people(connection: Connection, owner: str, people: Sequence[int]) -> tuple[tuple[Record, str], ...]:
    """The people of a look-up, in its order. No decoded record is kept: a cache would tell who was asked about before."""
    rows = connection.execute(
        "SELECT person.id, key, record.id, body FROM person JOIN record ON record.id = person.record "
        "WHERE person.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1)) "
        "AND person.owner = (SELECT id FROM owner WHERE name = ?2)",
        (json.dumps(list(people)), owner),
    )
    held = {number: (key, record, body) for number, key, record, body in rows}
    decoded: dict[int, Record] = {}
    found = []
    for number in people:
        if number not in held:  # removed since it was found
            continue
        key, record, body = held[number]
        if record not in decoded:
            decoded[record] = decode_record(body)
        found.append((decoded[record], key))
    return tuple(found)
