"""A disclosure that nobody queried (a call, an e-mail, a portal view), recorded by whoever told it.

1 who               a member of an owner here; the agency that was told is one the directory lists
2 what              one person of one record, and fields that the record has
3 the question      that such a call amounts to: asker, purpose, basis, beneficiary, class
4 decide            by the owner's law at the time it was told: the question, then the record
5 verdicts          field by field; what is against the law is recorded all the same, marked, with a finding and its duty
6 append_entry      an entry of its own kind, the disclosure record, duties, and the item that recalls go by

Nothing leaves here: it has left already. What the record holds is not copied, only which fields were told.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import NounError, WrongUseError
from comity.exchange.answering.candidates import decide_one
from comity.exchange.answering.detail import minted_item
from comity.exchange.answering.law_in_force import LawInForce, law_in_force
from comity.exchange.answering.open_query import Opened
from comity.exchange.answering.raised import duty_id, periodic_duty
from comity.exchange.answering.record_unit import class_mask, pair_commitment
from comity.exchange.builtin import builtin_reason
from comity.exchange.owners import owner_day, owner_here
from comity.exchange.recalls.standing_releases import TOLD_BY
from comity.exchange.records.correct import get_stored
from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.decide import decide_query, no_agreement
from comity.law.defer import defer_notices, deferrals_of
from comity.law.duty import after_ms
from comity.law.release import values_of
from comity.law.vocabulary import load_vocabulary
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.match.as_question import subject_of
from comity.model.agency import Agency, Member
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import SEARCHABLE_ROLES, Level, Status, Step
from comity.model.decision import Duty, QueryDecision, RecordDecision
from comity.model.disclosure import Disclosure, EntryFacts, EntryKind, Shown, StoredDuty, Unit
from comity.model.query import PersonSubject, Query
from comity.model.record import PersonInRecord, Record
from comity.model.told import Disclosed, DisclosedEntry, FieldVerdict, Told, ToldField
from comity.ports import World

LATEST_MS = 7 * 86_400_000  # what is recorded later than a week after is remembered, not recorded
LOOK_WITHIN = Span(3, "working-day")  # as for a recall: whoever was told may be using it
NOBODY = "not named in the record"


@dataclass(frozen=True, slots=True)
class _Call:
    """What was told, and the question it amounts to."""

    told: Told
    by: str
    opened: Opened
    record: Record
    person: PersonInRecord
    item_id: str
    recorded_ms: int


def record_disclosure(world: World, member: Member, told: Told) -> DisclosedEntry:
    """Record a disclosure. Raises WrongUseError for what cannot have been told, or by whom; never for what the law forbids."""
    now_ms = world.clock.now_ms()
    owner = owner_here(world, member.agency)  # 1
    told_ms = _told_ms(told, now_ms)
    record, person = _find(world, owner, told)  # 2
    opened = _open(world, owner, told, (record, person), told_ms)  # 3
    call = _Call(told, member.id, opened, record, person, world.randomness.take(16).hex(), now_ms)
    law = law_in_force(world, opened)  # 4
    asked = decide_query(law.folded)
    decision = decide_one(law, opened.query, record, person.key)
    fields = tuple(_verdict(law, asked, decision, name) for name in told.fields)  # 5
    disclosed = _disclosed(call, asked, fields)
    duties = _duties(law, asked, decision, call, disclosed)
    disclosed = replace(disclosed, duties=tuple(one.id for one in duties))
    receipt = append_entry(world, _unit(call, law, disclosed, duties))  # 6
    return DisclosedEntry(
        entry=parse_proof(receipt.proof).index,
        at_ms=now_ms,
        disclosed=disclosed,
        open_finding=bool(disclosed.finding),
    )


def _told_ms(told: Told, now_ms: int) -> int:
    told_ms = now_ms if told.told_ms is None else told.told_ms
    if not now_ms - LATEST_MS <= told_ms <= now_ms:
        raise WrongUseError(
            "what was told is recorded within a week, and not before it is told; give the time it was"
        )
    return told_ms


def _find(world: World, owner: Agency, told: Told) -> tuple[Record, PersonInRecord]:
    """The record and the person told of. Raises WrongUseError where several people could be meant, or a field is not there."""
    record = get_stored(world, owner, told.records[0])
    people = [one for one in record.people if told.whom in ("", one.key)]
    named = people if told.whom else [one for one in people if one.role in SEARCHABLE_ROLES]
    if len(named) != 1:
        keys = ", ".join(f"{one.key} ({one.role})" for one in record.people[:8])
        raise WrongUseError(f"the record has the people {keys or 'nobody'}; say with --whom of which one was told")
    known = load_vocabulary().fields_of(record.data_class)
    for name in told.fields:
        if name not in known or not values_of(record, named[0], name):
            raise WrongUseError(f"the record has no `{name[:64]}` to tell of; name the fields that were told")
    return record, named[0]


def _open(world: World, owner: Agency, told: Told, stored: tuple[Record, PersonInRecord], told_ms: int) -> Opened:
    directory = world.directory()
    recipient = directory.find_agency(told.recipient)
    beneficiary = directory.find_agency(told.beneficiary or told.recipient)
    if recipient is None or beneficiary is None:
        raise WrongUseError(
            f"`{told.recipient if recipient is None else told.beneficiary}` is not in the directory; "
            "an agency without a node is listed too"
        )
    today = owner_day(owner, told_ms)
    try:
        ori = recipient.ori_on(owner_day(recipient, told_ms))
    except NounError as error:
        raise WrongUseError(str(error)) from error
    member_id = f"{TOLD_BY}{told.channel}"
    query = Query(
        id=world.randomness.take(16).hex(),
        step=Step.DIGEST,
        asker=recipient.id,
        asker_ori=ori,
        member=member_id,
        owner=owner.id,
        beneficiary=beneficiary.id,
        purpose=told.purpose,
        basis=told.basis,
        case_number=told.case_number,
        data_classes=(stored[0].data_class,),
        subject=_subject(*stored),
        asked_ms=told_ms,
        pair=world.randomness.take(32).hex(),
        message=told.message,
        dppa_use=told.dppa_use,
        note=told.note,
    )
    return Opened(
        query=query,
        member=Member(id=member_id, name=told.person, agency=recipient.id, roles=("member",), trained_until=today),
        asker=recipient,
        owner=owner,
        beneficiary=beneficiary,
        directory=directory,
        sender="",
        nonce="",
        today=today,
        now_ms=told_ms,
        reasons=(),
        message_hash="",
    )


def _subject(record: Record, person: PersonInRecord) -> PersonSubject:
    values: dict[str, tuple[str, ...]] = {}
    for field in (*person.fields, *record.fields):
        values[field.name] = (*values.get(field.name, ()), field.value)
    return subject_of(values) or PersonSubject(family=NOBODY)


def _verdict(law: LawInForce, asked: QueryDecision, decision: RecordDecision, name: str) -> ToldField:
    """What an answer would have given of a field. A cap or a hold is no leave to tell all of it."""
    decided = next((one for one in decision.fields if one.field == name), None)
    level = decision.level_of(name) if asked.allowed and not decision.concealed else Level.NOTHING
    reasons = decided.reasons if decided is not None else ()
    if not asked.allowed:
        reasons = (*asked.refused, *(reason for _, removed in asked.removed for reason in removed))
    verdict = {Level.FULL: FieldVerdict.GIVEN, Level.POINTER: FieldVerdict.POINTER}.get(
        level, FieldVerdict.AGAINST
    )
    if verdict is FieldVerdict.AGAINST and not reasons:
        reasons = (no_agreement(name),)
    return ToldField(field=name, verdict=verdict, level=level.word, reasons=tuple(dict.fromkeys(reasons)))


def _disclosed(call: _Call, asked: QueryDecision, fields: tuple[ToldField, ...]) -> Disclosed:
    query = call.opened.query
    against = any(one.verdict is FieldVerdict.AGAINST for one in fields)
    return Disclosed(
        owner=query.owner,
        query_id=query.id,
        item_id=call.item_id,
        record_id=call.record.id,
        reference=call.record.reference,
        data_class=call.record.data_class,
        told=call.told,
        by=call.by,
        recorded_ms=call.recorded_ms,
        told_ms=query.asked_ms,
        fields=fields,
        refused=asked.refused,
        finding=duty_id(query.id, "disclosed-against-law") if against else "",
    )


def _duties(
    law: LawInForce, asked: QueryDecision, decision: RecordDecision, call: _Call, disclosed: Disclosed
) -> tuple[StoredDuty, ...]:
    """What an answer would owe, and where something was against the law the review of it."""
    deferrals = deferrals_of(law.folded, str(call.record.data_class))
    found = dict.fromkeys((*asked.duties, *defer_notices(decision.duties, deferrals)))
    stored = [_stored(call, duty, duty_id(disclosed.query_id, "told", at)) for at, duty in enumerate(found)]
    if disclosed.finding:
        stored.append(_stored(call, _review(call, disclosed), disclosed.finding))
    return tuple(stored)


def _stored(call: _Call, duty: Duty, name: str) -> StoredDuty:
    owner, query = call.opened.owner, call.opened.query
    if duty.period:
        return periodic_duty(owner.id, duty, call.recorded_ms)
    return StoredDuty(
        id=name,
        owner=owner.id,
        query_id=query.id,
        duty=duty,
        raised_ms=call.recorded_ms,
        asker=query.asker,
        record_id=call.record.id,
    )


def _review(call: _Call, disclosed: Disclosed) -> Duty:
    rule, owner = builtin_reason("comity/TOLD-AGAINST-LAW"), call.opened.owner
    rules = sorted({reason.rule for one in disclosed.against for reason in one.reasons})
    names = ", ".join(one.field for one in disclosed.against)
    return Duty(
        kind="review",
        rule=rule.rule,
        citation=rule.citation,
        to="privacy-officer",
        due_ms=after_ms(LOOK_WITHIN, OwnerCalendar(call.recorded_ms, owner.zone, frozenset(owner.holidays))),
        text=f"told against the law by {call.told.channel} to {call.told.recipient}: {names} ({', '.join(rules)})",
    )


def _unit(call: _Call, law: LawInForce, disclosed: Disclosed, duties: tuple[StoredDuty, ...]) -> Unit:
    """Entered like an answer. An entry that says refused, and one item released, is one against the law."""
    query, owner = call.opened.query, call.opened.owner
    status = Status.REFUSED if disclosed.against else Status.ANSWERED
    answer = Answer(
        query_id=query.id,
        number=1,
        owner=owner.id,
        status=status,
        reasons=tuple(dict.fromkeys(reason for one in disclosed.against for reason in one.reasons)),
        items=(),
        answered_ms=call.recorded_ms,
        law=law.hash,
    )
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.DISCLOSED,
            at_ms=call.recorded_ms,
            owner_ori=owner.ori_on(owner_day(owner, call.recorded_ms)),
            asker_ori=query.asker_ori,
            purpose=query.purpose,
            instrument=query.basis.instrument,
            decision=status,
            class_mask=class_mask(query.data_classes),
            released=1,
            law=law.hash,
            pair=pair_commitment(query, owner.id),
        ),
        content=canonical_bytes(answer),
        record=canonical_bytes(_accounting(call, status, digest(answer))),
        sealed=canonical_bytes(disclosed),
        duties=duties,
        items=(minted_item(call.opened.query, _shown(call)),),
    )


def _accounting(call: _Call, status: Status, answer_hash: str) -> Disclosure:
    return Disclosure(
        query=call.opened.query,
        member=call.opened.member,
        node="",
        status=status,
        answer_hash=answer_hash,
        shown=(_shown(call),),
    )


def _shown(call: _Call) -> Shown:
    """What recalls go by. Nobody but this owner ever has its id, so nobody asks for its detail."""
    return Shown(
        item_id=call.item_id,
        record_id=call.record.id,
        person_key=call.person.key,
        fields=call.told.fields,
    )
