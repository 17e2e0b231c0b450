"""What may be asked of the node about disclosures that nobody queried."""

from __future__ import annotations

from comity.exchange.desk.disclose import record_disclosure
from comity.exchange.desk.disclosures import list_disclosures
from comity.model.agency import Member
from comity.model.base import Noun
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


ToldRequest = RecordDisclosure | ListDisclosures
ToldResult = DisclosedEntry | tuple[DisclosedEntry, ...]


def run_told(world: World, members: tuple[Member, ...], request: ToldRequest) -> ToldResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case RecordDisclosure(told=told):
            return record_disclosure(world, member, told)
        case ListDisclosures():
            return list_disclosures(world, member)
