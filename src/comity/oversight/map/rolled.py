"""The map rolled up: by state, county, level, kind or agency of both sides, by purpose, by class, by door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from comity.oversight.map.row import MapRow
from comity.oversight.reach.hop import Known
from comity.oversight.reach.party import Group, Party

UNKNOWN = "not known"
ANY = "any"


class Roll(StrEnum):
    """By what the map is rolled up."""

    STATE = "state"
    COUNTY = "county"
    LEVEL = "level"
    KIND = "kind"
    AGENCY = "agency"
    PURPOSE = "purpose"
    CLASS = "class"
    DOOR = "door"


SIDES = frozenset({Roll.STATE, Roll.COUNTY, Roll.LEVEL, Roll.KIND, Roll.AGENCY})


@dataclass(frozen=True, slots=True)
class Rolled:
    """What has one key: flows, agreements, givers and takers, each counted once.

    `start` and `end` are the words of giver and taker; of purposes, classes and doors `start` is the word and `end` empty. A
    flow for several purposes counts under each.
    """

    start: str
    end: str
    flows: int
    agreements: int
    givers: int
    takers: int


@dataclass(slots=True)
class _Counting:
    flows: int = 0
    agreements: set[str] = field(default_factory=set)
    givers: set[str] = field(default_factory=set)
    takers: set[str] = field(default_factory=set)


def rolled(rows: Iterable[MapRow], places: Mapping[str, Party], by: Roll) -> tuple[Rolled, ...]:
    """The rows counted by a word, those with most flows first."""
    found: dict[tuple[str, str], _Counting] = {}
    words = _words(places, by)
    for row in rows:
        for key in words(row):
            one = found.setdefault(key, _Counting())
            one.flows += 1
            one.givers.add(row.giver)
            one.takers.add(row.taker)
            if row.known is Known.AGREED:
                one.agreements.add(row.paper)
    counted = (
        Rolled(start, end, one.flows, len(one.agreements), len(one.givers), len(one.takers))
        for (start, end), one in found.items()
    )
    return tuple(sorted(counted, key=lambda one: (-one.flows, one.start, one.end)))


def _words(places: Mapping[str, Party], by: Roll) -> Callable[[MapRow], Iterator[tuple[str, str]]]:
    def several(row: MapRow) -> Iterator[tuple[str, str]]:
        words = row.purposes if by is Roll.PURPOSE else row.classes if by is Roll.CLASS else (str(row.door),)
        for word in words or (ANY,):
            yield word, ""

    def sides(row: MapRow) -> Iterator[tuple[str, str]]:
        yield word_of(places[row.giver], by), word_of(places[row.taker], by)

    return sides if by in SIDES else several


def word_of(party: Party, by: Roll) -> str:
    """A party's word: its state, its county with the state, its level, its kind, or its name."""
    if by is Roll.COUNTY:
        return f"{party.county}, {party.state}" if party.county else f"{UNKNOWN}, {party.state or UNKNOWN}"
    if by is Roll.AGENCY:
        return party.name
    return str(getattr(party, by.value)) or UNKNOWN


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are looked at: whose, to whom, of which class, for which purpose; empty for all.

    A row of which a class or purpose is not stated may be of any, and passes; a party whose trait is not known does not.
    """

    givers: Group | None = None
    takers: Group | None = None
    data_class: str = ""
    purpose: str = ""

    def has(self, row: MapRow, places: Mapping[str, Party]) -> bool:
        """Whether a row passes."""
        return (
            (self.givers is None or self.givers.has(places[row.giver]))
            and (self.takers is None or self.takers.has(places[row.taker]))
            and (not self.data_class or not row.classes or self.data_class in row.classes)
            and (not self.purpose or not row.purposes or self.purpose in row.purposes)
        )
