"""What the flow map and the exposure statement read: nodes by their doors, declared flows, sharing lists, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from comity.cli.files import read_bytes
from comity.cli.oversight.reach_sources import Sources, get_folder_of
from comity.formats.agencies.county_csv import read_counties
from comity.formats.csv_table import LARGEST_EXPORT
from comity.law.analyse.reach import Wanted, fields_named
from comity.law.vocabulary import load_vocabulary
from comity.model.flow_map import NodeFlows, PrivateFlows
from comity.node.flow_requests import ShowFlows, ShowPrivateFlows
from comity.node.local import at_node
from comity.oversight.map.flow_map import Read, counted_months
from comity.oversight.map.month import Month
from comity.oversight.map.places import NO_CODES, CountyCodes, county_codes, place_of
from comity.oversight.map.row import Key, MapRow, merged
from comity.oversight.map.rows import agreed_rows, declared_rows, directory_rows, private_rows
from comity.oversight.map.sightings import listed_rows
from comity.oversight.map.view import Beside
from comity.oversight.map.view import Known as KnownMap
from comity.oversight.reach.beside import LawBeside, shipped_ground
from comity.oversight.reach.hop import Known, Ruling
from comity.oversight.reach.lists import party_of
from comity.oversight.reach.party import Party

LIST_CLASS = "plate-read"  # every sharing list that is read here is one of a plate-reader network
SLOWEST_S = 600.0  # a log of some millions of entries is read and hashed whole
BESIDE = frozenset({Known.LISTED, Known.DECLARED})  # what law does not decide, and what it says of it is shown


class Names:
    """Who every name on the map means. Grows while rows are made; each name is looked up once."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._ids: dict[str, str] = {}
        self.places: dict[str, Party] = dict(sources.lists.parties)
        for agency in sources.directory.agencies if sources.directory is not None else ():
            self.places[agency.id] = place_of(agency, sources.resolve)

    def named(self, name: str) -> str:
        """The id of the party a name means."""
        found = self._ids.get(name)
        if found is None:
            found = self._ids[name] = name if name in self.places else self._sources.named(name)
            if found not in self.places:
                self.places[found] = replace(party_of(self._sources.resolve(name), self._sources.listed), id=found)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class ReadFlows:
    """What was read for a map: from what, what it is made from, and the names in it; `private` for the private version."""

    sources: Sources
    known: KnownMap
    names: Names
    private: PrivateFlows | None


def read_flows(
    folders: Sequence[Path], sources: Sources, months: tuple[Month, Month], counties: Path | None
) -> ReadFlows:
    """The public map's rows: of agreements by the nodes' logs, the directory, declared flows and lists.

    Nothing private is read: neither members nor what was told. Raises what the nodes raise, and RecordFileError.
    """
    names = Names(sources)
    nodes = tuple(_node_flows(folder, months) for folder in folders)
    agreed = tuple(agreed_rows((flow for node in nodes for flow in node.agreed), names.named))
    givers = frozenset(agency for node in nodes for agency in node.agencies)
    rows: list[MapRow] = [*agreed, *declared_rows(sources.flows, names.named)]
    if sources.directory is not None:
        rows += directory_rows(sources.directory, agreed, givers)
    edges = (edge for one in sources.read for edge in one.edges)
    changes = (change for one in sources.read for change in one.changes)
    rows += listed_rows(edges, changes, names.named, LIST_CLASS)
    known = KnownMap(
        read=Read(merged(rows), tuple(one for node in nodes for one in node.use), counted_months(nodes, *months)),
        places=names.places,
        nodes=tuple(agency for node in nodes for agency in node.agencies),
        lost=tuple(name for node in nodes for name in node.lost),
        closed=sum(1 for party in names.places.values() if party.closed),
        codes=_codes(counties),
    )
    return ReadFlows(sources, known, names, None)


def with_private(public: ReadFlows, folders: Sequence[Path], member: str, day: date) -> ReadFlows:
    """The same with what the member's agency sees beside: who acts for whom, what was told, what law says of its lines.

    Raises WrongUseError for a member of none of the nodes, or who is neither of the desk nor an auditor.
    """
    with at_node(get_folder_of(folders, member)) as verbs:
        private: PrivateFlows = verbs(ShowPrivateFlows(member=member), PrivateFlows, _silent)
    known = public.known
    rows = merged((*known.read.rows, *private_rows(private, public.names.named)))
    own = [row for row in rows if row.giver == private.agency and row.known in BESIDE]
    beside = Beside(private.agency, _rulings(own, known.places, day))
    told = replace(known, read=replace(known.read, rows=rows), beside=beside)
    return replace(public, known=told, private=private)


def _rulings(rows: Sequence[MapRow], places: Mapping[str, Party], day: date) -> dict[Key, Ruling]:
    """What the shipped law of the giver's state says of lines and declared flows."""
    judges: dict[tuple[str, ...], LawBeside] = {}
    found = {}
    for row in rows:
        if row.classes not in judges:
            wanted = Wanted(fields_named(load_vocabulary(), row.classes, (), ""), held=True)
            judges[row.classes] = LawBeside(shipped_ground, wanted, {}, day)
        found[row.key] = judges[row.classes].judge(places[row.giver], places[row.taker])
    return found


def _node_flows(folder: Path, months: tuple[Month, Month]) -> NodeFlows:
    with at_node(folder, SLOWEST_S) as verbs:
        found: NodeFlows = verbs(ShowFlows(first=str(months[0]), last=str(months[1])), NodeFlows, _silent)
    return found


def _codes(counties: Path | None) -> CountyCodes:
    if counties is None:
        return NO_CODES
    return county_codes(read_counties(read_bytes(counties, LARGEST_EXPORT), counties.name))


def _silent(_agency: str, _status: str) -> None:
    """The map asks nobody else."""
