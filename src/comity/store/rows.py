"""What a step stages and how the rows of a transaction are written."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from comity.errors import ComityError, RejectedMessageError, StoreError
from comity.model.canon import canonical_bytes
from comity.model.disclosure import Unit
from comity.ports import Sealed

_ENTRY = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NO_ANSWER = (None, None, None, None)


@dataclass(slots=True)
class Staged:
    """The entries of one transaction so far. Nothing touches the database before the steps are done."""

    size: int
    entries: list[bytes] = field(default_factory=list)
    units: list[tuple[Unit, tuple[bytes, bytes]]] = field(default_factory=list)

    def append(self, entry: bytes, unit: Unit, wrapped_keys: tuple[bytes, bytes]) -> int:
        """See `ports.LogState`."""
        self.entries.append(entry)
        self.units.append((unit, wrapped_keys))
        return self.size + len(self.entries) - 1

    def cut(self, count: int) -> None:
        """Forget everything after the first `count` entries: the step that staged it failed."""
        del self.entries[count:]
        del self.units[count:]


def insert_staged(connection: sqlite3.Connection, staged: Staged, start: int = 0) -> None:
    """Write the rows of the staged entries from number `start` on. Raises sqlite3.Error."""
    units = staged.units[start:]
    first = staged.size + start
    connection.executemany(
        _ENTRY,
        [
            (index, entry, unit.content, unit.record, *wrapped, *(_answer(unit)))
            for index, (entry, (unit, wrapped)) in enumerate(
                zip(staged.entries[start:], units, strict=True), first
            )
        ],
    )
    nonces = [unit.replay for unit, _ in units if unit.replay is not None]
    items = [(item.item_id, canonical_bytes(item)) for unit, _ in units for item in unit.items]
    duties = [(duty.id, duty.owner, canonical_bytes(duty)) for unit, _ in units for duty in unit.duties]
    sealed = [(index, unit.sealed) for index, (unit, _) in enumerate(units, first) if unit.sealed]
    for statement, rows in (
        ("INSERT INTO nonce VALUES (?, ?)", nonces),
        ("INSERT INTO item VALUES (?, ?)", items),
        ("INSERT INTO duty VALUES (?, ?, ?)", duties),
        ("INSERT INTO sealed VALUES (?, ?)", sealed),
    ):
        if rows:
            connection.executemany(statement, rows)


def write_head(connection: sqlite3.Connection, size: int, sealed: Sealed, tiles: dict[int, bytes]) -> None:
    """Write the changed tiles and the new head of the log."""
    connection.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?)", list(tiles.items()))
    connection.execute(
        "UPDATE head SET size = ?, edge = ?, note = ? WHERE id = 1", (size, b"".join(sealed.edge), sealed.note)
    )


def conflict_of(error: sqlite3.IntegrityError) -> ComityError:
    """What a broken constraint means to the caller."""
    text = str(error)
    if "nonce." in text:
        return RejectedMessageError("the nonce was used before; send the message again under a fresh nonce")
    if "entry." in text:
        return RejectedMessageError("the question was answered already; the stored answer stands")
    return StoreError(f"the rows of the entry do not fit the database: {text}; report the fault")


def _answer(unit: Unit) -> tuple[str | None, str | None, str | None, str | None]:
    return unit.answer_to if unit.answer_to is not None else _NO_ANSWER
