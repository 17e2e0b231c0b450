"""What may be asked of the node about questions that stand, and about notices of events; and what it does behind both."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.put import Progress
from comity.exchange.notice.notice_flows import end_flow, open_flow
from comity.exchange.notice.notice_made import make_notices
from comity.exchange.notice.notices import list_flows, list_notices, retract_notice
from comity.exchange.owners import paper_day
from comity.exchange.standing.standing_asked import end_over, end_standing, review_standing, standing_shown
from comity.exchange.standing.standing_look import look_at_standing
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.codes import Purpose
from comity.model.notice import EventKind, FlowSet, NoticeFlow, NoticeShown, RetractReason
from comity.model.outcome import AskRequest, Outcome
from comity.model.standing import Standing, StandingEnd, StandsWanted
from comity.ports import World
from comity.settings import get_member, read_members


class OpenStanding(Noun, frozen=True, kw_only=True, tag="open-standing"):
    """Ask a question that stays with its owners."""

    request: AskRequest
    stands: StandsWanted


class ListStanding(Noun, frozen=True, kw_only=True, tag="list-standing"):
    """List the standing questions that a member may see."""

    member: str


class ReviewStanding(Noun, frozen=True, kw_only=True, tag="review-standing"):
    """Renew a standing question for so many days."""

    member: str
    query_id: str
    days: int
    words: str


class EndStanding(Noun, frozen=True, kw_only=True, tag="end-standing"):
    """End a standing question."""

    member: str
    query_id: str
    why: StandingEnd
    words: str


class OpenNotices(Noun, frozen=True, kw_only=True, tag="open-notices"):
    """Declare that an agency is told of events of one kind, for one purpose."""

    member: str
    recipient: str
    event: EventKind
    purpose: Purpose
    case_number: str
    contact: str


class EndNotices(Noun, frozen=True, kw_only=True, tag="end-notices"):
    """End a flow of notices."""

    member: str
    flow: str
    words: str


class ListFlows(Noun, frozen=True, kw_only=True, tag="list-flows"):
    """List the flows of notices of the member's agency."""

    member: str


class ListNotices(Noun, frozen=True, kw_only=True, tag="list-notices"):
    """List the notices that the member's agency gave and got."""

    member: str


class RetractNotice(Noun, frozen=True, kw_only=True, tag="retract-notice"):
    """Take a notice back."""

    member: str
    notice: str
    why: RetractReason
    words: str


StandingRequest = (
    OpenStanding
    | ListStanding
    | ReviewStanding
    | EndStanding
    | OpenNotices
    | EndNotices
    | ListFlows
    | ListNotices
    | RetractNotice
)
StandingResult = (
    Outcome
    | tuple[Standing, ...]
    | Standing
    | FlowSet
    | NoticeFlow
    | tuple[NoticeFlow, ...]
    | tuple[NoticeShown, ...]
    | NoticeShown
)


def run_standing(
    world: World, members: tuple[Member, ...], request: StandingRequest, progress: Progress
) -> StandingResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    if isinstance(request, OpenStanding):
        asker = get_member(members, request.request.member)
        return ask_query(
            world, request.request, asker, progress, request.stands.since(paper_day(world.clock.now_ms()))
        )
    member = get_member(members, request.member)
    match request:
        case ListStanding():
            return standing_shown(world, member)
        case ReviewStanding(query_id=query_id, days=days, words=words):
            return review_standing(
                world, member, query_id, paper_day(world.clock.now_ms()) + timedelta(days=days), words
            )
        case EndStanding(query_id=query_id, why=why, words=words):
            return end_standing(world, member, query_id, why, words)
        case OpenNotices(case_number=case_number, contact=contact):
            wanted = (request.recipient, request.event, request.purpose)
            return open_flow(world, member, wanted, case_number, contact)
        case EndNotices(flow=flow, words=words):
            return end_flow(world, member, flow, words)
        case ListFlows():
            return list_flows(world, member)
        case ListNotices():
            return list_notices(world, member)
        case RetractNotice(notice=notice, why=reason, words=words):
            return retract_notice(world, member, notice, reason, words)


def keep_standing(world: World, folder: Path) -> None:
    """What a served node does every second: end what stands no more, look at what came, give notice of it."""
    if world.journal.standing_now(incoming=False):
        end_over(world, read_members(folder))
    look_at_standing(world)
    make_notices(world)
