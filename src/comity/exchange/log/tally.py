"""A month of the log in counts, committed before its content goes, so that reports keep their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from comity.exchange.log.entry_says import (
    PETITIONS,
    Contained,
    Recorded,
    classes_in,
    contained_in,
    minutes_between,
    of_one_record,
    recorded_in,
    said_in,
)
from comity.law.calendar import local_time
from comity.model.agency import Agency
from comity.model.codes import DataClass, MessageKind, Purpose
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.pruning import Tally, TallyPeople, TallyRow, TallySteps

# What is opened for the counts: answers and disclosures, what a purge removed, what a desk did, which petitions came.
OPENED = frozenset(
    {
        EntryKind.ANSWERED,
        EntryKind.RESENT,
        EntryKind.ONWARD,
        EntryKind.DISCLOSED,
        EntryKind.NOTICED,
        EntryKind.TRANSMISSION_RELEASED,
        EntryKind.RECORDS_PURGED,
        EntryKind.DUTY_DONE,
        EntryKind.REQUEST_ACTED,
        *PETITIONS,
    }
)
# What a row is of: the words of the entry, the owner's month, and what a desk did.
Alike = tuple[EntryKind, str, str, Purpose | None, str, str, str, str, str, str]


def month_of(at_ms: int) -> str:
    """The month an instant (UTC milliseconds) falls in, UTC's."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m}"


@dataclass(frozen=True, slots=True)
class Read:
    """One entry with what was still kept of it: None for each part that is gone."""

    index: int
    facts: EntryFacts
    content: bytes | None = None
    record: bytes | None = None


@dataclass
class _Sum:
    entries: int = 0
    items: int = 0
    ruleless: int = 0
    removed: int = 0
    unread: int = 0
    asked: Counter[DataClass] = field(default_factory=Counter)
    released: Counter[DataClass] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    minutes: Counter[int] = field(default_factory=Counter)


class Calendars:
    """In which month of its owner's calendar an entry lies. An ORI that nobody lists keeps UTC's."""

    def __init__(self, agencies: Iterable[Agency] = ()) -> None:
        self._owners = {dated.ori: agency for agency in agencies for dated in agency.oris}

    def owner(self, facts: EntryFacts) -> str:
        """The agency an entry is of, empty where nobody lists it."""
        agency = self._owners.get(facts.owner_ori)
        return agency.id if agency is not None else ""

    def month(self, facts: EntryFacts) -> str:
        """The owner's month."""
        agency = self._owners.get(facts.owner_ori)
        return f"{local_time(facts.at_ms, agency.zone if agency is not None else 'UTC'):%Y-%m}"


class Counting:
    """Counts of one month while its entries are read."""

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars
        self._sums: dict[Alike, _Sum] = {}
        self._details: list[int] = []
        self._messages: dict[MessageKind, list[int]] = {}
        self._unread: list[int] = []

    def add(self, read: Read, *, first: bool) -> None:
        """Count one entry; `first` says whether it is the first answer to its question."""
        facts = read.facts
        opened = facts.kind in OPENED
        recorded = said_in(facts, read.record, read.content) if opened else None
        contained = contained_in(facts, read.content) if opened and read.content is not None else None
        one = self._sums.setdefault(self._alike(facts, recorded), _Sum())
        one.entries += 1
        one.items += facts.released
        one.asked.update(classes_in(facts))
        one.released.update(dict(contained.released if contained is not None else of_one_record(facts)))
        if opened:
            _open(one, recorded, contained, first=first)
        if facts.kind is EntryKind.ANSWERED:
            self._step(read.index, recorded)

    def _alike(self, facts: EntryFacts, recorded: Recorded | None) -> Alike:
        did = ("", "", "") if recorded is None else (recorded.duty_rule, recorded.timeliness, recorded.done)
        month = self._calendars.month(facts)
        codes = (facts.kind, facts.owner_ori, facts.asker_ori, facts.purpose, facts.decision)
        return (*codes, month, facts.instrument, *did)

    def _step(self, index: int, recorded: Recorded | None) -> None:
        if recorded is None:
            self._unread.append(index)
        elif not recorded.first_step:
            self._details.append(index)
        elif recorded.message is not None and recorded.message is not MessageKind.RECORDS_QUERY:
            self._messages.setdefault(recorded.message, []).append(index)

    def tally(self, node: str, month: str, people: tuple[TallyPeople, ...] = ()) -> Tally:
        """The month's counts, in the order of their words."""
        rows = (_row(alike, one) for alike, one in self._sums.items())
        steps = TallySteps(
            details=tuple(self._details),
            messages={message: tuple(found) for message, found in sorted(self._messages.items())},
            unread=tuple(self._unread),
        )
        return Tally(node=node, month=month, rows=tuple(sorted(rows, key=_order)), steps=steps, people=people)


@dataclass
class _People:
    """Who was shown in one month of an owner, while entries are read; `gone` where somebody cannot be told any more."""

    everybody: set[tuple[str, str]] = field(default_factory=set)
    by_purpose: dict[Purpose, set[tuple[str, str]]] = field(default_factory=dict)
    gone: bool = False


class PeopleShown:
    """Different people shown by answers, by owner and its own month: sets while entries are read, numbers afterwards."""

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars
        self._months: dict[tuple[str, str], _People] = {}

    def add(self, facts: EntryFacts, record: bytes | None) -> None:
        """Count whom one answer showed; a month whose answers showed nobody has nought."""
        if facts.kind is not EntryKind.ANSWERED:
            return
        key = (self._calendars.owner(facts), self._calendars.month(facts))
        one = self._months.setdefault(key, _People())
        if not facts.released:
            return
        if record is None:
            one.gone = True
            return
        shown = recorded_in(facts, record).shown
        one.everybody.update(shown)
        if facts.purpose is not None:
            one.by_purpose.setdefault(facts.purpose, set()).update(shown)

    def counts(self, months: Collection[str], before: str) -> tuple[TallyPeople, ...]:
        """The numbers of every owner's month that is one of `months`, over (before month `before`), and readable whole."""
        return tuple(
            TallyPeople(
                owner=owner,
                month=month,
                total=len(one.everybody),
                by_purpose={purpose: len(shown) for purpose, shown in sorted(one.by_purpose.items())},
            )
            for (owner, month), one in sorted(self._months.items())
            if owner and month in months and month < before and not one.gone
        )


class MonthsCounted:
    """The months before one month that have no tally yet, counted while a log is read from its beginning."""

    def __init__(self, calendars: Calendars, cutoff: str, untallied: Callable[[str], bool]) -> None:
        self._calendars, self._cutoff, self._untallied = calendars, cutoff, untallied
        self._months: dict[str, Counting | None] = {}  # None: tallied before
        self._people = PeopleShown(calendars)
        self._owners_months: set[str] = set()
        self._answered: set[bytes] = set()  # pairing commitments, of every question that was answered so far

    def wants(self, facts: EntryFacts) -> bool:
        """Whether an entry counts for anything here: it lies before the month, by UTC's calendar or by its owner's."""
        return month_of(facts.at_ms) < self._cutoff or self._calendars.month(facts) <= self._cutoff

    def add(self, read: Read) -> None:
        """Count one entry, each in the log's order."""
        facts, month = read.facts, month_of(read.facts.at_ms)
        self._people.add(facts, read.record)
        first = self._is_first(facts)
        if month >= self._cutoff:
            return
        if month not in self._months:
            self._months[month] = Counting(self._calendars) if self._untallied(month) else None
        counting = self._months[month]
        if counting is not None:
            counting.add(read, first=first)
            self._owners_months.add(self._calendars.month(facts))

    def _is_first(self, facts: EntryFacts) -> bool:
        if facts.kind is not EntryKind.ANSWERED or not facts.pair:
            return True
        pair = bytes.fromhex(facts.pair)
        first = pair not in self._answered
        self._answered.add(pair)
        return first

    def tallies(self, node: str, running: str) -> dict[str, Tally]:
        """Every month's tally; who was shown in an owner's month stands in that month's own, or else in the newest."""
        counted = {month: one for month, one in self._months.items() if one is not None}
        people: dict[str, list[TallyPeople]] = {}
        for shown in self._people.counts(self._owners_months, running):
            people.setdefault(shown.month if shown.month in counted else max(counted), []).append(shown)
        return {month: one.tally(node, month, tuple(people.get(month, ()))) for month, one in counted.items()}


def _open(one: _Sum, recorded: Recorded | None, contained: Contained | None, *, first: bool) -> None:
    if recorded is None or contained is None:
        one.unread += 1
    if contained is not None:
        one.rules.update(contained.rules)
        one.ruleless += not contained.rules
        one.removed += contained.removed
    if recorded is not None:
        one.fields.update(recorded.fields)
        if first and recorded.first_step and contained is not None:
            one.minutes[minutes_between(recorded, contained)] += 1


def _row(alike: Alike, one: _Sum) -> TallyRow:
    kind, owner_ori, asker_ori, purpose, decision, month, instrument, duty, timeliness, done = alike
    return TallyRow(
        kind=kind,
        owner_ori=owner_ori,
        asker_ori=asker_ori,
        purpose=purpose,
        decision=decision,
        month=month,
        instrument=instrument,
        duty=duty,
        timeliness=timeliness,
        done=done,
        entries=one.entries,
        items=one.items,
        asked=dict(sorted(one.asked.items())),
        released=dict(sorted(one.released.items())),
        rules=dict(sorted(one.rules.items())),
        ruleless=one.ruleless,
        fields=dict(sorted(one.fields.items())),
        minutes=tuple(sorted(one.minutes.items())),
        removed=one.removed,
        unread=one.unread,
    )


def _order(row: TallyRow) -> tuple[str, ...]:
    codes = (row.kind, row.owner_ori, row.asker_ori, row.purpose or "", row.decision)
    return (*codes, row.month, row.instrument, row.duty, row.timeliness, row.done)
