"""A past question explained to the owner's desk: what was decided of it and of every record, and which rules mattered.

1 find_answers      the owner's answers to the question, newest first
2 read_past         question, time, parties and what the desk record kept
3 fold_past         the law of then, by the hash the answer names, folded for the question of then
4 _read_record      each record considered: decided again, and explained where that yields the decision of then
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import ComityError, WrongUseError
from comity.exchange.answering.candidates import decide_one, is_silent, waits_whole
from comity.exchange.answering.law_in_force import LawInForce
from comity.exchange.replay.replay import LawOfThen, Past, find_considered, fold_past, past_entries, read_past
from comity.law.explain_owner import explain_asked, explain_decided
from comity.model.agency import Agency
from comity.model.decision import FieldDecision, QueryDecision, Reason, RecordDecision
from comity.model.disclosure import Considered, Shown
from comity.model.explained import (
    AnswerExplained,
    FieldExplained,
    RecordExplained,
    RecordNow,
    RecordOutcome,
)
from comity.model.query import Query
from comity.model.record import Record
from comity.ports import World

MOST_ANSWERS = 32  # a digest and the details of its items: nobody reads more at once


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question by id; one record by its reference or id, one field by name, empty for all.

    Fields are explained only where a record or a field is named: else there are too many to read.
    """

    query_id: str
    record: str = ""
    field: str = ""


def explain_past(
    world: World, owner: Agency, law_of_then: LawOfThen, wanted: Wanted
) -> tuple[AnswerExplained, ...]:
    """The owner's answers to one question, the newest first, each explained.

    Raises WrongUseError for a question this owner did not answer, a record it did not consider or a field it lacks;
    NounError for an answer whose explanation is no longer kept.
    """
    found = tuple(
        _explain_answer(world, read_past(world, index), law_of_then, wanted)
        for index in _find_answers(world, owner, wanted.query_id)
    )
    if not found:
        raise WrongUseError(
            f"`{owner.id}` answered no question `{wanted.query_id[:64]}`; its answer names the question's id"
        )
    if wanted.record and not any(answer.records for answer in found):
        raise WrongUseError(
            f"no record `{wanted.record[:64]}` was considered for this question; leave it out to see which were"
        )
    fields = {one.field for answer in found for record in answer.records for one in record.decision.fields}
    if fields and wanted.field and wanted.field not in fields:
        raise WrongUseError(
            f"no record considered has a field `{wanted.field[:64]}`; leave it out to see a record's fields"
        )
    return found


def _find_answers(world: World, owner: Agency, query_id: str) -> Iterator[int]:
    """The owner's answers to a question, newest first."""
    left = MOST_ANSWERS
    for index in past_entries(world, owner):
        sealed = world.journal.sealed(index)
        if sealed is None or not query_id or query_id.encode() not in sealed:
            continue
        if read_past(world, index).opened.query.id == query_id:
            yield index
            left -= 1
        if not left:
            return


def _explain_answer(world: World, past: Past, law_of_then: LawOfThen, wanted: Wanted) -> AnswerExplained:
    query = past.opened.query
    try:
        law: LawInForce | None = fold_past(past, law_of_then(past.law))
    except ComityError:  # its list or a text of it is gone: what the desk record kept is still there
        law = None
    records = (_read_record(world, past, law, one, wanted) for one in past.considered)
    return AnswerExplained(
        entry=past.index,
        answered_ms=past.opened.now_ms,
        query_id=query.id,
        step=query.step,
        asker=query.asker,
        member=query.member,
        beneficiary=query.beneficiary,
        purpose=query.purpose,
        status=past.status,
        law=past.law,
        law_kept=law is not None,
        asked=_unwritten_asked(query, past.asked),
        refusals=explain_asked(law.folded, past.asked) if law is not None else (),
        records=tuple(one for one in records if wanted.record in ("", one.record_id, one.reference)),
    )


def _read_record(
    world: World, past: Past, law: LawInForce | None, one: Considered, wanted: Wanted
) -> RecordExplained:
    record = find_considered(world, past, one)
    now = _now(past, law, record, one)
    shown = next(
        (was for was in past.shown if (was.record_id, was.person_key) == (one.record_id, one.person_key)), None
    )
    named = record is not None and wanted.record in (record.id, record.reference)
    fields: tuple[FieldExplained, ...] = ()
    if now is RecordNow.AS_THEN and law is not None and record is not None and (named or wanted.field):
        fields = tuple(
            _explain_field(past, law, record, one, field)
            for field in one.decision.fields
            if wanted.field in ("", field.field)
        )
    return RecordExplained(
        record_id=one.record_id,
        reference=record.reference if record is not None else one.record_id,
        person=one.person_key,
        now=now,
        outcome=_outcome(one.decision, shown),
        shown=shown.fields if shown is not None else (),
        decision=replace(
            one.decision, fields=tuple(_unwritten_field(past.opened.query, field) for field in one.decision.fields)
        ),
        fields=fields,
    )


def _now(past: Past, law: LawInForce | None, record: Record | None, one: Considered) -> RecordNow:
    if record is None:
        return RecordNow.GONE
    if law is None:
        return RecordNow.LAW_GONE
    again = decide_one(law, past.opened.query, record, one.person_key)
    return RecordNow.AS_THEN if again == one.decision else RecordNow.CHANGED


def _outcome(decision: RecordDecision, shown: Shown | None) -> RecordOutcome:
    if shown is not None:
        return RecordOutcome.SHOWN
    if decision.concealed:
        return RecordOutcome.CONCEALED
    if is_silent(decision):
        return RecordOutcome.WITHHELD
    return RecordOutcome.WAITS if waits_whole(decision) else RecordOutcome.NOT_SHOWN


def _explain_field(
    past: Past, law: LawInForce, record: Record, one: Considered, field: FieldDecision
) -> FieldExplained:
    explained = explain_decided(law.folded, record, one.person_key, field)
    return replace(explained, decision=_unwritten_field(past.opened.query, field))


# ---------------------------------------------------------------- what the asker wrote stays out


def _unwritten_asked(query: Query, asked: QueryDecision) -> QueryDecision:
    return replace(
        asked,
        refused=_unwritten(query, asked.refused),
        removed=tuple((data_class, _unwritten(query, reasons)) for data_class, reasons in asked.removed),
    )


def _unwritten_field(query: Query, field: FieldDecision) -> FieldDecision:
    return replace(field, reasons=_unwritten(query, field.reasons))


def _unwritten(query: Query, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Reasons without a fact that repeats what the asker wrote in words of its own: it may speak of a person."""
    texts = [text for text in (query.note, query.case_number, query.basis.portion, query.basis.activity) if text]
    return tuple(
        replace(reason, because="") if any(text in reason.because for text in texts) else reason
        for reason in reasons
    )
