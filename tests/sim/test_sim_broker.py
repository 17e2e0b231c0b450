"""A broker in a simulation: played by hand, and the check that it hands on nothing without its entry."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from random import Random

import pytest
from sim_stage import NORTH, SOUTH, WEST, ask, finish

from comity.exchange.messages.wire import Relayed, seal_message
from comity.model.codes import Status
from comity.sim.begin import BEHIND, BROKER
from comity.sim.faults import CALM
from comity.sim.leaving import check_leaving
from comity.sim.play import Play
from comity.sim.run import Shape, Simulation
from comity.sim.scene import EVERYWHERE, node_of
from comity.sim.seen import Left
from comity.sim.verbs import question_of


@pytest.fixture
def play(simulation: Simulation) -> Iterator[Play]:
    """Calm nodes; the sheriff is reached through the north alone."""
    made = simulation.begin("broker", Random(1), CALM, shape=Shape(brokered=True))
    yield made
    simulation.close(made)


def test_a_question_goes_through_the_broker_and_both_ends_are_checked(play: Play) -> None:
    """What left is kept as between the two who speak; the broker's own part is counted."""
    (source,) = ask(play, EVERYWHERE, WEST, SOUTH).sources
    assert source.status is Status.ANSWERED
    asked = next(one for one in play.seen.left if not one.asked)
    assert (asked.node, asked.to) == (node_of(WEST), BEHIND)
    assert question_of(asked.raw).query.via == (BROKER,)
    assert play.seen.counts["carried"] == 2  # the question, and the answer on its way back
    assert finish(play) == []


def test_a_broker_that_hands_on_without_an_entry_is_found(play: Play) -> None:
    """The checker reads the broker's own files: a message it has no entry of may not leave it."""
    ask(play, EVERYWHERE, NORTH, WEST)
    asked = next(one for one in play.seen.left if not one.asked)
    world = play.world(WEST)
    inner = seal_message(world, BEHIND, question_of(asked.raw), world.clock.now_ms())
    body = Relayed(to=BEHIND, carried=base64.b64encode(inner).decode(), wait_ms=1_000)
    handed = seal_message(play.world(NORTH), BEHIND, body, world.clock.now_ms())
    left = Left(BROKER, BEHIND, handed, b"", world.clock.now_ms())
    assert check_leaving(play.nodes[BROKER].folder, left, play.seen) == [
        f"a message left {BROKER} as a broker's that is not in its log"
    ]
