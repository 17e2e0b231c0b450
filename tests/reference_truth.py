"""The twin's reading of conditions and rules: three truth values, walked literally, nothing folded or remembered.

Facts are a mapping from the words of the vocabulary to values: `query's purpose` to a word, `record's collected`
to a date, `field is public` to a boolean, `subject's convictions` to a tuple of mappings. A fact that is not
there is unknown. Truth is True, False or None for unknown (Kleene's strong tables).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from comity.law import ast

Truth = bool | None
Facts = Mapping[str, object]
# A conflict opens too: it suspends a forbid. A deferral takes a notice away for a while.
OPENING = ast.Permit | ast.PermitMatch | ast.Conflict | ast.Defer


@dataclass(frozen=True)
class Source:
    """One text in force for the owner: a `pack`, the owner's `policy`, or an `agreement`.

    `agency` is the policy's owner; `parties` are an agreement's party names with ORIs, `dates` its days in force,
    `terms` what it says of itself. A text that is not `owned` came with the asker and may only narrow.
    """

    kind: str
    name: str
    rules: tuple[ast.Rule, ...]
    defines: tuple[ast.Define, ...] = ()
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    agency: str = ""
    parties: Mapping[str, str] = field(default_factory=dict)
    dates: ast.Dates | None = None
    terms: Facts = field(default_factory=dict)
    owned: bool = True


@dataclass(frozen=True)
class Capacity:
    """One capacity in which a question is asked: as the asker, as the beneficiary, as one the member acts for.

    `named` is the ORI that the question itself names; only the asker has one.
    """

    agency: str
    oris: frozenset[str]
    named: str
    facts: Facts


@dataclass(frozen=True)
class Situation:
    """Everything one decision depends on. Of several capacities the stricter governs.

    `public` are facts of single fields; `elections` pairs a conflict rule (`pack/RULE`) with the signed choice;
    `classes` are those the question asks for.
    """

    vocabulary: ast.VocabularyText
    sources: tuple[Source, ...]
    owner: str
    owner_oris: frozenset[str]
    capacities: tuple[Capacity, ...]
    record: Facts
    public: Mapping[str, bool]
    data_class: str
    today: date
    point: str = "release"
    classes: tuple[str, ...] = ()
    elections: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- three truth values


def negate(value: Truth) -> Truth:
    return None if value is None else not value


def all_true(values: list[Truth]) -> Truth:
    if any(value is False for value in values):
        return False
    if any(value is None for value in values):
        return None
    return True


def any_true(values: list[Truth]) -> Truth:
    return negate(all_true([negate(value) for value in values]))


# ---------------------------------------------------------------- conditions


@dataclass(frozen=True)
class Scope:
    """Where a condition stands: whose definitions and tables it may name, and what is known there.

    `widening`: it stands in a rule that opens (a permit, or a conflict, which suspends a forbid) or in an
    exception, which lifts. `denied`: an odd number of `not` stands before it.
    """

    source: Source
    facts: Facts
    today: date
    widening: bool
    denied: bool = False


def truth(condition: ast.Condition, scope: Scope) -> Truth:
    """The truth of a condition, walked literally."""
    if isinstance(condition, ast.AllOf):
        return all_true([truth(part, scope) for part in condition.parts])
    if isinstance(condition, ast.AnyOf):
        return any_true([truth(part, scope) for part in condition.parts])
    if isinstance(condition, ast.Some):
        return some_item(condition, scope)
    if isinstance(condition, ast.Has):
        return has(condition, scope)
    if isinstance(condition, ast.Is) and "'s " not in condition.subject:
        return flag_or_term(condition, scope)
    return of_value(condition, scope)


def flag_or_term(condition: ast.Is, scope: Scope) -> Truth:
    versions = [define for define in scope.source.defines if define.name == condition.word]
    if versions:
        value = term(versions, replace(scope, denied=scope.denied != condition.negated))
    else:
        found = scope.facts.get(f"{condition.subject} is {condition.word}")
        value = None if found is None else bool(found)
    return negate(value) if condition.negated else value


def term(versions: list[ast.Define], scope: Scope) -> Truth:
    """A defined term: what the version in force today says, and unknown when none is.

    An unverified definition can say no where that narrows or does nothing; its yes is unknown wherever it would
    widen, and where a no would widen as well (a permit that rests on its denial) it says nothing at all.
    """
    for define in versions:
        if not in_force(define.dates, scope.today):
            continue
        value = truth(define.means, scope)
        if define.status != "verified" and (scope.widening or (value is True and scope.denied)):
            return None
        return value
    return None


def some_item(condition: ast.Some, scope: Scope) -> Truth:
    items = scope.facts.get(f"{condition.subject}'s {condition.item}s")
    if items is None:
        return None
    assert isinstance(items, tuple)
    return any_true([truth(condition.inner, replace(scope, facts={**scope.facts, **item})) for item in items])


def has(condition: ast.Has, scope: Scope) -> Truth:
    known = scope.facts.get(f"{condition.subject}'s {condition.attribute}") is not None
    return known != condition.negated


def of_value(condition: ast.Condition, scope: Scope) -> Truth:
    """A test of one declared value; unknown when the value, or the moment it is compared with, is unknown."""
    value = moment(condition.subject, scope)  # type: ignore[union-attr]
    if value is None:
        return None
    if isinstance(condition, ast.Is):
        return (value == str(condition.word)) != condition.negated
    if isinstance(condition, ast.OneOf):
        return (value in [str(word) for word in condition.words]) != condition.negated
    if isinstance(condition, ast.Includes):
        assert isinstance(value, frozenset)
        return (str(condition.word) in value) != condition.negated
    if isinstance(condition, ast.Listed):
        rows = scope.source.tables.get(condition.table)  # a list that counsel has not read holds nothing known
        return None if rows is None else (value in rows) != condition.negated
    if isinstance(condition, ast.Amount):
        return compare(value, condition.size, amount(condition))
    return of_dates(condition, value, scope)


def of_dates(condition: ast.Condition, value: object, scope: Scope) -> Truth:
    assert isinstance(condition, ast.Ordered | ast.Apart)
    other = condition.moment if isinstance(condition.moment, date) else moment(condition.moment, scope)
    if other is None:
        return None
    assert isinstance(value, date)
    assert isinstance(other, date)
    if isinstance(condition, ast.Ordered):
        return value < other if condition.order == "earlier" else value > other
    if condition.side == "after":
        return compare(value, condition.size, moved(other, condition.span, 1))
    mirrored = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}[condition.size]
    return compare(value, mirrored, moved(other, condition.span, -1))


def moment(path: str, scope: Scope) -> object:
    return scope.today if path == "now" else scope.facts.get(str(path))


def compare(left: object, size: str, right: object) -> bool:
    if size == "gt":
        return left > right  # type: ignore[operator, no-any-return]
    if size == "lt":
        return left < right  # type: ignore[operator, no-any-return]
    if size == "ge":
        return left >= right  # type: ignore[operator, no-any-return]
    assert size == "le"
    return left <= right  # type: ignore[operator, no-any-return]


def amount(condition: ast.Amount) -> int:
    """A plain number, or a duration in minutes."""
    if condition.span is None:
        assert condition.number is not None
        return condition.number
    minutes = {"minute": 1, "hour": 60, "day": 24 * 60}[condition.span.unit]
    return condition.span.count * minutes


def moved(day: date, span: ast.Span, way: int) -> date:
    """A date at a calendar distance. Five years after 29 February is 28 February: months end where they end."""
    if span.unit == "day":
        return day + timedelta(days=way * span.count)
    months = way * span.count * (12 if span.unit == "year" else 1)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


# ---------------------------------------------------------------- which rules speak


def speaks(
    rule: ast.Rule,
    source: Source,
    situation: Situation,
    capacity: Capacity,
    facts: Facts,
    *,
    unread_counts: bool = True,
) -> Truth:
    """Whether a rule's condition holds here: dates, point, class, direction, binds, when, and no `unless`.

    Without `unread_counts` an unverified definition says nothing anywhere in the rule.
    """
    if situation.point not in rule.points or not in_force(rule.dates, situation.today):
        return False
    parts: list[Truth] = [of_its_class(rule, situation, facts)]
    if parts == [False]:
        return False
    if source.kind == "agreement" and not concerns(rule, source, situation, capacity):
        return False
    opening = isinstance(rule.effect, OPENING)
    scope = Scope(source, facts, situation.today, opening or not unread_counts)
    if rule.binds is not None:
        parts.append(truth(rule.binds.where, scope))
    if rule.when is not None:
        parts.append(truth(rule.when, scope))
    for unless in rule.unless:
        parts.append(negate(truth(unless, replace(scope, widening=True))))
    return all_true(parts)


def of_its_class(rule: ast.Rule, situation: Situation, facts: Facts) -> Truth:
    """Whether the rule is about this class; at `activate`, about one of those the agreement gives.

    Of no class known it is taken to be: only what an agreement gives is an open question, answered by its terms.
    """
    if not rule.classes:
        return True
    if situation.point == "activate":
        given = facts.get("agreement's data-classes")
        assert given is None or isinstance(given, frozenset)
        return None if given is None else any(name in given for name in rule.classes)
    return situation.data_class == "" or situation.data_class in rule.classes


def concerns(rule: ast.Rule, source: Source, situation: Situation, capacity: Capacity) -> bool:
    """Whether an agreement is in force and its clause runs from this owner to this asker, both known by ORI.

    What narrows follows every ORI the asker uses; what opens follows the one the question names.
    """
    assert rule.gives is not None
    giver, taker = source.parties[rule.gives.giver], source.parties[rule.gives.taker]
    if not in_force(source.dates, situation.today) or giver not in situation.owner_oris:
        return False
    opening = isinstance(rule.effect, OPENING)
    return taker in capacity.oris and (not opening or capacity.named in ("", taker))


def relied_on(situation: Situation, capacity: Capacity) -> list[Source]:
    """The agreements between these two that are in force and that no rule at `activate` may forbid."""
    return [source for source in dated_between(situation, capacity) if not barred(source, situation, capacity)]


def dated_between(situation: Situation, capacity: Capacity) -> list[Source]:
    """The agreements between these two whose days include today.

    An owner that asks itself relies on its policy: its agreements with others are not about it. What the asker
    brought is no agreement of the owner's.
    """
    if capacity.agency == situation.owner:
        return []
    return [
        source
        for source in situation.sources
        if source.kind == "agreement"
        and source.owned
        and set(source.parties.values()) & situation.owner_oris
        and set(source.parties.values()) & capacity.oris
        and in_force(source.dates, situation.today)
    ]


def barred(agreement: Source, situation: Situation, capacity: Capacity) -> bool:
    """Whether some rule forbids switching an agreement on; its own clauses count, another agreement's do not."""
    facts = {**capacity.facts, **agreement.terms}
    activating = replace(situation, point="activate")
    return any(
        isinstance(rule.effect, ast.ForbidAct)
        and rule.effect.act == "activation"
        and (source.kind != "agreement" or source.name == agreement.name)
        and speaks(rule, source, activating, capacity, facts) is not False
        for source in situation.sources
        for rule in source.rules
    )


def terms_relied_on(situation: Situation, capacity: Capacity) -> dict[str, object]:
    """What the agreements between these two say of themselves, where all say the same, a barred one included."""
    agreements = dated_between(situation, capacity)
    if not agreements:
        return {}
    return {
        path: value
        for path, value in agreements[0].terms.items()
        if all(other.terms.get(path) == value for other in agreements)
    }


def in_force(dates: ast.Dates | None, today: date) -> bool:
    if dates is None:
        return True
    begun = dates.first is None or dates.first <= today
    return begun and (dates.last is None or today <= dates.last)


def covers(fields: ast.FieldSet, situation: Situation, field: str) -> bool:
    """Whether a set of fields covers one field: a label covers the labels within it."""
    if isinstance(fields, ast.AllFields):
        return fields.excepted is None or not covers(fields.excepted, situation, field)
    if isinstance(fields, ast.ByName):
        return field in fields.names
    return any(label in fields.labels for label in labels_of(situation.vocabulary, situation.data_class, field))


def labels_of(vocabulary: ast.VocabularyText, data_class: str, field: str) -> set[str]:
    """The labels of a field and all labels these stand within."""
    found: set[str] = set()
    for decl in fields_of(vocabulary, data_class):
        if decl.name == field:
            found.update(str(label) for label in decl.labels)
    for _ in vocabulary.labels:  # at most as many steps outwards as there are labels
        found.update(str(decl.within) for decl in vocabulary.labels if decl.name in found and decl.within)
    return found


def fields_of(vocabulary: ast.VocabularyText, data_class: str) -> tuple[ast.FieldDecl, ...]:
    for decl in vocabulary.classes:
        if decl.name == data_class:
            return (*vocabulary.shared, *decl.fields)
    raise AssertionError(f"no class `{data_class}`")
