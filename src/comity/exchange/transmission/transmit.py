"""A transmission: prepared by one person of the owner, released by a second, told to one foreign partner on two channels.

Preparing and releasing decide alike:

1 who               a trained member of an owner here; to release, another person, of the role that the law names
2 partner           a foreign agency at a node, under one agreement in force, not suspended
3 person            one person of one record
4 decide            by the owner's law of this moment
5 append_entry      nothing, or what waits; after the release the document, who was shown what, and both deliveries

What comes of it is one word. `nothing-releasable` is said of a person who claimed protection as of one without a listed
conviction: the entries are alike, and no channel carries anything. Before each sending the law is asked again
(`push_abroad.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.answering.conclude import PADDED_BYTES
from comity.exchange.answering.detail import minted_item
from comity.exchange.answering.raised import duty_id, periodic_duty
from comity.exchange.answering.record_unit import class_mask
from comity.exchange.duty.duties import look_again
from comity.exchange.owners import owner_day, owner_here
from comity.exchange.records.correct import get_stored
from comity.exchange.transmission.transmission_channels import delivery_id
from comity.exchange.transmission.transmission_law import (
    Decided,
    Terms,
    check_not_suspended,
    decide_transmission,
    partner_of,
    question_of,
    terms_with,
)
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import SEARCHABLE_ROLES, DataClass, Instrument, Purpose, Status
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import (
    Considered,
    DeskRecord,
    Disclosure,
    EntryFacts,
    EntryKind,
    Shown,
    StoredDuty,
    Unit,
)
from comity.model.held import HeldRecord, Ruling
from comity.model.record import Record
from comity.model.transmission import Channel, Transmission, TransmissionDue, TransmissionWanted, Transmitted
from comity.ports import World

RELEASED_KEY = "transmission:released"  # under which the document is kept, by partner and transmission
HEAD = "agency-head"  # decides in the place of any role of the agency, as with every hold


@dataclass(frozen=True, slots=True)
class _Case:
    """One transmission with its parties, and what the law says of it now; None where the record is gone."""

    transmission: Transmission
    owner: Agency
    partner: Agency
    terms: Terms
    decided: Decided | None
    now_ms: int


def prepare_transmission(world: World, member: Member, wanted: TransmissionWanted) -> Transmission:
    """Prepare a transmission. Raises WrongUseError for who or what cannot be, DutyRefusedError while suspended."""
    now_ms = world.clock.now_ms()
    owner = _owner_of(world, member, now_ms)  # 1
    partner = partner_of(world, wanted.partner)  # 2
    check_not_suspended(world, owner.id, partner.id)
    terms = terms_with(world, owner, partner)
    record = get_stored(world, owner, wanted.record_id)  # 3
    transmission = Transmission(
        id=world.randomness.take(16).hex(),
        owner=owner.id,
        partner=partner.id,
        record_id=record.id,
        person_key=_person(record, wanted.whom),
        agreement=terms.name,
        case_number=wanted.case_number,
        status=Status.HELD,
        prepared_by=member.id,
        prepared_ms=now_ms,
    )
    decided = decide_transmission(world, transmission, (owner, partner, terms), now_ms)  # 4
    case = _Case(transmission, owner, partner, terms, decided, now_ms)
    if decided is None or not decided.reviews:
        case = replace_status(case, Status.NOTHING_RELEASABLE)
    append_entry(world, _nothing_left(world, case, EntryKind.TRANSMISSION_PREPARED))  # 5
    return case.transmission


def release_transmission(world: World, member: Member, transmission_id: str) -> Transmission:
    """Release a prepared transmission, as a second person. Raises WrongUseError, DutyRefusedError."""

    def act() -> Transmission:
        now_ms = world.clock.now_ms()
        owner = _owner_of(world, member, now_ms)  # 1
        found = world.journal.transmissions.find(owner.id, transmission_id)
        if found is None:
            raise WrongUseError(
                f"`{owner.id}` prepared no transmission `{transmission_id[:64]}`; `comity transmit list` shows them"
            )
        if found.status is not Status.HELD:
            return found
        if member.id == found.prepared_by:
            raise WrongUseError("you prepared this transmission yourself; another person must release it")
        partner = partner_of(world, found.partner)  # 2
        check_not_suspended(world, owner.id, partner.id)
        terms = terms_with(world, owner, partner)
        return _release(world, member, _Case(found, owner, partner, terms, None, now_ms))

    return look_again(act)


def _release(world: World, member: Member, case: _Case) -> Transmission:
    found, parties = case.transmission, (case.owner, case.partner, case.terms)
    before = decide_transmission(world, found, parties, case.now_ms)  # 4
    holds = before.reviews if before is not None else ()
    lacking = {hold.role for hold in holds} - set(member.roles)
    if lacking and HEAD not in member.roles:
        raise WrongUseError(
            f"`{member.id}` may not release this; it needs {' and '.join(sorted(lacking))}, or {HEAD}"
        )
    rulings = _rulings(world, member, case, before) if before is not None else ()
    decided = decide_transmission(world, found, parties, case.now_ms, rulings)
    last = replace(found, released_by=member.id, released_ms=case.now_ms, changed=found.changed + 1)
    case = _Case(last, case.owner, case.partner, case.terms, decided, case.now_ms)
    if decided is None or not holds or not decided.released:
        case = replace_status(case, Status.NOTHING_RELEASABLE)
        append_entry(world, _nothing_left(world, case, EntryKind.TRANSMISSION_RELEASED))  # 5
        return case.transmission
    document = _document(world, case, decided)
    case = _Case(
        replace(last, status=Status.ANSWERED, hash=digest(document)),
        case.owner,
        case.partner,
        case.terms,
        decided,
        case.now_ms,
    )
    append_entry(world, _released(case, decided, document, rulings))
    return case.transmission


def replace_status(case: _Case, status: Status) -> _Case:
    """The same case with another outward word."""
    return _Case(
        replace(case.transmission, status=status), case.owner, case.partner, case.terms, case.decided, case.now_ms
    )


def _owner_of(world: World, member: Member, now_ms: int) -> Agency:
    owner = owner_here(world, member.agency)
    today: date = owner_day(owner, now_ms)
    if "member" not in member.roles or member.trained_until < today:
        raise WrongUseError(
            f"`{member.id}` is no trained member; a transmission needs one to prepare and one to release"
        )
    return owner


def _person(record: Record, whom: str) -> str:
    named = [
        one.key
        for one in record.people
        if (whom and one.key == whom) or (not whom and one.role in SEARCHABLE_ROLES)
    ]
    if len(named) != 1:
        keys = ", ".join(f"{one.key} ({one.role})" for one in record.people[:8])
        raise WrongUseError(f"the record has the people {keys or 'nobody'}; say with --whom of which one it is")
    return named[0]


def _rulings(world: World, member: Member, case: _Case, before: Decided) -> tuple[Ruling, ...]:
    """The second person's word on each review, for the record as it is now: a record that changes is not released by it."""
    record = world.records.get(case.owner.id, case.transmission.record_id)
    assert record is not None, "it was decided a moment ago"
    about = HeldRecord(record_id=record.id, person_key=case.transmission.person_key, hash=digest(record))
    return tuple(
        Ruling(
            id=duty_id("transmission", case.transmission.id, hold.rule, number),
            owner=case.owner.id,
            query_id=case.transmission.id,
            hold=hold,
            granted=True,
            by=member.id,
            at_ms=case.now_ms,
            reason="released as the second person",
            records=(about,),
        )
        for number, hold in enumerate(before.reviews)
    )


def _document(world: World, case: _Case, decided: Decided) -> Transmitted:
    record = world.records.get(case.owner.id, case.transmission.record_id)
    assert record is not None, "it was decided a moment ago"
    return Transmitted(
        id=case.transmission.id,
        item_id=world.randomness.take(16).hex(),
        owner=case.owner.id,
        partner=case.partner.id,
        agreement=case.terms.hash,
        authority=case.terms.authority,
        reference=record.reference,
        released_ms=case.now_ms,
        fields=decided.released,
        terms=decided.terms,
        salt=world.randomness.take(32).hex(),
        beside=decided.beside,
    )


def _facts(case: _Case, kind: EntryKind, pair: str) -> EntryFacts:
    status = case.transmission.status
    return EntryFacts(
        kind=kind,
        at_ms=case.now_ms,
        owner_ori=case.owner.ori_on(owner_day(case.owner, case.now_ms)),
        asker_ori=case.partner.ori_on(owner_day(case.partner, case.now_ms)),
        purpose=Purpose.CIVIL_IMMIGRATION,
        instrument=Instrument.STATUTE,
        decision=status,
        class_mask=class_mask((DataClass.CRIMINAL_HISTORY,)),
        released=int(status is Status.ANSWERED),
        agreement=case.terms.hash,
        law=case.terms.law,
        pair=pair,
    )


def _nothing_left(world: World, case: _Case, kind: EntryKind) -> Unit:
    """What is entered while nothing leaves: one length and one shape, and no duty, whatever the reason."""
    transmission = case.transmission
    outward = {
        "transmission": transmission.id,
        "status": transmission.status,
        "salt": world.randomness.take(32).hex(),
    }
    bare = len(canonical_bytes({**outward, "pad": ""}))
    content = {**outward, "pad": " " * (-bare % PADDED_BYTES)}
    return Unit(
        facts=_facts(case, kind, digest(content).removeprefix("sha256:")),
        content=canonical_bytes(content),
        record=canonical_bytes(
            {"transmission": transmission.id, "by": transmission.released_by or transmission.prepared_by}
        ),
        sealed=canonical_bytes(_desk_record(case)),
        transmissions=(transmission,),
    )


def _desk_record(case: _Case) -> DeskRecord | dict[str, str]:
    decided, transmission = case.decided, case.transmission
    if decided is None:
        return {"transmission": transmission.id}
    one = Considered(
        record_id=transmission.record_id,
        person_key=transmission.person_key,
        probability_ppm=None,
        decision=decided.decision,
    )
    return DeskRecord(query_id=transmission.id, law=decided.law.hash, decision=decided.asked, considered=(one,))


def _released(case: _Case, decided: Decided, document: Transmitted, rulings: tuple[Ruling, ...]) -> Unit:
    """The document, its SHA-256 in the entry, and everything that follows. Both channels are due from this moment."""
    transmission = case.transmission
    query = question_of(transmission, case.owner, case.partner, case.terms.authority)
    shown = Shown(
        item_id=document.item_id,
        record_id=transmission.record_id,
        person_key=transmission.person_key,
        fields=tuple(one.field for one in document.fields),
    )
    item = minted_item(query, shown)
    told = Member(
        id=query.member,
        name=case.partner.name,
        agency=case.partner.id,
        roles=("member",),
        trained_until=owner_day(case.owner, case.now_ms),
    )
    kept = Disclosure(
        query=query,
        member=told,
        node="",
        status=transmission.status,
        answer_hash=transmission.hash,
        shown=(shown,),
    )
    return Unit(
        facts=_facts(case, EntryKind.TRANSMISSION_RELEASED, transmission.hash.removeprefix("sha256:")),
        content=canonical_bytes(document),
        record=canonical_bytes(kept),
        sealed=canonical_bytes(_desk_record(case)),
        duties=_duties(case, decided),
        answer_to=(case.partner.id, transmission.id, RELEASED_KEY, transmission.hash),
        items=(item,),
        rulings=rulings,
        deliveries=tuple(_delivery(case, channel) for channel in Channel),
        transmissions=(transmission,),
    )


def _duties(case: _Case, decided: Decided) -> tuple[StoredDuty, ...]:
    """What the law owes for a release: accountings and counts, as for an answer."""
    found = dict.fromkeys((*decided.asked.duties, *decided.decision.duties))
    return tuple(
        periodic_duty(case.owner.id, duty, case.now_ms)
        if duty.period
        else StoredDuty(
            id=duty_id(case.transmission.id, "transmitted", number),
            owner=case.owner.id,
            query_id=case.transmission.id,
            duty=duty,
            raised_ms=case.now_ms,
            asker=case.partner.id,
            record_id=case.transmission.record_id,
        )
        for number, duty in enumerate(found)
    )


def _delivery(case: _Case, channel: Channel) -> StoredDelivery:
    return StoredDelivery(
        id=delivery_id(case.transmission.id, channel),
        sender=case.owner.id,
        recipient=case.partner.id,
        due=TransmissionDue(transmission=case.transmission.id, channel=channel, hash=case.transmission.hash),
        made_ms=case.now_ms,
        next_ms=case.now_ms,
    )
