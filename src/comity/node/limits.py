"""How much one sender may ask of the public door: a bucket of tokens for each node, and for each unknown address.

A node is known by its signature. An address counts only for what nobody vouches for, so that whoever shares an address
with a node cannot use up its share.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

BURST_S = 2.0  # a fan-out of many members at the turn of a shift comes at once; then the steady pace holds
STRANGER_PER_SECOND = 1.0  # a mistaken set-up shows itself in a few messages; more tells nobody anything new
STRANGER_BURST = 20.0  # some tries by hand, before the door stops explaining
BROKER_SHARES = (
    8  # so that one asker who floods a broker takes an eighth of it; a broker that floods is one for itself
)
MOST_CARRIED = (
    12  # of the 16 threads of a door (`node/serve.py`): the others are for what this node itself is asked
)
MOST_CARRIED_EACH = 4  # so that one sender whose addressees are slow leaves room for two more
WITNESS_PER_SECOND = 2.0  # a log asks every five seconds, twice at most; some nodes may share an address
WITNESS_BURST = 60.0  # a dozen logs of one address that were all away and come back together
MOST_KEPT = 10_000  # senders remembered, about 2 MB; an address forgotten early begins with a full bucket


class Buckets:
    """Tokens by sender: `take` says whether there was one. Filled with time, never above the burst."""

    def __init__(self, per_second: float, burst: float, most: int = MOST_KEPT) -> None:
        self._pace, self._burst, self._most = per_second / 1000, burst, most
        self._left: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def take(self, sender: str, now_ms: int) -> bool:
        """Whether this sender may do one thing more now (UTC milliseconds)."""
        with self._lock:
            left, since = self._left.pop(sender, (self._burst, now_ms))
            left = min(self._burst, left + max(0, now_ms - since) * self._pace)
            allowed = left >= 1
            self._left[sender] = (left - 1 if allowed else left, now_ms)
            while len(self._left) > self._most:
                self._left.popitem(last=False)
        return allowed


class Places:
    """How many things of one sender, and of all together, may be under way at once."""

    def __init__(self, each: int, together: int) -> None:
        self._each, self._together = each, together
        self._held: dict[str, int] = {}
        self._lock = Lock()

    def enter(self, sender: str) -> bool:
        """Whether there was a place; it is held until `leave`."""
        with self._lock:
            mine = self._held.get(sender, 0)
            if mine >= self._each or sum(self._held.values()) >= self._together:
                return False
            self._held[sender] = mine + 1
        return True

    def leave(self, sender: str) -> None:
        with self._lock:
            self._held[sender] -= 1
            if not self._held[sender]:
                del self._held[sender]


def broker_buckets(per_second: int) -> Buckets:
    """The request limit of brokers, each of whose senders has one node's share of its own behind it."""
    return Buckets(per_second * BROKER_SHARES, per_second * BROKER_SHARES * BURST_S)


def carrying_places() -> Places:
    """Messages that are carried on at once: each waits in a thread of the door for somebody else's reply."""
    return Places(MOST_CARRIED_EACH, MOST_CARRIED)


def node_buckets(per_second: int) -> Buckets:
    """The request limit of listed nodes."""
    return Buckets(per_second, per_second * BURST_S)


def stranger_buckets() -> Buckets:
    """The limit of explanations to addresses nobody vouches for."""
    return Buckets(STRANGER_PER_SECOND, STRANGER_BURST)


def witness_buckets() -> Buckets:
    """The limit of checkpoints brought to this node as a witness: each costs a look, a signature and a durable row."""
    return Buckets(WITNESS_PER_SECOND, WITNESS_BURST)
