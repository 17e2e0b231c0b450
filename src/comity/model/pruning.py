"""Pruning of the log's content: what a month amounted to, committed before it goes, and what a pruning did."""

from __future__ import annotations

import re

import msgspec

from comity.errors import NounError
from comity.model.base import Noun
from comity.model.codes import DataClass, MessageKind, Purpose
from comity.model.disclosure import EntryKind

MONTH_PATTERN = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def check_month(month: str) -> str:
    """A month as `2026-11`. Raises NounError for anything else."""
    if not MONTH_PATTERN.fullmatch(month):
        raise NounError(f"`{month[:80]}` is not a month; write it as `2026-11`")
    return month


class TallyRow(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """How often the same happened in a month between the same agencies: by the words of the entries, and of what they kept.

    `owner_ori` and `asker_ori` are ORIs, empty where an entry has none; `month` is the owner's own calendar's, which
    begins some hours before or behind UTC's. `duty`, `timeliness` and `done` are what a desk did: kind and rule of a duty,
    whether it was in time, what became of a request.

    `asked` counts the questions by each data class asked for, `released` the items released by theirs, `rules` the answers
    that name a rule (`ruleless` those that name none), `fields` how often each left, `minutes` the questions by whole
    minutes till they were answered first, `removed` what purges removed. `items` are all items released; where some are
    in no class here, their answer was forgotten before the month was tallied, or a feed brought them. `unread` are entries
    of which something was gone by then: what has to be opened is not counted of them.
    """

    kind: EntryKind
    owner_ori: str
    asker_ori: str
    purpose: Purpose | None
    decision: str
    entries: int
    items: int
    month: str = ""
    instrument: str = ""
    duty: str = ""
    timeliness: str = ""
    done: str = ""
    asked: dict[DataClass, int] = msgspec.field(default_factory=dict)
    released: dict[DataClass, int] = msgspec.field(default_factory=dict)
    rules: dict[str, int] = msgspec.field(default_factory=dict)
    ruleless: int = 0
    fields: dict[str, int] = msgspec.field(default_factory=dict)
    minutes: tuple[tuple[int, int], ...] = ()
    removed: int = 0
    unread: int = 0


class TallySteps(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """Of the month's answers, by the number of their entries, two codes that are not in the entry.

    `details` answered a detail, not a question; `messages` were asked for something else than an answer (a hold, a notice of a
    release). `unread` were gone by then. Every other answer is the answer to a question. Which answers are of one question
    the entries say themselves, by their pairing commitments.
    """

    details: tuple[int, ...] = ()
    messages: dict[MessageKind, tuple[int, ...]] = msgspec.field(default_factory=dict)
    unread: tuple[int, ...] = ()


class TallyPeople(Noun, frozen=True, kw_only=True):
    """How many different people an owner's answers showed in a month of its own calendar: in all, and by purpose.

    A number, and nobody in it: two months cannot be added up, since one person may be in both.
    """

    owner: str
    month: str
    total: int
    by_purpose: dict[Purpose, int]


class Tally(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """A month of a log in counts: no person, no member and no question in it. It is UTC's, its rows' months the owner's."""

    node: str
    month: str
    rows: tuple[TallyRow, ...]
    steps: TallySteps = TallySteps()
    people: tuple[TallyPeople, ...] = ()

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
