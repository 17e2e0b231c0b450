"""What an asker believes of an answer: signed by the owner's node, about this question, proved by its receipt."""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import ProofError, RejectedMessageError
from comity.exchange.answering.open_query import ASKED_EARLIER_MS
from comity.exchange.answering.record_unit import answer_facts
from comity.exchange.builtin import builtin_reason
from comity.exchange.messages.listed_keys import log_keys, nodes_at
from comity.exchange.messages.wire import FRESH_MS, AnswerBody, Turned, authenticate, payload_hash, read_message
from comity.ledger.checkpoint import signing_key
from comity.ledger.entry import BUCKET_MS
from comity.ledger.proof import parse_proof
from comity.ledger.verify import verify_receipt
from comity.model.agency import Directory
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes
from comity.model.codes import Status
from comity.model.disclosure import EntryKind, Receipt
from comity.model.outcome import SourceResult
from comity.model.query import Query


def check_answer(raw: bytes, sent: bytes, query: Query, directory: Directory, now_ms: int) -> SourceResult:
    """The source's checked answer to the sealed bytes `sent`. Raises MessageError or ProofError for one that does not hold."""
    owner = directory.get_agency(query.owner)
    sender, payload = authenticate(raw, directory, now_ms)
    if sender not in nodes_at(directory, owner, now_ms):
        raise RejectedMessageError("the answer was signed by another node than the owner's")
    body = read_message(payload).body
    if isinstance(body, Turned):
        if body.message_hash != payload_hash(sent.partition(b"\n")[2]):
            raise RejectedMessageError("the source's refusal is about another message")
        return SourceResult(
            agency=query.owner,
            status=Status.FAILED,
            reasons=(builtin_reason("comity/NOT-ACCEPTED", because=body.sentence),),
        )
    if not isinstance(body, AnswerBody):
        raise RejectedMessageError("the owner's node sent no answer")
    verify_answer(body.answer, body.receipt, query, directory)
    return verified_result(body.answer, body.receipt)


def verified_result(answer: Answer, receipt: Receipt) -> SourceResult:
    """What a source said, its receipt verified."""
    return SourceResult(
        agency=answer.owner,
        status=answer.status,
        reasons=answer.reasons,
        answer=answer,
        receipt=receipt,
        verified=True,
    )


def verify_answer(
    answer: Answer,
    receipt: Receipt,
    query: Query,
    directory: Directory,
    latest_ms: int | None = None,
    *,
    kind: EntryKind = EntryKind.ANSWERED,
) -> None:
    """The receipt proves that the owner's log holds exactly this answer to exactly this question, offline.

    `latest_ms` is until when it may have been given: None for an answer that nobody waited for a person's decision on.
    `kind` is what its entry says it is. Raises RejectedMessageError or ProofError.
    """
    owner = directory.get_agency(query.owner)
    if answer.query_id != query.id or answer.owner != query.owner:
        raise RejectedMessageError("the answer belongs to another question")
    latest_ms = query.asked_ms + ASKED_EARLIER_MS + FRESH_MS if latest_ms is None else latest_ms
    if not query.asked_ms - FRESH_MS <= answer.answered_ms <= latest_ms:
        raise RejectedMessageError("the answer was given before the question was put, or long after")
    node = directory.find_node(receipt.node)
    if node is None or node.id not in nodes_at(directory, owner, answer.answered_ms):
        raise ProofError("the receipt is from another node than the owner's")
    keys = log_keys(node, answer.answered_ms)
    if not keys:
        raise ProofError(f"the log key of `{node.id}` was revoked before the answer was given")
    entered = verify_receipt(receipt, canonical_bytes(answer), signing_key(parse_proof(receipt.proof).note, keys))
    expected = replace(answer_facts(query, owner, answer), kind=kind)
    if entered != replace(expected, at_ms=expected.at_ms // BUCKET_MS * BUCKET_MS):
        raise ProofError("the receipt's entry is about another question or another outcome")
