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


class Weighed(NamedTuple):
    """What rules give and take of one field.

    `level` is met with every cap and forbid, holds left out; `deciding` the rules that gave or narrowed it, none
    where nothing was permitted; `holding` those that keep it back; `match` whether it may at least be compared.
    """

    level: Level
    deciding: tuple[RuleCode, ...]
    holding: tuple[RuleCode, ...]
    match: bool


def weigh(counting: Sequence[RuleCode], elections: Mapping[str, Election]) -> Weighed:
    """Combine the rules that count on one field of one record in one standpoint."""
    by_deed: dict[Deed, list[RuleCode]] = {}
    for code in counting:
        by_deed.setdefault(code.deed, []).append(code)
    permits, caps = by_deed.get(Deed.PERMIT, []), by_deed.get(Deed.CAP, [])
    forbids = [*by_deed.get(Deed.FORBID, []), *by_deed.get(Deed.KEEP, [])]
    conflicts = by_deed.get(Deed.CONFLICT)
    standing, suspended = _suspend(forbids, conflicts, elections) if conflicts else (forbids, [])
    permitted = max([code.level for code in permits], default=0)
    capped = min([permitted, *[code.level for code in caps]])
    if standing:
        return Weighed(Level.NOTHING, tuple(standing), (), match=False)
    deciding = caps if capped < permitted else permits
    return Weighed(
        level=Level(capped),
        deciding=tuple(code for code in deciding if code.level == capped),
        holding=(*by_deed.get(Deed.HOLD, []), *suspended) if capped else (),
        match=capped > 0 or Deed.MATCH in by_deed,
    )


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


def _suspend(
    forbids: list[RuleCode], conflicts: list[RuleCode], elections: Mapping[str, Election]
) -> tuple[list[RuleCode], list[RuleCode]]:
    """The forbids that still stand, and the conflicts that suspend one and wait for a choice."""
    standing = list(forbids)
    holding = []
    for conflict in conflicts:
        election = elections.get(conflict.id)
        if election is not None and election.choice == "withhold":
            continue
        taken = any(code.index in conflict.suspends for code in forbids)
        standing = [code for code in standing if code.index not in conflict.suspends]
        # An unverified conflict may hold; nothing can be sent on the strength of it.
        if taken and not (election is not None and election.choice == "send" and conflict.verified):
            holding.append(conflict)
    return standing, holding
