"""What the names of a portal registry mean, worked out without the resolver: by FIPS code, census name and type of agency.

A registry row says role, type, and a census place or county. The agency meant is the directory's city agency whose name is
that place's, or the county agency whose name is that county's, in that state. Names are compared by letters alone. Rows of
closed accounts, associations and businesses mean no agency. All other rows (campuses, task forces, whatever needs review)
have no truth here; a hand reading covers what is resolved of them.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DIRECTORIES = ("agencies_fbi_lee_2025.csv", "agencies_fbi_cde_2018.csv")
REGISTRY = "agencies_portal_name_registry_2026.csv"
PLACES = "geo_us_places_population.csv"
COUNTIES = "geo_us_counties_gazetteer.csv"
NOBODY = {"test", "decommissioned", "hoa", "business"}

_PLACE_KIND = re.compile(r" (city|town|village|CDP|borough|township|municipality|urban county)( \(balance\))?$")
_COUNTY_KIND = re.compile(r" (County|Parish|Borough|city)$")
_OFFICE = re.compile(r"( Police Department| (County |Parish )?Sheriff's Office| (Township|Town|Village|City))$")
_STATES = {"NB": "NE", "GM": "GU", "FS": "US"}


@dataclass(frozen=True)
class Truth:
    """A name of the registry and the ORIs it may mean; `nobody` where it means no agency of any directory."""

    spelling: str
    oris: frozenset[str]
    nobody: bool
    sheriff: bool


def read_rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def letters(text: str) -> str:
    """The letters of a name, `Saint` written short."""
    return re.sub("[^a-z]", "", re.sub(r"\bsaint\b", "st", text.casefold()))


def truths(folder: Path) -> tuple[Truth, ...]:
    """Every row of the registry that has a truth, in its order."""
    listed = _listed(folder)
    places = {row["fips"]: row["name"].rpartition(", ")[0] for row in read_rows(folder, PLACES)}
    counties = {row["geoid"]: row["name"] for row in read_rows(folder, COUNTIES)}
    states = {row["geoid"][:2]: row["usps"] for row in read_rows(folder, COUNTIES)}
    found = []
    for row in read_rows(folder, REGISTRY):
        spelling = row["portal_names"] or row["portal_slugs"]
        state = states.get(row["geo_fips"][:2], "")
        oris: frozenset[str] = frozenset()
        sheriff = row["role"] == "sheriff" and row["geo_kind"] == "county"
        if row["role"] == "police" and row["type"] == "city" and row["geo_kind"] == "place":
            name = _PLACE_KIND.sub("", places.get(row["geo_fips"], row["geo_name"]))
            oris = frozenset(listed[state, "City", letters(name)])
        elif sheriff:
            name = _COUNTY_KIND.sub("", counties[row["geo_fips"]])
            oris = frozenset(listed[state, "County", letters(name)])
        nobody = row["role"] in NOBODY
        if oris or nobody:
            found.append(Truth(spelling, oris, nobody, sheriff))
    return tuple(found)


def _listed(folder: Path) -> dict[tuple[str, str, str], set[str]]:
    """ORIs by state, type and the letters of the name, with and without the word for the kind of municipality."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for file in DIRECTORIES:
        for row in read_rows(folder, file):
            state = _STATES.get(row["state"], row["state"])
            for name in _names(row["agency_name"]):
                found[state, row["agency_type"], letters(name)].add(row["ori"])
    return found


def _names(written: str) -> Iterable[str]:
    name = _OFFICE.sub("", written.strip().partition(", ")[0])
    return {name, _OFFICE.sub("", name), written.removesuffix(" Police Department")}
