"""Which rules a new version of texts brings, changes or takes away, told by id before they bite."""

from __future__ import annotations

from dataclasses import dataclass

from comity.law import ast
from comity.law.canonical import rule_hash
from comity.law.compile import Tree, parse_text, rules_of
from comity.model.law_state import RuleChange
from comity.model.law_text import LawText


@dataclass(frozen=True, slots=True)
class _Known:
    """All versions of one rule: the last as it is written, and the hashes of each."""

    rule: ast.Rule
    hashes: tuple[str, ...]


def rule_changes(before: tuple[LawText, ...], after: tuple[LawText, ...]) -> tuple[RuleChange, ...]:
    """New, changed and gone rules by full id, in that order, each sorted. A comment or layout changes nothing."""
    old, new = _rules(before), _rules(after)
    brought = [_told(name, "new", new[name]) for name in sorted(new.keys() - old.keys())]
    changed = [
        _told(name, "changed", new[name])
        for name in sorted(new.keys() & old.keys())
        if new[name].hashes != old[name].hashes
    ]
    gone = [_told(name, "gone", old[name]) for name in sorted(old.keys() - new.keys())]
    return (*brought, *changed, *gone)


def _rules(texts: tuple[LawText, ...]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for text in texts:
        tree = parse_text(text)
        for rule in rules_of(tree):
            name = f"{_name_of(tree)}/{rule.id}"
            earlier = found[name].hashes if name in found else ()
            found[name] = _Known(rule, (*earlier, rule_hash(rule, tree)))
    return found


def _name_of(tree: Tree) -> str:
    return str(tree.id if isinstance(tree, ast.Agreement) else tree.name)


def _told(name: str, change: str, known: _Known) -> RuleChange:
    dates = known.rule.dates
    return RuleChange(
        rule=name,
        change=change,
        title=str(known.rule.title),
        first=dates.first if dates else None,
        last=dates.last if dates else None,
    )
