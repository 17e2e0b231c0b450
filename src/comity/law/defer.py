"""Deferred notices: what a sealed order keeps from a person until its last day (conflict C-06).

A deferral takes a protection away, so it counts like a permit: only when its condition is true, from a verified rule
of the owner's own law, from every standpoint, and only with the paper there and a last day ahead. In all other
cases nothing is deferred and the notice goes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from comity.law import ast
from comity.law.calendar import add_span, end_of_day_ms
from comity.law.compiled import Deed, RuleCode
from comity.law.facts import Facts
from comity.law.fold import Folded, View, class_view
from comity.model.decision import Duty

NOTICES = frozenset({"notify", "forward"})
LONGEST = ast.Span(10, "year")  # an order that ends later has no real end: it defers nothing


@dataclass(frozen=True, slots=True)
class Deferral:
    """Notices to these recipients wait till an instant (UTC milliseconds, the last of a local day), by a rule."""

    recipients: frozenset[str]
    until_ms: int
    rule: str


def deferrals_of(folded: Folded, data_class: str) -> tuple[Deferral, ...]:
    """The deferrals of a question over one data class: those that count from every standpoint."""
    first, *rest = [_counting(view, data_class) for view in folded.views]
    return tuple(one for rule, one in first.items() if all(rule in found for found in rest))


def _counting(view: View, data_class: str) -> dict[str, Deferral]:
    seen = class_view(view, data_class)
    found = {}
    for left in (*seen.ask, *seen.release):
        if left.certain and counts_as_deferral(left.code):
            deferral = deferral_by(left.code, view.facts)
            if deferral is not None:
                found[left.code.id] = deferral
    return found


def counts_as_deferral(code: RuleCode) -> bool:
    """Whether a rule may defer at all: verified, in the owner's own law."""
    return code.deed is Deed.DEFER and code.verified and code.source.may_widen


def deferral_by(code: RuleCode, facts: Facts) -> Deferral | None:
    """What a deferring rule defers until when; None without the paper or without a last day from today on."""
    effect = code.rule.effect
    assert isinstance(effect, ast.Defer)
    until, today = facts.get(str(effect.until)), facts.calendar.today()
    if facts.get("order's document") is None or not isinstance(until, date):
        return None
    if not today <= until <= add_span(today, LONGEST):
        return None
    recipients = frozenset(str(role) for role in effect.recipients)
    return Deferral(recipients, end_of_day_ms(until, facts.calendar.zone), code.id)


def defer_notices(duties: Iterable[Duty], deferrals: tuple[Deferral, ...]) -> tuple[Duty, ...]:
    """The duties, notices to somebody who is not to be told yet marked with the latest end and the rule."""
    return tuple(_deferred(duty, deferrals) for duty in duties) if deferrals else tuple(duties)


def _deferred(duty: Duty, deferrals: tuple[Deferral, ...]) -> Duty:
    over = [one for one in deferrals if duty.kind in NOTICES and duty.to in one.recipients]
    if not over:
        return duty
    last = max(over, key=lambda one: one.until_ms)
    return replace(duty, deferred_until_ms=last.until_ms, deferred_by=last.rule)
