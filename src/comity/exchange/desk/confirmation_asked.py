"""A hit is put to its owner for confirmation: by the asker here, and what follows where the owner's node takes it.

Until it is confirmed an item is a lead. What the owner's desk has to do is a duty with a clock of minutes.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import RejectedMessageError, WrongUseError
from comity.exchange.answering.raised import duty_id
from comity.exchange.answering.release import CUSTODY_LEADS, OBJECTS
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.builtin import builtin_reason
from comity.exchange.delivery.bring_asked import agency_of_trained, bring_asked
from comity.exchange.desk.confirmations import OPEN, confirmations
from comity.exchange.messages.wire import Delivered
from comity.model.agency import Agency, Member
from comity.model.answer import Item
from comity.model.confirmation import ANSWER_WITHIN_MS, Confirmation, ConfirmationAsked, ConfirmationSaid, Urgency
from comity.model.decision import Duty
from comity.model.delivery import Recall, RecallKind, StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty
from comity.model.mistake import MistakeReported
from comity.model.notice import NoticeTaken
from comity.model.onward import OnwardAsked
from comity.model.outcome import RevisedOutcome
from comity.model.refused import tell_refused
from comity.ports import World

OfAnItem = ConfirmationAsked | ConfirmationSaid | OnwardAsked | MistakeReported


def ask_confirmation(world: World, member: Member, query_id: str, item_id: str, urgency: Urgency) -> Confirmation:
    """Ask an item's owner to confirm it.

    1 who asks: a trained member of an agency here   2 the item, a lead that the kept answer shows as it was
    3 asked already, and the owner has time left: the same request   4 one entry: the request, on its way

    Raises WrongUseError for a member who may not, or an item that nothing is confirmed of.
    """
    now_ms = world.clock.now_ms()
    agency = agency_of_trained(world, member, now_ms)  # 1
    owner = _owner_of_lead(get_outcome(world, agency.id, query_id), item_id)  # 2
    before = [one for one in _requests(world, agency, query_id, item_id) if one.state in OPEN and not one.overdue]
    waiting = next((one for one in before if one.urgency in (urgency, Urgency.URGENT)), None)
    if waiting is not None:  # 3
        return waiting
    asked = ConfirmationAsked(query_id=query_id, item_id=item_id, urgency=urgency, by=member.id, asked_ms=now_ms)
    name = delivery_id(agency.id, asked)
    codes = EntryFacts(kind=EntryKind.HIT_CONFIRMATION, at_ms=now_ms)
    bring_asked(world, agency, (owner, name), asked, codes)  # 4
    return next(one for one in _requests(world, agency, query_id, item_id) if one.id == name)


def delivery_id(asker: str, asked: ConfirmationAsked) -> str:
    """The id of a request's delivery: it follows from what is asked, and when."""
    return duty_id("confirm-hit", asker, asked.query_id, asked.item_id, asked.urgency, asked.asked_ms)


def confirmation_duty(asked_id: str) -> str:
    """The id of the owner's duty to answer a request."""
    return duty_id("confirm-hit", asked_id, "owner")


def take_asked(
    world: World, delivered: Delivered, asked: ConfirmationAsked, recipient: Agency, now_ms: int
) -> tuple[StoredDelivery, StoredDuty]:
    """What a request leaves at the item's owner. Raises RejectedMessageError for an item not shown to whoever asks.

    What became of its record since is for the desk alone: it is taken whatever that is.
    """
    item = world.journal.find_item(asked.item_id)
    if item is None or (item.owner, item.asker, item.query_id) != (
        recipient.id,
        delivered.sender,
        asked.query_id,
    ):
        raise RejectedMessageError(
            "no such item was shown to this agency; ask again and use an item of the answer"
        )
    stored = StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=delivered.recipient,
        due=asked,
        made_ms=asked.asked_ms,
        incoming=True,
        arrived_ms=now_ms,
    )
    rule = builtin_reason("comity/CONFIRM-HIT")
    duty = StoredDuty(
        id=confirmation_duty(delivered.id),
        owner=recipient.id,
        query_id=asked.query_id,
        duty=Duty(
            kind="confirm",
            rule=rule.rule,
            citation=rule.citation,
            to=delivered.sender,
            due_ms=now_ms + ANSWER_WITHIN_MS[asked.urgency],
            text=f"{asked.urgency}: {delivered.sender} asks whether a hit is confirmed",
        ),
        raised_ms=now_ms,
        asker=delivered.sender,
        record_id=item.record_id,
    )
    return stored, duty


def forgotten_requests(world: World, recipient: Agency, recall: Recall) -> tuple[StoredDelivery, ...]:
    """The requests, words and notices about items that were withdrawn, no longer saying of what they were."""
    if recall.kind is not RecallKind.WITHDRAWN:
        return ()
    gone = {item.item_id for item in recall.items}
    found = []
    for one in world.journal.deliveries(recipient.id):
        due = one.due
        if isinstance(due, NoticeTaken) and due.item_id in gone:
            found.append(replace(one, due=NoticeTaken(notice="", item_id=""), changed=one.changed + 1))
        if not isinstance(due, OfAnItem) or due.item_id not in gone:
            continue
        if one.incoming == isinstance(due, ConfirmationSaid):  # what this agency asked, and what it was told
            changed = one.changed + 1
            found.append(replace(one, due=replace(due, item_id=""), next_ms=None, changed=changed))
    return tuple(found)


def _requests(world: World, agency: Agency, query_id: str, item_id: str) -> list[Confirmation]:
    return [one for one in confirmations(world, agency, query_id) if not one.incoming and one.item_id == item_id]


def _owner_of_lead(revised: RevisedOutcome, item_id: str) -> str:
    """Whose item it is. Raises WrongUseError for one that is not shown, is no lead, or was recalled."""
    item, owner = shown_item(revised, item_id)
    if item.data_class not in CUSTODY_LEADS and not isinstance(revised.outcome.request.subject, OBJECTS):
        raise WrongUseError(tell_refused("hit.not-wanted", item=item_id[:64]))
    if any(marker.item_id == item_id for marker in revised.markers):
        raise WrongUseError(tell_refused("hit.recalled", item=item_id[:64]))
    return owner


def shown_item(revised: RevisedOutcome, item_id: str) -> tuple[Item, str]:
    """An item that a kept answer shows now, and its owner. Raises WrongUseError for one that it does not."""
    for source in revised.outcome.sources:
        for item in source.answer.items if source.answer is not None else ():
            if item.item_id == item_id:
                return item, source.agency
    raise WrongUseError(tell_refused("hit.no-item", item=item_id[:64]))
