"""Joining by relations, pair by pair: from the strongest down, never across a conflict.

What an owner declared of two records takes the place of what they tell: one person is the strongest tie there is, two
people a conflict like any other (`match/grouping.py`). Nothing here knows what a record says.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import TypeVar

from comity.match.name_levels import NameJudge
from comity.match.relation import JOINED, WEAK_LINK, Reading, may_fit, relate, spellings_of, tie_of
from comity.model.person_act import Appearance

Key = TypeVar("Key", str, Appearance)
Declared = Mapping[tuple[str, str], int]  # what an owner said of two keys, the smaller first; see `match.grouping`
NOTHING_SAID: Declared = MappingProxyType({})


def relate_all(
    readings: Mapping[Key, Reading], declared: Mapping[tuple[Key, Key], int]
) -> dict[tuple[Key, Key], int]:
    """The relation of every two keys, the smaller first: what was declared of them, else what the two tell.

    Records that say the same are compared with another once, whoever's they are; that two are of one owner counts.
    """
    judge, places = NameJudge.of_levels(), dict[Hashable, int]()
    content = {key: places.setdefault(one.content, len(places)) for key, one in readings.items()}
    told: dict[tuple[int, int, bool], int] = {}
    found: dict[tuple[Key, Key], int] = {}
    for pair in combinations(sorted(readings), 2):
        one, other = readings[pair[0]], readings[pair[1]]
        alike = content[pair[0]], content[pair[1]], one.owner == other.owner
        if pair not in declared and alike not in told:
            told[alike] = relate(one, other, judge)
        found[pair] = declared[pair] if pair in declared else told[alike]
    return found


def relate_tied(
    readings: Mapping[Key, Reading], declared: Mapping[tuple[Key, Key], int]
) -> dict[tuple[Key, Key], int]:
    """`relate_all` of those who may be one person with somebody, and of those tied to them in turn.

    Who is tied to nobody joins nobody, whatever the names say: most people a question finds were born on other days.
    """
    ties = {
        pair: tie_of(readings[pair[0]], readings[pair[1]])
        for pair in combinations(sorted(readings), 2)
        if pair not in declared
    }
    born = {key for pair, tie in ties.items() if tie == "birth" for key in pair}
    spellings = {key: spellings_of(readings[key]) for key in born}
    linked = [pair for pair, told in declared.items() if told >= WEAK_LINK]
    linked += [
        pair
        for pair, tie in ties.items()
        if tie == "number" or (tie == "birth" and may_fit(spellings[pair[0]], spellings[pair[1]]))
    ]
    found: dict[tuple[Key, Key], int] = {}
    for tied in _tied(linked):
        found |= relate_all({key: readings[key] for key in tied}, declared)
    return found


def _tied(linked: Sequence[tuple[Key, Key]]) -> list[set[Key]]:
    """Keys that pairs link, with all they are linked to in turn."""
    home: dict[Key, set[Key]] = {}
    for one, other in linked:
        both = home.get(one, {one}) | home.get(other, {other})
        home.update(dict.fromkeys(both, both))
    return list({id(keys): keys for keys in home.values()}.values())


def join_all(keys: tuple[str, ...], relations: Mapping[tuple[str, str], int]) -> tuple[tuple[str, ...], ...]:
    """Keys joined level by level from the strongest relation down, never across a conflict; sorted by first key.

    What joins depends on the relations alone, not on how the keys are called or ordered: of what is tied as strongly
    to two that conflict, nothing is joined. `relations` has a pair for every two keys, the smaller first.
    """
    groups: tuple[tuple[str, ...], ...] = tuple((key,) for key in sorted(keys))
    for level in sorted({strength for strength in relations.values() if strength >= JOINED}, reverse=True):
        groups = _join_level(groups, relations, level)
    return groups


def _join_level(
    groups: tuple[tuple[str, ...], ...], relations: Mapping[tuple[str, str], int], level: int
) -> tuple[tuple[str, ...], ...]:
    """One level of `join_all`."""
    linked: dict[int, set[int]] = {place: set() for place in range(len(groups))}
    against: dict[int, set[int]] = {place: set() for place in linked}
    for one, other in combinations(linked, 2):
        if len(groups[one]) == len(groups[other]) == 1:  # nearly all at the first level
            least = most = relations[groups[one][0], groups[other][0]]
        else:
            found = [relations[min(x, y), max(x, y)] for x in groups[one] for y in groups[other]]
            least, most = min(found), max(found)
        into = against if least < 0 else linked if most >= level else None
        if into is not None:
            into[one].add(other)
            into[other].add(one)
    torn = {place for place, others in against.items() if others}
    bridges = {
        place for place, others in linked.items() if any(against[other] & others for other in others & torn)
    }
    joined = []
    for places in components(
        {place: others - bridges for place, others in linked.items() if place not in bridges}
    ):
        if any(against[place] & places for place in places):
            joined += [groups[place] for place in places]
        else:
            joined.append(tuple(sorted(key for place in places for key in groups[place])))
    return tuple(sorted([*joined, *(groups[place] for place in bridges)]))


def components(links: Mapping[int, set[int]]) -> list[set[int]]:
    """The places of each connected part of an undirected graph."""
    parts: list[set[int]] = []
    left = set(links)
    while left:
        part, fresh = set[int](), {min(left)}
        while fresh:
            part |= fresh
            fresh = {other for place in fresh for other in links[place]} - part
        left -= part
        parts.append(part)
    return parts


def join_ranked(
    keys: Iterable[Key], relations: Mapping[tuple[Key, Key], int], least: int = JOINED
) -> tuple[tuple[tuple[Key, ...], ...], tuple[tuple[Key, Key], ...]]:
    """Keys joined from the strongest relation down to `least`, never across a conflict, and the pairs that joined them.

    Among equals the order of the keys decides: for candidates ranked by how well they fit a question, and for what is
    proposed to a person who looks at both. Groups are sorted by first key, pairs from the strongest down.
    """
    home: dict[Key, tuple[Key, ...]] = {key: (key,) for key in keys}
    used: list[tuple[Key, Key]] = []
    links = sorted((-strength, pair) for pair, strength in relations.items() if strength >= least)
    for _, pair in links:
        one, other = pair
        if home[one] is home[other]:
            continue
        if any(relations[min(x, y), max(x, y)] < 0 for x in home[one] for y in home[other]):
            continue
        used.append(pair)
        joined = tuple(sorted(home[one] + home[other]))
        home.update(dict.fromkeys(joined, joined))
    return tuple(sorted(set(home.values()))), tuple(used)


def cluster(
    readings: Mapping[str, Reading], least: int = JOINED, declared: Declared = NOTHING_SAID
) -> tuple[tuple[str, ...], ...]:
    """The groups of `join_ranked` by what the readings tell and what was `declared`; `least` is `WEAK_LINK` or more."""
    return join_ranked(readings, relate_tied(readings, declared), least)[0]
