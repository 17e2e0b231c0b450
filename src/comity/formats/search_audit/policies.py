"""What portals say about themselves: lists with a line for each agency and day, by their headings."""

from __future__ import annotations

import re
from datetime import date

from comity.formats.csv_table import Row, Table, parse_table
from comity.formats.tree import refuse
from comity.model.search_audit import PortalPolicy

AGENCY = "agency"
DAYS = ("archived_date", "updated")
RETENTION = ("retention_days", "data_retention_in_days")
NOTHING = frozenset({"", "na", "n/a", "-infinity days"})  # how these lists write that a page says nothing
LONGEST_RETENTION = 36_525  # days; a century, beyond which a cell is no number of days


def read_policies(raw: bytes, file: str) -> tuple[PortalPolicy, ...]:
    """Read a list of portals' policies or of their counts. Raises RecordFileError with the line of the first fault."""
    table = parse_table(raw, file)
    if AGENCY not in table.header or not set(table.header) & {*RETENTION, "prohibited_uses"}:
        fault = "not a list of portals' policies: it has no `agency` with a retention or prohibited uses"
        raise refuse(file, 1, fault, "name the list whose columns docs/audit.md shows")
    return tuple(_policy(table, row, file) for row in table.rows)


def newest(policies: tuple[PortalPolicy, ...]) -> tuple[PortalPolicy, ...]:
    """The latest statement of each page, in the order of the files; a statement without a day comes before any."""
    latest: dict[str, PortalPolicy] = {}
    for one in policies:
        key = one.slug or one.agency
        if key not in latest or (one.stated_on or date.min) >= (latest[key].stated_on or date.min):
            latest[key] = one
    return tuple(latest.values())


def _policy(table: Table, row: Row, file: str) -> PortalPolicy:
    if len(row.cells) != len(table.header):
        fault = f"{len(row.cells)} cells under {len(table.header)} headings"
        raise refuse(file, row.line, fault, "export the list again; nothing was loaded")
    cells = dict(zip(table.header, row.cells, strict=True))
    return PortalPolicy(
        file=file,
        line=row.line,
        agency=" ".join(cells[AGENCY].split()),
        slug=cells.get("slug", "").strip(),
        stated_on=_day(next((cells[name] for name in DAYS if name in cells), ""), file, row.line),
        retention_days=_retention(next((cells[name] for name in RETENTION if name in cells), ""), file, row.line),
        prohibited=cells.get("prohibited_uses", "").strip(),
        restrictions=cells.get("sharing_restrictions", "").strip(),
    )


def _day(text: str, file: str, line: int) -> date | None:
    if text.strip().casefold() in NOTHING:
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise refuse(file, line, f"`{text[:40]}` is not a day", "write YYYY-MM-DD") from error


def _retention(text: str, file: str, line: int) -> int | None:
    found = re.fullmatch(r"(\d{1,5})(?: days?)?", text.strip())
    if text.strip().casefold() in NOTHING:
        return None
    if found is None or int(found[1]) > LONGEST_RETENTION:
        raise refuse(file, line, f"`{text[:40]}` is not a number of days", "write for instance `30`")
    return int(found[1])
