"""What each report holds, as data: a file a kind in `kinds/`, read strictly.

A row names what it counts, where, and by which dimensions. Everything it may say is declared here, so that a row nobody
can compute is an error when it is read, not a number.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

import msgspec

from comity.errors import NounError, WrongUseError
from comity.model.base import Noun
from comity.model.codes import DataClass, Instrument, MessageKind, Purpose, Status
from comity.model.disclosure import EntryKind
from comity.model.report import Of

SUFFIX = ".toml"
MOST_DIMENSIONS = 3  # more is a table nobody reads


class Counts(StrEnum):
    """What a row counts.

    `entries` are acts as the log has them; `requests` questions, each once however often it was answered; `items` records
    that left; `subjects` different people shown; `entered` what the desk entered; `minutes` the median from question to
    answer; `agencies` different agencies; `removed` records that a purge removed; `fields` how often a field left, each apart;
    `most-common` the percent of a requester's acts that state its most common purpose.
    """

    ENTRIES = "entries"
    REQUESTS = "requests"
    ITEMS = "items"
    SUBJECTS = "subjects"
    ENTERED = "entered"
    MINUTES = "minutes"
    AGENCIES = "agencies"
    REMOVED = "removed"
    FIELDS = "fields"
    MOST_COMMON = "most-common"


class Dimension(StrEnum):
    """By what a row is broken down. Those of `NEEDS_OPENING` need the record or the content of an entry."""

    MONTH = "month"
    REQUESTER = "requester"
    PURPOSE = "purpose"
    INSTRUMENT = "instrument"
    OUTCOME = "outcome"
    COMPELLED = "compelled"
    ACT = "act"
    DATE = "date"
    MESSAGE = "message"
    BENEFICIARY = "beneficiary"
    RULE = "rule"
    CLASS = "class"
    DONE = "done"
    FIELD = "field"
    DUTY = "duty"
    TIMELINESS = "timeliness"
    WHAT = "what"
    LABEL = "label"
    GROUP = "group"


OPENS_RECORD = frozenset(
    {Dimension.MESSAGE, Dimension.BENEFICIARY, Dimension.DONE, Dimension.DUTY, Dimension.TIMELINESS}
)
OPENS_CONTENT = frozenset({Dimension.RULE, Dimension.CLASS})
OF_ENTERED = frozenset({Dimension.WHAT, Dimension.LABEL, Dimension.GROUP, Dimension.MONTH})


_OPENING = frozenset({Counts.REQUESTS, Counts.SUBJECTS, Counts.MINUTES, Counts.FIELDS})


class Clause(Noun, frozen=True, kw_only=True):
    """What an act must be, all of it: empty means any. `message`, `duty` (`notify us-ny/NY-02`) and `done` need what
    it kept."""

    purpose: tuple[Purpose, ...] = ()
    instrument: tuple[Instrument, ...] = ()
    outcome: tuple[Status, ...] = ()
    data_class: tuple[DataClass, ...] = ()
    message: tuple[MessageKind, ...] = ()
    duty: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    outside_state: bool | None = None
    immigration_agency: bool | None = None
    justice_agency: bool | None = None
    released: bool | None = None


class Row(Noun, frozen=True, kw_only=True):
    """One row of a report. `where` is met when any clause is; `nil` rows must be zero for a nil certificate."""

    id: str
    title: str
    counts: Counts
    of: Of
    by: tuple[Dimension, ...] = ()
    kinds: tuple[EntryKind, ...] = (EntryKind.ANSWERED,)
    where: tuple[Clause, ...] = ()
    what: tuple[str, ...] = ()
    nil: bool = True
    shares: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if (self.counts is Counts.ENTERED) != bool(self.what):
            raise NounError(f"row `{self.id}`: `what` goes with what the desk enters, and with nothing else")
        if (self.counts is Counts.FIELDS) != (Dimension.FIELD in self.by):
            raise NounError(f"row `{self.id}`: fields are counted by field, and nothing else is")
        if self.counts is Counts.MOST_COMMON and self.by != (Dimension.REQUESTER, Dimension.PURPOSE):
            raise NounError(f"row `{self.id}`: the most common purpose is counted by requester and purpose")
        if len(self.by) > MOST_DIMENSIONS:
            raise NounError(f"row `{self.id}` has more than {MOST_DIMENSIONS} dimensions")
        if self.what and not set(self.by) <= OF_ENTERED:
            raise NounError(f"row `{self.id}`: what the desk enters has no such dimension")
        if not self.what and {Dimension.WHAT, Dimension.LABEL, Dimension.GROUP} & set(self.by):
            raise NounError(f"row `{self.id}`: only what the desk enters has this dimension")

    @property
    def opens_record(self) -> bool:
        """Whether a figure needs the disclosure records of its entries."""
        asked = any(clause.message or clause.duty or clause.done for clause in self.where)
        return asked or self.counts in _OPENING or bool(OPENS_RECORD & set(self.by))

    @property
    def opens_content(self) -> bool:
        """Whether a figure needs the contents of its entries."""
        return self.counts in (Counts.MINUTES, Counts.REMOVED) or bool(OPENS_CONTENT & set(self.by))


class Absent(Noun, frozen=True, kw_only=True):
    """Something the law asks for that the exchange cannot count, and why."""

    what: str
    why: str


class Described(Noun, frozen=True, kw_only=True):
    """A report as it is described: whom it is for, by which law, when it is due, and its rows.

    `states` are those whose agencies owe it, none where any agency may publish it; `every` its period, `due` the day after
    it as `MM-DD`; `register` that of the duty by which a law pack demands it, empty where none does; `nil` what is done about
    a period in which nothing happened: `certify`, `say` or `none-owed`.
    """

    title: str
    to: str
    citation: str
    status: str
    every: str
    nil: str
    rows: tuple[Row, ...]
    states: tuple[str, ...] = ()
    due: str = ""
    register: str = ""
    absent: tuple[Absent, ...] = ()

    def __post_init__(self) -> None:
        if self.every not in ("month", "quarter", "year") or self.nil not in ("certify", "say", "none-owed"):
            raise NounError(f"report `{self.title}` has an unknown period or manner of a nil report")
        if len({row.id for row in self.rows}) != len(self.rows):
            raise NounError(f"report `{self.title}` has a row twice")


@lru_cache(maxsize=1)
def report_kinds() -> tuple[str, ...]:
    """The kinds of report that can be made, sorted."""
    folder = files("comity.oversight.reports") / "kinds"
    return tuple(sorted(one.name.removesuffix(SUFFIX) for one in folder.iterdir() if one.name.endswith(SUFFIX)))


@lru_cache(maxsize=64)
def described(kind: str) -> Described:
    """A report's description. Raises WrongUseError for a kind nobody described."""
    if kind not in report_kinds():
        raise WrongUseError(f"`{kind[:40]}` is no report; write one of {', '.join(report_kinds())}")
    path = files("comity.oversight.reports") / "kinds" / f"{kind}{SUFFIX}"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Described)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise NounError(f"report `{kind}`: {error}") from error


@lru_cache(maxsize=1)
def words_entered() -> tuple[str, ...]:
    """Every word under which a desk may enter a figure: those some report asks for."""
    return tuple(sorted({word for kind in report_kinds() for row in described(kind).rows for word in row.what}))
