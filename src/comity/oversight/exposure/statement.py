"""The exposure statement of one agency: every figure of it, computed; `written.py` puts it into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from comity.model.codes import GovernmentLevel
from comity.model.flow_map import PrivateFlows
from comity.oversight.exposure.closed import LabelClosed
from comity.oversight.exposure.doors import Comer, Doors
from comity.oversight.map.flow_map import Changes, FlowMap
from comity.oversight.map.month import Month
from comity.oversight.map.row import MapRow
from comity.oversight.reach.hop import Hop, Known
from comity.oversight.reach.party import Party


class LawRead(StrEnum):
    """Whose law was read for what is closed: the agency's own in force, its state's shipped packs, or none."""

    OWN = "own"
    STATE = "state"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Law:
    """What the law engine found, and whose law it read. `unread` are agencies that pass on by a law nobody read here."""

    read: LawRead
    closed: tuple[LabelClosed, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Used:
    """How often an agency was asked in a month, for every purpose together."""

    month: Month
    asked: int
    released: int
    refused: int


@dataclass(frozen=True, slots=True)
class Sure:
    """What the statement rests on beside law: declared flows and lines of lists among its steps, and how old the lists are.

    `spelled` are names that are known by their spelling alone.
    """

    declared: int
    listed: int
    newest: date | None
    undated: bool
    spelled: int


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """Who can see what about people here, as of a day. `rows` are the flows by giver and taker.

    `private` is None in the public version; nothing else of it turns on a private value.
    """

    agency: Party
    day: date
    month: Month
    doors: Doors
    places: Mapping[str, Party]
    rows: Mapping[tuple[str, str], tuple[MapRow, ...]]
    law: Law
    changes: Changes
    used: Used | None
    sure: Sure
    private: PrivateFlows | None = None

    def steps(self, comer: Comer) -> tuple[MapRow, ...]:
        """The flows of the map that somebody's own steps are, as far as the map has them."""
        return tuple(
            dict.fromkeys(
                row
                for hop in comer.hops
                for row in self.rows.get((hop.giver, hop.taker), ())
                if (row.known is Known.AGREED if hop.known is Known.LAW else row.by is hop.by)
            )
        )

    def federal(self, comers: Sequence[Comer]) -> int:
        """How many of some are federal."""
        return sum(1 for one in comers if self.places[one.agency].level == GovernmentLevel.FEDERAL)

    def elsewhere(self, comers: Sequence[Comer]) -> int:
        """How many are of another state, as far as their state is known; federal ones are of none."""
        states = (self.places[one.agency].state for one in comers)
        return sum(1 for state in states if state not in ("", "US", self.agency.state))


def statement_of(
    flow_map: FlowMap, agency: Party, doors: Doors, places: Mapping[str, Party], law: Law
) -> Statement:
    """The statement from the map of a month, the doors found in it, and what law says. Public."""
    by_pair: dict[tuple[str, str], tuple[MapRow, ...]] = {}
    for row in flow_map.rows:
        by_pair[row.giver, row.taker] = (*by_pair.get((row.giver, row.taker), ()), row)
    return Statement(
        agency=agency,
        day=flow_map.day,
        month=flow_map.month,
        doors=doors,
        places=places,
        rows=by_pair,
        law=law,
        changes=_own(flow_map.changes, agency.id),
        used=_used(flow_map, agency.id),
        sure=Sure(0, 0, None, False, 0),
    )


def with_sureness(statement: Statement, newest: date | None, *, undated: bool) -> Statement:
    """The same with what it rests on; `newest` is the day of the newest list, `undated` where one has no day."""
    hops = {(hop.giver, hop.taker, hop.by): hop for one in statement.doors.comers for hop in one.hops}
    known = [hop.known for hop in hops.values()]
    names = {name for one in statement.doors.comers for name in (one.agency, *one.givers)}
    return replace(
        statement,
        sure=Sure(
            declared=known.count(Known.DECLARED),
            listed=known.count(Known.LISTED),
            newest=newest,
            undated=undated,
            spelled=sum(1 for name in names if not statement.places[name].sure),
        ),
    )


def outside_hops(rows: Sequence[MapRow], ending: frozenset[str]) -> tuple[Hop, ...]:
    """Hops of the rows of a day that neither law decides nor the directory shows: lists, declared flows, what agencies record.

    `ending` are declared flows whose recipient may not pass on.
    """
    return tuple(
        Hop(
            giver=row.giver,
            taker=row.taker,
            by=row.by,
            known=row.known,
            authority=row.source,
            sources=(row.source,),
            ends=row.known is Known.DECLARED and row.paper in ending,
        )
        for row in rows
        if row.known not in (Known.AGREED, Known.DIRECTORY)
    )


def _own(changes: Changes, agency: str) -> Changes:
    """The changes of what one agency gives."""
    opened, closed, brief = (
        tuple(row for row in rows if row.giver == agency)
        for rows in (changes.opened, changes.closed, changes.brief)
    )
    return Changes(opened, closed, brief, changes.stays)


def _used(flow_map: FlowMap, agency: str) -> Used | None:
    """How often the agency was asked in the month before; None where its log was not read for it."""
    before = flow_map.month.back()
    count = next((one for one in flow_map.series if one.month == before), None)
    if count is None or count.asked is None:
        return None
    use = [one for one in flow_map.use if one.agency == agency and one.month == str(before)]
    asked, released, refused = (
        sum(getattr(one, name) for one in use) for name in ("asked", "released", "refused")
    )
    return Used(before, asked, released, refused)
