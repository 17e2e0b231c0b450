"""Checks of effects and duties: allowed at the point, words known, nothing that would open where it may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from comity.errors import Finding
from comity.law import ast
from comity.law.check_condition import Scope, suggest
from comity.law.check_deferral import check_deferral
from comity.law.duty import is_outward

OUTCOMES = ("any-outcome", "release", "refusal")
OBJECTS = (
    "record",
    "release",
    "request",
    "access",
    "hit",
    "exception",
    "query",
    "entry",
    "agreement",
    "log",
    "order",
)
PERIODS = ("week", "month", "quarter", "year", "calendar-year")
CHOICES = ("send", "withhold")
POINTS_OF_ACTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "query": frozenset({"ask"}),
        "entry": frozenset({"ingest"}),
        "activation": frozenset({"activate"}),
        "session": frozenset({"session", "ask"}),
        "setting": frozenset({"configure"}),
        "onward": frozenset({"onward"}),
    }
)
WIDE_ACTS = frozenset({"query", "session"})  # at their further points these refuse the whole act
POINTS_OF_EFFECTS: Mapping[type, frozenset[str]] = MappingProxyType(
    {
        ast.Permit: frozenset({"release"}),
        ast.PermitMatch: frozenset({"release"}),
        ast.Forbid: frozenset({"release", "onward"}),
        ast.Cap: frozenset({"release"}),
        ast.HoldReview: frozenset({"release", "onward"}),
        ast.HoldAttest: frozenset({"release", "onward"}),
        ast.Conflict: frozenset({"release"}),
        ast.Purge: frozenset({"purge"}),
        ast.KeepRestricted: frozenset({"purge", "release"}),
        ast.Defer: frozenset({"ask", "release", "onward"}),
    }
)
EFFECT_NAMES: Mapping[type, str] = MappingProxyType(
    {
        ast.Permit: "permit",
        ast.PermitMatch: "permit match",
        ast.Forbid: "forbid fields",
        ast.Cap: "cap",
        ast.HoldReview: "hold",
        ast.HoldAttest: "hold",
        ast.Conflict: "conflict",
        ast.Purge: "purge",
        ast.KeepRestricted: "keep",
        ast.Defer: "defer",
    }
)
WIDENING = (ast.Permit, ast.PermitMatch)


def check_effect(rule: ast.Rule, scope: Scope) -> Iterator[Finding]:
    """Every fault of a rule's effect by itself."""
    effect = rule.effect
    if effect is not None:
        yield from _check_points(rule, effect, scope)
        fields = getattr(effect, "fields", None)
        if fields is not None:
            yield from check_fields(fields, rule, scope)
        yield from _check_words(effect, scope)
    if isinstance(effect, ast.Defer):
        yield from check_deferral(rule, effect, scope)
    if rule.conceal:
        yield from _check_conceal(rule, scope)
    if isinstance(effect, (*WIDENING, ast.Defer)) and rule.dates is not None and rule.dates.first is None:
        word = ast.Word("unknown", rule.dates.place)
        fault = "`from unknown` may stand only where the effect narrows"
        yield scope.finding(word, fault, "give the first day in force")


def _check_points(rule: ast.Rule, effect: ast.Effect, scope: Scope) -> Iterator[Finding]:
    if isinstance(effect, ast.ForbidAct):
        allowed = POINTS_OF_ACTS[effect.act]
        stands = [point for point in rule.points if point in allowed]
        wrong = [point for point in rule.points if point not in allowed]
        if stands and effect.act in WIDE_ACTS:
            return
        name = f"forbid {effect.act}"
    else:
        allowed = POINTS_OF_EFFECTS[type(effect)]
        wrong = [point for point in rule.points if point not in allowed]
        name = EFFECT_NAMES[type(effect)]
    for point in wrong:
        if point in scope.vocabulary.lists["points"]:
            yield scope.finding(
                point, f"`{name}` cannot stand at `{point}`", f"it stands at: {', '.join(sorted(allowed))}"
            )


def check_fields(fields: ast.FieldSet, rule: ast.Rule, scope: Scope) -> Iterator[Finding]:
    """Labels and field names are known, and each covers something in the rule's data classes."""
    chosen = fields.excepted if isinstance(fields, ast.AllFields) else fields
    if isinstance(chosen, ast.ByLabel):
        for label in chosen.labels:
            if label not in scope.vocabulary.labels:
                yield scope.finding(label, f"unknown label `{label}`", suggest(label, scope.vocabulary.labels))
    elif isinstance(chosen, ast.ByName):
        classes = [name for name in rule.classes if name in scope.vocabulary.classes] or scope.vocabulary.classes
        known = {field for name in classes for field in scope.vocabulary.fields_of(name)}
        for name in chosen.names:
            if name not in known:
                yield scope.finding(name, f"unknown field `{name}`", suggest(name, known))


def _check_words(effect: ast.Effect, scope: Scope) -> Iterator[Finding]:
    levels = scope.vocabulary.lists["levels"]
    level = effect.up_to if isinstance(effect, ast.Permit) else getattr(effect, "level", None)
    if level is not None and level not in levels:
        yield scope.finding(level, f"unknown level `{level}`", suggest(level, levels))
    role = getattr(effect, "role", None)
    if role is not None and role not in scope.vocabulary.lists["roles"]:
        yield scope.finding(role, f"unknown role `{role}`", suggest(role, scope.vocabulary.lists["roles"]))
    if isinstance(effect, ast.Conflict):
        for word in effect.elect:
            if word not in CHOICES:
                yield scope.finding(word, f"`{word}` cannot be elected", suggest(word, CHOICES))


def _check_conceal(rule: ast.Rule, scope: Scope) -> Iterator[Finding]:
    effect = rule.effect
    closing = isinstance(effect, (ast.Forbid, ast.HoldReview, ast.HoldAttest))
    whole = closing and getattr(effect, "fields", None) == ast.AllFields()
    if not whole:
        fault = f"rule `{rule.id}` conceals existence without closing all fields"
        yield scope.finding(rule.id, fault, "`conceal existence` goes with a forbid or hold of all fields")
    for duty in rule.duties:
        if is_outward(duty):
            fault = f"rule `{rule.id}` conceals existence and tells an outsider"
            yield scope.finding(duty.kind, fault, "drop the duty, or put it into a rule of its own")


def check_duty(duty: ast.DutySpec, scope: Scope) -> Iterator[Finding]:
    """Every word of a duty is known."""
    lists = scope.vocabulary.lists
    targets = (*lists["roles"], *scope.vocabulary.entities)
    # What follows an unknown duty cannot be judged by its kind.
    objects = targets if duty.kind == "notify" else OBJECTS
    asked: tuple[tuple[ast.Word | None, str, tuple[str, ...]], ...] = (
        (duty.kind, "duty", lists["duties"]),
        (duty.what if duty.kind in lists["duties"] else None, "object", objects),
        (duty.to, "recipient", targets),
        (duty.report, "report", lists["reports"]),
        (duty.of, "event", lists["events"]),
        (duty.every, "period", PERIODS),
        (duty.on, "outcome", OUTCOMES),
    )
    for word, what, known in asked:
        if word is not None and word not in known:
            yield scope.finding(word, f"unknown {what} `{word}`", suggest(word, known))
    if duty.due is not None and not _is_day(duty.due):
        yield scope.finding(duty.due, f"`{duty.due}` is not a month and day", "write for instance `03-01`")


def _is_day(text: str) -> bool:
    month, day = (int(part) for part in text.split("-"))
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= longest[month - 1]
