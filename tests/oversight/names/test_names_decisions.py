"""Remembered decisions: they override, are never silently changed, and tell when their agency is gone."""

from __future__ import annotations

from datetime import date

import pytest
from small_directory import small_directory

from comity.errors import NounError, RecordFileError
from comity.oversight.names.decisions import (
    Decision,
    Remembered,
    decision_line,
    next_decision,
    read_decisions,
)
from comity.oversight.names.resolve import Verdict
from comity.oversight.names.several import resolve_names, resolver_of

HEAD = "number,spelling,ori,role,on,why,replaces\n"
FIRST = "1,Elder Township PA PD,PA0990100,records custodian,2026-11-01,the owner's list has its telephone,\n"
SECOND = "2,elder township pa pd,PA0980100,privacy officer,2026-11-02,asked both,1\n"
NONE = '1,Port Ferris CA PD,none,privacy officer,2026-11-02,"a test, says the vendor",\n'


def decided(text: str) -> tuple[Decision, ...]:
    return read_decisions((HEAD + text).encode(), "decided.csv")


def test_a_decision_overrides_the_words() -> None:
    """A doubtful spelling is what the reviewer said, and so is one that the words resolve."""
    resolution = resolver_of(small_directory(), decided(FIRST))("Elder  township PA PD")
    assert resolution.verdict is Verdict.RESOLVED
    assert resolution.agency is not None
    assert (resolution.agency.entry.ori, resolution.decided) == ("PA0990100", 1)
    assert "decision 1 of 2026-11-01 by the records custodian" in resolution.reasons[0]
    assert resolver_of(small_directory(), decided(NONE))("Port Ferris CA PD").verdict is Verdict.NOT_LISTED


def test_a_later_decision_replaces_and_the_earlier_stays_in_the_file() -> None:
    """The file keeps both; the one in force is the one that no other replaces."""
    both = decided(FIRST + SECOND)
    assert [decision.number for decision in Remembered(both).in_force] == [2]
    resolution = resolver_of(small_directory(), both)("Elder Township PA PD")
    assert resolution.agency is not None
    assert resolution.agency.entry.ori == "PA0980100"


def test_a_decision_whose_agency_left_the_directory_is_told() -> None:
    """Its spelling is doubtful again, and the decision is named."""
    text = FIRST.replace("PA0990100", "PA0123400")
    found = resolve_names(["Elder Township PA PD"], small_directory(), decided(text))
    assert [decision.number for decision in found.gone] == [1]
    (resolution,) = found.resolutions
    assert resolution.verdict is Verdict.DOUBTFUL
    assert resolution.agency is None
    assert "has left the directory" in resolution.reasons[0]
    assert resolution.candidates


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (FIRST + SECOND.replace(",1\n", ",\n"), "is decided by number 1"),
        (FIRST + SECOND.replace("2,elder", "3,elder"), "stands where number 2 should"),
        (SECOND.replace("2,elder", "1,elder"), "replaces 1, which does not stand before it"),
        (FIRST + SECOND.replace("elder township", "other"), "which is on another spelling"),
        (FIRST.replace("PA0990100", "PA09901"), "on line"),
        (FIRST.replace("PA0990100", "pa"), "is not an ORI"),
        (FIRST.replace("2026-11-01", "1.11.2026"), "cannot be read"),
        (FIRST.replace("records custodian", " "), "role of who decided is empty"),
        (FIRST.replace("the owner's list has its telephone,", ""), "cells, not 7"),
    ],
)
def test_a_faulty_file_is_not_followed(text: str, why: str) -> None:
    """A gap, a change without a replacement, a broken ORI or day: the line is named and nothing is followed."""
    if why == "on line":
        assert decided(text)[0].ori == "PA09901"  # seven characters are an ORI
        return
    with pytest.raises(RecordFileError, match=why):
        decided(text)


def test_other_columns_are_refused() -> None:
    """A file with other columns is no file of decisions."""
    with pytest.raises(RecordFileError, match="not those of a file of decisions"):
        read_decisions(b"a,b\n1,2\n", "decided.csv")


def test_what_is_added_is_read_back() -> None:
    """A decision written as a line is the same when it is read, and names the one it replaces."""
    before = decided(FIRST)
    added = next_decision(
        before,
        spelling=" Elder Township  PA PD",
        ori="",
        role="counsel",
        on=date(2026, 11, 3),
        why='closed, "as told"',
    )
    assert added.replaces == 1
    assert decided(FIRST + decision_line(added) + "\n") == (*before, added)


def test_a_decision_needs_its_reason() -> None:
    """Without a reason there is no decision."""
    with pytest.raises(NounError, match="reason of a decision is empty"):
        next_decision((), spelling="A", ori="", role="counsel", on=date(2026, 11, 3), why=" ")
