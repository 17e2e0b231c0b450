"""A row of the map: one way by which one party gives another something, and when it was in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from comity.model.flow_map import Spell
from comity.oversight.reach.hop import DOOR_OF, By, Door, Known

ALWAYS = (Spell(),)
Key = tuple[str, str, By, tuple[str, ...], tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class MapRow:
    """`giver` gives `taker`, both ids of parties. Empty `classes` are all, empty `purposes` none stated, which is any.

    `paper` is the agreement or flow it rests on, empty for lines of lists; `source` says where that stands. `within` are
    days on which it was switched on and off again.
    """

    giver: str
    taker: str
    by: By
    known: Known
    classes: tuple[str, ...]
    purposes: tuple[str, ...]
    paper: str
    source: str
    spells: tuple[Spell, ...] = ALWAYS
    within: tuple[date, ...] = ()

    @property
    def door(self) -> Door:
        """The door it is to the giver's own data."""
        return DOOR_OF[self.by]

    @property
    def key(self) -> Key:
        """What makes it the same flow from month to month: everything but its days and where that stands."""
        return self.giver, self.taker, self.by, self.classes, self.purposes, self.paper

    def is_on(self, day: date) -> bool:
        """Whether it was in force on a day, as far as is known."""
        return any(spell.covers(day) for spell in self.spells)

    def until(self, day: date) -> date | None:
        """The last day of the spell that a day lies in; None where no end is known."""
        return next((spell.last for spell in self.spells if spell.covers(day)), None)

    def was_brief(self, after: date, to: date) -> bool:
        """Whether it was in force only between two days, of which the first is not counted and the second is."""
        inside = any(
            spell.first is not None and spell.last is not None and after < spell.first and spell.last < to
            for spell in self.spells
        )
        return (inside or any(after < day <= to for day in self.within)) and not (
            self.is_on(after) or self.is_on(to)
        )


def merged(rows: Iterable[MapRow]) -> tuple[MapRow, ...]:
    """One row for each flow, with the days of all that say so, in a fixed order."""
    found: dict[Key, MapRow] = {}
    for row in rows:
        known = found.get(row.key)
        if known is None:
            found[row.key] = row
        elif known != row:
            spells = tuple(dict.fromkeys((*known.spells, *row.spells)))
            found[row.key] = replace(known, spells=spells, within=(*known.within, *row.within))
    return tuple(found[key] for key in sorted(found))
