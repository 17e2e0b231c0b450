"""Questions that are being written: thirty minutes in the memory of this process, never on disk, never in an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from types import MappingProxyType

KEPT_MS = 30 * 60_000
MOST_OF_ONE = 20  # drafts of one member; the oldest goes
EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Draft:
    """One question that is being written, as it was typed; its `id` is the number the question will have."""

    id: str
    member: str
    changed_ms: int
    typed: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    def one(self, name: str) -> str:
        """What was typed into a field; empty where nothing was."""
        return self.typed.get(name, "")


class Drafts:
    """All drafts of this process; each is reached by its own member alone."""

    def __init__(self, question_id: Callable[[int], str]) -> None:
        self._question_id = question_id
        self._kept: dict[str, Draft] = {}
        self._lock = Lock()

    def begin(self, member: str, now_ms: int, typed: Mapping[str, str] = EMPTY, number: str = "") -> Draft:
        """A new draft, with what a case brought along; under a number that a page was given before, where it was."""
        draft = Draft(number or self._question_id(now_ms), member, now_ms, MappingProxyType(dict(typed)))
        with self._lock:
            self._forget(now_ms)
            mine = [one for one in self._kept.values() if one.member == member]
            if len(mine) >= MOST_OF_ONE:
                del self._kept[min(mine, key=lambda one: one.changed_ms).id]
            self._kept[draft.id] = draft
        return draft

    def find(self, draft_id: str, member: str, now_ms: int) -> Draft | None:
        """A member's own draft; None for any other and for one that is gone."""
        with self._lock:
            self._forget(now_ms)
            draft = self._kept.get(draft_id)
            return draft if draft is not None and draft.member == member else None

    def kept_until(self, member: str, now_ms: int) -> int:
        """Until when the draft a member wrote last is kept, UTC milliseconds; 0 where there is none."""
        with self._lock:
            self._forget(now_ms)
            return max(
                (one.changed_ms + KEPT_MS for one in self._kept.values() if one.member == member), default=0
            )

    def find_by(self, member: str, name: str, value: str, now_ms: int) -> Draft | None:
        """A member's newest draft in which a field has a value; None where there is none any more."""
        with self._lock:
            self._forget(now_ms)
            mine = [one for one in self._kept.values() if one.member == member and one.typed.get(name) == value]
        return max(mine, key=lambda one: one.changed_ms, default=None)

    def having(self, member: str, name: str, now_ms: int) -> tuple[Draft, ...]:
        """A member's drafts that have a field, the newest first."""
        with self._lock:
            self._forget(now_ms)
            mine = [one for one in self._kept.values() if one.member == member and one.typed.get(name)]
        return tuple(sorted(mine, key=lambda one: -one.changed_ms))

    def write(self, draft: Draft, typed: Mapping[str, str], now_ms: int) -> Draft:
        """The draft with these fields typed; what other pages of it hold stays."""
        changed = replace(draft, changed_ms=now_ms, typed=MappingProxyType({**draft.typed, **typed}))
        with self._lock:
            self._kept[draft.id] = changed
        return changed

    def drop(self, draft: Draft) -> None:
        """Forget it: it was sent, or deleted."""
        with self._lock:
            self._kept.pop(draft.id, None)

    def drop_all_of(self, member: str) -> None:
        """Forget every draft of a member who signed out."""
        with self._lock:
            for one in [one.id for one in self._kept.values() if one.member == member]:
                del self._kept[one]

    def _forget(self, now_ms: int) -> None:
        for one in [one.id for one in self._kept.values() if now_ms - one.changed_ms >= KEPT_MS]:
            del self._kept[one]
