"""Nonces of HTTP signatures, remembered for as long as a signature may count; a second use is refused before any work.

They are kept in memory only. A restart forgets them, and the message inside has a nonce of its own in the journal, which
no restart forgets.
"""

from __future__ import annotations

from heapq import heappop, heappush
from threading import Lock

from comity.errors import RejectedMessageError

# A signature counts for two minutes and may be made two minutes ahead of our clock, so a nonce stays for four. 480,000
# are 2,000 requests a second for that long, the most that settings allow, in about 120 MB; at 200 a second it is 12 MB.
MOST_NONCES = 480_000
FULL = "this node remembers as many messages as it can; send again in some minutes"
REPLAYED = "the HTTP request was sent before; a retry needs a fresh nonce"


class NonceWindow:
    """Nonces that were used and could still be used again, by node."""

    def __init__(self, most: int = MOST_NONCES) -> None:
        self._most = most
        self._held: set[tuple[str, str]] = set()
        self._ends: list[tuple[int, str, str]] = []
        self._lock = Lock()

    def use(self, node: str, nonce: str, expires_s: int, now_s: int) -> bool:
        """Use a nonce that counts until `expires_s`; false where as many are held as memory allows, then none is taken.

        Raises RejectedMessageError for one that was used before.
        """
        with self._lock:
            while self._ends and self._ends[0][0] < now_s:
                _, *ended = heappop(self._ends)
                self._held.discard((ended[0], ended[1]))
            if (node, nonce) in self._held:
                raise RejectedMessageError(REPLAYED)
            if len(self._held) >= self._most:
                return False
            self._held.add((node, nonce))
            heappush(self._ends, (expires_s, node, nonce))
        return True

    def size(self) -> int:
        return len(self._held)
