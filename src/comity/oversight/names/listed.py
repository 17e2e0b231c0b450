"""A directory made ready to be searched by name: each entry's kind, level and names taken apart, in state order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from comity.model.ori import BodyKind, BodyLevel, OriEntry
from comity.oversight.names.spelling import Reading, plain_words, read_spelling
from comity.oversight.names.words import COUNTY_WORDS, OFFICES, TERRITORIES

MOST_ENTRIES = 60_000  # twice both editions of the FBI's list; more is no directory of agencies
_CUT = (":", ",")  # the employees' file cuts a name of several offices here
TOWN_TYPES = ("City", "County")  # whose names are read plainly: College Park is no college

_BY_TYPE = {
    "City": (BodyKind.POLICE, BodyLevel.MUNICIPAL),
    "County": (BodyKind.SHERIFF, BodyLevel.COUNTY),
    "University or College": (BodyKind.CAMPUS_POLICE, BodyLevel.CAMPUS),
    "State Police": (BodyKind.STATE_POLICE, BodyLevel.STATE),
    "Tribal": (BodyKind.TRIBAL_POLICE, BodyLevel.TRIBAL),
    "Federal": (BodyKind.FEDERAL_AGENCY, BodyLevel.FEDERAL),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry with what its type and names say; `counties` in plain words."""

    entry: OriEntry
    kind: BodyKind
    level: BodyLevel
    readings: tuple[Reading, ...]
    counties: frozenset[str]


class Directory:
    """Entries by state and by name without blanks. Built once, never changed."""

    def __init__(self, entries: Iterable[OriEntry]) -> None:
        self.by_ori: dict[str, Listed] = {}
        self._named: dict[tuple[str, str], list[Listed]] = defaultdict(list)
        self._anywhere: dict[str, list[Listed]] = defaultdict(list)
        self._keys: dict[str, dict[str, None]] = defaultdict(dict)
        self._states_of: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            listed = list_entry(entry)
            self.by_ori[entry.ori] = listed
            for county in listed.counties:
                self._states_of[county].add(entry.state)
            for key in dict.fromkeys(reading.key for reading in listed.readings):
                self._named[entry.state, key].append(listed)
                self._anywhere[key].append(listed)
                self._keys[entry.state][key] = None

    def named(self, state: str, key: str) -> tuple[Listed, ...]:
        """Entries of a state, or of all where none is given, one of whose names is this without blanks."""
        return tuple(self._named.get((state, key), ()) if state else self._anywhere.get(key, ()))

    def state_with_county(self, county: str) -> str:
        """The one state that has a county of this name, in plain words; empty where none or several have."""
        states = self._states_of.get(county, set())
        return next(iter(states)) if len(states) == 1 else ""

    def keys_of(self, state: str) -> tuple[str, ...]:
        """Every name of a state without blanks, each once."""
        return tuple(self._keys.get(state, ()))


def list_entry(entry: OriEntry) -> Listed:
    """What an entry's type and names say of it. The type is believed before the name."""
    spelled = [
        read_spelling(_whole(name, entry), entry.state, entry.type in TOWN_TYPES) for name in _names_of(entry)
    ]
    readings = [reading for spelling in spelled for reading in _kept(spelling.readings, entry.type)]
    beside = [spelling.county for spelling in spelled if spelling.county]
    kind, level = _kind_of(entry, readings)
    counties = frozenset(" ".join(plain_words(county)) for county in entry.counties) | frozenset(beside)
    return Listed(entry, kind, level, tuple(dict.fromkeys(readings)), counties)


def _names_of(entry: OriEntry) -> list[str]:
    """The names that are not cut, or the cut ones where there is no other."""
    whole = [name for name in entry.names if not name.rstrip().endswith(_CUT)]
    return whole or list(entry.names)


def _whole(name: str, entry: OriEntry) -> str:
    """A cut name with the county that tells its offices apart."""
    if name.rstrip().endswith(_CUT) and len(entry.counties) == 1 and entry.counties[0] not in name:
        return f"{name.rstrip(' :,')} {entry.counties[0]} County"
    return name


def _kept(readings: tuple[Reading, ...], type_: str) -> list[Reading]:
    """The readings that fit the type: a city, a county and a campus keep their state's name."""
    if type_ in (*TOWN_TYPES, "University or College"):
        return [readings[0]]
    return [replace(r, core=tuple(word for word in r.core if word not in OFFICES)) for r in readings]


def rank_of(kind: BodyKind) -> int:
    """How much a kind tells: nothing, that it is police or a municipality, or what special body it is."""
    return 0 if kind is BodyKind.UNKNOWN else 1 if kind in (BodyKind.GOVERNMENT, BodyKind.POLICE) else 2


def _kind_of(entry: OriEntry, readings: list[Reading]) -> tuple[BodyKind, BodyLevel]:
    said = next((r for r in readings if r.kind not in (BodyKind.UNKNOWN, BodyKind.GOVERNMENT)), None)
    kind, level = _BY_TYPE.get(entry.type, (BodyKind.UNKNOWN, BodyLevel.UNKNOWN))
    if entry.type == "County" and said is not None and said.kind in (BodyKind.POLICE, BodyKind.COUNTY_POLICE):
        kind = BodyKind.COUNTY_POLICE
    if entry.type == "City" and said is not None and said.kind is BodyKind.MARSHAL:
        kind = BodyKind.MARSHAL
    if kind is BodyKind.UNKNOWN and said is not None:
        kind, level = said.kind, said.level
    if entry.type == "Other State Agency":
        level = BodyLevel.STATE
    if entry.type == "State Police" and said is not None and said.level is BodyLevel.STATE:
        kind = said.kind
    return kind, BodyLevel.TERRITORIAL if entry.state in TERRITORIES else level


def county_words(text: str) -> str:
    """A county's name in plain words, without the word county."""
    return " ".join(word for word in plain_words(text) if word not in COUNTY_WORDS)
