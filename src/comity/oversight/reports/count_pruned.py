"""A row counted where content went: from the tallies that were committed before. Pure: acts and tallies in, counts out.

A figure is what it was before, or there is none: what a tally cannot carry is different people over more than one month, a
part of a month, and dimensions that no tally has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from comity.exchange.log.entry_says import PETITIONS, Recorded
from comity.exchange.log.tally import month_of
from comity.law.calendar import last_day_of
from comity.model.codes import MessageKind
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.pruning import TallyRow
from comity.oversight.reports.acts import Act, requester_of
from comity.oversight.reports.count_open import add_minutes, count_open, with_medians
from comity.oversight.reports.counted import NONE_NAMED, Counted, Material, Words, is_it, word_of
from comity.oversight.reports.described import Counts, Dimension, Row

SOURCE = "entries, and for pruned months their tallies"
# What no row of a tally says of an act: its day, what was asked for, for whom; and what only a desk enters.
NOT_CARRIED = frozenset(
    {
        Dimension.DATE,
        Dimension.MESSAGE,
        Dimension.BENEFICIARY,
        Dimension.WHAT,
        Dimension.LABEL,
        Dimension.GROUP,
    }
)
ADDED_UP = frozenset({Counts.ENTRIES, Counts.ITEMS, Counts.FIELDS, Counts.REMOVED, Counts.MINUTES})
OF_ITEMS = frozenset({Counts.ITEMS, Counts.FIELDS})  # an act that released nothing adds nothing to these


def count_pruned(row: Row, acts: list[Act], gone: list[Act], material: Material) -> Counted | None:
    """Count a row some of whose acts are `gone`, as it was counted before; None where the tallies do not carry that."""
    months = {month_of(act.facts.at_ms) for act in gone}
    if not months <= set(material.tallies):
        return None
    if row.counts is Counts.REQUESTS:
        counted = _questions(row, acts, material)
    elif row.counts is Counts.SUBJECTS:
        counted = _people(row, material)
    elif row.counts in ADDED_UP:
        counted = _added_up(row, acts, months, material)
    else:
        return None
    if counted is not None:
        counted.source = SOURCE
    return counted


def _questions(row: Row, acts: list[Act], material: Material) -> Counted | None:
    """Questions by the codes of their answers, which stay, and by the two codes that the tally has of each.

    Which answers are to one question the entries say themselves, by their pairing commitments: over months too.
    """
    if (
        Dimension.BENEFICIARY in row.by
        or row.opens_content
        or any(clause.duty or clause.done for clause in row.where)
    ):
        return None
    known = []
    for act in acts:
        if act.recorded is None:
            if act.index in material.steps.unread or act.facts.kind is not EntryKind.ANSWERED:
                return None
            act = replace(act, recorded=_step(act, material))
        known.append(act)
    return count_open(row, known, material)


def _step(act: Act, material: Material) -> Recorded:
    return Recorded(
        query_id=act.facts.pair,
        first_step=act.index not in material.steps.details,
        message=material.steps.messages.get(act.index, MessageKind.RECORDS_QUERY),
    )


def _people(row: Row, material: Material) -> Counted | None:
    """Different people of one whole month: what was counted of it while everybody could be told apart."""
    if row.where or row.kinds != (EntryKind.ANSWERED,) or not set(row.by) <= {Dimension.PURPOSE}:
        return None
    month = f"{material.days[0]:%Y-%m}"
    if not _is_within(month, material.days) or material.days[1] > last_day_of(month):
        return None
    for index, tally in material.tallies.values():
        for one in tally.people:
            if (one.owner, one.month) == (material.agency, month):
                counted = Counted()
                by = {(str(purpose),): number for purpose, number in one.by_purpose.items()}
                for words, number in (by if row.by else {(): one.total}).items():
                    counted.add(words, index, number)
                counted.add_total(index, one.total)
                return counted
    return None


def _added_up(row: Row, acts: list[Act], months: Collection[str], material: Material) -> Counted | None:
    """What can be added up: of pruned months from their tallies, of the others from their entries."""
    if not _is_carried(row):
        return None
    counted = count_open(row, _still_counted(row, acts, months), material)
    for month in sorted(months):
        index, tally = material.tallies[month]
        for one in tally.rows:
            if one.owner_ori not in material.owner_oris or one.kind not in row.kinds:
                continue
            if one.kind in PETITIONS and not one.done and not _is_outside(one.month, material.days):
                return None  # tallied before petitions were told apart, or when nothing of one was kept any more
            act = _as_act(index, one, material)
            if not is_it(row.where, act, material.state) or _is_outside(one.month, material.days):
                continue
            if not _is_within(one.month, material.days) or not _is_whole(row, one):
                return None
            _add(counted, row, act, one)
    return with_medians(counted) if row.counts is Counts.MINUTES else counted


def _still_counted(row: Row, acts: list[Act], months: Collection[str]) -> list[Act]:
    """The acts of other months; what was answered first in a pruned one has its minutes there, and none here."""
    kept = [act for act in acts if month_of(act.facts.at_ms) not in months]
    if row.counts is not Counts.MINUTES:
        return kept
    first = {act.facts.pair for act in acts if month_of(act.facts.at_ms) in months}
    return [act for act in kept if act.facts.pair not in first]


def _is_carried(row: Row) -> bool:
    """Whether a tally's rows tell apart what a row of a report does."""
    return not NOT_CARRIED & set(row.by) and not any(
        clause.message or clause.data_class or (clause.released is not None and row.counts not in OF_ITEMS)
        for clause in row.where
    )


def _is_within(month: str, days: tuple[date, date]) -> bool:
    """Whether the whole of an owner's month is in a report's days."""
    last = last_day_of(month)
    return days[0] <= last.replace(day=1) and last <= days[1]


def _is_outside(month: str, days: tuple[date, date]) -> bool:
    last = last_day_of(month)
    return last < days[0] or days[1] < last.replace(day=1)


def _is_whole(row: Row, one: TallyRow) -> bool:
    """Whether everything was still kept when this was tallied; of items it is enough that each has its class."""
    if row.counts is Counts.ITEMS:
        return sum(one.released.values()) == one.items
    return not one.unread


def _as_act(index: int, one: TallyRow, material: Material) -> Act:
    """A row of a tally as one act, by whose words its numbers are counted."""
    return Act(
        index=index,
        facts=EntryFacts(
            kind=one.kind,
            at_ms=0,
            owner_ori=one.owner_ori,
            asker_ori=one.asker_ori,
            purpose=one.purpose,
            instrument=one.instrument,
            decision=one.decision,
            released=one.items,
        ),
        classes=frozenset(),
        requester=requester_of(material.requesters, one.asker_ori),
        month=one.month,
        day="",
        recorded=Recorded(query_id="", done=one.done, duty_rule=one.duty, timeliness=one.timeliness),
        contained=None,
    )


def _add(counted: Counted, row: Row, act: Act, one: TallyRow) -> None:
    if row.counts is Counts.MINUTES:
        minutes = [number for number, times in one.minutes for _ in range(times)]
        if minutes:
            add_minutes(counted, tuple(word_of(each, act) for each in row.by), act.index, minutes)
        return
    for words, number in _numbers(row, act, one):
        if number:
            counted.add(words, act.index, number)
    total = _total(row, one)
    if total:
        counted.add_total(act.index, total)


def _numbers(row: Row, act: Act, one: TallyRow) -> Iterator[tuple[Words, int]]:
    """What a row of a tally counts under which words: one number, or one for each class, rule or field."""
    for apart, numbers in (
        (Dimension.CLASS, one.released),
        (Dimension.RULE, one.rules | {NONE_NAMED: one.ruleless}),
        (Dimension.FIELD, one.fields),
    ):
        if apart in row.by:
            for word, number in numbers.items():
                yield tuple(str(word) if each is apart else word_of(each, act) for each in row.by), number
            return
    yield tuple(word_of(each, act) for each in row.by), _total(row, one)


def _total(row: Row, one: TallyRow) -> int:
    numbers = {
        Counts.ENTRIES: one.entries,
        Counts.ITEMS: one.items,
        Counts.FIELDS: sum(one.fields.values()),
        Counts.REMOVED: one.removed,
    }
    return numbers[row.counts]
