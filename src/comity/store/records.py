"""`ports.Records` over SQLite: the owners' records and the inverted index of lookup keys.

Keys come from `match.keys`; they are 64-bit, stored as SQLite's signed integers. Only people in a searchable role
are indexed: a victim, witness or other third party is never found by a question (DESIGN section 3).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np

from comity.errors import StoreError, WrongUseError
from comity.match.compare import Scale, prepare
from comity.match.finding import can_find
from comity.match.search import search
from comity.match.segment import Indexed, Segment, build_segment
from comity.match.traits import read_traits
from comity.model.canon import canonical_bytes
from comity.model.codes import SEARCHABLE_ROLES, DataClass
from comity.model.query import Subject
from comity.model.record import Record
from comity.model.weights import Weights
from comity.ports import LookedUp
from comity.store.connect import Readers
from comity.store.writer import Writer

MOST_FOUND = 1_000  # candidates one question may compare
CLASS_BITS = 6  # the class number lies in the low bits of a person's id

_DECODER = msgspec.json.Decoder(Record)
CLASS_NUMBERS = {data_class: number for number, data_class in enumerate(DataClass)}


@dataclass(frozen=True, slots=True)
class _Row:
    """One record ready to insert, with the lookup keys of its searchable people."""

    record: Record
    body: bytes
    keys: tuple[str, ...]


class SqliteRecords:
    """The records of every owner at this node."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer, self._readers = writer, readers
        self._segments: dict[str, tuple[tuple[int, ...], Segment]] = {}

    def load(self, records: Iterable[Record]) -> int:
        """Add records in one transaction, all or none; how many.

        Raises WrongUseError when a record with the same owner and id is there or comes twice.
        """
        rows = sorted(
            (self._prepare(record) for record in records), key=lambda row: (row.record.owner, row.record.id)
        )
        for before, after in pairwise(rows):
            if (before.record.owner, before.record.id) == (after.record.owner, after.record.id):
                raise WrongUseError(_twice(after.record, "comes twice"))
        return self._writer.change(lambda connection: _insert(connection, rows))

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
        with self._readers.lend() as connection:
            segment = self._segment(connection, owner)
        places = frozenset(CLASS_NUMBERS[data_class] for data_class in classes)
        found = search(segment, question, Scale(weights), places, min(limit, MOST_FOUND))
        return LookedUp(
            numbers=tuple(segment.ordinals[found.people].tolist()),
            weights=tuple(np.round(found.weights).astype(int).tolist()),
            overflow=found.cut,
        )

    def people(self, owner: str, numbers: Sequence[int]) -> tuple[tuple[Record, str], ...]:
        """See `ports.Records.people`."""
        with self._readers.lend() as connection:
            return _read_people(connection, numbers)

    def _segment(self, connection: sqlite3.Connection, owner: str) -> Segment:
        """The index of an owner's people, built anew when the owner's people changed."""
        rows = connection.execute(
            "SELECT person.id, record, key FROM person JOIN record ON record.id = person.record "
            "WHERE record.owner = (SELECT id FROM owner WHERE name = ?) ORDER BY person.id",
            (owner,),
        ).fetchall()
        numbers = tuple(row[0] for row in rows)
        known = self._segments.get(owner)
        if known is None or known[0] != numbers:
            segment = build_segment(_indexed(connection, rows))
            known = self._segments[owner] = (numbers, segment)
        return known[1]

    def get(self, owner: str, record_id: str) -> Record | None:
        """See `ports.Records.get`."""
        with self._readers.lend() as connection:
            row = connection.execute(
                "SELECT body FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?) AND record_id = ?",
                (owner, record_id),
            ).fetchone()
        return None if row is None else _decode(row[0])

    def ids_of(self, owner: str, reference: str, limit: int) -> tuple[str, ...]:
        """See `ports.Records.ids_of`. Reads through all of the owner's records: a person asks this, no question does."""
        with self._readers.lend() as connection:
            rows = connection.execute(
                "SELECT record_id FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?) "
                "AND json_extract(CAST(body AS TEXT), '$.reference') = ? ORDER BY record_id LIMIT ?",
                (owner, reference, limit),
            ).fetchall()
        return tuple(record_id for (record_id,) in rows)

    def page_of(self, owner: str, after: str, limit: int) -> tuple[Record, ...]:
        """See `ports.Records.page_of`."""
        with self._readers.lend() as connection:
            rows = connection.execute(
                "SELECT body FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?) AND record_id > ? "
                "ORDER BY record_id LIMIT ?",
                (owner, after, limit),
            ).fetchall()
        return tuple(_decode(body) for (body,) in rows)

    def count(self, owner: str) -> int:
        """How many records an owner holds."""
        with self._readers.lend() as connection:
            row = connection.execute(
                "SELECT count(*) FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?)", (owner,)
            ).fetchone()
        return int(row[0])

    def owners(self) -> tuple[str, ...]:
        """The owners with records here, by name."""
        with self._readers.lend() as connection:
            return tuple(row[0] for row in connection.execute("SELECT name FROM owner ORDER BY name"))

    def _prepare(self, record: Record) -> _Row:
        keys = tuple(person.key for person in record.people if person.role in SEARCHABLE_ROLES)
        return _Row(record=record, body=canonical_bytes(record), keys=keys)


def _insert(connection: sqlite3.Connection, rows: Sequence[_Row]) -> int:
    owners = _owner_numbers(connection, sorted({row.record.owner for row in rows}))
    next_record = 1 + int(connection.execute("SELECT coalesce(max(id), 0) FROM record").fetchone()[0])
    ordinal = 1 + (int(connection.execute("SELECT coalesce(max(id), 0) FROM person").fetchone()[0]) >> CLASS_BITS)
    people: list[tuple[int, int, str]] = []
    for number, row in enumerate(rows, next_record):
        record, owner = row.record, owners[row.record.owner]
        try:
            connection.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
                (number, owner, record.id, record.data_class, row.body),
            )
        except sqlite3.IntegrityError as error:
            raise WrongUseError(_twice(record, "is stored already")) from error
        for key in row.keys:
            people.append((ordinal << CLASS_BITS | CLASS_NUMBERS[record.data_class], number, key))
            ordinal += 1
    connection.executemany("INSERT INTO person VALUES (?, ?, ?)", people)
    return len(rows)


def _owner_numbers(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, int]:
    connection.executemany("INSERT OR IGNORE INTO owner (name) VALUES (?)", [(name,) for name in names])
    return {name: number for number, name in connection.execute("SELECT id, name FROM owner")}


def _indexed(connection: sqlite3.Connection, rows: Sequence[tuple[int, int, str]]) -> Iterator[Indexed]:
    for (record, key), person in zip(_read_people(connection, [row[0] for row in rows]), rows, strict=True):
        found = record.get_person(key)
        values: dict[str, list[str]] = {}
        for field in (*found.fields, *record.fields):
            values.setdefault(field.name, []).append(field.value)
        yield Indexed(person[0], CLASS_NUMBERS[record.data_class], read_traits(values))


def _read_people(connection: sqlite3.Connection, people: Sequence[int]) -> tuple[tuple[Record, str], ...]:
    """The people of a look-up. No decoded record is kept: a cache would tell who was asked about before."""
    decoded: dict[int, Record] = {}
    found = []
    for person in people:
        row = connection.execute("SELECT record, key FROM person WHERE id = ?", (person,)).fetchone()
        if row is None:
            continue
        number, key = row
        if number not in decoded:
            row = connection.execute("SELECT body FROM record WHERE id = ?", (number,)).fetchone()
            decoded[number] = _decode(row[0])
        found.append((decoded[number], key))
    return tuple(found)


def _decode(body: bytes) -> Record:
    """A stored record. Its bytes are our own canonical ones, so only their types are checked again."""
    try:
        return _DECODER.decode(body)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"a stored record cannot be read: {error}; restore the node directory from a copy"
        ) from error


def _twice(record: Record, how: str) -> str:
    return f"record `{record.id}` of `{record.owner}` {how}; give it another id, or leave it out"
