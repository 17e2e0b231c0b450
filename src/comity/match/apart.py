"""Records that something ties together and something else holds apart: one number under two names, and the like.

They are not joined and not told to be two people either, unless their owner declared them two. They are shown side by
side with what differs, by owner and day, because whoever sees only one of them may take it for the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from comity.match.group import COMPARED_FIELDS, GroupInput, PersonGroup, read_items, show_group
from comity.match.join import NOTHING_SAID, Declared, components
from comity.match.relation import ALIKE, STRONG, WEAK_LINK, Reading, may_tie, strength_of, weigh
from comity.match.sentences import tell_apart
from comity.model.outcome import KeptApart

MOST_APART = 20  # more of them is a question about a crowd; the first tell that


def keep_apart(
    items: Sequence[GroupInput],
    groups: Sequence[PersonGroup],
    declared: Declared = NOTHING_SAID,
    readings: Mapping[str, Reading] | None = None,
) -> tuple[KeptApart, ...]:
    """Groups that are tied together and yet kept apart, with what ties and what differs; at most `MOST_APART`.

    `groups` are those of `group_people` over the same items and what was `declared`; so are `readings`. The order of neither
    matters.
    """
    by_key = {item.key: item for item in items}
    readings = readings or read_items(items)
    ordered = sorted(groups, key=lambda group: group.keys)
    links: dict[int, set[int]] = {place: set() for place in range(len(ordered))}
    found: dict[tuple[int, int], set[str]] = {}
    for one, other in combinations(links, 2):
        pairs = [(readings[x], readings[y]) for x in ordered[one].keys for y in ordered[other].keys]
        ties = {field for pair in pairs for field in ties_of(*pair)}
        if ties:
            found[one, other] = ties
            links[one].add(other)
            links[other].add(one)
    apart = []
    for places in components(links):
        if len(places) > 1:
            keys = tuple(sorted(key for place in places for key in ordered[place].keys))
            ties = {field for pair, fields in found.items() if pair[0] in places for field in fields}
            parted = any(declared.get(pair, 0) < 0 for pair in combinations(keys, 2))
            apart.append(_show(tuple(by_key[key] for key in keys), ties, parted=parted))
    return tuple(sorted(apart, key=lambda one: one.item_ids)[:MOST_APART])


def ties_of(one: Reading, other: Reading) -> tuple[str, ...]:
    """Fields on which two records agree as two people should not: a number, or a name with a birth date.

    A birth date one slip away ties, too: with one name it may be one person mistyped.
    """
    if not may_tie(one, other):
        return ()
    found = weigh(one, other)
    named_and_born = found.fit == STRONG and found.birth == "exact"
    if not found.exact and not named_and_born and strength_of(found) != WEAK_LINK:
        return ()
    birth = ("birth-date",) if found.birth == "exact" else ()
    return (*found.exact, *birth, *(("name",) if found.fit > ALIKE else ()))


def _show(items: tuple[GroupInput, ...], ties: set[str], *, parted: bool) -> KeptApart:
    shown = show_group(items)
    told = tuple(field for field in COMPARED_FIELDS if field in ties)
    differ = tuple(conflict.field for conflict in shown.disagree)
    return KeptApart(
        item_ids=tuple(item.key for item in items),
        ties=told,
        disagree=shown.disagree,
        sentence=tell_apart(told, differ, parted=parted),
    )
