"""The numbers of one row of a report, and the entries behind each. Pure: acts in, counts out.

A figure that needs what is no longer kept is not guessed: it comes from a tally that was committed before the content
went, where the period holds everything the tally counted, and else the row says in words what cannot be proved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from comity.errors import NounError
from comity.exchange.log.tally import month_of
from comity.model.codes import DataClass
from comity.model.pruning import Tally, TallyRow
from comity.model.report import EnteredFigure
from comity.oversight.reports.acts import COMPELLING, Act, Requester
from comity.oversight.reports.described import Clause, Counts, Dimension, Row

Words = tuple[str, ...]
COMPULSORY, VOLUNTARY = "compulsory", "voluntary"
NONE_NAMED = "none named"


@dataclass(slots=True)
class Counted:
    """A row counted: by the words of its dimensions the number, and which entries make it; its total; or why there is none.

    `behind` are by words (entry, how much of the number it is). The total is apart, since one act may count under two words.
    """

    numbers: Counter[Words] = field(default_factory=Counter)
    behind: dict[Words, list[tuple[int, int]]] = field(default_factory=dict)
    total: int = 0
    all_behind: list[tuple[int, int]] = field(default_factory=list)
    unproved: str = ""
    source: str = "entries"


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a row may count: acts of the agency as owner, what its desk entered, and tallies that may be used."""

    acts: tuple[Act, ...]
    entered: tuple[tuple[int, EnteredFigure], ...]
    tallies: Mapping[str, tuple[int, Tally]]
    outside: frozenset[str]
    before: frozenset[str]
    requesters: Mapping[str, Requester]
    owner_oris: frozenset[str]
    state: str
    days: tuple[date, date]


def count_row(row: Row, material: Material) -> Counted:
    """Count one row. Raises NounError for a row that counts what its entries cannot say."""
    if row.counts is Counts.ENTERED:
        return _entered(row, material)
    acts = [
        act for act in material.acts if act.facts.kind in row.kinds and _may_be(row.where, act, material.state)
    ]
    gone = [act for act in acts if _is_gone(row, act)]
    if gone and row.counts is Counts.ITEMS:
        return _from_tallies(row, acts, material)
    if gone:
        return Counted(unproved=_gone_words(gone, acts))
    acts = [act for act in acts if _is(row.where, act, material.state)]
    if row.counts in (Counts.REQUESTS, Counts.MINUTES):  # answered again, and counted when it was answered first
        acts = [act for act in acts if act.facts.pair not in material.before]
    return _COUNTERS[row.counts](row, acts)


# ---------------------------------------------------------------- which acts


def _is_gone(row: Row, act: Act) -> bool:
    content = row.opens_content and (act.facts.released or row.counts is not Counts.ITEMS)
    return (row.opens_record and act.recorded is None) or bool(content and act.contained is None)


def _gone_words(gone: list[Act], acts: list[Act]) -> str:
    return (
        f"cannot be proved: nothing is kept any more of {len(gone)} of the {len(acts)} entries that this would be counted "
        "from; that they happened stands in the log, and rows that need their codes alone are counted"
    )


def _may_be(where: tuple[Clause, ...], act: Act, state: str) -> bool:
    """Whether an act meets a clause as far as its codes say; what only a record says is left open."""
    return not where or any(_by_codes(clause, act, state) for clause in where)


def _is(where: tuple[Clause, ...], act: Act, state: str) -> bool:
    return not where or any(
        _by_codes(clause, act, state)
        and (not clause.message or (act.recorded is not None and act.recorded.message in clause.message))
        and (not clause.duty or (act.recorded is not None and act.recorded.duty_rule in clause.duty))
        for clause in where
    )


def _by_codes(clause: Clause, act: Act, state: str) -> bool:
    facts = act.facts
    asker = act.requester
    return (
        (not clause.purpose or facts.purpose in clause.purpose)
        and (not clause.instrument or facts.instrument in clause.instrument)
        and (not clause.outcome or facts.decision in clause.outcome)
        and (not clause.data_class or bool(act.classes & frozenset(clause.data_class)))
        and clause.outside_state in (None, asker.state != state)
        and clause.immigration_agency in (None, asker.immigration)
        and clause.justice_agency in (None, asker.justice)
        and clause.released in (None, facts.released > 0)
    )


# ---------------------------------------------------------------- dimensions


def _words(row: Row, act: Act) -> Iterator[Words]:
    """Under which words an act counts: once, save that one answer may name several rules."""
    plain = {Dimension.RULE}
    if plain & set(row.by):
        rules = (act.contained.rules if act.contained is not None else ()) or (NONE_NAMED,)
        for rule in rules:
            yield tuple(rule if one is Dimension.RULE else _word(one, act) for one in row.by)
    else:
        yield tuple(_word(one, act) for one in row.by)


def _word(dimension: Dimension, act: Act) -> str:
    facts, recorded = act.facts, act.recorded
    match dimension:
        case Dimension.MONTH:
            return act.month
        case Dimension.DATE:
            return act.day
        case Dimension.REQUESTER:
            return act.requester.name
        case Dimension.PURPOSE:
            return facts.purpose or NONE_NAMED
        case Dimension.INSTRUMENT:
            return facts.instrument or NONE_NAMED
        case Dimension.OUTCOME:
            return facts.decision or NONE_NAMED
        case Dimension.COMPELLED:
            return COMPULSORY if facts.instrument in COMPELLING else VOLUNTARY
        case Dimension.ACT:
            return facts.kind
        case Dimension.MESSAGE:
            return str(recorded.message) if recorded is not None and recorded.message else NONE_NAMED
        case Dimension.BENEFICIARY:
            return (recorded.beneficiary if recorded is not None else "") or NONE_NAMED
        case Dimension.DUTY:
            return (recorded.duty_rule if recorded is not None else "") or NONE_NAMED
        case Dimension.TIMELINESS:
            return (recorded.timeliness if recorded is not None else "") or NONE_NAMED
        case Dimension.DONE:
            return (recorded.done if recorded is not None else "") or NONE_NAMED
    raise NounError(f"`{dimension}` is no dimension of an act")


# ---------------------------------------------------------------- counting


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
            _add(
                counted,
                tuple(data_class if one is Dimension.CLASS else _word(one, act) for one in row.by),
                act.index,
                number,
            )
        _add_total(counted, act.index, act.facts.released)
    return counted


def _sum(row: Row, acts: Iterable[tuple[Act, int]]) -> Counted:
    counted = Counted()
    for act, number in acts:
        if not number:
            continue
        for words in _words(row, act):
            _add(counted, words, act.index, number)
        _add_total(counted, act.index, number)
    return counted


def _requests(row: Row, acts: list[Act]) -> Counted:
    """Questions, each once: by what was answered last of it in the period. Details belong to their question."""
    counted = Counted()
    for acts_of_one in _questions(acts):
        last = acts_of_one[-1]
        for words in _words(row, last):
            _add(counted, words, last.index, 1)
        _add_total(counted, last.index, 1)
    return counted


def _questions(acts: list[Act]) -> Iterable[list[Act]]:
    """The answers to the first step of each question, oldest first."""
    by_question: dict[str, list[Act]] = {}
    for act in acts:
        if act.recorded is not None and act.recorded.query_id and act.recorded.first_step:
            by_question.setdefault(act.recorded.query_id, []).append(act)
    return by_question.values()


def _fields(row: Row, acts: list[Act]) -> Counted:
    """How often each field left: once a record that showed it, whatever it said."""
    counted = Counted()
    for act in acts:
        for name in act.recorded.fields if act.recorded is not None else ():
            words = tuple(name if one is Dimension.FIELD else _word(one, act) for one in row.by)
            _add(counted, words, act.index, 1)
            _add_total(counted, act.index, 1)
    return counted


def _subjects(row: Row, acts: list[Act]) -> Counted:
    """Different people shown, by the record and the person in it; the entry that showed one first stands behind it."""
    counted = Counted()
    seen: set[tuple[Words, tuple[str, str]]] = set()
    everybody: set[tuple[str, str]] = set()
    for act in acts:
        for person in act.recorded.shown if act.recorded is not None else ():
            for words in _words(row, act):
                if (words, person) not in seen:
                    seen.add((words, person))
                    _add(counted, words, act.index, 1)
            if person not in everybody:
                everybody.add(person)
                _add_total(counted, act.index, 1)
    return counted


def _agencies(row: Row, acts: list[Act]) -> Counted:
    counted = Counted()
    seen: set[tuple[Words, str]] = set()
    everybody: set[str] = set()
    for act in acts:
        ori = act.requester.ori
        for words in _words(row, act):
            if (words, ori) not in seen:
                seen.add((words, ori))
                _add(counted, words, act.index, 1)
        if ori not in everybody:
            everybody.add(ori)
            _add_total(counted, act.index, 1)
    return counted


def _minutes(row: Row, acts: list[Act]) -> Counted:
    """The median of whole minutes from question to first answer; the smaller one of two in the middle."""
    counted = Counted()
    taken: dict[Words, list[int]] = {}
    everything: list[int] = []
    for acts_of_one in _questions(acts):
        act = acts_of_one[0]
        if act.recorded is None or act.contained is None:
            continue
        took_ms = (act.contained.answered_ms or 0) - (act.recorded.asked_ms or 0)
        minutes = max(0, took_ms) // 60_000
        for words in _words(row, act):
            taken.setdefault(words, []).append(minutes)
            counted.behind.setdefault(words, []).append((act.index, minutes))
        everything.append(minutes)
        counted.all_behind.append((act.index, minutes))
    for words, minutes_of in taken.items():
        counted.numbers[words] = int(median(minutes_of))
    counted.total = int(median(everything)) if everything else 0
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
        counted.behind[name, purpose] = [(act.index, int(_word(Dimension.PURPOSE, act) == purpose)) for act in own]
    if acts:
        purpose, counted.total = _most_stated(acts)
        counted.all_behind = [(act.index, int(_word(Dimension.PURPOSE, act) == purpose)) for act in acts]
    return counted


def _most_stated(acts: list[Act]) -> tuple[str, int]:
    stated = Counter(_word(Dimension.PURPOSE, act) for act in acts)
    purpose = min(stated, key=lambda one: (-stated[one], one))
    return purpose, 100 * stated[purpose] // len(acts)


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


def _add(counted: Counted, words: Words, index: int, number: int) -> None:
    counted.numbers[words] += number
    counted.behind.setdefault(words, []).append((index, number))


def _add_total(counted: Counted, index: int, number: int) -> None:
    counted.total += number
    counted.all_behind.append((index, number))


# ---------------------------------------------------------------- what the desk entered


def _entered(row: Row, material: Material) -> Counted:
    counted = Counted(source="entered")
    for index, figure in material.entered:
        if figure.what not in row.what or figure.last < material.days[0] or figure.first > material.days[1]:
            continue
        if figure.first < material.days[0] or figure.last > material.days[1]:
            return Counted(
                unproved=f"cannot be proved: the figure of entry {index} is of {figure.first} to {figure.last}, more than "
                "these days; enter one for each period"
            )
        said = {
            Dimension.WHAT: figure.what,
            Dimension.LABEL: figure.label or NONE_NAMED,
            Dimension.GROUP: figure.group or NONE_NAMED,
            Dimension.MONTH: f"{figure.first:%Y-%m}",
        }
        _add(counted, tuple(said[one] for one in row.by), index, figure.number)
        _add_total(counted, index, figure.number)
    if not counted.all_behind:
        counted.unproved = (
            "cannot be proved: the agency entered no figure for these days; where there was none, it enters 0 "
            "(`comity oversight enter`)"
        )
    return counted


# ---------------------------------------------------------------- after content went


def _from_tallies(row: Row, acts: list[Act], material: Material) -> Counted:
    """Items by class: of months whose content went from their tally, of the others from their content."""
    months = {month_of(act.facts.at_ms) for act in acts if _is_gone(row, act)}
    if not months <= set(material.tallies) or months & material.outside or not _tally_knows(row):
        return Counted(unproved=_gone_words([act for act in acts if _is_gone(row, act)], acts))
    counted = _items(row, [act for act in acts if month_of(act.facts.at_ms) not in months])
    counted.source = "entries, and for pruned months their tallies"
    for month in sorted(months):
        index, tally = material.tallies[month]
        for one in tally.rows:
            if (
                one.owner_ori in material.owner_oris
                and one.kind in row.kinds
                and _tally_is(row.where, one, material)
            ):
                if sum(one.released.values()) != one.items:
                    return Counted(unproved=_gone_words([act for act in acts if _is_gone(row, act)], acts))
                for data_class, number in one.released.items():
                    _add(counted, _tally_words(row, one, data_class, material), index, number)
                _add_total(counted, index, one.items)
    return counted


def _tally_knows(row: Row) -> bool:
    """Whether the codes a tally keeps suffice for a row: no instrument, no month of the owner's zone, no message."""
    kept = {Dimension.REQUESTER, Dimension.PURPOSE, Dimension.OUTCOME, Dimension.CLASS, Dimension.ACT}
    return set(row.by) <= kept and not any(
        clause.instrument or clause.message or clause.duty or clause.data_class for clause in row.where
    )


def _tally_is(where: tuple[Clause, ...], one: TallyRow, material: Material) -> bool:
    asker = material.requesters.get(one.asker_ori, Requester(one.asker_ori, one.asker_ori))
    return not where or any(
        (not clause.purpose or one.purpose in clause.purpose)
        and (not clause.outcome or one.decision in clause.outcome)
        and clause.outside_state in (None, asker.state != material.state)
        and clause.immigration_agency in (None, asker.immigration)
        and clause.justice_agency in (None, asker.justice)
        and clause.released in (None, one.items > 0)
        for clause in where
    )


def _tally_words(row: Row, one: TallyRow, data_class: DataClass, material: Material) -> Words:
    asker = material.requesters.get(one.asker_ori, Requester(one.asker_ori, one.asker_ori))
    said: dict[Dimension, str] = {
        Dimension.CLASS: data_class,
        Dimension.REQUESTER: asker.name,
        Dimension.PURPOSE: one.purpose or NONE_NAMED,
        Dimension.OUTCOME: one.decision or NONE_NAMED,
        Dimension.ACT: one.kind,
    }
    return tuple(said[dimension] for dimension in row.by)


def is_zero(counted: Counted) -> bool:
    """Whether it is proved that nothing happened."""
    return not counted.unproved and not counted.total
