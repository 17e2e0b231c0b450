"""What left an agency, or was kept from leaving, as the codes of its log tell it: nobody is named by them."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun
from comity.model.codes import DataClass

RESULTS = ("released", "held", "nothing", "refused")


class LeavingWanted(Noun, frozen=True, kw_only=True):
    """Which rows: of one agency, for one purpose, of one result, between two entries; empty, and a number below 0, for any.

    `oldest` has them the oldest first.
    """

    agency: str = ""
    purpose: str = ""
    result: str = ""
    before: int = -1
    after: int = -1
    oldest: bool = False

    def __post_init__(self) -> None:
        if self.result and self.result not in RESULTS:
            raise NounError(f"`{self.result[:40]}` is no result; write one of {', '.join(RESULTS)}")


class LeavingRow(Noun, frozen=True, kw_only=True):
    """One entry: when (UTC milliseconds), in what way, to whom (an agency's id, its ORI where the directory has none, empty
    where the entry does not say), for what, and how many items."""

    entry: int
    at_ms: int
    way: str
    agency: str
    purpose: str
    decision: str
    classes: tuple[DataClass, ...]
    released: int


class Leaving(Noun, frozen=True, kw_only=True):
    """Rows, the newest first or the oldest, as was wanted; `more` where others may follow the last."""

    rows: tuple[LeavingRow, ...]
    more: bool
