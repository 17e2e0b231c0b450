"""The syntax page: every example is sound, and every form of the grammar has one."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from lark import Lark, Tree

from comity.law.check import check_text
from comity.law.check_effect import EFFECT_NAMES, POINTS_OF_ACTS, POINTS_OF_EFFECTS
from comity.law.layout import ORDER, format_text
from comity.law.parse import parse_agreement, parse_pack, parse_policy
from comity.law.vocabulary import load_vocabulary

PAGE = (Path(__file__).parents[2] / "docs" / "law-syntax.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?ms)^```law\n(.*?)^```$", PAGE)
PARSERS = {"pack": parse_pack, "policy": parse_policy, "agreement": parse_agreement}
HEADS = {
    "pack": 'pack example "Example" in WA version 1\nuses vocabulary comity 1\n',
    "policy": 'policy example "Example" of wa-police version 1\nuses vocabulary comity 1\n',
}
CODES = "code\nPC211\nPC459\n"
ITEMS = ("rule", "define", "table", "part")
US = parse_pack('pack us "United States" in US version 1 uses vocabulary comity 1', "us.law")


def whole(example: str) -> tuple[str, str]:
    """An example as a whole text, and its kind: clauses stand in a rule that has what they leave out."""
    first = example.split(" ", 1)[0]
    if first in PARSERS:
        return example, first
    kind = "policy" if re.search(r"(?m)^ *permit ", example) else "pack"
    if first in ITEMS:
        return HEADS[kind] + example, kind
    given = {line.split(" ", 1)[0] for line in example.splitlines()}
    lines = ['rule EX-01 "Example"', 'cite "Act 1"']
    lines += [] if "status" in given else ["status verified"]
    lines += [] if "from" in given else ["from 2026-01-01"]
    lines += [] if "at" in given else ["at release"]
    return HEADS[kind] + "\n".join([*lines, example]), kind


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_is_sound(number: int) -> None:
    """An example parses, can be formatted, and the checker finds nothing in it: no unknown word, none out of place."""
    text, kind = whole(EXAMPLES[number])
    tree = PARSERS[kind](text, "example")
    found = check_text(tree, load_vocabulary(), (("tables/felonies.csv", CODES),), (US,))
    assert [str(one) for one in found] == []
    assert PARSERS[kind](format_text(text, "example", kind), "example") == tree


def forms(tree: Tree[object]) -> set[str]:
    return {str(node.data) for node in tree.iter_subtrees()}


def test_every_form_of_the_grammar_has_an_example() -> None:
    """Whatever can be written in a pack, policy or agreement stands on the page."""
    source = resources.files("comity.law").joinpath("grammar.lark").read_text(encoding="utf-8")
    grammar = Lark(source, parser="lalr", start=list(PARSERS), maybe_placeholders=True)
    shown: set[str] = set()
    for example in EXAMPLES:
        text, kind = whole(example)
        shown |= forms(grammar.parse(text, start=kind))
    known = {str(rule.alias or rule.origin.name) for rule in grammar.rules if not rule.options.expand1}
    assert sorted(name for name in known - shown if not name.startswith("_")) == []


def test_the_clause_table_has_every_clause() -> None:
    """Each clause of a rule has its row; the formatter knows its place."""
    for keyword in set(ORDER) - {"effect", "means", ">", "gives", "conceal"}:
        assert f"\n| `{keyword}` |" in PAGE, keyword


def test_the_table_of_points_is_that_of_the_checker() -> None:
    """The effects named at each point are those the checker allows there."""
    rows = dict(re.findall(r"(?m)^\| `(\w+)` \| [^|]*\? \| ([^|]*) \|$", PAGE))
    allowed: dict[str, set[str]] = {point: set() for point in load_vocabulary().lists["points"]}
    for effect, points in POINTS_OF_EFFECTS.items():
        for point in points:
            allowed[point].add(EFFECT_NAMES[effect])
    for act, points in POINTS_OF_ACTS.items():
        for point in points:
            allowed[point].add(f"forbid {act}")
    assert rows == {point: ", ".join(sorted(names)) for point, names in allowed.items()}


def test_the_order_of_clauses_is_that_of_the_table() -> None:
    """The table lists clauses in the order in which the formatter writes them."""
    places = [
        PAGE.index(f"\n| `{keyword}") for keyword in ORDER if keyword not in {">", "effect", "means", "gives"}
    ]
    assert places == sorted(places)
