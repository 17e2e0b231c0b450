"""What anybody outside ever saw: entries that were acknowledged, checkpoints, bytes that left a node, what askers hold.

The checkers compare it with what the databases say. It is written at the ports, where the promise is made, and never
read by what is tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from comity.model.disclosure import Unit
from comity.model.outcome import Outcome, SourceResult
from comity.ports import Growth, Journal, LogState, Pending, Sealed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Left:
    """Bytes that left a node: the answer to `asked`, or a question, where `asked` is empty.

    `at_ms` is the node's own clock at that moment.
    """

    node: str
    to: str
    raw: bytes
    asked: bytes
    at_ms: int


@dataclass(frozen=True, slots=True)
class Mailed:
    """An e-mail that left a node: to which partner, under which name, with which document."""

    node: str
    partner: str
    name: str
    document: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the directory that its quorum signed: its number, its hash, and the ids that it suspends."""

    number: int
    hash: str
    cut: frozenset[str]


@dataclass
class Seen:
    """Everything seen in one run.

    `ways` are the nodes behind a broker with its name; `versions` what the directory's quorum signed; `listed` how many
    versions each node had adopted, and been brought, when it was last looked at.
    """

    entries: dict[str, dict[int, bytes]] = field(default_factory=dict)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    mailed: list[Mailed] = field(default_factory=list)
    nonces: set[tuple[str, str, str]] = field(default_factory=set)
    outcomes: list[Outcome] = field(default_factory=list)
    details: list[tuple[str, str, SourceResult]] = field(default_factory=list)
    forged: set[str] = field(default_factory=set)
    duties_done: list[tuple[str, str]] = field(default_factory=list)
    loaded: list[tuple[str, str]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    withdrawn: list[tuple[str, str]] = field(default_factory=list)
    ways: dict[str, str] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    listed: dict[str, tuple[int, int]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    guarded: bool = False  # whether a witness must vouch for what leaves
    lock: Lock = field(default_factory=Lock)

    def acknowledge(self, node: str, index: int, entry: bytes, note: str) -> None:
        """A write returned: whoever waited goes on in the belief that the entry is there for ever."""
        with self.lock:
            held = self.entries.setdefault(node, {})
            if held.setdefault(index, entry) != entry:
                self.findings.append(f"{node} gave the index {index} twice")
            self.notes.setdefault(node, {})[note] = None


class SeenJournal:
    """A journal whose acknowledged writes are remembered; everything else is the real one's."""

    def __init__(self, held: Journal, node: str, seen: Seen, fault: Callable[[str], None]) -> None:
        self._held, self._node, self._seen, self._fault = held, node, seen, fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def write(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> T:
        """See `ports.Journal.write`."""
        return self.start(step, seal).result()

    def start(self, step: Callable[[LogState], T], seal: Callable[[Growth], Sealed]) -> Pending[T]:
        """See `ports.Journal.start`."""
        staged: list[tuple[int, bytes]] = []

        def watched(state: LogState) -> T:
            staged.clear()  # a step may run twice; the second run counts
            return step(_Watched(state, staged))

        self._fault("before-entry")  # what the verb did until now is done, and nothing says so
        return _SeenPending(self._held.start(watched, seal), lambda: self._acknowledge(staged))

    def _acknowledge(self, staged: list[tuple[int, bytes]]) -> None:
        for index, entry in staged:
            self._seen.acknowledge(self._node, index, entry, self._held.checkpoint())
        self._fault("after-entry")  # the entry is there, and what it lets out has not left


class _SeenPending(Generic[T]):
    """A pending step that notes what was acknowledged when somebody hears of it."""

    def __init__(self, held: Pending[T], acknowledge: Callable[[], None]) -> None:
        self._held, self._acknowledge = held, acknowledge

    def result(self) -> T:
        result = self._held.result()
        self._acknowledge()
        return result

    def __await__(self) -> Generator[Any, None, T]:
        result = yield from self._held.__await__()
        self._acknowledge()
        return result


class _Watched:
    """`LogState` that notes what is appended."""

    def __init__(self, held: LogState, staged: list[tuple[int, bytes]]) -> None:
        self._held, self._staged = held, staged

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def append(self, entry: bytes, unit: Unit, wrapped_keys: tuple[bytes, bytes]) -> int:
        index = self._held.append(entry, unit, wrapped_keys)
        self._staged.append((index, entry))
        return index


def watched_journal(held: Journal, node: str, seen: Seen, fault: Callable[[str], None]) -> Journal:
    """The journal as a world of the simulation has it; `fault` is called before and after each write."""
    return cast(Journal, SeenJournal(held, node, seen, fault))
