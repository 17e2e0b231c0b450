"""The statement computed: doors by the law engine and by what others say, and what is closed by the law that was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from comity.errors import WrongUseError
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.reach import Wanted, fields_named
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Directory
from comity.model.flow_map import PrivateFlows
from comity.oversight.exposure.closed import closed_labels
from comity.oversight.exposure.doors import doors_of
from comity.oversight.exposure.statement import (
    Law,
    LawRead,
    Statement,
    outside_hops,
    statement_of,
    with_sureness,
)
from comity.oversight.map.view import View
from comity.oversight.reach.beside import ground_of_party
from comity.oversight.reach.hop import Known
from comity.oversight.reach.law_hops import decider
from comity.oversight.reach.party import Party
from comity.oversight.reach.question import Federation, federation_hops


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a statement is computed from: the map of this month with the one before, and the law of the nodes read.

    `ending` are declared flows whose recipient may not pass on, `list_days` the days of the lists' lines (None without one),
    `list_class` the class the lists are of.
    """

    view: View
    grounds: Mapping[str, Ground]
    directory: Directory | None
    ending: frozenset[str]
    list_days: frozenset[date | None]
    list_class: str


def compute_statement(material: Material, owner: str, private: PrivateFlows | None = None) -> Statement:
    """The statement of one agency.

    1 doors     hops of agreements by the law of every node read, the directory, what others say; one step further
    2 closed    by the agency's own law in force, else by what its state's shipped packs say of the class of the lists
    3 changes   of what it gives, use, and what all of it rests on

    Raises WrongUseError for an agency that nothing is known of. Some seconds where its law is read.
    """
    flow_map, places = material.view.flow_map, material.view.known.places
    if owner not in material.grounds and not any(owner in (row.giver, row.taker) for row in flow_map.rows):
        raise WrongUseError(
            f"nothing is known here of `{owner}`; name an agency of the nodes, or a name of the lists"
        )
    vocabulary = load_vocabulary()
    wanted = Wanted(fields_named(vocabulary, (), (), ""), held=True)
    judge = decider(material.grounds, owner, frozenset(), Given(today=flow_map.day), wanted)
    outside = outside_hops(flow_map.rows, material.ending)
    directory = material.directory if material.grounds else None
    hops = federation_hops(Federation(material.grounds, directory, outside), judge, tuple(wanted.fields))  # 1
    doors = doors_of(hops, owner, judge.passes)
    law = _law(places[owner], material, flow_map.day)  # 2
    takers = {hop.taker for one in doors.comers for hop in one.hops if hop.known is Known.LAW}
    law = replace(law, unread=tuple(sorted(takers - set(material.grounds))))
    dated = [day for day in material.list_days if day is not None]
    statement = with_sureness(  # 3
        statement_of(flow_map, places[owner], doors, places, law),
        max(dated, default=None),
        undated=None in material.list_days,
    )
    return replace(statement, private=private)


def _law(party: Party, material: Material, day: date) -> Law:
    """What is closed, by whose law."""
    own = material.grounds.get(party.id)
    if own is not None:
        return Law(LawRead.OWN, closed_labels(own, day))
    ground = ground_of_party(party)
    if ground is None:
        return Law(LawRead.NONE)
    return Law(LawRead.STATE, closed_labels(ground, day, (material.list_class,)))
