"""The checklist of OWASP ASVS: every requirement of level 2 has its row, and what a row names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "asvs.md"
STATES = ("met", "by deployment", "not met", "not applicable")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+|[\w-]+\.(?:md|txt|py)|Makefile)`")
IN_SECTION = {  # how many requirements of levels 1 and 2 each section of ASVS 4.0.3 has
    "1.1": 7, "1.2": 4, "1.4": 3, "1.5": 4, "1.6": 4, "1.7": 2, "1.8": 2, "1.9": 2, "1.10": 1, "1.11": 2, "1.12": 1, "1.14": 6,
    "2.1": 12, "2.2": 3, "2.3": 3, "2.4": 6, "2.5": 7, "2.6": 3, "2.7": 6, "2.8": 7, "2.9": 3, "2.10": 4,
    "3.1": 1, "3.2": 4, "3.3": 4, "3.4": 5, "3.5": 3, "3.7": 1,
    "4.1": 4, "4.2": 2, "4.3": 3,
    "5.1": 5, "5.2": 8, "5.3": 10, "5.4": 3, "5.5": 4,
    "6.1": 3, "6.2": 6, "6.3": 2, "6.4": 2,
    "7.1": 4, "7.2": 2, "7.3": 3, "7.4": 3,
    "8.1": 4, "8.2": 3, "8.3": 8,
    "9.1": 3, "9.2": 4,
    "10.2": 2, "10.3": 3,
    "11.1": 8,
    "12.1": 3, "12.2": 1, "12.3": 6, "12.4": 2, "12.5": 2, "12.6": 1,
    "13.1": 4, "13.2": 5, "13.3": 2, "13.4": 2,
    "14.1": 4, "14.2": 6, "14.3": 2, "14.4": 7, "14.5": 4,
}  # fmt: skip


def rows() -> list[tuple[str, str, str, str]]:
    return [match.groups() for match in ROW.finditer(LIST.read_text())]  # type: ignore[misc]


def test_every_requirement_of_level_2_has_one_row_in_its_order() -> None:
    """None is left out, none stands twice, and each has one of the four states."""
    numbers = [number for number, *_ in rows()]
    assert Counter(number.rpartition(".")[0] for number in numbers) == IN_SECTION
    assert numbers == sorted(set(numbers), key=lambda one: [int(part) for part in one.split(".")])
    assert {state for _, _, state, _ in rows()} == set(STATES)


def test_every_file_that_is_named_exists() -> None:
    """A row leads to what it says, and whoever moves a file is told here."""
    named = {name for *_, where in rows() for name in FILE.findall(where)}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    assert len(named) > 100


def test_what_is_counted_is_what_is_listed() -> None:
    """The figures at the head are those of the rows."""
    counted = Counter(state for _, _, state, _ in rows())
    head = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) \|$", LIST.read_text(), re.MULTILINE))
    assert head == {state: str(counted[state]) for state in STATES}
