"""Requests to confirm a hit, as either side sees them: where each stands follows from its deliveries and the clock.

The clock of a request starts when the owner's node has it, and runs day and night. A confirmation counts until the item is
recalled. Of an item that was withdrawn nothing is listed at whoever asked.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.exchange.answering.release import UNCONFIRMED
from comity.exchange.asking.kept_outcome import find_outcome
from comity.exchange.asking.revise import shown_items
from comity.exchange.desk.confirmable import find_question
from comity.model.agency import Agency
from comity.model.confirmation import (
    ANSWER_WITHIN_MS,
    Confirmation,
    ConfirmationAsked,
    ConfirmationDue,
    ConfirmationSaid,
    ConfirmationState,
    ConfirmationWord,
)
from comity.model.delivery import Recall, StoredDelivery
from comity.model.outcome import RevisedOutcome, SourceResult
from comity.ports import World

OPEN = frozenset({ConfirmationState.ON_ITS_WAY, ConfirmationState.WAITING, ConfirmationState.MORE_TIME})
OF_A_WORD = {
    ConfirmationWord.MORE_TIME: ConfirmationState.MORE_TIME,
    ConfirmationWord.CONFIRMED: ConfirmationState.CONFIRMED,
    ConfirmationWord.NOT_CONFIRMED: ConfirmationState.NOT_CONFIRMED,
}
LAW_LABEL = "unconfirmed"  # how a rule of law says the same (us/NC-01)


def confirmations(world: World, agency: Agency, query_id: str = "") -> tuple[Confirmation, ...]:
    """The requests an agency here put or got, of one question where it is named; the soonest due first, closed ones last."""
    deliveries = world.journal.deliveries(agency.id)
    now_ms = world.clock.now_ms()
    found = [
        _confirmation(world, agency, one, deliveries, now_ms)
        for one in deliveries
        if isinstance(one.due, ConfirmationAsked) and one.due.item_id and query_id in ("", one.due.query_id)
    ]
    told = [one for one in found if one.incoming or _is_shown(world, agency, one)]
    return tuple(sorted(told, key=lambda one: (one.state not in OPEN, one.due_ms, one.id)))


def words_on(deliveries: tuple[StoredDelivery, ...], asked: StoredDelivery) -> tuple[ConfirmationSaid, ...]:
    """What was said of a request, oldest first: at its owner what was sent or is to be, at the asker what came in."""
    found = []
    for one in deliveries:
        if isinstance(one.due, ConfirmationDue) and asked.incoming and not is_void(one):
            found.append(one.due.said)
        elif isinstance(one.due, ConfirmationSaid) and not asked.incoming:
            found.append(one.due)
    return tuple(sorted((said for said in found if said.asked == asked.id), key=lambda said: said.said_ms))


def is_void(reply: StoredDelivery) -> bool:
    """Whether a word never left, because what it was said of was no longer so."""
    return not reply.incoming and reply.next_ms is None and reply.arrived_ms is None


def with_confirmations(world: World, agency: Agency, revised: RevisedOutcome) -> RevisedOutcome:
    """A kept outcome whose confirmed items say by whom and when, in place of being called unconfirmed."""
    confirmed: dict[str, Confirmation] = {
        one.item_id: one
        for one in confirmations(world, agency, revised.outcome.query_id)
        if not one.incoming and one.state is ConfirmationState.CONFIRMED
    }
    sources = tuple(_relabelled(source, confirmed) for source in revised.outcome.sources)
    return replace(revised, outcome=replace(revised.outcome, sources=sources))


def _relabelled(source: SourceResult, confirmed: dict[str, Confirmation]) -> SourceResult:
    answer = source.answer
    if answer is None or not any(item.item_id in confirmed for item in answer.items):
        return source
    label = f"confirmed by {source.agency}"
    items = tuple(
        replace(item, labels=(label, *(one for one in item.labels if one not in (UNCONFIRMED, LAW_LABEL))))
        if item.item_id in confirmed
        else item
        for item in answer.items
    )
    return replace(source, answer=replace(answer, items=items))


def _is_shown(world: World, agency: Agency, one: Confirmation) -> bool:
    kept = find_outcome(world, agency.id, one.query_id)
    return kept is not None and one.item_id in shown_items(kept.revised, one.owner)


def _confirmation(
    world: World, agency: Agency, stored: StoredDelivery, deliveries: tuple[StoredDelivery, ...], now_ms: int
) -> Confirmation:
    asked = stored.due
    assert isinstance(asked, ConfirmationAsked), "only requests to confirm are listed"
    words = words_on(deliveries, stored)
    last = words[-1] if words else None
    state = OF_A_WORD[last.word] if last is not None else _unanswered(stored)
    if state is ConfirmationState.CONFIRMED and last is not None and _is_recalled(deliveries, stored, last):
        state = ConfirmationState.RECALLED
    due_ms = due_of_request(stored, words)
    other = world.directory().find_agency(stored.sender if stored.incoming else stored.recipient)
    found = Confirmation(
        id=stored.id,
        asker=stored.sender,
        owner=stored.recipient,
        incoming=stored.incoming,
        query_id=asked.query_id,
        item_id=asked.item_id,
        urgency=asked.urgency,
        by=asked.by,
        asked_ms=asked.asked_ms,
        arrived_ms=stored.arrived_ms,
        due_ms=due_ms,
        state=state,
        overdue=state in OPEN and due_ms < now_ms,
        said_ms=last.said_ms if last is not None else None,
        contact=other.contact if other is not None else "",
        trouble=stored.trouble,
    )
    return _compared(world, agency, found) if stored.incoming else found


def due_of_request(stored: StoredDelivery, words: tuple[ConfirmationSaid, ...]) -> int:
    """Until when the owner answers (UTC milliseconds): the new time it named, or the urgency's from when it had it."""
    assert isinstance(stored.due, ConfirmationAsked), "only a request to confirm has this clock"
    named = [said.until_ms for said in words if said.until_ms is not None]
    if named:
        return named[-1]
    begun_ms = stored.arrived_ms if stored.arrived_ms is not None else stored.due.asked_ms
    return begun_ms + ANSWER_WITHIN_MS[stored.due.urgency]


def _unanswered(stored: StoredDelivery) -> ConfirmationState:
    return ConfirmationState.WAITING if stored.arrived_ms is not None else ConfirmationState.ON_ITS_WAY


def _is_recalled(deliveries: tuple[StoredDelivery, ...], stored: StoredDelivery, said: ConfirmationSaid) -> bool:
    """Whether the owner recalled the item when it had said so, or later. Both sides have the recall."""
    return any(
        one.due.made_ms >= said.said_ms and any(item.item_id == said.item_id for item in one.due.items)
        for one in deliveries
        if isinstance(one.due, Recall) and (one.sender, one.recipient) == (stored.recipient, stored.sender)
    )


def _compared(world: World, owner: Agency, found: Confirmation) -> Confirmation:
    """With what the owner's desk compares: the record by its reference, and what was asked about."""
    item = world.journal.find_item(found.item_id)
    if item is None:
        return found
    record, query = world.records.get(owner.id, item.record_id), find_question(world, owner, item)
    return replace(
        found,
        reference=record.reference if record is not None else "",
        subject=query.subject if query is not None else None,
    )
