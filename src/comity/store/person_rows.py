"""Rows of the acts on persons: written with their entry, struck by a purge, and the membership derived from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec

from comity.errors import StoreError
from comity.match.grouping import group_appearances, person_id
from comity.model.canon import canonical_bytes
from comity.model.person_act import PersonAct
from comity.store.database import ConflictError, Connection

_DECODER = msgspec.json.Decoder(PersonAct)

_ACTS_ON = """
WITH RECURSIVE named (id) AS (
    SELECT act FROM person_act_record WHERE owner = ?1 AND record_id IN (SELECT value FROM json_each(?2))
    UNION
    SELECT later.id FROM person_act AS later JOIN named ON later.undoes = named.id WHERE later.undoes <> ''
)
SELECT body FROM person_act JOIN named USING (id) ORDER BY number
"""


def insert_acts(connection: Connection, acts: Sequence[PersonAct]) -> None:
    """Write acts and what they amount to. Raises ConflictError when one is not the owner's next, or a record is gone."""
    for act in acts:
        connection.execute(
            "INSERT INTO person_act VALUES (?, ?, ?, ?, ?)",
            (act.id, act.owner, act.number, act.undoes, canonical_bytes(act)),
        )
        for record_id in sorted(_records_of((act,))):
            done = connection.execute(
                "INSERT INTO person_act_record SELECT ?1, record_id, ?3 FROM record "
                "WHERE owner = (SELECT id FROM owner WHERE name = ?1) AND record_id = ?2",
                (act.owner, record_id, act.id),
            )
            if done.rowcount != 1:
                raise ConflictError("person_act.record is gone")
        _derive(connection, act.owner, _records_named(connection, act))


def strike_records(connection: Connection, owner: str, record_ids: Sequence[str]) -> None:
    """Take records that go out of every act and out of their persons. The words of those acts go with them."""
    gone = frozenset(record_ids)
    acts = acts_on(connection, owner, record_ids)
    if not acts:
        return
    connection.executemany(
        "UPDATE person_act SET body = ? WHERE id = ?",
        [(canonical_bytes(act.without(gone)), act.id) for act in acts],
    )
    for table in ("person_act_record", "person_member"):
        connection.execute(
            f"DELETE FROM {table} WHERE owner = ?1 AND record_id IN (SELECT value FROM json_each(?2))",
            (owner, json.dumps(sorted(gone))),
        )
    _derive(connection, owner, _records_of(acts) - gone)


def acts_on(connection: Connection, owner: str, record_ids: Iterable[str]) -> tuple[PersonAct, ...]:
    """The acts that name any of these records, and the acts that undo one of them, in their order."""
    rows = connection.execute(_ACTS_ON, (owner, json.dumps(sorted(record_ids))))
    return tuple(decode_act(bytes(body)) for (body,) in rows)


def decode_act(body: bytes) -> PersonAct:
    """A stored act. Raises StoreError for one that cannot be read."""
    try:
        return _DECODER.decode(body)
    except msgspec.DecodeError as error:
        raise StoreError(f"a stored act cannot be read ({error}); restore the database from a copy") from error


def _derive(connection: Connection, owner: str, record_ids: frozenset[str]) -> None:
    """Write the membership of these records anew, with that of every record an act ties to them."""
    reached, acts = frozenset[str](), acts_on(connection, owner, record_ids)
    while reached != record_ids:  # ends: each turn adds records that acts name, and acts name finitely many
        reached, record_ids = record_ids, record_ids | _records_of(acts)
        acts = acts_on(connection, owner, record_ids)
    connection.execute(
        "DELETE FROM person_member WHERE owner = ?1 AND record_id IN (SELECT value FROM json_each(?2))",
        (owner, json.dumps(sorted(record_ids))),
    )
    persons = group_appearances(acts).persons
    connection.executemany(
        "INSERT INTO person_member VALUES (?, ?, ?, ?)",
        [
            (owner, one.record_id, one.person_key, person_id(owner, person))
            for one, person in persons.items()
            if len(person) > 1
        ],
    )


def _records_named(connection: Connection, act: PersonAct) -> frozenset[str]:
    """The records an act names, or of an undoing those of the act it undoes, however often that was done."""
    while act.undoes:  # ends: an act undoes an earlier one
        row = connection.execute("SELECT body FROM person_act WHERE id = ?", (act.undoes,)).fetchone()
        act = decode_act(bytes(row[0]))
    return _records_of((act,))


def _records_of(acts: Iterable[PersonAct]) -> frozenset[str]:
    return frozenset(one.record_id for act in acts for one in act.appearances)
