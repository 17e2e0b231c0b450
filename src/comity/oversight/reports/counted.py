"""What counting a row of a report needs and gives: its numbers, what they are from, and the words of its dimensions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from comity.errors import NounError
from comity.model.codes import MessageKind
from comity.model.pruning import Tally
from comity.model.report import EnteredFigure
from comity.oversight.reports.acts import COMPELLING, Act, Requester
from comity.oversight.reports.described import Clause, Dimension, Row

Words = tuple[str, ...]
COMPULSORY, VOLUNTARY = "compulsory", "voluntary"
NONE_NAMED = "none named"


@dataclass(slots=True)
class Counted:
    """A row counted: by the words of its dimensions the number, and which entries make it; its total; or why there is none.

    `behind` are by words (entry, how much of the number it is). The total is apart, since one act may count under two words.
    `since` is the day on which the log began, where that is after the first of its days.
    `taken` are the minutes that medians are made of, the empty words' those of the total.
    """

    numbers: Counter[Words] = field(default_factory=Counter)
    behind: dict[Words, list[tuple[int, int]]] = field(default_factory=dict)
    total: int = 0
    all_behind: list[tuple[int, int]] = field(default_factory=list)
    taken: dict[Words, list[int]] = field(default_factory=dict)
    unproved: str = ""
    source: str = "entries"
    since: date | None = None

    def add(self, words: Words, index: int, number: int) -> None:
        """Count a number of one entry under some words."""
        self.numbers[words] += number
        self.behind.setdefault(words, []).append((index, number))

    def add_total(self, index: int, number: int) -> None:
        """Count a number of one entry in the total."""
        self.total += number
        self.all_behind.append((index, number))


@dataclass(frozen=True, slots=True)
class Steps:
    """What tallies say of single answers: which were of a detail, which of another message, and of which nothing is known."""

    details: frozenset[int] = frozenset()
    messages: Mapping[int, MessageKind] = field(default_factory=dict)
    unread: frozenset[int] = frozenset()


def steps_of(tallies: Mapping[str, tuple[int, Tally]]) -> Steps:
    """The steps of all tallied months together."""
    steps = [tally.steps for _, tally in tallies.values()]
    return Steps(
        details=frozenset(index for one in steps for index in one.details),
        messages={index: kind for one in steps for kind, found in one.messages.items() for index in found},
        unread=frozenset(index for one in steps for index in one.unread),
    )


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a row may count: acts of the agency as owner, what its desk entered, and the tallies of pruned months.

    `begun` is the owner's day on which the node's log began, None where it has no entry: of days before it no entry and
    no silence proves anything.
    """

    acts: tuple[Act, ...]
    entered: tuple[tuple[int, EnteredFigure], ...]
    tallies: Mapping[str, tuple[int, Tally]]
    steps: Steps
    before: frozenset[str]
    requesters: Mapping[str, Requester]
    agency: str
    owner_oris: frozenset[str]
    state: str
    days: tuple[date, date]
    begun: date | None


def may_be(where: tuple[Clause, ...], act: Act, state: str) -> bool:
    """Whether an act meets a clause as far as its codes say; what only a record says is left open."""
    return not where or any(by_codes(clause, act, state) for clause in where)


def is_it(where: tuple[Clause, ...], act: Act, state: str) -> bool:
    """Whether an act meets a clause, by its codes and by what its record says."""
    return not where or any(
        by_codes(clause, act, state)
        and (not clause.message or (act.recorded is not None and act.recorded.message in clause.message))
        and (not clause.duty or (act.recorded is not None and act.recorded.duty_rule in clause.duty))
        and (not clause.done or (act.recorded is not None and act.recorded.done in clause.done))
        for clause in where
    )


def by_codes(clause: Clause, act: Act, state: str) -> bool:
    """Whether the codes of an act meet a clause."""
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


def words_of(row: Row, act: Act) -> Iterator[Words]:
    """Under which words an act counts: once, save that one answer may name several rules."""
    plain = {Dimension.RULE}
    if plain & set(row.by):
        rules = (act.contained.rules if act.contained is not None else ()) or (NONE_NAMED,)
        for rule in rules:
            yield tuple(rule if one is Dimension.RULE else word_of(one, act) for one in row.by)
    else:
        yield tuple(word_of(one, act) for one in row.by)


def word_of(dimension: Dimension, act: Act) -> str:
    """The word of a dimension that an act has once. Raises NounError for any other."""
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
