"""What may be asked of the node about requests for action."""

from __future__ import annotations

from comity.exchange.desk.action_requests import act_on_request, list_requests
from comity.exchange.desk.request_withdrawn import withdraw_request
from comity.model.action_request import ActionRequest, RequestAnswer, WithdrawnTold
from comity.model.agency import Member
from comity.model.base import Noun
from comity.ports import World
from comity.settings import get_member


class ListRequests(Noun, frozen=True, kw_only=True, tag="list-requests"):
    """List the requests for action that came to the member's agency."""

    member: str


class ActOnRequest(Noun, frozen=True, kw_only=True, tag="act-on-request"):
    """Say what was done about one, or that it is declined."""

    member: str
    given: RequestAnswer


class WithdrawRequest(Noun, frozen=True, kw_only=True, tag="withdraw-request"):
    """Take back a request that the member's agency made."""

    member: str
    query_id: str
    reason: str


ActionDeskRequest = ListRequests | ActOnRequest | WithdrawRequest
ActionDeskResult = tuple[ActionRequest, ...] | ActionRequest | WithdrawnTold


def run_action(world: World, members: tuple[Member, ...], request: ActionDeskRequest) -> ActionDeskResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case ListRequests():
            return list_requests(world, member)
        case ActOnRequest(given=given):
            return act_on_request(world, member, given)
        case WithdrawRequest(query_id=query_id, reason=reason):
            return withdraw_request(world, member, query_id, reason)
