"""Every register is fed, every feeding rule is told, and what the reference wants counted is counted or says why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from comity.law import ast
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "reference" / "law.md"
ROW = re.compile(r"(?m)^\| (?!---|for \||register \|)([^|]+?) \|(.*)\|$")
NAME = re.compile(r"`([^`]+)`")
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_file(), reason=f"THE LEGAL REFERENCE IS NOT BESIDE THE REPOSITORY: {REFERENCE}"
)
# Owed for the period itself, asked or not (decision 0019). IL-05: `nil report certified`; DC-01 and the summary of
# VA-04 have their day in the year whatever happened; NJ-04 until counsel has read otherwise. OR-04 has no nil report.
OWED_ANYWAY = {
    ("us/CH-07a", "year"),
    ("us/P23-11a", "year"),
    ("us/CJ-05", "week"),
    ("us/CJ-05a", "year"),
    ("us-dc/DC-01f", "calendar-year"),
    ("us-il/IL-05", "calendar-year"),
    ("us-nj/NJ-04", "calendar-year"),
    ("us-va/VA-04d", "calendar-year"),
}


def duties() -> Iterator[tuple[str, ast.DutySpec]]:
    """Every duty of the shipped packs with its rule."""
    for name in shipped_pack_names():
        for rule in parse_pack(shipped_pack(name).text, name).rules:
            for spec in rule.duties:
                yield f"{name}/{rule.id}", spec


@cache
def fed() -> dict[str, set[str]]:
    """The rules that feed each register."""
    found: dict[str, set[str]] = {}
    for rule, spec in duties():
        if spec.report:
            found.setdefault(str(spec.report), set()).add(rule)
    return found


@cache
def told() -> dict[str, tuple[set[str], set[str], str]]:
    """The rows of the page by their first cell: registers, rules, and what is said besides."""
    found = {}
    for first, rest in ROW.findall((ROOT / "docs" / "counters.md").read_text(encoding="utf-8")):
        cells = [first, *(cell.strip() for cell in rest.split("|"))]
        names, rules = (cells[1], cells[2]) if len(cells) == 4 else (cells[0], cells[1])
        found[first] = (set(NAME.findall(names)), set(NAME.findall(rules)), cells[-1])
    return found


def test_every_register_is_fed_by_a_rule() -> None:
    """A word for a register that nothing feeds would promise a count nobody makes; a rule feeds no unknown one."""
    assert set(fed()) == {str(name) for name in load_vocabulary().lists["reports"]}


def test_the_page_names_every_register_once_with_all_rules_that_feed_it() -> None:
    """No more and no fewer; rows that share rules name all of both registers."""
    rows = list(told().values())
    named = [register for registers, _, _ in rows for register in registers]
    assert sorted(named) == sorted(fed())
    for registers, rules, _ in rows:
        assert rules == set().union(*(fed()[register] for register in registers), set())


def test_every_row_says_why_or_what_is_left_out() -> None:
    """In words."""
    assert not [first for first, (_, _, words) in told().items() if len(words.split()) < 4]


@needs_reference
def test_every_counter_of_the_reference_has_its_row() -> None:
    """The rows of section 5, by whom they are for, in the page's first table and nowhere missing."""
    text = REFERENCE.read_text(encoding="utf-8")
    section = text[text.index("\n## 5. ") : text.index("\n## 6. ")]
    wanted = [first for first, _ in ROW.findall(section)]
    assert [first for first in told() if not first.startswith("`")] == wanted


def test_reports_owed_whatever_happened_are_those_whose_law_says_so() -> None:
    """`every` without `on` is a nil report too: which rules want one is written here by hand."""
    found = {(rule, str(spec.every)) for rule, spec in duties() if spec.every is not None and spec.on is None}
    assert found == OWED_ANYWAY
