"""A recall comes in: what was withdrawn goes out of everything kept here, what was corrected is marked, the desk confirms.

Only items that the recalling owner itself showed are touched. What is not here any more, or never was, is confirmed all
the same: the answer to a recall tells its sender nothing but that it arrived.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.errors import RejectedMessageError
from comity.exchange.asking.kept_outcome import (
    ASKED_KEY,
    DELIVERY_KEY,
    DETAIL_KEY,
    OUTCOME_KEY,
    REVISED_KEY,
    KeptOutcome,
    find_outcome,
)
from comity.exchange.asking.revise import revised_unit, shown_items, with_markers, without_items
from comity.exchange.builtin import builtin_reason
from comity.exchange.messages.wire import Delivered
from comity.exchange.owners import owner_day
from comity.exchange.recalls.recall import WORDS, recall_duty
from comity.ledger.entry import BUCKET_MS, decode_entry
from comity.model.agency import Agency
from comity.model.decision import Duty
from comity.model.delivery import Recall, RecallKind, StoredDelivery
from comity.model.disclosure import StoredDuty, Unit
from comity.model.outcome import LONGEST_DEADLINE_MS, Marker, RevisedOutcome
from comity.ports import World

STILL_ASKING_MS = (
    2 * LONGEST_DEADLINE_MS + BUCKET_MS
)  # after that nobody waits; a stop ended it, and it is asked anew


@dataclass(frozen=True, slots=True)
class RecallTaken:
    """What a recall changes here: the outcomes revised, the entries forgotten, the delivery and the desk's duty."""

    revised: tuple[Unit, ...]
    supersedes: tuple[int, ...]
    forgets: tuple[int, ...]
    delivery: StoredDelivery
    duty: StoredDuty


def take_recall(world: World, delivered: Delivered, recall: Recall, recipient: Agency, now_ms: int) -> RecallTaken:
    """What follows from a recall at its recipient. Raises RejectedMessageError for one that names nothing."""
    if not recall.items:
        raise RejectedMessageError("a recall names at least one item; name what is recalled")
    withdrawn = recall.kind is RecallKind.WITHDRAWN
    revised: list[Unit] = []
    gone: list[int] = []
    for query_id in sorted({item.query_id for item in recall.items}):
        _check_ended(world, recipient, query_id, now_ms)
        items = frozenset(item.item_id for item in recall.items if item.query_id == query_id)
        kept = find_outcome(world, recipient.id, query_id)
        if kept is not None and (new := _revise(kept, delivered.sender, items, recall)) != kept.revised:
            revised.append(
                revised_unit(recipient, kept, new, (now_ms, recipient.ori_on(owner_day(recipient, now_ms))))
            )
            gone += [kept.index] if withdrawn else []
        gone += _copies(world, recipient, query_id, items) if withdrawn else []
    return RecallTaken(
        revised=tuple(revised),
        supersedes=tuple(gone),
        forgets=tuple(gone),
        delivery=_delivery(delivered, recall, now_ms),
        duty=_duty(delivered, recall, recipient, now_ms),
    )


def _check_ended(world: World, recipient: Agency, query_id: str, now_ms: int) -> None:
    """What is being asked now may bring a recalled item in after its recall. Raises RejectedMessageError: again later."""
    rows = world.journal.answers_to(recipient.id, query_id)
    keys = {step_key for step_key, _, _ in rows}
    for step_key, index, _ in rows:
        asked, _, pair = step_key.partition(":")
        ended = f"{DETAIL_KEY}:{pair}" in keys if pair else bool(keys & {OUTCOME_KEY, REVISED_KEY})
        if asked != ASKED_KEY or ended:
            continue
        if now_ms - decode_entry(world.journal.entry(index)).facts.at_ms < STILL_ASKING_MS:
            raise RejectedMessageError("the question is being asked at this moment; bring the recall again later")


def _revise(kept: KeptOutcome, owner: str, items: frozenset[str], recall: Recall) -> RevisedOutcome:
    known = items & shown_items(kept.revised, owner)
    if recall.kind is RecallKind.WITHDRAWN:
        return without_items(kept.revised, owner, known) if known else kept.revised
    markers = tuple(
        Marker(item_id=item_id, owner=owner, kind=recall.kind, at_ms=recall.made_ms, statement=recall.statement)
        for item_id in sorted(known)
    )
    return with_markers(kept.revised, markers) if markers else kept.revised


def _copies(world: World, recipient: Agency, query_id: str, items: frozenset[str]) -> Iterator[int]:
    """The other entries that hold withdrawn items: details asked for, answers that came late."""
    for step_key, index, content in world.journal.answers_to(recipient.id, query_id):
        if step_key.startswith((f"{DETAIL_KEY}:", f"{DELIVERY_KEY}:")) and any(
            one.encode() in content for one in items
        ):
            yield index


def _delivery(delivered: Delivered, recall: Recall, now_ms: int) -> StoredDelivery:
    return StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=delivered.recipient,
        due=recall,
        made_ms=recall.made_ms,
        incoming=True,
        arrived_ms=now_ms,
    )


def _duty(delivered: Delivered, recall: Recall, recipient: Agency, now_ms: int) -> StoredDuty:
    rule = builtin_reason("comity/RECALLED")
    items = "1 item" if len(recall.items) == 1 else f"{len(recall.items)} items"
    return StoredDuty(
        id=recall_duty(delivered.id, of_the_recipient=True),
        owner=recipient.id,
        query_id="",
        duty=Duty(
            kind="recall",
            rule=rule.rule,
            citation=rule.citation,
            to=delivered.sender,
            due_ms=recall.confirm_by_ms,
            text=f"{items} that {delivered.sender} showed {WORDS[recall.kind]}; stop using what was shown, then confirm",
        ),
        raised_ms=now_ms,
    )
