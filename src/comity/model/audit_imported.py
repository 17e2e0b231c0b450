"""That another system's log was read for an audit: how many rows, which copy, by whom. Nothing of what stands in it."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_hash, check_instant, check_short

MOST_ROWS = 1_000_000  # of one file, as `formats.csv_table` reads them
LONGEST_LIST = 60  # characters that say what kind of list a file is


class AuditImported(Noun, frozen=True, kw_only=True):
    """One file that was read: `rows` of it, `copy` the hash of its bytes, `kind` the list it was taken for."""

    owner: str
    kind: str
    rows: int
    copy: str
    by: str
    at_ms: int

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_short("the kind of a list", self.kind, LONGEST_LIST)
        check_hash(self.copy)
        check_instant("the time of an audit", self.at_ms)
        if not 0 <= self.rows <= MOST_ROWS:
            raise NounError(f"a file of {self.rows} rows cannot have been read; say 0 to {MOST_ROWS}")


class AuditEntered(Noun, frozen=True, kw_only=True):
    """That the reading stands in the log, and where."""

    entry: int
