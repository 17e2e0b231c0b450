"""What a member may ask of the node about an owner's duties."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.duty.duties import (
    DESK,
    SealedOrder,
    confirm_duty,
    defer_duty,
    finish_duty,
    lift_deferral,
)
from comity.exchange.duty.duty_clocks import Happening, happen, raise_periodic
from comity.exchange.duty.duty_question import find_duty_question
from comity.exchange.duty.owed_acts import owed_acts
from comity.exchange.owners import owner_here
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.disclosure import OwedRow, StoredDuty
from comity.model.duty_question import DutyQuestion
from comity.node.keep_agreement import raise_keeping
from comity.oversight.reports.owed import raise_reports
from comity.ports import World
from comity.settings import get_member

REPORTERS = DESK | {"supervisor", "officer-1367", "training-officer", "node-administrator"}


class Duties(Noun, frozen=True, kw_only=True, tag="duties"):
    """List an owner's duties, those of running periods raised first, and the reports it owes."""

    owner: str


class OwedActs(Noun, frozen=True, kw_only=True, tag="owed-acts"):
    """List what an owner owes by the act that fulfils it: duties that several rules bring of one recall are one row."""

    owner: str


class ShowDutyQuestion(Noun, frozen=True, kw_only=True, tag="show-duty-question"):
    """Show the question that a duty came of, to a member of the owner; none or one."""

    member: str
    duty: str


class FinishDuty(Noun, frozen=True, kw_only=True, tag="finish-duty"):
    """Say that a duty is done."""

    member: str
    duty: str
    evidence: str


class ConfirmDuty(Noun, frozen=True, kw_only=True, tag="confirm-duty"):
    """Let a doubtful notice go out."""

    member: str
    duty: str
    reason: str


class LiftDeferral(Noun, frozen=True, kw_only=True, tag="lift-deferral"):
    """End the deferral of a notice."""

    member: str
    duty: str
    reason: str


class DeferDuty(Noun, frozen=True, kw_only=True, tag="defer-duty"):
    """Defer a notice by a sealed order that counsel has seen."""

    member: str
    duty: str
    order: SealedOrder
    reason: str


class Happened(Noun, frozen=True, kw_only=True, tag="happened"):
    """Report an event; `happening.by` is the member who reports it, of the owner."""

    happening: Happening


DutyRequest = Duties | OwedActs | ShowDutyQuestion | FinishDuty | ConfirmDuty | LiftDeferral | DeferDuty | Happened
DutyResult = StoredDuty | tuple[StoredDuty, ...] | tuple[OwedRow, ...] | tuple[DutyQuestion, ...]


def run_duty(world: World, members: tuple[Member, ...], request: DutyRequest) -> DutyResult:
    """Carry out one request. Raises WrongUseError for a member or an owner this node does not have."""
    match request:
        case Duties(owner=owner):
            agency = owner_here(world, owner)
            raise_owed(world)
            return world.journal.duties(agency.id)
        case OwedActs(owner=owner):
            agency = owner_here(world, owner)
            raise_owed(world)
            return tuple(act.row for act in owed_acts(world.journal.duties(agency.id)))
        case ShowDutyQuestion(member=member, duty=duty):
            found = find_duty_question(world, get_member(members, member), duty)
            return () if found is None else (found,)
        case FinishDuty(member=member, duty=duty, evidence=evidence):
            return finish_duty(world, get_member(members, member), duty, evidence)
        case ConfirmDuty(member=member, duty=duty, reason=reason):
            return confirm_duty(world, get_member(members, member), duty, reason)
        case LiftDeferral(member=member, duty=duty, reason=reason):
            return lift_deferral(world, get_member(members, member), duty, reason)
        case DeferDuty(member=member, duty=duty, order=order, reason=reason):
            return defer_duty(world, get_member(members, member), duty, order, reason)
        case Happened(happening=happening):
            _check_reporter(get_member(members, happening.by), happening)
            return happen(world, happening)


def raise_owed(world: World) -> None:
    """Raise what is owed for running periods and for those that were missed: by the law in force, reports beside it, and
    the word on agreements that close by themselves."""
    raise_periodic(world)
    raise_reports(world)
    raise_keeping(world)


def _check_reporter(member: Member, happening: Happening) -> None:
    if member.agency != happening.owner:
        raise WrongUseError(f"`{member.id}` is not of `{happening.owner}`; its own members report its events")
    if not REPORTERS & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not report events; it needs {', '.join(sorted(REPORTERS))}")
