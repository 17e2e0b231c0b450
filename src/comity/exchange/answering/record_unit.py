"""Step 9's material: what one entry commits together, for answers, rejections and repeats."""

from __future__ import annotations

from msgspec.structs import replace

from comity.exchange.answering.conclude import Concluded
from comity.exchange.answering.detail import minted_item
from comity.exchange.answering.law_in_force import LawInForce
from comity.exchange.answering.open_query import Opened
from comity.exchange.answering.raised import raised_duties
from comity.exchange.messages.open_message import Rejected
from comity.exchange.owners import owner_day
from comity.model.agency import Agency
from comity.model.answer import Answer
from comity.model.canon import bytes_digest, canonical_bytes, digest
from comity.model.codes import DataClass
from comity.model.disclosure import (
    Considered,
    DeskRecord,
    Disclosure,
    EntryFacts,
    EntryKind,
    Shown,
    Unit,
)
from comity.model.query import Query
from comity.ports import World

MOST_EXPLAINED = (
    200  # records explained in full to the desk, spoken of first; the rest follow from the law kept by hash
)
_CLASS_BIT = {data_class: 1 << bit for bit, data_class in enumerate(DataClass)}


def unit_of(world: World, opened: Opened, law: LawInForce, concluded: Concluded) -> Unit:
    """An answer with everything that must be committed before it may leave."""
    answer = concluded.answer
    content = canonical_bytes(answer)
    return Unit(
        facts=answer_facts(opened.query, opened.owner, answer),
        content=content,
        record=canonical_bytes(_disclosure(opened, concluded, bytes_digest(content))),
        sealed=canonical_bytes(_desk_record(opened, law, concluded)),
        duties=raised_duties(opened, law, concluded),
        replay=(opened.sender, opened.nonce),
        answer_to=(opened.query.asker, opened.query.id, opened.step_key, opened.body_hash),
        items=tuple(minted_item(opened.query, one) for one in _shown(concluded)),
    )


def resent_unit(opened: Opened, answer: Answer) -> Unit:
    """A committed answer that leaves again: the same content, a fresh entry."""
    return Unit(
        facts=replace(
            answer_facts(opened.query, opened.owner, answer), kind=EntryKind.RESENT, at_ms=opened.now_ms
        ),
        content=canonical_bytes(answer),
        record=canonical_bytes(opened.query),
        replay=(opened.sender, opened.nonce),
    )


def rejected_unit(world: World, rejected: Rejected, now_ms: int) -> Unit:
    """An authentic message that was not accepted: the sentence, never what the message held."""
    return Unit(
        facts=EntryFacts(kind=EntryKind.REJECTED, at_ms=now_ms),
        content=canonical_bytes({"sentence": rejected.sentence}),
        record=canonical_bytes({"sender": rejected.sender, "node": world.node}),
        replay=(rejected.sender, rejected.nonce) if rejected.nonce else None,
    )


def answer_facts(query: Query, owner: Agency, answer: Answer) -> EntryFacts:
    """What the owner enters of an answer. It follows from question and answer, so the asker can check all of it."""
    return EntryFacts(
        kind=EntryKind.ANSWERED,
        at_ms=answer.answered_ms,
        owner_ori=owner.ori_on(owner_day(owner, answer.answered_ms)),
        asker_ori=query.asker_ori,
        purpose=query.purpose,
        instrument=query.basis.instrument,
        decision=answer.status,
        class_mask=class_mask(query.data_classes),
        released=len(answer.items),
        law=answer.law,
        pair=pair_commitment(query, owner.id),
    )


def class_mask(classes: tuple[DataClass, ...]) -> int:
    """One bit per data class, in the permanent order of `DataClass`."""
    return sum(_CLASS_BIT[data_class] for data_class in classes)


def pair_commitment(query: Query, owner: str) -> str:
    """What both logs hold of one question, so that a reconciler can pair them: 64 hexadecimal digits."""
    return digest({"pair": query.pair, "owner": owner, "step": f"{query.step}:{query.item_id}"}).removeprefix(
        "sha256:"
    )


def _disclosure(opened: Opened, concluded: Concluded, answer_hash: str) -> Disclosure:
    return Disclosure(
        query=opened.query,
        member=opened.member,
        node=opened.sender,
        status=concluded.answer.status,
        answer_hash=answer_hash,
        shown=_shown(concluded),
    )


def _shown(concluded: Concluded) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            item_id=item.item_id,
            record_id=record.id,
            person_key=person.key,
            fields=tuple(field.field for field in item.fields),
        )
        for item, record, person in concluded.shown
    )


def _desk_record(opened: Opened, law: LawInForce, concluded: Concluded) -> DeskRecord:
    chances = {
        (one.decided.record.id, one.decided.person.key): one.match.probability_ppm
        for one in (*concluded.looked.matched, *concluded.looked.waiting)
    }
    return DeskRecord(
        query_id=opened.query.id,
        law=law.hash,
        weights=concluded.looked.weights,
        decision=concluded.asked,
        considered=tuple(
            Considered(
                record_id=one.record.id,
                person_key=one.person.key,
                probability_ppm=chances.get((one.record.id, one.person.key)),
                decision=one.decision,
            )
            for one in concluded.looked.decided[:MOST_EXPLAINED]
        ),
    )
