"""The twin at the other doors: activation, intake, session, setting, onward sharing and purge, read literally.

One standpoint, one point: every rule of every text is asked whether it speaks there, field by field where its effect
is about fields. Shares with the engine the syntax tree and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.law import ast
from reference import TEN_YEARS, TwinDuty, recipient_and_outward
from reference_truth import Capacity, Facts, Situation, Source, Truth, covers, fields_of, moved, speaks


@dataclass(frozen=True)
class TwinPoint:
    """What the twin decides at a point: rules that refuse the act, fields closed, rules that hold, duties, purge."""

    forbidden: frozenset[str]
    closed: frozenset[str]
    holds: frozenset[str]
    duties: frozenset[TwinDuty]
    purge: bool
    kept: bool


@dataclass(frozen=True)
class _Met:
    """A rule that speaks at the point: on which fields, and whether its condition is true on one of them."""

    name: str
    rule: ast.Rule
    fields: frozenset[str]
    certain: bool
    truths: tuple[Truth, ...]


def decide_point(situation: Situation, facts: Facts) -> TwinPoint:
    """Decide the act of `situation.point` from every fact known there. The situation has one capacity."""
    capacity = situation.capacities[0]
    met = [
        one
        for source in situation.sources
        for rule in source.rules
        if (one := _meet(rule, source, situation, capacity, facts)) is not None
    ]
    counting = [one for one in met if _counts(one)]
    forbidden = frozenset(one.name for one in counting if isinstance(one.rule.effect, ast.ForbidAct))
    closing = [one for one in counting if isinstance(one.rule.effect, ast.Forbid | ast.KeepRestricted)]
    kept = any(isinstance(one.rule.effect, ast.KeepRestricted) for one in counting)
    purging = any(isinstance(one.rule.effect, ast.Purge) for one in counting)
    unsure = [one for one in met if isinstance(one.rule.effect, ast.Purge) and not _counts(one)]
    return TwinPoint(
        forbidden=forbidden,
        closed=frozenset(name for one in closing for name in one.fields) if situation.data_class else frozenset(),
        holds=frozenset(
            one.name for one in counting if isinstance(one.rule.effect, ast.HoldReview | ast.HoldAttest)
        ),
        duties=_duties(counting, _deferred(counting, situation, facts), refused=bool(forbidden))
        | _unsure(unsure, situation),
        purge=purging and not kept,
        kept=kept,
    )


def _meet(rule: ast.Rule, source: Source, situation: Situation, capacity: Capacity, facts: Facts) -> _Met | None:
    """A rule on every field its effect is about; None where its condition is false on all of them."""
    names = _names(rule.effect, situation)
    truths: dict[str, Truth] = {}
    certain = False
    for name in names:
        here = dict(facts)
        if name in situation.public:
            here["field is public"] = situation.public[name]
        value = speaks(rule, source, situation, capacity, here)
        if value is not False:
            truths[name] = value
            sure = speaks(rule, source, situation, capacity, here, unread_counts=False) is True
            certain = certain or (sure and rule.status != "unverified")
    if not truths:
        return None
    return _Met(f"{source.name}/{rule.id}", rule, frozenset(truths), certain, tuple(truths.values()))


def _names(effect: ast.Effect | None, situation: Situation) -> list[str]:
    """The fields an effect is about; every field for acts and duties; one nameless field where no class is known."""
    if not situation.data_class:
        return [""]
    names = [str(decl.name) for decl in fields_of(situation.vocabulary, situation.data_class)]
    fields = getattr(effect, "fields", None)
    return names if fields is None else [name for name in names if covers(fields, situation, name)]


def _counts(one: _Met) -> bool:
    """Purges and deferrals need true; everything else that stands at these points counts unless false."""
    if isinstance(one.rule.effect, ast.Purge | ast.Defer):
        return any(value is True for value in one.truths)
    return True


def _deferred(counting: list[_Met], situation: Situation, facts: Facts) -> dict[str, date]:
    """Whom a sealed order keeps untold, with its last day: a verified rule, the paper there, the day not past."""
    found: dict[str, date] = {}
    for one in counting:
        effect = one.rule.effect
        if not isinstance(effect, ast.Defer) or one.rule.status != "verified" or "order's document" not in facts:
            continue
        last = facts.get(str(effect.until))
        if isinstance(last, date) and situation.today <= last <= moved(situation.today, TEN_YEARS, 1):
            for role in effect.recipients:
                found[str(role)] = max(last, found.get(str(role), last))
    return found


def _duties(counting: list[_Met], deferred: dict[str, date], *, refused: bool) -> frozenset[TwinDuty]:
    found = set()
    for one in counting:
        for spec in one.rule.duties:
            if (spec.on == "release" and refused) or (spec.on == "refusal" and not refused):
                continue
            to, outward = recipient_and_outward(spec)
            until = deferred.get(to) if spec.kind in ("notify", "forward") else None
            found.add(TwinDuty(str(spec.kind), one.name, to, outward and not one.certain, until))
    return frozenset(found)


def _unsure(purges: list[_Met], situation: Situation) -> frozenset[TwinDuty]:
    """A purge that is neither true nor false is the custodian's task."""
    if situation.point != "purge":
        return frozenset()
    return frozenset(TwinDuty("purge", one.name, "records-custodian", confirm=True) for one in purges)
