"""The numbers of one row, counted from acts of which everything it needs is kept. Pure: acts in, counts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median

from comity.exchange.log.entry_says import minutes_between
from comity.oversight.reports.acts import Act
from comity.oversight.reports.counted import Counted, Material, Words, is_it, word_of, words_of
from comity.oversight.reports.described import Counts, Dimension, Row


def count_open(row: Row, acts: Iterable[Act], material: Material) -> Counted:
    """Count one row over acts that are of its kinds and may be what it counts."""
    found = [act for act in acts if is_it(row.where, act, material.state)]
    if row.counts in (Counts.REQUESTS, Counts.MINUTES):  # answered again, and counted when it was answered first
        found = [act for act in found if act.facts.pair not in material.before]
    return _COUNTERS[row.counts](row, found)


def _entries(row: Row, acts: list[Act]) -> Counted:
    return _sum(row, ((act, 1) for act in acts))


def _removed(row: Row, acts: list[Act]) -> Counted:
    return _sum(row, ((act, act.contained.removed if act.contained is not None else 0) for act in acts))


def _items(row: Row, acts: list[Act]) -> Counted:
    if Dimension.CLASS not in row.by:
        return _sum(row, ((act, act.facts.released) for act in acts))
    counted = Counted()
    for act in acts:
        for data_class, number in act.contained.released if act.contained is not None else ():
            counted.add(
                tuple(data_class if one is Dimension.CLASS else word_of(one, act) for one in row.by),
                act.index,
                number,
            )
        counted.add_total(act.index, act.facts.released)
    return counted


def _sum(row: Row, acts: Iterable[tuple[Act, int]]) -> Counted:
    counted = Counted()
    for act, number in acts:
        if not number:
            continue
        for words in words_of(row, act):
            counted.add(words, act.index, number)
        counted.add_total(act.index, number)
    return counted


def _requests(row: Row, acts: list[Act]) -> Counted:
    """Questions, each once: by what was answered last of it in the period. Details belong to their question."""
    counted = Counted()
    for acts_of_one in _questions(acts):
        last = acts_of_one[-1]
        for words in words_of(row, last):
            counted.add(words, last.index, 1)
        counted.add_total(last.index, 1)
    return counted


def _questions(acts: list[Act]) -> Iterable[list[Act]]:
    """The answers to the first step of each question, oldest first."""
    by_question: dict[str, list[Act]] = {}
    for act in acts:
        if act.recorded is not None and act.recorded.query_id and act.recorded.first_step:
            by_question.setdefault(act.facts.pair or act.recorded.query_id, []).append(act)
    return by_question.values()


def _fields(row: Row, acts: list[Act]) -> Counted:
    """How often each field left: once a record that showed it, whatever it said."""
    counted = Counted()
    for act in acts:
        for name in act.recorded.fields if act.recorded is not None else ():
            words = tuple(name if one is Dimension.FIELD else word_of(one, act) for one in row.by)
            counted.add(words, act.index, 1)
            counted.add_total(act.index, 1)
    return counted


def _subjects(row: Row, acts: list[Act]) -> Counted:
    """Different people shown, by the record and the person in it; the entry that showed one first stands behind it."""
    counted = Counted()
    seen: set[tuple[Words, tuple[str, str]]] = set()
    everybody: set[tuple[str, str]] = set()
    for act in acts:
        for person in act.recorded.shown if act.recorded is not None else ():
            for words in words_of(row, act):
                if (words, person) not in seen:
                    seen.add((words, person))
                    counted.add(words, act.index, 1)
            if person not in everybody:
                everybody.add(person)
                counted.add_total(act.index, 1)
    return counted


def _agencies(row: Row, acts: list[Act]) -> Counted:
    counted = Counted()
    seen: set[tuple[Words, str]] = set()
    everybody: set[str] = set()
    for act in acts:
        ori = act.requester.ori
        for words in words_of(row, act):
            if (words, ori) not in seen:
                seen.add((words, ori))
                counted.add(words, act.index, 1)
        if ori not in everybody:
            everybody.add(ori)
            counted.add_total(act.index, 1)
    return counted


def _minutes(row: Row, acts: list[Act]) -> Counted:
    """The median of whole minutes from question to first answer."""
    counted = Counted()
    for acts_of_one in _questions(acts):
        act = acts_of_one[0]
        if act.recorded is not None and act.contained is not None:
            minutes = minutes_between(act.recorded, act.contained)
            for words in words_of(row, act):
                add_minutes(counted, words, act.index, (minutes,))
    return with_medians(counted)


def add_minutes(counted: Counted, words: Words, index: int, minutes: Sequence[int]) -> None:
    """Add the minutes of one entry, under its words and to the total's."""
    counted.taken.setdefault(words, []).extend(minutes)
    counted.behind.setdefault(words, []).extend((index, number) for number in minutes)
    counted.all_behind.extend((index, number) for number in minutes)


def with_medians(counted: Counted) -> Counted:
    """Make the medians of what was taken; of two in the middle the half between them, cut to whole minutes."""
    for words, minutes in counted.taken.items():
        counted.numbers[words] = int(median(minutes))
    counted.total = int(median(number for _, number in counted.all_behind)) if counted.all_behind else 0
    return counted


def _most_common(row: Row, acts: list[Act]) -> Counted:
    """Of each requester the percent, rounded down, of its acts under the purpose it states most; of two the first by name.

    Every act of the requester stands behind it, with 1 where it states that purpose. The total is that of all together.
    """
    counted = Counted()
    by_requester: dict[str, list[Act]] = {}
    for act in acts:
        by_requester.setdefault(act.requester.name, []).append(act)
    for name, own in by_requester.items():
        purpose, percent = _most_stated(own)
        counted.numbers[name, purpose] = percent
        counted.behind[name, purpose] = [(act.index, int(_stated(act) == purpose)) for act in own]
    if acts:
        purpose, counted.total = _most_stated(acts)
        counted.all_behind = [(act.index, int(_stated(act) == purpose)) for act in acts]
    return counted


def _most_stated(acts: list[Act]) -> tuple[str, int]:
    stated = Counter(_stated(act) for act in acts)
    purpose = min(stated, key=lambda one: (-stated[one], one))
    return purpose, 100 * stated[purpose] // len(acts)


def _stated(act: Act) -> str:
    return word_of(Dimension.PURPOSE, act)


_COUNTERS: dict[Counts, Callable[[Row, list[Act]], Counted]] = {
    Counts.ENTRIES: _entries,
    Counts.REQUESTS: _requests,
    Counts.ITEMS: _items,
    Counts.SUBJECTS: _subjects,
    Counts.MINUTES: _minutes,
    Counts.AGENCIES: _agencies,
    Counts.REMOVED: _removed,
    Counts.FIELDS: _fields,
    Counts.MOST_COMMON: _most_common,
}
