"""Conflicts between two laws, as they are shown: both rules, the fields in dispute, the election, what leaves meanwhile."""

from __future__ import annotations

from datetime import date

from comity.law import ast
from comity.law.canonical import canonical_fields
from comity.law.check_condition import suggest
from comity.law.compiled import Deed, Election, Law, RuleCode
from comity.law.decide_record import CONFLICT_ROLE
from comity.law.duty import citation_of
from comity.law.election import ends_on, why_lapsed
from comity.law.fold import in_force
from comity.model.law_state import CitedRule, ConflictInForce

WITHOUT_A_TIME = "5 working days"  # what a held answer waits where the rule names no time
MEANWHILE = {
    "open": "all other fields, as the other rules have it; the fields in dispute wait",
    "lapsed": "all other fields, as the other rules have it; the fields in dispute wait",
    "send": "the fields in dispute as well, where an agreement or policy permits them",
    "withhold": "all other fields, as the other rules have it",
}


def conflicts_of(law: Law, today: date) -> tuple[ConflictInForce, ...]:
    """Every conflict rule in force on a day, in the texts' order."""
    elections = {one.conflict: one for one in law.elections}
    return tuple(
        _shown(law, code, elections.get(code.id), today)
        for code in law.codes
        if code.deed is Deed.CONFLICT and in_force(code, today)
    )


def rules_between(law: Law, code: RuleCode, today: date) -> tuple[CitedRule, CitedRule]:
    """The two rules a conflict is between, in force on the day where they have several versions."""
    effect = code.rule.effect
    assert isinstance(effect, ast.Conflict)
    first, second = (_cited(law, name, today) for name in names_between(code))
    return first, second


def names_between(code: RuleCode) -> tuple[str, str]:
    """The full ids of the two rules of a conflict: the suspended one first."""
    effect = code.rule.effect
    assert isinstance(effect, ast.Conflict)
    first, second = (f"{ref.pack or code.source.name}/{ref.rule}" for ref in (effect.first, effect.second))
    return first, second


def hash_on(law: Law, rule_id: str, today: date) -> str | None:
    """The hash of a rule's version in force on a day; None when the law has none."""
    versions = [code for code in law.codes if code.id == rule_id]
    for code, value in zip(versions, law.hashes.get(rule_id, ()), strict=False):
        if in_force(code, today):
            return value
    return None


def electable(law: Law, rule_id: str, choice: str, today: date) -> str:
    """Why a choice may not be signed on a conflict today; empty when it may."""
    known = [code for code in law.codes if code.deed is Deed.CONFLICT and in_force(code, today)]
    code = next((one for one in known if one.id == rule_id), None)
    if code is None:
        return f"`{rule_id}` is no conflict in force; {suggest(rule_id, [one.id for one in known])}"
    effect = code.rule.effect
    assert isinstance(effect, ast.Conflict)
    if choice not in effect.elect:
        return f"`{rule_id}` lets one choose {' or '.join(effect.elect)}; choose one of them"
    if choice == "send" and not code.verified:
        return (
            f"`{rule_id}` is not verified by counsel, and nothing is sent on it; have it verified, or `withhold`"
        )
    return ""


def _shown(law: Law, code: RuleCode, election: Election | None, today: date) -> ConflictInForce:
    effect = code.rule.effect
    assert isinstance(effect, ast.Conflict)
    first, second = rules_between(law, code, today)
    lapsed = why_lapsed(law, election, today) if election is not None else ""
    standing = "open" if election is None else ("lapsed" if lapsed else election.choice)
    return ConflictInForce(
        rule=code.id,
        conflict=str(effect.id),
        title=str(code.rule.title),
        citation=citation_of(code),
        status=str(code.rule.status or ""),
        first=first,
        second=second,
        fields=canonical_fields(effect.fields),
        withheld=() if standing == "send" else _disputed(law, code),
        released=MEANWHILE[standing],
        choices=tuple(str(choice) for choice in effect.elect),
        valid=str(effect.valid),
        role=CONFLICT_ROLE,
        deadline=WITHOUT_A_TIME,
        standing=standing,
        signed=election.signed_on if election is not None else None,
        until=ends_on(code, election) if election is not None else None,
        lapsed=lapsed,
    )


def _disputed(law: Law, code: RuleCode) -> tuple[str, ...]:
    """The names of the fields in dispute, over all classes the conflict covers."""
    found: dict[str, None] = {}
    for name, mask in code.masks.items():
        fields = law.vocabulary.class_fields(name)
        found.update(dict.fromkeys(field for field in fields.names if fields.bits[field] & mask))
    return tuple(found)


def _cited(law: Law, rule_id: str, today: date) -> CitedRule:
    versions = [code for code in law.codes if code.id == rule_id]
    code = next((one for one in versions if in_force(one, today)), versions[0])
    return CitedRule(
        rule=rule_id,
        title=str(code.rule.told or code.rule.title),
        citation=citation_of(code),
        status=str(code.rule.status or ""),
    )
