"""How another node was last reached: what an administrator sees of each peer."""

from __future__ import annotations

from enum import StrEnum

from comity.model.base import Noun


class BreakerState(StrEnum):
    """Whether a peer is asked: always, not now, or by one message that tries."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class PeerState(Noun, frozen=True, kw_only=True):
    """One peer: its breaker, failures in a row and since the start, milliseconds until it is tried, and why it failed."""

    node: str
    breaker: BreakerState
    failures_in_row: int = 0
    failures: int = 0
    next_trial_ms: int = 0
    why: str = ""
