"""Joining released records of several owners into people, for the asker; conflicts stay visible.

Two records are one person when their names are compatible, a second identifier agrees (a whole birth date, or an
identifying number) and nothing clearly conflicts. An address alone joins nobody: families share both. A record that
fits two people who conflict, and neither better, is joined to none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

from comity.errors import NounError
from comity.match.addresses import AGREE_LEVELS, compare_addresses, read_address
from comity.match.dates import AGREEING_BIRTHS, CONFLICTING_BIRTHS, Birth, compare_births, read_birth
from comity.match.fold import words
from comity.match.identifiers import IDENTIFIER_FIELDS, LIFELONG_FIELDS, compare_numbers, forms, is_placeholder
from comity.match.name_levels import STRONG_LEVELS, NameJudge, Term
from comity.match.names import Name, read_name
from comity.model.base import Noun
from comity.model.outcome import Conflict, HeldValue

MOST_ITEMS = 400  # 20 sources with 20 items each; the pairs are compared one by one
MOST_VALUES = 8
JOINED = 2  # the weakest relation that says `one person`
WEAK_LINK = (
    1  # one name and a birth date one slip away, or one number and names alike by sound: neither said to be
)
# one person, nor rivals
STRONG, COMPATIBLE, ALIKE = 3, 2, 1  # how two names fit; 0 is another name
COMPARED_FIELDS = ("name", "birth-date", "sex", *IDENTIFIER_FIELDS, "home-address", "birthplace", "status")


class GroupInput(Noun, frozen=True, kw_only=True):
    """One released item: `key` unique within the question, the owner, its day, and the values released by field.

    `borne` holds numbers of the question which the owner said the record bears, though it did not release them: they
    tie records together and are never shown as the record's.
    """

    key: str
    owner: str
    as_of: date
    values: Mapping[str, tuple[str, ...]]
    borne: Mapping[str, str] = {}

    @property
    def compared(self) -> dict[str, tuple[str, ...]]:
        """All values this record is compared by."""
        told = {field: (number,) for field, number in self.borne.items() if not self.values.get(field)}
        return {**self.values, **told}


class PersonGroup(Noun, frozen=True, kw_only=True):
    """Items that are one person, as far as they tell.

    `agree` names fields on which every item that has them agrees; `disagree` gives, for each other field, the
    values with their owners and days, unresolved.
    """

    keys: tuple[str, ...]
    agree: tuple[str, ...]
    disagree: tuple[Conflict, ...]


class Reading(NamedTuple):
    """The identifying values of one record, read once."""

    owner: str
    names: tuple[Name, ...]
    births: tuple[Birth, ...]
    sexes: frozenset[str]
    numbers: Mapping[str, tuple[str, ...]]


def read_values(owner: str, values: Mapping[str, tuple[str, ...]]) -> Reading:
    """Read the values two records are compared by."""
    names = [*values.get("name", ()), *values.get("alias", ())]
    births = (read_birth(text) for text in values.get("birth-date", ())[:MOST_VALUES])
    sexes = frozenset(text.strip().upper()[:1] for text in values.get("sex", ()) if text.strip())
    return Reading(
        owner=owner,
        names=tuple(read_name(text) for text in names[:MOST_VALUES]),
        births=tuple(birth for birth in births if birth is not None),
        sexes=sexes & {"F", "M"},
        numbers={field: values[field][:MOST_VALUES] for field in IDENTIFIER_FIELDS if values.get(field)},
    )


def relate(one: Reading, other: Reading) -> int:
    """How two records relate: `JOINED` or more, one person; `WEAK_LINK`; 0, not known; negative, two people."""
    birth = birth_level(one, other)
    exact, lifelong_exact, conflicts = number_levels(one, other)
    if birth in CONFLICTING_BIRTHS or any(field in LIFELONG_FIELDS for field in conflicts):
        return -1
    fit = name_fit(one, other)
    if fit == 0:
        return -1
    if conflicts and not lifelong_exact and (one.owner == other.owner or birth != "exact" or fit < STRONG):
        return -1  # state and licence numbers change with the state; within one owner they do not
    sexes_differ = bool(one.sexes and other.sexes and not one.sexes & other.sexes)
    if exact and fit > ALIKE:
        return JOINED + len(exact) + (birth == "exact")
    if exact:
        return WEAK_LINK
    if fit < STRONG or sexes_differ:
        return 0
    return JOINED if birth == "exact" else WEAK_LINK if birth in ("swapped", "typo") else 0


def birth_level(one: Reading, other: Reading) -> str:
    """The best level at which any of two records' birth dates compare; `missing` where either has none."""
    levels = {compare_births(a, b) for a in one.births for b in other.births}
    order = ("exact", "swapped", "typo", "january-exact", "year-month", "year", "january", "near", "different")
    return next((level for level in order if level in levels), "missing")


def number_levels(one: Reading, other: Reading) -> tuple[list[str], bool, list[str]]:
    """Kinds that agree exactly, whether a lifelong one is among them, and kinds that differ."""
    exact, conflicts = [], []
    for field, ones in one.numbers.items():
        levels = {compare_numbers(field, a, b) for a in ones for b in other.numbers.get(field, ())}
        if "exact" in levels:
            exact.append(field)
        elif "different" in levels:
            conflicts.append(field)
    return exact, any(field in LIFELONG_FIELDS for field in exact), conflicts


def name_fit(one: Reading, other: Reading) -> int:
    """`STRONG`: both parts agree; `COMPATIBLE`: as a clerk writes one name twice; `ALIKE`: by sound; 0: another name."""
    judge = NameJudge()
    fits = [_fit(judge.terms(a, b)) for a in one.names for b in other.names]
    return max(fits, default=0)


def _fit(terms: tuple[Term, ...]) -> int:
    levels = {term.comparison: term.level for term in terms}
    if "surname" not in levels or "different" in levels.values() or "conflict" in levels.values():
        return 0
    if "similar" in levels.values():
        return ALIKE
    return STRONG if levels["surname"] in STRONG_LEVELS and levels.get("given") in STRONG_LEVELS else COMPATIBLE


def group_people(items: Sequence[GroupInput]) -> tuple[PersonGroup, ...]:
    """Join items into people. The result does not depend on the order of the items.

    Raises NounError for two items with one key or more than `MOST_ITEMS` items.
    """
    if len(items) > MOST_ITEMS:
        raise NounError(f"more than {MOST_ITEMS} items cannot be grouped; narrow the question")
    by_key = {item.key: item for item in items}
    if len(by_key) != len(items):
        raise NounError("two items have one key; keys are unique within a question")
    readings = {key: read_values(by_key[key].owner, by_key[key].compared) for key in sorted(by_key)}
    relations = {pair: relate(readings[pair[0]], readings[pair[1]]) for pair in combinations(readings, 2)}
    return tuple(show_group(tuple(by_key[key] for key in keys)) for keys in join_all(tuple(readings), relations))


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
        found = [relations[min(x, y), max(x, y)] for x in groups[one] for y in groups[other]]
        into = against if min(found) < 0 else linked if max(found) >= level else None
        if into is not None:
            into[one].add(other)
            into[other].add(one)
    bridges = {place for place, others in linked.items() if any(against[other] & others for other in others)}
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


def cluster(readings: Mapping[str, Reading], least: int = JOINED) -> tuple[tuple[str, ...], ...]:
    """Keys joined from the strongest relation down to `least`, never across a conflict; sorted by first key.

    Among equals the order of the keys decides: for candidates ranked by how well they fit a question.
    """
    relations = {(a, b): relate(readings[a], readings[b]) for a, b in combinations(sorted(readings), 2)}
    home: dict[str, tuple[str, ...]] = {key: (key,) for key in readings}
    links = sorted((-strength, pair) for pair, strength in relations.items() if strength >= least)
    for _, (a, b) in links:
        if home[a] is home[b]:
            continue
        if any(relations[min(x, y), max(x, y)] < 0 for x in home[a] for y in home[b]):
            continue
        joined = tuple(sorted((*home[a], *home[b])))
        for key in joined:
            home[key] = joined
    return tuple(sorted(set(home.values())))


def show_group(items: tuple[GroupInput, ...]) -> PersonGroup:
    """Items with what they agree on and what they do not."""
    agree, disagree = [], []
    for field in COMPARED_FIELDS:
        held = [values for item in items if (values := _telling(field, item.compared))]
        if len(held) < 2:
            continue
        if all(_values_agree(field, a, b) for a, b in combinations(held, 2)):
            agree.append(field)
        else:
            disagree.append(Conflict(field=field, values=_shown(field, items)))
    return PersonGroup(keys=tuple(item.key for item in items), agree=tuple(agree), disagree=tuple(disagree))


def _shown(field: str, items: tuple[GroupInput, ...]) -> tuple[HeldValue, ...]:
    """Released values by owner, each once with the latest day as of which its owner says so."""
    latest: dict[tuple[str, str], date] = {}
    for item in items:
        for value in _telling(field, item.values):
            key = (item.owner, value)
            latest[key] = max(item.as_of, latest.get(key, item.as_of))
    return tuple(HeldValue(owner=owner, value=value, as_of=day) for (owner, value), day in sorted(latest.items()))


def _telling(field: str, values: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The values of a field that can agree or differ: a number never issued to one person can do neither."""
    held = values.get(field, ())[:MOST_VALUES]
    if field not in IDENTIFIER_FIELDS:
        return held
    return tuple(one for one in held if not all(is_placeholder(field, form) for form in forms(field, one)))


def _values_agree(field: str, ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    pairs = [(a, b) for a in ones for b in others]
    if field == "name":
        judge = NameJudge()
        return any(_fit(judge.terms(read_name(a), read_name(b))) > ALIKE for a, b in pairs)
    if field == "birth-date":
        read = ((read_birth(a), read_birth(b)) for a, b in pairs)
        return any(a is not None and b is not None and compare_births(a, b) in AGREEING_BIRTHS for a, b in read)
    if field in IDENTIFIER_FIELDS:
        return any(compare_numbers(field, a, b) == "exact" for a, b in pairs)
    if field == "home-address":
        return any(compare_addresses(read_address(a), read_address(b)) in AGREE_LEVELS for a, b in pairs)
    return any(words(a) == words(b) for a, b in pairs)
