"""What the database says of an owner's index: files listed, people gone, people who came since; and how it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import msgspec
import numpy as np

from comity.errors import StoreError
from comity.match.arrays import Places
from comity.match.merge import merge_segments
from comity.match.segment import Indexed, Segment, build_segment
from comity.model.codes import DataClass
from comity.model.record import FieldValue, Record
from comity.store.database import Connection, Value
from comity.store.segments.file import Listed

CLASS_BITS = 6  # the class number lies in the low bits of a person's id
CLASS_MASK = (1 << CLASS_BITS) - 1
CLASS_NUMBERS = {data_class: number for number, data_class in enumerate(DataClass)}
BUILT_AT_ONCE = 250_000  # people built in one go, 0.3 GB on the way; the pieces are merged as arrays
LAST_ORDINAL = (1 << 32) - 1  # what a segment's 32 bits hold

T = TypeVar("T")


class _Field(msgspec.Struct, frozen=True, gc=False):
    name: str
    value: str


class _Person(msgspec.Struct, frozen=True):
    key: str
    fields: tuple[_Field, ...]


class _Stored(msgspec.Struct, frozen=True):
    """What the index reads of a stored record: a quarter of the time that reading all of it would take."""

    people: tuple[_Person, ...]
    fields: tuple[_Field, ...] = ()


_RECORD = msgspec.json.Decoder(Record)
_STORED = msgspec.json.Decoder(_Stored)


@dataclass(frozen=True, slots=True)
class Standing:
    """An owner's index as the database has it: its files by ordinal, ordinals that are gone, and the last one given.

    `changed` counts every change of it; an index in memory that has the same count is up to date.
    """

    changed: int
    listed: tuple[Listed, ...]
    gone: Places
    newest: int

    @property
    def sealed(self) -> int:
        """The last ordinal that lies in a file's range; those above it are fresh."""
        return max((one.last for one in self.listed), default=0)


def read_standing(connection: Connection, owner: int) -> Standing:
    """Everything the database says of an owner's index, in the transaction of the caller."""
    changed = connection.execute("SELECT changed FROM owner WHERE id = ?", (owner,)).fetchone()[0]
    rows = connection.execute(
        "SELECT id, owner, first, last, people, bytes, digest FROM segment WHERE owner = ? ORDER BY first",
        (owner,),
    )
    listed = tuple(Listed(*row) for row in rows)
    gone = [row[0] >> CLASS_BITS for row in connection.execute(
        "SELECT id FROM removed_person WHERE owner = ? ORDER BY id", (owner,)
    )]  # fmt: skip
    newest = connection.execute("SELECT coalesce(max(id), 0) FROM person WHERE owner = ?", (owner,)).fetchone()[0]
    return Standing(changed, listed, np.array(gone, dtype=np.int64), newest >> CLASS_BITS)


def count_people(connection: Connection, owner: int, first: int, last: int) -> int:
    """How many people of an owner have ordinals from `first` to `last`."""
    row = connection.execute(
        "SELECT count(*) FROM person WHERE owner = ? AND id BETWEEN ? AND ?", _ids(owner, first, last)
    )
    return int(row.fetchone()[0])


def tell_nobody(sentence: str) -> None:
    """How far a build is, where nobody waits for it."""


def divide(connection: Connection, owner: int, span: tuple[int, int], most: int) -> tuple[tuple[int, int], ...]:
    """Ranges of ordinals that cover a span, each with at most `most` of an owner's people; one where there is nobody."""
    first, last = span
    found: list[tuple[int, int]] = []
    while True:  # ends: every turn leaves `most` people behind
        row = connection.execute(
            "SELECT id FROM person WHERE owner = ? AND id BETWEEN ? AND ? ORDER BY id LIMIT 1 OFFSET ?",
            (*_ids(owner, first, last), most),
        ).fetchone()
        if row is None:
            return (*found, (first, last))
        found.append((first, (row[0] >> CLASS_BITS) - 1))
        first = row[0] >> CLASS_BITS


def build_range(
    connection: Connection,
    owner: int,
    first: int,
    last: int,
    told: Callable[[str], None] = tell_nobody,
) -> Segment:
    """The segment of an owner's people with ordinals from `first` to `last`, from their records.

    `told` hears after each piece how many people are done. Raises StoreError for a record that cannot be read.
    """
    pieces: list[Segment] = []
    people = read_people(connection, owner, first, last)
    while True:  # ends: every turn takes people
        pieces.append(build_segment(islice(people, BUILT_AT_ONCE)))
        told(f"{sum(piece.people for piece in pieces):,} people read from the records")
        if pieces[-1].people < BUILT_AT_ONCE:
            return merge_segments(pieces)


def read_people(connection: Connection, owner: int, first: int, last: int) -> Iterator[Indexed]:
    """An owner's people with ordinals from `first` to `last`, in order. Raises StoreError as `build_range` does."""
    rows = connection.stream(
        "SELECT person.id, key, record.id, body FROM person JOIN record ON record.id = person.record "
        "WHERE person.owner = ? AND person.id BETWEEN ? AND ? ORDER BY person.id",
        _ids(owner, first, last),
    )
    held, stored = 0, None
    for number, key, row, body in rows:
        if stored is None or held != row:
            held, stored = row, _decode(_STORED, body)
        fields = next((person.fields for person in stored.people if person.key == key), None)
        if fields is None:
            raise StoreError(f"record {row} has nobody `{key}`; restore the node directory from a copy")
        yield _indexed(number >> CLASS_BITS, number & CLASS_MASK, (*fields, *stored.fields))


def _ids(owner: int, first: int, last: int) -> tuple[int, int, int]:
    return owner, first << CLASS_BITS, ((last + 1) << CLASS_BITS) - 1


def index_person(ordinal: int, record: Record, key: str) -> Indexed:
    """What the index keeps of one person of a record: the person's values and those of the event."""
    fields = (*record.get_person(key).fields, *record.fields)
    return _indexed(ordinal, CLASS_NUMBERS[record.data_class], fields)


def _indexed(ordinal: int, data_class: int, fields: Iterable[FieldValue | _Field]) -> Indexed:
    values: dict[str, list[str]] = {}
    for field in fields:
        values.setdefault(field.name, []).append(field.value)
    return Indexed(ordinal, data_class, values)


def decode_record(body: bytes) -> Record:
    """A stored record. Its bytes are our own canonical ones, so only their types are checked again."""
    return _decode(_RECORD, body)


def _decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"a stored record cannot be read: {error}; restore the node directory from a copy"
        ) from error


# ---------------------------------------------------------------- changes, in the writer's transaction


def mark_changed(connection: Connection, owner: int) -> None:
    """Say that an owner's index is not what it was."""
    connection.execute("UPDATE owner SET changed = changed + 1 WHERE id = ?", (owner,))


def take_ordinals(connection: Connection, count: int) -> int:
    """The first of so many ordinals that nobody ever had. Raises StoreError when there are none left."""
    first = int(connection.execute("SELECT number FROM next_ordinal").fetchone()[0])
    if first + count > LAST_ORDINAL:
        raise StoreError("the node has given every number of a person it can; split its owners over two nodes")
    connection.execute("UPDATE next_ordinal SET number = ?", (first + count,))
    return first


def remove_people(connection: Connection, owner: int, condition: str, values: Sequence[Value]) -> None:
    """Take the people of some records out: nobody finds them from here on. `condition` chooses rows of `person`."""
    connection.execute(f"INSERT INTO removed_person SELECT id, owner FROM person WHERE {condition}", values)
    connection.execute(f"DELETE FROM person WHERE {condition}", values)
    mark_changed(connection, owner)


def list_instead(connection: Connection, owner: int, replaced: Sequence[Listed], new: Listed | None) -> None:
    """List a file in place of others."""
    connection.executemany("DELETE FROM segment WHERE id = ?", [(one.id,) for one in replaced])
    if new is not None:
        connection.execute(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)",
            (new.id, new.owner, new.first, new.last, new.people, new.size, new.digest),
        )
    mark_changed(connection, owner)


def forget_gone(connection: Connection, owner: int, ordinals: Sequence[int]) -> None:
    """No file holds these people any more."""
    connection.executemany(
        "DELETE FROM removed_person WHERE owner = ? AND id BETWEEN ? AND ?",
        [_ids(owner, ordinal, ordinal) for ordinal in ordinals],
    )
    mark_changed(connection, owner)
