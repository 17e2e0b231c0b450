"""The clock tag of a page: where something stands that has a time, and how far that time is away.

Absolute time first, relative beside it; nothing ticks (screens.md, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from comity.web.words import Words

SOON_MS = 24 * 3_600_000
MINUTE_MS = 60_000
IN_DAYS_MINUTES = 2 * 1_440  # from here on whole days are near enough


class Stand(StrEnum):
    """Where it stands. `ON_HOLD` is kept back until its time; `OPEN` has none."""

    DUE = "due"
    SOON = "soon"
    OVERDUE = "overdue"
    ON_HOLD = "on-hold"
    DONE = "done"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Due:
    """One tag: where it stands, its time (UTC milliseconds; None for none) and how far away that is, in words."""

    stand: Stand
    at_ms: int | None
    away: str = ""


def due_tag(words: Words, now_ms: int, due_ms: int | None) -> Due:
    """The tag of something that is still to be done by `due_ms`."""
    if due_ms is None:
        return Due(Stand.OPEN, None)
    if due_ms < now_ms:
        return Due(Stand.OVERDUE, due_ms, words("clock.since", length=length_words(words, now_ms - due_ms)))
    stand = Stand.SOON if due_ms - now_ms < SOON_MS else Stand.DUE
    return Due(stand, due_ms, words("clock.in", length=length_words(words, due_ms - now_ms)))


def length_words(words: Words, length_ms: int) -> str:
    """A length of time, no finer than somebody plans by: `6 days`, `2 h 10 min`, `10 min`."""
    minutes = length_ms // MINUTE_MS
    if minutes >= IN_DAYS_MINUTES:
        return words("clock.days", count=minutes // 1_440)
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return words("clock.hours-minutes", hours=hours, minutes=rest)
    return words("clock.hours", hours=hours) if hours else words("clock.minutes", minutes=rest)
