"""The network that ways are looked for in: numbers only, so that it is quick and nothing of law or names is in it.

A *holding* is data in somebody's hands as they came by it: what an agency may do with it can turn on whom it had it from, so
one agency may have several holdings. A *hop* leads to one holding. A *bundle* is hops that are open together: a holding has
bundles, and a hop may be made from every holding that has one with it. Agencies have few bundles and many holdings, so that
hops need not be written down for each of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from comity.errors import NounError

MOST_HOPS = 2_000_000  # the largest list known names 34,000 edges; a hop takes some 200 bytes here
NEVER = 0  # the cost of a hop that nothing can close
Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """`heads[h]` is the holding that hop `h` leads to, `bundles[b]` hops that are open together, `after[x]` the bundles that
    holding `x` has.

    `costs[h]` is how many authorities must end before hop `h` is closed; NEVER where nothing closes it. `within[h]` are the
    bundles with a hop, `having[b]` the holdings with a bundle, `incoming[x]` the hops that lead to a holding. Raises
    NounError for numbers that name nothing.
    """

    heads: Numbers
    after: tuple[Numbers, ...]
    bundles: tuple[Numbers, ...]
    costs: Numbers
    within: tuple[Sequence[int], ...] = field(init=False)
    having: tuple[Sequence[int], ...] = field(init=False)
    incoming: tuple[Sequence[int], ...] = field(init=False)

    def __post_init__(self) -> None:
        if len(self.heads) > MOST_HOPS:
            raise NounError(f"the network has more than {MOST_HOPS} hops; ask about one class or state at a time")
        if len(self.costs) != len(self.heads) or any(cost < NEVER for cost in self.costs):
            raise NounError("every hop has one cost, no less than nought")
        object.__setattr__(self, "within", _turned(self.bundles, len(self.heads)))
        object.__setattr__(self, "having", _turned(self.after, len(self.bundles)))
        object.__setattr__(self, "incoming", _turned(zip(self.heads, strict=True), len(self.after)))

    def hops_from(self, holding: int) -> Iterator[int]:
        """The hops that may be made from a holding; one that is in two of its bundles comes twice."""
        for bundle in self.after[holding]:
            yield from self.bundles[bundle]

    def may_make(self, holding: int, hop: int) -> bool:
        """Whether a hop may be made from a holding."""
        return not set(self.after[holding]).isdisjoint(self.within[hop])


def _turned(lists: Iterable[Numbers], most: int) -> tuple[Sequence[int], ...]:
    """For each number below `most` which of the lists have it. Raises NounError for a number beyond."""
    found: list[list[int]] = [[] for _ in range(most)]
    for place, numbers in enumerate(lists):
        for number in numbers:
            if not 0 <= number < most:
                raise NounError("the network names a hop, bundle or holding that it does not have")
            found[number].append(place)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Ends:
    """From which holding to which: a way begins at `start` and ends at the first of `goals` it comes to."""

    start: int
    goals: frozenset[int]


def distances_to(network: Network, goals: frozenset[int]) -> list[int]:
    """For each holding the fewest hops to a goal, -1 where none is reached. Backwards, breadth first: O(size)."""
    found = [-1] * len(network.after)
    passed = bytearray(len(network.bundles))
    for goal in goals:
        found[goal] = 0
    ring = sorted(goals)
    while ring:  # ends: a holding is entered once
        following = []
        for holding in ring:
            for hop in network.incoming[holding]:
                for bundle in network.within[hop]:
                    if passed[bundle]:
                        continue
                    passed[bundle] = 1
                    for tail in network.having[bundle]:
                        if found[tail] < 0:
                            found[tail] = found[holding] + 1
                            following.append(tail)
        ring = following
    return found


def distances_from(network: Network, start: int, ends: frozenset[int] = frozenset()) -> list[int]:
    """For each holding the fewest hops from `start`, -1 where none leads there; nothing goes on from `ends`. O(size)."""
    found = [-1] * len(network.after)
    passed = bytearray(len(network.bundles))
    found[start] = 0
    ring = [start]
    while ring:  # ends: a holding is entered once
        following = []
        for holding in ring:
            for bundle in network.after[holding] if holding not in ends else ():
                if passed[bundle]:
                    continue
                passed[bundle] = 1
                for hop in network.bundles[bundle]:
                    head = network.heads[hop]
                    if found[head] < 0:
                        found[head] = found[holding] + 1
                        following.append(head)
        ring = following
    return found
