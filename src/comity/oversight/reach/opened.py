"""What a new hop opens: every agency that an owner's data comes to by a way with the hop on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from comity.oversight.reach.hop import Hop
from comity.oversight.reach.lay import Passes, lay_out

Steps = tuple[Hop, ...]


def opened_by(hops: Sequence[Hop], owner: str, passes: Passes, is_new: Callable[[Hop], bool]) -> dict[str, Steps]:
    """For each agency that data of an owner comes to over a new hop, the shortest way over one: O(hops) after laying out.

    It counts even where the agency was come to before by other ways: a second door is a door.
    """
    laid = lay_out(hops, owner, frozenset(), passes)
    network = laid.network
    came_by: dict[tuple[int, bool], tuple[tuple[int, bool], int]] = {}
    ring = [(0, False)]  # a holding, and whether a new hop was passed on the way to it
    seen = set(ring)
    found: dict[str, Steps] = {}
    while ring:  # ends: each holding is entered twice at the most
        following = []
        for holding, passed in ring:
            for number in network.hops_from(holding):
                place = (network.heads[number], passed or is_new(laid.hops[number]))
                if place in seen:
                    continue
                seen.add(place)
                came_by[place] = ((holding, passed), number)
                following.append(place)
                agency = laid.hops[number].taker
                if place[1] and agency not in found:
                    found[agency] = tuple(laid.hops[one] for one in _back(came_by, place))
        ring = following
    return found


def _back(came_by: dict[tuple[int, bool], tuple[tuple[int, bool], int]], place: tuple[int, bool]) -> list[int]:
    """The hops of the way to a place, first to last."""
    way = []
    while place in came_by:  # ends: each place was come to from one nearer to the owner
        place, number = came_by[place]
        way.append(number)
    return way[::-1]
