"""Faults as numbers: how likely each is in one seed, and what is drawn to go wrong during one verb.

Some seeds are calm and some vicious: the odds themselves are drawn, so that a run of many seeds meets rare faults alone
and all faults at once. Which fault strikes follows from seed, verb and place, never from the order of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from comity.store.writer import CRASH_POINTS

TORN = "torn"  # the power fails while a commit is written: what is behind the last durable commit may be cut or garbled
IDLE = "idle"  # between two verbs
AROUND_ENTRY = ("before-entry", "after-entry")  # between two steps of a verb
KILL_POINTS = (*CRASH_POINTS, *AROUND_ENTRY, TORN, IDLE)
EVERY_NODE = "*"

FRESH_MS = 120_000  # what two clocks may lie apart (a second spelling of `exchange/messages/wire.py`, on purpose)
PASSAGES = (1, 1, 1, 2, 3)  # of a crash point in one verb: an ask passes each twice at its own node


@dataclass(frozen=True, slots=True)
class Odds:
    """Probabilities from 0 to 1; `skew_ms` is how far a clock may lie off."""

    lost_before: float
    lost_after: float
    late: float
    doubled: float
    altered: float
    parted: float
    healed: float
    crash: float
    power: float
    disk: float
    keys: float
    clock_back: float
    attack: float
    forge: float
    skew_ms: int


@dataclass(frozen=True, slots=True)
class Crash:
    """A node stops at a passage of a crash point, or each that passes it does.

    `power` says that what was not synced may be lost.
    """

    node: str
    point: str
    passage: int
    power: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one node for one verb: `kind` is of `TROUBLES`."""

    node: str
    kind: str


CALM = Odds(
    lost_before=0,
    lost_after=0,
    late=0,
    doubled=0,
    altered=0,
    parted=0,
    healed=1,
    crash=0,
    power=0,
    disk=0,
    keys=0,
    clock_back=0,
    attack=0,
    forge=0,
    skew_ms=0,
)
LOG_BLOCKED = "log-blocked"
TROUBLES = ("commit-fails", "commit-unknown", "disk-full", LOG_BLOCKED)


def draw_odds(rng: Random) -> Odds:
    """The odds of one seed: calm, middling or vicious as a whole, and each fault likelier or rarer by itself."""
    fury = rng.choice((0.0, 0.3, 1.0, 1.0, 2.5))

    def chance(usual: float, most: float = 0.9) -> float:
        return min(most, usual * fury * rng.choice((0.0, 0.5, 1.0, 2.0)))

    return Odds(
        lost_before=chance(0.08),
        lost_after=chance(0.08),
        late=chance(0.1),
        doubled=chance(0.1),
        altered=chance(0.04),
        parted=chance(0.08),
        healed=rng.uniform(0.2, 0.8),
        crash=chance(0.5),
        power=rng.choice((0.0, 0.5, 1.0)),
        disk=chance(0.06),
        keys=chance(0.03),
        clock_back=chance(0.03),
        attack=rng.choice((0.0, 0.5, 1.0)) if fury else 0.0,
        forge=rng.choice((0.0, 0.5, 1.0)) if fury else 0.0,
        skew_ms=rng.choice((0, 1_000, FRESH_MS // 2, FRESH_MS, 4 * FRESH_MS)) if fury else 0,
    )


def draw_crash(rng: Random, odds: Odds, nodes: tuple[str, ...], further: tuple[str, ...]) -> Crash | None:
    """The crash to wait for during one verb, if any; it strikes only where the point is passed so often.

    `further` are crash points that this verb passes beside those of every write.
    """
    if rng.random() >= odds.crash:
        return None
    points = further if further and rng.random() < 0.5 else KILL_POINTS
    point = rng.choice(points)
    node = EVERY_NODE if rng.random() < 0.5 and point != IDLE else rng.choice(nodes)
    return Crash(node, point, rng.choice(PASSAGES), rng.random() < odds.power)


def draw_trouble(rng: Random, odds: Odds, nodes: tuple[str, ...]) -> Trouble | None:
    """The trouble with one disk during one verb, if any."""
    return Trouble(rng.choice(nodes), rng.choice(TROUBLES)) if rng.random() < odds.disk else None
