"""A federation whose nodes keep what they log under monthly keys, on the clock of the stage."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from region_stage import Stage

from comity.exchange.log.tally import month_of
from comity.node.month_keys import MonthKeys
from comity.sim.federation import SimKeys

DAY_MS = 86_400_000


class MonthlyKeys(SimKeys):
    """Keys from a seed that wrap under real monthly keys."""

    def __init__(self, seed: str, node: str, months: MonthKeys) -> None:
        super().__init__(seed, node)
        self.months = months

    def wrap(self, key: bytes) -> bytes:
        return self.months.wrap(key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return self.months.unwrap(wrapped)


def keep_by_month(stage: Stage, folder: Path) -> None:
    """Let every node of a stage wrap what it keeps, from now on."""
    federation = stage.federation
    for node, clock in federation.clocks.items():
        months = MonthKeys(folder / node, lambda clock=clock: month_of(clock.at_ms))  # type: ignore[misc]
        federation.keys[node] = MonthlyKeys(federation.seed, node, months)
        federation.stores[node].journal.hide_under(months)
        federation.worlds[node] = dataclasses.replace(
            federation.worlds[node], keys=federation.keys[node], wrapping=months
        )


def months_later(stage: Stage, days: int = 75) -> None:
    """Far enough that the month of before is over for longer than a month."""
    stage.federation.advance(days * DAY_MS)
