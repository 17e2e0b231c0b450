"""The public map as one node sees it, of what it holds itself: its log, its laws, its directory. No list, no declared flow."""

from __future__ import annotations

from dataclasses import replace

from comity.formats.agencies.ori_csv import merge_editions
from comity.model.agency import Directory
from comity.oversight.map.at_node import KeptText, node_flows
from comity.oversight.map.flow_map import Read, counted_months
from comity.oversight.map.month import Month
from comity.oversight.map.places import place_of
from comity.oversight.map.row import merged
from comity.oversight.map.rows import agreed_rows, directory_rows
from comity.oversight.map.view import Known
from comity.oversight.names.several import resolver_of
from comity.oversight.reach.lists import party_of
from comity.oversight.reach.party import Party
from comity.ports import World


class _Names:
    """Who names on the map mean, by the directory alone. Grows while rows are made."""

    def __init__(self, directory: Directory) -> None:
        self._resolve = resolver_of(merge_editions(()))
        self._listed = {dated.ori: agency.id for agency in directory.agencies for dated in agency.oris}
        self.places: dict[str, Party] = {
            agency.id: place_of(agency, self._resolve) for agency in directory.agencies
        }

    def named(self, name: str) -> str:
        """The id of the party a name means: an agency's id or ORI, else the name itself."""
        found = self._listed.get(name, name)
        if found not in self.places:
            self.places[found] = replace(party_of(self._resolve(name), self._listed), id=found)
        return found


def known_here(world: World, kept: KeptText, first: Month, last: Month) -> Known:
    """Everything public that this node knows of flows, with its use in the months from `first` to `last`.

    The same values as the command line reads from this node alone. Raises ProofError for an entry that does not verify.
    """
    flows = node_flows(world, kept, first, last)
    names = _Names(world.directory())
    agreed = tuple(agreed_rows(flows.agreed, names.named))
    rows = (*agreed, *directory_rows(world.directory(), agreed, frozenset(flows.agencies)))
    return Known(
        read=Read(merged(rows), flows.use, counted_months((flows,), first, last)),
        places=names.places,
        nodes=flows.agencies,
        lost=flows.lost,
        closed=sum(1 for party in names.places.values() if party.closed),
    )
