"""By which door others come to an agency's data: each agency once, by the nearest door it has, and whom it has it from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.oversight.reach.hop import Door, Hop
from comity.oversight.reach.lay import Laid, Passes, lay_out
from comity.oversight.reach.network import distances_from

ORDER = (Door.FRONT, Door.SIDE, Door.BACK)


@dataclass(frozen=True, slots=True)
class Comer:
    """Who comes to the data, by which door: `hops` are the last steps to it, `givers` whom it has it from but the owner."""

    agency: str
    door: Door
    hops: tuple[Hop, ...]
    givers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doors:
    """Everybody who comes to an owner's data directly or from somebody it gave to, each once, by its nearest door.

    `in_the_end` are how many come to it by any number of steps: if all passed on what they may.
    """

    owner: str
    comers: tuple[Comer, ...]
    in_the_end: int

    def by(self, door: Door) -> tuple[Comer, ...]:
        """Those of one door."""
        return tuple(one for one in self.comers if one.door is door)


def doors_of(hops: Sequence[Hop], owner: str, passes: Passes) -> Doors:
    """The doors to an owner's data: its own hops, then one step further. O(hops), beside what `passes` costs."""
    laid = lay_out(hops, owner, frozenset(), passes)
    found: dict[str, Comer] = {}
    _add(found, ((hop, hop.door(first=True), "") for hop in _hops_from(laid, 0)), frozenset({owner}))
    direct = frozenset(found) | {owner}
    _add(found, _second(laid), direct)
    distances = distances_from(laid.network, 0)
    reached = {laid.agencies[place] for place, far in enumerate(distances) if far > 0}
    comers = sorted(found.values(), key=lambda one: (ORDER.index(one.door), one.agency))
    return Doors(owner, tuple(comers), len(reached - {owner}))


def _hops_from(laid: Laid, holding: int) -> Iterable[Hop]:
    return (laid.hops[number] for number in _from(laid, holding))


def _from(laid: Laid, holding: int) -> Iterable[int]:
    """The hops that may be made from a holding, each once."""
    return dict.fromkeys(laid.network.hops_from(holding))


def _second(laid: Laid) -> Iterable[tuple[Hop, Door, str]]:
    """Every step after a first one, with the door of the two together."""
    for first in _from(laid, 0):
        door = laid.hops[first].door(first=True)
        for second in _from(laid, laid.network.heads[first]):
            hop = laid.hops[second]
            both = {door, hop.door(first=False)}
            yield hop, Door.BACK if Door.BACK in both else Door.SIDE, hop.giver


def _add(found: dict[str, Comer], steps: Iterable[tuple[Hop, Door, str]], known: frozenset[str]) -> None:
    """Add steps that lead to somebody who is not known yet: by the nearest door, with every hop of that door."""
    for hop, door, giver in steps:
        if hop.taker in known:
            continue
        one = found.get(hop.taker)
        if one is None or ORDER.index(door) < ORDER.index(one.door):
            found[hop.taker] = Comer(hop.taker, door, (hop,), (giver,) if giver else ())
        elif door is one.door and hop not in one.hops:
            givers = tuple(dict.fromkeys((*one.givers, *((giver,) if giver else ()))))
            found[hop.taker] = Comer(hop.taker, door, (*one.hops, hop), givers)
