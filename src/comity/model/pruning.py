"""Pruning of the log's content: what a month amounted to, committed before it goes, and what a pruning did."""

from __future__ import annotations

import re

from comity.errors import NounError
from comity.model.base import Noun
from comity.model.codes import DataClass, Purpose
from comity.model.disclosure import EntryKind

MONTH_PATTERN = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def check_month(month: str) -> str:
    """A month as `2026-11`. Raises NounError for anything else."""
    if not MONTH_PATTERN.fullmatch(month):
        raise NounError(f"`{month[:80]}` is not a month; write it as `2026-11`")
    return month


class TallyRow(Noun, frozen=True, kw_only=True):
    """How often the same happened in a month between the same agencies, by the words of the entries.

    `owner_ori` and `asker_ori` are ORIs, empty where an entry has none; `asked` counts the questions by each data class
    asked for, `released` the items released by theirs. `items` are all items released; where some are in no class here,
    their answer was forgotten before the month was tallied, or a feed brought them.
    """

    kind: EntryKind
    owner_ori: str
    asker_ori: str
    purpose: Purpose | None
    decision: str
    entries: int
    items: int
    asked: dict[DataClass, int]
    released: dict[DataClass, int]


class Tally(Noun, frozen=True, kw_only=True):
    """A month of a log in counts: no person, no member, no question stands in it. Months are UTC's."""

    node: str
    month: str
    rows: tuple[TallyRow, ...]

    def __post_init__(self) -> None:
        check_month(self.month)


class MonthPruned(Noun, frozen=True, kw_only=True):
    """What became of the entries under one key: of how many the content was forgotten, and kept by reason.

    `key` is a month, or `k000001` for what an earlier pruning kept; `tally` the entry that holds the month's counts, None
    where there is none of its own.
    """

    key: str
    forgotten: int
    kept: dict[str, int]
    tally: int | None = None


class LogPruned(Noun, frozen=True, kw_only=True):
    """What a pruning did, or would do: by key, oldest first. `entry` is the log's; None for a trial, or with nothing to do."""

    before: str
    months: tuple[MonthPruned, ...]
    entry: int | None = None
