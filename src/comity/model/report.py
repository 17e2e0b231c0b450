"""Reports that a law or the public is owed: figures that are counted from entries, and records that a desk enters for them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_hash, check_instant, check_period, check_text

LONGEST_LABEL = 80  # characters: an offence, a technology, a task force; never a person
LONGEST_EVIDENCE = 200
MOST_COUNTED = 100_000_000
MOST_TRACED = 1_000  # proofs of one figure: what a person checks one by one


class Of(StrEnum):
    """What a figure counts. Small counts of subjects are not shown; those of acts and of agencies are."""

    ACTS = "acts"
    AGENCIES = "agencies"
    SUBJECTS = "subjects"


class Figure(Noun, frozen=True, kw_only=True):
    """One number of a report, or in words why there is none.

    `key` names it for tracing; `values` are the words of its table's dimensions, none for the total. `number` is None where
    the number is not shown or cannot be proved: `said` tells which. Beside a number `said` tells from which day it counts,
    where the log began in the period, and is empty where the log has all of it. `permille` is its share of what it is
    compared with.
    """

    key: str
    values: tuple[str, ...]
    number: int | None
    said: str = ""
    permille: int | None = None


class ReportTable(Noun, frozen=True, kw_only=True):
    """The figures of one row that the law demands. `unproved` says in words why there are none, empty where there are."""

    id: str
    title: str
    of: Of
    dimensions: tuple[str, ...]
    source: str
    figures: tuple[Figure, ...]
    total: Figure | None
    unproved: str = ""
    note: str = ""


class Report(Noun, frozen=True, kw_only=True):
    """A report of one agency over whole local days, `first` to `last`, counted from a verified log.

    `checkpoint` is the signed note of the log that was read whole, `size` its entries; `begins` and `ends` are the first and
    last entry of the agency in the period (None where there is none) and `entries` how many they are. `certificate` is the nil
    certificate, empty where something happened or could not be proved. `whole` says whether the days are a period the
    law asks about. `hash` is over everything else here.
    """

    kind: str
    title: str
    agency: str
    agency_name: str
    node: str
    to: str
    citation: str
    status: str
    every: str
    first: date
    last: date
    whole: bool
    due: date | None
    made_ms: int
    checkpoint: str
    size: int
    entries: int
    begins: int | None
    ends: int | None
    threshold: int
    threshold_source: str
    tables: tuple[ReportTable, ...]
    absent: tuple[tuple[str, str], ...]
    certificate: str = ""
    hash: str = ""


class TracedEntry(Noun, frozen=True, kw_only=True):
    """One entry behind a figure: what its codes say, and its proof of inclusion (a C2SP tlog-proof)."""

    index: int
    kind: str
    entry: str
    proof: str
    counts: int


class Traced(Noun, frozen=True, kw_only=True):
    """The entries behind one figure of a report, in their order; `adds_up` is how they make the number."""

    figure: Figure
    adds_up: str
    entries: tuple[TracedEntry, ...]
    more: int = 0


class EnteredFigure(Noun, frozen=True, kw_only=True):
    """What an agency's own files count and no question shows: an arrest count, an audit, a complaint, a breach.

    `what` is a word that a report asks for, `label` its dimension (an offence, a technology, a group), empty where it
    has none. `evidence` names the file it was counted from. `corrects` is the entry of an earlier figure that this one
    replaces. No person stands in it.
    """

    agency: str
    what: str
    label: str
    first: date
    last: date
    number: int
    evidence: str
    by: str
    at_ms: int
    group: str = ""
    corrects: int | None = None

    def __post_init__(self) -> None:
        check_agency_id(self.agency)
        check_agency_id(self.by)
        check_text("what was counted", self.what, LONGEST_LABEL)
        for text in (self.label, self.group):
            if text:
                check_text("a label", text, LONGEST_LABEL)
        check_text("evidence", self.evidence, LONGEST_EVIDENCE)
        check_period(self.first, self.last, "what was counted")
        check_instant("the time of the entry", self.at_ms)
        if not 0 <= self.number <= MOST_COUNTED:
            raise NounError(f"`{self.number}` is not a count; write a number from 0")


class FigureTold(Noun, frozen=True, kw_only=True):
    """A figure that was entered, and the entry that commits it."""

    entry: int
    entered: EnteredFigure


class RegisteredAgreement(Noun, frozen=True, kw_only=True):
    """The public face of an agreement: who, when, for what, and how often it was used. No word of its assessment or papers.

    `answers` and `items` count what this owner gave the parties for its purposes since it counts; None where that cannot be
    proved, since the log began after the days that are counted.
    """

    agreement: str
    hash: str
    title: str
    owner: str
    parties: tuple[str, ...]
    purposes: tuple[str, ...]
    classes: tuple[str, ...]
    first: date | None
    last: date | None
    waits: bool
    answers: int | None
    items: int | None

    def __post_init__(self) -> None:
        check_hash(self.hash)


class Register(Noun, frozen=True, kw_only=True):
    """Every agreement an owner has in force, with the checkpoint of the log its counts were read from.

    `begun` is the owner's day on which that log began, None where it has no entry: of the days before, nothing is counted.
    """

    agency: str
    agency_name: str
    first: date
    last: date
    checkpoint: str
    size: int
    agreements: tuple[RegisteredAgreement, ...]
    begun: date | None = None
