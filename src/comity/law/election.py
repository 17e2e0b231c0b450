"""Elections that end conflicts: until when one stands, and why one has lapsed."""

from __future__ import annotations

from datetime import date

from comity.law import ast
from comity.law.calendar import add_span
from comity.law.compiled import Election, Law, RuleCode


def why_lapsed(law: Law, election: Election, today: date) -> str:
    """Why an election does not count on a day; empty while it does: within its term, over the texts it was signed for."""
    code = find_conflict(law, election.conflict)
    if code is None:
        return f"`{election.conflict}` is no conflict in force any more"
    suspended = {value for index in code.suspends for value in law.hashes.get(law.codes[index].id, ())}
    if election.hashes[0] not in suspended:
        return "the suspended rule has changed since it was signed"
    if election.hashes[1] not in law.hashes.get(code.id, ()):
        return "the conflict rule has changed since it was signed"
    if today < election.signed_on:
        return f"it is signed for {election.signed_on} and later"
    ends = ends_on(code, election)
    return f"its term ended with {ends}" if today > ends else ""


def ends_on(code: RuleCode, election: Election) -> date:
    """The last day of an election's term, by its conflict rule."""
    assert isinstance(code.rule.effect, ast.Conflict)
    return add_span(election.signed_on, code.rule.effect.valid)


def find_conflict(law: Law, rule_id: str) -> RuleCode | None:
    """The conflict rule of a full id, its first version; None when the law has none."""
    return next(
        (code for code in law.codes if code.id == rule_id and isinstance(code.rule.effect, ast.Conflict)), None
    )
