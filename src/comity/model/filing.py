"""Reports that were filed: what was handed over, by whom, when, and what became of it afterwards."""

from __future__ import annotations

from datetime import date

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_hash, check_instant, check_period
from comity.model.report import Report

FORMS = ("text", "json", "csv", "html", "pdf")
MOST_BYTES = 64 * 1024 * 1024  # a report written down: the largest that was made is some megabytes


class ToFile(Noun, frozen=True, kw_only=True):
    """A report as it is to be filed: what it says, the form it was written in, and the hash of those bytes.

    `corrects` is the entry of an earlier filing of the same days that this one replaces; both stay in the log.
    """

    report: Report
    form: str
    bytes_hash: str
    corrects: int | None = None

    def __post_init__(self) -> None:
        check_hash(self.bytes_hash)
        if self.form not in FORMS:
            raise NounError(f"`{self.form[:20]}` is no form of a report; write one of {', '.join(FORMS)}")


class Filing(Noun, frozen=True, kw_only=True):
    """A report that was filed. `figures` is the hash of its tables and certificate, whatever day they were counted on.

    `unproved` are the tables that it says cannot be proved, `days_late` how many days after its day it was filed.
    """

    agency: str
    kind: str
    first: date
    last: date
    report: str
    figures: str
    form: str
    bytes_hash: str
    nil: bool
    unproved: tuple[str, ...]
    due: date | None
    days_late: int
    by: str
    at_ms: int
    corrects: int | None = None

    def __post_init__(self) -> None:
        check_agency_id(self.agency)
        check_agency_id(self.by)
        check_period(self.first, self.last, "what was reported")
        check_instant("the time of the filing", self.at_ms)
        for named in (self.report, self.figures, self.bytes_hash):
            check_hash(named)


class FilingTold(Noun, frozen=True, kw_only=True):
    """A filing and the entry that commits it; `duties` are those that it did, `replaced_by` the entry of a correction."""

    entry: int
    filing: Filing
    duties: tuple[str, ...] = ()
    replaced_by: int | None = None


class Differs(Noun, frozen=True, kw_only=True):
    """A figure, or a table's words, that is not what it was: each as it was filed and as it is counted now."""

    key: str
    filed: str
    now: str


class FilingChecked(Noun, frozen=True, kw_only=True):
    """A filing looked at again: the log holds it, as `proof` shows; `differs` is what is counted otherwise now."""

    told: FilingTold
    proof: str
    raw_entry: str
    differs: tuple[Differs, ...]
