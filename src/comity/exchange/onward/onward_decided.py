"""The owner's side of passing on: a new decision, as if the third agency had asked, and an answer to that one alone.

1 the item          was shown to whoever asks; it stands for a record that is still there
2 the question      that the third agency would have put: its own ORI, purpose, basis and case, by the holder's subject
3 release           the owner's law for the third agency, on this one record
4 onward            the owner's law for the holder, with the third agency as recipient; the originator's consent
5 one entry         the refusal, or the answer: a disclosure like any other, so that recalls reach it
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as narrowed

from msgspec.structs import replace

from comity.errors import NounError, RejectedMessageError
from comity.exchange.answering.answer import decide_asked
from comity.exchange.answering.answer_again import find_given
from comity.exchange.answering.candidates import Decided, Looked, compare_people, find_people
from comity.exchange.answering.conclude import Concluded, conclude
from comity.exchange.answering.law_in_force import law_in_force, read_law
from comity.exchange.answering.open_query import Opened, own_reasons
from comity.exchange.answering.raised import duty_id
from comity.exchange.answering.record_unit import pair_commitment, unit_of
from comity.exchange.builtin import builtin_reason
from comity.exchange.fresh_id import fresh_id
from comity.exchange.messages.route import way
from comity.exchange.messages.wire import Delivered
from comity.exchange.owners import owner_day
from comity.law.decide_point import decide_point
from comity.law.facts import Facts, Parties, agency_facts, record_facts, request_facts
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.codes import Status, Step
from comity.model.decision import Reason
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import Disclosure, EntryFacts, EntryKind, MintedItem, Unit
from comity.model.onward import MOST_REASONS, OnwardAsked, OnwardSaid, PassedOnDue
from comity.model.query import PersonSubject, Query
from comity.model.record import Record
from comity.ports import World

ONWARD_MEMBER = "passed-on"  # in the place of a member's id: nobody of the third agency asked


@dataclass(frozen=True, slots=True)
class _Case:
    """A request to pass on: what was shown, to whom, and who would receive it."""

    asked: OnwardAsked
    item: MintedItem
    before: Disclosure
    record: Record
    holder: Agency
    owner: Agency
    third: Agency
    now_ms: int


@dataclass(frozen=True, slots=True)
class _Decided:
    """What the owner decided: the answer to the third agency as it would be, and why it is not given, where it is not."""

    opened: Opened
    unit: Unit
    refused: tuple[Reason, ...]


def take_onward(
    world: World, delivered: Delivered, asked: OnwardAsked, owner: Agency, now_ms: int
) -> tuple[Unit, ...]:
    """What a request comes to: the word to the holder, and the entry of the refusal or of the answer to the third agency.

    Raises RejectedMessageError for an item that was not shown to whoever asks.
    """
    item = world.journal.find_item(asked.item_id)  # 1
    shown = (owner.id, delivered.sender, asked.query_id)
    if item is None or (item.owner, item.asker, item.query_id) != shown:
        raise RejectedMessageError("no such item was shown to this agency; use an item of an answer to it")
    case = _case(world, delivered, asked, item, owner, now_ms)
    decided = None if case is None else _decide(world, case)
    reasons = (builtin_reason("comity/ONWARD"),) if decided is None else decided.refused
    word = OnwardSaid(request=delivered.id, passed=not reasons, reasons=reasons[:MOST_REASONS], said_ms=now_ms)
    own = _own_unit(delivered, asked, word, now_ms)
    if decided is None or reasons:
        return own, _refusal_unit(delivered, asked, (owner, decided), word, now_ms)
    return own, _answer_unit(decided, delivered)  # 5


def _case(
    world: World, delivered: Delivered, asked: OnwardAsked, item: MintedItem, owner: Agency, now_ms: int
) -> _Case | None:
    """Everything a decision needs; None where record, question or third agency are not there, which is no yes."""
    directory = world.directory()
    third = directory.find_agency(asked.to)
    record = world.records.get(owner.id, item.record_id)
    given = find_given(world, delivered.sender, item.query_id, f"{Step.DIGEST}:{owner.id}")
    if (
        third is None
        or not third.node
        or third.id in (delivered.sender, owner.id)
        or record is None
        or given is None
    ):
        return None
    holder = directory.get_agency(delivered.sender)
    return _Case(asked, item, given.disclosure, record, holder, owner, third, now_ms)


def _decide(world: World, case: _Case) -> _Decided | None:
    """Steps 2 to 4; None where the question cannot even be put."""
    opened = _as_if_asked(world, case)  # 2
    if opened is None:
        return None
    law = law_in_force(world, opened)  # 3
    asked = decide_asked(opened, law)
    weights = world.weights.of(case.owner.id)
    looked = _only(compare_people(find_people(world, law, opened.query, asked, weights)), case.item)
    concluded = conclude(world, opened, law, asked, looked)
    refused = _refused(world, case, opened, concluded)  # 4
    return _Decided(opened, unit_of(world, opened, law, concluded), refused)


def _as_if_asked(world: World, case: _Case) -> Opened | None:
    """The question of the third agency, by what the holder itself asked about: nothing of the record is in it."""
    directory, asked = world.directory(), case.asked
    today = owner_day(case.owner, case.now_ms)
    subject = case.before.query.subject
    if isinstance(subject, PersonSubject):
        subject = replace(subject, identifiers=(), address="", other_names=())
    try:
        query = Query(
            id=fresh_id(world, case.now_ms),
            step=Step.DIGEST,
            asker=case.third.id,
            asker_ori=case.third.ori_on(today),
            member=ONWARD_MEMBER,
            owner=case.owner.id,
            beneficiary=case.third.id,
            purpose=asked.purpose,
            basis=asked.basis,
            case_number=asked.case_number,
            data_classes=(case.record.data_class,),
            subject=subject,
            asked_ms=case.now_ms,
            pair=world.randomness.take(32).hex(),
            note=asked.note,
            via=way(directory, case.third.node, world.node),
        )
    except NounError:
        return None
    member = Member(
        id=ONWARD_MEMBER, name=ONWARD_MEMBER, agency=case.third.id, roles=("member",), trained_until=today
    )
    return Opened(
        query=query,
        member=member,
        asker=case.third,
        owner=case.owner,
        beneficiary=case.third,
        directory=directory,
        sender=case.third.node,
        nonce="",
        today=today,
        now_ms=case.now_ms,
        reasons=own_reasons(query, member, today, directory),
        message_hash="",
    )


def _only(looked: Looked, item: MintedItem) -> Looked:
    """What was found, of this one record and person alone."""
    place = (item.record_id, item.person_key)
    return narrowed(
        looked,
        matched=tuple(one for one in looked.matched if _place(one.decided) == place),
        waiting=tuple(one for one in looked.waiting if _place(one.decided) == place),
        decided=tuple(one for one in looked.decided if _place(one) == place),
        hidden=(),
        overflow=False,
    )


def _place(decided: Decided) -> tuple[str, str]:
    return decided.record.id, decided.person.key


def _refused(world: World, case: _Case, opened: Opened, concluded: Concluded) -> tuple[Reason, ...]:
    """Why it is not passed on; nothing where it is.

    The holder reads them. What follows from the record for the third agency is one reason in general words.
    """
    general = (builtin_reason("comity/ONWARD"),)
    answer = concluded.answer
    if answer.status is not Status.ANSWERED or not answer.items:
        return tuple(concluded.asked.refused) or general
    if not _is_consented(case.record):
        return (builtin_reason("comity/ONWARD-CONSENT"),)
    _, law = read_law(world, opened.directory, case.owner.id)
    decided = decide_point(law, "onward", _onward_facts(case, opened))
    if decided.forbidden:
        return decided.forbidden
    told = {field.field for item in answer.items for field in item.fields}
    return general if decided.holds or told & set(decided.closed) else ()


def _is_consented(record: Record) -> bool:
    """An originator's no stands, and where the record is another's the originator has said yes."""
    consent, theirs = record.state.consented_onward, bool(record.state.received_from)
    return consent is True if theirs or record.state.own_record is False else consent is not False


def _onward_facts(case: _Case, opened: Opened) -> Facts:
    """The holder as the asker of the owner, the third agency as recipient, the record as it is now."""
    query = replace(
        opened.query,
        asker=case.holder.id,
        asker_ori=case.holder.ori_on(owner_day(case.holder, case.now_ms)),
        member=case.before.member.id,
    )
    parties = Parties(case.holder, case.before.member, case.owner, case.third, opened.directory)
    facts = request_facts(query, parties, case.now_ms)
    return facts.having(
        {
            **record_facts(case.record, case.item.person_key),
            **agency_facts("recipient", case.third, opened.today),
            "query's data-class": str(case.record.data_class),
        }
    )


def _own_unit(delivered: Delivered, asked: OnwardAsked, word: OnwardSaid, now_ms: int) -> Unit:
    """What the entry of the taking commits: the request as it came, and the word on its way back."""
    came = StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=delivered.recipient,
        due=asked,
        made_ms=asked.asked_ms,
        incoming=True,
        arrived_ms=now_ms,
    )
    back = StoredDelivery(
        id=duty_id("onward-said", delivered.id),
        sender=delivered.recipient,
        recipient=delivered.sender,
        due=word,
        made_ms=now_ms,
        next_ms=now_ms,
    )
    facts = EntryFacts(kind=EntryKind.TAKEN, at_ms=now_ms)
    return Unit(facts=facts, content=b"", record=b"", deliveries=(came, back))


def _refusal_unit(
    delivered: Delivered,
    asked: OnwardAsked,
    decided: tuple[Agency, _Decided | None],
    word: OnwardSaid,
    now_ms: int,
) -> Unit:
    owner, made = decided
    query = None if made is None else made.opened.query
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.ONWARD,
            at_ms=now_ms,
            owner_ori=owner.ori_on(owner_day(owner, now_ms)),
            asker_ori="" if query is None else query.asker_ori,
            purpose=asked.purpose,
            instrument=asked.basis.instrument,
            decision=Status.REFUSED,
            pair="" if query is None else pair_commitment(query, owner.id),
        ),
        content=canonical_bytes({"request": delivered.id, "to": asked.to, "passed": word.passed}),
        record=canonical_bytes({"holder": delivered.sender, "asked": asked, "word": word}),
    )


def _answer_unit(decided: _Decided, delivered: Delivered) -> Unit:
    query = decided.opened.query
    due = PassedOnDue(
        asker=query.asker, query_id=query.id, step_key=decided.opened.step_key, holder=delivered.sender
    )
    delivery = StoredDelivery(
        id=duty_id("passed-on", delivered.id),
        sender=query.owner,
        recipient=query.asker,
        due=due,
        made_ms=decided.opened.now_ms,
        next_ms=decided.opened.now_ms,
    )
    # Of its own kind: an entry that says answered is about a question that its asker put, and a reconciler looks for it.
    facts = replace(decided.unit.facts, kind=EntryKind.ONWARD)
    return replace(decided.unit, facts=facts, replay=None, deliveries=(*decided.unit.deliveries, delivery))
