"""What a node tells anybody of its flows goes by the day of its first agency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from comity.errors import WrongUseError
from comity.model.flow_map import NodeFlows
from comity.node.flow_requests import ShowFlows, ShowMap, run_flow
from comity.node.open_world import open_world
from comity.oversight.map.flow_map import Read, counted_months, map_of
from comity.oversight.map.month import read_month
from comity.oversight.texts.public_page import PublicPage


@dataclass
class Standing:
    """A clock that stands."""

    at_ms: int

    def now_ms(self) -> int:
        return self.at_ms


def test_of_months_before_the_nodes_log_no_use_is_told(copy: Callable[[str], Path]) -> None:
    """Nobody counted then, so none is not the number; of the month in which the log began it tells what it has."""
    folder = copy("wa-node")
    with open_world(folder) as world:
        flows = run_flow(world, folder, (), ShowFlows(first="2020-01", last="2020-02"))
        assert isinstance(flows, NodeFlows)
        begun = read_month(flows.begun)
        flows = run_flow(world, folder, (), ShowFlows(first=str(begun.back(2)), last=str(begun)))
        assert isinstance(flows, NodeFlows)
    assert flows.begun == str(begun)
    counted = counted_months((flows,), begun.back(2), begun)
    assert counted == {str(begun)}
    counts = map_of(Read((), flows.use, counted), begun, begun.last, 3).series
    assert [one.asked is None for one in counts] == [True, True, False]


def test_the_map_of_a_node_goes_by_the_day_of_its_first_agency(copy: Callable[[str], Path]) -> None:
    """At three in the morning of December in Greenwich it is November in Washington: no December yet, and not its day."""
    folder = copy("wa-node")
    at_ms = int(datetime(2026, 12, 1, 3, tzinfo=UTC).timestamp() * 1000)
    with open_world(folder) as world:
        world = replace(world, clock=Standing(at_ms))
        with pytest.raises(WrongUseError, match="2026-12 has not begun"):
            run_flow(world, folder, (), ShowMap(month="2026-12"))
        shown = run_flow(world, folder, (), ShowMap(month="2026-11"))
    assert isinstance(shown, PublicPage)
    assert shown.day == date(2026, 11, 30)
