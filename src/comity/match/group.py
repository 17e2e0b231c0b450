"""Joining released records of several owners into people, for the asker; conflicts stay visible.

Two records are one person when their names are compatible, a second identifier agrees (a whole birth date, or an
identifying number) and nothing clearly conflicts. An address alone joins nobody: families share both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

from comity.errors import NounError
from comity.match.addresses import AGREE_LEVELS, compare_addresses, read_address
from comity.match.dates import AGREEING_BIRTHS, Birth, compare_births, read_birth
from comity.match.fold import words
from comity.match.identifiers import IDENTIFIER_FIELDS, LIFELONG_FIELDS, compare_numbers
from comity.match.name_levels import STRONG_LEVELS, NameJudge, Term
from comity.match.names import Name, read_name
from comity.model.base import Noun

MOST_ITEMS = 400  # 20 sources with 20 items each; the pairs are compared one by one
MOST_VALUES = 8
JOINED = 2  # the weakest relation that says `one person`
WEAK_LINK = 1  # one name, a birth date one slip away: not said to be one person, not rivals either
Declared = Mapping[tuple[str, str], int]  # what an owner said of two keys, in order; see `match.grouping`
NOTHING_SAID: Declared = MappingProxyType({})
COMPARED_FIELDS = ("name", "birth-date", "sex", *IDENTIFIER_FIELDS, "home-address", "birthplace", "status")


class GroupInput(Noun, frozen=True, kw_only=True):
    """One released item: `key` unique within the question, the owner, and the values it released by field."""

    key: str
    owner: str
    values: Mapping[str, tuple[str, ...]]


class PersonGroup(Noun, frozen=True, kw_only=True):
    """Items that are one person, as far as they tell.

    `agree` names fields on which every item that has them agrees; `disagree` gives, for each other field, the
    values with their owners, unresolved.
    """

    keys: tuple[str, ...]
    agree: tuple[str, ...]
    disagree: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


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


class Relation(NamedTuple):
    """What two records agree and differ on: names (see `_name_fit`), birth dates, sexes, kinds of number."""

    fit: int
    named: bool
    birth: str
    sexes_differ: bool
    exact: tuple[str, ...]
    conflicts: tuple[str, ...]
    same_owner: bool


def relate(one: Reading, other: Reading) -> int:
    """How two records relate: `JOINED` or more, one person; `WEAK_LINK`; 0, not known; negative, two people."""
    birth, (exact, conflicts) = _birth_level(one, other), _number_levels(one, other)
    if birth == "different" or LIFELONG_FIELDS & set(conflicts):
        return -1  # before the names, which cost most
    return strength_of(_relation(one, other, birth, (exact, conflicts)))


def weigh(one: Reading, other: Reading) -> Relation:
    """What two records agree and differ on."""
    return _relation(one, other, _birth_level(one, other), _number_levels(one, other))


def _relation(one: Reading, other: Reading, birth: str, numbers: tuple[list[str], list[str]]) -> Relation:
    exact, conflicts = numbers
    return Relation(
        fit=_name_fit(one, other),
        named=bool(one.names and other.names),
        birth=birth,
        sexes_differ=bool(one.sexes and other.sexes and not one.sexes & other.sexes),
        exact=tuple(exact),
        conflicts=tuple(conflicts),
        same_owner=one.owner == other.owner,
    )


def strength_of(found: Relation) -> int:
    """`relate` of two records that were weighed before."""
    if found.birth == "different" or found.fit == 0 or LIFELONG_FIELDS & set(found.conflicts):
        return -1
    lifelong_exact = LIFELONG_FIELDS & set(found.exact)
    if found.conflicts and not lifelong_exact and (found.same_owner or found.birth != "exact" or found.fit < 2):
        return -1  # state and licence numbers change with the state; within one owner they do not
    if found.exact:
        return JOINED + len(found.exact) + (found.birth == "exact")
    if found.fit < 2 or found.sexes_differ:
        return 0
    return JOINED if found.birth == "exact" else WEAK_LINK if found.birth in ("swapped", "typo") else 0


def _birth_level(one: Reading, other: Reading) -> str:
    levels = {compare_births(a, b) for a in one.births for b in other.births}
    order = ("exact", "swapped", "typo", "january-exact", "year-month", "year", "january", "near", "different")
    return next((level for level in order if level in levels), "missing")


def _number_levels(one: Reading, other: Reading) -> tuple[list[str], list[str]]:
    """Kinds of number that agree exactly, and kinds that differ."""
    exact, conflicts = [], []
    for field, ones in one.numbers.items():
        levels = {compare_numbers(field, a, b) for a in ones for b in other.numbers.get(field, ())}
        if "exact" in levels:
            exact.append(field)
        elif "different" in levels:
            conflicts.append(field)
    return exact, conflicts


def _name_fit(one: Reading, other: Reading) -> int:
    """2: both parts agree strongly; 1: compatible; 0: another name."""
    judge = NameJudge()
    fits = [_fit(judge.terms(a, b)) for a in one.names for b in other.names]
    return max(fits, default=0)


def _fit(terms: tuple[Term, ...]) -> int:
    levels = {term.comparison: term.level for term in terms}
    if "different" in levels.values() or "conflict" in levels.values():
        return 0
    if levels.get("surname") in STRONG_LEVELS and levels.get("given") in STRONG_LEVELS:
        return 2
    return 1 if "surname" in levels else 0


def group_people(items: Sequence[GroupInput], declared: Declared = NOTHING_SAID) -> tuple[PersonGroup, ...]:
    """Join items into people. The result does not depend on the order of the items.

    What an owner `declared` of two of its own items stands, whatever they tell; what they differ on is still shown.

    Raises NounError for two items with one key or more than `MOST_ITEMS` items.
    """
    if len(items) > MOST_ITEMS:
        raise NounError(f"more than {MOST_ITEMS} items cannot be grouped; narrow the question")
    by_key = {item.key: item for item in items}
    if len(by_key) != len(items):
        raise NounError("two items have one key; keys are unique within a question")
    readings = {key: read_values(by_key[key].owner, by_key[key].values) for key in sorted(by_key)}
    clusters = cluster(readings, declared=declared)
    return tuple(_show_group(tuple(by_key[key] for key in keys)) for keys in clusters)


def cluster(
    readings: Mapping[str, Reading], least: int = JOINED, declared: Declared = NOTHING_SAID
) -> tuple[tuple[str, ...], ...]:
    """Keys joined from the strongest relation down to `least`, never across a conflict; sorted by first key.

    What is `declared` of a pair takes the place of what the two tell.
    """
    relations = {
        (a, b): declared[a, b] if (a, b) in declared else relate(readings[a], readings[b])
        for a, b in combinations(sorted(readings), 2)
    }
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


def _show_group(items: tuple[GroupInput, ...]) -> PersonGroup:
    agree, disagree = [], []
    for field in COMPARED_FIELDS:
        holders = [item for item in items if item.values.get(field)]
        if len(holders) < 2:
            continue
        if all(_values_agree(field, a.values[field], b.values[field]) for a, b in combinations(holders, 2)):
            agree.append(field)
        else:
            shown = {(item.owner, value) for item in holders for value in item.values[field][:MOST_VALUES]}
            disagree.append((field, tuple(sorted(shown))))
    return PersonGroup(keys=tuple(item.key for item in items), agree=tuple(agree), disagree=tuple(disagree))


def _values_agree(field: str, ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    pairs = [(a, b) for a in ones[:MOST_VALUES] for b in others[:MOST_VALUES]]
    if field == "name":
        judge = NameJudge()
        return any(_fit(judge.terms(read_name(a), read_name(b))) > 0 for a, b in pairs)
    if field == "birth-date":
        read = ((read_birth(a), read_birth(b)) for a, b in pairs)
        return any(a is not None and b is not None and compare_births(a, b) in AGREEING_BIRTHS for a, b in read)
    if field in IDENTIFIER_FIELDS:
        return any(compare_numbers(field, a, b) in ("exact", "placeholder-equal") for a, b in pairs)
    if field == "home-address":
        return any(compare_addresses(read_address(a), read_address(b)) in AGREE_LEVELS for a, b in pairs)
    return any(words(a) == words(b) for a, b in pairs)
