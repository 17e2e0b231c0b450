"""Declared flows of several files: what clashes, what is to be doubted, what runs on a day."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from comity.errors import NounError
from comity.model.codes import DataClass
from comity.model.flow import (
    Access,
    Authority,
    Change,
    DeclaredFlow,
    Evidence,
    Onward,
    SharingChange,
    SharingEdge,
    Teller,
)
from comity.model.ori import OriEntry
from comity.oversight.flows.declared import Doubt, FlowFile, all_flows, clashing_ids, doubts_of, select_flows
from comity.oversight.names.several import resolver_of

TODAY = date(2026, 11, 29)
FLOW = DeclaredFlow(
    id="larch-plates",
    owner="Larch County WI SO",
    recipient="Federal Bureau of Removals",
    system="LarchView",
    access=Access.PLATE_NETWORK,
    data_classes=(DataClass.PLATE_READ,),
    purposes=(),
    onward=Onward.UNKNOWN,
    authority=Authority.AGREEMENT,
    citation="Memorandum, section 4",
    source="The memorandum",
    dated=date(2026, 5, 2),
    evidence=Evidence.SIGNED_PAPER,
)
EDGE = SharingEdge(owner="A", recipient="B", as_of=TODAY, teller=Teller.OWNER, file="l.csv", line=2)


def doubts(*flows: DeclaredFlow) -> list[Doubt]:
    return [doubt.doubt for doubt in doubts_of(flows, TODAY)]


def test_one_id_in_two_files_is_told() -> None:
    """The second file is named with the first."""
    files = (FlowFile("a.yaml", (FLOW,)), FlowFile("b.yaml", (FLOW,)))
    assert clashing_ids(files) == ("flow `larch-plates` of `b.yaml` stands in `a.yaml` too; rename one of them",)
    assert all_flows(files) == (FLOW, FLOW)


def test_what_a_reader_should_doubt_is_said() -> None:
    """An old source, one dated after today, a mere report, no authority, and two flows that are one."""
    assert doubts(FLOW) == []
    assert doubts(replace(FLOW, dated=date(2023, 1, 1))) == [Doubt.OLD_SOURCE]
    assert doubts(replace(FLOW, dated=date(2026, 12, 1))) == [Doubt.LATER_SOURCE]
    assert doubts(replace(FLOW, evidence=Evidence.REPORT)) == [Doubt.WEAK]
    assert doubts(replace(FLOW, authority=Authority.NONE_KNOWN, citation="")) == [Doubt.NO_AUTHORITY]
    assert doubts(FLOW, replace(FLOW, id="again", owner="LARCH COUNTY WI SO")) == [Doubt.DOUBLED]


def test_parties_are_looked_up_where_there_is_a_directory() -> None:
    """A party that the directory lists is not doubted; one that it does not list is, with why."""
    larch = OriEntry(
        ori="WI0990000", state="WI", names=("Larch",), counties=("Larch",), type="County", edition="2025"
    )
    (found,) = doubts_of([FLOW], TODAY, resolver_of([larch]))
    assert found.doubt is Doubt.PARTY_UNKNOWN
    assert "its recipient `Federal Bureau of Removals` is not-listed" in found.sentence


def test_flows_are_chosen_by_day_kind_and_party() -> None:
    """A flow without stated days runs on every day; one that ended does not."""
    ended = replace(FLOW, id="ended", last=date(2026, 1, 31))
    assert select_flows([FLOW, ended], on=TODAY) == (FLOW,)
    assert select_flows([FLOW, ended], on=date(2026, 1, 31)) == (FLOW, ended)
    assert select_flows([FLOW], access=Access.DMV_SWITCH) == ()
    assert select_flows([FLOW], party="bureau of REMOVALS") == (FLOW,)
    assert select_flows([FLOW], party="nobody") == ()


def test_an_edge_stands_on_a_line_between_two_names() -> None:
    """Line numbers begin at one; an empty name is no party."""
    for wrong in ({"line": 0}, {"owner": " "}, {"recipient": "x" * 201}):
        with pytest.raises(NounError):
            replace(EDGE, **wrong).__post_init__()


def test_a_change_lies_between_two_days() -> None:
    """The later list has its day, and the earlier one is not after it."""
    assert SharingChange(edge=EDGE, change=Change.ADDED, before=date(2026, 11, 1)).change is Change.ADDED
    with pytest.raises(NounError, match="no day"):
        SharingChange(edge=replace(EDGE, as_of=None), change=Change.ADDED, before=TODAY)
    with pytest.raises(NounError, match="before it begins"):
        SharingChange(edge=EDGE, change=Change.REMOVED, before=date(2026, 12, 1))
