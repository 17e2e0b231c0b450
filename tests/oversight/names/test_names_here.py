"""The agencies of a node's directory as entries, alone and behind a national one, and what a part may settle."""

from __future__ import annotations

from datetime import date

from comity.demo.agencies import directory_agencies
from comity.model.ori import OriEntry
from comity.oversight.names.decisions import next_decision
from comity.oversight.names.here import entries_of, with_own
from comity.oversight.names.resolve import Verdict
from comity.oversight.names.several import resolve_names, resolver_of

DAY = date(2026, 11, 29)
OURS = OriEntry(ori="WA0990100", state="WA", names=("Alder Police",), counties=(), type="City", edition="2026")
NATIONAL = OriEntry(
    ori="WA0990100", state="WA", names=("Alder",), counties=("ALDER",), type="City", edition="2025"
)


def test_every_ori_in_use_is_an_entry_with_the_kind_the_directory_says() -> None:
    """In the order of the ORI; one that is not in use any more is none."""
    agencies = directory_agencies()
    entries = entries_of(agencies, DAY)
    assert [one.ori for one in entries] == sorted(one.ori for one in entries)
    assert {one.type for one in entries} >= {"County", "City", "Federal"}
    assert entries_of(agencies, date(1900, 1, 1)) == ()


def test_a_national_directory_goes_before_our_own() -> None:
    """Its entry counts where both have one; ours fill what it does not list."""
    assert with_own([NATIONAL], [OURS]) == (NATIONAL,)
    assert with_own([], [OURS]) == (OURS,)


def test_in_a_part_of_a_directory_a_name_without_a_state_is_doubtful() -> None:
    """An entry without rivals proves nothing: `Alder PD` of another state would be taken for ours."""
    assert resolver_of([OURS])("Alder PD").verdict is Verdict.RESOLVED
    part = resolver_of([OURS], is_whole=False)
    doubtful = part("Alder PD")
    assert doubtful.verdict is Verdict.DOUBTFUL
    assert doubtful.state == ""
    assert [one.ori for one in doubtful.candidates] == ["WA0990100"]
    assert part("Alder WA PD").verdict is Verdict.RESOLVED
    assert part("WA0990100").verdict is Verdict.RESOLVED


def test_a_decision_settles_what_a_part_of_a_directory_leaves_open() -> None:
    """The person's word counts as in a whole one."""
    said = next_decision((), spelling="Alder PD", ori="WA0990100", role="auditor", on=DAY, why="it is ours")
    found = resolve_names(["Alder PD"], [OURS], [said], is_whole=False)
    assert found.count(Verdict.RESOLVED) == 1
