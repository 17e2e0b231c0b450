"""When lines of sharing lists were in force: a list says what was so on its day, and the next list of the same party again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from comity.model.flow import Change, SharingChange, SharingEdge, Teller
from comity.model.flow_map import Spell
from comity.oversight.map.row import MapRow, merged
from comity.oversight.reach.hop import By, Hop, Known
from comity.oversight.reach.outside_hops import Named, listed_hops

Pair = tuple[str, str]
Told = tuple[str, Pair]
"""Whose list it is, and who shares with whom."""


def listed_rows(
    edges: Iterable[SharingEdge], changes: Iterable[SharingChange], named: Named, data_class: str
) -> tuple[MapRow, ...]:
    """One row for each two parties of lists, with the days on which a list of either had the other on it.

    A list without a day is taken to be so always. What a later list of the same party no longer has ended on that list's day;
    the last one stands until another comes.
    """
    held, changed = tuple(edges), tuple(changes)
    hops = listed_hops((*held, *(one.edge for one in changed)), named)
    seen = _sightings(held, changed, named)
    spells: dict[Pair, list[Spell]] = {}
    for (_, pair), days in seen.items():
        spells.setdefault(pair, []).extend(_spells(days))
    for edge in held:
        if edge.as_of is None:
            spells.setdefault((named(edge.owner), named(edge.recipient)), []).append(Spell())
    return merged(
        _row(hop, spells[hop.giver, hop.taker], data_class) for hop in hops if (hop.giver, hop.taker) in spells
    )


def _row(hop: Hop, spells: list[Spell], data_class: str) -> MapRow:
    return MapRow(
        giver=hop.giver,
        taker=hop.taker,
        by=By.LIST,
        known=Known.LISTED,
        classes=(data_class,),
        purposes=(),
        paper="",
        source="; ".join(hop.sources),
        spells=tuple(dict.fromkeys(spells)),
    )


def _sightings(
    edges: tuple[SharingEdge, ...], changes: tuple[SharingChange, ...], named: Named
) -> dict[Told, dict[date, bool]]:
    """For each teller and pair, on which days a list of it had the pair, and on which it had not."""
    seen: dict[Told, dict[date, bool]] = {}
    whole: dict[str, set[date]] = {}
    for edge in edges:
        if edge.as_of is not None:
            told = _told(edge, named)
            seen.setdefault(told, {})[edge.as_of] = True
            whole.setdefault(told[0], set()).add(edge.as_of)
    for change in changes:
        assert change.edge.as_of is not None, "a change of sharing has a day"
        days = seen.setdefault(_told(change.edge, named), {})
        added = change.change is Change.ADDED
        days.setdefault(change.before, not added)
        days.setdefault(change.edge.as_of, added)
    for (teller, _), days in seen.items():
        for day in whole.get(teller, ()):
            days.setdefault(day, False)  # a whole list of that day, and the pair is not on it
    return seen


def _told(edge: SharingEdge, named: Named) -> Told:
    pair = named(edge.owner), named(edge.recipient)
    teller = pair[1] if edge.teller is Teller.RECIPIENT else pair[0]
    return f"{edge.teller} {teller}", pair


def _spells(days: dict[date, bool]) -> Iterable[Spell]:
    """From each day it was seen to the day before it was first seen gone."""
    first: date | None = None
    for day in sorted(days):
        if days[day] and first is None:
            first = day
        elif not days[day] and first is not None:
            yield Spell(first=first, last=day - timedelta(days=1))
            first = None
    if first is not None:
        yield Spell(first=first)
