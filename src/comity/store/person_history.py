"""`ports.PersonHistory` over SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.model.person_act import Appearance, PersonAct
from comity.store.connect import Readers
from comity.store.person_rows import acts_on, decode_act


class SqlitePersonHistory:
    """The acts on an owner's persons, as committed. Written by the journal alone, with their entries."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def count(self, owner: str) -> int:
        rows = self._rows("SELECT coalesce(max(number), 0) FROM person_act WHERE owner = ?", owner)
        return int(rows[0][0])

    def acts_on(self, owner: str, record_ids: Iterable[str]) -> tuple[PersonAct, ...]:
        with self._readers.lend() as connection:
            return acts_on(connection, owner, record_ids)

    def page_of(self, owner: str, after: int, limit: int) -> tuple[PersonAct, ...]:
        rows = self._rows(
            "SELECT body FROM person_act WHERE owner = ? AND number > ? ORDER BY number LIMIT ?",
            owner,
            after,
            limit,
        )
        return tuple(decode_act(bytes(body)) for (body,) in rows)

    def find(self, owner: str, act_id: str) -> PersonAct | None:
        rows = self._rows("SELECT body FROM person_act WHERE id = ? AND owner = ?", act_id, owner)
        return decode_act(bytes(rows[0][0])) if rows else None

    def members_of(self, owner: str, person: str) -> tuple[Appearance, ...]:
        rows = self._rows(
            "SELECT record_id, person_key FROM person_member WHERE owner = ? AND person = ? "
            "ORDER BY record_id, person_key",
            owner,
            person,
        )
        return tuple(Appearance(record_id=record_id, person_key=key) for record_id, key in rows)

    def _rows(self, statement: str, *values: str | int) -> list[Any]:
        with self._readers.lend() as connection:
            return connection.execute(statement, values).fetchall()
