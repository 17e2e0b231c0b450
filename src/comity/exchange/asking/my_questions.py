"""A member's own questions of the last month, as the asking node keeps them. Whom they are about is not read out."""

from __future__ import annotations

from comity.errors import LedgerError
from comity.exchange.asking.kept_outcome import APPROVAL_KEY, ASKED_KEY, find_outcome
from comity.exchange.asking.looked_up import LOOKED_BACK_MS
from comity.model.agency import Member
from comity.model.approval import ApprovalState
from comity.model.asked import AskedLine, SourceLine
from comity.model.canon import from_canonical
from comity.model.query import Query
from comity.model.waiting import WaitingQuestion
from comity.ports import World

# How a question stands with its second person that nobody else lists: one that was approved was sent, and so were those of
# an emergency.
NOT_SENT = frozenset({ApprovalState.WAITING, ApprovalState.REFUSED, ApprovalState.LAPSED, ApprovalState.WITHDRAWN})
MOST_LISTED = 100  # each is decoded whole; a month of a busy member is listed in half a second


def my_questions(world: World, member: Member) -> tuple[AskedLine, ...]:
    """What a member asked in the last thirty days, and what waits for a second person or was not sent, the newest first."""
    since_ms = world.clock.now_ms() - LOOKED_BACK_MS
    asked = world.journal.look_ups.of(member.agency, member.id, since_ms, MOST_LISTED)
    lines = [_asked(world, member, one.query_id) for one in asked]
    return tuple(sorted((*lines, *_waiting(world, member)), key=lambda one: -one.at_ms)[:MOST_LISTED])


def _asked(world: World, member: Member, query_id: str) -> AskedLine:
    kept = find_outcome(world, member.agency, query_id)
    if kept is None:
        return _being_asked(world, member, query_id)
    outcome, late = kept.revised.outcome, frozenset(kept.revised.late)
    return AskedLine(
        query_id=query_id,
        at_ms=outcome.asked_ms,
        case_number=outcome.request.case_number,
        purpose=outcome.request.purpose,
        sources=tuple(
            SourceLine(agency=one.agency, status=one.status, late=one.agency in late) for one in outcome.sources
        ),
    )


def _being_asked(world: World, member: Member, query_id: str) -> AskedLine:
    asked = world.journal.find_answer(member.agency, query_id, ASKED_KEY)
    if asked is None:
        raise LedgerError(f"what question `{query_id}` asked is not kept; restore the database from a copy")
    queries = from_canonical(asked[1], tuple[Query, ...])
    return AskedLine(
        query_id=query_id,
        at_ms=queries[0].asked_ms,
        case_number=queries[0].case_number,
        purpose=queries[0].purpose,
        sources=tuple(SourceLine(agency=one.owner) for one in queries),
    )


def _waiting(world: World, member: Member) -> list[AskedLine]:
    now_ms = world.clock.now_ms()
    found = []
    for approval in world.journal.approvals.of(member.agency):
        state = approval.state(now_ms)
        if approval.member != member.id or state not in NOT_SENT or approval.asked_ms < now_ms - LOOKED_BACK_MS:
            continue
        kept = world.journal.find_answer(member.agency, approval.id, APPROVAL_KEY)
        if kept is not None and kept[1]:
            request = from_canonical(kept[1], WaitingQuestion).request
            found.append(
                AskedLine(
                    query_id=approval.id,
                    at_ms=approval.asked_ms,
                    case_number=request.case_number,
                    purpose=request.purpose,
                    sources=(),
                    second_person=state is ApprovalState.WAITING,
                    unsent=None if state is ApprovalState.WAITING else state,
                )
            )
    return found
