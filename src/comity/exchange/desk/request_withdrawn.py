"""A request for action is taken back: by its asker here, and what follows where an owner's node takes it.

What was done for it meanwhile ends: that is the owner's duty, due by the next day. Notices to the person that the law
demands of the request are owed all the same.
"""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.answering.open_query import is_owners_step
from comity.exchange.answering.raised import duty_id
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.duties import look_again, said_words
from comity.exchange.messages.wire import Delivered
from comity.exchange.owners import owner_day, owner_here
from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.action_request import WithdrawnTold
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.codes import FOR_ACTION
from comity.model.decision import Duty
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.withdrawal import RequestWithdrawn
from comity.ports import World

END_WITHIN = Span(1, "day")  # nobody is held over a weekend for a request that is made no more


def withdraw_request(world: World, member: Member, query_id: str, reason: str) -> WithdrawnTold:
    """Take a request for action back.

    1 the reason, and a member of the agency that asked   2 the request   3 taken back before: nothing changes
    4 one entry: a delivery to every owner that was asked

    Raises WrongUseError for no such request, or a question for records, which asks for nothing to be done.
    """
    said = said_words("reason", reason)  # 1
    agency = owner_here(world, member.agency)

    def act() -> WithdrawnTold:
        outcome = get_outcome(world, agency.id, query_id).outcome  # 2
        if outcome.request.message not in FOR_ACTION:
            raise WrongUseError(f"`{query_id}` asks for records; there is no action to withdraw")
        before = [one for one in world.journal.deliveries(agency.id) if not one.incoming and _is_of(one, query_id)]
        owners = tuple(source.agency for source in outcome.sources)
        if before:  # 3
            return WithdrawnTold(query_id=query_id, owners=owners, withdrawn_ms=before[0].made_ms, entry=None)
        now_ms = world.clock.now_ms()
        withdrawn = RequestWithdrawn(query_id=query_id, withdrawn_ms=now_ms)
        receipt = append_entry(world, _unit(agency, owners, withdrawn, (member.id, said)))  # 4
        index = parse_proof(receipt.proof).index
        return WithdrawnTold(query_id=query_id, owners=owners, withdrawn_ms=now_ms, entry=index)

    return look_again(act)


def withdrawn_ms(world: World, owner: str, asker: str, query_id: str) -> int | None:
    """When a request to an owner was taken back (UTC milliseconds); None while it stands."""
    found = (
        one.made_ms
        for one in world.journal.deliveries(owner)
        if one.incoming and one.sender == asker and _is_of(one, query_id)
    )
    return next(found, None)


def take_withdrawal(
    world: World, delivered: Delivered, withdrawn: RequestWithdrawn, recipient: Agency, now_ms: int
) -> tuple[StoredDelivery, tuple[StoredDuty, ...]]:
    """What a withdrawal leaves at an owner. It is taken whether or not the request ever arrived: that tells nothing."""
    stored = StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=delivered.recipient,
        due=withdrawn,
        made_ms=withdrawn.withdrawn_ms,
        incoming=True,
        arrived_ms=now_ms,
    )
    kept = world.journal.answers_to(delivered.sender, withdrawn.query_id)
    if not any(is_owners_step(step_key, recipient.id) for step_key, _, _ in kept):
        return stored, ()
    rule = builtin_reason("comity/WITHDRAWN")
    calendar = OwnerCalendar(now_ms, recipient.zone, frozenset(recipient.holidays))
    duty = StoredDuty(
        id=duty_id("request-withdrawn", recipient.id, delivered.sender, withdrawn.query_id),
        owner=recipient.id,
        query_id=withdrawn.query_id,
        duty=Duty(
            kind="document",
            rule=rule.rule,
            citation=rule.citation,
            to="records-custodian",
            due_ms=after_ms(END_WITHIN, calendar),
            text=f"{delivered.sender} withdrew its request; end what was begun for it, and tell the person if they were told",
        ),
        raised_ms=now_ms,
        asker=delivered.sender,
    )
    return stored, (duty,)


def _is_of(one: StoredDelivery, query_id: str) -> bool:
    return isinstance(one.due, RequestWithdrawn) and one.due.query_id == query_id


def _unit(agency: Agency, owners: tuple[str, ...], withdrawn: RequestWithdrawn, said: tuple[str, str]) -> Unit:
    """The reason stays with the asker: what an owner needs to know is that the request is made no more."""
    at_ms = withdrawn.withdrawn_ms
    deliveries = tuple(
        StoredDelivery(
            id=duty_id("request-withdrawn", agency.id, owner, withdrawn.query_id),
            sender=agency.id,
            recipient=owner,
            due=withdrawn,
            made_ms=at_ms,
            next_ms=at_ms,
        )
        for owner in owners
    )
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.REQUEST_WITHDRAWN, at_ms=at_ms, asker_ori=agency.ori_on(owner_day(agency, at_ms))
        ),
        content=canonical_bytes(withdrawn),
        record=canonical_bytes({"by": said[0], "reason": said[1]}),
        deliveries=deliveries,
    )
