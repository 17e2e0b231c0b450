"""Tries to sign in by a passkey, or to add one: each with a challenge of its own, which counts once and for minutes.

Nothing is kept of a try before it succeeds, so that nobody fills this process by beginning many: its challenge goes into a
cookie of the browser that began it, with a code of this process's own key. What succeeded is remembered until it is too old.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

LASTS_MS = 5 * 60_000  # a person looks for their key; the recommendation for a challenge (WebAuthn level 3, 15.1)
MARK = "passkey"
SIGN_IN, ADD = "sign-in", "add"
ANYBODY = ""


@dataclass(frozen=True, slots=True)
class Try:
    """One try. `purpose` is SIGN_IN or ADD, `member` whose passkey is added, empty for a sign-in."""

    purpose: str
    member: str
    challenge: str
    began_ms: int


class Tries:
    """All tries of this process; its key is made when it starts and is nowhere else. `token` makes a random text."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token
        self._key = token().encode()
        self._spent: dict[str, int] = {}
        self._lock = Lock()

    def begin(self, purpose: str, member: str, now_ms: int) -> tuple[str, str]:
        """A new challenge, and what the browser's cookie holds of it."""
        one = Try(purpose, member, self._token(), now_ms)
        return one.challenge, ".".join((MARK, one.challenge, str(now_ms), self._code(one)))

    def read(self, kept: str, purpose: str, member: str, now_ms: int) -> Try | None:
        """The try of a cookie; None where it is of another purpose or member, not ours, over, or was used."""
        parts = kept.split(".")
        if len(parts) != 4 or parts[0] != MARK or not (parts[2].isascii() and parts[2].isdigit()):
            return None
        one = Try(purpose, member, parts[1], int(parts[2]))
        if not hmac.compare_digest(self._code(one).encode(), parts[3].encode()):
            return None
        with self._lock:
            spent = one.challenge in self._spent
        return one if not spent and 0 <= now_ms - one.began_ms < LASTS_MS else None

    def spend(self, one: Try, now_ms: int) -> bool:
        """Use a try up. False where another request did so meanwhile."""
        with self._lock:
            for old in [key for key, at_ms in self._spent.items() if now_ms - at_ms >= LASTS_MS]:
                del self._spent[old]
            if one.challenge in self._spent:
                return False
            self._spent[one.challenge] = one.began_ms
            return True

    def _code(self, one: Try) -> str:
        said = "\n".join((one.purpose, one.member, one.challenge, str(one.began_ms)))
        return hmac.new(self._key, said.encode(), sha256).hexdigest()
