"""Whole seeds: whatever broke, nothing acknowledged is lost, no log forks, nothing leaves without its entry.

`COMITY_SIMULATION_SEEDS` sets how many are played (24 unless set).
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest

from comity.sim.faults import CALM, TROUBLES, draw_odds
from comity.sim.run import STEPS, Report, Simulation
from comity.sim.verbs import VERBS

SEEDS = int(os.environ.get("COMITY_SIMULATION_SEEDS", "24"))
GROUPS = 12  # of seeds, so that several processes share them
_played: dict[int, Report] = {}


def played(simulation: Simulation, seed: int) -> Report:
    """What became of a seed, which is one history: played once for all tests of a process that only look at it."""
    if seed not in _played:
        _played[seed] = simulation.run(seed)
    return _played[seed]


@pytest.mark.parametrize("group", range(GROUPS))
def test_seeds_are_clean(group: int, simulation: Simulation) -> None:
    """Every checker is content after every seed. A failing one is played again as CONTRIBUTING.md says."""
    for seed in range(group, SEEDS, GROUPS):
        report = played(simulation, seed)
        assert not report.findings, f"seed {seed}: python bench/simulate.py --seeds 1 --from {seed}"
        assert sum(report.verbs.values()) == STEPS


def test_every_third_seed_has_a_broker(simulation: Simulation) -> None:
    """Questions and deliveries go through it under every fault, and no checker minds; in other seeds nobody carries."""
    carried = {seed: played(simulation, seed) for seed in (3, 6, 9, 4)}
    assert not [finding for report in carried.values() for finding in report.findings]
    assert sum(carried[seed].faults["carried"] for seed in (3, 6, 9)) > 0
    assert carried[4].faults["carried"] == 0


def test_one_seed_is_one_history(simulation: Simulation) -> None:
    """Played again, a seed has the same verbs with the same ends and the same faults: a failure can be looked at."""
    for seed in (5, 9, 10):
        first, again = played(simulation, seed), simulation.run(seed)
        assert first == again


def test_seeds_differ_and_meet_every_kind_of_fault(simulation: Simulation) -> None:
    """Some are calm, some are not; over a few of them nodes crash, messages are lost and disks fail."""
    reports = [played(simulation, seed) for seed in range(24)]
    faults: Counter[str] = Counter()
    for report in reports:
        faults += report.faults
    assert any(not report.crashes for report in reports)
    assert any(report.crashes > 2 for report in reports)
    assert {"lost before", "lost after", "late", "doubled", "delivered late", "power lost"} <= set(faults)
    assert any(faults[f"trouble {kind}"] for kind in TROUBLES)


def test_odds_are_probabilities_and_may_be_calm() -> None:
    """A calm seed has no fault at all; no seed is sure of one."""
    drawn = [draw_odds(Random(seed)) for seed in range(200)]
    chances = ("lost_before", "lost_after", "late", "doubled", "altered", "parted", "crash", "disk", "keys")
    assert all(0 <= getattr(odds, name) < 1 for odds in drawn for name in chances)
    assert any(all(getattr(odds, name) == 0 for name in chances) for odds in drawn)
    assert all(getattr(CALM, name) == 0 for name in chances)


def test_verbs_have_names_of_their_own() -> None:
    """A report counts by name; a verb that is never chosen is none."""
    assert len({verb.name for verb in VERBS}) == len(VERBS)
    assert all(verb.weight > 0 for verb in VERBS)


def test_a_report_counts_crashes() -> None:
    """What a node does by itself in good order is none."""
    report = Report(1, Counter(), Counter({"crash rows": 2, "crash torn": 1, "restart": 9}), ())
    assert report.crashes == 3
