"""The algebra of levels: from the rules that count to what may leave of each field, as bit masks.

nothing < pointer < masked < full. The widest permit, met with every cap; nothing under a forbid. A conflict that
is true suspends the forbid it names on the fields both name, and a hold with both citations stands there instead,
unless an election ended it. A hold takes what was left and keeps it back; it never opens anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.law.compiled import Deed, Election, RuleCode
from comity.model.codes import Level

Hit = tuple[RuleCode, int]  # a rule and the fields on which it counts


@dataclass(frozen=True, slots=True)
class Weighed:
    """What rules give and take of a class's fields.

    `reach[k]` are the fields at level k or above (index 0 unused) with every cap and forbid met and holds left
    out; `permitted` the same before anything narrowed; `held` fields kept back; `match` fields that may only be
    compared. `narrowing`, `permits`, `caps`, `holds` are the rules with the fields on which they decided.
    """

    reach: tuple[int, int, int, int]
    permitted: tuple[int, int, int, int]
    held: int
    match: int
    permits: tuple[Hit, ...]
    caps: tuple[Hit, ...]
    forbids: tuple[Hit, ...]
    holds: tuple[Hit, ...]
    concealed: bool

    def masks(self) -> tuple[int, ...]:
        """Every mask on which two fields could differ."""
        hits = (*self.permits, *self.caps, *self.forbids, *self.holds)
        return (*self.reach[1:], *self.permitted[1:], self.held, self.match, *(mask for _, mask in hits))

    def level_of(self, bit: int) -> Level:
        """The level of one field, holds left out."""
        for level in (3, 2, 1):
            if self.reach[level] & bit:
                return Level(level)
        return Level.NOTHING


def weigh(hits: Iterable[Hit], elections: Mapping[str, Election]) -> Weighed:
    """Combine the rules that count on one record in one standpoint."""
    by_deed: dict[Deed, list[Hit]] = {}
    concealed = False
    for code, mask in hits:
        by_deed.setdefault(code.deed, []).append((code, mask))
        concealed = concealed or (code.rule.conceal and code.deed in {Deed.FORBID, Deed.HOLD})
    permits, caps = by_deed.get(Deed.PERMIT, []), by_deed.get(Deed.CAP, [])
    permitted = _permitted(permits)
    capped = _capped(permitted, caps)
    forbids = [*by_deed.get(Deed.FORBID, []), *by_deed.get(Deed.KEEP, [])]
    standing, suspended = _suspend(forbids, by_deed.get(Deed.CONFLICT, []), elections)
    forbidden = union(mask for _, mask in standing)
    reach = tuple(level & ~forbidden for level in capped)
    holds = [
        (code, mask & reach[1]) for code, mask in (*by_deed.get(Deed.HOLD, []), *suspended) if mask & reach[1]
    ]
    return Weighed(
        reach=(reach[0], reach[1], reach[2], reach[3]),
        permitted=permitted,
        held=union(mask for _, mask in holds),
        match=union(mask for _, mask in by_deed.get(Deed.MATCH, [])) & ~forbidden,
        permits=tuple(permits),
        caps=tuple(caps),
        forbids=tuple(standing),
        holds=tuple(holds),
        concealed=concealed,
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


def _permitted(permits: list[Hit]) -> tuple[int, int, int, int]:
    reach = [0, 0, 0, 0]
    for code, mask in permits:
        for level in range(1, code.level + 1):
            reach[level] |= mask
    return reach[0], reach[1], reach[2], reach[3]


def _capped(permitted: tuple[int, int, int, int], caps: list[Hit]) -> tuple[int, ...]:
    reach = list(permitted)
    for code, mask in caps:
        for level in range(code.level + 1, 4):
            reach[level] &= ~mask
    return tuple(reach)


def _suspend(
    forbids: list[Hit], conflicts: list[Hit], elections: Mapping[str, Election]
) -> tuple[list[Hit], list[Hit]]:
    """The forbids that still stand, and the conflicts with the fields on which each suspends a forbid."""
    standing = list(forbids)
    holding = []
    for conflict, mask in conflicts:
        election = elections.get(conflict.id)
        if election is not None and election.choice == "withhold":
            continue
        taken = union(fields & mask for code, fields in forbids if code.index in conflict.suspends)
        standing = [
            (code, fields & ~mask if code.index in conflict.suspends else fields) for code, fields in standing
        ]
        # An unverified conflict may hold; nothing can be sent on the strength of it.
        if taken and not (election is not None and election.choice == "send" and conflict.verified):
            holding.append((conflict, taken))
    return [(code, fields) for code, fields in standing if fields], holding
