"""A map as it is shown: what of it is looked at, whose eyes it is for, and who its parties are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from comity.oversight.map.flow_map import FlowMap, Read, map_of
from comity.oversight.map.month import Month
from comity.oversight.map.places import NO_CODES, CountyCodes
from comity.oversight.map.rolled import Filter, Roll
from comity.oversight.map.row import Key
from comity.oversight.reach.hop import Ruling, Says
from comity.oversight.reach.party import Party

USUAL_ROLLS = (Roll.STATE, Roll.PURPOSE, Roll.CLASS, Roll.DOOR)


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What only an agency's desk and auditor see beside the map: whose they are, and what law says of its lines."""

    agency: str
    rulings: Mapping[Key, Ruling] = field(default_factory=dict)

    @property
    def forbidden(self) -> int:
        """Lines that do not appear to follow the law of the giver's state."""
        return sum(1 for one in self.rulings.values() if one.says is Says.FORBIDS)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Everything that was read for a map: rows and use, parties by id, and what the reading says of itself.

    `nodes` are the agencies whose node was read, `lost` agreements without a text, `closed` accounts left out. `beside` is
    None for the public map.
    """

    read: Read
    places: Mapping[str, Party]
    nodes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    closed: int = 0
    codes: CountyCodes = NO_CODES
    beside: Beside | None = None


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A map and how it is told: rolled up by what, with what is known of parties and of the reading."""

    flow_map: FlowMap
    known: Known
    rolls: tuple[Roll, ...] = USUAL_ROLLS


@dataclass(frozen=True, slots=True)
class Asked:
    """Which map is asked for."""

    month: Month
    months: int = 1
    rolls: tuple[Roll, ...] = USUAL_ROLLS
    chosen: Filter = field(default_factory=Filter)


def view_of(known: Known, asked: Asked, today: date) -> View:
    """The map that is asked for, of the rows that pass. Raises WrongUseError for a month that has not begun."""
    places = known.places
    rows = tuple(
        row
        for row in known.read.rows
        if not (places[row.giver].closed or places[row.taker].closed) and asked.chosen.has(row, places)
    )
    return View(map_of(replace(known.read, rows=rows), asked.month, today, asked.months), known, asked.rolls)
