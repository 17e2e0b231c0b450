"""Duties and their clocks: what a rule demands, of whom, and by when, in the owner's zone and calendar.

A clock starts at the event the rule names. Days, working days, months and years end with the local day on which
the period ends (`calendar`); hours and minutes run exactly. A duty whose event has not happened has no due time.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from comity.law import ast
from comity.law.calendar import (
    OwnerCalendar,
    add_span,
    add_working_days,
    end_of_day_ms,
    end_of_period,
    local_time,
    period_of,
)
from comity.law.compiled import RuleCode
from comity.model.decision import Duty

HAPPENED_AT_DECISION = frozenset({"query-received", "decision-made"})
EXACT_MINUTES = {"minute": 1, "hour": 60}
# Those inside the deciding agency: everybody else is a third party, whom only a human may turn to on doubt.
INSIDERS = frozenset(
    {"member", "supervisor", "agency-head", "counsel", "records-custodian", "officer-1367", "privacy-officer"}
    | {"training-officer"}
)
OUTWARD_KINDS = frozenset({"notify", "forward", "report"})
WITHIN = re.compile(r"(\d+) (minute|hour|day|working day|month|year)s?")  # a span as decisions spell it


def is_outward(spec: ast.DutySpec) -> bool:
    """Whether a duty tells someone outside the agency that has it."""
    target = recipient_of(spec)
    return spec.kind in OUTWARD_KINDS and target != "" and target not in INSIDERS


def recipient_of(spec: ast.DutySpec) -> str:
    """Whom a duty reaches: the word after `to`, or after `notify`; empty when it stays inside."""
    if spec.to is not None:
        return str(spec.to)
    return str(spec.what) if spec.kind == "notify" and spec.what is not None else ""


def due_ms(spec: ast.DutySpec, calendar: OwnerCalendar, happened: frozenset[str]) -> int | None:
    """When a duty is due, in UTC milliseconds; None while its event has not happened or a custodian decides."""
    if spec.every is not None:
        return _periodic_due(spec, calendar)
    if spec.within is None or spec.of is None or str(spec.of) not in happened:
        return None
    return after_ms(spec.within, calendar)


def after_ms(span: ast.Span, calendar: OwnerCalendar) -> int:
    """The end of a span that starts at the calendar's instant, in UTC milliseconds."""
    if span.unit in EXACT_MINUTES:
        return calendar.at_ms + span.count * EXACT_MINUTES[span.unit] * 60_000
    today = calendar.today()
    if span.unit == "working-day":
        day = add_working_days(today, span.count, calendar.holidays)
    else:
        day = add_span(today, span)
    return end_of_day_ms(day, calendar.zone)


def span_of(within: str) -> ast.Span:
    """The span that a hold or a waiting duty allows, as a decision spells it (`3 working days`)."""
    found = WITHIN.fullmatch(within)
    assert found is not None, "a time allowed is a span of the rule language"
    return ast.Span(int(found[1]), found[2].replace(" ", "-"))


def _periodic_due(spec: ast.DutySpec, calendar: OwnerCalendar) -> int:
    """The end of the running period, or the first named month and day after it."""
    ends = end_of_period(local_time(calendar.at_ms, calendar.zone).date(), str(spec.every))
    if spec.due is None:
        return end_of_day_ms(ends, calendar.zone)
    month, day = (int(part) for part in spec.due.split("-"))
    due = _named_day(ends.year, month, day)
    if due <= ends:
        due = _named_day(ends.year + 1, month, day)
    return end_of_day_ms(due, calendar.zone)


def _named_day(year: int, month: int, day: int) -> date:
    """A month and day of a year; 29 February is 28 February in other years."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month % 12 + 1, 1) - timedelta(days=1) if month < 12 else date(year, 12, 31)


def make_duty(
    code: RuleCode, spec: ast.DutySpec, calendar: OwnerCalendar, *, certain: bool, released: bool = False
) -> Duty:
    """One duty of a rule. `certain` says that the rule's condition is true, not merely not false.

    `released` says that something is released at this instant, which starts the clocks of that event.
    """
    happened = HAPPENED_AT_DECISION | ({"released"} if released else frozenset())
    return duty_after(code, spec, calendar, happened, certain=certain)


def duty_after(
    code: RuleCode, spec: ast.DutySpec, calendar: OwnerCalendar, happened: frozenset[str], *, certain: bool
) -> Duty:
    """One duty of a rule at an instant at which these events happen; the clock of any other event waits."""
    due = due_ms(spec, calendar, happened)
    waits = due is None and spec.of is not None
    return Duty(
        kind=str(spec.kind),
        rule=code.id,
        citation=citation_of(code),
        to=recipient_of(spec),
        report=str(spec.report or ""),
        due_ms=due,
        after=str(spec.of) if waits else "",
        within=str(spec.within) if waits else "",
        period=period_of(calendar.today(), str(spec.every)) if spec.every is not None else "",
        text=_text(spec),
        confirm=is_outward(spec) and not (certain and code.verified),
    )


def falls_due(spec: ast.DutySpec, *, released: bool) -> bool:
    """Whether a duty is owed for an outcome: `on release`, `on refusal`, or any when the rule names none.

    What waits under a hold is not released; the decision is made anew when the hold ends, and its duties with it.
    """
    if spec.on == "release":
        return released
    if spec.on == "refusal":
        return not released
    return True


def citation_of(code: RuleCode) -> str:
    """A rule's citation; a clause is cited by its agreement's title and its own id, and by whose delegation it was signed."""
    if code.rule.cite is not None:
        return str(code.rule.cite)
    if code.source.agreement is not None:
        signed = f", signed by {code.source.delegated}" if code.source.delegated else ""
        return f"{code.source.agreement.id}, clause {code.rule.id}{signed}"
    return f"{code.source.name}, {code.rule.id}"


def _text(spec: ast.DutySpec) -> str:
    about = spec.what if spec.what is not None and spec.what != recipient_of(spec) else ""
    text = str(spec.text or about)
    if spec.until is None:
        return text
    until = f"until {spec.until}"
    return f"{text}; {until}" if text else until
