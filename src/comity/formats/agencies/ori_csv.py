"""ORI directories as the FBI publishes them, read and merged over their editions.

Two layouts are read, told apart by their header: the employees' file (`data_year`, `county`, names of one line cut at the
colon) and the crime data explorer's list of 2018 (`primary_county`, names in full). An ORI of both keeps both names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.formats.csv_table import Row, Table, parse_table
from comity.formats.tree import refuse
from comity.model.base import ORI_PATTERN
from comity.model.ori import OriEntry

STATES = {"NB": "NE", "GM": "GU", "FS": "US"}  # codes of the files that are none of the postal service
NO_COUNTY = frozenset({"", "NOT SPECIFIED", "UNMAPPED COUNTY"})
EXPLORER_EDITION = "2018"  # its rows carry no year

_LAYOUTS = {
    "employees": ("ori", "data_year", "agency_name", "state", "county", "agency_type", "population"),
    "explorer": ("ori", "state", "agency_name", "agency_type", "primary_county"),
}


@dataclass(frozen=True, slots=True)
class OriFile:
    """One edition as read. `dropped` holds (line, why) of rows that list no agency."""

    entries: tuple[OriEntry, ...]
    dropped: tuple[tuple[int, str], ...]


def read_ori_csv(raw: bytes, file: str) -> OriFile:
    """The agencies of one edition. Raises RecordFileError where the header is neither layout."""
    table = parse_table(raw, file)
    layout = next((name for name, columns in _LAYOUTS.items() if set(columns) <= set(table.header)), None)
    if layout is None:
        shown = ", ".join(table.header)[:120]
        remedy = "name an ORI directory with the columns ori, agency_name, state, agency_type and county"
        raise refuse(file, 1, f"the columns `{shown}` are not those of an ORI directory", remedy)
    entries, dropped = [], []
    seen: set[str] = set()
    for row in table.rows:
        cells = _cells(table, row)
        fault = _fault(cells, seen)
        if fault:
            dropped.append((row.line, fault))
            continue
        seen.add(cells["ori"])
        entries.append(_entry(cells, layout))
    return OriFile(tuple(entries), tuple(dropped))


def merge_editions(files: Iterable[OriFile]) -> tuple[OriEntry, ...]:
    """One entry an ORI: what the newest edition says, with the names of the others behind it, in the order of the ORI."""
    found: dict[str, OriEntry] = {}
    for entry in sorted((entry for file in files for entry in file.entries), key=lambda entry: entry.edition):
        older = found.get(entry.ori)
        found[entry.ori] = entry if older is None else _merged(entry, older)
    return tuple(found[ori] for ori in sorted(found))


def _merged(newer: OriEntry, older: OriEntry) -> OriEntry:
    return OriEntry(
        ori=newer.ori,
        state=newer.state,
        names=tuple(dict.fromkeys((*newer.names, *older.names))),
        counties=newer.counties or older.counties,
        type=newer.type,
        edition=newer.edition,
        population=newer.population or older.population,
    )


def _cells(table: Table, row: Row) -> dict[str, str]:
    return {name: " ".join(cell.split()) for name, cell in zip(table.header, row.cells, strict=False)}


def _fault(cells: dict[str, str], seen: set[str]) -> str:
    ori = cells["ori"]
    if not ORI_PATTERN.fullmatch(ori):
        return "the identifier is not an ORI"
    if ori in seen:
        return "the ORI stands twice"
    return "" if cells.get("agency_name", "").strip(" :,") else "the agency has no name"


def _entry(cells: dict[str, str], layout: str) -> OriEntry:
    county = cells.get("county", cells.get("primary_county", ""))
    population = cells.get("population", "")
    return OriEntry(
        ori=cells["ori"],
        state=STATES.get(cells["state"], cells["state"]),
        names=(cells["agency_name"],),
        counties=() if county.upper() in NO_COUNTY else tuple(part.strip().title() for part in county.split(",")),
        type=cells["agency_type"],
        edition=cells["data_year"] if layout == "employees" else EXPLORER_EDITION,
        population=int(population) if population.isdecimal() else 0,
    )
