"""An answer that comes after the wait: decided by a person since, or given anew. It takes the place of what was said.

It is believed as any answer is: for a question that this agency put, by the receipt of the owner's log.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.errors import ProofError, RejectedMessageError
from comity.exchange.check_answer import verified_result, verify_answer
from comity.exchange.held_log import check_held
from comity.exchange.kept_outcome import ASKED_KEY, DETAIL_KEY, find_outcome
from comity.exchange.owners import owner_day
from comity.exchange.revise import answer_of, revised_unit, with_answer
from comity.exchange.wire import FRESH_MS, LateAnswer
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.codes import Step
from comity.model.delivery import Recall, RecallKind
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.query import Query
from comity.ports import World


def late_answer_unit(world: World, late: LateAnswer, recipient: Agency, now_ms: int) -> Unit:
    """The entry that keeps a late answer. Raises RejectedMessageError for one that is not to a question of this agency."""
    query = next((one for one in _asked(world, recipient, late.answer.query_id) if one.pair == late.pair), None)
    if query is None or query.owner != late.answer.owner:
        raise RejectedMessageError("this agency put no such question; answer the one that was put")
    try:
        verify_answer(late.answer, late.receipt, query, world.directory(), latest_ms=now_ms + FRESH_MS)
        check_held(world, late.receipt, None, now_ms)
    except ProofError as error:
        raise RejectedMessageError(f"the late answer does not verify: {error}") from error
    _check_not_withdrawn(world, late, recipient)
    if query.step is Step.DETAIL:
        return _detail_unit(world, late, query, recipient, now_ms)
    kept = find_outcome(world, recipient.id, query.id)
    if kept is None:
        raise RejectedMessageError("the question has not come to its end here yet; bring the answer again later")
    newer = answer_of(kept.revised, late.answer.owner)
    if newer is not None and newer.answered_ms > late.answer.answered_ms:
        raise RejectedMessageError("a newer answer to this question is here already")
    revised = with_answer(kept.revised, verified_result(late.answer, late.receipt))
    return revised_unit(recipient, kept, revised, (now_ms, recipient.ori_on(owner_day(recipient, now_ms))))


def _check_not_withdrawn(world: World, late: LateAnswer, recipient: Agency) -> None:
    """An answer that was long under way may hold what its owner has withdrawn since. Raises RejectedMessageError."""
    shown = {item.item_id for item in late.answer.items}
    for delivery in world.journal.deliveries(recipient.id):
        recall = delivery.due
        if not delivery.incoming or not isinstance(recall, Recall) or recall.kind is not RecallKind.WITHDRAWN:
            continue
        if any(item.item_id in shown for item in recall.items):
            raise RejectedMessageError("something in this answer was recalled since it was given")


def _detail_unit(world: World, late: LateAnswer, query: Query, recipient: Agency, now_ms: int) -> Unit:
    key = f"{DETAIL_KEY}:{query.pair}"
    before = world.journal.find_answer(recipient.id, query.id, key)
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.RECEIVED,
            at_ms=now_ms,
            asker_ori=recipient.ori_on(owner_day(recipient, now_ms)),
            purpose=query.purpose,
            instrument=query.basis.instrument,
            released=len(late.answer.items),
            pair=digest(query.id).removeprefix("sha256:"),
        ),
        content=canonical_bytes(verified_result(late.answer, late.receipt)),
        record=canonical_bytes({"asker": recipient.id}),
        answer_to=(recipient.id, query.id, key, digest(query)),
        supersedes=(before[2],) if before is not None else (),
    )


def _asked(world: World, recipient: Agency, query_id: str) -> Iterator[Query]:
    """What this agency asked under a question's id: of every owner at once, and of single items since."""
    for step_key, _, content in world.journal.answers_to(recipient.id, query_id):
        if step_key == ASKED_KEY or step_key.startswith(f"{ASKED_KEY}:"):
            yield from from_canonical(content, tuple[Query, ...])
