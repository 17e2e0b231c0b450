"""A standing question at an owner: it stays when it was let in, and goes by what its asker's node says of it."""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import RejectedMessageError
from comity.exchange.answering.open_query import Opened
from comity.exchange.messages.wire import Delivered
from comity.exchange.owners import owner_facts, paper_day
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes
from comity.model.codes import Status
from comity.model.disclosure import EntryKind, Unit
from comity.model.standing import MOST_UNREVIEWED_DAYS, Standing, StandingEnd, StandingTold
from comity.ports import World


def newest_seen(world: World, opened: Opened) -> int:
    """Up to whom a question that stands has looked; read before anybody is looked up, so that nobody is missed."""
    return world.records.newest() if opened.stands is not None else 0


def stays_here(opened: Opened, answer: Answer, seen: int) -> tuple[Unit, ...]:
    """The entry that a question stands here from now on, beside its answer; none where it was refused or asked once."""
    if opened.stands is None or answer.status is Status.REFUSED:
        return ()
    owner = opened.owner
    standing = Standing(
        agency=owner.id,
        incoming=True,
        query=opened.query,
        member=opened.member,
        owners=(owner.id,),
        stands=opened.stands,
        opened_ms=opened.now_ms,
        node=opened.sender,
        step_key=opened.step_key,
        seen=seen,
        law=answer.law,
        day=opened.today,
    )
    return (
        Unit(
            facts=owner_facts(EntryKind.STANDING_SET, owner, opened.now_ms),
            content=canonical_bytes({"owner": owner.id, "stands": 1}),
            record=canonical_bytes({"query": opened.query.id, "stands": opened.stands}),
            standing=(standing,),
        ),
    )


def take_told(world: World, delivered: Delivered, told: StandingTold, now_ms: int) -> tuple[Standing, ...]:
    """A standing question as it is after its asker's word; nothing where none stands here: that tells nobody anything.

    Raises RejectedMessageError for a review further away than any may be.
    """
    standing = world.journal.find_standing(delivered.recipient, told.query_id, incoming=True)
    if standing is None or standing.query.asker != delivered.sender or standing.ended is not None:
        return ()
    if told.review_by is None:
        return (replace(standing, ended_ms=now_ms, ended=StandingEnd.ENDED, changed=standing.changed + 1),)
    today = paper_day(now_ms)
    if told.review_by > standing.stands.until or (told.review_by - today).days > MOST_UNREVIEWED_DAYS + 1:
        raise RejectedMessageError("the review lies further away than a standing question may go without one")
    later = max(standing.stands.review_by, told.review_by)  # two reviews may arrive in either order
    return (replace(standing, stands=replace(standing.stands, review_by=later), changed=standing.changed + 1),)
