"""What the tests of the index share: records with a word of their own, questions, purges, and an index made from scratch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from log_world import make_unit, make_world
from msgspec.structs import replace

from comity.ledger.append import append_entry
from comity.match.compare import Scale, prepare
from comity.match.search import Part, search
from comity.match.segment import build_segment
from comity.match.weights import load_weights
from comity.model.codes import SEARCHABLE_ROLES, DataClass, Disposition, PersonRole
from comity.model.query import PersonSubject
from comity.model.record import FieldValue, PersonInRecord, Record
from comity.store.opening import Store
from comity.store.segments.rows import CLASS_BITS, CLASS_NUMBERS, index_person

FIELDS = frozenset({"name", "alias", "birth-date", "sex", "home-address"})
CLASSES = (DataClass.BOOKING, DataClass.CASE)
RIVER, CITY = "ca-river", "wa-city"
SUBJECTS = (
    PersonSubject(family="Garcia", given="Maria", birth_date="1984-03-12"),
    PersonSubject(family="Garsia", given="Mario"),
    PersonSubject(family="El Hassan", given="Umar", birth_date="1990-12-03"),
)


def own_word(number: int) -> str:
    """A word that stands in one record only, in letters no other word has together."""
    letters = ""
    for _ in range(5):
        number, at = divmod(number, 20)
        letters += "BCDFGHJKLMNPQRSTVWXZ"[at]
    return f"QXO{letters}"


def make_record(
    number: int,
    name: str = "GARCIA, MARIA",
    *,
    owner: str = RIVER,
    born: str = "1984-03-12",
    witness: bool = False,
) -> Record:
    """A record of one person, or of one and a witness of the same name, whose middle name is the record's own word."""
    roles = (PersonRole.ARRESTEE, PersonRole.WITNESS) if witness else (PersonRole.ARRESTEE,)
    fields = (
        FieldValue(name="name", value=f"{name} {own_word(number)}"),
        FieldValue(name="birth-date", value=born),
    )
    people = tuple(PersonInRecord(key=f"p{at}", role=role, fields=fields) for at, role in enumerate(roles))
    return Record(
        id=f"r-{number:05}",
        owner=owner,
        data_class=CLASSES[number % 2],
        reference=f"B-{number}",
        event_date=None,
        as_of=date(2026, 1, 1),
        people=people,
        disposition=Disposition.UNKNOWN,
    )


def remove(store: Store, number: int, gone: Sequence[Record] = (), kept: Sequence[Record] = ()) -> None:
    """Remove records with an entry, and restrict others. `number` is of this entry alone."""
    unit = replace(
        make_unit(number),
        removes=tuple((one.owner, one.id) for one in gone),
        restricts=tuple(replace(one, state=replace(one.state, restricted=True)) for one in kept),
    )
    append_entry(make_world(store.journal), unit)


def found(store: Store, owner: str, subject: PersonSubject) -> list[tuple[int, int]]:
    """Numbers and weights of those whom a question finds."""
    looked_up = store.records.find(owner, prepare(subject, FIELDS), CLASSES, 1_000, Scale(load_weights()))
    return list(zip(looked_up.numbers, looked_up.weights, strict=True))


def found_from_scratch(
    store: Store, records: Iterable[Record], owner: str, subject: PersonSubject
) -> list[tuple[int, int]]:
    """The same by an index made now from `records`, under the numbers their people have in the store."""
    numbers = numbers_of(store, owner)
    people = [
        index_person(numbers[record.id, person.key] >> CLASS_BITS, record, person.key)
        for record in records
        if record.owner == owner
        for person in record.people
        if person.role in SEARCHABLE_ROLES
    ]
    assert len(people) == len(numbers), "the store numbers others than the records' searchable people"
    segment = build_segment(sorted(people, key=lambda one: one.ordinal))
    places = frozenset(CLASS_NUMBERS[one] for one in CLASSES)
    known = search((Part(segment),), prepare(subject, FIELDS), Scale(load_weights()), places, 1_000)
    weights = np.round(known.weights).astype(int).tolist()
    return list(zip((known.ordinals << CLASS_BITS | known.classes).tolist(), weights, strict=True))


def numbers_of(store: Store, owner: str) -> dict[tuple[str, str], int]:
    """The numbers of an owner's people in the database, by record and person."""
    with store._readers.lend(owner) as connection:
        rows = connection.execute(
            "SELECT record_id, key, person.id FROM person JOIN record ON record.id = person.record "
            "JOIN owner ON owner.id = record.owner WHERE owner.name = ?",
            (owner,),
        ).fetchall()
    return {(record_id, key): number for record_id, key, number in rows}


def bytes_of(folder: Path) -> bytes:
    """Every byte of every file in a node's folder but the database's pages.

    SQLite overwrites what it deletes, yet a page may keep an older copy of a row that was moved when another was deleted
    (SECURITY.md says so).
    """
    return b"".join(
        path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "node.db"
    )


def segment_files(store: Store) -> list[Path]:
    return sorted((store.folder / "segments").iterdir())


def tend(store: Store, owner: str = RIVER) -> None:
    """Let upkeep do now what is due."""
    number = store.records._number(owner)
    if number is not None:
        store._index.upkeep.tend(store._index.of(number))
