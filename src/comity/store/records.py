"""`ports.Records` over a database: the owners' records, and the people in them by number.

Only people in a searchable role have a number and stand in the index (`segments`): a victim, witness or other third
party is never found by a question (DESIGN section 3).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise

import numpy as np
from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.match.compare import Scale, prepare
from comity.match.finding import can_find
from comity.match.search import search
from comity.model.canon import canonical_bytes
from comity.model.codes import SEARCHABLE_ROLES, DataClass
from comity.model.index_state import IndexState
from comity.model.query import Subject
from comity.model.record import Record
from comity.model.weights import Weights
from comity.ports import LookedUp
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.segments.check import check_index
from comity.store.segments.index import SegmentIndex
from comity.store.segments.rows import (
    CLASS_BITS,
    CLASS_NUMBERS,
    decode_record,
    mark_changed,
    remove_people,
    take_ordinals,
)
from comity.store.writer import Writer

MOST_FOUND = 1_000  # candidates one question may compare
NAMED_AT_ONCE = 10_000  # ids in one statement: a megabyte at the longest


@dataclass(frozen=True, slots=True)
class _Row:
    """One record ready to insert, with the keys of its searchable people."""

    record: Record
    body: bytes
    keys: tuple[str, ...]


class StoredRecords:
    """The records of every owner at this node."""

    def __init__(self, writer: Writer, readers: Readers, index: SegmentIndex) -> None:
        self._writer, self._readers, self._index = writer, readers, index

    def load(self, records: Iterable[Record]) -> int:
        """Add records in one transaction, all or none; how many.

        Raises WrongUseError when a record with the same owner and id is there or comes twice.
        """
        rows = _prepared(records)
        grown = self._writer.change(lambda connection: _insert(connection, rows))
        for owner, people in grown.items():
            self._index.grown(owner, people)
        return len(rows)

    def correct(self, records: Iterable[Record]) -> int:
        """Put records in the place of those with the same owner and id, in one transaction, all or none; how many.

        Raises WrongUseError for one that is not stored or comes twice. Returns when no file of the index holds the
        people of the old ones.
        """
        rows = _prepared(records)
        self._writer.change(lambda connection: _replace(connection, rows))
        for owner in sorted({row.record.owner for row in rows}):
            self.finish_removal(owner)
        return len(rows)

    def find(
        self,
        owner: str,
        subject: Subject,
        fields: frozenset[str],
        classes: Sequence[DataClass],
        limit: int,
        weights: Weights,
    ) -> LookedUp:
        """See `ports.Records.find`; ties go by the order in which records came."""
        question = prepare(subject, fields)
        if not can_find(question) or not classes or limit < 1:
            return LookedUp((), ())
        places = frozenset(CLASS_NUMBERS[data_class] for data_class in classes)
        with self._index.lend(owner) as parts:
            found = search(parts, question, Scale(weights), places, min(limit, MOST_FOUND))
        return LookedUp(
            numbers=tuple((found.ordinals << CLASS_BITS | found.classes).tolist()),
            weights=tuple(np.round(found.weights).astype(int).tolist()),
            overflow=found.cut,
        )

    def people(self, owner: str, numbers: Sequence[int]) -> tuple[tuple[Record, str], ...]:
        """See `ports.Records.people`."""
        with self._readers.lend(owner) as connection:
            return _read_people(connection, owner, numbers)

    def finish_removal(self, owner: str) -> None:
        """See `ports.Records.finish_removal`."""
        number = self._number(owner)
        if number is not None:
            self._index.upkeep.remove_gone(self._index.of(number))

    def check_index(self, owner: str) -> IndexState:
        """See `ports.Records.check_index`."""
        number = self._number(owner)
        return IndexState(owner=owner) if number is None else check_index(self._index, owner, number)

    def rebuild_index(self, owner: str) -> IndexState:
        """See `ports.Records.rebuild_index`."""
        number = self._number(owner)
        if number is not None:
            self._index.upkeep.rebuild(self._index.of(number))
        return self.check_index(owner)

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


def _prepared(records: Iterable[Record]) -> list[_Row]:
    """Records in the order of owner and id. Raises WrongUseError for one that comes twice."""
    rows = [
        _Row(
            record,
            canonical_bytes(record),
            tuple(one.key for one in record.people if one.role in SEARCHABLE_ROLES),
        )
        for record in records
    ]
    rows.sort(key=lambda row: (row.record.owner, row.record.id))
    for before, after in pairwise(rows):
        if (before.record.owner, before.record.id) == (after.record.owner, after.record.id):
            raise WrongUseError(_twice(after.record, "comes twice"))
    return rows


def _insert(connection: Connection, rows: Sequence[_Row]) -> dict[int, int]:
    """Insert records; how many searchable people came, by owner."""
    owners = _owner_numbers(connection, sorted({row.record.owner for row in rows}))
    for row in _stored_already(connection, rows, owners):
        raise WrongUseError(_twice(row.record, "is stored already"))
    next_record = 1 + int(connection.execute("SELECT coalesce(max(id), 0) FROM record").fetchone()[0])
    numbered = [(number, owners[row.record.owner], row) for number, row in enumerate(rows, next_record)]
    connection.executemany(
        "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
        [(number, owner, row.record.id, row.record.data_class, row.body) for number, owner, row in numbered],
    )
    return _insert_people(connection, numbered)


def _stored_already(connection: Connection, rows: Sequence[_Row], owners: dict[str, int]) -> Iterator[_Row]:
    """Those of the rows whose owner and id are there, in their order."""
    for name, own in groupby(rows, key=lambda row: row.record.owner):
        while some := list(islice(own, NAMED_AT_ONCE)):  # ends: every turn takes rows
            held = connection.execute(
                "SELECT record_id FROM record WHERE owner = ?1 AND record_id IN (SELECT value FROM json_each(?2))",
                (owners[name], json.dumps([row.record.id for row in some])),
            )
            stored = {record_id for (record_id,) in held}
            yield from (row for row in some if row.record.id in stored)


def _replace(connection: Connection, rows: Sequence[_Row]) -> dict[int, int]:
    """Put records in the place of stored ones; how many searchable people came, by owner.

    What was restricted stays so: no question finds it, whatever the new record says.
    """
    owners = _owner_numbers(connection, sorted({row.record.owner for row in rows}))
    numbered = []
    with connection.overwriting():
        for row in rows:
            record, owner = row.record, owners[row.record.owner]
            found = connection.execute(
                "SELECT id, body FROM record WHERE owner = ? AND record_id = ?", (owner, record.id)
            ).fetchone()
            if found is None:
                raise WrongUseError(f"record `{record.id}` of `{record.owner}` is not stored; load it instead")
            if decode_record(found[1]).state.restricted:
                record = replace(record, state=replace(record.state, restricted=True))
                row = _Row(record, canonical_bytes(record), ())
            remove_people(connection, owner, "record = ?", (found[0],))
            connection.execute(
                "UPDATE record SET data_class = ?, body = ? WHERE id = ?", (record.data_class, row.body, found[0])
            )
            numbered.append((found[0], owner, row))
    return _insert_people(connection, numbered)


def _insert_people(connection: Connection, rows: Sequence[tuple[int, int, _Row]]) -> dict[int, int]:
    """Insert the searchable people of records, given with their numbers and owners' numbers."""
    ordinal = take_ordinals(connection, sum(len(row.keys) for _, _, row in rows))
    people: list[tuple[int, int, str, int]] = []
    grown: dict[int, int] = {}
    for number, owner, row in rows:
        for key in row.keys:
            people.append((ordinal << CLASS_BITS | CLASS_NUMBERS[row.record.data_class], number, key, owner))
            ordinal += 1
        grown[owner] = grown.get(owner, 0) + len(row.keys)
    connection.executemany("INSERT INTO person VALUES (?, ?, ?, ?)", people)
    for owner in grown:
        mark_changed(connection, owner)
    return grown


def _owner_numbers(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    owners = {name: int(number) for number, name in connection.execute("SELECT id, name FROM owner")}
    for name in names:
        if name not in owners:
            owners[name] = 1 + max(owners.values(), default=0)
            connection.execute("INSERT INTO owner (id, name) VALUES (?, ?)", (owners[name], name))
    return owners


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


def _twice(record: Record, how: str) -> str:
    return f"record `{record.id}` of `{record.owner}` {how}; give it another id, or leave it out"
