"""`ports.PersonHistory` over a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.model.person_act import Appearance, PersonAct
from comity.store.connect import Readers
from comity.store.person_rows import acts_on, decode_act


class StoredPersonHistory:
    """The acts on an owner's persons, as committed. Written by the journal alone, with their entries."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def count(self, owner: str) -> int:
        rows = self._rows(owner, "SELECT coalesce(max(number), 0) FROM person_act WHERE owner = ?1")
        return int(rows[0][0])

    def acts_on(self, owner: str, record_ids: Iterable[str]) -> tuple[PersonAct, ...]:
        with self._readers.lend(owner) as connection:
            return acts_on(connection, owner, record_ids)

    def page_of(self, owner: str, after: int, limit: int) -> tuple[PersonAct, ...]:
        rows = self._rows(
            owner,
            "SELECT body FROM person_act WHERE owner = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
            after,
            limit,
        )
        return tuple(decode_act(bytes(body)) for (body,) in rows)

    def find(self, owner: str, act_id: str) -> PersonAct | None:
        rows = self._rows(owner, "SELECT body FROM person_act WHERE id = ?2 AND owner = ?1", act_id)
        return decode_act(bytes(rows[0][0])) if rows else None

    def members_of(self, owner: str, person: str) -> tuple[Appearance, ...]:
        rows = self._rows(
            owner,
            "SELECT record_id, person_key FROM person_member WHERE owner = ?1 AND person = ?2 "
            "ORDER BY record_id, person_key",
            person,
        )
        return tuple(Appearance(record_id=record_id, person_key=key) for record_id, key in rows)

    def _rows(self, owner: str, statement: str, *values: str | int) -> list[Any]:
        """Rows of an owner, who is `?1` in the statement."""
        with self._readers.lend(owner) as connection:
            return connection.execute(statement, (owner, *values)).fetchall()
