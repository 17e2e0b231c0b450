"""The time and the randomness of the pages' process."""

from __future__ import annotations

import secrets
import time
from typing import Protocol

TOKEN_BYTES = 32
QUESTION_BYTES = 10  # as `exchange/fresh_id.py`


class Clock(Protocol):
    """Says what time it is."""

    def now_ms(self) -> int:
        """UTC milliseconds."""
        ...


class Chance(Protocol):
    """Makes what nobody can guess."""

    def token(self) -> str:
        """256 random bits, as an address may carry them."""
        ...

    def question(self, now_ms: int) -> str:
        """A question's number, as the node makes them: 12 hexadecimal digits of the time, 20 at random."""
        ...


class MachineClock:
    """The machine's own clock; the node checks its own against the log, and stops where that is behind."""

    def now_ms(self) -> int:
        """UTC milliseconds."""
        return time.time_ns() // 1_000_000


class MachineChance:
    """The machine's own randomness."""

    def token(self) -> str:
        """256 random bits, in base64 for addresses."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def question(self, now_ms: int) -> str:
        """The time, and 80 random bits, in hexadecimal."""
        return f"{now_ms:012x}{secrets.token_hex(QUESTION_BYTES)}"
