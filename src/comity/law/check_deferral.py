"""Checks of a deferral: whom it keeps untold, until when, and who looks at the order meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from comity.errors import Finding
from comity.law import ast
from comity.law.check_condition import Scope, suggest
from comity.law.duty import INSIDERS, recipient_of

REVIEWER = "counsel"


def check_deferral(rule: ast.Rule, effect: ast.Defer, scope: Scope) -> Iterator[Finding]:
    """Outsiders only, until a last day of the paper, with counsel's review: the seal is the asker's word till then."""
    roles = scope.vocabulary.lists["roles"]
    for role in effect.recipients:
        if role not in roles:
            yield scope.finding(role, f"unknown role `{role}`", suggest(role, roles))
        elif role in INSIDERS:
            fault = f"`{role}` is inside the owner and is told at once"
            yield scope.finding(role, fault, "defer notices to outsiders, such as `subject`")
    ends = {path for path, declared in scope.vocabulary.attributes.items() if declared.kind.name == "date"}
    ends = {path for path in ends if path.startswith("order's ")}
    if effect.until not in ends:
        yield scope.finding(
            effect.until, f"`{effect.until}` is no last day of the paper", suggest(effect.until, ends)
        )
    if not any(_is_review(duty) for duty in rule.duties):
        fault = f"rule `{rule.id}` defers a notice and nobody looks at the order"
        remedy = f"add `duty review order to {REVIEWER} within 1 working-day of query-received on any-outcome`"
        yield scope.finding(rule.id, fault, remedy)


def _is_review(duty: ast.DutySpec) -> bool:
    return duty.kind == "review" and recipient_of(duty) == REVIEWER and duty.within is not None
