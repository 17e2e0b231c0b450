"""Mapping files: every fault is found, with its line and remedy, before any row is read."""

from __future__ import annotations

from datetime import date

import pytest

from comity.errors import Finding, RecordFileError
from comity.formats.mapping import Choice, Mapping, parse_mapping
from comity.model.codes import DataClass

MAPPING = """\
version: 1
data_class: booking
owner: rivertown-sheriff
record: {id: No, reference: No, event_date: Booked, as_of: Updated}
people:
  - key: arrestee
    role: {column: Why, codes: {ARR: arrestee, WIT: witness}}
    columns: {Last: family, First: given, DOB: birth-date, Sex: sex}
fields: {No: booking-number, Charge: charge}
disposition: {column: Dispo, codes: {C: convicted, N: dismissed, "": unknown}}
seal: {constant: not-sealed}
sex: {M: M, F: F, U: unknown}
dates: ["%m/%d/%Y"]
ignore: [Clerk]
"""


def faults(text: str) -> tuple[Finding, ...]:
    with pytest.raises(RecordFileError) as caught:
        parse_mapping(text, "m.yaml")
    return caught.value.findings


def test_a_whole_mapping_is_read() -> None:
    """Words stay words: `N` is a code and not a boolean, `No` a column."""
    mapping = parse_mapping(MAPPING, "m.yaml")
    assert mapping.data_class is DataClass.BOOKING
    assert mapping.reference == "No"
    assert mapping.disposition == Choice("Dispo", "", (("C", "convicted"), ("N", "dismissed"), ("", "unknown")))
    assert mapping.seal == Choice(constant="not-sealed")
    assert ("Why", "arrestee role") in mapping.uses()
    assert ("Clerk", "ignored") in mapping.uses()


def test_constants_fill_record_fields_and_the_day() -> None:
    """A constant day replaces the column; constants name fields of the class."""
    text = MAPPING.replace(", as_of: Updated", "") + "constants: {as_of: 2026-01-31, bail: none set}\n"
    mapping = parse_mapping(text, "m.yaml")
    assert (mapping.as_of, mapping.as_of_constant) == ("", date(2026, 1, 31))
    assert mapping.constants == (("bail", "none set"),)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("version: 1", "version: 2", 1, "version `2` is not known"),
        ("version: 1\n", "", 1, "has no `version`"),
        ("ignore:", "ignored:", 14, "`ignored` is not a key of the mapping"),
        ("data_class: booking", "data_class: bookings", 2, "`bookings` is not a data_class"),
        ("owner: rivertown-sheriff", "owner: Rivertown Sheriff", 3, "is not an id"),
        ("owner: rivertown-sheriff", "owner: [a]", 3, "`owner` has no value"),
        ("reference: No", "number: No", 4, "`number` is not a key of `record`"),
        (", as_of: Updated", "", 4, "needs exactly one source"),
        ("people:\n", "people: none\nrest:\n", 5, "`people` is not a list of 1 to 8 people"),
        ("key: arrestee", "key: The Man", 6, "is no new key for a person"),
        ("WIT: witness", "WIT: wizard", 7, "code `WIT` means `wizard`"),
        ("    role: {column: Why, codes: {ARR: arrestee, WIT: witness}}\n", "", 6, "a person has no `role`"),
        ("    columns: {Last: family", "    colums: {Last: family", 8, "`colums` is not a key of a person"),
        ("First: given", "First: first-name", 8, "column `First` is mapped to `first-name`"),
        ("Charge: charge", "Charge: crime", 9, "column `Charge` is mapped to `crime`"),
        ("fields: {No: booking-number, Charge: charge}", "fields: charge", 9, "`fields` is not a map"),
        ("C: convicted", "C: guilty", 10, "code `C` means `guilty`"),
        (
            "{constant: not-sealed}",
            "{column: Seal}",
            11,
            "`seal` is neither one constant nor one column with codes",
        ),
        ("{constant: not-sealed}", "{constant: perhaps}", 11, "`perhaps` is not a constant"),
        ("%m/%d/%Y", "%m/%d/%y", 13, "is not a date format that is read here"),
        ("%m/%d/%Y", "%Y %Y", 13, "is not a date format"),
        ("ignore: [Clerk]", "ignore: Clerk", 14, "`ignore` is not a list of words"),
        ("ignore: [Clerk]", "constants: {as_of: 31.1.2026}", 14, "is not a day"),
        ("version: 1", "version: 1\nversion: 1", 2, "`version` stands twice"),
        ("version: 1", "version: &a 1\nowner: *a", 2, "an alias repeats"),
        ("version: 1", "version: !!python/name:os.system 1", 1, "is a tag"),
        ("version: 1", "version: [1", 2, "not YAML"),
        ("version: 1", "? [a]\n: 1\nversion: 1", 1, "a key is not a word"),
    ],
)
def test_each_fault_has_its_line_and_reason(old: str, new: str, line: int, reason: str) -> None:
    """The finding points into the mapping file."""
    assert old in MAPPING
    found = faults(MAPPING.replace(old, new, 1))
    matching = [finding for finding in found if reason in finding.fault]
    assert matching, [finding.fault for finding in found]
    assert matching[0].line == line
    assert matching[0].file == "m.yaml"


def test_all_faults_are_told_at_once() -> None:
    """Two mistakes are two findings, in the order of the file."""
    found = faults(MAPPING.replace("C: convicted", "C: guilty").replace("data_class: booking", "data_class: book"))
    assert [finding.line for finding in found][:1] == [2]
    assert len(found) >= 2


@pytest.mark.parametrize("text", ["", "- a\n", "word", "[" * 40 + "]" * 40, "a: " * 3, "x" * 200_001])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    """Lists, bare words, depth and size are refused, not read."""
    assert faults(text)


def test_a_mapping_is_a_value() -> None:
    """Equal text makes equal mappings."""
    first: Mapping = parse_mapping(MAPPING, "m.yaml")
    assert first == parse_mapping(MAPPING, "m.yaml")
