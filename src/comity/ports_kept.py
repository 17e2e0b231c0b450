"""Ports of what the log keeps and forgets, of feeds, transmissions and heads; `ports.py` gives them out with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.model.approval import Approval, LookUp
from comity.model.disclosure import MintedItem
from comity.model.feed import Copy, Feed, FeedItem, TakenFeed
from comity.model.finding import Finding
from comity.model.person_act import Appearance, PersonAct
from comity.model.petition import Petition
from comity.model.transmission import Suspension, Transmission


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


class Feeds(Protocol):
    """Feeds at either end, in the order of ids: what an owner brings others, and what was brought here."""

    def sent_by(self, owner: str) -> tuple[Feed, ...]: ...

    def taken_by(self, recipient: str) -> tuple[TakenFeed, ...]: ...

    def items_of(self, owner: str, feed: str, record_id: str) -> tuple[FeedItem, ...]: ...

    def changed(
        self, owner: str, feed: str, page: tuple[str, int], *, standing: bool
    ) -> tuple[tuple[str, int], ...]:
        """Records that changed since the feed looked at them, by id: (record id, count of changes).

        `page` is the id they follow, and how many at most; `standing` those alone of which something is at the recipient.
        """
        ...

    def copies(self, recipient: str, feed: str, after: str, limit: int) -> tuple[Copy, ...]:
        """What a feed brought, in the order of items, those after `after`, at most `limit`."""
        ...


class Transmissions(Protocol):
    """What an owner transmits abroad, by id, and what was said last of suspending a partner; written with its entries."""

    def of(self, owner: str) -> tuple[Transmission, ...]: ...
    def find(self, owner: str, name: str) -> Transmission | None: ...
    def suspension(self, owner: str, partner: str) -> Suspension | None: ...


class PersonHistory(Protocol):
    """What an owner's custodians said of which records are one person. Acts are written with their entries alone."""

    def count(self, owner: str) -> int:
        """The number of the owner's last act, 0 before the first."""
        ...

    def acts_on(self, owner: str, record_ids: Iterable[str]) -> tuple[PersonAct, ...]:
        """The acts that name any of these records, and the acts that undo one of them, in their order."""
        ...

    def page_of(self, owner: str, after: int, limit: int) -> tuple[PersonAct, ...]:
        """An owner's acts in their order, those behind number `after`, at most `limit`."""
        ...

    def find(self, owner: str, act_id: str) -> PersonAct | None: ...

    def members_of(self, owner: str, person: str) -> tuple[Appearance, ...]:
        """The appearances of a person of two or more, by its id; none for any other id."""
        ...


class Findings(Protocol):
    """An owner's findings of misuse, in the order of their ids; written with their entries."""

    def of(self, owner: str) -> tuple[Finding, ...]: ...
    def find(self, owner: str, name: str) -> Finding | None: ...


class Petitions(Protocol):
    """What was asked of an owner about its records, in the order of references; written with its entries."""

    def of(self, owner: str) -> tuple[Petition, ...]: ...
    def find(self, owner: str, reference: str) -> Petition | None: ...


class Approvals(Protocol):
    """Questions of an agency here that need a second person, in the order of their ids; written with their entries."""

    def of(self, owner: str) -> tuple[Approval, ...]: ...
    def find(self, owner: str, query_id: str) -> Approval | None: ...


class LookUps(Protocol):
    """What the members of an agency here asked lately; written with the entries of the asking."""

    def of(self, agency: str, member: str, since_ms: int, limit: int) -> tuple[LookUp, ...]:
        """A member's, since a time (UTC milliseconds), the newest first, at most `limit`. Raises KeyUnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A checkpoint that is kept: its number of entries, and the note with every signature it counts by."""

    size: int
    note: str


class Heads(Protocol):
    """Checkpoints that witnesses vouch for: of other logs by this node, and of its own by a quorum of others."""

    def cosigned(self, origin: str) -> KeptHead | None:
        """The newest checkpoint of another log that this node cosigned."""
        ...

    def all_cosigned(self) -> tuple[tuple[str, KeptHead], ...]:
        """Every log this node cosigned, by origin."""
        ...

    def cosign(self, origin: str, old: KeptHead | None, new: KeptHead) -> bool:
        """Put `new` in the place of `old` (None: where there is none), durably, in one step with the look at `old`.

        False, and nothing changed, where something else stands there.
        """
        ...

    def witnessed(self) -> KeptHead:
        """The newest checkpoint of the own log that a quorum cosigned; of size 0 and empty before the first."""
        ...

    def keep_witnessed(self, head: KeptHead) -> None:
        """Keep a checkpoint that a quorum cosigned, durably, unless a larger one is kept; then publish it."""
        ...

    def forgotten(self) -> str:
        """The witness key under which heads were cosigned that this node may not know any more; empty where there is none."""
        ...

    def forget(self, key: str) -> None:
        """Keep durably that heads cosigned under a witness key may be missing here: nothing is cosigned under it again."""
        ...


class Mail(Protocol):
    """E-mail to foreign partners: signed with this node's mail certificate, encrypted to the partner's. Keys stay inside."""

    def post(self, partner: str, name: str, document: bytes) -> None:
        """Hand a document to the mail server, under a name that stays the same however often it is posted.

        Raises PeerUnreachableError, also for a partner without an address here, PeerUntrustedError or SettingsError.
        """
        ...

    def open_receipt(self, partner: str, signed: bytes) -> bytes:
        """What a partner signed, by the certificate that is kept of it. Raises ProofError."""
        ...
