"""The ports by which the log keeps what it keeps, and forgets it. Part of the list in `ports.py`, which gives them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.model.disclosure import MintedItem


class Wrapping(Protocol):
    """The keys under which a node's log keeps what it keeps: one a month, and those of what a pruning kept.

    They live outside the database and its backups. Raises KeyUnavailableError.
    """

    def wrap_under(self, name: str, part: bytes) -> bytes:
        """Wrap under the key of a name, which is there already."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes: ...

    def name_of(self, wrapped: bytes) -> str:
        """The name of the key something lies under: `2026-11` for a month's, `k000001` for one of what was kept."""
        ...

    def names(self) -> tuple[str, ...]:
        """Every key that is there, in the order of names."""
        ...

    def newest_kept(self) -> str:
        """The newest key of what a pruning kept. Raises KeyUnavailableError where there is none."""
        ...

    def make_kept(self) -> str:
        """Make a key for what a pruning keeps, durably; its name."""
        ...

    def destroy(self, name: str) -> None:
        """Destroy a key for good. One that is gone already is gone."""
        ...


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry, and the name of the wrapping key that what it keeps lies under, empty where nothing is kept.

    `query_id` is the question it asks or answers, empty where none.
    """

    index: int
    entry: bytes
    key: str
    query_id: str


class Keeping(Protocol):
    """What entries keep beside their proof, under which keys, and its end."""

    def entries(self, after: int, limit: int) -> tuple[KeptEntry, ...]:
        """Entries behind number `after`, in their order, at most `limit`."""
        ...

    def keep_under(self, name: str, indexes: Sequence[int], items: Sequence[str]) -> None:
        """Wrap everything these entries keep, and the ids of their items, under another key, durably, all or nothing."""
        ...

    def destroyed_keys(self) -> tuple[str, ...]:
        """Keys that an entry says are destroyed (`Unit.destroys`), until `end_destruction`."""
        ...

    def erase_under(self, names: Sequence[str], kept: str, trim: Callable[[MintedItem], MintedItem]) -> None:
        """Erase what entries keep under these keys, durably, a part at a time; doing it again adds nothing.

        What their item ids stand for is trimmed and lies under the key `kept` from then on.
        """
        ...

    def end_destruction(self, names: Sequence[str]) -> None:
        """These keys are gone, and nothing lies under them any more."""
        ...
