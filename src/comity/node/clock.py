"""The system's clock and randomness."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from comity.errors import ClockError
from comity.model.faults import fault

BACKWARDS_MS = 1_000  # a step back larger than this makes deadlines and freshness meaningless


class SystemClock:
    """The `Clock` port. Raises ClockError when the system's clock ran backwards; `read_ns` is that clock."""

    def __init__(self, read_ns: Callable[[], int] = time.time_ns) -> None:
        self._read_ns = read_ns
        self._latest = 0

    def now_ms(self) -> int:
        now = self._read_ns() // 1_000_000
        if now < self._latest - BACKWARDS_MS:
            raise ClockError(fault("clock.backwards"))
        self._latest = max(self._latest, now)
        return now


class SystemRandomness:
    """The `Randomness` port over the operating system's generator."""

    def take(self, count: int) -> bytes:
        return os.urandom(count)
