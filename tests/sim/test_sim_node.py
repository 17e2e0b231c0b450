"""A node that stops anywhere opens again by its normal path, with everything that it acknowledged."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sim_stage import NORTH, SOUTH, ask, finish

from comity.errors import ComityError, LedgerError
from comity.exchange.records.purge import purge_records
from comity.node.change_law import LAW_CRASH_POINTS, activate_texts
from comity.sim.begin import signed_law
from comity.sim.check import Log, check_acknowledged
from comity.sim.faults import IDLE, KILL_POINTS, Crash
from comity.sim.node import CrashedError, SimTime
from comity.sim.play import Play
from comity.store.segments.upkeep import SEGMENT_CRASH_POINTS


def stop_at(play: Play, crash: Crash) -> None:
    """Ask until the crash strikes."""
    node = play.nodes[crash.node]
    node.arm(crash)
    for _ in range(crash.passage):
        with suppress(ComityError, CrashedError):
            ask(play)
        with suppress(CrashedError):
            node.settle()
    if crash.point == IDLE:
        node.kill(crash)


@pytest.mark.parametrize("power", [False, True])
@pytest.mark.parametrize("node", ["north", "south"])
@pytest.mark.parametrize("point", KILL_POINTS)
def test_stopped_at_each_crash_point(play: Play, point: str, node: str, power: bool) -> None:
    """At the asker and at the owner, with and without power: it opens, holds what it acknowledged, and goes on."""
    ask(play)
    stop_at(play, Crash(node, point, 2, power))
    stopped = play.nodes[node]
    assert stopped.dead
    with pytest.raises(CrashedError):
        _ = stopped.world
    stopped.restart()
    assert stopped.life == 1
    assert check_acknowledged(Log(node, stopped.folder), play.seen) == []
    assert ask(play).sources[0].answer is not None
    assert finish(play) == []


@pytest.mark.parametrize("point", LAW_CRASH_POINTS)
def test_stopped_while_law_changes(play: Play, point: str) -> None:
    """The old law or the new one is in force, and the change can be made again."""
    node = play.node(SOUTH)
    node.arm(Crash("south", point, 1, power=True))
    texts = signed_law(SOUTH)
    with pytest.raises(CrashedError):
        activate_texts(node.world, node.folder / "law", SOUTH, texts, node.fault)
    node.restart()
    assert {text.hash for text in node.world.laws.texts_of(SOUTH)} == {text.hash for text in texts}
    activate_texts(node.world, node.folder / "law", SOUTH, texts, node.fault)
    assert finish(play) == []


@pytest.mark.parametrize("point", SEGMENT_CRASH_POINTS)
def test_stopped_while_people_are_taken_out(play: Play, point: str) -> None:
    """A purge that was entered is finished at the next start; nobody who went is found or left on the disk."""
    node = play.node(SOUTH)
    node.arm(Crash("south", point, 1, power=True))
    with pytest.raises(CrashedError):
        purge_records(node.world, SOUTH)
    node.restart()
    play.seen.gone.append((SOUTH, "ZQX-SOUTHDISPUTED"))
    assert finish(play) == []


def test_stopped_while_it_starts(play: Play) -> None:
    """A start that is stopped is tried again on what it left."""
    node = play.node(NORTH)
    purge_records(node.world, NORTH)
    node.stop()
    node.arm(Crash("north", "people-removed", 1, power=False))
    node.start()
    node.arm(None)
    assert ask(play).sources[0].answer is not None
    assert finish(play) == []


def test_a_node_with_another_log_does_not_open(play: Play) -> None:
    """The normal path has its checks: they are those of every restart here."""
    node = play.node(NORTH)
    node.stop()
    lines = (node.folder / "log" / "checkpoint").read_text().split("\n")
    lines[2] = "A" * 43 + "="
    (node.folder / "log" / "checkpoint").write_text("\n".join(lines))
    with pytest.raises(LedgerError, match="is not of this log"):
        node.start()


def test_a_clock_that_lies_off_and_a_thread_that_lives_later() -> None:
    """Each node has its own clock; what is under way is later in its own thread alone."""
    time = SimTime()
    time.skew["south"] = -500
    start = time.now_ms("north")
    assert time.now_ms("south") == start - 500
    with time.later(40), time.later(2):
        assert time.now_ms("south") == start - 458
    assert time.now_ms("north") == start
