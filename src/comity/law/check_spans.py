"""Days and ids: overlaps, which are faults, and gaps and shared ids, which are warnings.

A text with a warning loads. A gap may be what the legislature wrote; two laws under one id may be meant. Both are
told, with the line, so that a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from comity.errors import Finding
from comity.law import ast
from comity.law.build_condition import finding_at
from comity.law.check_condition import Scope

Text = ast.Pack | ast.Policy | ast.Agreement


def check_overlaps(rules: Sequence[ast.Rule], scope: Scope) -> Iterator[Finding]:
    """An id may return with later dates; its spans may not overlap."""
    seen: dict[str, list[ast.Dates | None]] = {}
    for rule in rules:
        if any(overlap(rule.dates, other) for other in seen.get(rule.id, [])):
            fault = f"rule `{rule.id}` is in force twice on one day"
            yield scope.finding(rule.id, fault, "give the earlier one a last day, or the new one a new id")
        seen.setdefault(str(rule.id), []).append(rule.dates)


def check_versions(defines: Sequence[ast.Define], scope: Scope) -> Iterator[Finding]:
    """A definition may return with later dates, of the same entity; its spans may not overlap."""
    seen: dict[str, list[ast.Define]] = {}
    for define in defines:
        others = seen.setdefault(str(define.name), [])
        if any(overlap(define.dates, other.dates) or other.entity != define.entity for other in others):
            fault = f"definition `{define.name}` stands twice on one day or for two entities"
            yield scope.finding(define.name, fault, "give the earlier one a last day")
        others.append(define)


def overlap(one: ast.Dates | None, other: ast.Dates | None) -> bool:
    """Whether two spans of days share a day."""
    first, last = bounds(one)
    other_first, other_last = bounds(other)
    return first <= other_last and other_first <= last


def bounds(dates: ast.Dates | None) -> tuple[date, date]:
    """First and last day; an unknown first and an open last day lie at the ends of the calendar."""
    if dates is None:
        return date.min, date.max
    return dates.first or date.min, dates.last or date.max


def warn_texts(texts: Sequence[Text]) -> tuple[Finding, ...]:
    """Every warning about a set of texts that are to be in force together, in the order of their lines."""
    found: list[Finding] = []
    for tree in texts:
        found += _gaps(tree)
    found += _shared_ids([tree for tree in texts if not isinstance(tree, ast.Agreement)])
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.column)))


def _gaps(tree: Text) -> Iterator[Finding]:
    """Rules and definitions that return after days on which they were not in force."""
    named: list[tuple[str, ast.Word, ast.Dates | None]] = []
    if isinstance(tree, ast.Agreement):
        named += [("clause", rule.id, rule.dates) for rule in tree.clauses]
    else:
        named += [("rule", rule.id, rule.dates) for rule in tree.rules]
        named += [("definition", define.name, define.dates) for define in tree.defines]
    spans: dict[tuple[str, str], list[tuple[date, date, ast.Word]]] = {}
    for kind, word, dates in named:
        spans.setdefault((kind, str(word)), []).append((*bounds(dates), word))
    for (kind, name), found in spans.items():
        ordered = sorted(found, key=lambda span: span[0])
        for (_, ended, _), (begins, _, word) in pairwise(ordered):
            if ended != date.max and begins > ended + timedelta(days=1):
                days = f"{ended + timedelta(days=1)} to {begins - timedelta(days=1)}"
                fault = f"{kind} `{name}` is not in force from {days}"
                remedy = "close the gap, or say in a note that the law left it"
                yield finding_at(word, (tree.file, tree.lines), fault, remedy)


def _shared_ids(texts: Sequence[ast.Pack | ast.Policy]) -> Iterator[Finding]:
    """Ids that stand in two texts on one day, told at the later text."""
    seen: dict[str, list[tuple[str, ast.Dates | None]]] = {}
    for tree in texts:
        told: set[str] = set()
        for rule in tree.rules:
            others = [name for name, dates in seen.get(rule.id, []) if overlap(rule.dates, dates)]
            if others and rule.id not in told:
                told.add(str(rule.id))
                fault = f"rule `{rule.id}` stands in `{others[0]}` too"
                yield finding_at(rule.id, (tree.file, tree.lines), fault, "give one of them an id of its own")
        for rule in tree.rules:
            seen.setdefault(str(rule.id), []).append((str(tree.name), rule.dates))
