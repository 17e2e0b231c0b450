"""Versions of the directory in the simulation: calm runs have no finding, and a node that breaks a rule of them is told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace
from sim_stage import NORTH, SOUTH, WEST, ask, check, edited, finish, stop
from test_sim_check import alter_rows, altered, told

from comity.exchange.asking.asker import check_asking, make_query
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.feed.feed_round import run_feeds
from comity.exchange.messages.wire import Question, seal_message
from comity.exchange.records.record_act import act_on_record
from comity.model.agency import Directory
from comity.model.codes import Status
from comity.model.correction import RecordAct
from comity.model.directory import LiftSuspension, SignedDirectory, Suspend
from comity.model.listing import Suspended
from comity.node.adopted import read_adopted
from comity.node.directory import DIRECTORY_CRASH_POINTS, adopt_waiting
from comity.node.version_parts import PART_CRASH_POINTS
from comity.ports import World
from comity.settings import read_settings
from comity.sim.abroad_verbs import transmit
from comity.sim.begin import NODES
from comity.sim.faults import CALM, Crash
from comity.sim.feed_check import check_copy
from comity.sim.leaving import body_of, check_leaving, check_mailed
from comity.sim.node import CrashedError
from comity.sim.play import Play
from comity.sim.run import Shape, Simulation
from comity.sim.scene import EVERYWHERE, member_of, request_of
from comity.sim.seen import Left, Version
from comity.sim.version_check import check_cut_off, check_forward, check_known, cut_off_at, takes_back
from comity.sim.version_verbs import adopt_by_hand, change_listed, mislead, sign_version

CUT_SOUTH = "knew that south-sheriff is cut off"
CUT_NORTH = "knew that north-police is cut off"


def suspend(play: Play, name: str, at: str = SOUTH) -> SignedDirectory:
    """A version that suspends somebody, adopted at one node; nobody else knows it."""
    signed = sign_version(play, Suspend(suspended=Suspended(id=name, reason="finding 26-7")))
    adopt_by_hand(play, play.node(at), signed)
    return signed


def lift(play: Play, name: str, at: str = SOUTH) -> None:
    """A version that lifts it, adopted at one node."""
    adopt_by_hand(play, play.node(at), sign_version(play, LiftSuspension(id=name)))


def tell_all(play: Play) -> None:
    """Every node brings what it holds until nobody takes any more."""
    while sum(node.tell() for node in play.nodes.values()):
        pass


def status(play: Play) -> Status:
    (source,) = ask(play, EVERYWHERE, NORTH, SOUTH).sources
    return source.status


def folders(play: Play) -> dict[str, Path]:
    return {name: node.folder for name, node in play.nodes.items()}


@pytest.mark.parametrize("name", [NORTH, "south"])
def test_suspended_told_and_lifted_has_no_finding(play: Play, name: str) -> None:
    """Refused where the version is known, although nobody but its first node adopted it, and answered again at the end."""
    assert status(play) is Status.ANSWERED
    suspend(play, name, WEST)
    assert status(play) is Status.ANSWERED, "neither of the two knows it yet"
    tell_all(play)
    assert status(play) is Status.REFUSED
    lift(play, name, WEST)
    tell_all(play)
    assert status(play) is Status.ANSWERED
    assert finish(play) == []


def test_what_takes_back_passes_while_a_party_is_cut_off(play: Play) -> None:
    """A record that was shown is sealed after its asker was suspended: the recall arrives, and nothing waits at the end."""
    ask(play)
    suspend(play, NORTH)
    tell_all(play)
    seal(play)
    assert push_deliveries(play.world(SOUTH)).arrived == 1
    assert finish(play) == []


def seal(play: Play) -> None:
    wanted = RecordAct(record_id=f"{SOUTH}-everywhere", act="seal", reason="as a court has ordered")
    act_on_record(play.world(SOUTH), member_of(SOUTH, "custodian"), wanted)
    play.seen.withdrawn.append((SOUTH, "R-everywhere"))


class Held:
    """A journal without what a party that is cut off should still be brought."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def due_deliveries(self, now_ms: int, limit: int) -> tuple[Any, ...]:
        """Nothing is ever due."""
        return ()


def test_a_recall_that_is_kept_back_by_a_suspension_is_told(simulation: Simulation) -> None:
    """Nobody is spared a recall because a party is cut off: what does not arrive is a finding at the end."""
    play = altered(simulation, "kept", lambda world: dataclasses.replace(world, journal=Held(world.journal)))
    try:
        ask(play)
        suspend(play, NORTH)
        tell_all(play)
        seal(play)
        push_deliveries(play.world(SOUTH))
        assert told(finish(play), "a delivery of south to north-police never arrived")
    finally:
        simulation.close(play)


def _seeing(view: Callable[[World, Directory], Directory]) -> Callable[[World], World]:
    """Worlds of the south that go by another directory than the node does."""

    def alter(world: World) -> World:
        if world.node != "south":
            return world
        own = world.directory
        return dataclasses.replace(world, directory=lambda before=None: view(world, own(before)))

    return alter


def test_a_node_that_forgets_whom_the_directory_suspends(simulation: Simulation) -> None:
    """The owner knows the version and answers all the same: told as it leaves, and by the entry of the release."""
    blind = _seeing(lambda world, directory: replace(directory, suspended=()))
    play = altered(simulation, "forgets", blind)
    try:
        suspend(play, NORTH)
        assert status(play) is Status.ANSWERED
        assert told(play.seen.findings, "south sent a `answer`", CUT_NORTH)
        assert told(finish(play), "of south is a release of south-sheriff to north-police", CUT_NORTH)
    finally:
        simulation.close(play)


def test_a_node_that_waits_for_its_administrator_before_it_cuts_off(simulation: Simulation) -> None:
    """What was only brought suspends as well: a node that goes by what it adopted alone is told."""

    def slow(world: World, directory: Directory) -> Directory:
        folder = made[0].node(SOUTH).folder
        return read_adopted(folder, read_settings(folder)).newest

    made: list[Play] = []
    play = altered(simulation, "slow", lambda world: _seeing(slow)(world) if made else world)
    made.append(play)
    try:
        play.node(SOUTH).restart()
        suspend(play, NORTH, WEST)
        tell_all(play)
        play.network.carry("north", "south", question_left(play))
        assert told(play.seen.findings, "south sent a `answer`", CUT_NORTH)
        assert told(finish(play), "of south is a release of south-sheriff to north-police")
    finally:
        simulation.close(play)


def question_left(play: Play) -> bytes:
    """A question that the north sealed before it knew of any suspension, and nobody answered."""
    world, member = play.world(NORTH), member_of(NORTH, "detective")
    asking = check_asking(world, request_of(NORTH, EVERYWHERE, (SOUTH,)), member, world.clock.now_ms())
    body = Question(query=make_query(world, asking, SOUTH), member=member)
    return seal_message(world, "south", body, world.clock.now_ms())


def test_a_question_that_leaves_whoever_knows_that_it_is_cut_off(play: Play) -> None:
    """Of the one who asks, for whom and whom; an answer only where it shows something."""
    ask(play)
    questions = [one for one in play.seen.left if not one.asked]
    answers = [one for one in play.seen.left if one.asked]
    assert not [fault for one in (*questions, *answers) for fault in cut_off(play, one)]
    suspend(play, SOUTH, NORTH)
    suspend(play, NORTH, SOUTH)
    assert told(cut_off(play, questions[0]), "north sent a `question`", CUT_SOUTH)
    assert told(cut_off(play, answers[0]), "south sent a `answer`", CUT_NORTH)
    empty = edited(answers[0], lambda body: body["answer"].update(items=[]))
    assert cut_off(play, empty) == []


def cut_off(play: Play, left: Left) -> list[str]:
    """What is wrong with bytes if they left now."""
    found = check_leaving(play.nodes[left.node].folder, left, play.seen)
    return [one for one in found if "cut off" in one]


def test_an_e_mail_that_leaves_when_a_party_is_cut_off(play: Play) -> None:
    """The same document is right before, and a finding after."""
    while not play.seen.mailed:
        transmit(play)
        for agency in play.honest:
            push_deliveries(play.world(agency))
    mailed = play.seen.mailed[0]
    folder = play.nodes[mailed.node].folder
    assert check_mailed(folder, mailed, play.seen) == []
    suspend(play, "xa", f"{mailed.node}-police" if mailed.node != "south" else SOUTH)
    assert told(check_mailed(folder, mailed, play.seen), "by mail although it knew that a party is cut off")


@pytest.mark.parametrize(
    ("parcel", "takes"),
    [
        ({"type": "recall"}, True),
        ({"type": "recall-confirmed"}, True),
        ({"type": "request-withdrawn"}, True),
        ({"type": "standing-told", "review_by": None}, True),
        ({"type": "standing-told", "review_by": "2027-01-01"}, False),
        ({"type": "feed-batch", "ops": [{"kind": "take"}, {"kind": "closed"}]}, True),
        ({"type": "feed-batch", "ops": [{"kind": "take"}, {"kind": "put"}]}, False),
        ({"type": "late-answer"}, False),
        ({"type": "what-nobody-knows"}, False),
    ],
)
def test_what_takes_back_is_told_by_what_is_in_it(play: Play, parcel: dict[str, Any], takes: bool) -> None:
    """Anything that is not known to take back is new, and may not leave."""
    assert takes_back(parcel) is takes
    suspend(play, NORTH)
    body = {"type": "delivered", "sender": SOUTH, "recipient": NORTH, "parcel": parcel}
    found = check_cut_off(play.node(SOUTH).folder, "south", body, {}, play.seen)
    assert (found == []) is takes


def test_a_copy_that_stays_after_its_recipient_was_cut_off(play: Play) -> None:
    """Values that a feed brought go at its next round; before that the check of a calm end has a finding."""
    assert run_feeds(play.world(NORTH))
    assert check_copy(folders(play), play.seen) == []
    suspend(play, SOUTH, NORTH)
    assert told(check_copy(folders(play), play.seen), "south-sheriff holds 3 copies on a calm day and may hold 0")
    assert run_feeds(play.world(NORTH))
    assert check_copy(folders(play), play.seen) == []


def test_a_node_that_is_told_nothing(play: Play) -> None:
    """Who does not know the newest version that anybody knows is named."""
    suspend(play, NORTH)
    known = check_known(folders(play), play.seen)
    assert {one.split(" ")[0] for one in known} == set(NODES) - {"south"}
    tell_all(play)
    assert check_known(folders(play), play.seen) == []
    assert finish(play) == []


def rewrite(play: Play, name: str, edit: Callable[[list[dict[str, Any]]], Any]) -> None:
    """Change one of the south's lists behind its back."""
    path = play.node(SOUTH).folder / "directories" / name
    known = json.loads(path.read_bytes())
    edit(known)
    path.write_text(json.dumps(known))


def test_versions_that_go_back(play: Play) -> None:
    """A list that is shorter than it was, and one that leaves a version out."""
    suspend(play, NORTH)
    suspend(play, WEST)
    node = play.node(SOUTH)
    assert check_forward("south", node.folder, play.seen) == []
    rewrite(play, "adopted.json", lambda known: known.pop(0))
    found = check_forward("south", node.folder, play.seen)
    assert told(found, "south knew (2, 0) versions", "and now (1, 0)")
    assert told(found, "names versions [3], which do not follow one another")


def test_a_version_that_no_quorum_signed(play: Play) -> None:
    """In a list, in a file that a list names, and in bytes that leave."""
    suspend(play, NORTH, WEST)
    tell_all(play)
    node = play.node(SOUTH)
    (named,) = json.loads((node.folder / "directories" / "brought.json").read_bytes())
    brought = next(one for one in play.seen.left if body_of(one.raw)[1]["type"] == "version-brought")
    assert check_leaving(play.nodes[brought.node].folder, brought, play.seen) == []

    def spare(body: dict[str, Any]) -> None:
        body["offered"]["directory"]["suspended"] = []

    found = check_leaving(play.nodes[brought.node].folder, edited(brought, spare), play.seen)
    assert told(found, "brought version 2 of the directory, which no quorum signed")
    path = node.folder / "directories" / named["file"]
    path.write_text(path.read_text().replace(NORTH, WEST))
    assert told(check_forward("south", node.folder, play.seen), "`brought.json` of south", "no quorum signed")
    rewrite(play, "brought.json", lambda known: known[0].update(hash="sha256:" + "0" * 64))
    assert told(check_forward("south", node.folder, play.seen), "`brought.json` of south", "no quorum signed")


def test_a_listed_version_without_its_entry(play: Play) -> None:
    """The entry that a list names enters that very version."""
    suspend(play, NORTH)
    stop(play)
    assert check(play) == [*check_known(folders(play), play.seen)]
    rewrite(play, "adopted.json", lambda known: known[0].update(entry=0))
    assert told(check(play), "`adopted.json` of south names an entry that says something else")


def test_a_release_counts_from_the_entry_of_the_version_on(play: Play) -> None:
    """What was released before is no finding, and what is moved behind the version's entry is."""
    ask(play)
    suspend(play, NORTH)
    tell_all(play)
    stop(play)
    assert check(play) == []
    assert cut_off_at(play.node(SOUTH).folder, play.seen, 0) == frozenset()
    rewrite(play, "adopted.json", lambda known: known[0].update(entry=0))
    assert told(check(play), "is a release of south-sheriff to north-police", CUT_NORTH)
    alter_rows(
        play, SOUTH, "UPDATE entry SET entry = CAST(substr(entry, 1, 1) || x'08' || substr(entry, 3) AS BLOB)"
    )
    assert not told(check(play), "is a release of")


@pytest.mark.parametrize("point", [*DIRECTORY_CRASH_POINTS, *PART_CRASH_POINTS])
def test_stopped_while_a_version_comes_in_parts(simulation: Simulation, point: str) -> None:
    """At each crash point, the third part's among them: it goes on where it was, and nothing is wrong."""
    play = simulation.begin(f"parts-{point}", Random(3), CALM, shape=Shape(in_parts=True))
    try:
        suspend(play, NORTH, WEST)
        node = play.node(SOUTH)
        node.arm(Crash("south", point, 3 if point in PART_CRASH_POINTS else 1, power=True))
        play.node(WEST).tell()
        assert node.dead
        node.restart()
        before = len(play.seen.left)
        play.node(NORTH).around.time.at_ms += 3_600_000
        tell_all(play)
        to_south = [body_of(one.raw)[1] for one in play.seen.left[before:] if one.to == "south" and not one.asked]
        numbers = [body["number"] for body in to_south if body["type"] == "version-part"]
        assert 0 not in numbers
        assert check_known(folders(play), play.seen) == []
        assert status(play) is Status.REFUSED
        assert finish(play) == []
    finally:
        simulation.close(play)


def test_parts_of_what_no_quorum_signed_are_told_as_they_leave(simulation: Simulation) -> None:
    """Head and parts name the hash of a signed version; with another the check of what leaves has a finding."""
    play = simulation.begin("parts-leave", Random(3), CALM, shape=Shape(in_parts=True))
    try:
        suspend(play, NORTH, WEST)
        tell_all(play)
        kinds = {}
        for one in play.seen.left:
            kinds.setdefault(body_of(one.raw)[1]["type"], one)
        for kind in ("version-head", "version-part"):
            folder = play.nodes[kinds[kind].node].folder
            assert check_leaving(folder, kinds[kind], play.seen) == []
            other = edited(kinds[kind], lambda body: body.update(hash="sha256:" + "0" * 64))
            assert told(check_leaving(folder, other, play.seen), "parts of a version", "no quorum signed")
        assert "version-brought" not in kinds
        assert finish(play) == []
    finally:
        simulation.close(play)


@pytest.mark.parametrize("point", DIRECTORY_CRASH_POINTS)
@pytest.mark.parametrize("by_hand", [False, True])
def test_stopped_while_a_version_comes(play: Play, point: str, by_hand: bool) -> None:
    """At each crash point, brought or adopted: the node opens, knows the version or is told it again, and nothing is wrong."""
    signed = suspend(play, NORTH, WEST)
    node = play.node(SOUTH)
    node.arm(Crash("south", point, 1, power=True))
    if by_hand:
        with pytest.raises(CrashedError):
            adopt_by_hand(play, node, signed)
    else:
        play.node(WEST).tell()
    assert node.dead
    node.restart()
    play.node(NORTH).around.time.at_ms += 3_600_000
    tell_all(play)
    assert status(play) is Status.REFUSED
    adopt_waiting(node.world, node.folder)
    assert node.world.directory().version == 2
    assert finish(play) == []


@pytest.mark.parametrize("in_parts", [False, True])
def test_what_a_hostile_node_brings_counts_nowhere(simulation: Simulation, *, in_parts: bool) -> None:
    """Signed by itself alone, altered, or from long before: each is offered, nothing is cut off or let in by it."""
    odds, shape = dataclasses.replace(CALM, attack=1), Shape(in_parts=in_parts)
    play = simulation.begin(f"mislead-{in_parts}", Random(3), odds, shape=shape)
    try:
        suspend(play, WEST, NORTH)
        suspend(play, "gray", NORTH)
        tell_all(play)
        for _ in range(24):
            mislead(play)
        assert {"misled alone", "misled altered", "misled long-before"} <= set(play.seen.counts)
        for agency in (NORTH, SOUTH):
            directory = play.world(agency).directory()
            assert {one.id for one in directory.suspended} == {WEST, "gray"}
        assert finish(play) == []
    finally:
        simulation.close(play)


def test_a_node_behind_a_broker_is_told_by_it_alone(simulation: Simulation) -> None:
    """Also by a broker that is itself cut off: nothing else passes it, and the news of what ends that does."""
    play = simulation.begin("behind", Random(3), CALM, shape=Shape(brokered=True))
    try:
        suspend(play, "north", WEST)
        play.node(WEST).tell()
        assert check_known(folders(play), play.seen) == [
            "south knows version 1 of the directory on a calm day, others version 2"
        ]
        play.node(NORTH).tell()
        assert check_known(folders(play), play.seen) == []
        ask(play, EVERYWHERE, WEST, SOUTH)
        assert not play.seen.outcomes[-1].sources[0].answer
        lift(play, "north", WEST)
        tell_all(play)
        assert ask(play, EVERYWHERE, WEST, SOUTH).sources[0].status is Status.ANSWERED
        assert finish(play) == []
    finally:
        simulation.close(play)


def test_the_verb_suspends_and_lifts(play: Play) -> None:
    """Both come up, and each version stands behind the one before."""
    for _ in range(12):
        with suppress(CrashedError):
            change_listed(play)
    assert [one.number for one in play.seen.versions] == list(range(2, len(play.signed) + 2))
    assert {len(one.cut) for one in play.seen.versions} >= {1, 2}
    grows = [one.cut < two.cut for one, two in zip(play.seen.versions, play.seen.versions[1:], strict=False)]
    assert True in grows
    assert False in grows
    assert play.seen.versions[0] == Version(2, play.signed[0].hash, play.seen.versions[0].cut)
    assert play.seen.findings == []
