"""Search audits of plate-reader systems that Comity does not run, as they are after reading: no plate, user or name.

A search is known by the line of the file it stands in, so that whoever has the file can look.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_hash, check_instant

LONGEST_AGENCY = 200  # characters; the longest name in a real audit has 75


class CellState(StrEnum):
    """What a file shows of one value. Four things that a count must not mix."""

    ABSENT = "absent"  # the agency publishes no such column
    EMPTY = "empty"  # there is a column, and nothing stands in it
    REDACTED = "redacted"  # something stands there, and the copy shows none of it
    GIVEN = "given"


class Role(StrEnum):
    """What a column of a search audit holds. `DROP_` columns are counted, and what stands in them is not kept."""

    AGENCY = "agency"
    TIME = "time"
    DAY = "day"  # of the time, where the time of day stands in a column of its own
    TIME_OF_DAY = "time-of-day"
    NETWORKS = "networks"
    DEVICES = "devices"
    WINDOW_FIRST = "window-first"
    WINDOW_LAST = "window-last"
    WINDOW = "window"  # both ends in one cell
    REASON = "reason"
    REASON_STATE = "reason-state"
    OFFENCE = "offence"
    CASE = "case"
    KIND = "search-kind"
    IGNORE = "ignore"  # looked at by nobody, holds nothing of a person
    DROP_PLATES = "drop-plates"
    DROP_USERS = "drop-users"
    DROP_NAMES = "drop-names"
    DROP_IDS = "drop-ids"
    DROP_TEXT = "drop-text"  # free text beside the reason, which may name anybody


DROPPING = frozenset(role for role in Role if role.value.startswith("drop-"))


class Search(Noun, frozen=True, kw_only=True):
    """One search as its file tells it. `line` counts from 1 as an editor does; times are UTC milliseconds.

    `reason` and `offence` hold the text as the file gives it, empty unless their state is given. What a number of a case
    was is not kept, only whether there was one.
    """

    line: int
    agency: str
    at_ms: int | None
    reason_state: CellState
    reason: str = ""
    offence_state: CellState = CellState.ABSENT
    offence: str = ""
    case_state: CellState = CellState.ABSENT
    networks: int | None = None
    devices: int | None = None
    first_ms: int | None = None
    last_ms: int | None = None
    kind: str = ""

    def __post_init__(self) -> None:
        if self.line < 1:
            raise NounError(f"line {self.line} is no line of a file; count from 1")
        for name, text, state in (
            ("reason", self.reason, self.reason_state),
            ("offence", self.offence, self.offence_state),
        ):
            if bool(text) != (state is CellState.GIVEN):
                raise NounError(f"the {name} of line {self.line} is {state} and its text says otherwise")
        for at_ms in (self.at_ms, self.first_ms, self.last_ms):
            if at_ms is not None:
                check_instant(f"a time of line {self.line}", at_ms)


class Dropped(Noun, frozen=True, kw_only=True):
    """Values of one column that were not kept: how many cells held one."""

    column: str
    role: Role
    cells: int


class Scrubbed(Noun, frozen=True, kw_only=True):
    """What reading took out of free reasons: words no list knows, numbers, and mixtures of both."""

    words: int = 0
    numbers: int = 0
    ids: int = 0


class SearchAudit(Noun, frozen=True, kw_only=True):
    """A search audit read whole. `hash` is of the file's bytes, so that a finding names the copy it was made on."""

    file: str
    hash: str
    searches: tuple[Search, ...]
    dropped: tuple[Dropped, ...] = ()
    cases_dropped: int = 0
    scrubbed: Scrubbed = Scrubbed()

    def __post_init__(self) -> None:
        check_hash(self.hash)


class PortalPolicy(Noun, frozen=True, kw_only=True):
    """What an agency says of its own plate readers on its public page, on one day.

    `slug` is the page's name, empty where the file has none; `retention_days` None where the page states none.
    """

    file: str
    line: int
    agency: str
    slug: str = ""
    stated_on: date | None = None
    retention_days: int | None = None
    prohibited: str = ""
    restrictions: str = ""
