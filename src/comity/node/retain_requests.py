"""What may be asked of the node about retention."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.disclosure import Purged
from comity.model.retention import PurgeProof, Schedule
from comity.oversight.retain.purge_due import prove_purge, purge_due
from comity.oversight.retain.schedule import plan_retention
from comity.ports import World
from comity.settings import get_member, read_settings


class PlanRetention(Noun, frozen=True, kw_only=True, tag="plan-retention"):
    """Say what is due by a day."""

    member: str
    by: date | None = None


class PurgeDue(Noun, frozen=True, kw_only=True, tag="purge-due"):
    """Purge what is due now, by some rules or all."""

    member: str
    rules: tuple[str, ...]
    reason: str


class ProvePurge(Noun, frozen=True, kw_only=True, tag="prove-purge"):
    """Say what can be shown of a purge or a pruning."""

    member: str
    entry: int


RetainRequest = PlanRetention | PurgeDue | ProvePurge
RetainResult = Schedule | Purged | PurgeProof


def run_retain(world: World, folder: Path, members: tuple[Member, ...], request: RetainRequest) -> RetainResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case PlanRetention(by=by):
            return plan_retention(world, member, read_settings(folder).log_days, by)
        case PurgeDue(rules=rules, reason=reason):
            return purge_due(world, member, rules, reason)
        case ProvePurge(entry=entry):
            return prove_purge(world, member, entry)
