"""What may be asked of the node about passing on."""

from __future__ import annotations

from comity.exchange.onward.onward_asked import ask_onward, list_onward
from comity.exchange.owners import owner_here
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.onward import OnwardRequest, OnwardWanted
from comity.ports import World
from comity.settings import get_member


class AskOnward(Noun, frozen=True, kw_only=True, tag="ask-onward"):
    """Ask an item's owner to answer another agency."""

    member: str
    wanted: OnwardWanted


class ListOnward(Noun, frozen=True, kw_only=True, tag="list-onward"):
    """List what the member's agency asked to have passed on, and was asked to pass on."""

    member: str


OnwardVerb = AskOnward | ListOnward
OnwardResult = OnwardRequest | tuple[OnwardRequest, ...]


def run_onward(world: World, members: tuple[Member, ...], request: OnwardVerb) -> OnwardResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case AskOnward(wanted=wanted):
            return ask_onward(world, member, wanted)
        case ListOnward():
            return list_onward(world, owner_here(world, member.agency))
