"""The network of a simulation: bytes between nodes, lost, late, doubled, out of order, altered, or not carried at all.

What happens to a message follows from seed, step, link and number of the message on it, so that threads that send at
once change nothing. What arrives too late, or twice, is delivered between two steps, in an order of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Lock

from comity.errors import (
    ClosedError,
    PeerTimeoutError,
    PeerUnreachableError,
    ProofError,
    RejectedMessageError,
    UnauthenticatedError,
)
from comity.model.peer_state import PeerState
from comity.sim.faults import Odds
from comity.sim.leaving import at_its_end, check_leaving, check_mailed, is_carried
from comity.sim.node import CrashedError, SimNode
from comity.sim.seen import Left, Mailed, Seen

QUICK_MS = 40  # most that an untroubled message is under way
SLOW_MS = 9_000  # most between two late ones: longer than any wait of a question here
MOST_WAITING = 64  # late messages kept; beyond it the oldest is lost, as in any queue

Meddle = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Late:
    """A message that arrives when nobody waits for its answer any more."""

    sender: str
    to: str
    message: bytes


@dataclass
class Network:
    """Links between nodes. `meddle` is what the hostile nodes make of their own answers."""

    seed: str
    odds: Odds
    seen: Seen
    nodes: dict[str, SimNode] = field(default_factory=dict)
    hostile: frozenset[str] = frozenset()
    meddle: Meddle | None = None
    parted: set[frozenset[str]] = field(default_factory=set)
    late: list[Late] = field(default_factory=list)
    step: int = 0
    slowest_ms: int = 0

    def __post_init__(self) -> None:
        self._sent: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()
        self._first = 0

    def begin(self, step: int) -> None:
        """A new step: messages are numbered anew, and what left in the last one lies in an order that no thread chose."""
        self.step, self.slowest_ms = step, 0
        self._sent.clear()
        left = self.seen.left
        left[self._first :] = sorted(left[self._first :], key=lambda one: (one.node, one.to, bool(one.asked)))
        self._first = len(left)

    def part(self, one: str, other: str) -> None:
        """No message passes between two nodes until `heal`."""
        self.parted.add(frozenset((one, other)))

    def heal(self) -> None:
        self.parted.clear()

    def send(self, sender: str, to: str, message: bytes, wait_ms: int) -> bytes:
        """Carry one message and its answer. Raises PeerError, or RejectedMessageError for what the door says."""
        if self.nodes[sender].dead:
            raise CrashedError(f"`{sender}` does not run")
        rng = self._drawn(sender, to)
        self._leaves(Left(sender, to, message, b"", self._clock(sender)))
        if frozenset((sender, to)) in self.parted or to not in self.nodes:
            self._count("parted")
            raise PeerUnreachableError(f"`{to}` could not be reached")
        if rng.random() < self.odds.lost_before:
            self._count("lost before")
            raise PeerTimeoutError(f"`{to}` did not answer in time")
        if rng.random() < self.odds.late:
            self._postpone(Late(sender, to, message), "late")
            raise PeerTimeoutError(f"`{to}` did not answer in time")
        if rng.random() < self.odds.doubled:
            self._postpone(Late(sender, to, message), "doubled")
        answer = self._arrive(sender, to, self._altered(rng, message), rng.randrange(QUICK_MS), wait_ms)
        if rng.random() < self.odds.lost_after:
            self._count("lost after")
            raise PeerTimeoutError(f"`{to}` did not answer in time")
        return self._altered(rng, answer)

    def post(self, sender: str, partner: str, name: str, document: bytes) -> None:
        """Hand an e-mail to a mail server. Raises PeerUnreachableError where it is gone, or breaks off after taking it."""
        if self.nodes[sender].dead:
            raise CrashedError(f"`{sender}` does not run")
        rng = self._drawn(sender, "mail")
        if rng.random() < self.odds.lost_before:
            self._count("mail lost before")
            raise PeerUnreachableError("the mail server could not be reached, or broke off")
        mailed = Mailed(sender, partner, name, document)
        with self._lock:
            found = check_mailed(self.nodes[sender].folder, mailed, self.seen)
            self.seen.mailed.append(mailed)
            self.seen.findings += found
        if rng.random() < self.odds.lost_after:
            self._count("mail lost after")
            raise PeerUnreachableError("the mail server could not be reached, or broke off")

    def carry(self, sender: str, to: str, message: bytes) -> bytes:
        """Carry a hostile node's message: it picks its own line, so nothing befalls it. Raises as `send` does."""
        return self._deliver(sender, to, message)

    def catch_up(self) -> None:
        """Deliver what is late, in an order of its own, time going on between; some stays for later still."""
        rng = Random(f"{self.seed}/late/{self.step}")
        waiting, self.late = sorted(self.late, key=lambda one: (one.sender, one.to)), []
        rng.shuffle(waiting)
        for one in waiting:
            if rng.random() < 0.4:
                self.late.append(one)
                continue
            self._count("delivered late")
            self.nodes[one.to].around.time.at_ms += rng.randrange(SLOW_MS)
            try:
                self._deliver(one.sender, one.to, one.message)
            except (PeerUnreachableError, PeerTimeoutError, RejectedMessageError):
                continue

    def _drawn(self, sender: str, to: str) -> Random:
        with self._lock:
            self._sent[sender, to] += 1
            number = self._sent[sender, to]
        return Random(f"{self.seed}/net/{self.step}/{sender}/{to}/{number}")

    def _arrive(self, sender: str, to: str, message: bytes, way_ms: int, wait_ms: int) -> bytes:
        """Deliver after some time on the way. Raises PeerTimeoutError where the answer comes too late."""
        with self.nodes[to].around.time.later(way_ms):
            answer = self._deliver(sender, to, message)
        with self._lock:
            self.slowest_ms = max(self.slowest_ms, way_ms)
        if way_ms > wait_ms:
            raise PeerTimeoutError(f"`{to}` did not answer in time")
        return answer

    def _deliver(self, sender: str, to: str, message: bytes) -> bytes:
        """What the node's door gives: its answer, or the sentence it turns the sender off with."""
        node = self.nodes[to]
        try:
            answer = node.answer(message)
        except UnauthenticatedError as error:
            self._count("unauthenticated")
            raise RejectedMessageError(str(error)) from error
        except CrashedError as error:
            raise PeerUnreachableError(f"`{to}` could not be reached") from error
        except ClosedError as error:
            self._count("closed")
            if node.dead:
                raise PeerUnreachableError(f"`{to}` could not be reached") from error
            raise RejectedMessageError("the node cannot answer now; ask again later") from error
        if to in self.hostile and self.meddle is not None:
            return self.meddle(answer)
        self._leaves(Left(to, sender, answer, message, self._clock(to)))
        return answer

    def _leaves(self, left: Left) -> None:
        """Bytes leave a node: what must be true at this very moment is looked at before anything else happens."""
        if left.node in self.hostile:
            return
        with self._lock:
            found = check_leaving(self.nodes[left.node].folder, left, self.seen)
            if not is_carried(left):
                self.seen.left.append(at_its_end(left))
            else:
                self.seen.counts["carried"] += 1
            self.seen.findings += found

    def _clock(self, node: str) -> int:
        return self.nodes[node].around.time.now_ms(node)

    def _altered(self, rng: Random, message: bytes) -> bytes:
        if rng.random() >= self.odds.altered:
            return message
        self._count("altered")
        bent = bytearray(message)
        bent[rng.randrange(len(bent))] ^= 1 << rng.randrange(8)
        return bytes(bent)

    def _postpone(self, late: Late, fault: str) -> None:
        with self._lock:
            self.seen.counts[fault] += 1
            self.late = [*self.late, late][-MOST_WAITING:]

    def _count(self, fault: str) -> None:
        with self._lock:
            self.seen.counts[fault] += 1


@dataclass(frozen=True, slots=True)
class NetworkPeers:
    """The `Peers` port of one node. The node's own questions to itself do not touch the network."""

    network: Network
    node: str

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        own = self.network.nodes[self.node]
        if node == self.node:
            return own.answer(message)
        wait_ms = max(1, deadline_ms - own.around.time.now_ms(self.node))
        return self.network.send(self.node, node, message, wait_ms)

    def states(self) -> tuple[PeerState, ...]:
        """Nothing: a simulated network has no breakers; every message is tried."""
        return ()


SIGNED = b"signed by "  # begins a receipt here; what is signed comes after the partner's name and a line feed


@dataclass(frozen=True, slots=True)
class NetworkMail:
    """The `Mail` port of one node. Cryptography is left to the tests of the real one."""

    network: Network
    node: str

    def post(self, partner: str, name: str, document: bytes) -> None:
        self.network.post(self.node, partner, name, document)

    def open_receipt(self, partner: str, signed: bytes) -> bytes:
        begun, _, content = signed.partition(b"\n")
        if begun != SIGNED + partner.encode():
            raise ProofError(f"`{partner}` did not sign this receipt")
        return content
