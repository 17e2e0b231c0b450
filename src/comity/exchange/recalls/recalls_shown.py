"""The recalls of an agency as its desk reads them: an own record by its number, another's as it stands in kept answers.

1 recalls          sent and got, the oldest first
2 until when       of one sent, by what everybody demands of that act; of one got, what its owner set
3 sent: the record its own number, which the agency may read
4 got: where       each question once, with what its kept answer still shows; of what was withdrawn nothing
"""

from __future__ import annotations

from comity.exchange.asking.kept_outcome import find_outcome
from comity.exchange.asking.revise import answer_of
from comity.exchange.duty.owed_acts import owed_acts
from comity.exchange.owners import owner_here
from comity.exchange.recalls.recall import recall_duty
from comity.model.agency import Member
from comity.model.delivery import Recall, RecallKind, StoredDelivery
from comity.model.disclosure import StoredDuty
from comity.model.recalled import RecalledFrom, RecallShown
from comity.ports import World


def recalls_shown(world: World, member: Member) -> tuple[RecallShown, ...]:
    """Every recall that the member's agency sent or got. Raises WrongUseError for an agency that is not at this node."""
    agency = owner_here(world, member.agency)
    found = [one for one in world.journal.deliveries(agency.id) if isinstance(one.due, Recall)]  # 1
    found.sort(key=lambda one: (one.made_ms, one.id, one.incoming))
    owed: dict[str, tuple[StoredDuty, int | None]] = {
        one.id: (one, act.due_ms) for act in owed_acts(world.journal.duties(agency.id)) for one in act.duties
    }  # 2
    return tuple(_got(world, agency.id, one) if one.incoming else _sent(world, one, owed) for one in found)


def _sent(world: World, stored: StoredDelivery, owed: dict[str, tuple[StoredDuty, int | None]]) -> RecallShown:
    recall = _recall(stored)
    duty, due_ms = owed.get(recall_duty(stored.id, of_the_recipient=False), (None, recall.confirm_by_ms))
    record = world.records.get(stored.sender, duty.record_id) if duty is not None and duty.record_id else None  # 3
    if record is None:
        return RecallShown(stored=stored, due_ms=due_ms)
    return RecallShown(stored=stored, due_ms=due_ms, record_id=record.id, reference=record.reference)


def _got(world: World, agency: str, stored: StoredDelivery) -> RecallShown:
    recall = _recall(stored)
    questions: dict[tuple[str, str], list[str]] = {}
    for item in recall.items:
        questions.setdefault((item.query_id, item.told), []).append(item.item_id)
    where = tuple(
        RecalledFrom(query_id=query_id, items=tuple(dict.fromkeys(items)), told=told)
        if told
        else _from(world, agency, stored, query_id, tuple(dict.fromkeys(items)))
        for (query_id, told), items in questions.items()
    )
    return RecallShown(stored=stored, due_ms=recall.confirm_by_ms, where=where)


def _from(
    world: World, agency: str, stored: StoredDelivery, query_id: str, items: tuple[str, ...]
) -> RecalledFrom:  # 4
    kept = find_outcome(world, agency, query_id)
    if kept is None:
        return RecalledFrom(query_id=query_id, items=items)
    outcome, answer = kept.revised.outcome, answer_of(kept.revised, stored.sender)
    shown = answer.items if answer is not None and _recall(stored).kind is not RecallKind.WITHDRAWN else ()
    return RecalledFrom(
        query_id=query_id,
        items=items,
        member=outcome.request.member,
        asked_ms=outcome.asked_ms,
        references=tuple(dict.fromkeys(one.reference for one in shown if one.item_id in items)),
    )


def _recall(stored: StoredDelivery) -> Recall:
    assert isinstance(stored.due, Recall), "only recalls are shown"
    return stored.due
