"""Ids of questions and nonces: new each time, and in the order of their times."""

from __future__ import annotations

import re

from region_stage import Stage

from comity.exchange.fresh_id import fresh_id
from comity.model.base import LAST_MS


def test_ids_are_new_and_in_the_order_of_their_times(stage: Stage) -> None:
    """As texts they sort by time to the calendar's end, and two of one millisecond differ."""
    world = stage.federation.worlds["wa-node"]
    times = (0, 1, 1_790_000_000_000, 1_790_000_000_001, LAST_MS)
    ids = [fresh_id(world, at_ms) for at_ms in times for _ in range(50)]
    assert len(set(ids)) == 250
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    assert [one[:12] for one in ids] == sorted(one[:12] for one in ids)
    assert [int(one[:12], 16) for one in ids[::50]] == list(times)
