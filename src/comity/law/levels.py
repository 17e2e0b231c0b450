"""The algebra of levels: from the rules that count on a field to what may leave of it, in one standpoint.

nothing < pointer < masked < full. The widest permit, met with every cap; nothing under a forbid. A conflict that
is true suspends the forbid it names, and a hold with both citations stands there instead, unless an election ended
it. A hold takes what was left and keeps it back; it never opens anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from comity.law.compiled import Deed, Election, RuleCode
from comity.model.codes import Level

LEVELS = tuple(Level)  # in order, so that a level is its own index
NOTHING = Level.NOTHING
AtLevel = tuple[tuple[Level, int], ...]  # rows by the level they give or leave; levels without any are left out


class Suspension(NamedTuple):
    """A conflict rule's row, and the rows of the forbids that it suspends while it counts.

    `waits` tells whether a person must still choose; a conflict that ended in withholding is none.
    """

    row: int
    suspended: int
    waits: bool


class Deeds(NamedTuple):
    """The rows of one standpoint by what they do, as bits; permits from the widest down, caps from the narrowest up."""

    permits: AtLevel
    caps: AtLevel
    forbids: int
    holds: int
    matches: int
    suspensions: tuple[Suspension, ...]


# What rules give and take of one field, rules as the bits of their rows: the level, met with every cap and forbid,
# holds left out; the rules that gave or narrowed it, none where nothing was permitted; those that keep it back; and
# whether it may at least be compared.
Weighed = tuple[Level, int, int, bool]


def sort_deeds(rows: Sequence[tuple[int, RuleCode]], elections: Mapping[str, Election]) -> Deeds:
    """The rows of one standpoint (bit and rule) by what they do."""
    by_deed = dict.fromkeys(Deed, 0)
    by_level = {deed: [0] * len(LEVELS) for deed in (Deed.PERMIT, Deed.CAP)}
    for bit, code in rows:
        by_deed[code.deed] |= bit
        if code.deed in by_level:
            by_level[code.deed][code.level] |= bit
    return Deeds(
        permits=tuple([(level, giving) for level in reversed(LEVELS) if (giving := by_level[Deed.PERMIT][level])]),
        caps=tuple([(level, leaving) for level in LEVELS if (leaving := by_level[Deed.CAP][level])]),
        forbids=by_deed[Deed.FORBID] | by_deed[Deed.KEEP],
        holds=by_deed[Deed.HOLD],
        matches=by_deed[Deed.MATCH],
        suspensions=_suspensions(rows, elections) if by_deed[Deed.CONFLICT] else (),
    )


def _suspensions(
    rows: Sequence[tuple[int, RuleCode]], elections: Mapping[str, Election]
) -> tuple[Suspension, ...]:
    found = []
    for bit, code in rows:
        election = elections.get(code.id)
        if code.deed is not Deed.CONFLICT or (election is not None and election.choice == "withhold"):
            continue
        suspended = union(other for other, forbid in rows if forbid.index in code.suspends)
        # An unverified conflict may hold; nothing can be sent on the strength of it.
        sent = election is not None and election.choice == "send" and code.verified
        found.append(Suspension(bit, suspended, waits=not sent))
    return tuple(found)


def weigh(counting: int, deeds: Deeds) -> Weighed:
    """Combine the rules that count on one field of one record in one standpoint."""
    permits, caps, forbids, holds, matches, suspensions = deeds
    standing = counting & forbids
    waiting = 0
    for row, suspended, waits in suspensions:
        if counting & row:
            standing &= ~suspended
            if waits and counting & forbids & suspended:
                waiting |= row
    if standing:
        return NOTHING, standing, 0, False
    given, deciding = NOTHING, 0
    for level, giving in permits:
        if counting & giving:
            given, deciding = level, counting & giving
            break
    for level, leaving in caps:
        if level >= given:
            break
        if counting & leaving:
            given, deciding = level, counting & leaving
            break
    if not given:
        return given, deciding, 0, bool(counting & matches)
    return given, deciding, counting & holds | waiting, True


def union(masks: Iterable[int]) -> int:
    """All fields of any of the masks."""
    total = 0
    for mask in masks:
        total |= mask
    return total


def partition(whole: int, masks: Iterable[int]) -> list[int]:
    """Split fields into groups that no mask tells apart."""
    groups = [whole]
    for mask in masks:
        groups = [part for group in groups for part in (group & mask, group & ~mask) if part]
    return groups
