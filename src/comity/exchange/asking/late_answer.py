"""An answer that comes after the wait: decided by a person since, or given anew. It takes the place of what was said.

It is believed as any answer is: for a question that this agency put, by the receipt of the owner's log.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from comity.errors import ProofError, RejectedMessageError
from comity.exchange.asking.check_answer import verified_result, verify_answer
from comity.exchange.asking.kept_outcome import ASKED_KEY, DETAIL_KEY, find_outcome
from comity.exchange.asking.revise import revised_unit, with_answer
from comity.exchange.log.held_log import check_held
from comity.exchange.messages.wire import FRESH_MS, LateAnswer
from comity.exchange.owners import owner_day, paper_day
from comity.exchange.standing.standing_forgets import copies_of
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.codes import MessageKind, Status, Step
from comity.model.delivery import Recall, RecallKind
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.outcome import RevisedOutcome
from comity.model.query import Query
from comity.model.standing import Standing
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
    standing = _standing(world, query, recipient, now_ms)
    if query.step is Step.DETAIL:
        return _detail_unit(world, late, query, recipient, now_ms)
    kept = find_outcome(world, recipient.id, query.id)
    if kept is None:
        raise RejectedMessageError("the question has not come to its end here yet; bring the answer again later")
    if _is_older(late, kept.revised):
        raise RejectedMessageError("a newer answer to this question is here already")
    revised = with_answer(kept.revised, verified_result(late.answer, late.receipt))
    unit = revised_unit(recipient, kept, revised, (now_ms, recipient.ori_on(owner_day(recipient, now_ms))))
    return unit if standing is None else _in_its_place(world, unit, kept.index, (standing, late.answer))


def _is_older(late: LateAnswer, revised: RevisedOutcome) -> bool:
    """Whether what is kept of its owner was entered after it: by the owner's log, by the clock where that cannot tell."""
    source = next((one for one in revised.outcome.sources if one.agency == late.answer.owner), None)
    if source is None or source.answer is None:
        return False
    if source.receipt is not None and source.receipt.node == late.receipt.node:
        return parse_proof(late.receipt.proof).index < parse_proof(source.receipt.proof).index
    return source.answer.answered_ms > late.answer.answered_ms


def _standing(world: World, query: Query, recipient: Agency, now_ms: int) -> Standing | None:
    """The standing question that an answer is to, if it is one. Raises RejectedMessageError where it stands no more."""
    if query.message is not MessageKind.STANDING_QUESTION:
        return None
    standing = world.journal.find_standing(recipient.id, query.id, incoming=False)
    if standing is None or standing.why_over(paper_day(now_ms)) is not None:
        raise RejectedMessageError("the question stands no more; nothing is taken for it")
    return standing


def _in_its_place(world: World, unit: Unit, kept: int, answered: tuple[Standing, Answer]) -> Unit:
    """The newest answer and no other: what was kept before is destroyed, and so is what was brought before."""
    standing, answer = answered
    gone = (kept, *copies_of(world, standing.agency, standing.query.id))
    if answer.status is not Status.REFUSED:
        return replace(unit, forgets=gone)
    stopped = replace(
        standing,
        stopped_at=tuple(sorted({*standing.stopped_at, answer.owner})),
        changed=standing.changed + 1,
    )
    return replace(unit, forgets=gone, standing=(stopped,))


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
        forgets=(before[2],) if before is not None else (),  # no recall would find it there any more
    )


def _asked(world: World, recipient: Agency, query_id: str) -> Iterator[Query]:
    """What this agency asked under a question's id: of every owner at once, and of single items since."""
    for step_key, _, content in world.journal.answers_to(recipient.id, query_id):
        if step_key == ASKED_KEY or step_key.startswith(f"{ASKED_KEY}:"):
            yield from from_canonical(content, tuple[Query, ...])
