"""What an owner passes on, on its way and where it arrives: an answer of the owner's own, to an agency that did not ask."""

from __future__ import annotations

from comity.errors import ProofError, RejectedMessageError
from comity.exchange.answering.answer_again import find_given
from comity.exchange.answering.record_unit import class_mask
from comity.exchange.asking.check_answer import verified_result, verify_answer
from comity.exchange.asking.kept_outcome import OUTCOME_KEY, find_outcome
from comity.exchange.asking.open_questions import request_of
from comity.exchange.asking.persons import join_persons
from comity.exchange.delivery.due_answer import still_stands
from comity.exchange.messages.wire import FRESH_MS, Delivered, PassedOn
from comity.exchange.owners import owner_day
from comity.ledger.append import restore_receipt
from comity.ledger.witnessed import check_witnessed
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes, digest
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.onward import PassedOnDue
from comity.model.outcome import Outcome
from comity.ports import World


def due_passed_on(world: World, due: PassedOnDue) -> PassedOn | None:
    """The answer as it leaves; None where law, day or record are not those it was decided for: then nothing leaves."""
    given = find_given(world, due.asker, due.query_id, due.step_key)
    now_ms = world.clock.now_ms()
    check_witnessed(world, now_ms)
    if given is None or not still_stands(world, given, now_ms):
        return None
    receipt = restore_receipt(world, given.index)
    return PassedOn(query=given.disclosure.query, answer=given.answer, receipt=receipt, holder=due.holder)


def take_passed_on(
    world: World, delivered: Delivered, passed: PassedOn, recipient: Agency, now_ms: int
) -> tuple[StoredDelivery, Unit]:
    """What it leaves here: an outcome as of a question of one's own, so that recalls find it.

    Raises RejectedMessageError for an answer that is not the sender's, not for this agency, or does not verify.
    """
    query = passed.query
    if query.asker != recipient.id or query.owner != delivered.sender:
        raise RejectedMessageError("an owner passes on its own answers alone, and to whom they are given")
    try:
        verify_answer(
            passed.answer,
            passed.receipt,
            query,
            world.directory(),
            latest_ms=now_ms + FRESH_MS,
            kind=EntryKind.ONWARD,
        )
    except ProofError as error:
        raise RejectedMessageError(f"what was passed on does not verify: {error}") from error
    if find_outcome(world, recipient.id, query.id) is not None:
        raise RejectedMessageError("there is an answer of this number here already; give each its own")
    due = PassedOnDue(asker=query.asker, query_id=query.id, step_key="", holder=passed.holder)
    kept = StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=recipient.id,
        due=due,
        made_ms=passed.answer.answered_ms,
        incoming=True,
        arrived_ms=now_ms,
    )
    return kept, _outcome_unit(passed, recipient, now_ms)


def _outcome_unit(passed: PassedOn, recipient: Agency, now_ms: int) -> Unit:
    query = passed.query
    sources = (verified_result(passed.answer, passed.receipt),)
    persons, apart = join_persons(sources)
    outcome = Outcome(
        query_id=query.id,
        request=request_of((query,)),
        asked_ms=query.asked_ms,
        took_ms=max(0, now_ms - query.asked_ms),
        sources=sources,
        persons=persons,
        apart=apart,
    )
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.RECEIVED,
            at_ms=now_ms,
            asker_ori=recipient.ori_on(owner_day(recipient, now_ms)),
            purpose=query.purpose,
            instrument=query.basis.instrument,
            class_mask=class_mask(query.data_classes),
            released=len(passed.answer.items),
            pair=digest(query.id).removeprefix("sha256:"),
        ),
        content=canonical_bytes(outcome),
        record=canonical_bytes({"asker": query.asker, "holder": passed.holder}),
        answer_to=(query.asker, query.id, OUTCOME_KEY, digest(outcome.request)),
    )
