"""What may be asked of the node about its flows: the public ones by anybody here, the private ones by an agency's own desk."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from comity.errors import SettingsError, WrongUseError
from comity.exchange.owners import owner_day
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.flow_map import NodeFlows, PrivateFlows
from comity.model.law_text import LawKind, LawText
from comity.model.reach_told import ReachAsked, ReachTold
from comity.node.laws import SHORT_HASH
from comity.oversight.exposure.here import statement_here
from comity.oversight.map.at_node import node_flows, private_flows
from comity.oversight.map.here import known_here
from comity.oversight.map.month import read_month
from comity.oversight.map.view import Asked, view_of
from comity.oversight.reach.at_node import reach_here
from comity.oversight.texts.public_page import PublicPage, map_page, statement_page
from comity.ports import World
from comity.settings import get_member, read_noun, read_settings


class ShowFlows(Noun, frozen=True, kw_only=True, tag="show-flows"):
    """Show the public flows of the node, with its use in the months from `first` to `last` (`2026-11`)."""

    first: str
    last: str


class ShowPrivateFlows(Noun, frozen=True, kw_only=True, tag="show-private-flows"):
    """Show what the member's agency sees of its own flows beside the public ones."""

    member: str


class ShowStatement(Noun, frozen=True, kw_only=True, tag="show-statement"):
    """Show the public exposure statement of an agency held here, as of its own day."""

    agency: str


class ShowMap(Noun, frozen=True, kw_only=True, tag="show-map"):
    """Show the public map of a month (`2026-11`) with the month before, as far as this node knows it."""

    month: str


class AskReach(Noun, frozen=True, kw_only=True, tag="ask-reach"):
    """Ask whether data of the member's agency can come to somebody."""

    member: str
    asked: ReachAsked


FlowRequest = ShowFlows | ShowPrivateFlows | ShowStatement | ShowMap | AskReach
FlowResult = NodeFlows | PrivateFlows | PublicPage | ReachTold


def run_flow(world: World, folder: Path, members: tuple[Member, ...], request: FlowRequest) -> FlowResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    if isinstance(request, ShowPrivateFlows):
        return private_flows(world, members, get_member(members, request.member))
    if isinstance(request, AskReach):
        return reach_here(world, members, get_member(members, request.member), request.asked)

    def kept(owner: str, name: str, law_hash: str) -> LawText | None:
        return kept_agreement(folder / "law" / owner, name, law_hash)

    match request:
        case ShowStatement(agency=agency):
            return statement_page(statement_here(world, kept, agency))
        case ShowMap():
            month, today = read_month(request.month), node_day(world, folder)
            if month.first > today:
                raise WrongUseError(f"{month} has not begun; name this month or one before it")
            # A month that is not over would show by its figures, read every hour, what somebody asks just now.
            known = known_here(world, kept, month.back(), month if month.last < today else month.back())
            return map_page(view_of(known, Asked(month, months=2), today))
        case ShowFlows():
            return node_flows(world, kept, read_month(request.first), read_month(request.last))


def node_day(world: World, folder: Path) -> date:
    """Today where the node's first agency is, by whose days its agreements begin, as `comity oversight flow map` counts it."""
    first = world.directory().get_agency(read_settings(folder).agencies[0])
    return owner_day(first, world.clock.now_ms())


def kept_agreement(home: Path, name: str, law_hash: str) -> LawText | None:
    """An agreement that was in force once, from the files that stay; None where it was lost or is not what was entered."""
    path = home / f"{LawKind.AGREEMENT}-{name}-{law_hash[SHORT_HASH]}.json"
    try:
        text = read_noun(path, LawText)
    except SettingsError:
        return None
    return text if text.hash == law_hash else None
