"""Checks of conditions: every word known, every comparison of the right kind, every entity known at the point.

Terms are followed into their definitions at each use, so that a definition is checked where it is leaned on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from comity.errors import Finding
from comity.law import ast
from comity.law.atoms import MINUTES
from comity.law.build_condition import finding_at
from comity.law.calendar import DAY_UNITS
from comity.law.vocabulary import Vocabulary

MOST_LISTED = 8  # known words shown when nothing is near; more is no help
KIND_WORDS = {
    "enum": "one word",
    "set": "a set",
    "date": "a date",
    "text": "a text",
    "listed": "a code",
    "number": "a number",
    "duration": "a length of time",
}
Condition = ast.Condition


@dataclass(frozen=True, slots=True)
class Scope:
    """What a text may speak of: the vocabulary, its own definitions and tables; `source` is file and lines."""

    vocabulary: Vocabulary
    source: tuple[str, tuple[str, ...]]
    defines: Mapping[str, ast.Define]
    tables: frozenset[str]

    def finding(self, word: str, fault: str, remedy: str = "") -> Finding:
        return finding_at(word, self.source, fault, remedy)


@dataclass(frozen=True, slots=True)
class Use:
    """How a condition is used: the points it must be decidable at, and where presence tests may stand.

    `absence_narrows` is true where a missing attribute that makes the condition false narrows; None where neither
    form changes what is released.
    """

    points: tuple[str, ...] = ()
    absence_narrows: bool | None = None

    def turned(self) -> Use:
        return replace(self, absence_narrows=None if self.absence_narrows is None else not self.absence_narrows)


def suggest(word: str, known: Iterable[str]) -> str:
    """The remedy for an unknown word: the nearest known one, or the first few."""
    words = sorted(str(one) for one in known)
    near = near_word(word, words)
    if near:
        return near
    if not words:
        return "nothing of this kind is declared"
    shown = ", ".join(words[:MOST_LISTED])
    return f"known: {shown}" + (" and more" if len(words) > MOST_LISTED else "")


def near_word(word: str, known: Iterable[str]) -> str:
    """The remedy that names the nearest known word; empty when none is near."""
    near = get_close_matches(word, sorted(str(one) for one in known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def check_condition(
    condition: Condition, scope: Scope, use: Use, opened: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Every fault of a condition. `opened` are the definitions being followed, to stop at a circle."""
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        for part in condition.parts:
            yield from check_condition(part, scope, use, opened)
        return
    if isinstance(condition, ast.Is) and condition.subject in scope.vocabulary.entities:
        yield from _check_is_of_entity(condition, scope, use, opened)
    elif isinstance(condition, ast.Some):
        yield from _check_some(condition, scope, use)
    elif isinstance(condition, ast.Has):
        yield from _check_has(condition, scope, use)
    else:
        yield from _check_attribute_test(condition, scope, use)


def _check_is_of_entity(condition: ast.Is, scope: Scope, use: Use, opened: tuple[str, ...]) -> Iterator[Finding]:
    """`entity is flag` or `entity is defined-term`."""
    entity, word = condition.subject, condition.word
    if f"{entity} is {word}" in scope.vocabulary.attributes:
        yield from _known_at(entity, entity, scope, use)
        return
    define = scope.defines.get(word)
    if define is None or define.entity != entity:
        flags = [
            str(one.name)
            for one in scope.vocabulary.attributes.values()
            if one.kind.name == "flag" and one.entity == entity
        ]
        terms = [name for name, one in scope.defines.items() if one.entity == entity]
        fault = f"`{word}` is neither a flag nor a defined term of {entity}"
        yield scope.finding(word, fault, suggest(word, [*flags, *terms]))
        return
    if word in opened:
        return  # a circle; told once, at the definition
    inner = use.turned() if condition.negated else use
    # The word at fault is the term here, not a line of its definition, which is checked on its own.
    for found in _faults_by_use(define.means, scope, inner, (*opened, str(word))):
        yield scope.finding(word, found.fault, found.remedy)


def _faults_by_use(means: Condition, scope: Scope, use: Use, opened: tuple[str, ...]) -> tuple[Finding, ...]:
    """Faults that a definition has only because of where it is used: points and presence tests."""
    everywhere = set(check_condition(means, scope, Use(), opened))
    return tuple(
        dict.fromkeys(fault for fault in check_condition(means, scope, use, opened) if fault not in everywhere)
    )


def _known_at(subject: ast.Word, entity: str, scope: Scope, use: Use) -> Iterator[Finding]:
    known = [str(point) for point in scope.vocabulary.entities[entity].points]
    for point in use.points:
        if point not in known:
            width = len(entity) + (2 if "'s " in subject else 0)
            place = ast.place_of(subject)
            word = ast.Word(entity, ast.Place(place.line, place.column, width))
            remedy = f"{entity} is known at: {', '.join(sorted(known))}"
            yield scope.finding(word, f"the {entity} is not known yet at `{point}`", remedy)


def _attribute(subject: ast.Word, scope: Scope, use: Use) -> Iterator[Finding | ast.AttributeDecl]:
    """The declaration of a path, or the finding that it has none."""
    if subject == "now":
        yield ast.AttributeDecl(subject, subject, subject, "today", ast.Kind("date"), True)
        return
    declared = scope.vocabulary.attributes.get(subject)
    if declared is None or declared.kind.name == "flag":
        if subject in scope.vocabulary.entities:
            yield scope.finding(subject, f"`{subject}` is an entity, not an attribute", "name one: `x's y`")
        elif "'s " not in subject:
            yield scope.finding(
                subject, f"unknown entity `{subject}`", suggest(subject, scope.vocabulary.entities)
            )
        else:
            paths = [path for path in scope.vocabulary.attributes if "'s " in path]
            yield scope.finding(subject, f"unknown attribute `{subject}`", suggest(subject, paths))
        return
    if declared.entity in scope.vocabulary.entities:
        yield from _known_at(subject, str(declared.entity), scope, use)
    yield declared


def _check_attribute_test(condition: Condition, scope: Scope, use: Use) -> Iterator[Finding]:
    assert not isinstance(condition, (ast.AllOf, ast.AnyOf, ast.Some, ast.Has))
    for found in _attribute(condition.subject, scope, use):
        if isinstance(found, Finding):
            yield found
        else:
            yield from _check_kind(condition, found, scope, use)


def _check_kind(condition: Condition, declared: ast.AttributeDecl, scope: Scope, use: Use) -> Iterator[Finding]:
    kind = declared.kind
    if isinstance(condition, (ast.Is, ast.OneOf)):
        words = condition.words if isinstance(condition, ast.OneOf) else (condition.word,)
        yield from _check_values(words, declared, scope, "enum")
    elif isinstance(condition, ast.Includes):
        yield from _check_values((condition.word,), declared, scope, "set")
    elif isinstance(condition, ast.Listed):
        if kind.name != "listed":
            yield scope.finding(
                declared_word(condition), f"{declared.path} is no listed code", "compare its value"
            )
        if condition.table not in scope.tables:
            yield scope.finding(
                condition.table, f"unknown table `{condition.table}`", suggest(condition.table, scope.tables)
            )
    elif isinstance(condition, (ast.Ordered, ast.Apart)):
        yield from _check_dates(condition, declared, scope, use)
    elif isinstance(condition, ast.Amount):
        yield from _check_amount(condition, declared, scope)


def declared_word(condition: Condition) -> ast.Word:
    """The subject of a test, where its kind is at fault."""
    subject = getattr(condition, "subject", ast.Word(""))
    assert isinstance(subject, ast.Word)
    return subject


def _check_values(
    words: tuple[ast.Word, ...], declared: ast.AttributeDecl, scope: Scope, wanted: str
) -> Iterator[Finding]:
    kind = declared.kind
    if kind.name != wanted or kind.type is None:
        remedies = {
            "set": "write `include` or `lack`",
            "enum": "write `is`",
            "date": "write `is earlier than` or `is later than`",
            "listed": "write `is listed in`",
            "text": "write `has`, texts are not compared",
        }
        remedy = remedies.get(kind.name, "write `is more than` or `is less than`")
        yield scope.finding(
            words[0], f"{declared.path} is {KIND_WORDS[kind.name]} and cannot be compared so", remedy
        )
        return
    known = scope.vocabulary.types[kind.type]
    for word in words:
        if word not in known:
            yield scope.finding(word, f"`{word}` is not a value of {kind.type}", suggest(word, known))


def _check_dates(
    condition: ast.Ordered | ast.Apart, declared: ast.AttributeDecl, scope: Scope, use: Use
) -> Iterator[Finding]:
    if declared.kind.name != "date":
        yield scope.finding(condition.subject, f"{declared.path} is no date", "compare dates with dates only")
    if not isinstance(condition.moment, date):
        for found in _attribute(condition.moment, scope, use):
            if isinstance(found, Finding):
                yield found
            elif found.kind.name != "date":
                yield scope.finding(condition.moment, f"{found.path} is no date", "compare dates with dates only")
    if isinstance(condition, ast.Apart) and condition.span.unit not in DAY_UNITS:
        word = ast.Word(str(condition.span), condition.span.place)
        remedy = "between dates count days, months or years; working days stand in duties only"
        yield scope.finding(word, f"dates are not {condition.span.unit.replace('-', ' ')}s apart", remedy)


def _check_amount(condition: ast.Amount, declared: ast.AttributeDecl, scope: Scope) -> Iterator[Finding]:
    kind, span = declared.kind, condition.span
    if kind.name == "duration" and span is None:
        yield scope.finding(
            condition.subject, f"{declared.path} is a length of time", "add a unit, such as minutes"
        )
    elif kind.name == "number" and span is not None:
        yield scope.finding(condition.subject, f"{declared.path} is a plain number", "leave the unit out")
    elif kind.name not in {"duration", "number"}:
        yield scope.finding(
            condition.subject, f"{declared.path} is {KIND_WORDS[kind.name]} and no amount", "compare its value"
        )
    elif span is not None and span.unit not in MINUTES:
        word = ast.Word(str(span), span.place)
        remedy = "a year or month is never turned into days; compare two dates instead"
        yield scope.finding(word, f"{span.unit.replace('-', ' ')}s cannot be compared with days and hours", remedy)
    elif condition.number is not None and not kind.low <= condition.number <= kind.high:
        fault = f"{condition.number} lies outside {declared.path}"
        yield scope.finding(condition.subject, fault, f"it runs from {kind.low} to {kind.high}")


def _check_has(condition: ast.Has, scope: Scope, use: Use) -> Iterator[Finding]:
    entity, word = condition.subject, condition.attribute
    attributes = scope.vocabulary.attributes
    if entity not in scope.vocabulary.entities and entity not in scope.vocabulary.items:
        yield scope.finding(entity, f"unknown entity `{entity}`", suggest(entity, scope.vocabulary.entities))
        return
    if f"{entity}'s {word}" not in attributes:
        known = [str(one.name) for one in attributes.values() if one.entity == entity and one.kind.name != "flag"]
        yield scope.finding(word, f"`{word}` is not an attribute of {entity}", suggest(word, known))
        return
    if entity in scope.vocabulary.entities:
        yield from _known_at(entity, entity, scope, use)
    if use.absence_narrows is not None and condition.negated == use.absence_narrows:
        form = "has no" if condition.negated else "has"
        remedy = "`has` stands in a permit's `when` or a narrowing rule's `unless`, `has no` in the mirror places"
        yield scope.finding(word, f"`{form} {word}` would open where the attribute is missing", remedy)


def _check_some(condition: ast.Some, scope: Scope, use: Use) -> Iterator[Finding]:
    item = scope.vocabulary.items.get(condition.item)
    if item is None:
        yield scope.finding(
            condition.item,
            f"unknown list item `{condition.item}`",
            suggest(condition.item, scope.vocabulary.items),
        )
        return
    if item.of != condition.subject:
        yield scope.finding(condition.subject, f"`{condition.item}` is an item of {item.of}", f"write `{item.of}`")
        return
    yield from _known_at(condition.subject, str(condition.subject), scope, use)
    yield from _check_inner(condition.inner, scope, use)


def _check_inner(condition: Condition, scope: Scope, use: Use) -> Iterator[Finding]:
    """Inside a list form stand plain tests only: no terms, flags or lists, so that it stays one finite answer."""
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        for part in condition.parts:
            yield from _check_inner(part, scope, use)
        return
    entity_test = isinstance(condition, ast.Is) and condition.subject in scope.vocabulary.entities
    if isinstance(condition, ast.Some) or entity_test:
        fault = "only tests of the item and of attributes may stand inside a list form"
        yield scope.finding(condition.subject, fault, "move this test outside the parentheses")
        return
    yield from check_condition(condition, scope, use)
