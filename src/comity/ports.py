"""The door: the full list of side effects. A function without `world` has none.

Every port is a contract. Implementations live in `store` and `node`; simulations bring their own.
All times are UTC milliseconds; all ports may raise `ClosedError` (trouble closes the door).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from comity.model.agency import Directory
from comity.model.codes import DataClass
from comity.model.disclosure import MintedItem, StoredDuty, Unit
from comity.model.law_text import LawText
from comity.model.record import Record

T = TypeVar("T")


class Clock(Protocol):
    """Time. Read once at the start of a verb."""

    def now_ms(self) -> int:
        """UTC milliseconds. Raises ClockError when the clock ran backwards by more than a second."""
        ...

    def sleep_until_ms(self, at_ms: int) -> None:
        """Return at or after `at_ms`."""
        ...


class Randomness(Protocol):
    """Unpredictable bytes: ids, nonces, commitment keys."""

    def take(self, count: int) -> bytes: ...


class Keys(Protocol):
    """Signing keys of this node. Private keys never leave the port. Raises KeyUnavailableError."""

    def sign_message(self, payload: bytes) -> bytes:
        """64-byte Ed25519 signature with the node's message key."""
        ...

    def sign_log(self, payload: bytes) -> bytes:
        """64-byte Ed25519 signature with the node's log key."""
        ...

    def log_key(self) -> str:
        """The log's verifier key, as a C2SP signed-note vkey `name+hash+base64`."""
        ...

    def wrap(self, key: bytes) -> bytes:
        """Wrap a 32-byte commitment key under the current monthly key, which lives outside the database."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """Undo `wrap`. Raises KeyUnavailableError when the month's key is gone."""
        ...


class Laws(Protocol):
    """Law texts an owner signed and activated, and agreements in force. Raises LawUnavailableError."""

    def texts_of(self, owner: str) -> tuple[LawText, ...]:
        """Packs, policy and agreements active for an owner now; every hash and signature was checked."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up by keys found: `(record, person key)` pairs, `overflow` true when the work limit was reached."""

    people: tuple[tuple[Record, str], ...]
    overflow: bool = False


class Records(Protocol):
    """The owners' records. Reached only by passing the law: `node` wires this port, nothing else imports a store."""

    def find(self, owner: str, keys: Sequence[int], classes: Sequence[DataClass], limit: int) -> Found:
        """People of an owner that share a lookup key (64-bit, `match.keys`), best shared first, at most `limit`."""
        ...

    def get(self, owner: str, record_id: str) -> Record | None: ...


class LogState(Protocol):
    """One open write transaction as the ledger sees it. Only `ledger.append` calls these."""

    def tree(self) -> tuple[int, tuple[bytes, ...]]:
        """Size of the log and the hashes of the full subtrees on its right edge, largest first."""
        ...

    def add_hashes(self, hashes: Mapping[tuple[int, int], bytes]) -> None:
        """Store new complete subtree hashes, keyed by (level, index) with level 0 the leaves."""
        ...

    def add_entry(self, index: int, entry: bytes, unit: Unit, wrapped_keys: tuple[bytes, bytes]) -> None:
        """Store one entry and all it commits: content, record, duties, nonce, stored answer, minted items."""
        ...

    def set_checkpoint(self, size: int, edge: tuple[bytes, ...], note: str) -> None:
        """Store the new size, right edge and signed checkpoint."""
        ...


class Journal(Protocol):
    """The log's rows and the transactions that write them. One writer; a failed transaction changes nothing."""

    def write(self, step: Callable[[LogState], T]) -> T:
        """Run `step` inside the single writer's transaction and commit durably before returning its result."""
        ...

    def hash_at(self, level: int, index: int) -> bytes:
        """Hash of the complete subtree `index` of 2**level leaves. Raises LedgerError when it is not there."""
        ...

    def checkpoint(self) -> str:
        """The newest committed checkpoint note; empty before the first entry."""
        ...

    def entry(self, index: int) -> bytes: ...

    def find_nonce(self, sender: str, nonce: str) -> bool: ...

    def find_answer(self, asker: str, query_id: str, step_key: str) -> tuple[str, bytes, int] | None:
        """The stored answer to a question: (body hash, content bytes, entry index)."""
        ...

    def content_key(self, index: int) -> bytes:
        """The wrapped key that opens entry `index`'s content commitment."""
        ...

    def find_item(self, item_id: str) -> MintedItem | None: ...

    def duties(self, owner: str) -> tuple[StoredDuty, ...]: ...

    def count_unauthenticated(self, reason: str) -> None:
        """Add one to the counter of messages nobody vouched for. Never an entry."""
        ...


class Peers(Protocol):
    """Other nodes. Raises PeerUnreachableError or PeerTimeoutError."""

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class World:
    """Everything a verb may touch."""

    node: str
    clock: Clock
    randomness: Randomness
    keys: Keys
    directory: Callable[[], Directory]
    laws: Laws
    records: Records
    journal: Journal
    peers: Peers
