"""Explanations for the owner: every rule that counted, each test with its fact, and the nearest permits.

For the sealed log and the owner's desk only; nothing here may reach an asker.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.law import ast
from comity.law.asked import entity_of
from comity.law.atoms import FactMap
from comity.law.canonical import canonical_condition, canonical_effect
from comity.law.compiled import Deed, Law, RuleCode
from comity.law.decide_record import decide_record
from comity.law.duty import citation_of
from comity.law.explain import Reader, spoken_fact
from comity.law.facts import record_facts
from comity.law.fold import Folded, in_force
from comity.model.decision import FieldDecision
from comity.model.record import Record

MOST_NEAR = 3  # nearest permits shown; a custodian wants the likely one, not the list


@dataclass(frozen=True, slots=True)
class TestReading:
    """One test of a rule: its text, the fact it met in the vocabulary's phrases, and its truth (None unknown)."""

    test: str
    fact: str
    truth: bool | None
    definition: str = ""


@dataclass(frozen=True, slots=True)
class RuleReading:
    """One rule as it met the facts. `lifted_by` are the `unless` conditions that are true."""

    rule: str
    title: str
    citation: str
    status: str
    effect: str
    tests: tuple[TestReading, ...]
    failing: tuple[TestReading, ...]
    lifted_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnerExplanation:
    """Why one field stands where it stands: deciding rules, nearest permits, failed exceptions by definition."""

    field: FieldDecision
    deciding: tuple[RuleReading, ...]
    nearest: tuple[RuleReading, ...]
    lacking: tuple[str, ...]


def explain_field(folded: Folded, record: Record, person_key: str, field: str) -> OwnerExplanation:
    """Everything about one field of one record, as the asker's standpoint met it.

    Raises NounError for a class not asked for, an unknown person or field.
    """
    decision = decide_record(folded, record, person_key)
    folded.law.vocabulary.labels_of(str(record.data_class), field)
    decided = next(one for one in decision.fields if one.field == field)
    name = str(record.data_class)
    facts = {**folded.views[0].facts, **record_facts(record, person_key), "query's data-class": name}
    return explain_values(folded.law, decided, name, facts)


def explain_values(law: Law, decided: FieldDecision, data_class: str, facts: FactMap) -> OwnerExplanation:
    """The same from facts by path."""
    facts = _for_field(facts, decided.field)
    ids = {reason.rule for reason in decided.reasons}
    deciding = [code for code in law.codes if code.id in ids]
    bit = law.vocabulary.class_fields(data_class).bits[decided.field]
    permits = [code for code in law.codes if code.deed is Deed.PERMIT and code.masks.get(data_class, 0) & bit]
    read = [_read_rule(code, facts, law) for code in permits]
    near = sorted((one for one in read if one.failing or one.lifted_by), key=lambda one: len(one.failing))
    return OwnerExplanation(
        field=decided,
        deciding=tuple(_read_rule(code, facts, law) for code in deciding),
        nearest=tuple(near[:MOST_NEAR]),
        lacking=tuple(dict.fromkeys(name for code in deciding for name in _lacking(code, facts, law))),
    )


def _for_field(facts: FactMap, field: str) -> FactMap:
    """The facts with per-field flags settled for one field."""
    settled = dict(facts)
    for path, value in facts.items():
        yes, no = getattr(value, "yes", None), getattr(value, "no", None)
        if yes is None or no is None:
            continue
        del settled[path]
        if field in yes or field in no:
            settled[path] = field in yes
    return settled


def _read_rule(code: RuleCode, facts: FactMap, law: Law) -> RuleReading:
    reader = Reader(law.vocabulary, code.source)
    conditions = [code.rule.binds.where] if code.rule.binds is not None else []
    conditions += [code.rule.when] if code.rule.when is not None else []
    tests = tuple(one for condition in conditions for one in _tests(condition, facts, reader))
    direction = _direction_reading(code)
    today = facts.get("now")
    if hasattr(today, "isoformat") and not in_force(code, today):  # type: ignore[arg-type]
        direction += (TestReading("in force", f"today is {today}", False),)
    return RuleReading(
        rule=code.id,
        title=str(code.rule.title),
        citation=citation_of(code),
        status="verified" if code.verified else "unverified",
        effect=canonical_effect(code.rule.effect) if code.rule.effect is not None else "",
        tests=direction + tests,
        failing=tuple(one for one in direction + tests if one.truth is not True),
        lifted_by=tuple(
            canonical_condition(lifted) for lifted in code.rule.unless if reader.truth(lifted, facts) is True
        ),
    )


def _direction_reading(code: RuleCode) -> tuple[TestReading, ...]:
    if not code.giver:
        return ()
    return (TestReading(f"gives {code.giver} to {code.taker}", "the parties by ORI", True),)


def _tests(condition: ast.Condition, facts: FactMap, reader: Reader, within: str = "") -> list[TestReading]:
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        return [one for part in condition.parts for one in _tests(part, facts, reader, within)]
    define = reader.term(condition)
    if define is not None and not getattr(condition, "negated", False):
        return _tests(define.means, facts, reader, str(define.name))
    truth = reader.truth(condition, facts)
    if define is not None:
        return [TestReading(canonical_condition(condition), str(define.title), truth, str(define.name))]
    paths = [path for path in reader.atom(condition).reads() if path in reader.vocabulary.attributes]
    fact = "; ".join(spoken_fact(path, facts, reader.vocabulary) for path in paths if entity_of(path))
    return [TestReading(canonical_condition(condition), fact, truth, within)]


def _lacking(code: RuleCode, facts: FactMap, law: Law) -> list[str]:
    """The definitions in a rule's `unless` that are not true: what failed to lift it."""
    reader = Reader(law.vocabulary, code.source)
    found: list[str] = []
    pending = list(code.rule.unless)
    while pending:  # ends: conditions are finite trees and definitions do not circle
        condition = pending.pop()
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            pending += condition.parts
            continue
        define = reader.term(condition)
        if define is not None and reader.truth(condition, facts) is not True:
            found.append(f"{code.source.name}/{define.name}")
    return found
