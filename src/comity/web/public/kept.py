"""What the node computed for a public page, kept for some minutes, so that readers cost it nothing.

Anybody may ask for public pages, as often as they like, and a statement costs the node seconds. So each is computed once in
ten minutes at most, one at a time, and whoever comes when several already wait is told to come again: members' pages run on
the same threads.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from comity.errors import ClosedError
from comity.model.refused import tell_refused

KEPT_MS = 10 * 60_000
MOST_KEPT = 64  # pages: some agencies and a year of months; each is some hundred kilobytes at most
MOST_WAITING = 8  # of some forty threads that all pages share


class Busy(ClosedError):
    """Too many wait already."""


class Kept:
    """Results by their key, which names the day they are of. The oldest goes where there are too many."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[int, Any]] = {}
        self._waiting = 0
        self._count = Lock()  # over what is kept and who waits; nothing slow under it
        self._one = Lock()  # one computation at a time

    def find(self, key: Hashable, now_ms: int, compute: Callable[[], Any]) -> Any:
        """What is kept under a key, else what `compute` finds. Raises Busy where too many wait, and what it raises."""
        with self._count:
            if (found := self._fresh(key, now_ms)) is not None:
                return found[1]
            if self._waiting >= MOST_WAITING:
                raise Busy(tell_refused("page.busy"))
            self._waiting += 1
        try:
            with self._one:
                with self._count:
                    if (found := self._fresh(key, now_ms)) is not None:
                        return found[1]
                result = compute()
                with self._count:
                    self._keep(key, now_ms, result)
                return result
        finally:
            with self._count:
                self._waiting -= 1

    def _fresh(self, key: Hashable, now_ms: int) -> tuple[int, Any] | None:
        found = self._kept.get(key)
        return found if found is not None and now_ms - found[0] < KEPT_MS else None

    def _keep(self, key: Hashable, now_ms: int, result: Any) -> None:
        self._kept.pop(key, None)
        if len(self._kept) >= MOST_KEPT:
            del self._kept[min(self._kept, key=lambda one: self._kept[one][0])]
        self._kept[key] = now_ms, result
