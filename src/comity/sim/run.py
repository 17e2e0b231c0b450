"""One seed from its beginning to its checks: verbs in an order the seed chooses, faults between and within them.

1 begin      every node as its template says, clocks apart, the odds of this seed
2 a step     part or heal links, arm a crash, break a disk, lose keys, move a clock; one verb; time goes on; what is late
             arrives; what was broken is mended
3 restart    whoever stopped, by the normal path; then what was acknowledged must be there
4 end        heal everything, let two nodes show that they work again, stop all in good order, check all that is left

A verb may be refused or meet a closed door; anything else that it raises is a fault, and so is a node that does not open.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from comity.errors import ClosedError, ComityError, SettingsError
from comity.exchange.asking.open_questions import ask_open_questions
from comity.exchange.delivery.push import Pushed, push_deliveries
from comity.exchange.feed.feed_round import run_feeds
from comity.exchange.log.witnessing import witness_log
from comity.exchange.standing.standing_look import look_at_standing
from comity.model.directory import LiftSuspension
from comity.node.directory import adopt_waiting
from comity.ports import World
from comity.sim.begin import BEHIND, BROKER, NODES, begin_nodes, make_templates, sim_directory, sim_keys
from comity.sim.check import Log, check_acknowledged, check_all, check_checkpoints, check_removed
from comity.sim.disk import block_log
from comity.sim.faults import (
    CALM,
    EVERY_NODE,
    IDLE,
    LOG_BLOCKED,
    Crash,
    Odds,
    Trouble,
    draw_crash,
    draw_odds,
    draw_trouble,
)
from comity.sim.feed_check import check_copy
from comity.sim.hostile import NODE as HOSTILE_NODE
from comity.sim.hostile import forge, is_question
from comity.sim.network import Network, NetworkPeers
from comity.sim.node import CrashedError, SimNode, SimTime, Surroundings
from comity.sim.play import Play
from comity.sim.scene import EVERYWHERE, node_of
from comity.sim.seen import Seen
from comity.sim.verbs import VERBS, Verb, ask_about, send_again
from comity.sim.version_check import brokers_between, check_forward, count_waiting, cut_off_at, is_cut_by
from comity.sim.version_verbs import adopt_by_hand, newest_signed, sign_version
from comity.sim.warden import SimWitnesses, Warden

STEPS = 14  # of one seed: several restarts, and short enough that a failure can be read
LONGEST_PAUSE_MS = 90_000  # between two steps; now and then a day passes
LONGEST_AWAY_MS = 900_000  # more between two steps while the witness is away
A_DAY_MS = 86_400_000
AN_HOUR_MS = 3_600_000  # the longest a delivery is put off, less a quarter
MOST_ROUNDS = 12  # of bringing what is due: a recall, its confirmation, and those put off longest
SOON = 0.5  # how likely it is that somebody restarts a node whose disk failed before the next verb
BACK_MS = 30_000  # how far a clock jumps back: more than the second a node forgives

Alter = Callable[[World], World]


@dataclass(frozen=True, slots=True)
class Report:
    """What one seed came to: verbs by name and outcome, faults by kind, and everything that was wrong."""

    seed: int
    verbs: Counter[str]
    faults: Counter[str]
    findings: tuple[str, ...]

    @property
    def crashes(self) -> int:
        """How often a node stopped without a word."""
        return sum(count for kind, count in self.faults.items() if kind.startswith("crash "))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a federation has beside its nodes: a witness whose word the honest nodes' logs need, a broker on some ways.

    `in_parts` says that versions of the directory travel as those do that are larger than a message.
    """

    guarded: bool = False
    brokered: bool = False
    in_parts: bool = False


PLAIN = Shape()


class Simulation:
    """Runs seeds in a folder of their own; what all seeds share is made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        seen = Seen()
        idle = Network("templates", draw_odds(Random(0)), seen)
        self._templates = make_templates(folder / "templates", lambda node: NetworkPeers(idle, node))

    def run(self, seed: int) -> Report:
        """Play one seed and check it."""
        rng = Random(seed)
        shape = Shape(guarded=True, brokered=seed % 3 == 0, in_parts=seed % 2 == 0)
        play = self.begin(str(seed), rng, draw_odds(rng), shape=shape)  # 1
        verbs = Counter[str]()
        try:
            for step in range(STEPS):
                verbs[_step(play, step)] += 1  # 2, 3
            _end(play)  # 4
            found = self.check(play)
        finally:
            self.close(play)
        return Report(seed, verbs, play.seen.counts, found)

    def begin(
        self, seed: str, rng: Random, odds: Odds, alter: Alter = lambda world: world, *, shape: Shape = PLAIN
    ) -> Play:
        """The nodes of one seed, opened; `alter` breaks ports of their worlds on purpose."""
        time, seen = SimTime(), Seen()
        time.skew = {node: rng.randint(-odds.skew_ms, odds.skew_ms) for node in NODES if rng.random() < 0.5}
        adopting = frozenset(node for node in NODES if rng.random() < 0.5)
        seen.ways = {BEHIND: BROKER} if shape.brokered else {}
        network = Network(seed, odds, seen, hostile=frozenset({HOSTILE_NODE}))
        seen.guarded, warden = shape.guarded, Warden(seen)
        around = Surroundings(
            seed,
            time,
            sim_directory(brokered=shape.brokered),
            seen,
            sim_keys(),
            alter,
            lambda node: SimWitnesses(warden, node) if shape.guarded and node != HOSTILE_NODE else None,
            shape.in_parts,
        )
        home = self._folder / f"seed-{seed}"
        network.nodes = begin_nodes(
            self._templates, home, around, lambda node: NetworkPeers(network, node), adopting
        )
        play = Play(rng, odds, network, seen, network.nodes, warden=warden if shape.guarded else None)
        _vouch(play)
        network.meddle = lambda answer: forge(play, answer)
        return play

    def check(self, play: Play) -> tuple[str, ...]:
        """Everything that is wrong with what is left, after all nodes stopped."""
        folders = {name: node.folder for name, node in play.nodes.items()}
        vkeys = {name: keys.log_key() for name, keys in sim_keys().items()}
        return tuple(check_all(folders, vkeys, play.seen))

    def close(self, play: Play) -> None:
        """Stop what runs, and remove every file of this seed."""
        for node in play.nodes.values():
            with suppress(ComityError, OSError):
                node.stop()
            node.keys.lost = False
        shutil.rmtree(self._folder / f"seed-{play.network.seed}")


@contextmanager
def open_simulation() -> Iterator[Simulation]:
    """A simulation in memory where the system has such a folder, else in the usual one for temporary files."""
    memory = Path("/dev/shm")  # a commit costs nothing there; what a crash loses is the simulation's own doing
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="comity-sim-") as folder:
        yield Simulation(Path(folder))


def _step(play: Play, step: int) -> str:
    """One verb under faults; its name and how it ended."""
    play.network.begin(step)
    _links(play)
    (verb,) = play.rng.choices(VERBS, [verb.weight for verb in VERBS])
    crash = draw_crash(play.rng, play.odds, NODES, verb.points)
    trouble = draw_trouble(play.rng, play.odds, NODES)
    moved = _break(play, crash, trouble)
    ended = _act(play, verb)
    _vouch(play)
    _pause(play)
    play.network.catch_up()
    _settle(play)  # what came late was entered behind the verb's own
    _mend(play, crash, trouble, moved)
    for node in play.nodes.values():
        blocked = trouble == Trouble(node.id, LOG_BLOCKED)
        if node.dead or blocked or (node.disk.struck and play.rng.random() < SOON):
            _restart(play, node)
    return f"{verb.name} {ended}"


def _vouch(play: Play) -> None:
    """Every node brings its log to the witness, as a served node does every few seconds; who cannot waits."""
    if play.warden is None:
        return
    for node in play.nodes.values():
        with suppress(ComityError, CrashedError):
            witness_log(node.world)
        with suppress(CrashedError):
            node.settle()  # what was cosigned is published now, and not under a fault of the next step


def _act(play: Play, verb: Verb) -> str:
    try:
        verb.act(play)
    except CrashedError:
        return "stopped"
    except ClosedError:
        return "closed"
    except SettingsError:
        raise  # no fault of a seed changes what a node is told on disk
    except ComityError:
        return "refused"
    finally:
        _settle(play)
    return "done"


def _settle(play: Play) -> None:
    """Every log directory is written up to its checkpoint now: no publisher is met by a fault of the next step, or not."""
    for node in play.nodes.values():
        with suppress(CrashedError):
            node.settle()


def _links(play: Play) -> None:
    """Part two nodes, or heal all that are parted."""
    if play.network.parted and play.rng.random() < play.odds.healed:
        play.network.heal()
    if play.rng.random() < play.odds.parted:
        play.network.part(*play.rng.sample(NODES, 2))


def _break(play: Play, crash: Crash | None, trouble: Trouble | None) -> str:
    """Arm and break what this step has; the node whose clock jumped back, if any."""
    for node in _struck(play, crash):
        node.arm(crash)
    if trouble is not None:
        node = play.nodes[trouble.node]
        play.seen.counts[f"trouble {trouble.kind}"] += 1
        node.disk.trouble = trouble.kind
        if trouble.kind == LOG_BLOCKED:
            node.settle()
            block_log(node.folder, blocked=True)
    if play.rng.random() < play.odds.keys:
        play.seen.counts["keys lost"] += 1
        play.nodes[play.rng.choice(NODES)].keys.lost = True
    if play.rng.random() >= play.odds.clock_back:
        return ""
    name = play.rng.choice(NODES)
    play.seen.counts["clock back"] += 1
    _move(play, name, -BACK_MS)
    return name


def _struck(play: Play, crash: Crash | None) -> list[SimNode]:
    """The nodes a crash waits at."""
    return [node for name, node in play.nodes.items() if crash is not None and crash.node in (name, EVERY_NODE)]


def _move(play: Play, node: str, milliseconds: int) -> None:
    skew = play.nodes[node].around.time.skew
    skew[node] = skew.get(node, 0) + milliseconds


def _mend(play: Play, crash: Crash | None, trouble: Trouble | None, moved: str) -> None:
    for node in _struck(play, crash):
        if crash is not None and crash.point == IDLE and not node.dead:
            node.kill(crash)
        node.arm(None)
    if trouble is not None:
        play.nodes[trouble.node].disk.trouble = ""
        block_log(play.nodes[trouble.node].folder, blocked=False)
    for keys in sim_keys().values():
        keys.lost = False
    if moved:
        _move(play, moved, BACK_MS)


def _pause(play: Play) -> None:
    time = next(iter(play.nodes.values())).around.time
    time.at_ms += play.network.slowest_ms
    time.at_ms += A_DAY_MS if play.rng.random() < 0.03 else play.rng.randrange(LONGEST_PAUSE_MS)
    if play.warden is not None and play.warden.away:
        time.at_ms += play.rng.randrange(LONGEST_AWAY_MS)  # so that the grace ends now and then


def _restart(play: Play, node: SimNode) -> None:
    """Open it again by the normal path, now and then under another crash; what was acknowledged must be there."""
    play.seen.counts["restart"] += 1
    if play.rng.random() < play.odds.crash / 4 and node.dead:
        again = Crash(node.id, play.rng.choice(("people-removed", IDLE)), 1, play.rng.random() < play.odds.power)
        node.stop()
        node.arm(again)
        node.start()
        node.arm(None)
    else:
        node.restart()
    _survived(play, node)


def _survived(play: Play, node: SimNode) -> None:
    log = Log(node.id, node.folder)
    play.seen.findings += check_acknowledged(log, play.seen)
    play.seen.findings += check_checkpoints(log, play.seen.notes.get(node.id, {}), node.keys.log_key())
    play.seen.findings += check_removed(log, play.seen)
    play.seen.findings += check_forward(node.id, node.folder, play.seen)


def _end(play: Play) -> None:
    play.network.heal()
    if play.warden is not None:
        play.warden.away.clear()
    for node in play.nodes.values():
        if node.disk.struck:
            _restart(play, node)
    _calm(play)
    _tell_all(play)
    _works_again(play)
    _bring_all(play)
    play.seen.findings += check_copy({name: node.folder for name, node in play.nodes.items()}, play.seen)
    for node in play.nodes.values():
        node.stop()


def _calm(play: Play) -> None:
    """Every fault is gone, the clocks are set right, and every node is opened once more."""
    play.network.begin(STEPS)
    play.network.odds = CALM
    for node in play.nodes.values():
        node.around.time.skew.clear()
        _restart(play, node)
    _vouch(play)


def _tell_all(play: Play) -> None:
    """Every node hears of the newest version; now and then one that lets everybody in, and now and then all adopt it."""
    if play.signed and play.rng.random() < 0.5:
        for one in newest_signed(play).suspended:
            sign_version(play, LiftSuspension(id=one.id))
        adopt_by_hand(play, play.nodes[play.rng.choice(NODES)], play.signed[-1])
    told = sum(node.tell() for node in play.nodes.values())
    while told:
        told = sum(node.tell() for node in play.nodes.values())
    if play.rng.random() < 0.7:
        for node in play.nodes.values():
            adopt_waiting(node.world, node.folder)


def _bring_all(play: Play) -> None:
    """On a calm day everything that is due for other nodes arrives, however long it was put off."""
    time = next(iter(play.nodes.values())).around.time
    for _ in range(MOST_ROUNDS):
        _vouch(play)
        time.at_ms += AN_HOUR_MS
        pushed = [push_deliveries(node.world) for node in play.nodes.values()]
        fed = [run_feeds(node.world) for node in play.nodes.values()]
        answered = 0
        for node in play.nodes.values():
            ask_open_questions(node.world)
            answered += look_at_standing(node.world)
        if not answered and not any(fed) and not _moves(play, pushed):
            _next_round(play)
            return
    play.seen.findings.append(f"deliveries are still under way after {MOST_ROUNDS} calm hours")


def _moves(play: Play, pushed: list[Pushed]) -> bool:
    """Whether a round brought something, or put off what no suspension keeps."""
    folders = {name: node.folder for name, node in play.nodes.items()}
    waiting = sum(count_waiting(name, folders, play.seen) for name in folders)
    return any(one.arrived for one in pushed) or sum(one.put_off for one in pushed) > waiting


def _next_round(play: Play) -> None:
    """A day later the daily feed has its round, and brings what came in since its last."""
    time = next(iter(play.nodes.values())).around.time
    time.at_ms += A_DAY_MS
    for _ in range(MOST_ROUNDS):
        _vouch(play)
        arrived = [run_feeds(node.world) for node in play.nodes.values()]
        if not any(arrived):
            return


def _works_again(play: Play) -> None:
    """On a calm day two nodes answer each other, and a retry gets the same answer; whoever is cut off is refused."""
    asker, owner = play.rng.sample(play.honest, 2)
    if _is_cut_off(play, asker, owner):
        outcome = ask_about(play, asker, EVERYWHERE, (owner,))
        if any(source.answer is not None and source.answer.items for source in outcome.sources):
            play.seen.findings.append(
                f"{asker} asked {owner} on a calm day and was answered, though one is cut off"
            )
        return
    (source,) = ask_about(play, asker, EVERYWHERE, (owner,)).sources
    asked = next(one for one in reversed(play.seen.left) if not one.asked and is_question(one.raw))
    again = send_again(play, asked.raw)
    if (source.status, source.answer) != (again.status, again.answer) or source.answer is None:
        play.seen.findings.append(f"{asker} asked {owner} on a calm day: {source.status}, then {again.status}")


def _is_cut_off(play: Play, asker: str, owner: str) -> bool:
    """Whether somebody on the way between two agencies is suspended, as either node knows it."""
    brokers = brokers_between(node_of(asker), node_of(owner), play.seen)
    way = (node_of(asker), node_of(owner), *brokers)
    cuts = [cut_off_at(play.nodes[name].folder, play.seen) for name in way]
    return any(is_cut_by(cut, (asker, owner)) or bool(set(brokers) & cut) for cut in cuts)
