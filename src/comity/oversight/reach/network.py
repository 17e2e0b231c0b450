"""The network that ways are looked for in: numbers only, so that it is quick and nothing of law or names is in it.

A *holding* is data in somebody's hands as they came by it: what an agency may do with it can turn on whom it had it from, so
one agency may have several holdings. A *hop* leads to one holding, and may be made from one or more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from comity.errors import NounError

MOST_HOPS = 2_000_000  # the largest list known names 34,000 edges; a hop takes some 200 bytes here
NEVER = 0  # the cost of a hop that nothing can close


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """`heads[h]` is the holding that hop `h` leads to, `after[x]` the hops that may be made from holding `x`.

    `costs[h]` is how many authorities must end before hop `h` is closed; NEVER where nothing closes it. `tails[h]` are the
    holdings a hop may be made from. Raises NounError for numbers that name nothing.
    """

    heads: tuple[int, ...]
    after: tuple[tuple[int, ...], ...]
    costs: tuple[int, ...]
    tails: tuple[tuple[int, ...], ...] = field(init=False)

    def __post_init__(self) -> None:
        if len(self.heads) > MOST_HOPS:
            raise NounError(f"the network has more than {MOST_HOPS} hops; ask about one class or state at a time")
        if len(self.costs) != len(self.heads) or any(cost < NEVER for cost in self.costs):
            raise NounError("every hop has one cost, no less than nought")
        if any(not 0 <= head < len(self.after) for head in self.heads):
            raise NounError("a hop leads to a holding that the network does not have")
        tails: list[list[int]] = [[] for _ in self.heads]
        for holding, hops in enumerate(self.after):
            for hop in hops:
                if not 0 <= hop < len(self.heads):
                    raise NounError(f"holding {holding} has a hop that the network does not have")
                tails[hop].append(holding)
        object.__setattr__(self, "tails", tuple(map(tuple, tails)))

    @property
    def incoming(self) -> list[list[int]]:
        """The hops that lead to each holding; made anew, O(hops)."""
        found: list[list[int]] = [[] for _ in self.after]
        for hop, head in enumerate(self.heads):
            found[head].append(hop)
        return found


@dataclass(frozen=True, slots=True)
class Ends:
    """From which holding to which: a way begins at `start` and ends at the first of `goals` it comes to."""

    start: int
    goals: frozenset[int]


def distances_to(network: Network, goals: frozenset[int]) -> list[int]:
    """For each holding the fewest hops to a goal, -1 where none is reached. Backwards, breadth first: O(hops)."""
    incoming = network.incoming
    found = [-1] * len(network.after)
    for goal in goals:
        found[goal] = 0
    ring = sorted(goals)
    while ring:  # ends: a holding is entered once
        following = []
        for holding in ring:
            for hop in incoming[holding]:
                for tail in network.tails[hop]:
                    if found[tail] < 0:
                        found[tail] = found[holding] + 1
                        following.append(tail)
        ring = following
    return found


def distances_from(network: Network, start: int, ends: frozenset[int] = frozenset()) -> list[int]:
    """For each holding the fewest hops from `start`, -1 where none leads there; nothing goes on from `ends`. O(hops)."""
    found = [-1] * len(network.after)
    found[start] = 0
    ring = [start]
    while ring:  # ends: a holding is entered once
        following = []
        for holding in ring:
            if holding in ends:
                continue
            for hop in network.after[holding]:
                head = network.heads[hop]
                if found[head] < 0:
                    found[head] = found[holding] + 1
                    following.append(head)
        ring = following
    return found
