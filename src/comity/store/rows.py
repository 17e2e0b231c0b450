"""What a step stages and how the rows of a transaction are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

from comity.errors import (
    ComityError,
    DeliveryChangedError,
    DutyChangedError,
    PersonsChangedError,
    RecordChangedError,
    RejectedMessageError,
    StandingChangedError,
    StoreError,
)
from comity.model.canon import canonical_bytes
from comity.model.disclosure import RECALLED_BODY, StoredDuty, Unit
from comity.ports import Sealed
from comity.store.database import ConflictError, Connection, Value
from comity.store.delivery_rows import change_delivery, insert_deliveries, open_question
from comity.store.feed_rows import change_feed, mark_for_feeds
from comity.store.finding_rows import keep_finding
from comity.store.hidden import Hidden
from comity.store.look_up_rows import forget_look_ups, look_up_row
from comity.store.owned_rows import keep_owned
from comity.store.person_rows import insert_acts, strike_records
from comity.store.petition_rows import keep_petition
from comity.store.record_rows import correct_rows
from comity.store.segments.rows import remove_people
from comity.store.standing_rows import keep_flow, keep_standing
from comity.store.transmission_rows import keep_suspension, keep_transmission

# few texts, so that every statement stays prepared; every number of rows in few statements
ROWS_A_STATEMENT = (1_024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1)
Row = tuple[Value, ...]
Insert = tuple[str, list[Value]]
KEEPING = " ON CONFLICT DO NOTHING"
REPLACING = " ON CONFLICT (id) DO UPDATE SET hashes = excluded.hashes"
_ENTRY = "entry (idx, entry, content, record, content_key, record_key)"  # the columns of an answer are left out
_NO_ANSWER = (None, None, None, None)
DESTROYS = "destroys/"  # before the name of a key that an entry destroys, in the table of settings


@dataclass(slots=True)
class Staged:
    """The entries of one transaction so far. Nothing touches the database before the steps are done."""

    size: int
    hidden: Hidden = field(default_factory=Hidden)
    entries: list[bytes] = field(default_factory=list)
    units: list[tuple[Unit, tuple[bytes, bytes]]] = field(default_factory=list)

    def append(self, entry: bytes, unit: Unit, wrapped_keys: tuple[bytes, bytes]) -> int:
        """See `ports.LogState`."""
        self.entries.append(entry)
        self.units.append((self.hidden.hide_unit(unit, wrapped_keys[0]), wrapped_keys))
        return self.size + len(self.entries) - 1

    def cut(self, count: int) -> None:
        """Forget everything after the first `count` entries: the step that staged it failed."""
        del self.entries[count:]
        del self.units[count:]


def prepare_inserts(staged: Staged, start: int = 0) -> list[Insert]:
    """The statements that insert the rows of the staged entries from number `start` on. Needs no database."""
    units = staged.units[start:]
    first = staged.size + start
    raised = [duty for unit, _ in units for duty in unit.duties]
    return [
        *_inserts(*_entry_rows(first, staged.entries[start:], units)),
        *_inserts("nonce", [unit.replay for unit, _ in units if unit.replay is not None]),
        *_inserts(
            "item",
            [
                (item.item_id, staged.hidden.hide(canonical_bytes(item), keys[0]))
                for unit, keys in units
                for item in unit.items
            ],
        ),
        *_inserts(
            "item_record",
            [
                (item.owner, item.record_id, item.item_id, index)
                for index, (unit, _) in enumerate(units, first)
                for item in unit.items
            ],
        ),
        *_inserts(
            "ruling",
            [(one.id, one.owner, one.query_id, canonical_bytes(one)) for unit, _ in units for one in unit.rulings],
        ),
        *_inserts(
            "look_up",
            [look_up_row(one, staged.hidden, keys[0]) for unit, keys in units for one in unit.look_ups],
        ),
        *_inserts("duty", [_duty_row(duty) for duty in raised if not _is_repeatable(duty)]),
        *_inserts("duty", [_duty_row(duty) for duty in raised if _is_repeatable(duty)], KEEPING),
        *_inserts(
            "sealed",
            [(index, unit.sealed) for index, (unit, _) in enumerate(units, first) if unit.sealed],
        ),
    ]


def insert_staged(connection: Connection, inserts: Sequence[Insert], staged: Staged, start: int = 0) -> None:
    """Carry out what `prepare_inserts` made, and what the units change of older rows. Raises DatabaseError."""
    for unit, _ in staged.units[start:]:
        _take_back(connection, unit)
    for statement, values in inserts:
        connection.execute(statement, values)
    for unit, _ in staged.units[start:]:
        insert_deliveries(connection, unit.deliveries)
        for delivery in unit.changed_deliveries:
            change_delivery(connection, delivery)
        for change in unit.feeds:
            change_feed(connection, change)
        for question in unit.opens:
            open_question(connection, question)
        for asker, query_id in unit.closes:
            connection.execute("DELETE FROM open_question WHERE owner = ? AND query_id = ?", (asker, query_id))
        for duty in unit.changed_duties:
            _change_duty(connection, duty)
        if unit.destroys:
            note_destroyed(connection, unit.destroys)
        for standing in unit.standing:
            keep_standing(connection, standing)
        for flow in unit.notice_flows:
            keep_flow(connection, flow)
        for transmission in unit.transmissions:
            keep_transmission(connection, transmission)
        for suspension in unit.suspensions:
            keep_suspension(connection, suspension)
        for finding in unit.findings:
            keep_finding(connection, finding)
        for petition in unit.petitions:
            keep_petition(connection, petition)
        for approval in unit.approvals:
            key = (approval.owner, approval.id, approval.changed)
            keep_owned(connection, "approval", key, canonical_bytes(approval))
        forget_look_ups(connection, unit.look_ups)
        if unit.person_acts or unit.removes or unit.restricts or unit.corrects:
            insert_acts(connection, unit.person_acts)
            _purge(connection, unit)
            correct_rows(connection, unit.corrects)


def note_destroyed(connection: Connection, names: Sequence[str]) -> None:
    """Remember keys that an entry destroys, in its transaction: a stop before they are gone is made good at the start."""
    connection.executemany(
        "INSERT INTO setting VALUES (?, '') ON CONFLICT (name) DO NOTHING", [(DESTROYS + name,) for name in names]
    )


def _entry_rows(
    first: int, entries: Sequence[bytes], units: Sequence[tuple[Unit, tuple[bytes, bytes]]]
) -> tuple[str, list[Row]]:
    """Where the entries go and their rows. Without an answer among them the rows are short: a None costs like a value."""
    rows = enumerate(zip(entries, units, strict=True), first)
    if not any(unit.answer_to for unit, _ in units):
        return _ENTRY, [(index, entry, _kept(unit), unit.record, *keys) for index, (entry, (unit, keys)) in rows]
    return "entry", [
        (index, entry, _kept(unit), unit.record, *keys, *(unit.answer_to or _NO_ANSWER))
        for index, (entry, (unit, keys)) in rows
    ]


def _kept(unit: Unit) -> bytes | None:
    """What stays of the outward bytes; of what is proved alone, only the key that a receipt opens it with."""
    return None if unit.unkept else unit.content


def _take_back(connection: Connection, unit: Unit) -> None:
    """Entries that answer their question no more, and entries of which nothing but the proof is to stay."""
    if unit.supersedes:
        connection.executemany(
            "UPDATE entry SET asker = NULL, query_id = NULL, step_key = NULL, body_hash = NULL WHERE idx = ?",
            [(index,) for index in unit.supersedes],
        )
    if unit.recalled:
        connection.executemany(
            "UPDATE entry SET body_hash = ? WHERE idx = ? AND query_id IS NOT NULL",
            [(RECALLED_BODY, index) for index in unit.recalled],
        )
    if unit.forgets:
        gone = [(index,) for index in unit.forgets]
        connection.executemany(
            "UPDATE entry SET content = NULL, record = NULL, content_key = NULL, record_key = NULL WHERE idx = ?",
            gone,
        )
        connection.executemany("DELETE FROM sealed WHERE idx = ?", gone)


def _purge(connection: Connection, unit: Unit) -> None:
    """Remove records with everything that finds them, overwritten on the disk; what is restricted is only not found."""
    for owner, names in _by_owner(unit).items():
        chosen = "SELECT id FROM record WHERE owner = ?1 AND record_id IN (SELECT value FROM json_each(?2))"
        row = connection.execute("SELECT id FROM owner WHERE name = ?", (owner,)).fetchone()
        if row is None:
            continue
        gone, lost = json.dumps(names[0]), json.dumps(names[0] + names[1])
        remove_people(connection, row[0], f"record IN ({chosen})", (row[0], lost))
        connection.execute(f"DELETE FROM record WHERE id IN ({chosen})", (row[0], gone))
        strike_records(connection, owner, names[0])
        mark_for_feeds(connection, owner, names[0] + names[1])
        connection.executemany(
            "UPDATE record SET body = ? WHERE owner = ? AND record_id = ?",
            [(canonical_bytes(kept), row[0], kept.id) for kept in unit.restricts if kept.owner == owner],
        )


def _by_owner(unit: Unit) -> dict[str, tuple[list[str], list[str]]]:
    """Record ids to remove and to restrict, by owner."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for owner, name in unit.removes:
        found.setdefault(owner, ([], []))[0].append(name)
    for kept in unit.restricts:
        found.setdefault(kept.owner, ([], []))[1].append(kept.id)
    return found


def _duty_row(duty: StoredDuty) -> Row:
    """A duty with the columns that find it."""
    waits_for = duty.duty.after if duty.duty.due_ms is None else ""
    return (duty.id, duty.owner, canonical_bytes(duty), waits_for, duty.duty.period, duty.changed)


def _is_repeatable(duty: StoredDuty) -> bool:
    """Whether raising it again adds nothing: its id follows from period, event or act; not a question's own."""
    return not duty.query_id or bool(duty.duty.period) or duty.started_ms is not None


def _change_duty(connection: Connection, duty: StoredDuty) -> None:
    """Replace a duty by its next change. Raises ConflictError when the stored one is not the change before."""
    _, _, body, waits_for, _, changed = _duty_row(duty)
    done = connection.execute(
        "UPDATE duty SET body = ?, waits_for = ?, changed = ? WHERE id = ? AND owner = ? AND changed = ?",
        (body, waits_for, changed, duty.id, duty.owner, duty.changed - 1),
    )
    if done.rowcount != 1:
        raise ConflictError("duty.changed is not one change after the stored one")


def _insert(connection: Connection, into: str, rows: Sequence[Row], otherwise: str = "") -> None:
    for statement, values in _inserts(into, rows, otherwise):
        connection.execute(statement, values)


def _inserts(into: str, rows: Sequence[Row], otherwise: str = "") -> Iterator[Insert]:
    """Many rows a statement: each statement lets other threads in once, and getting back costs more."""
    at = 0
    for count in ROWS_A_STATEMENT:
        while len(rows) - at >= count:
            part = rows[at : at + count]
            yield _insert_text(into, len(part[0]), count, otherwise), list(chain.from_iterable(part))
            at += count


@cache
def _insert_text(into: str, columns: int, count: int, otherwise: str) -> str:
    """The statement that inserts so many rows. Kept, because finding the prepared one means hashing its text."""
    one = f"({', '.join('?' * columns)})"
    return f"INSERT INTO {into} VALUES {', '.join([one] * count)}{otherwise}"


def write_head(connection: Connection, size: int, sealed: Sealed, tiles: dict[int, bytes]) -> None:
    """Write the changed tiles and the new head of the log."""
    _insert(connection, "tile", list(tiles.items()), REPLACING)
    connection.execute(
        "UPDATE head SET size = ?, edge = ?, note = ? WHERE id = 1", (size, b"".join(sealed.edge), sealed.note)
    )


def conflict_of(error: ConflictError) -> ComityError:
    """What a broken constraint means to the caller."""
    text = str(error)
    if "nonce." in text:
        return RejectedMessageError("the nonce was used before; send the message again under a fresh nonce")
    if "entry." in text:
        return RejectedMessageError("the question was answered already; the stored answer stands")
    if "duty.changed" in text:
        return DutyChangedError("somebody changed this duty meanwhile; look at it and try again")
    if "standing.changed" in text or "notice_flow.changed" in text:
        return StandingChangedError("somebody changed what stands meanwhile; look at it and try again")
    if "delivery.changed" in text:
        return DeliveryChangedError("somebody changed this delivery meanwhile; look at it and try again")
    if "feed." in text:
        return DeliveryChangedError("somebody changed this feed meanwhile; look at it and try again")
    if "transmission.changed" in text or "suspension.changed" in text:
        return DeliveryChangedError("somebody acted on this transmission or partner meanwhile; look and try again")
    if "finding.changed" in text:
        return DutyChangedError("somebody acted on this finding meanwhile; look at it and try again")
    if "approval.changed" in text:
        return DutyChangedError("somebody decided this question meanwhile; look at it and try again")
    if "petition.changed" in text:
        return DeliveryChangedError("somebody acted on this petition meanwhile; look at it and try again")
    if "ruling." in text:
        return DutyChangedError("somebody decided this meanwhile; look at it and try again")
    if "person_act." in text:
        return PersonsChangedError("somebody acted on persons, or a record went, meanwhile; look and try again")
    if "record.body" in text:
        return RecordChangedError("somebody changed the record meanwhile; look at it and try again")
    return StoreError(f"the rows of the entry do not fit the database: {text}; report the fault")
