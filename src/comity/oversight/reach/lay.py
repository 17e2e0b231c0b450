"""Laying hops out as a network of holdings, for the data of one owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from comity.oversight.reach.hop import Hop, Known
from comity.oversight.reach.network import NEVER, Ends, Network


@dataclass(frozen=True, slots=True)
class Passing:
    """A hop as it would be made: by whom it was `had_from` before, empty where it is the giver's own or came outside."""

    had_from: str
    hop: Hop


Passes = Callable[[Passing], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A network and what its numbers are: `hops[h]` of the network is a hop, `agencies[x]` whose holding `x` is."""

    network: Network
    ends: Ends
    hops: tuple[Hop, ...]
    agencies: tuple[str, ...]


def lay_out(hops: Sequence[Hop], owner: str, requesters: frozenset[str], passes: Passes) -> Laid:
    """The holdings data of an owner can come to, from hops that `passes` lets be made; nothing goes on from a requester.

    What an agency has from two givers is one holding where the same may be done with it: ways, and what closes them, are the
    same. Each hop that law decides is tried once for each agency its giver has data from; `passes` is asked of no other.
    """
    laying = _Laying(hops, owner, requesters, passes)
    laying.enter(owner, laying.open_to(owner, ""))
    while len(laying.after) < len(laying.holdings):  # ends: a holding is entered once
        laying.go_on()
    kept = tuple(hops[number] for number in laying.numbers)
    costs = tuple(len(hop.closing) for hop in kept)
    network = Network(tuple(laying.heads), tuple(laying.after), tuple(laying.bundles), costs)
    agencies = tuple(agency for agency, _ in laying.holdings)
    goals = frozenset(x for x, agency in enumerate(agencies) if agency in requesters)
    return Laid(network, Ends(0, goals), kept, agencies)


Open = tuple[tuple[int, ...], ...]
"""Bundles of hops that may be made, by the places hops have among those that were given."""


class _Laying:
    """One network as far as it is laid: holdings are entered when a hop leads to them, and gone on from in that order."""

    def __init__(self, hops: Sequence[Hop], owner: str, requesters: frozenset[str], passes: Passes) -> None:
        self._hops, self._requesters, self._passes = hops, requesters, passes
        self._by_law: dict[str, list[int]] = {}
        self._others: dict[str, list[int]] = {}
        for place, hop in enumerate(hops):
            if hop.taker != owner:
                kind = self._by_law if hop.known is Known.LAW else self._others
                kind.setdefault(hop.giver, []).append(place)
        self._entered: dict[tuple[str, str], int] = {}  # by who has it, and from whom where law goes with it
        self._bundled: dict[tuple[int, ...], int] = {}
        self.holdings: dict[tuple[str, Open], int] = {}
        self._waiting: list[Open] = []
        self.numbers: dict[int, int] = {}  # of hops in the network, by their places
        self.heads: list[int] = []
        self.bundles: list[tuple[int, ...]] = []
        self.after: list[tuple[int, ...]] = []

    def open_to(self, agency: str, had_from: str) -> Open:
        """What an agency may do with what it had from another, or (empty) with its own and what no law goes with."""
        passes, hops = self._passes, self._hops
        by_law = tuple(one for one in self._by_law.get(agency, ()) if passes(Passing(had_from, hops[one])))
        return tuple(bundle for bundle in (by_law, tuple(self._others.get(agency, ()))) if bundle)

    def enter(self, agency: str, opens: Open) -> int:
        """The holding of an agency with which it may do this."""
        if (agency, opens) not in self.holdings:
            self.holdings[agency, opens] = len(self.holdings)
            self._waiting.append(opens)
        return self.holdings[agency, opens]

    def go_on(self) -> None:
        """Make every hop from the first holding that none was made from yet."""
        self.after.append(tuple(self._bundle(places) for places in self._waiting[len(self.after)]))

    def _bundle(self, places: tuple[int, ...]) -> int:
        if places not in self._bundled:
            self._bundled[places] = len(self.bundles)
            self.bundles.append(tuple(map(self._made, places)))
        return self._bundled[places]

    def _made(self, place: int) -> int:
        """The number of a hop in the network, which is made if it was not yet."""
        if place not in self.numbers:
            self.numbers[place] = len(self.heads)
            self.heads.append(self._lead_to(self._hops[place]))
        return self.numbers[place]

    def _lead_to(self, hop: Hop) -> int:
        if hop.ends or hop.taker in self._requesters:
            return self.enter(hop.taker, ())
        key = (hop.taker, hop.giver if hop.known is Known.LAW else "")
        if key not in self._entered:
            self._entered[key] = self.enter(hop.taker, self.open_to(*key))
        return self._entered[key]


def without_past(laid: Laid) -> Laid:
    """The same without hops that happened already, which nothing closes any more."""
    if not any(hop.past for hop in laid.hops):
        return laid
    network = laid.network
    bundles = tuple(tuple(hop for hop in hops if not laid.hops[hop].past) for hops in network.bundles)
    return replace(laid, network=Network(network.heads, network.after, bundles, network.costs))


def costs_of(laid: Laid, giver: str) -> tuple[int, ...]:
    """What hops cost where one agency is to close the ways alone: those of others cannot be closed."""
    return tuple(
        cost if hop.giver == giver else NEVER for hop, cost in zip(laid.hops, laid.network.costs, strict=True)
    )
