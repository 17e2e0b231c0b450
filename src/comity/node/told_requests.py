"""What may be asked of the node about disclosures that nobody queried, and about everything that left an agency."""

from __future__ import annotations

from comity.exchange.desk.disclose import record_disclosure
from comity.exchange.desk.disclosures import list_disclosures
from comity.exchange.desk.leaving import list_leaving
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.leaving import Leaving, LeavingWanted
from comity.model.told import DisclosedEntry, Told
from comity.ports import World
from comity.settings import get_member


class RecordDisclosure(Noun, frozen=True, kw_only=True, tag="record-disclosure"):
    """Record what was told."""

    member: str
    told: Told


class ListDisclosures(Noun, frozen=True, kw_only=True, tag="list-disclosures"):
    """List what was told and recorded."""

    member: str


class ListLeaving(Noun, frozen=True, kw_only=True, tag="list-leaving"):
    """List what left the member's agency, by the codes of the log."""

    member: str
    wanted: LeavingWanted = LeavingWanted()


ToldRequest = RecordDisclosure | ListDisclosures | ListLeaving
ToldResult = DisclosedEntry | tuple[DisclosedEntry, ...] | Leaving


def run_told(world: World, members: tuple[Member, ...], request: ToldRequest) -> ToldResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case RecordDisclosure(told=told):
            return record_disclosure(world, member, told)
        case ListLeaving(wanted=wanted):
            return list_leaving(world, member, wanted)
        case ListDisclosures():
            return list_disclosures(world, member)
