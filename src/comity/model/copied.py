"""A copy of an answer that was taken out of the pages: printed, or exported."""

from __future__ import annotations

from enum import StrEnum

from comity.model.base import Noun
from comity.model.outcome import RevisedOutcome


class CopyForm(StrEnum):
    """As what an answer is copied."""

    PRINT = "print"
    CSV = "csv"
    JSON = "json"


class CopiedAnswer(Noun, frozen=True, kw_only=True):
    """What a copy holds, entered in the asker's log under `entry` before it was given, at `at_ms` (UTC milliseconds)."""

    entry: int
    at_ms: int
    form: CopyForm
    revised: RevisedOutcome
