"""What may be asked of the node about hits and mistakes: confirmation by the owner, what came of it, what is wrong."""

from __future__ import annotations

from comity.exchange.desk.confirmation_asked import ask_confirmation
from comity.exchange.desk.confirmation_said import ANSWERERS, answer_confirmation
from comity.exchange.desk.confirmations import confirmations
from comity.exchange.desk.hit_outcomes import say_outcome
from comity.exchange.desk.mistakes import mistakes, report_mistake
from comity.exchange.owners import owner_here
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.confirmation import Confirmation, ConfirmationGiven, Urgency
from comity.model.hit import HitOutcome, HitsTold
from comity.model.mistake import Mistake, MistakeWanted
from comity.ports import World
from comity.settings import get_member

DESK_ROLES = frozenset({"records-custodian", "counsel", "agency-head", "privacy-officer"})


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


class ReportMistake(Noun, frozen=True, kw_only=True, tag="report-mistake"):
    """Report a mistake in a record to its owner: by an item of an answer, or by a custodian by the owner's own number."""

    member: str
    wanted: MistakeWanted


class ListMistakes(Noun, frozen=True, kw_only=True, tag="list-mistakes"):
    """List the mistakes that the member's agency reported to others, and those reported to it."""

    member: str


HitRequest = SayOutcome | ConfirmHit | AnswerHit | ListHits | ReportMistake | ListMistakes
HitResult = HitsTold | Confirmation | tuple[Confirmation, ...] | Mistake | tuple[Mistake, ...]


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
        case ReportMistake(wanted=wanted):
            return report_mistake(world, member, wanted)
        case ListMistakes():
            found_mistakes = mistakes(world, owner_here(world, member.agency))
            # What others report is for the desk, which knows the record; whoever reported it sees their agency's own.
            return tuple(one for one in found_mistakes if not one.incoming or DESK_ROLES & set(member.roles))
        case ListHits(query_id=query_id):
            found = confirmations(world, owner_here(world, member.agency), query_id)
            # What another agency asks about is for those who compare it.
            return tuple(one for one in found if not one.incoming or ANSWERERS & set(member.roles))
