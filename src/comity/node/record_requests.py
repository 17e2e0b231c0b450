"""What a records custodian may ask of the node about single records."""

from __future__ import annotations

from comity.exchange.records.correct import correct_record
from comity.exchange.records.read_record import read_record
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.correction import Corrected, Correction, RecordRead
from comity.ports import World
from comity.settings import get_member


class CorrectRecord(Noun, frozen=True, kw_only=True, tag="correct-record"):
    """Correct one record; a trial decides only."""

    member: str
    correction: Correction
    trial: bool = False


class ReadRecord(Noun, frozen=True, kw_only=True, tag="read-record"):
    """Read one of the owner's records by its id or reference, under a reason; each reading is entered."""

    member: str
    record: str
    reason: str


RecordRequest = CorrectRecord | ReadRecord


def run_record(world: World, members: tuple[Member, ...], request: RecordRequest) -> Corrected | RecordRead:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    if isinstance(request, ReadRecord):
        return read_record(world, get_member(members, request.member), request.record, request.reason)
    return run_correct(world, members, request)


def run_correct(world: World, members: tuple[Member, ...], request: CorrectRecord) -> Corrected:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    return correct_record(world, member, request.correction, trial=request.trial)
