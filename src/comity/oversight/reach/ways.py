"""Ways through a network: the shortest, and all minimal ones, shortest first, as far as the limits go.

A way is minimal when it needs every one of its hops: leave one out, and the others are no way. (In a network where each hop
may be made from one holding these are the ways that pass no holding twice.)
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

from comity.oversight.reach.network import Ends, Network, distances_to

MOST_WAYS = 10_000  # nobody reads more; each costs a search of its own
LONGEST_WAY = (
    12  # hops: no route of more agencies was ever reported, and past it a way passes some agency by itself
)
MOST_LOOKS = 20_000_000  # hops looked at: some ten seconds of one processor, whatever was asked

Way = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many ways are wanted, how many hops one may have, and how many hops may be looked at for all of them."""

    ways: int = 100
    hops: int = LONGEST_WAY
    looks: int = MOST_LOOKS


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Ways:
    """The minimal ways, shortest first. `cut_off` says why there may be more; empty when these are all."""

    found: tuple[Way, ...]
    cut_off: str = ""


def minimal_ways(network: Network, ends: Ends, limits: Limits = USUAL) -> Ways:
    """All minimal ways from start to a goal, by number of hops, then by the numbers of their hops.

    Each further way is found by one search for each hop of the one before (Lawler's partition of what is left), so the whole
    costs O(ways * hops of a way * hops of the network), and the first ways come first. Where the start is itself a goal there
    is one way, of no hops.
    """
    if ends.start in ends.goals:
        return Ways(((),))
    return _Search(network, ends, limits).run()


class _Search:
    """What is left of one enumeration: a heap of shortest ways, each of a part of all ways that no other shares."""

    def __init__(self, network: Network, ends: Ends, limits: Limits) -> None:
        self._network, self._ends, self._limits = network, ends, limits
        self._ahead = distances_to(network, ends.goals)
        self._looked, self._too_long = 0, False

    def run(self) -> Ways:
        found: list[Way] = []
        waiting: list[tuple[int, Way, int, frozenset[int]]] = []
        self._push(waiting, (), 0, frozenset())
        while waiting:  # ends: each part of all ways is taken once, and the limits end it before that
            _, way, kept, barred = heappop(waiting)
            if self._is_minimal(way):
                if len(found) == self._limits.ways:
                    return Ways(tuple(found), f"there are more than the {self._limits.ways} that were asked for")
                found.append(way)
            for place in range(kept, len(way)):
                others = barred if place == kept else frozenset()
                self._push(waiting, way[:place], place, others | {way[place]})
            if self._looked > self._limits.looks:
                return Ways(
                    tuple(found),
                    f"the search ended after {self._limits.looks} hops were looked at; there may be more",
                )
        return Ways(tuple(found), self._longer())

    def _longer(self) -> str:
        return f"ways of more than {self._limits.hops} hops were not looked for" if self._too_long else ""

    def _push(
        self, waiting: list[tuple[int, Way, int, frozenset[int]]], prefix: Way, kept: int, barred: frozenset[int]
    ) -> None:
        """The shortest way that begins with `prefix` and goes on by no hop of `barred`."""
        passed = {self._ends.start, *(self._network.heads[hop] for hop in prefix)}
        here = self._network.heads[prefix[-1]] if prefix else self._ends.start
        rest = self._completion(here, passed, barred, self._limits.hops - len(prefix))
        if rest is not None:
            way = (*prefix, *rest)
            heappush(waiting, (len(way), way, kept, barred))

    def _completion(self, here: int, passed: set[int], barred: frozenset[int], most: int) -> Way | None:
        """The fewest hops from here to a goal past no holding of `passed`; holdings nearest to a goal are tried first."""
        heads, ahead = self._network.heads, self._ahead
        came_by: dict[int, tuple[int, int, int]] = {}  # the holding before, the hop, how many hops from here
        settled: set[int] = set()
        waiting = [(ahead[here], 0, here)] if ahead[here] >= 0 else []
        while waiting:  # ends: a holding is settled once
            _, gone, holding = heappop(waiting)
            if holding in settled:
                continue
            settled.add(holding)
            if holding in self._ends.goals:
                return _walked(came_by, here, holding)
            for hop in self._network.hops_from(holding):
                self._looked += 1
                head = heads[hop]
                if ahead[head] < 0 or head in passed or head in settled or (holding == here and hop in barred):
                    continue
                if gone + 1 + ahead[head] > most:
                    self._too_long = True
                elif head not in came_by or gone + 1 < came_by[head][2]:
                    came_by[head] = (holding, hop, gone + 1)
                    heappush(waiting, (gone + 1 + ahead[head], gone + 1, head))
        return None

    def _is_minimal(self, way: Way) -> bool:
        """Whether no hop could have been made from an earlier holding of the way."""
        earlier: list[int] = []
        here = self._ends.start
        for hop in way:
            if any(self._network.may_make(holding, hop) for holding in earlier):
                return False
            earlier.append(here)
            here = self._network.heads[hop]
        return True


def _walked(came_by: dict[int, tuple[int, int, int]], start: int, end: int) -> Way:
    """The hops from start to end, as they were come by."""
    way: list[int] = []
    while end != start:  # ends: every step goes back one hop
        end, hop, _ = came_by[end]
        way.append(hop)
    return tuple(reversed(way))
