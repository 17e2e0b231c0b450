"""The witness of a simulation: while it is away for longer than the grace nothing leaves, and whoever lets it out is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from sim_stage import NORTH, SOUTH, ask

from comity.errors import UnwitnessedError
from comity.exchange.asking.open_questions import ask_open_questions
from comity.exchange.log.witnessing import witness_log
from comity.ledger.witnessed import GRACE_MS
from comity.model.codes import Status
from comity.sim.faults import CALM
from comity.sim.play import Play
from comity.sim.run import Shape, Simulation
from comity.sim.scene import EVERYWHERE, node_of
from long_runs import LONG

FIRST = 300 if LONG > 1 else 340  # seed; few of those between let the witness come back, and `.ci/run` plays them


@pytest.fixture
def guarded(simulation: Simulation) -> Iterator[Play]:
    """Nodes whose logs need the witness's word, on a day without faults."""
    made = simulation.begin("guarded", Random(1), CALM, shape=Shape(guarded=True))
    yield made
    simulation.close(made)


def leave_waiting(play: Play, milliseconds: int) -> None:
    """The witness is away from the owner, which answers once more, and then time goes on."""
    assert play.warden is not None
    play.warden.away.add(node_of(SOUTH))
    assert ask(play).sources[0].status is Status.ANSWERED
    witness_log(play.world(NORTH))
    next(iter(play.nodes.values())).around.time.at_ms += milliseconds


def test_within_the_grace_a_node_answers_and_beyond_it_does_not(guarded: Play) -> None:
    """An owner that waits for its witness for too long releases nothing; back again it answers, and nothing was wrong."""
    leave_waiting(guarded, GRACE_MS // 2)
    assert ask(guarded).sources[0].status is Status.ANSWERED
    witness_log(guarded.world(NORTH))
    next(iter(guarded.nodes.values())).around.time.at_ms += GRACE_MS
    assert ask(guarded).sources[0].status is Status.FAILED
    witness_log(guarded.world(NORTH))
    assert guarded.warden is not None
    guarded.warden.away.clear()
    told = witness_log(guarded.world(SOUTH))
    assert told is not None
    assert told.met
    assert ask(guarded).sources[0].status is Status.ANSWERED
    assert guarded.seen.findings == []


def test_a_node_that_asks_nobody_is_noticed(guarded: Play) -> None:
    """An owner that no longer looks whether its witness vouched: its answer is a finding in the moment it leaves."""
    leave_waiting(guarded, 2 * GRACE_MS)
    owner = guarded.nodes[node_of(SOUTH)]
    owner.opened = replace(owner.world, witnesses=None)
    assert ask(guarded).sources[0].status is Status.ANSWERED
    assert [one for one in guarded.seen.findings if "no witness vouched for in its grace" in one]


def test_an_asker_is_held_to_it_too(guarded: Play) -> None:
    """A question is something that leaves."""
    assert guarded.warden is not None
    guarded.warden.away.add(node_of(NORTH))
    ask(guarded)
    next(iter(guarded.nodes.values())).around.time.at_ms += 2 * GRACE_MS
    with pytest.raises(UnwitnessedError, match="nothing leaves since"):
        ask(guarded, EVERYWHERE)


def test_the_witness_leaves_and_comes_back_in_seeds(simulation: Simulation) -> None:
    """Seed after seed until it was away and was back, sixty at most; nothing was found."""
    faults: Counter[str] = Counter()
    for seed in range(FIRST, FIRST + 60):
        report = simulation.run(seed)
        assert not report.findings, seed
        faults += report.faults
        if faults["witness away"] and faults["witness back"]:
            break
    assert faults["witness away"]
    assert faults["witness back"]


def test_an_open_question_waits_for_the_witness_too(guarded: Play) -> None:
    """Put again it would leave again: not before the witness is back, and then it is answered."""
    assert guarded.warden is not None
    guarded.warden.away.add(node_of(NORTH))
    guarded.network.part(node_of(NORTH), node_of(SOUTH))
    assert ask(guarded).sources[0].status is Status.UNREACHABLE
    guarded.network.heal()
    next(iter(guarded.nodes.values())).around.time.at_ms += 2 * GRACE_MS
    with pytest.raises(UnwitnessedError, match="nothing leaves since"):
        ask_open_questions(guarded.world(NORTH))
    guarded.warden.away.clear()
    witness_log(guarded.world(NORTH))
    witness_log(guarded.world(SOUTH))
    assert ask_open_questions(guarded.world(NORTH)) == 1
