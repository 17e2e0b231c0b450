"""What may be asked of the node about hits: their confirmation by the owner, and what came of them."""

from __future__ import annotations

from comity.exchange.desk.confirmation_asked import ask_confirmation
from comity.exchange.desk.confirmation_said import ANSWERERS, answer_confirmation
from comity.exchange.desk.confirmations import confirmations
from comity.exchange.desk.hit_outcomes import say_outcome
from comity.exchange.owners import owner_here
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.confirmation import Confirmation, ConfirmationGiven, Urgency
from comity.model.hit import HitOutcome, HitsTold
from comity.ports import World
from comity.settings import get_member


class SayOutcome(Noun, frozen=True, kw_only=True, tag="say-outcome"):
    """Say what came of a hit, by its item."""

    member: str
    item_id: str
    outcome: HitOutcome


class ConfirmHit(Noun, frozen=True, kw_only=True, tag="confirm-hit"):
    """Ask an item's owner to confirm it."""

    member: str
    query_id: str
    item_id: str
    urgency: Urgency


class AnswerHit(Noun, frozen=True, kw_only=True, tag="answer-hit"):
    """Say whether a hit is confirmed."""

    member: str
    request: str
    given: ConfirmationGiven


class ListHits(Noun, frozen=True, kw_only=True, tag="list-hits"):
    """List the confirmations that the member's agency asked for or was asked for; of one question where it is named."""

    member: str
    query_id: str = ""


HitRequest = SayOutcome | ConfirmHit | AnswerHit | ListHits
HitResult = HitsTold | Confirmation | tuple[Confirmation, ...]


def run_hit(world: World, members: tuple[Member, ...], request: HitRequest) -> HitResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case SayOutcome(item_id=item_id, outcome=outcome):
            return say_outcome(world, member, item_id, outcome)
        case ConfirmHit(query_id=query_id, item_id=item_id, urgency=urgency):
            return ask_confirmation(world, member, query_id, item_id, urgency)
        case AnswerHit(request=asked, given=given):
            return answer_confirmation(world, member, asked, given)
        case ListHits(query_id=query_id):
            found = confirmations(world, owner_here(world, member.agency), query_id)
            # What another agency asks about is for those who compare it.
            return tuple(one for one in found if not one.incoming or ANSWERERS & set(member.roles))
