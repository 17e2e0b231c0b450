"""What a second person may ask of the node about questions that wait for one, and what whoever put them may."""

from __future__ import annotations

from comity.exchange.asking.approval import decide_approval, list_approvals, own_waiting
from comity.exchange.asking.put import Progress
from comity.exchange.asking.withdraw_waiting import withdraw_waiting
from comity.model.agency import Member
from comity.model.approval import Approval
from comity.model.base import Noun
from comity.model.waiting import ApprovalShown, OwnWaiting
from comity.ports import World
from comity.settings import get_member


class ListApprovals(Noun, frozen=True, kw_only=True, tag="list-approvals"):
    """List the questions that wait for a second person of the member's agency; those decided too where asked."""

    member: str
    decided: bool = False


class DecideApproval(Noun, frozen=True, kw_only=True, tag="decide-approval"):
    """Approve a question, which sends it, or refuse it."""

    member: str
    query_id: str
    grant: bool
    reason: str


class ShowWaiting(Noun, frozen=True, kw_only=True, tag="show-waiting"):
    """Show how a question of the member's own stands with its second person."""

    member: str
    query_id: str


class WithdrawWaiting(Noun, frozen=True, kw_only=True, tag="withdraw-waiting"):
    """Take back a question of the member's own that waits for a second person."""

    member: str
    query_id: str
    reason: str


ApprovalRequest = ListApprovals | DecideApproval | ShowWaiting | WithdrawWaiting
ApprovalResult = tuple[ApprovalShown, ...] | Approval | tuple[OwnWaiting, ...]


def run_approval(
    world: World, members: tuple[Member, ...], request: ApprovalRequest, progress: Progress
) -> ApprovalResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    if isinstance(request, ShowWaiting):
        return own_waiting(world, member, request.query_id)
    if isinstance(request, WithdrawWaiting):
        return withdraw_waiting(world, member, request.query_id, request.reason)
    if isinstance(request, ListApprovals):
        return list_approvals(world, member, decided=request.decided)
    decision = request.grant, request.reason
    return decide_approval(world, member, members, request.query_id, decision, progress)
