"""Looking through the log: what is there by its codes, counted by facet, a page at a time. Nothing is opened.

1 who         a privacy officer or an auditor
2 codes       every entry's, as columns
3 own         the agency's, as owner or asker, and the node's own; another agency's at the same node are not there
4 wanted      by every choice
5 facets      of each code the words among what the other choices leave, with their counts
6 page        the newest below where it was asked for
"""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.errors import WrongUseError
from comity.ledger.columns import NUMBERS, WORDS, Column, columns_of, months_of
from comity.ledger.cosignature import cosigned_at
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, Member
from comity.model.log_view import MOST_ROWS, LogBrowsed, LogFilter, LogRow
from comity.oversight.findings.reviewers import reviewed_owner
from comity.ports import World

READ_AT_ONCE = 20_000  # entries of one read: some four megabytes
MOST_FACET = 60  # words of one facet: months of five years, the agencies that ask most


def browse_log(
    world: World, member: Member, wanted: LogFilter, limit: int, below: int | None = None
) -> LogBrowsed:
    """The newest entries that are wanted, at most `limit`, below an entry where one is named. Raises WrongUseError."""
    if limit < 1:
        raise WrongUseError("the log is looked through by one row or more; give a limit of at least 1")
    owner = reviewed_owner(world, member)  # 1
    codes = codes_of(world)  # 2
    oris = [dated.ori.encode() for dated in owner.oris]
    own = np.flatnonzero(_is_own(codes, oris))  # 3
    choices = _choices(codes[own], wanted)
    found = own[np.logical_and.reduce(list(choices.values()))]  # 4
    last = len(found) if below is None else int(np.searchsorted(found, below))
    first = max(0, last - min(limit, MOST_ROWS))
    above = found[last : last + limit]
    kept, witnesses = world.journal.heads.witnessed(), world.witnesses.policy.witnesses if world.witnesses else ()
    return LogBrowsed(
        owner=owner.id,
        size=len(codes),
        own=len(own),
        found=len(found),
        rows=tuple(_row(world, int(index)) for index in found[first:last][::-1]),  # 6
        facets={name: _facet(name, codes[own], choices) for name in choices},  # 5
        older=int(found[first]) if first else None,
        newer=int(above[-1]) + 1 if len(above) else None,
        note=world.journal.checkpoint(),
        witnesses=len(witnesses),
        vouched=kept.size,
        vouchers=sum(1 for one in witnesses if kept.note and cosigned_at(kept.note, one.vkey) is not None),
    )


def is_own_entry(owner: Agency, owner_ori: str, asker_ori: str) -> bool:
    """Whether an entry is an agency's, as owner or asker, or its node's own."""
    oris = {dated.ori for dated in owner.oris}
    return owner_ori in oris or asker_ori in oris or not (owner_ori or asker_ori)


def codes_of(world: World) -> Any:
    """The codes of every entry of the log, as columns (`ledger.columns`)."""
    size = world.journal.size()
    pages = [
        columns_of(world.journal.entries(first, min(READ_AT_ONCE, size - first)))
        for first in range(0, size, READ_AT_ONCE)
    ]
    return np.concatenate(pages) if pages else columns_of(())


def _is_own(codes: Any, oris: list[bytes]) -> Column:
    nobody = (codes["owner"] == b"") & (codes["asker"] == b"")
    mine: Column = np.isin(codes["owner"], oris) | np.isin(codes["asker"], oris) | nobody
    return mine


def _choices(codes: Any, wanted: LogFilter) -> dict[str, Column]:
    """By choice which entries it leaves; one that names no word of the codes leaves none."""
    everything = np.ones(len(codes), dtype=bool)
    left = {}
    for name, word in wanted.chosen().items():
        if not word:
            left[name] = everything
        elif name == "month":
            left[name] = months_of(codes["minute"]) == word
        elif name == "asker":
            left[name] = codes["asker"] == word.encode()
        else:
            left[name] = codes[name] == NUMBERS[name].get(word, -1)
    return left


def _facet(name: str, codes: Any, choices: dict[str, Column]) -> tuple[tuple[str, int], ...]:
    """The words of one code with their counts, the commonest first; months the newest first."""
    others = [left for other, left in choices.items() if other != name]
    rest = codes[np.logical_and.reduce(others)]
    column = months_of(rest["minute"]) if name == "month" else rest[name]
    values, counts = np.unique(column, return_counts=True)
    pairs = [
        (_word(name, value), int(count)) for value, count in zip(values.tolist(), counts.tolist(), strict=True)
    ]
    named = [(word, count) for word, count in pairs if word]
    if name == "month":
        named.sort(reverse=True)
    else:
        named.sort(key=lambda one: (-one[1], one[0]))
    return tuple(named[:MOST_FACET])


def _word(name: str, value: Any) -> str:
    if name in WORDS:
        return WORDS[name].get(value, "")
    return value.decode() if isinstance(value, bytes) else str(value)


def _row(world: World, index: int) -> LogRow:
    return LogRow(index=index, facts=decode_entry(world.journal.entry(index)).facts)
