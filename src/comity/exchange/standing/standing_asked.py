"""A standing question at its asker: opened with the question, reviewed by a supervisor, ended, and shown to who may see it.

What it shows lives as long as it stands: with its end the answer is forgotten here, and no older one was kept before.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.answering.raised import duty_id
from comity.exchange.asking.asker import Asking, asker_facts
from comity.exchange.asking.kept_outcome import find_outcome
from comity.exchange.asking.revise import revised_unit, without_answers
from comity.exchange.duty.duties import DESK, look_again, said_words
from comity.exchange.owners import owner_day, owner_here, paper_day
from comity.exchange.standing.standing_forgets import copies_of
from comity.ledger.append import append_entries
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.query import Query
from comity.model.standing import Reviewed, Standing, StandingEnd, StandingTold, Stands
from comity.ports import World

OVERSEERS = frozenset({"supervisor", "agency-head", "privacy-officer", "auditor"})
SAID_ENDS = frozenset(
    {StandingEnd.ENDED, StandingEnd.PAPER_RECALLED}
)  # what a person says; the rest follows from the days


def standing_units(asking: Asking, sent: tuple[Query, ...], stands: Stands | None) -> tuple[Unit, ...]:
    """The entry that a question stands from now on, beside that of the asking; none for a question asked once."""
    if stands is None or not sent:
        return ()
    standing = Standing(
        agency=asking.asker.id,
        incoming=False,
        query=sent[0],
        member=asking.member,
        owners=tuple(query.owner for query in sent),
        stands=stands,
        opened_ms=asking.now_ms,
    )
    return (
        Unit(
            facts=asker_facts(asking, EntryKind.STANDING_SET),
            content=canonical_bytes({"query": asking.query_id, "stands": stands}),
            record=canonical_bytes(asking.member),
            standing=(standing,),
        ),
    )


def review_standing(world: World, member: Member, query_id: str, review_by: date, words: str) -> Standing:
    """Renew a standing question until a day.

    1 the words, and a supervisor who did not ask it   2 it stands   3 the days   4 one entry: the row, and word to each owner

    Raises WrongUseError for who may not or no such question, NounError for days that cannot be.
    """
    said = said_words("review", words)  # 1
    agency = owner_here(world, member.agency)
    if "supervisor" not in member.roles:
        raise WrongUseError(f"`{member.id}` may not review a standing question; it needs a supervisor")

    def act() -> Standing:
        now_ms = world.clock.now_ms()
        standing = _get(world, agency, query_id)  # 2
        if standing.query.member == member.id:
            raise WrongUseError("you asked this question yourself; another supervisor must review it")
        today = paper_day(now_ms)
        _check_stands(standing, today)
        day = min(review_by, standing.stands.until)
        stands = replace(standing.stands, review_by=day)  # 3
        stands.check_reviewed(today)
        reviewed = Reviewed(by=member.id, at_ms=now_ms, review_by=day, words=said)
        renewed = replace(
            standing, stands=stands, reviews=(*standing.reviews, reviewed), changed=standing.changed + 1
        )
        told = StandingTold(query_id=query_id, told_ms=now_ms, review_by=day)
        append_entries(world, (_set_unit(agency, renewed, told, (member.id, said)),))  # 4
        return renewed

    return look_again(act)


def end_standing(world: World, member: Member, query_id: str, why: StandingEnd, words: str) -> Standing:
    """End a standing question, on both sides: because it is not needed any more, or its paper was recalled.

    1 the words, and a member of the agency that asked   2 ended before: nothing changes   3 it ends

    Raises WrongUseError for no such question, one that is being asked at this moment, or an end that nobody says.
    """
    said = said_words("reason", words)  # 1
    agency = owner_here(world, member.agency)
    if why not in SAID_ENDS:
        raise WrongUseError(f"`{why}` is nothing a person says; write {' or '.join(sorted(SAID_ENDS))}")

    def act() -> Standing:
        standing = _get(world, agency, query_id)
        if standing.ended is not None:  # 2
            return standing
        if not _may_see(member, standing) and not DESK & set(member.roles):
            raise WrongUseError(f"`{member.id}` may not end this question; whoever asked it does, or a supervisor")
        ended = stop_asking(world, standing, why, (member.id, said))  # 3
        if ended is None:
            raise WrongUseError(
                "the question is being asked at this moment; end it when it has come to its answer"
            )
        return ended

    return look_again(act)


def end_over(world: World, members: tuple[Member, ...]) -> int:
    """End every question asked here whose days have passed, or whose member is gone or untrained; how many."""
    now_ms = world.clock.now_ms()
    ended = 0
    for standing in world.journal.standing_now(incoming=False):
        why = standing.why_over(paper_day(now_ms)) or _why_gone(standing, members, paper_day(now_ms))
        if why is not None:
            ended += stop_asking(world, standing, why, ("", "")) is not None
    return ended


def standing_shown(world: World, member: Member) -> tuple[Standing, ...]:
    """The standing questions a member may see: their own, all of the agency's as an overseer, those put here as its desk."""
    agency = owner_here(world, member.agency)
    found = world.journal.standing_of(agency.id)
    return tuple(one for one in found if _may_see(member, one))


def stop_asking(world: World, standing: Standing, why: StandingEnd, said: tuple[str, str]) -> Standing | None:
    """The end of a question at its asker: word to each owner, and what it showed forgotten. None while it is being asked."""
    agency = world.directory().get_agency(standing.agency)
    kept = find_outcome(world, agency.id, standing.query.id)
    if kept is None:
        return None
    now_ms = world.clock.now_ms()
    ended = replace(standing, ended_ms=now_ms, ended=why, ended_by=said[0], changed=standing.changed + 1)
    told = StandingTold(query_id=standing.query.id, told_ms=now_ms)
    gone = (kept.index, *copies_of(world, agency.id, standing.query.id))
    emptied = revised_unit(
        agency, kept, without_answers(kept.revised), (now_ms, agency.ori_on(owner_day(agency, now_ms)))
    )
    unit = replace(
        _set_unit(agency, ended, told, said),
        closes=((agency.id, standing.query.id),),
        supersedes=(kept.index,),
        forgets=gone,
    )
    append_entries(world, (unit, replace(emptied, supersedes=())))
    return ended


def _set_unit(agency: Agency, standing: Standing, told: StandingTold, said: tuple[str, str]) -> Unit:
    """The public part says that something was set; by whom and why is the asker's."""
    deliveries = tuple(
        StoredDelivery(
            id=duty_id("standing-told", agency.id, owner, standing.query.id, standing.changed),
            sender=agency.id,
            recipient=owner,
            due=told,
            made_ms=told.told_ms,
            next_ms=told.told_ms,
        )
        for owner in standing.owners
    )
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.STANDING_SET,
            at_ms=told.told_ms,
            asker_ori=agency.ori_on(owner_day(agency, told.told_ms)),
        ),
        content=canonical_bytes(told),
        record=canonical_bytes({"by": said[0], "words": said[1]}),
        deliveries=deliveries,
        standing=(standing,),
    )


def _get(world: World, agency: Agency, query_id: str) -> Standing:
    standing = world.journal.find_standing(agency.id, query_id, incoming=False)
    if standing is None:
        raise WrongUseError(
            f"`{agency.id}` has no standing question `{query_id[:64]}`; `comity standing list` shows them"
        )
    return standing


def _check_stands(standing: Standing, today: date) -> None:
    why = standing.why_over(today)
    if why is not None:
        raise WrongUseError(f"the question stands no more ({why}); open it anew, with the paper that is in force")


def _may_see(member: Member, standing: Standing) -> bool:
    if standing.incoming:
        return bool((DESK | {"auditor"}) & set(member.roles))
    return member.id == standing.query.member or bool(OVERSEERS & set(member.roles))


def _why_gone(standing: Standing, members: tuple[Member, ...], today: date) -> StandingEnd | None:
    """Whoever asked must still be a trained member of the agency."""
    there = any(
        one.id == standing.query.member and one.agency == standing.agency and one.trained_until >= today
        for one in members
    )
    return None if there else StandingEnd.MEMBER_GONE
