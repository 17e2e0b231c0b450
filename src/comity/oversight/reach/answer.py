"""The answer to one reach question: every way, the shortest first, and what would close them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.oversight.reach.cut import Cuts, Cutting
from comity.oversight.reach.hop import Door, Hop
from comity.oversight.reach.lay import Laid, Passes, costs_of, lay_out, without_past
from comity.oversight.reach.ways import USUAL, Limits, minimal_ways

MOST_ALTERNATIVES = 5  # sets that close all ways told beside the first; a person chooses among few


@dataclass(frozen=True, slots=True)
class Step:
    """A hop on a way, and the door it is by there."""

    hop: Hop
    door: Door


@dataclass(frozen=True, slots=True)
class Way:
    """One minimal way: leave out any step, and the others are no way."""

    steps: tuple[Step, ...]

    @property
    def agencies(self) -> tuple[str, ...]:
        """Who has the data on the way, the owner first."""
        return (self.steps[0].hop.giver, *(step.hop.taker for step in self.steps))

    @property
    def door(self) -> Door:
        """The door of the whole way: back if any step is, else side if any is."""
        doors = {step.door for step in self.steps}
        return next((door for door in (Door.BACK, Door.SIDE) if door in doors), Door.FRONT)


@dataclass(frozen=True, slots=True)
class Closing:
    """One smallest set of hops that closes every way; everything in their `closing` must end."""

    hops: tuple[Hop, ...]

    @property
    def ends(self) -> tuple[str, ...]:
        """What must end, each thing once."""
        return tuple(dict.fromkeys(word for hop in self.hops for word in hop.closing))


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Every way data of `owner` can come to the requesters, and what would close them.

    `cut_off` says why there may be more ways, empty when these are all. `cost` is how many authorities must end at the least;
    None where nothing can close it, 0 where nothing need be. `own` is what the owner can end by itself; None where it cannot.
    `past` are ways of which some hop happened already: they are told, and no set closes them.
    """

    owner: str
    requesters: tuple[str, ...]
    ways: tuple[Way, ...]
    cut_off: str
    cost: int | None
    closings: tuple[Closing, ...]
    more_closings: str
    own: Closing | None
    holders: tuple[str, ...]
    laid: Laid

    @property
    def past(self) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if any(step.hop.past for step in way.steps))


def reach(
    hops: Sequence[Hop], owner: str, requesters: frozenset[str], passes: Passes, limits: Limits = USUAL
) -> Reached:
    """Every way and every smallest closing. See `minimal_ways` and `Cutting` for what they cost."""
    laid = lay_out(hops, owner, requesters, passes)
    ways = minimal_ways(laid.network, laid.ends, limits)
    standing = without_past(laid)
    cutting = Cutting(standing.network, standing.ends)
    cuts = cutting.smallest(standing.network.costs, MOST_ALTERNATIVES)
    own = cutting.smallest(costs_of(standing, owner), 1)
    return Reached(
        owner=owner,
        requesters=tuple(sorted(requesters)),
        ways=tuple(way_of(laid, way) for way in ways.found if way),
        cut_off=ways.cut_off,
        cost=cuts.cost,
        closings=_closings(laid, cuts),
        more_closings=cuts.cut_off,
        own=next(iter(_closings(laid, own)), None),
        holders=tuple(dict.fromkeys(laid.agencies[1:])),
        laid=laid,
    )


def way_of(laid: Laid, way: tuple[int, ...]) -> Way:
    """A way of the network as its hops, each with its door."""
    return way_of_hops([laid.hops[number] for number in way])


def way_of_hops(hops: Sequence[Hop]) -> Way:
    """Hops, one after the other, each with its door."""
    return Way(tuple(Step(hop, hop.door(first=place == 0)) for place, hop in enumerate(hops)))


def _closings(laid: Laid, cuts: Cuts) -> tuple[Closing, ...]:
    def ordered(cut: frozenset[int]) -> tuple[Hop, ...]:
        return tuple(laid.hops[number] for number in sorted(cut))

    return tuple(Closing(ordered(cut)) for cut in cuts.sets if cut)
