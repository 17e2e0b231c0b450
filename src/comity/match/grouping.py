"""Persons of one owner, derived from the acts of its custodians. Nothing of it is ever inferred.

An act stands unless a standing later act undoes it. The acts that stand are carried out in their order:

    merged   the persons of everybody it names become one person
    split    everybody it takes out leaves the person, and is declared to be none of the others

A merge that would make two appearances one person whom a standing split declared to be two has no effect at all,
unless it was confirmed against that very split: doubt never joins two people. What is not `among` those asked about is
struck out of every act first, so that a record which may not be spoken of joins nobody and parts nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from comity.model.canon import digest
from comity.model.person_act import ActKind, Appearance, PersonAct

Person = tuple[Appearance, ...]
Pair = tuple[Appearance, Appearance]
DECLARED = 1_000  # stronger than any evidence: the owner said that two appearances are one person
DECLARED_APART = -1


class Grouping(NamedTuple):
    """What acts amount to: the person of every appearance they name, in order; pairs declared to be two people.

    `idle` are the ids of merges that stand and have no effect, because a standing split speaks against them. `parted`
    are pairs of persons, each by its first appearance, of whom some were declared two people: then all of them are.
    """

    persons: Mapping[Appearance, Person]
    apart: frozenset[Pair]
    idle: tuple[str, ...] = ()
    parted: frozenset[Pair] = frozenset()

    def person_of(self, one: Appearance) -> Person:
        """The whole person of an appearance: itself alone where no act says otherwise."""
        return self.persons.get(one, (one,))

    def relation(self, one: Appearance, other: Appearance) -> int | None:
        """`DECLARED` for one person, `DECLARED_APART` for two people, None where the owner said nothing."""
        if other in self.persons.get(one, ()):
            return DECLARED
        firsts = in_order(self.person_of(one)[0], self.person_of(other)[0])
        return DECLARED_APART if firsts in self.parted else None


NOTHING_DECLARED = Grouping(MappingProxyType({}), frozenset())


def standing_acts(acts: Iterable[PersonAct]) -> tuple[PersonAct, ...]:
    """The acts that no standing later act undoes, in their order."""
    undone: set[str] = set()
    standing: list[PersonAct] = []
    for act in sorted(acts, key=lambda act: -act.number):
        if act.id in undone:
            continue
        if act.kind is ActKind.UNDONE:
            undone.add(act.undoes)
        standing.append(act)
    return tuple(reversed(standing))


def group_appearances(acts: Iterable[PersonAct], among: frozenset[Appearance] | None = None) -> Grouping:
    """The persons that acts amount to, among the given appearances (None: all that the acts name)."""
    replay = _Replay()
    for act in standing_acts(acts):
        people = _kept(act.people, among)
        others = _kept(act.others, among)
        if act.kind is ActKind.MERGED:
            replay.merge(act, people)
        elif act.kind is ActKind.SPLIT:
            replay.split(act, people, others)
    persons = {one: tuple(sorted(person)) for one, person in replay.home.items()}
    firsts = {one: person[0] for one, person in persons.items()}
    parted = frozenset(in_order(firsts.get(a, a), firsts.get(b, b)) for a, b in replay.apart)
    return Grouping(persons, frozenset(replay.apart), tuple(replay.idle), parted)


def person_id(owner: str, person: Person) -> str:
    """The name of a person: it follows from the first of its appearances, and from nothing else."""
    first = min(person)
    return digest((owner, first.record_id, first.person_key)).removeprefix("sha256:")[:16]


def in_order(one: Appearance, other: Appearance) -> Pair:
    return (one, other) if one < other else (other, one)


def _kept(people: tuple[Appearance, ...], among: frozenset[Appearance] | None) -> tuple[Appearance, ...]:
    return people if among is None else tuple(one for one in people if one in among)


class _Replay:
    """The state while acts are carried out; `apart` holds the splits that declare each pair."""

    __slots__ = ("apart", "home", "idle")

    def __init__(self) -> None:
        self.home: dict[Appearance, frozenset[Appearance]] = {}
        self.apart: dict[Pair, set[str]] = {}
        self.idle: list[str] = []

    def merge(self, act: PersonAct, people: tuple[Appearance, ...]) -> None:
        whole = frozenset[Appearance]().union(*(self._person(one) for one in people))
        against = [pair for pair in self._apart_within(whole) if not self.apart[pair] <= set(act.overrules)]
        if against:
            self.idle.append(act.id)
            return
        for pair in tuple(self._apart_within(whole)):
            del self.apart[pair]
        self._settle(whole)

    def split(self, act: PersonAct, people: tuple[Appearance, ...], others: tuple[Appearance, ...]) -> None:
        out = frozenset(people)
        for whole in {self._person(one) for one in (*people, *others)}:
            self._settle(whole & out)
            self._settle(whole - out)
        for one, other in product(people, others):
            self.apart.setdefault(in_order(one, other), set()).add(act.id)

    def _person(self, one: Appearance) -> frozenset[Appearance]:
        return self.home.get(one, frozenset({one}))

    def _settle(self, person: frozenset[Appearance]) -> None:
        for one in person:
            self.home[one] = person

    def _apart_within(self, whole: frozenset[Appearance]) -> Iterator[Pair]:
        return (pair for pair in self.apart if pair[0] in whole and pair[1] in whole)
