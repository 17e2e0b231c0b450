"""What kinds of decision a comparison met: its value rests on these counts being large.

Each kind counts field decisions in which it occurred in some standpoint, unless it is named for records. Found from
what the twin heard, so that no kind is counted because the engine says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from compare_law import Tally

from comity.law import ast
from reference import Heard, Spoken, TwinRecord
from reference_truth import Situation, covers, moved, speaks, terms_relied_on

NARROWING = (ast.Forbid, ast.Cap, ast.HoldReview, ast.HoldAttest, ast.KeepRestricted)
KINDS = (
    "held: attestation",
    "held: review",
    "held: conflict",
    "conflict ended: send",
    "conflict ended: withhold",
    "asker's law narrows",
    "unverified permit ignored",
    "unverified definition read",
    "public flag read: yes",
    "public flag read: no",
    "public flag read: unknown",
    "rule on its first or last day",
    "record date on the edge of a rule",
    "records concealed by a rule",
    "records sealed",
)


class Coverage(Tally):
    """The tally of `compare_law` with the kinds above; all of them are listed, met or not."""

    def record(self, twin: TwinRecord, situation: Situation) -> None:
        super().record(twin, situation)
        counts = self.counts
        counts.update(dict.fromkeys(KINDS, 0))
        counts["records sealed"] += twin.concealed and not twin.seen
        counts["records concealed by a rule"] += twin.concealed and bool(twin.seen)
        edges = _rules_on_edge(twin, situation)
        for name, decided in twin.fields.items():
            heard = [by_name[name] for by_name in twin.seen]
            spoken = [one for each in heard for one in each.spoken]
            if decided.held:
                counts.update({f"held: {kind}" for each in heard for kind in _holding(each)})
            counts.update({f"conflict ended: {choice}" for choice in _elected(spoken, situation)})
            counts["asker's law narrows"] += any(
                not s.source.owned and isinstance(s.rule.effect, NARROWING) for s in spoken
            )
            counts["unverified definition read"] += any(_reads_unverified(s) for s in spoken)
            counts["rule on its first or last day"] += any(_on_last_day(s, situation.today) for s in spoken)
            counts["record date on the edge of a rule"] += any(id(s.rule) in edges for s in spoken)
            if any(_reads_public(s) for s in spoken):
                known = situation.public.get(name)
                counts[f"public flag read: {'unknown' if known is None else 'yes' if known else 'no'}"] += 1
        counts["unverified permit ignored"] += _ignored(twin, situation)


def _holding(heard: Heard) -> Iterator[str]:
    for s in heard.spoken:
        if s.name in heard.holds:
            effect = s.rule.effect
            yield (
                "conflict"
                if isinstance(effect, ast.Conflict)
                else "attestation"
                if isinstance(effect, ast.HoldAttest)
                else "review"
            )


def _elected(spoken: list[Spoken], situation: Situation) -> Iterator[str]:
    for s in spoken:
        if isinstance(s.rule.effect, ast.Conflict) and s.name in situation.elections:
            yield situation.elections[s.name]


def _leaves(condition: ast.Condition | None) -> Iterator[ast.Condition]:
    """The plain tests of a condition, those of list forms left out: they are about items."""
    if isinstance(condition, ast.AllOf | ast.AnyOf):
        for part in condition.parts:
            yield from _leaves(part)
    elif condition is not None:
        yield condition


def _tests(rule: ast.Rule) -> Iterator[ast.Condition]:
    binds = rule.binds.where if rule.binds is not None else None
    for condition in (rule.when, *rule.unless, binds):
        yield from _leaves(condition)


def _reads_unverified(s: Spoken) -> bool:
    unread = {define.name for define in s.source.defines if define.status == "unverified"}
    return any(isinstance(test, ast.Is) and test.word in unread for test in _tests(s.rule))


def _reads_public(s: Spoken) -> bool:
    return any(isinstance(t, ast.Is) and (t.subject, t.word) == ("field", "public") for t in _tests(s.rule))


def _on_last_day(s: Spoken, today: date) -> bool:
    spans = (s.rule.dates, s.source.dates)
    return any(dates is not None and today in (dates.first, dates.last) for dates in spans)


def _rules_on_edge(twin: TwinRecord, situation: Situation) -> set[int]:
    """Rules that spoke, one of whose tests compares a date with the very day at which its answer turns."""
    rules = {id(s.rule): s.rule for by_name in twin.seen for heard in by_name.values() for s in heard.spoken}
    facts: dict[str, Any] = {**situation.record, "now": situation.today}
    return {key for key, rule in rules.items() if any(_on_edge(test, facts) for test in _tests(rule))}


def _on_edge(test: ast.Condition, facts: dict[str, Any]) -> bool:
    if not isinstance(test, ast.Ordered | ast.Apart):
        return False
    left = facts.get(test.subject)
    right = test.moment if isinstance(test.moment, date) else facts.get(test.moment)
    if left is None or right is None:
        return False
    if isinstance(test, ast.Ordered):
        return bool(left == right)
    return bool(left == moved(right, test.span, 1 if test.side == "after" else -1))


def _ignored(twin: TwinRecord, situation: Situation) -> int:
    """Fields that an unverified permit of the owner's own texts would cover with a true condition."""
    fields: Counter[str] = Counter()
    for source in situation.sources:
        for rule in source.rules:
            if not (source.owned and isinstance(rule.effect, ast.Permit) and rule.status == "unverified"):
                continue
            for capacity in situation.capacities:
                facts = {**capacity.facts, **terms_relied_on(situation, capacity), **situation.record}
                facts["query's data-class"] = facts["record's data-class"] = situation.data_class
                if speaks(rule, source, situation, capacity, facts) is True:
                    fields.update(name for name in twin.fields if covers(rule.effect.fields, situation, name))
    return len(fields)
