"""What an owner owes where nobody asks: reports for a period, and duties of an event on a record or the agency.

A duty with `every` and without `on` is owed for the period itself, nothing asked or not (a nil report); one with
`on` only where a question brings it. A duty of an event is raised here when its rule is sure whatever a question says;
what depends on a question was stored with that question and waits there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from comity.law import ast
from comity.law.calendar import OwnerCalendar, end_of_day_ms, start_of_period
from comity.law.code import ALWAYS, NEVER, fold_node
from comity.law.compiled import Law, RuleCode
from comity.law.duty import HAPPENED_AT_DECISION, duty_after
from comity.law.facts import Facts
from comity.law.fold import literals, rules_for
from comity.law.reasons import distinct_duties
from comity.model.decision import Duty

MOST_PERIODS = 520  # ten years of weeks: how far back a node that was away looks for what it owes
OF_QUESTIONS = frozenset({"ask", "release"})
Series = tuple[str, str, str, str]  # rule, kind, recipient and register of a periodic duty


def series_of(duty: Duty) -> Series:
    """What the duties of one periodic clause have in common."""
    return (duty.rule, duty.kind, duty.to, duty.report)


def periodic_duties(law: Law, facts: Facts, raised: Mapping[Series, Collection[str]]) -> tuple[Duty, ...]:
    """The periodic duties an owner owes and that were not raised yet, earliest period first.

    `facts` are the owner's (`facts_of_owner`) now; `raised` the periods by series. Owed are the running period, every
    earlier one back to the last that was raised, and, where none ever was, the one before if it is not due yet.
    """
    found: list[Duty] = []
    for code in {code.index: code for point in law.at_point for code, _ in rules_for(law, point, facts)}.values():
        for spec in code.rule.duties:
            if spec.every is not None and spec.on is None and _binds(code, facts):
                found += _periods(law, code, spec, facts, raised)
    return distinct_periods(found)


def distinct_periods(duties: list[Duty]) -> tuple[Duty, ...]:
    """One duty for each series and period, earliest period first."""
    unique = {(series_of(duty), duty.period): duty for duty in duties}
    return tuple(sorted(unique.values(), key=lambda duty: (duty.due_ms or 0, duty.rule)))


def _periods(
    law: Law, code: RuleCode, spec: ast.DutySpec, facts: Facts, raised: Mapping[Series, Collection[str]]
) -> Iterator[Duty]:
    every, now_ms = str(spec.every), facts.calendar.at_ms
    day = facts.calendar.today()
    for number in range(MOST_PERIODS):
        duty = duty_after(code, spec, _at(facts, day, number), HAPPENED_AT_DECISION, certain=True)
        known = raised.get(series_of(duty), ())
        if duty.period in known:
            return
        late = duty.due_ms is not None and duty.due_ms < now_ms
        if number and not known and (late or number > 1):
            return
        if _in_force(law, code, facts, day):
            yield duty
        day = start_of_period(day, every) - timedelta(days=1)


def _at(facts: Facts, day: date, number: int) -> OwnerCalendar:
    """The owner's calendar now, or at the end of an earlier day."""
    if number == 0:
        return facts.calendar
    return replace(facts.calendar, at_ms=end_of_day_ms(day, facts.calendar.zone))


def _in_force(law: Law, code: RuleCode, facts: Facts, day: date) -> bool:
    earlier = replace(facts, calendar=_at(facts, day, 1))
    return any(other is code for point in code.rule.points for other, _ in rules_for(law, str(point), earlier))


def _binds(code: RuleCode, facts: Facts) -> bool:
    """A clause binds its giver; every other rule whom `rules_for` leaves."""
    return not code.giver or code.giver in facts.standing.owner_oris


def is_told_of(law: Law, event: str, decided: str) -> bool:
    """Whether any rule at a point other than `decided` starts a clock at an event."""
    return any(
        spec.of == event
        for point, codes in law.at_point.items()
        for code in codes
        for spec in code.rule.duties
        if point != decided
    )


def event_duties(law: Law, event: str, facts: Facts, decided: str = "") -> tuple[Duty, ...]:
    """The duties that an event brings whatever any question says, their clocks started at the facts' instant.

    Those of rules at `decided`, where the act itself was decided with all that was known of it, are left out.
    """
    known = literals(law, facts, range(len(law.atoms)))
    name = facts.get("record's data-class")
    found = []
    for point in [point for point in law.at_point if point != decided]:
        for code, node in rules_for(law, point, facts):
            of_question = point in OF_QUESTIONS
            # What is owed `on` an outcome was stored, waiting, with the question that had that outcome.
            specs = [
                spec for spec in code.rule.duties if spec.of == event and not (of_question and spec.on is not None)
            ]
            if not specs or fold_node(node, known) == NEVER or not _binds(code, facts):
                continue
            if code.rule.classes and isinstance(name, str) and name not in code.masks:
                continue
            certain = fold_node(code.sure, known) == ALWAYS and not (code.rule.classes and name is None)
            if of_question and not certain:
                continue
            found += [
                duty_after(code, spec, facts.calendar, frozenset({event}), certain=certain) for spec in specs
            ]
    return distinct_duties(found)
