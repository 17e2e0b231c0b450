"""The door: the full list of side effects. A function without `world` has none.

Every port is a contract. Implementations live in `store` and `node`; simulations bring their own.
All times are UTC milliseconds; all ports may raise `ClosedError` (trouble closes the door).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from comity.model.agency import Directory
from comity.model.codes import DataClass
from comity.model.delivery import OpenQuestion, StoredDelivery
from comity.model.disclosure import MintedItem, StoredDuty, Unit
from comity.model.feed import FeedChange
from comity.model.held import Ruling
from comity.model.index_state import IndexState
from comity.model.law_text import LawText, OwnerLaw
from comity.model.notice import NoticeFlow
from comity.model.peer_state import PeerState
from comity.model.record import Record
from comity.model.standing import Standing
from comity.model.weights import Weights
from comity.model.weights_shown import WeightsInForce
from comity.model.witness import WitnessPolicy, WitnessRound
from comity.ports_kept import Approvals as Approvals
from comity.ports_kept import Feeds as Feeds
from comity.ports_kept import Findings as Findings
from comity.ports_kept import Heads as Heads
from comity.ports_kept import Keeping as Keeping
from comity.ports_kept import KeptEntry as KeptEntry
from comity.ports_kept import KeptHead as KeptHead
from comity.ports_kept import LookUps as LookUps
from comity.ports_kept import Mail as Mail
from comity.ports_kept import PersonHistory as PersonHistory
from comity.ports_kept import Petitions as Petitions
from comity.ports_kept import Transmissions as Transmissions
from comity.ports_kept import Wrapping as Wrapping

if TYPE_CHECKING:  # so that who verifies a log needs nothing of the matching
    from comity.match.compare import Question, Scale

T = TypeVar("T")
Given = TypeVar("Given", covariant=True)


class Clock(Protocol):
    """Time. Read once at the start of a verb."""

    def now_ms(self) -> int:
        """UTC milliseconds. Raises ClockError when the clock ran backwards by more than a second."""
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

    def sign_witness(self, payload: bytes) -> bytes:
        """64-byte Ed25519 signature with the key by which the node cosigns other logs, and signs nothing else."""
        ...

    def witness_key(self) -> str:
        """The verifier key of the node's cosignatures, as a C2SP vkey of type 4."""
        ...

    def wrap(self, key: bytes) -> bytes:
        """Wrap a 32-byte commitment key under the current monthly key, which lives outside the database."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """Undo `wrap`. Raises KeyUnavailableError when the month's key is gone."""
        ...


class Laws(Protocol):
    """Law texts an owner signed and activated, and agreements in force. Raises LawUnavailableError."""

    def law_of(self, owner: str) -> OwnerLaw:
        """Everything active for an owner now, of one list; every hash was checked, signatures are for the caller."""
        ...

    def texts_of(self, owner: str) -> tuple[LawText, ...]:
        """The packs, policy and agreements among it."""
        ...


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a look-up found, best first: numbers that `Records.people` reads, and what each weighs (millinats).

    `overflow` is true when the work limit was reached, so that somebody may be missing.
    """

    numbers: tuple[int, ...]
    weights: tuple[int, ...]
    overflow: bool = False


class Records(Protocol):
    """The owners' records, reached only by passing the law: `node` wires this port, nothing else imports `store`."""

    def find(
        self,
        owner: str,
        question: Question,
        classes: Sequence[DataClass],
        limit: int,
        scale: Scale,
    ) -> LookedUp:
        """People of an owner whom a question may mean, in records of these classes. It holds only what may be matched on.

        `scale` puts them in order. Whoever compares them goes on with it: it knows the question's words by then.
        """
        ...

    def people(self, owner: str, numbers: Sequence[int]) -> tuple[tuple[Record, str], ...]:
        """`(record, person key)` of people found, in order; whoever was removed since is left out."""
        ...

    def get(self, owner: str, record_id: str) -> Record | None: ...

    def ids_of(self, owner: str, reference: str, limit: int) -> tuple[str, ...]:
        """The ids of an owner's records under the owner's own reference, at most `limit`, in their order."""
        ...

    def load(self, records: Iterable[Record]) -> int:
        """Store records, found at once, all or none; how many. Raises WrongUseError for one that is there already."""
        ...

    def correct(self, records: Iterable[Record]) -> int:
        """Put records in the place of stored ones, all or none; how many. Raises WrongUseError for one that is not there."""
        ...

    def newest(self) -> int:
        """A number that nobody who came to any file until now is above, and everybody who comes later is."""
        ...

    def came_after(self, owner: str, number: int, limit: int) -> tuple[tuple[int, Record, str], ...]:
        """The people of an owner whose record came or changed since a number, by their own numbers, at most `limit`."""
        ...

    def finish_removal(self, owner: str) -> None:
        """Take who was removed out of everything that finds people; nobody finds them before this either.

        When it returns nothing of them is left on the disk but in the system's own copies. Raises StoreError.
        """
        ...

    def check_index(self, owner: str, told: Callable[[str], None]) -> IndexState:
        """Read an owner's whole index and compare it with one made from the records now; `told` hears how far it is."""
        ...

    def rebuild_index(self, owner: str, told: Callable[[str], None]) -> IndexState:
        """Make an owner's index anew from the records, and check it; `told` hears how far it is."""
        ...

    def page_of(self, owner: str, after: str, limit: int) -> tuple[Record, ...]:
        """An owner's records in the order of their ids, those after the id `after`, at most `limit`."""
        ...


@dataclass(frozen=True, slots=True)
class Growth:
    """A transaction about to be sealed: the log before it and the entries it adds, in order.

    `edge` are the complete subtrees on the right edge of the `size` entries, largest first.
    """

    size: int
    edge: tuple[bytes, ...]
    entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """The log after a transaction: new right edge, new complete subtree hashes, signed checkpoint note.

    `runs[level]` is (index of the first new subtree of 2**level leaves, their 32-byte hashes joined).
    """

    edge: tuple[bytes, ...]
    runs: tuple[tuple[int, bytes], ...]
    note: str


class LogState(Protocol):
    """One open write transaction as a step sees it. Only `ledger.append` calls this."""

    def append(self, entry: bytes, unit: Unit, wrapped_keys: tuple[bytes, bytes]) -> int:
        """Take one entry and all it commits (content, record, duties, nonce, stored answer, items); its index."""
        ...


class Pending(Protocol[Given]):
    """What a step of the log gives, once its transaction is durable and never before."""

    def result(self) -> Given:
        """Wait in this thread. Raises what `Journal.write` raises."""
        ...

    def __await__(self) -> Generator[Any, None, Given]:
        """Wait on the running event loop. Who is cancelled stops waiting; the step goes on and may be committed."""
        ...


class Journal(Protocol):
    """The log's rows and the transactions that write them. One writer; a failed transaction changes nothing.

    Steps of several threads may share one transaction, with one checkpoint at its end; a step that fails changes
    nothing and fails alone. A step may run twice (the second run counts), so it depends on nothing but its state.
    """

    @property
    def persons(self) -> PersonHistory: ...

    @property
    def heads(self) -> Heads: ...

    @property
    def keeping(self) -> Keeping: ...

    @property
    def feeds(self) -> Feeds: ...

    @property
    def transmissions(self) -> Transmissions: ...

    @property
    def findings(self) -> Findings: ...

    @property
    def petitions(self) -> Petitions: ...

    @property
    def approvals(self) -> Approvals: ...

    @property
    def look_ups(self) -> LookUps: ...

    def write(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> T:
        """Run `step` in a transaction, close it with `seal`, commit durably, then return the step's result.

        Raises what the step or the seal raised; RejectedMessageError for a nonce or question already entered;
        StoreError when the transaction failed: after a failed commit the journal refuses until a restart.
        """
        ...

    def start(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> Pending[T]:
        """`write` without waiting. Raises StoreError when the journal refuses, or when too much waits already."""
        ...

    def hash_at(self, level: int, index: int) -> bytes:
        """Hash of the complete subtree `index` of 2**level leaves. Raises LedgerError when it is not there."""
        ...

    def checkpoint(self) -> str:
        """The newest committed checkpoint note; empty before the first entry."""
        ...

    def path(self, index: int) -> tuple[str, tuple[bytes, ...]]:
        """The newest checkpoint note and the audit path of entry `index` to its root, the entry's sibling first.

        Raises LedgerError when the entry is not there.
        """
        ...

    def size(self) -> int:
        """Number of committed entries."""
        ...

    def check_writable(self) -> None:
        """Raises StoreError, with the remedy, where nothing is written any more. Tries nothing itself."""
        ...

    def entry(self, index: int) -> bytes: ...

    def entries(self, first: int, limit: int) -> tuple[bytes, ...]:
        """The entries from `first` on, at most `limit`, in their order; none behind the newest."""
        ...

    def content(self, index: int) -> bytes | None:
        """The outward bytes entry `index` commits to; None when they were purged."""
        ...

    def record(self, index: int) -> bytes | None:
        """The disclosure record of entry `index`; None when it was purged."""
        ...

    def record_key(self, index: int) -> bytes | None:
        """The wrapped key that opens entry `index`'s record commitment; None when it was forgotten."""

    def sealed(self, index: int) -> bytes | None:
        """What only the owner's desk may read of entry `index`; None when there is nothing."""
        ...

    def find_nonce(self, sender: str, nonce: str) -> bool: ...

    def find_answer(self, asker: str, query_id: str, step_key: str) -> tuple[str, bytes, int] | None:
        """The stored answer to a question: (body hash, content bytes, entry index); no bytes where they were forgotten.

        The body hash is `RECALLED_BODY` where the answer may not be sent again.
        """
        ...

    def answers_to(self, asker: str, query_id: str) -> tuple[tuple[str, int, bytes], ...]:
        """Everything kept of one question: (step key, entry index, content bytes), oldest first."""
        ...

    def items_of(self, owner: str, record_id: str) -> tuple[tuple[MintedItem, int], ...]:
        """Every item that was minted for a record, newest first, with the entry that showed it: who was ever shown it.

        The entry is -1 for an item of before this was kept.
        """
        ...

    def rulings(self, owner: str, query_id: str) -> tuple[Ruling, ...]:
        """What people of an owner decided of the holds on one question."""
        ...

    def due_deliveries(self, now_ms: int, limit: int) -> tuple[StoredDelivery, ...]:
        """What is to be sent by now, at most `limit`, the longest due first, of every owner at this node."""
        ...

    def deliveries(self, owner: str) -> tuple[StoredDelivery, ...]:
        """Everything an agency here brought to others or was brought, in the order of ids."""
        ...

    def find_delivery(self, owner: str, delivery_id: str, *, incoming: bool) -> StoredDelivery | None: ...

    def open_questions(self, now_ms: int, limit: int) -> tuple[OpenQuestion, ...]:
        """Questions to put again by now to those who have not answered, at most `limit`, the longest due first."""
        ...

    def ask_later(self, question: OpenQuestion) -> None:
        """Keep a question open as it stands, without an entry: nobody answered, and it is put again."""
        ...

    def put_off(self, delivery: StoredDelivery) -> None:
        """Replace a delivery by its next change, without an entry: it did not arrive and is tried again.

        Raises DeliveryChangedError when somebody changed it meanwhile.
        """
        ...

    def note_feed(self, change: FeedChange) -> None:
        """Change a feed without an entry: what was looked at and leads to nothing that leaves."""

    def standing_now(self, *, incoming: bool) -> tuple[Standing, ...]:
        """The questions that stand, of every agency at this node: those put here (`incoming`), or those asked here."""
        ...

    def standing_of(self, agency: str) -> tuple[Standing, ...]:
        """Every question of an agency here that stands or stood, on either side."""
        ...

    def find_standing(self, agency: str, query_id: str, *, incoming: bool) -> Standing | None: ...

    def mark_standing(self, looked: Sequence[Standing | NoticeFlow]) -> None:
        """Replace what stands by its next change, all or none, without an entry: looked at. Raises StandingChangedError."""
        ...

    def notice_flows(self, owner: str) -> tuple[NoticeFlow, ...]:
        """Of which events an owner gives notice to whom, those that ended too."""
        ...

    def content_key(self, index: int) -> bytes:
        """The wrapped key that opens entry `index`'s content commitment."""
        ...

    def find_item(self, item_id: str) -> MintedItem | None: ...

    def duties(self, owner: str) -> tuple[StoredDuty, ...]:
        """Every duty of an owner, in the order they were raised."""
        ...

    def find_duty(self, owner: str, duty_id: str) -> StoredDuty | None: ...

    def waiting_duties(self, owner: str, event: str) -> tuple[StoredDuty, ...]:
        """The duties of an owner whose clock waits for an event, in the order they were raised."""
        ...

    def periodic_duties(self, owner: str) -> tuple[StoredDuty, ...]:
        """The duties of an owner that are for a week, month, quarter or year, in the order they were raised."""
        ...

    def count_unauthenticated(self, reason: str) -> None:
        """Add one to the counter of messages nobody vouched for. Never an entry."""
        ...

    def unauthenticated(self) -> Mapping[str, int]:
        """How many messages nobody vouched for, by reason."""
        ...


class OwnWeights(Protocol):
    """The versions of the weights that owners have in force."""

    def of(self, owner: str) -> Weights:
        """The version in force, the shipped one where the owner never chose.

        Raises WeightsUnavailableError where the chosen one is missing, damaged or of another format.
        """
        ...

    def chosen(self, owner: str) -> WeightsInForce | None:
        """What the owner chose last; None where it never chose."""
        ...

    def choose(self, owner: str, chosen: WeightsInForce) -> None:
        """Let a version count from the next question on, durably; its entry is in the log already."""
        ...


class Peers(Protocol):
    """Other nodes. Raises PeerUnreachableError, PeerUntrustedError or PeerTimeoutError."""

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes: ...

    def states(self) -> tuple[PeerState, ...]:
        """Every other node, as it was last reached; none where nothing is remembered of them."""
        ...


class Directories(Protocol):
    """The directory in force at this node."""

    def __call__(self, before: int | None = None) -> Directory:
        """The newest version adopted; with `before`, the one that was in force when that entry of the log was made."""
        ...


class Witnesses(Protocol):
    """The witnesses of this node's log, as its administrator's policy names them."""

    @property
    def policy(self) -> WitnessPolicy:
        """Whose word the log needs."""
        ...

    def call(self, url: str, content: bytes | None) -> tuple[int, bytes]:
        """Post content to a witness, or get what is there for None; status and body, within the port's own time.

        Raises PeerUnreachableError or PeerTimeoutError.
        """
        ...

    def told(self) -> WitnessRound | None:
        """What came of asking them last, in this process."""
        ...

    def tell(self, told: WitnessRound) -> None:
        """Keep what came of asking them."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """Everything a verb may touch. `witnesses` is None where the administrator names none, `mail` where no mail is set up.

    `wrapping` is None where what the log keeps lies under no keys that could be destroyed by the month.
    """

    node: str
    clock: Clock
    randomness: Randomness
    keys: Keys
    directory: Directories
    laws: Laws
    records: Records
    journal: Journal
    peers: Peers
    weights: OwnWeights
    witnesses: Witnesses | None = None
    wrapping: Wrapping | None = None
    mail: Mail | None = None
