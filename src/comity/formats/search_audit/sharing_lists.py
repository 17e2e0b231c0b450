"""Sharing lists of portals, and lists of what changed in them, as edges that remember their lines."""

from __future__ import annotations

from datetime import date

from comity.errors import NounError
from comity.formats.csv_table import Table, parse_table
from comity.formats.tree import refuse
from comity.model.flow import Change, SharingChange, SharingEdge, Teller

EDGES = ("portal_agency", "other_agency", "direction", "archived_date")
CHANGES = ("portal_agency", "other_agency", "change", "previous_snapshot", "snapshot")
PAIRS = ("src_agency", "external_agency")


def read_edges(raw: bytes, file: str) -> tuple[SharingEdge, ...]:
    """Edges of a portal's list. Raises RecordFileError with the line of the first fault."""
    table = parse_table(raw, file)
    if set(PAIRS) <= set(table.header):
        owner, recipient = (table.header.index(name) for name in PAIRS)
        return tuple(
            _edge(file, row.line, (row.cells[owner], row.cells[recipient]), None, Teller.OWNER)
            for row in table.rows
        )
    places = _places(table, EDGES, file)
    found = []
    for row in table.rows:
        portal, other, direction, day = (row.cells[place] for place in places)
        if direction not in ("out", "in"):
            raise refuse(file, row.line, f"`{direction[:20]}` is no direction", "write `out` or `in`")
        pair = (portal, other) if direction == "out" else (other, portal)
        teller = Teller.OWNER if direction == "out" else Teller.RECIPIENT
        found.append(_edge(file, row.line, pair, _day(day, file, row.line), teller))
    return tuple(found)


def read_changes(raw: bytes, file: str) -> tuple[SharingChange, ...]:
    """Changes between successive lists. Raises RecordFileError with the line of the first fault."""
    table = parse_table(raw, file)
    places = _places(table, CHANGES, file)
    found = []
    for row in table.rows:
        portal, other, change, before, after = (row.cells[place] for place in places)
        edge = _edge(file, row.line, (portal, other), _day(after, file, row.line), Teller.OWNER)
        try:
            found.append(SharingChange(edge=edge, change=Change(change), before=_day(before, file, row.line)))
        except (NounError, ValueError) as error:
            raise refuse(file, row.line, str(error), "correct the row; nothing was loaded") from error
    return tuple(found)


def _places(table: Table, names: tuple[str, ...], file: str) -> tuple[int, ...]:
    for name in names:
        if name not in table.header:
            raise refuse(file, 1, f"the list has no column `{name}`", f"name a list with {', '.join(names)}")
    return tuple(table.header.index(name) for name in names)


def _edge(file: str, line: int, pair: tuple[str, str], day: date | None, teller: Teller) -> SharingEdge:
    owner, recipient = (" ".join(name.split()) for name in pair)
    try:
        return SharingEdge(owner=owner, recipient=recipient, as_of=day, teller=teller, file=file, line=line)
    except NounError as error:
        raise refuse(file, line, str(error), "correct the row; nothing was loaded") from error


def _day(text: str, file: str, line: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refuse(file, line, f"`{text[:40]}` is not a day", "write YYYY-MM-DD") from error
