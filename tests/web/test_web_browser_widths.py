"""Where pages are read by axe: at both sides of every width at which the style sheet lays them out otherwise."""

from __future__ import annotations

import re
from pathlib import Path

from browser import READ_AT, WIDTHS

import comity.web

SHEET = Path(comity.web.__file__).parent / "static" / "css" / "comity.css"
CONDITION = re.compile(r"\((min|max)-width: ([0-9.]+)(em|px)\)")
EM = 16  # pixels of an em in a condition, whatever a page's own font is


def rules_at(width: int) -> tuple[bool, ...]:
    """Which conditions of the style sheet hold at a width of the window."""
    found = CONDITION.findall(SHEET.read_text())
    assert len(found) > 100, "the style sheet writes its conditions in another way"
    limits = ((side, float(number) * (EM if unit == "em" else 1)) for side, number, unit in found)
    return tuple(width >= limit if side == "min" else width <= limit for side, limit in limits)


def test_every_width_has_the_rules_of_one_at_which_axe_reads() -> None:
    """A width that is left to `.ci/run` is laid out by the same rules as one that axe reads; scrolling is seen at each."""
    read = {rules_at(width) for width in READ_AT}
    assert {rules_at(width) for width in WIDTHS} == read
    assert WIDTHS[0] in READ_AT
    assert WIDTHS[-1] in READ_AT


def test_no_condition_on_a_width_is_written_in_another_unit() -> None:
    """What is counted above is every condition there is."""
    text = SHEET.read_text()
    assert len(re.findall(r"(?:min|max)-width:[^;{}()]*\)", text)) == len(CONDITION.findall(text))
    assert not re.search(r"@media[^{]*width\s*[<>]", text)
