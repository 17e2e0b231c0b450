"""A peer with a listed key gets nothing by any lure, and nobody believes any of its forgeries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from sim_stage import GRAY, NORTH, SOUTH, ask, finish

from comity.ledger.checkpoint import Checkpoint, parse_vkey, sign_checkpoint
from comity.model.codes import Status
from comity.sim.check import Log, check_note
from comity.sim.faults import CALM
from comity.sim.hostile import FORGERIES, LURES, NEVER_ANSWERED, NODE, attack, sign
from comity.sim.leaving import body_of
from comity.sim.play import Play
from comity.sim.run import Simulation
from comity.sim.scene import EVERYWHERE

ATTACKS = 120  # enough to meet every lure


@pytest.fixture
def hostile(simulation: Simulation) -> Iterator[Play]:
    """A calm network and a peer that always attacks and always forges."""
    made = simulation.begin("hostile", Random(3), replace(CALM, attack=1, forge=1))
    yield made
    simulation.close(made)


def test_no_lure_is_answered(hostile: Play) -> None:
    """Every lure is tried; each is turned away or told nothing, and the logs stay whole."""
    ask(hostile)
    ask(hostile, EVERYWHERE, NORTH, "west-police")
    for _ in range(ATTACKS):
        attack(hostile)
    tried = {kind.removeprefix("attack ") for kind in hostile.seen.counts if kind.startswith("attack ")}
    assert tried == set(LURES)
    assert set(LURES) - {"other-item"} == NEVER_ANSWERED
    assert finish(hostile) == []


def test_an_answered_lure_is_noticed(hostile: Play) -> None:
    """The note of a breach is no empty promise: an honest question in the place of a lure is one."""
    for _ in range(12):
        attack(hostile, {"honest": lambda bait: bait.sealed(bait.query)})
    assert hostile.seen.counts["attack honest"] == 12
    assert "answered the attack `honest`" in hostile.seen.findings[0]


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_no_forgery_is_believed(simulation: Simulation, name: str) -> None:
    """Each way of forging an answer is found out by the asker, who has a status that says so."""
    play = simulation.begin(f"forged-{name}", Random(3), CALM)
    try:
        assert ask(play, EVERYWHERE, NORTH, GRAY).sources[0].status is Status.ANSWERED

        def forge(answer: bytes) -> bytes:
            message, _ = body_of(answer)
            FORGERIES[name](message, Random(name))
            play.seen.forged.add(json.dumps(message["body"], sort_keys=True))
            return sign(play, json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode())

        play.network.meddle = forge
        (source,) = ask(play, EVERYWHERE, NORTH, GRAY).sources
        assert source.status is Status.FAILED
        assert source.answer is None
        assert finish(play) == []
    finally:
        simulation.close(play)


def test_two_histories_are_seen_by_whoever_compares_them(play: Play) -> None:
    """A hostile log may sign two trees of one size; the checkpoints that people hold give it away."""
    ask(play, EVERYWHERE, NORTH, GRAY)
    keys = play.nodes[NODE].keys
    key = parse_vkey(keys.log_key())
    other = sign_checkpoint(Checkpoint(origin=key.name, size=4, root=b"o" * 32), key, keys.sign_log)
    play.nodes[NODE].stop()
    log = Log(NODE, play.nodes[NODE].folder)
    assert "forked" in check_note(log, other, keys.log_key())[0]
    assert all(not check_note(log, note, keys.log_key()) for note in play.seen.notes[NODE])


def test_its_honest_questions_are_answered(play: Play) -> None:
    """The hostile agency has an agreement: what it asks honestly it is told, so that a lure has something to win."""
    assert ask(play, EVERYWHERE, GRAY, SOUTH).sources[0].status is Status.ANSWERED
