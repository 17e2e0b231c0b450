"""What a node counts of itself, in OpenMetrics text (OpenMetrics 1.0), for its own administrator.

Nothing here tells of a person, or whether anybody is in a file: messages are counted by what their senders were told in
the open, never by what an answer said. Written here because the whole format is some lines, and a library would keep
one global registry for every node of a process.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from comity.model.feed import FeedLag
from comity.model.peer_state import BreakerState, PeerState

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
# Seconds. A disk with a battery takes one, a laptop's ten; above two the waiting members see it.
COMMIT_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Outcome(StrEnum):
    """What became of a message, as far as its sender was told in the open."""

    SEALED = "sealed"  # a sealed reply, whatever it says
    UNAUTHENTICATED = "unauthenticated"
    ENTERED = "entered"  # signed by a listed node and not acceptable: an entry, and a sentence
    LIMITED = "limited"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read off the node at the moment of asking, beside what was counted."""

    entries: int
    unauthenticated: Mapping[str, int]
    peers: tuple[PeerState, ...]
    ready: bool
    nonces: int = 0
    certificate_ends_s: int = 0
    feeds: tuple[FeedLag, ...] = ()
    stamped_s: int = 0


class Metrics:
    """Counters of one node. Safe to share between threads."""

    def __init__(self) -> None:
        self._messages: Counter[Outcome] = Counter()
        self._connections: Counter[str] = Counter()
        self._commits = [0] * (len(COMMIT_BOUNDS) + 1)
        self._commit_seconds = 0.0
        self._lock = Lock()

    def message(self, outcome: Outcome) -> None:
        with self._lock:
            self._messages[outcome] += 1

    def connection_refused(self, reason: str) -> None:
        """Count a connection that was not let in; `reason` is one of our own sentences."""
        with self._lock:
            self._connections[reason] += 1

    def commit(self, seconds: float) -> None:
        """Count one wait for a commit."""
        with self._lock:
            self._commits[bisect_left(COMMIT_BOUNDS, seconds)] += 1
            self._commit_seconds += seconds

    def text(self, reading: Reading) -> str:
        """Everything, in the order of this function."""
        with self._lock:
            messages, connections = Counter(self._messages), Counter(self._connections)
            commits, seconds = list(self._commits), self._commit_seconds
        lines = [
            *_family(
                "comity_messages", "counter", "Messages at the public door, by what their senders were told."
            ),
            *(_sample("comity_messages_total", messages[one], outcome=one) for one in Outcome),
            *_family("comity_unauthenticated", "counter", "Messages nobody vouched for, since the node was made."),
            *(
                _sample("comity_unauthenticated_total", number, reason=reason)
                for reason, number in sorted(reading.unauthenticated.items())
            ),
            *_family(
                "comity_connections_refused", "counter", "Connections at the public door that were not let in."
            ),
            *(
                _sample("comity_connections_refused_total", number, reason=reason)
                for reason, number in sorted(connections.items())
            ),
            *_family("comity_log_entries", "gauge", "Entries in the disclosure log."),
            _sample("comity_log_entries", reading.entries),
            *_family("comity_commit_seconds", "histogram", "Waits for a commit of the log.", unit="seconds"),
            *_histogram(commits, seconds),
            *_family("comity_peer_breaker", "stateset", "Whether another node is asked."),
            *(
                _sample(
                    "comity_peer_breaker", int(peer.breaker is state), peer=peer.node, comity_peer_breaker=state
                )
                for peer in reading.peers
                for state in BreakerState
            ),
            *_family("comity_peer_failures", "counter", "Times another node was not reached, since the start."),
            *(_sample("comity_peer_failures_total", peer.failures, peer=peer.node) for peer in reading.peers),
            *_family("comity_remembered_nonces", "gauge", "Nonces of requests that could still be replayed."),
            _sample("comity_remembered_nonces", reading.nonces),
            *_family(
                "comity_certificate_end_seconds", "gauge", "When the node's certificate ends.", unit="seconds"
            ),
            _sample("comity_certificate_end_seconds", reading.certificate_ends_s),
            *_family(
                "comity_feed_lag_seconds", "gauge", "Age of the state a feed's copy has whole.", unit="seconds"
            ),
            *(
                _sample("comity_feed_lag_seconds", feed.lag_ms // 1000, feed=feed.feed, end=feed.end)
                for feed in reading.feeds
            ),
            *_family(
                "comity_stamp_seconds", "gauge", "When the log was last stamped, 0 for never.", unit="seconds"
            ),
            _sample("comity_stamp_seconds", reading.stamped_s),
            *_family("comity_ready", "gauge", "1 when a question would be answered."),
            _sample("comity_ready", int(reading.ready)),
        ]
        return "\n".join([*lines, "# EOF"]) + "\n"


def _family(name: str, kind: str, told: str, unit: str = "") -> list[str]:
    return [f"# TYPE {name} {kind}", *([f"# UNIT {name} {unit}"] if unit else []), f"# HELP {name} {told}"]


def _sample(name: str, value: float, **labels: str) -> str:
    inner = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{inner}}} {value}" if inner else f"{name} {value}"


def _histogram(commits: list[int], seconds: float) -> Iterable[str]:
    below = 0
    for bound, number in zip((*COMMIT_BOUNDS, "+Inf"), commits, strict=True):
        below += number
        yield _sample("comity_commit_seconds_bucket", below, le=str(bound))
    yield _sample("comity_commit_seconds_sum", round(seconds, 6))
    yield _sample("comity_commit_seconds_count", below)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
