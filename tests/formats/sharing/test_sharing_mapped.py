"""Mapping files for sharing lists of any make: every column is mapped or ignored, every fault has its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comity.errors import RecordFileError
from comity.formats.sharing.mapped import parse_sharing_mapping
from comity.formats.sharing.reading import read_sharing
from comity.model.flow import Teller

MAPPING = """\
version: 1
name: quarterly list
delimiter: semicolon
teller: Agency
other: Shared with
direction: {column: Way, out: [gives], in: [Gets]}
day: {column: As of, format: "%m/%d/%Y"}
told_by: owner
ignore: [Remarks]
"""
LIST = b"Agency;Shared with;Way;As of;Remarks\nA;B;Gives;03/31/2026;x\nA;C;gets;03/31/2026;\n"


def test_a_list_of_another_make_is_read_by_its_mapping() -> None:
    """Words of both directions are read in any case; the day has the mapping's format."""
    found = read_sharing(LIST, "l.csv", parse_sharing_mapping(MAPPING, "m.yaml"))
    assert [(edge.owner, edge.recipient, edge.teller, edge.as_of) for edge in found.edges] == [
        ("A", "B", Teller.OWNER, date(2026, 3, 31)),
        ("C", "A", Teller.RECIPIENT, date(2026, 3, 31)),
    ]
    assert found.layout == "quarterly list"


def test_a_list_may_have_one_day_and_one_direction() -> None:
    """A constant day is the day of every row; without a direction the teller gives."""
    text = "version: 1\nname: l\nteller: A\nother: B\ntold_by: other\nday: {constant: 2026-01-31}\n"
    (edge,) = read_sharing(b"A,B\nX,Y\n", "l.csv", parse_sharing_mapping(text, "m.yaml")).edges
    assert (edge.owner, edge.as_of, edge.teller) == ("X", date(2026, 1, 31), Teller.OTHER)


def test_the_example_of_the_document_is_a_mapping() -> None:
    """What the document shows can be used."""
    page = (Path(__file__).parents[3] / "docs" / "oversight-flows.md").read_text(encoding="utf-8")
    blocks = [part.partition("```")[0] for part in page.split("```yaml\n")[1:]]
    assert [parse_sharing_mapping(block, "doc").teller for block in blocks if "teller:" in block] == ["Agency"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("version: 1", "version: 3", "version `3` is not known"),
        ("told_by: owner\n", "", "has no `told_by`"),
        ("told_by: owner", "told_by: me", "`me` is not a told_by"),
        (", in: [Gets]", "", "which words give and which get"),
        ("in: [Gets]", "in: [gives]", "which words give and which get"),
        ('format: "%m/%d/%Y"', 'format: "%m/%d/%y"', "not a date format"),
        (', format: "%m/%d/%Y"', "", "neither one column with its format"),
        ('{column: As of, format: "%m/%d/%Y"}', "{constant: March}", "`March` is not a day"),
        ("ignore: [Remarks]", "ignore: [Agency]", "column `Agency` is used twice"),
        ("name: quarterly list", "name: " + "l" * 81, "longer than 80"),
        ("ignore:", "skip:", "`skip` is not a key"),
    ],
)
def test_each_fault_of_a_mapping_is_told(old: str, new: str, fault: str) -> None:
    """The fault is named, and no list is read by a faulty mapping."""
    assert old in MAPPING
    with pytest.raises(RecordFileError, match=fault):
        parse_sharing_mapping(MAPPING.replace(old, new), "m.yaml")
