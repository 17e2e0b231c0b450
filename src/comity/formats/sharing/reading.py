"""A sharing list into edges, each with the line it stands on, and a count of what was left out and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from comity.formats.csv_table import Row, Table, parse_table
from comity.formats.sharing.layouts import SharingLayout, check_columns, find_layout
from comity.formats.tree import refuse
from comity.model.base import CONTROL_PATTERN
from comity.model.flow import LONGEST_PARTY, Change, SharingChange, SharingEdge, Teller

MOST_EDGES = 2_000_000  # thirty times the lists of a whole state; held in memory, some hundred bytes each
NO_NAME = "a party has no name"
LONG_NAME = f"a name has more than {LONGEST_PARTY} characters"
BAD_NAME = "a name holds a control character"
ITSELF = "both parties are the same name"
TWICE = "the edge stands in the list already"
NO_DIRECTION = "the direction is none of the words of the layout"
NO_DAY = "the day cannot be read"
NO_CHANGE = "the change is none of the words of the layout"
BACKWARDS = "the earlier day is after the later one"


@dataclass(frozen=True, slots=True)
class SharingList:
    """What a list says. `rows` counts its rows; `dropped` holds (why, how many) of what was left out, most first.

    A row of an export of networks may hold many edges, or none: such a row is counted in `empty`, for it says that an
    organisation is known and shares nothing.
    """

    file: str
    layout: str
    rows: int
    edges: tuple[SharingEdge, ...]
    changes: tuple[SharingChange, ...]
    dropped: tuple[tuple[str, int], ...]
    empty: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Every spelling of a party, in the order of the list, each once."""
        edges = (*self.edges, *(change.edge for change in self.changes))
        return tuple(dict.fromkeys(name for edge in edges for name in (edge.owner, edge.recipient)))


@dataclass(slots=True)
class _Found:
    """What is found while one list is read. Local to one reading."""

    edges: list[SharingEdge] = field(default_factory=list)
    changes: list[SharingChange] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    seen: set[tuple[object, ...]] = field(default_factory=set)
    empty: int = 0


def read_sharing(raw: bytes, file: str, layout: SharingLayout | None = None) -> SharingList:
    """Read a list by its known layout, or by the one given. Raises RecordFileError where the columns do not fit."""
    table = parse_table(raw, file, layout.delimiter if layout else ",")
    if layout is None:
        layout = find_layout(table, file)
    else:
        check_columns(layout, table, file)
    if layout.gives and not layout.holder:
        layout = replace(layout, holder=_holder(table, layout, file))
    found = _Found()
    for row in table.rows:
        _read_row(found, _cells(table, row), row, layout, file)
        if len(found.edges) > MOST_EDGES:
            raise refuse(file, row.line, f"more than {MOST_EDGES} edges", "split the list")
    return SharingList(
        file=file,
        layout=layout.name,
        rows=len(table.rows),
        edges=tuple(found.edges),
        changes=tuple(found.changes),
        dropped=tuple(found.dropped.most_common()),
        empty=found.empty,
    )


def _cells(table: Table, row: Row) -> dict[str, str]:
    """Cells by column; a short row's missing cells are empty, and count as such."""
    cells = {name: " ".join(cell.split()) for name, cell in zip(table.header, row.cells, strict=False)}
    return {name: cells.get(name, "") for name in table.header}


def _read_row(found: _Found, cells: dict[str, str], row: Row, layout: SharingLayout, file: str) -> None:
    day = _day(cells.get(layout.day, ""), layout.day_format) if layout.day else layout.day_of_all
    if layout.day and day is None:
        found.dropped[NO_DAY] += 1
        return
    teller = cells[layout.teller]
    if layout.gets or layout.gives:
        _read_networks(found, cells, row, layout, file)
        return
    other = cells[layout.other]
    inward = False
    if layout.direction:
        word = cells[layout.direction].casefold()
        inward = word in layout.inward
        if not inward and word not in layout.outward:
            found.dropped[NO_DIRECTION] += 1
            return
    owner, recipient = (other, teller) if inward else (teller, other)
    told = Teller.RECIPIENT if inward and layout.told_by is Teller.OWNER else layout.told_by
    if layout.change:
        _read_change(found, cells, layout, _Line(owner, recipient, day, told, file, row.line))
    else:
        _add_edge(found, _Line(owner, recipient, day, told, file, row.line))


@dataclass(frozen=True, slots=True)
class _Line:
    """An edge before it is checked."""

    owner: str
    recipient: str
    as_of: date | None
    teller: Teller
    file: str
    line: int

    def fault(self) -> str:
        for name in (self.owner, self.recipient):
            if not name:
                return NO_NAME
            if len(name) > LONGEST_PARTY:
                return LONG_NAME
            if CONTROL_PATTERN.search(name):
                return BAD_NAME
        return ITSELF if self.owner == self.recipient else ""

    def edge(self) -> SharingEdge:
        return SharingEdge(
            owner=self.owner,
            recipient=self.recipient,
            as_of=self.as_of,
            teller=self.teller,
            file=self.file,
            line=self.line,
        )


def _taken(found: _Found, line: _Line, more: tuple[object, ...] = ()) -> bool:
    """Whether a line is kept; where it is not, why is counted."""
    fault = line.fault()
    mark = (line.owner, line.recipient, line.as_of, line.teller, *more)
    if not fault and mark in found.seen:
        fault = TWICE
    if fault:
        found.dropped[fault] += 1
        return False
    found.seen.add(mark)
    return True


def _add_edge(found: _Found, line: _Line) -> None:
    if _taken(found, line):
        found.edges.append(line.edge())


def _read_change(found: _Found, cells: dict[str, str], layout: SharingLayout, line: _Line) -> None:
    word = cells[layout.change].casefold()
    change = Change.ADDED if word in layout.added else Change.REMOVED if word in layout.removed else None
    before = _day(cells[layout.before], layout.day_format)
    if change is None or before is None:
        found.dropped[NO_CHANGE if change is None else NO_DAY] += 1
    elif line.as_of is None or before > line.as_of:
        found.dropped[BACKWARDS] += 1
    elif _taken(found, line, (change, before)):
        found.changes.append(SharingChange(edge=line.edge(), change=change, before=before))


def _holder(table: Table, layout: SharingLayout, file: str) -> str:
    """Whose export of networks it is: the one name it shares. Raises RecordFileError where it shares several, or none."""
    own = {name.strip() for row in table.rows for name in _networks(_cells(table, row), layout.gives, layout)}
    if len(own) != 1:
        fault = f"the export shares {len(own)} networks of its holder, so that it does not say whose it is"
        raise refuse(file, 1, fault, "export it again for one organisation at a time")
    return own.pop()


def _networks(cells: dict[str, str], column: str, layout: SharingLayout) -> list[str]:
    return [name.strip() for name in cells.get(column, "").split(layout.joiner) if name.strip()]


def _read_networks(found: _Found, cells: dict[str, str], row: Row, layout: SharingLayout, file: str) -> None:
    """A row of an export of networks: one organisation, its networks that the holder may search, and the holder's own.

    An edge is between organisations; how many networks stand behind it is not kept.
    """
    organisation = cells[layout.teller]
    inward = _networks(cells, layout.gets, layout)
    outward = _networks(cells, layout.gives, layout)
    if not inward and not outward:
        found.empty += 1
    if inward:
        _add_edge(found, _Line(organisation, layout.holder, None, Teller.RECIPIENT, file, row.line))
    if outward:
        _add_edge(found, _Line(layout.holder, organisation, None, Teller.OWNER, file, row.line))


def _day(text: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(text, pattern).date()
    except ValueError:
        return None
