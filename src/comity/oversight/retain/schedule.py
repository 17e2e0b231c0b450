"""What is due to be purged: every record of an owner decided at a day to come, by the owner's own law.

 1 who, and the day      a member of the desk or an auditor; today where none is named
 2 each record           decided at that day; where it goes then and not today, the first day it does
 3 by rule               how many go, how many a hold keeps, how many wait for a custodian
 4 holds, and no end     the records under a legal hold; records that no rule ever ends, by class
 5 the log               how long it is kept, and from when each month may be forgotten

Nothing is changed and nothing is entered: it is a reading of law and records.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.owners import owner_day
from comity.exchange.person.person_state import reader_of
from comity.exchange.records.purge import Due, decide_purge, pages_of
from comity.law.calendar import end_of_day_ms
from comity.law.compiled import Law
from comity.law.duty import citation_of
from comity.model.agency import Agency, Member
from comity.model.codes import DataClass
from comity.model.record import Record
from comity.model.retention import DueRecord, HeldBack, RuleDue, Schedule
from comity.oversight.retain.obligations import log_life
from comity.ports import World

MOST_LISTED = 1_000  # records of one schedule, the soonest first, and holds of one; the counts are of all of them
FARTHEST_DAYS = 3_660  # ten years ahead: law changes sooner
GOES, HELD, CUSTODIAN = "goes", "held", "custodian"


@dataclass
class _Found:
    """What was found so far."""

    looked_at: int = 0
    due: list[DueRecord] = field(default_factory=list)
    holds: list[HeldBack] = field(default_factory=list)
    endless: Counter[DataClass] = field(default_factory=Counter)


def plan_retention(world: World, member: Member, log_days: int, by: date | None = None) -> Schedule:
    """What of an owner is due by a day. Raises WrongUseError for who may not, or a day that is past or too far."""
    owner = reader_of(world, member)  # 1
    today = owner_day(owner, world.clock.now_ms())
    last = _check_day(by or today, today)
    _, law = read_law(world, world.directory(), owner.id)
    found = _Found()
    for page in pages_of(world, owner.id):
        for record in page:
            _look(law, owner, record, (today, last), found)  # 2, 4
    found.due.sort(key=lambda one: (one.first_day, one.reference))
    months = tuple(name for name in world.wrapping.names() if not name.startswith("k")) if world.wrapping else ()
    return Schedule(
        owner=owner.id,
        by=last,
        looked_at=found.looked_at,
        rules=_by_rule(law, found.due),  # 3
        records=tuple(found.due[:MOST_LISTED]),
        unlisted=max(0, len(found.due) - MOST_LISTED),
        holds=tuple(sorted(found.holds, key=lambda one: one.reference)[:MOST_LISTED]),
        unlisted_holds=max(0, len(found.holds) - MOST_LISTED),
        endless=dict(sorted(found.endless.items())),
        log=log_life(owner, log_days, months, today),  # 5
    )


def _check_day(by: date, today: date) -> date:
    if not today <= by <= today + timedelta(days=FARTHEST_DAYS):
        raise WrongUseError(f"`{by}` is no day from today to ten years on; name one, or leave it out for today")
    return by


def _look(law: Law, owner: Agency, record: Record, days: tuple[date, date], found: _Found) -> None:
    today, last = days
    found.looked_at += 1
    due = _at(law, owner, record, last)
    if record.state.legal_hold:
        free = replace(record, state=replace(record.state, legal_hold=False))
        without = _at(law, owner, free, last)
        rules = without.rules if without is not None and without.goes else ()
        found.holds.append(HeldBack(reference=record.reference, data_class=record.data_class, rules=rules))
        if rules and without is not None:
            found.due.append(_due(record, without, _first_day(law, owner, free, today, last), HELD))
            return
    if due is not None:
        found.due.append(_due(record, due, _first_day(law, owner, record, today, last), _state(due)))
    elif _ends_never(law, owner, record, today):
        found.endless[record.data_class] += 1


def _at(law: Law, owner: Agency, record: Record, day: date) -> Due | None:
    return decide_purge(law, owner, record, end_of_day_ms(day, owner.zone))


def _ends_never(law: Law, owner: Agency, record: Record, today: date) -> bool:
    """Whether no rule ends it, its own last day or not: a day that no rule heeds ends nothing."""
    day = max(today, record.state.retain_until or today)
    farthest = min(day.toordinal() + FARTHEST_DAYS, date.max.toordinal())
    return _at(law, owner, record, date.fromordinal(farthest)) is None


def _first_day(law: Law, owner: Agency, record: Record, today: date, last: date) -> date:
    """The first day on which it stands as it does on the last; today where it does already. Of several turns, one."""
    wanted = _state(_at(law, owner, record, last))
    if _state(_at(law, owner, record, today)) == wanted:
        return today
    before, after = today, last
    while (after - before).days > 1:  # ends: the span halves
        middle = before + timedelta(days=(after - before).days // 2)
        if _state(_at(law, owner, record, middle)) == wanted:
            after = middle
        else:
            before = middle
    return after


def _state(due: Due | None) -> str:
    """How a record stands on a day: it goes, a hold keeps it, a custodian decides, or nothing is due."""
    if due is None:
        return ""
    return GOES if due.goes else (HELD if due.kept else CUSTODIAN)


def _due(record: Record, due: Due, first_day: date, state: str) -> DueRecord:
    return DueRecord(
        reference=record.reference,
        data_class=record.data_class,
        rules=due.rules,
        first_day=first_day,
        state=state,
    )


def _by_rule(law: Law, due: list[DueRecord]) -> tuple[RuleDue, ...]:
    citations = {code.id: citation_of(code) for code in law.codes}
    counts: dict[str, Counter[str]] = {}
    first: dict[str, date] = {}
    for one in due:
        for rule in one.rules:
            counts.setdefault(rule, Counter())[one.state] += 1
            first[rule] = min(first.get(rule, one.first_day), one.first_day)
    return tuple(
        RuleDue(
            rule=rule,
            citation=citations.get(rule, ""),
            goes=counts[rule][GOES],
            held=counts[rule][HELD],
            custodian=counts[rule][CUSTODIAN],
            first_day=first[rule],
        )
        for rule in sorted(counts)
    )
