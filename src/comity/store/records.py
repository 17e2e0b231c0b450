"""`ports.Records` over SQLite: the owners' records and the inverted index of lookup keys.

Keys come from `match.keys`; they are 64-bit, stored as SQLite's signed integers. Only people in a searchable role
are indexed: a victim, witness or other third party is never found by a question (DESIGN section 3).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec

from comity.errors import StoreError, WrongUseError
from comity.match.keys import record_keys
from comity.model.canon import canonical_bytes
from comity.model.codes import SEARCHABLE_ROLES, DataClass
from comity.model.record import FieldValue, PersonInRecord, Record
from comity.ports import Found
from comity.store.connect import Readers
from comity.store.writer import Writer

MOST_POSTINGS = 5_000  # people read for one key: a name so common finds nobody alone, and costs 1 ms
MOST_KEYS = 512  # keys of one question, strongest first (`match.keys` gives no more)
MOST_FOUND = 1_000  # candidates one question may compare
CLASS_BITS = 6  # the class number lies in the low bits of a person's id

_DECODER = msgspec.json.Decoder(Record)
CLASS_NUMBERS = {data_class: number for number, data_class in enumerate(DataClass)}

KeysOf = Callable[[PersonInRecord, tuple[FieldValue, ...]], Iterable[int]]


@dataclass(frozen=True, slots=True)
class _Row:
    """One record ready to insert, with the lookup keys of its searchable people."""

    record: Record
    body: bytes
    keys: tuple[tuple[str, tuple[int, ...]], ...]


class SqliteRecords:
    """The records of every owner at this node."""

    def __init__(self, writer: Writer, readers: Readers, keys_of: KeysOf = record_keys) -> None:
        self._writer, self._readers, self._keys_of = writer, readers, keys_of

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

    def find(self, owner: str, keys: Sequence[int], classes: Sequence[DataClass], limit: int) -> Found:
        """See `ports.Records.find`; ties go by record id and person key of one load, older loads first.

        `overflow` is also true when the limit cut people who share as many keys as the best: then nothing tells
        the kept from the cut.
        """
        if not keys or not classes or limit < 1:
            return Found(people=())
        wanted = tuple(dict.fromkeys(_signed(key) for key in keys))[:MOST_KEYS]
        with self._readers.lend() as connection:
            number = _find_owner(connection, owner)
            if number is None:
                return Found(people=())
            shared, overflow = _count_shared(connection, number, wanted)
            numbers = {CLASS_NUMBERS[data_class] for data_class in classes}
            ranked = sorted(
                (-count, person) for person, count in shared.items() if person & (1 << CLASS_BITS) - 1 in numbers
            )
            kept = ranked[: min(limit, MOST_FOUND)]
            cut_equals = len(ranked) > len(kept) and ranked[len(kept)][0] == ranked[0][0]
            people = _read_people(connection, [person for _, person in kept])
        return Found(people=people, overflow=overflow or cut_equals or len(set(keys)) > MOST_KEYS)

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
        keys = tuple(
            (person.key, tuple({_signed(key) for key in self._keys_of(person, record.fields)}))
            for person in record.people
            if person.role in SEARCHABLE_ROLES
        )
        return _Row(record=record, body=canonical_bytes(record), keys=keys)


def _insert(connection: sqlite3.Connection, rows: Sequence[_Row]) -> int:
    owners = _owner_numbers(connection, sorted({row.record.owner for row in rows}))
    next_record = 1 + int(connection.execute("SELECT coalesce(max(id), 0) FROM record").fetchone()[0])
    ordinal = 1 + (int(connection.execute("SELECT coalesce(max(id), 0) FROM person").fetchone()[0]) >> CLASS_BITS)
    people: list[tuple[int, int, str]] = []
    lookups: list[tuple[int, int, int]] = []
    for number, row in enumerate(rows, next_record):
        record, owner = row.record, owners[row.record.owner]
        try:
            connection.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
                (number, owner, record.id, record.data_class, row.body),
            )
        except sqlite3.IntegrityError as error:
            raise WrongUseError(_twice(record, "is stored already")) from error
        for key, lookup_keys in row.keys:
            person = ordinal << CLASS_BITS | CLASS_NUMBERS[record.data_class]
            people.append((person, number, key))
            lookups.extend([(owner, lookup_key, person) for lookup_key in lookup_keys])
            ordinal += 1
    connection.executemany("INSERT INTO person VALUES (?, ?, ?)", people)
    lookups.sort()  # in key order the index is written page after page
    connection.executemany("INSERT INTO lookup VALUES (?, ?, ?)", lookups)
    return len(rows)


def _owner_numbers(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, int]:
    connection.executemany("INSERT OR IGNORE INTO owner (name) VALUES (?)", [(name,) for name in names])
    return {name: number for number, name in connection.execute("SELECT id, name FROM owner")}


def _find_owner(connection: sqlite3.Connection, name: str) -> int | None:
    row = connection.execute("SELECT id FROM owner WHERE name = ?", (name,)).fetchone()
    return None if row is None else int(row[0])


def _count_shared(connection: sqlite3.Connection, owner: int, keys: Sequence[int]) -> tuple[Counter[int], bool]:
    """Shared keys a person, and whether a key was too common to read whole.

    A key too common finds nobody by itself; it still counts for those whom another key found.
    """
    shared: Counter[int] = Counter()
    common: list[int] = []
    for key in keys:
        postings = [
            row[0]
            for row in connection.execute(
                "SELECT person FROM lookup WHERE owner = ? AND key = ? LIMIT ?", (owner, key, MOST_POSTINGS + 1)
            )
        ]
        if len(postings) > MOST_POSTINGS:
            common.append(key)
        else:
            shared.update(postings)
    for key in common:
        for person in [person for person in shared if _has_key(connection, owner, key, person)]:
            shared[person] += 1
    return shared, bool(common)


def _has_key(connection: sqlite3.Connection, owner: int, key: int, person: int) -> bool:
    found = connection.execute(
        "SELECT 1 FROM lookup WHERE owner = ? AND key = ? AND person = ?", (owner, key, person)
    )
    return found.fetchone() is not None


def _read_people(connection: sqlite3.Connection, people: Sequence[int]) -> tuple[tuple[Record, str], ...]:
    """The people of a look-up. No decoded record is kept: a cache would tell who was asked about before."""
    decoded: dict[int, Record] = {}
    found = []
    for person in people:
        number, key = connection.execute("SELECT record, key FROM person WHERE id = ?", (person,)).fetchone()
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


def _signed(key: int) -> int:
    """A 64-bit key as SQLite's signed integer."""
    return key - (1 << 64) if key >= 1 << 63 else key


def _twice(record: Record, how: str) -> str:
    return f"record `{record.id}` of `{record.owner}` {how}; give it another id, or leave it out"
