"""What a reconciliation of two logs found: which entries have no twin, and which twins do not say the same."""

from __future__ import annotations

from enum import StrEnum

from comity.model.base import Noun


class TwinFault(StrEnum):
    """What is wrong with a question's two entries."""

    MISSING_AT_OWNER = "missing-at-owner"
    MISSING_AT_ASKER = "missing-at-asker"
    DISAGREES = "disagrees"


class TwinFound(Noun, frozen=True, kw_only=True):
    """One fault: the question's id, where this side knows it, the owner's entry by number, where there is one."""

    fault: TwinFault
    sentence: str
    query_id: str = ""
    owner: str = ""
    entry: int | None = None


class Reconciled(Noun, frozen=True, kw_only=True):
    """The asker's entries held against an owner's log.

    `origin` and `entries` are the owner's log and how much of it was read; `paired` the questions with both entries.
    `unanswered` were asked and have no entry there, and nobody says they should; `unreceived` were answered there and the
    answer did not arrive; `later` were asked after the last entry that was read; `purged` are entries of the asker whose
    content is gone, so that what they asked is not known.
    """

    origin: str
    entries: int
    paired: int
    unanswered: int
    unreceived: int
    later: int
    purged: int
    faults: tuple[TwinFound, ...]
