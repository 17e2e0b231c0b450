"""What may be asked of the node about its flows: the public ones by anybody here, the private ones by an agency's own desk."""

from __future__ import annotations

from pathlib import Path

from comity.errors import SettingsError
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.flow_map import NodeFlows, PrivateFlows
from comity.model.law_text import LawKind, LawText
from comity.node.laws import SHORT_HASH
from comity.oversight.map.at_node import node_flows, private_flows
from comity.oversight.map.month import read_month
from comity.ports import World
from comity.settings import get_member, read_noun


class ShowFlows(Noun, frozen=True, kw_only=True, tag="show-flows"):
    """Show the public flows of the node, with its use in the months from `first` to `last` (`2026-11`)."""

    first: str
    last: str


class ShowPrivateFlows(Noun, frozen=True, kw_only=True, tag="show-private-flows"):
    """Show what the member's agency sees of its own flows beside the public ones."""

    member: str


FlowRequest = ShowFlows | ShowPrivateFlows
FlowResult = NodeFlows | PrivateFlows


def run_flow(world: World, folder: Path, members: tuple[Member, ...], request: FlowRequest) -> FlowResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    if isinstance(request, ShowPrivateFlows):
        return private_flows(world, members, get_member(members, request.member))

    def kept(owner: str, name: str, law_hash: str) -> LawText | None:
        return kept_agreement(folder / "law" / owner, name, law_hash)

    return node_flows(world, kept, read_month(request.first), read_month(request.last))


def kept_agreement(home: Path, name: str, law_hash: str) -> LawText | None:
    """An agreement that was in force once, from the files that stay; None where it was lost or is not what was entered."""
    path = home / f"{LawKind.AGREEMENT}-{name}-{law_hash[SHORT_HASH]}.json"
    try:
        text = read_noun(path, LawText)
    except SettingsError:
        return None
    return text if text.hash == law_hash else None
