"""Laying hops out as a network of holdings, for the data of one owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comity.oversight.reach.hop import Hop, Known
from comity.oversight.reach.network import NEVER, Ends, Network

Holding = tuple[str, str]
"""Who holds it, and from whom under whose law; empty where no law of a giver goes with it."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A hop as it would be made: by whom it was `had_from` before, empty where it is the giver's own or came outside."""

    had_from: str
    hop: Hop


Passes = Callable[[Passing], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A network and what its numbers are: `hops[h]` of the network is a hop, `holdings[x]` a holding."""

    network: Network
    ends: Ends
    hops: tuple[Hop, ...]
    holdings: tuple[Holding, ...]


def lay_out(hops: Sequence[Hop], owner: str, requesters: frozenset[str], passes: Passes) -> Laid:
    """The holdings data of an owner can come to, from hops that `passes` lets be made; nothing goes on from a requester.

    Each hop is tried once for each holding it can be made from: O(hops) where no law goes with the data, O(hops * givers of
    their givers) at the most. `passes` is asked only about hops that law decides.
    """
    from_giver: dict[str, list[int]] = {}
    for number, hop in enumerate(hops):
        if hop.taker != owner:
            from_giver.setdefault(hop.giver, []).append(number)
    place: dict[tuple[str, str, int], int] = {(owner, "", -1): 0}
    keys: list[tuple[str, str, int]] = [(owner, "", -1)]
    after: list[tuple[int, ...]] = []
    used: dict[int, int] = {}
    heads: list[int] = []
    while len(after) < len(keys):  # ends: a holding is entered once
        agency, had_from, ended = keys[len(after)]
        made = []
        goes_on = ended < 0 and (agency not in requesters or not after)
        for number in from_giver.get(agency, ()) if goes_on else ():
            hop = hops[number]
            if hop.known is Known.LAW and not passes(Passing(had_from, hop)):
                continue
            if number not in used:
                key = (hop.taker, hop.giver if hop.known is Known.LAW else "", number if hop.ends else -1)
                if key not in place:
                    place[key] = len(keys)
                    keys.append(key)
                used[number] = len(heads)
                heads.append(place[key])
            made.append(used[number])
        after.append(tuple(made))
    kept = tuple(hops[number] for number in used)
    costs = tuple(len(hop.closing) for hop in kept)
    goals = frozenset(x for x, (agency, _, _) in enumerate(keys) if agency in requesters)
    network = Network(heads=tuple(heads), after=tuple(after), costs=costs)
    return Laid(network, Ends(0, goals), kept, tuple((agency, had_from) for agency, had_from, _ in keys))


def only(laid: Laid, *, giver: str = "") -> Laid:
    """The same without what is past, which nothing closes any more; with `giver`, only its hops can be closed."""
    standing = [not hop.past for hop in laid.hops]
    after = tuple(tuple(hop for hop in hops if standing[hop]) for hops in laid.network.after)
    costs = tuple(
        NEVER if giver and hop.giver != giver else cost
        for hop, cost in zip(laid.hops, laid.network.costs, strict=True)
    )
    network = Network(heads=laid.network.heads, after=after, costs=costs)
    return Laid(network, laid.ends, laid.hops, laid.holdings)
