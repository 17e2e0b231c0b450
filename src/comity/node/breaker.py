"""A circuit breaker for each peer: after some failures in a row it is not tried again for a while.

An open breaker costs a question nothing but that source's own status, `unreachable`, at once: it never stands for an
answer. What counts is that nobody was reached, nobody answered in a fair time, or somebody else did; a refusal or a
closed node is an answer.
"""

from __future__ import annotations

from threading import Lock

from comity.model.peer_state import BreakerState, PeerState
from comity.ports import Clock, Randomness

OPENS_AFTER = 5  # failures in a row: one lost connection or one restart of the other node is none of its business
FIRST_PAUSE_MS = 1_000  # a node starts again in about this time
LONGEST_PAUSE_MS = 60_000  # a repaired peer is found within a minute, and a dead one costs one trial in that time
TRIAL_MS = 30_000  # a trial that nobody reported on is over: the longest a question waits
FAIR_WAIT_MS = 1_000  # a wait cut shorter than this by the asker says nothing about the peer


class Breaker:
    """One peer's breaker. `ask` before a message goes out, then `succeeded` or `failed` once."""

    def __init__(self, node: str, clock: Clock, randomness: Randomness) -> None:
        self._node, self._clock, self._randomness = node, clock, randomness
        self._failures = 0
        self._total = 0
        self._until_ms = 0
        self._trial_until_ms = 0
        self._why = ""
        self._lock = Lock()

    def ask(self) -> int:
        """0 when a message may go out, else the milliseconds until the next trial. One trial at a time."""
        now = self._clock.now_ms()
        with self._lock:
            if self._failures < OPENS_AFTER:
                return 0
            left = max(self._until_ms, self._trial_until_ms) - now
            if left > 0:
                return left
            self._trial_until_ms = now + TRIAL_MS
        return 0

    def succeeded(self) -> None:
        """The peer answered, whatever it said."""
        with self._lock:
            self._failures, self._until_ms, self._trial_until_ms, self._why = 0, 0, 0, ""

    def failed(self, why: str) -> None:
        """The peer was not reached, or not in time, or it was another; `why` in one sentence without particulars."""
        now = self._clock.now_ms()
        with self._lock:
            self._total += 1
            self._why = why
            if self._failures >= OPENS_AFTER and not self._trial_until_ms:
                return  # it went out before the breaker opened: what many waited for together is one failure
            self._failures += 1
            self._trial_until_ms = 0
            if self._failures >= OPENS_AFTER:
                self._until_ms = now + self._pause(self._failures - OPENS_AFTER)

    def gave_up(self) -> None:
        """Nothing was learnt of the peer: the asker waited too short, or trouble of our own came between."""
        with self._lock:
            self._trial_until_ms = 0

    def state(self) -> PeerState:
        """What an administrator sees of it."""
        now = self._clock.now_ms()
        with self._lock:
            left = max(0, max(self._until_ms, self._trial_until_ms) - now)
            if self._failures < OPENS_AFTER:
                kind = BreakerState.CLOSED
            elif self._until_ms > now:
                kind = BreakerState.OPEN
            else:
                kind = BreakerState.HALF_OPEN
            return PeerState(
                node=self._node,
                breaker=kind,
                failures_in_row=self._failures,
                failures=self._total,
                next_trial_ms=0 if kind is BreakerState.CLOSED else left,
                why=self._why,
            )

    def _pause(self, further: int) -> int:
        """Twice as long each time, up to the longest; between half and whole, so that nodes do not come back in step."""
        whole = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(further, 16))
        return whole // 2 + int.from_bytes(self._randomness.take(4), "big") % (whole // 2 + 1)
