"""Rows of records and of the people in them: inserted by a load, put in the place of others by a correction.

Everything here runs in a transaction of the writer's; what finds a person changes in the same one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.model.canon import canonical_bytes
from comity.model.codes import SEARCHABLE_ROLES
from comity.model.record import Record
from comity.store.database import ConflictError, Connection
from comity.store.feed_rows import mark_for_feeds
from comity.store.segments.rows import (
    CLASS_BITS,
    CLASS_NUMBERS,
    decode_record,
    mark_changed,
    remove_people,
    take_ordinals,
)

NAMED_AT_ONCE = 10_000  # ids in one statement: a megabyte at the longest


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """One record ready to insert, with the keys of its searchable people."""

    record: Record
    body: bytes
    keys: tuple[str, ...]


def prepare_rows(records: Iterable[Record]) -> list[PreparedRow]:
    """Records in the order of owner and id. Raises WrongUseError for one that comes twice."""
    rows = [
        PreparedRow(
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


def insert_rows(connection: Connection, rows: Sequence[PreparedRow]) -> dict[int, int]:
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
    _mark(connection, rows)
    return _insert_people(connection, numbered)


def _stored_already(
    connection: Connection, rows: Sequence[PreparedRow], owners: dict[str, int]
) -> Iterator[PreparedRow]:
    """Those of the rows whose owner and id are there, in their order."""
    for name, own in groupby(rows, key=lambda row: row.record.owner):
        while some := list(islice(own, NAMED_AT_ONCE)):  # ends: every turn takes rows
            held = connection.execute(
                "SELECT record_id FROM record WHERE owner = ?1 AND record_id IN (SELECT value FROM json_each(?2))",
                (owners[name], json.dumps([row.record.id for row in some])),
            )
            stored = {record_id for (record_id,) in held}
            yield from (row for row in some if row.record.id in stored)


def replace_rows(connection: Connection, rows: Sequence[PreparedRow]) -> dict[int, int]:
    """Put records in the place of stored ones; how many searchable people came, by owner.

    What was restricted stays so: no question finds it, whatever the new record says.
    """
    owners = _owner_numbers(connection, sorted({row.record.owner for row in rows}))
    numbered = []
    for row in rows:
        record, owner = row.record, owners[row.record.owner]
        found = connection.execute(
            "SELECT id, body FROM record WHERE owner = ? AND record_id = ?", (owner, record.id)
        ).fetchone()
        if found is None:
            raise WrongUseError(f"record `{record.id}` of `{record.owner}` is not stored; load it instead")
        if decode_record(found[1]).state.restricted:
            record = replace(record, state=replace(record.state, restricted=True))
            row = PreparedRow(record, canonical_bytes(record), ())
        remove_people(connection, owner, "record = ?", (found[0],))
        connection.execute(
            "UPDATE record SET data_class = ?, body = ? WHERE id = ?", (record.data_class, row.body, found[0])
        )
        numbered.append((found[0], owner, row))
    _mark(connection, rows)
    return _insert_people(connection, numbered)


def _mark(connection: Connection, rows: Sequence[PreparedRow]) -> None:
    """Tell the feeds of each owner; rows come in the order of owners."""
    for owner, own in groupby(rows, key=lambda row: row.record.owner):
        mark_for_feeds(connection, owner, (row.record.id for row in own))


def correct_rows(connection: Connection, pairs: Sequence[tuple[Record, Record]]) -> None:
    """Put corrected records in the place of stored ones. Raises ConflictError for one that is not as it was read."""
    for before, _ in pairs:
        found = connection.execute(
            "SELECT body FROM record WHERE owner = (SELECT id FROM owner WHERE name = ?) AND record_id = ?",
            (before.owner, before.id),
        ).fetchone()
        if found is None or bytes(found[0]) != canonical_bytes(before):
            raise ConflictError("record.body is not what was corrected")
    replace_rows(connection, prepare_rows(after for _, after in pairs))


def _insert_people(connection: Connection, rows: Sequence[tuple[int, int, PreparedRow]]) -> dict[int, int]:
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


def _twice(record: Record, how: str) -> str:
    return f"record `{record.id}` of `{record.owner}` {how}; give it another id, or leave it out"
