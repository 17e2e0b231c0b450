"""docs/conflicts.md: every conflict of the reference has its row, and what a row names is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from comity.law import ast
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack, shipped_pack_names

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "conflicts.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells
    for line in TEXT.splitlines()
    if line.startswith("| C-")
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}
IDS = [f"C-{number:02}" for number in range(1, 19)]  # law.md, section 6
CODE = re.compile(r"`([^`]+)`")


@cache
def shipped_rules() -> dict[str, ast.Rule]:
    return {
        f"{name}/{rule.id}": rule
        for name in shipped_pack_names()
        for rule in parse_pack(shipped_pack(name).text, name).rules
    }


def test_every_conflict_has_its_row_in_order() -> None:
    """C-01 to C-18, each once."""
    assert list(ROWS) == IDS
    assert TEXT.count("\n| C-") == len(IDS)


@pytest.mark.parametrize("conflict", IDS)
def test_what_a_row_names_is_there(conflict: str) -> None:
    """At least one rule of a shipped pack, at least one test, and a sentence that says how."""
    _, laws, how, rules, tests = ROWS[conflict]
    assert laws
    assert len(how.split()) > 8
    named = CODE.findall(rules)
    assert named
    assert not [rule for rule in named if rule not in shipped_rules()]
    assert CODE.findall(tests)
    assert not [test for test in CODE.findall(tests) if test not in _tests()]


@cache
def _tests() -> frozenset[str]:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    return frozenset(re.findall(r"^def (test_\w+)", "\n".join(texts), re.MULTILINE))


def test_every_conflict_rule_stands_in_its_row() -> None:
    """A rule whose effect is a conflict is named beside the conflict it is of."""
    for name, rule in shipped_rules().items():
        if isinstance(rule.effect, ast.Conflict):
            assert name in CODE.findall(ROWS[str(rule.effect.id)][3])
