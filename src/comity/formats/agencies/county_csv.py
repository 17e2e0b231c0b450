"""The codes of counties, from the gazetteer of the Census Bureau: `usps`, `geoid`, `name`."""

from __future__ import annotations

from dataclasses import dataclass

from comity.formats.csv_table import parse_table
from comity.formats.tree import refuse

COLUMNS = ("usps", "geoid", "name")
CODE_LENGTH = 5  # two digits of the state, three of the county


@dataclass(frozen=True, slots=True)
class County:
    """A county, parish, borough or independent city: state (USPS), name as the gazetteer has it, FIPS code of five digits."""

    state: str
    name: str
    fips: str


def read_counties(raw: bytes, file: str) -> tuple[County, ...]:
    """The counties of a gazetteer. Raises RecordFileError for other columns, or a code that is none."""
    table = parse_table(raw, file)
    if not set(COLUMNS) <= set(table.header):
        shown = ", ".join(table.header)[:120]
        raise refuse(
            file, 1, f"the columns `{shown}` are not those of a gazetteer", f"name one with {', '.join(COLUMNS)}"
        )
    found = []
    for row in table.rows:
        cells = dict(zip(table.header, row.cells, strict=False))
        state, fips, name = (cells.get(column, "").strip() for column in COLUMNS)
        if len(fips) != CODE_LENGTH or not fips.isdigit():
            raise refuse(file, row.line, f"`{fips[:20]}` is no code of a county", "write five digits")
        found.append(County(state, " ".join(name.split()), fips))
    return tuple(found)
