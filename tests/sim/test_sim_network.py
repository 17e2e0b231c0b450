"""The network does to messages what its odds say, the same for the same seed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest
from sim_stage import NORTH, SOUTH, WEST, ask, finish

from comity.errors import PeerTimeoutError, PeerUnreachableError, RejectedMessageError
from comity.model.codes import Status
from comity.sim.faults import CALM, Odds
from comity.sim.play import Play
from comity.sim.run import Simulation
from comity.sim.scene import EVERYWHERE

Begin = Callable[[Odds], Play]


@pytest.fixture
def begin(simulation: Simulation) -> Iterator[Begin]:
    """Runs under odds of one's own."""
    made: list[Play] = []

    def make(odds: Odds) -> Play:
        made.append(simulation.begin(f"network-{len(made)}", Random(1), odds))
        return made[-1]

    yield make
    for play in made:
        simulation.close(play)


def size(play: Play, node: str) -> int:
    store = play.nodes[node].store
    assert store is not None
    return store.journal.size()


def test_an_untroubled_network_carries_messages(begin: Begin) -> None:
    """Answered, in a time that moves only on the way."""
    play = begin(CALM)
    outcome = ask(play, EVERYWHERE, NORTH, SOUTH, WEST)
    assert {source.status for source in outcome.sources} == {Status.ANSWERED}
    assert 0 <= play.network.slowest_ms < 1_000
    assert finish(play) == []


def test_a_message_lost_before_it_arrives_changes_nothing_there(begin: Begin) -> None:
    """The source has its status; its log has no entry."""
    play = begin(replace(CALM, lost_before=1))
    before = size(play, "south")
    assert ask(play).sources[0].status is Status.TIMED_OUT
    assert size(play, "south") == before
    assert finish(play) == []


def test_an_answer_lost_on_its_way_back_is_entered_there(begin: Begin) -> None:
    """What the asker sees is the same; what the owner did is not undone."""
    play = begin(replace(CALM, lost_after=1))
    before = size(play, "south")
    assert ask(play).sources[0].status is Status.TIMED_OUT
    assert size(play, "south") == before + 1
    assert finish(play) == []


def test_a_late_message_arrives_between_steps(begin: Begin) -> None:
    """Nobody waits for it; it is answered all the same, in the end."""
    play = begin(replace(CALM, late=1))
    before = size(play, "south")
    assert ask(play).sources[0].status is Status.TIMED_OUT
    assert size(play, "south") == before
    for step in range(1, 12):
        play.network.begin(step)
        play.network.catch_up()
    assert not play.network.late
    assert size(play, "south") == before + 1
    assert finish(play) == []


def test_late_messages_arrive_in_another_order(begin: Begin) -> None:
    """Reordering: what was sent first may come last."""
    play = begin(replace(CALM, late=1))
    for _ in range(6):
        ask(play)
    sent = [one.message for one in play.network.late]
    for step in range(1, 20):
        play.network.begin(step)
        play.network.catch_up()
    answered = [one.asked for one in play.seen.left if one.asked]
    assert sorted(answered) == sorted(sent)
    assert answered != sent


def test_a_doubled_message_is_turned_away_the_second_time(begin: Begin) -> None:
    """The same nonce again: entered as turned away, and never answered twice."""
    play = begin(replace(CALM, doubled=1))
    assert ask(play).sources[0].status is Status.ANSWERED
    before = size(play, "south")
    for step in range(1, 12):
        play.network.begin(step)
        play.network.catch_up()
    assert size(play, "south") == before + 1
    assert finish(play) == []


def test_an_altered_message_opens_nothing(begin: Begin) -> None:
    """One bit, on the way there or back: no answer is believed."""
    play = begin(replace(CALM, altered=1))
    assert ask(play).sources[0].status is Status.FAILED
    assert finish(play) == []


def test_parted_nodes_meet_again_when_healed(begin: Begin) -> None:
    """Both ways, and nobody else is touched."""
    play = begin(CALM)
    play.network.part("north", "south")
    statuses = [source.status for source in ask(play, EVERYWHERE, NORTH, SOUTH, WEST).sources]
    assert statuses == [Status.UNREACHABLE, Status.ANSWERED]
    assert ask(play, EVERYWHERE, SOUTH, NORTH).sources[0].status is Status.UNREACHABLE
    play.network.heal()
    assert ask(play).sources[0].status is Status.ANSWERED
    assert finish(play) == []


def test_what_happens_to_a_message_follows_from_seed_step_and_link(begin: Begin) -> None:
    """Asked twice over, the network draws the same; another step draws anew."""
    odds = replace(CALM, lost_before=0.5)
    first, second = begin(odds), begin(odds)

    def fates(play: Play) -> list[str]:
        told = []
        for step in range(12):
            play.network.begin(step)
            told.append(str(ask(play).sources[0].status))
        return told

    fate = fates(first)
    own, second.network.seed = second.network.seed, first.network.seed
    assert fate == fates(second)
    second.network.seed = own
    assert set(fate) == {"answered", "timed-out"}


def test_doors_say_what_doors_say(begin: Begin) -> None:
    """Nobody's bytes are turned off, a node that does not run is unreachable, a closed one says so."""
    play = begin(CALM)
    with pytest.raises(RejectedMessageError, match="not a signed message"):
        play.network.carry("gray", "south", b"junk")
    play.node(SOUTH).keys.lost = True
    assert ask(play).sources[0].status is Status.FAILED
    play.node(SOUTH).keys.lost = False
    play.node(SOUTH).stop()
    assert ask(play).sources[0].status is Status.UNREACHABLE
    with pytest.raises(PeerUnreachableError):
        play.network.carry("gray", "south", b"junk")
    with pytest.raises(PeerUnreachableError):
        play.network.send("north", "nowhere", play.seen.left[0].raw, 1)


def test_an_answer_later_than_the_wait_is_no_answer(begin: Begin) -> None:
    """The message arrives, and its answer comes too late for whoever waits."""
    play = begin(CALM)
    ask(play)
    raw = play.seen.left[0].raw
    play.network.begin(1)
    with pytest.raises(PeerTimeoutError):
        play.network.send("north", "south", raw, -1)
    assert play.seen.left[-1].asked == raw
