"""Bytes of a search audit into searches. It is read whole or not at all; what is dropped is counted by column."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from comity.errors import NounError
from comity.formats.csv_table import Row, Table, parse_table
from comity.formats.search_audit.layout import ISO_TIMES, UTC_ZONE, Layout, layout_of
from comity.formats.search_audit.scrub import is_covered, scrub_reason
from comity.formats.tree import refuse
from comity.model.search_audit import (
    DROPPING,
    LONGEST_AGENCY,
    CellState,
    Dropped,
    Role,
    Scrubbed,
    Search,
    SearchAudit,
)

# How the joined file of several portals says that a page has no such column, or only that a number stands there.
STATE_WORDS = {
    "given": CellState.GIVEN,
    "present": CellState.GIVEN,
    "empty": CellState.EMPTY,
    "": CellState.EMPTY,
    "column absent": CellState.ABSENT,
    "no column": CellState.ABSENT,
    "redacted": CellState.REDACTED,
}
MOST_SEARCHED = 10_000_000  # networks or cameras in one search; a larger number is another column
BETWEEN_TIMES = re.compile(r"\s+(?:-|to|–)\s+")  # the two ends of a time frame in one cell


@dataclass(slots=True)
class _Tally:
    """What reading one file takes out. Local to one reading."""

    dropped: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    scrubbed: Counter[str] = field(default_factory=Counter)


def read_searches(raw: bytes, file: str, layout: Layout | None = None, agency: str = "") -> SearchAudit:
    """Read a search audit. `agency` names whose it is where no column does.

    Raises RecordFileError with the line of the first fault: a heading nobody knows, a time that is none.
    """
    table = parse_table(raw, file, layout.delimiter if layout else ",")
    used = layout or layout_of(table.header, file, agency)
    _check_header(table, used, file)
    tally = _Tally()
    places = {role: table.header.index(name) for name, role in used.columns if role not in DROPPING}
    dropping = [(name, table.header.index(name)) for name, role in used.columns if role in DROPPING]
    searches = []
    for row in table.rows:
        if len(row.cells) != len(table.header):
            fault = f"{len(row.cells)} cells under {len(table.header)} headings"
            raise refuse(file, row.line, fault, "export the file again; nothing was loaded")
        for name, place in dropping:
            tally.dropped[name] += bool(row.cells[place].strip())
        searches.append(_Reading(row, file, places, used, tally).search())
    found = tuple(searches)
    return SearchAudit(
        file=file,
        hash="sha256:" + hashlib.sha256(raw).hexdigest(),
        searches=_without_blank_columns(found) if used.joined else found,
        dropped=tuple(
            Dropped(column=name, role=role, cells=tally.dropped[name])
            for name, role in used.columns
            if role in DROPPING
        ),
        cases_dropped=tally.cases,
        scrubbed=Scrubbed(**tally.scrubbed),
    )


def _check_header(table: Table, layout: Layout, file: str) -> None:
    named = {name for name, _ in layout.columns}
    for name in table.header:
        if name not in named:
            fault = f"column `{name[:60]}` is not in the mapping"
            raise refuse(
                file, 1, fault, "add it, as `ignore` or as one of the `drop-` roles if nothing of it is used"
            )
    for name in named - set(table.header):
        raise refuse(file, 1, f"the file has no column `{name[:60]}`", "name the mapping that fits, or correct it")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One row on its way to a search."""

    row: Row
    file: str
    places: dict[Role, int]
    layout: Layout
    tally: _Tally

    def search(self) -> Search:
        reason, reason_state = self.reason()
        offence = self.text(Role.OFFENCE)
        first_ms, last_ms = self.window()
        try:
            return Search(
                line=self.row.line,
                agency=(self.text(Role.AGENCY) or self.layout.agency)[:LONGEST_AGENCY],
                at_ms=self.made(),
                reason=reason,
                reason_state=reason_state,
                offence=offence,
                offence_state=self.state(Role.OFFENCE, offence),
                case_state=self.case(),
                networks=self.count(Role.NETWORKS),
                devices=self.count(Role.DEVICES),
                first_ms=first_ms,
                last_ms=last_ms,
                kind=self.text(Role.KIND)[:40],
            )
        except NounError as error:
            raise refuse(self.file, self.row.line, str(error), "correct the row; nothing was loaded") from error

    def text(self, role: Role) -> str:
        place = self.places.get(role)
        return " ".join(self.row.cells[place].split()) if place is not None else ""

    def state(self, role: Role, text: str) -> CellState:
        if role not in self.places:
            return CellState.ABSENT
        return CellState.GIVEN if text else CellState.EMPTY

    def reason(self) -> tuple[str, CellState]:
        """The reason as it may be kept, and what the file shows of it."""
        text = self.text(Role.REASON)
        state = self.state(Role.REASON, text)
        if Role.REASON_STATE in self.places:
            said = self.text(Role.REASON_STATE).casefold()
            if said not in STATE_WORDS or (STATE_WORDS[said] is CellState.GIVEN) != bool(text):
                fault = f"the state of the reason, `{said[:40]}`, does not fit the reason"
                raise refuse(self.file, self.row.line, fault, f"known are: {', '.join(filter(None, STATE_WORDS))}")
            state = STATE_WORDS[said]
        if state is CellState.GIVEN and is_covered(text, self.layout.redacted):
            return "", CellState.REDACTED
        if state is not CellState.GIVEN or not self.layout.raw_reasons or Role.REASON_STATE in self.places:
            return text, state
        scrub = scrub_reason(text)
        self.tally.scrubbed.update(words=scrub.words, numbers=scrub.numbers, ids=scrub.ids)
        return ("", CellState.REDACTED) if is_covered(scrub.text) else (scrub.text, state)

    def case(self) -> CellState:
        """Whether a number of a case stands there; the number itself is not kept."""
        if Role.CASE not in self.places:
            return CellState.ABSENT
        text = self.text(Role.CASE).casefold()
        if text in STATE_WORDS:
            return STATE_WORDS[text]
        if is_covered(text, self.layout.redacted):
            return CellState.REDACTED
        self.tally.cases += 1
        return CellState.GIVEN

    def count(self, role: Role) -> int | None:
        text = self.text(role).replace(",", "")
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or int(text) > MOST_SEARCHED:
            raise refuse(self.file, self.row.line, f"`{text[:40]}` is no number of {role}", "correct the cell")
        return int(text)

    def window(self) -> tuple[int | None, int | None]:
        if Role.WINDOW in self.places:
            ends = BETWEEN_TIMES.split(self.text(Role.WINDOW))
            if len(ends) != 2:
                return None, None  # a time frame in words says nothing that can be counted
            return self.time(ends[0]), self.time(ends[1])
        return self.time(self.text(Role.WINDOW_FIRST)), self.time(self.text(Role.WINDOW_LAST))

    def made(self) -> int | None:
        """When the search was made; its day and its time of day are read as one text."""
        if Role.DAY not in self.places:
            return self.time(self.text(Role.TIME))
        both = f"{self.text(Role.DAY)} {self.text(Role.TIME_OF_DAY)}".strip()
        return self.time(both, (*self.layout.times, *ISO_TIMES))

    def time(self, text: str, formats: tuple[str, ...] = ()) -> int | None:
        if not text:
            return None
        found = _instant(text, formats or self.layout.times, self.layout.zone or UTC_ZONE)
        if found is None:
            remedy = "nothing was loaded; correct the cell, or name the format under `times` of a mapping file"
            raise refuse(self.file, self.row.line, f"the time is not readable: `{text[:40]}`", remedy)
        return found


@lru_cache(maxsize=4096)
def _instant(text: str, formats: tuple[str, ...], zone: str) -> int | None:
    """A time as UTC milliseconds; one that does not say its zone is of the given one. None for one that no format fits.

    Of a time that the end of summer brings twice the first is meant; one that its beginning leaves out is none.
    """
    for pattern in formats:
        if ("/" in text) is not ("/" in pattern):
            continue  # a format that cannot fit costs as much as one that does
        try:
            found = datetime.strptime(text, pattern)
        except ValueError:
            continue
        if found.tzinfo or pattern.endswith(("Z", UTC_ZONE)):
            at = found if found.tzinfo else found.replace(tzinfo=UTC)
            return int(at.timestamp()) * 1000
        at = found.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == found:
            return int(at.timestamp()) * 1000
    return None


def _without_blank_columns(searches: tuple[Search, ...]) -> tuple[Search, ...]:
    """In a file joined from several pages, an agency none of whose rows has an offence publishes no such column."""
    with_offence = {one.agency for one in searches if one.offence_state is CellState.GIVEN}
    return tuple(
        one if one.agency in with_offence or one.offence_state is not CellState.EMPTY else _no_offence(one)
        for one in searches
    )


def _no_offence(search: Search) -> Search:
    values = {name: getattr(search, name) for name in search.__struct_fields__}
    return Search(**{**values, "offence_state": CellState.ABSENT})
