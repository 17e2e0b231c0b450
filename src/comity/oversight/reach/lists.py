"""Sharing lists as reach reads them: every spelling a party, every line a hop between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.model.flow import SharingEdge
from comity.model.ori import BodyKind, BodyLevel, agency_kind, government_level
from comity.oversight.names.resolve import Resolution, Resolver, Verdict
from comity.oversight.reach.hop import Hop
from comity.oversight.reach.outside_hops import listed_hops
from comity.oversight.reach.party import Party


@dataclass(frozen=True, slots=True, eq=False)
class ReadLists:
    """Parties by id, the id each spelling stands for, and the hops between them."""

    parties: Mapping[str, Party]
    ids: Mapping[str, str]
    hops: tuple[Hop, ...]


def read_lists(edges: Iterable[SharingEdge], resolve: Resolver, listed: Mapping[str, str]) -> ReadLists:
    """Lists as parties and hops. `listed` are agency ids of a directory by ORI: an agency of both is one party.

    Spellings that mean one agency are one party. A spelling that is not settled is a party of its own, with what its words say
    of it and `sure` false: two of them may be one agency, which can only make ways longer than they are.
    """
    held = tuple(edges)
    parties: dict[str, Party] = {}
    ids: dict[str, str] = {}
    for name in dict.fromkeys(name for edge in held for name in (edge.owner, edge.recipient)):
        party = party_of(resolve(name), listed)
        ids[name] = party.id
        known = parties.get(party.id)
        if known is None or (known.closed and not party.closed):
            parties[party.id] = party
    return ReadLists(parties, ids, listed_hops(held, ids.__getitem__))


def party_of(resolution: Resolution, listed: Mapping[str, str]) -> Party:
    """Who a spelling means, in the words of the law: a sub-state body is local, what the name leaves open is not known."""
    settled = resolution.verdict is Verdict.RESOLVED and resolution.agency is not None
    level = government_level(resolution.level)
    name = " ".join(resolution.written.split())
    entry = resolution.agency.entry if settled and resolution.agency is not None else None
    ori = entry.ori if entry is not None else ""
    return Party(
        id=listed.get(ori, ori) if settled else name.casefold(),
        name=name,
        state="US" if level == "federal" else resolution.state,
        level=str(level) if level is not None else "",
        kind="" if resolution.kind is BodyKind.UNKNOWN else str(agency_kind(resolution.kind)),
        sure=settled,
        closed=resolution.closed or resolution.level is BodyLevel.NOBODY,
        county=entry.counties[0] if entry is not None and entry.counties else "",
    )
