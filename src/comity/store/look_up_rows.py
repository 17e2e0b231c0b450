"""How what members asked lately and what waits for a second person are stored, and the ports over both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from comity.errors import NounError, StoreError
from comity.model.approval import Approval, LookUp
from comity.model.canon import canonical_bytes, from_canonical
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.hidden import Hidden
from comity.store.owned_rows import find_owned, owned_of

KEPT_READ = 20_000  # rows of forty of the busiest members; some kilobytes each
KEPT_MS = 31 * 86_400_000  # no question is held against an older one


def look_up_row(one: LookUp, hidden: Hidden, wrapped_key: bytes) -> tuple[str, str, int, str, bytes]:
    """The row of a look-up, wrapped as its entry is."""
    return (
        one.agency,
        _who(one.agency, one.member),
        one.at_ms,
        one.query_id,
        hidden.hide(canonical_bytes(one), wrapped_key),
    )


def _who(agency: str, member: str) -> str:
    """What a member's rows are found by: no name lies readable beside the time of a question."""
    return sha256(f"{agency}\n{member}".encode()).hexdigest()


def forget_look_ups(connection: Connection, new: Sequence[LookUp]) -> None:
    """Delete what is too old to be held against anything, of every member of the agencies that ask now."""
    for one in new:
        connection.execute("DELETE FROM look_up WHERE owner = ? AND at_ms < ?", (one.agency, one.at_ms - KEPT_MS))


class StoredApprovals:
    """`ports.Approvals` over a database."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def of(self, owner: str) -> tuple[Approval, ...]:
        return owned_of(self._readers, "approval", Approval, owner)

    def find(self, owner: str, query_id: str) -> Approval | None:
        return find_owned(self._readers, "approval", Approval, owner, query_id)


class StoredLookUps:
    """`ports.LookUps` over a database."""

    def __init__(self, readers: Readers, hidden: Hidden) -> None:
        self._readers, self._hidden = readers, hidden
        self._read = lru_cache(maxsize=KEPT_READ)(self._show)

    def _show(self, body: bytes) -> LookUp:
        """A row as it was handed in: rows never change, and those of a busy member are read again at each question."""
        return from_canonical(self._hidden.show(body), LookUp)

    def of(self, agency: str, member: str, since_ms: int, limit: int) -> tuple[LookUp, ...]:
        with self._readers.lend(agency) as connection:
            rows = connection.execute(
                "SELECT body FROM look_up WHERE owner = ? AND member = ? AND at_ms >= ? ORDER BY at_ms DESC LIMIT ?",
                (agency, _who(agency, member), since_ms, limit),
            ).fetchall()
        try:
            return tuple(self._read(bytes(body)) for (body,) in rows)
        except NounError as error:
            raise StoreError(
                f"a stored look-up cannot be read ({error}); restore the database from a copy"
            ) from error
