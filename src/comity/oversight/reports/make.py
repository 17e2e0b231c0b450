"""A report made from a verified log, and one of its figures followed to the entries behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.owners import owner_day, owner_here
from comity.ledger.entry import decode_entry
from comity.ledger.proof import write_proof
from comity.model.agency import Agency
from comity.model.canon import digest
from comity.model.refused import tell_refused
from comity.model.report import (
    MOST_TRACED,
    Figure,
    Of,
    Report,
    ReportTable,
    Traced,
    TracedEntry,
)
from comity.model.sentence import english
from comity.oversight.reports.acts import act_of, entered_of, requesters_of
from comity.oversight.reports.count import count_row, is_zero, since_words
from comity.oversight.reports.counted import Counted, Material, Words, steps_of
from comity.oversight.reports.described import Counts, Described, Row, described
from comity.oversight.reports.period import check_days, due_on, instants_of, is_whole, last_whole_period
from comity.oversight.reports.read_log import ReadLog, begun_on, read_log
from comity.oversight.reports.sentences import SENTENCES, nil_sentence, say_report
from comity.oversight.reports.suppress import PARTLY, SHOWN_FROM, SOURCE, TWICE, hidden_words
from comity.ports import World

# How entries make the number, where it is no sum.
SPECIAL = frozenset({Counts.MINUTES, Counts.SUBJECTS, Counts.REQUESTS, Counts.AGENCIES, Counts.MOST_COMMON})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that is asked for: its kind, of whom, and its first and last local day; None for the last whole period."""

    kind: str
    agency: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class _Counting:
    """A description with the log it is counted from."""

    described: Described
    agency: Agency
    days: tuple[date, date]
    log: ReadLog
    rows: tuple[tuple[Row, Counted], ...]


def make_report(world: World, wanted: Wanted) -> Report:
    """Make one report.

    1 what it holds, of whom, which days   2 the log, read whole and verified   3 every row counted
    4 small counts of people hidden   5 the nil certificate, where nothing happened on days that are over, and the
    log proves all of them   6 its hash

    Raises ProofError for an entry that does not verify: then there is no report. WrongUseError for an unknown kind, an
    agency that is not held here or does not owe this report, or impossible days.
    """
    now_ms = world.clock.now_ms()
    counting = _count(world, wanted, now_ms)  # 1, 2, 3
    asked, agency, log = counting.described, counting.agency, counting.log
    first, last = counting.days
    indexes = [one.index for one in log.entries]
    report = Report(
        kind=wanted.kind,
        title=asked.title,
        agency=agency.id,
        agency_name=agency.name,
        node=world.node,
        to=asked.to,
        citation=asked.citation,
        status=asked.status,
        every=asked.every,
        first=first,
        last=last,
        whole=is_whole(first, last, asked.every),
        due=due_on(last, asked.every, asked.due),
        made_ms=now_ms,
        checkpoint=log.note,
        size=log.size,
        entries=len(indexes),
        begins=min(indexes, default=None),
        ends=max(indexes, default=None),
        threshold=SHOWN_FROM,
        threshold_source=SOURCE,
        tables=_tables(counting),  # 4
        absent=tuple((one.what, one.why) for one in asked.absent),
        certificate=_certificate(counting, now_ms),  # 5
    )
    return replace(report, hash=digest(report))  # 6


def trace_figure(world: World, wanted: Wanted, key: str) -> Traced:
    """The entries behind one figure, each with its proof of inclusion in the newest checkpoint.

    Where nothing can be proved of the row that it names, as of days before the log, the figure says so and has no number.
    Raises WrongUseError for a figure the report does not have, or that is not shown: its entries would show it.
    """
    counting = _count(world, wanted, world.clock.now_ms())
    for (row, counted), table in zip(counting.rows, _tables(counting), strict=True):
        if counted.unproved and key == row.id:
            unproved = Figure(key=key, values=(), number=None, said=counted.unproved)
            return Traced(figure=unproved, adds_up=_adds_up(row), entries=())
        for figure in (*table.figures, *((table.total,) if table.total is not None else ())):
            if figure.key != key:
                continue
            if figure.number is None:
                raise WrongUseError(f"`{key[:80]}` is not shown ({figure.said}), and its entries would show it")
            behind = counted.behind.get(figure.values, []) if figure.values else counted.all_behind
            entries = sorted(behind)
            return Traced(
                figure=figure,
                adds_up=_adds_up(row),
                entries=tuple(_traced(world, index, number) for index, number in entries[:MOST_TRACED]),
                more=max(0, len(entries) - MOST_TRACED),
            )
    raise WrongUseError(tell_refused("filing.no-figure", figure=key[:80]))


def _count(world: World, wanted: Wanted, now_ms: int) -> _Counting:
    asked = described(wanted.kind)
    agency = owner_here(world, wanted.agency)
    if asked.states and agency.state not in asked.states:
        raise WrongUseError(
            f"`{agency.id}` is of {agency.state}, and this report is owed by agencies of {', '.join(asked.states)}"
        )
    last_period = last_whole_period(owner_day(agency, now_ms), asked.every)
    first, last = wanted.first or last_period[0], wanted.last or last_period[1]
    check_days(first, last)
    log = read_log(world, agency, *instants_of(first, last, agency.zone))
    requesters = requesters_of(world.directory().agencies)
    oris = frozenset(dated.ori for dated in agency.oris)
    acts = tuple(act_of(one, requesters, agency.zone) for one in log.entries if one.facts.owner_ori in oris)
    material = Material(
        acts=acts,
        entered=entered_of(log.entered),
        tallies=log.tallies,
        steps=steps_of(log.tallies),
        before=log.before,
        requesters=requesters,
        agency=agency.id,
        owner_oris=oris,
        state=agency.state,
        days=(first, last),
        begun=begun_on(agency, log),
    )
    return _Counting(
        asked, agency, (first, last), log, tuple((row, count_row(row, material)) for row in asked.rows)
    )


def _tables(counting: _Counting) -> tuple[ReportTable, ...]:
    return tables_of(counting.rows, whole=is_whole(*counting.days, counting.described.every))


def tables_of(rows: tuple[tuple[Row, Counted], ...], *, whole: bool) -> tuple[ReportTable, ...]:
    """Every row as a table; of people only in a `whole` period, and of several tables about the same ones only the first where
    any has a small count."""
    small = {_people(row) for row, counted in rows if row.of is Of.SUBJECTS and hidden_words(counted.numbers)}
    told: set[object] = set()
    tables = []
    for row, counted in rows:
        people = _people(row)
        table = _table(row, counted)
        if row.of is Of.SUBJECTS and not table.unproved:
            if not whole:
                table = _not_shown(table, PARTLY)
            elif people in small and people in told:
                table = _not_shown(table, TWICE)
        told.add(people)
        tables.append(table)
    return tuple(tables)


def _not_shown(table: ReportTable, said: str) -> ReportTable:
    return replace(table, figures=(), total=Figure(key=table.id, values=(), number=None, said=said))


def _people(row: Row) -> object:
    """Whom a row counts: rows that differ in their dimensions alone count the same people."""
    return row.counts, row.kinds, row.where, row.what


def _table(row: Row, counted: Counted) -> ReportTable:
    hidden = hidden_words(counted.numbers) if row.of is Of.SUBJECTS else {}
    figures = tuple(_figure(row, words, counted, hidden) for words in sorted(counted.numbers) if words)
    total = None if counted.unproved else _figure(row, (), counted, hidden)
    return ReportTable(
        id=row.id,
        title=row.title,
        of=row.of,
        dimensions=tuple(row.by),
        source=counted.source,
        figures=figures if not counted.unproved else (),
        total=total,
        unproved=counted.unproved,
        note=row.note,
    )


def _figure(row: Row, words: Words, counted: Counted, hidden: dict[Words, str]) -> Figure:
    said = hidden.get(words, "")
    number = None if said else (counted.numbers[words] if words else counted.total)
    since = since_words(row, words, counted.since)
    shares = row.shares and number is not None and () not in hidden and counted.total
    return Figure(
        key=":".join((row.id, *words)),
        values=words,
        number=number,
        said=said or since,
        permille=number * 1_000 // counted.total if shares and number is not None and words else None,
    )


def _certificate(counting: _Counting, now_ms: int) -> str:
    """The nil certificate; empty where something happened, something is not proved, or the law wants none."""
    nil = [counted for row, counted in counting.rows if row.nil]
    asked = counting.described
    if not nil or not all(is_zero(counted) for counted in nil) or not _covered(counting, now_ms):
        return ""
    return english(SENTENCES, nil_sentence(asked, counting.agency.name, counting.days, counting.log.size))


def _covered(counting: _Counting, now_ms: int) -> bool:
    """Whether the log was kept on every one of the days, and all of them are over: of others no silence proves anything."""
    first, last = counting.days
    begun = begun_on(counting.agency, counting.log)
    return begun is not None and begun <= first and last < owner_day(counting.agency, now_ms)


def _adds_up(row: Row) -> str:
    return say_report(f"counts.{row.counts if row.counts in SPECIAL else 'sum'}")


def _traced(world: World, index: int, number: int) -> TracedEntry:
    note, path = world.journal.path(index)
    raw = world.journal.entry(index)
    return TracedEntry(
        index=index,
        kind=decode_entry(raw).facts.kind,
        entry=raw.hex(),
        proof=write_proof(index, path, note),
        counts=number,
    )
