"""What would close every way: smallest sets of hops, exactly, by maximum flow.

As many ways as share no hop, so many hops must be closed at the least; and so many suffice (Menger; Ford and Fulkerson).
Hops that rest on several authorities count that often. The flow is Dinic's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.oversight.reach.network import NEVER, Ends, Network, distances_from, distances_to

MOST_CUTS = 1_000  # alternatives; who needs more asks for one hop to be kept
MOST_TOUCHED = 250_000  # arcs looked at for alternatives, under a second: several sides may make one cut
MORE = "there may be other sets as small as these"
UNBOUNDED = 1 << 60  # more than the costs of any network add up to


@dataclass(frozen=True, slots=True)
class Cuts:
    """Every smallest set of hops that closes all ways, as far as `cut_off` is empty; that nearest to the start first.

    `cost` is how many authorities end with each of them. Without `sets` and with `cost` None nothing closes the way; with
    cost 0 there is no way to close.
    """

    cost: int | None
    sets: tuple[frozenset[int], ...]
    cut_off: str = ""


def smallest_cuts(network: Network, ends: Ends, most: int = 20) -> Cuts:
    """The smallest cuts between start and goals. The first costs O(hops * sqrt(hops)) where every hop costs one.

    Alternatives are the closed sides of what the flow left over (Picard and Queyranne), each found in O(hops).
    """
    return Cutting(network, ends).smallest(network.costs, most)


class Cutting:
    """What lies on some way, laid once and cut at several costs.

    A hop is one arc; a bundle that several holdings have, and a hop that several bundles have, is a vertex before it. Arc `a`
    and its reverse `a ^ 1` share what is left: `left[a]` is how much more may flow by `a`.
    """

    def __init__(self, network: Network, ends: Ends) -> None:
        self._targets: list[int] = []
        self._arcs: list[list[int]] = []
        self._hop_of: dict[int, int] = {}
        self._left: list[int] = []
        self._touched, self._whole = 0, ends.start in ends.goals
        ahead = distances_to(network, ends.goals)
        behind = distances_from(network, ends.start, ends.goals)
        place = {
            holding: self._vertex()
            for holding in range(len(network.after))
            if ahead[holding] >= 0 and behind[holding] >= 0 and holding not in ends.goals
        }
        self._source = place[ends.start] if ends.start in place else self._vertex()
        self._sink = self._vertex()
        tails = [self._joined([place[one] for one in having if one in place]) for having in network.having]
        place |= dict.fromkeys(ends.goals, self._sink)
        for hop, head in enumerate(network.heads):
            if head in place:
                tail = self._joined([tails[one] for one in network.within[hop] if tails[one] >= 0])
                if tail >= 0:
                    self._hop_of[self._arc(tail, place[head])] = hop

    def smallest(self, costs: Sequence[int], most: int) -> Cuts:
        """The smallest cuts where hops cost this. See `smallest_cuts`."""
        if self._whole:
            return Cuts(None, ())
        self._touched, self._left = 0, [UNBOUNDED, 0] * (len(self._targets) // 2)
        for arc, hop in self._hop_of.items():
            if costs[hop] != NEVER:
                self._left[arc] = costs[hop]
        value = self._fill()
        if value >= UNBOUNDED:
            return Cuts(None, ())
        if value == 0:
            return Cuts(0, (frozenset(),))
        sets, cut_off = self._cuts(most)
        return Cuts(value, sets, cut_off)

    def _vertex(self) -> int:
        self._arcs.append([])
        return len(self._arcs) - 1

    def _joined(self, tails: list[int]) -> int:
        """The vertex that is come to from any of these without end: itself where it is one; -1 for none."""
        if len(tails) < 2:
            return tails[0] if tails else -1
        gate = self._vertex()
        for tail in tails:
            self._arc(tail, gate)
        return gate

    def _arc(self, tail: int, head: int) -> int:
        arc = len(self._targets)
        self._targets += (head, tail)
        self._arcs[tail].append(arc)
        self._arcs[head].append(arc + 1)
        return arc

    def _fill(self) -> int:
        """As much flow as there is room for; UNBOUNDED or more where some way has no end."""
        value = 0
        while value < UNBOUNDED:  # ends: the way to the sink is longer with each layering
            levels = self._levels()
            if levels[self._source] < 0:
                return value
            nexts = [0] * len(self._arcs)
            while pushed := self._push(levels, nexts):  # ends: each fills an arc of this layering
                value += pushed
                if value >= UNBOUNDED:
                    break
        return value

    def _levels(self) -> list[int]:
        """How many arcs it still is to the sink, as far as the source is; -1 beyond. From there, every step leads nearer."""
        targets, left, arcs = self._targets, self._left, self._arcs
        levels = [-1] * len(arcs)
        levels[self._sink] = level = 0
        ring = [self._sink]
        while ring and levels[self._source] < 0:  # ends: a vertex has one level
            following, level = [], level + 1
            for vertex in ring:
                for arc in arcs[vertex]:
                    target = targets[arc]
                    if levels[target] < 0 and left[arc ^ 1]:
                        levels[target] = level
                        following.append(target)
            ring = following
        return levels

    def _push(self, levels: list[int], nexts: list[int]) -> int:
        """Send flow along one way of the layering; 0 where none is left. `nexts` remembers arcs that lead nowhere."""
        path: list[int] = []
        vertex = self._source
        while vertex != self._sink:  # ends: each step takes an arc or gives one up for good
            arcs = self._arcs[vertex]
            while nexts[vertex] < len(arcs) and not self._may(arcs[nexts[vertex]], levels[vertex] - 1, levels):
                nexts[vertex] += 1
            if nexts[vertex] < len(arcs):
                path.append(arcs[nexts[vertex]])
                vertex = self._targets[path[-1]]
            elif path:
                vertex = self._targets[path.pop() ^ 1]
                nexts[vertex] += 1
            else:
                return 0
        pushed = min(self._left[arc] for arc in path)
        for arc in path:
            self._left[arc] -= pushed
            self._left[arc ^ 1] += pushed
        return pushed

    def _may(self, arc: int, level: int, levels: list[int]) -> bool:
        return self._left[arc] > 0 and levels[self._targets[arc]] == level

    def _cuts(self, most: int) -> tuple[tuple[frozenset[int], ...], str]:
        """The hops that leave each closed side, and why there may be more. Each side holds the source, never the sink."""
        outward, inward = self._spread(self._source, 0), self._spread(self._sink, 1)
        found: dict[frozenset[int], None] = {self._leaving(outward): None, self._leaving_all_but(inward): None}
        waiting = [(outward, inward)]
        while waiting:  # ends: each step settles a vertex more, and MOST_TOUCHED ends it before that
            side, other = waiting.pop()
            if len(found) > most or self._touched > MOST_TOUCHED:
                return tuple(found)[:most], MORE
            open_vertex = self._undecided(side, other)
            if open_vertex is None:
                found.setdefault(self._leaving(side))
                continue
            waiting.append((side, other | self._spread(open_vertex, 1, other)))
            waiting.append((side | self._spread(open_vertex, 0, side), other))
        return (tuple(found), "") if len(found) <= most else (tuple(found)[:most], MORE)

    def _undecided(self, side: frozenset[int], other: frozenset[int]) -> int | None:
        """A vertex in neither set, at the end of an arc that leaves the side: only there cuts differ."""
        heads = {self._targets[arc] for vertex in side for arc in self._arcs[vertex] if not arc & 1}
        self._touched += 2 * sum(len(self._arcs[vertex]) for vertex in side)
        return min(heads - side - other, default=None)

    def _spread(self, start: int, back: int, known: frozenset[int] = frozenset()) -> frozenset[int]:
        """What must be on the side of a vertex: all that flow could still go to, or (back) still come from."""
        found, ring = {start}, [start]
        while ring:  # ends: a vertex is entered once
            vertex = ring.pop()
            self._touched += len(self._arcs[vertex])
            for arc in self._arcs[vertex]:
                target = self._targets[arc]
                if self._left[arc ^ back] and target not in found and target not in known:
                    found.add(target)
                    ring.append(target)
        return frozenset(found)

    def _leaving(self, side: frozenset[int]) -> frozenset[int]:
        return frozenset(
            self._hop_of[arc]
            for vertex in side
            for arc in self._arcs[vertex]
            if arc in self._hop_of and self._targets[arc] not in side
        )

    def _leaving_all_but(self, other: frozenset[int]) -> frozenset[int]:
        return self._leaving(frozenset(range(len(self._arcs))) - other)
