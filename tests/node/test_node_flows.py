"""What a node tells anybody of its flows goes by the day of its first agency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from comity.errors import WrongUseError
from comity.node.flow_requests import ShowMap, run_flow
from comity.node.open_world import open_world
from comity.oversight.texts.public_page import PublicPage


@dataclass
class Standing:
    """A clock that stands."""

    at_ms: int

    def now_ms(self) -> int:
        return self.at_ms


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
