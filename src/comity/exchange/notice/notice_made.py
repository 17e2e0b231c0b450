"""Notices of events, made by the owner's node behind the commits: each decided by the law, each of one person.

For each flow that stands: 1 who came to the file since it was last looked at   2 may anything be told at all; where not, the
flow ends   3 of each event: decided as the question it amounts to, and cut as an answer is
4 one transaction: the notices, what is refused with its reasons for the desk, what the law owes, and how far it looked

Of a record whose existence is closed nothing is entered: it is as if it had not come.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from comity.errors import StandingChangedError
from comity.exchange.answering.detail import minted_item
from comity.exchange.answering.raised import duty_id, periodic_duty
from comity.exchange.answering.record_unit import class_mask
from comity.exchange.answering.release import notice_item
from comity.exchange.messages.suspended import suspension_among
from comity.exchange.notice.notice_decision import NoticeDecision, decide_flow, decide_notice, is_event
from comity.exchange.notice.notice_flows import flow_unit
from comity.exchange.owners import owner_day, owners_here
from comity.law.defer import defer_notices, deferrals_of
from comity.law.vocabulary import load_vocabulary
from comity.ledger.append import append_entries
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import Status
from comity.model.decision import Duty
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
from comity.model.notice import EventNotice, NoticeDue, NoticeFlow
from comity.model.record import PersonInRecord, Record
from comity.ports import World

MOST_CAME = 64  # people of one flow looked at in a round; the next round goes on where this one stopped
NOTICE_KEY = "notice"  # under which a notice is kept at its owner


def make_notices(world: World) -> int:
    """Give notice of what happened, to whom the owners here declared it; how many were made. Raises ClosedError in trouble."""
    return sum(
        _make(world, owner, flow)
        for owner in owners_here(world)
        for flow in world.journal.notice_flows(owner.id)
        if flow.ended_ms is None
    )


def notice_pair(notice_id: str) -> str:
    """What the entry of a notice says of it, so that its recipient knows the entry by it: 64 hexadecimal digits."""
    return digest({"notice": notice_id}).removeprefix("sha256:")


def _make(world: World, owner: Agency, flow: NoticeFlow) -> int:
    if suspension_among(world.directory(), owner.id, flow.recipient) is not None:
        return 0  # it goes on from where it stopped when that is lifted
    newest = world.records.newest()  # 1
    if flow.seen >= newest:
        return 0
    came = world.records.came_after(owner.id, flow.seen, MOST_CAME)
    seen = came[-1][0] if len(came) == MOST_CAME else newest
    now_ms = world.clock.now_ms()
    law, asked = decide_flow(world, flow, now_ms)  # 2
    looked = replace(flow, seen=seen, changed=flow.changed + 1)
    try:
        if asked.refused:
            ended = replace(looked, ended_ms=now_ms, why="the law lets nothing of it be told any more")
            append_entries(world, (flow_unit(owner, ended, (now_ms, law.hash), ()),))
            return 0
        told = [one for one in came if _is_new(world, flow, one, now_ms)]
        units = [
            unit for _, record, key in told for unit in _units(world, flow, record.get_person(key), record)
        ]  # 3
        if not units:
            world.journal.mark_standing((looked,))
            return 0
        append_entries(world, (*units[:-1], replace(units[-1], notice_flows=(looked,))))  # 4
    except StandingChangedError:
        return 0  # the desk ended it meanwhile, and nothing was told
    return sum(bool(unit.deliveries) for unit in units)


def _is_new(world: World, flow: NoticeFlow, came: tuple[int, Record, str], now_ms: int) -> bool:
    """Whether it is an event of the flow of which its recipient was not told before."""
    _, record, key = came
    owner = world.directory().get_agency(flow.owner)
    if not is_event(flow.event, record, record.get_person(key), owner_day(owner, now_ms)):
        return False
    notice = notice_id(flow, record, key)
    return all(item.query_id != notice for item, _ in world.journal.items_of(owner.id, record.id))


def notice_id(flow: NoticeFlow, record: Record, person_key: str) -> str:
    """The id of what is told of one person of one record in a flow: once, whatever becomes of the record."""
    return duty_id("notice", flow.id, record.id, person_key)


def _units(world: World, flow: NoticeFlow, person: PersonInRecord, record: Record) -> Iterator[Unit]:
    now_ms = world.clock.now_ms()
    made = decide_notice(world, flow, (record, person), notice_id(flow, record, person.key), now_ms)
    if made.tells:
        yield _told_unit(world, flow, made)
    elif not made.decided.decision.concealed:
        yield _untold_unit(flow, made)


def _told_unit(world: World, flow: NoticeFlow, made: NoticeDecision) -> Unit:
    query, record = made.opened.query, made.decided.record
    item = notice_item(made.decided, world.randomness.take(16).hex(), load_vocabulary())
    notice = EventNotice(
        id=query.id,
        owner=flow.owner,
        recipient=flow.recipient,
        event=flow.event,
        purpose=flow.purpose,
        case_number=flow.case_number,
        item=item,
        contact=flow.contact,
        made_ms=made.opened.now_ms,
        law=made.law.hash,
    )
    shown = Shown(
        item_id=item.item_id,
        record_id=record.id,
        person_key=made.decided.person.key,
        fields=tuple(field.field for field in item.fields),
    )
    minted = minted_item(query, shown)
    delivery = StoredDelivery(
        id=duty_id("notice-due", query.id),
        sender=flow.owner,
        recipient=flow.recipient,
        due=NoticeDue(notice=query.id, flow=flow.id),
        made_ms=notice.made_ms,
        next_ms=notice.made_ms,
    )
    return Unit(
        facts=_facts(flow, made, Status.ANSWERED),
        content=canonical_bytes(notice),
        record=canonical_bytes(_accounting(made, Status.ANSWERED, digest(notice), (shown,))),
        sealed=canonical_bytes(_desk(made)),
        duties=_duties(made),
        answer_to=(query.asker, query.id, NOTICE_KEY, digest(notice)),
        items=(minted,),
        deliveries=(delivery,),
    )


def _untold_unit(flow: NoticeFlow, made: NoticeDecision) -> Unit:
    """Nothing is told, and why stays with the owner."""
    return Unit(
        facts=_facts(flow, made, Status.REFUSED),
        content=canonical_bytes({"owner": flow.owner, "told": 0}),
        record=canonical_bytes(_accounting(made, Status.REFUSED, "", ())),
        sealed=canonical_bytes(_desk(made)),
        duties=_duties(made),
    )


def _facts(flow: NoticeFlow, made: NoticeDecision, status: Status) -> EntryFacts:
    owner, query = made.opened.owner, made.opened.query
    return EntryFacts(
        kind=EntryKind.NOTICED,
        at_ms=made.opened.now_ms,
        owner_ori=owner.ori_on(owner_day(owner, made.opened.now_ms)),
        asker_ori=query.asker_ori,
        purpose=flow.purpose,
        instrument=query.basis.instrument,
        decision=status,
        class_mask=class_mask(query.data_classes),
        released=1 if status is Status.ANSWERED else 0,
        law=made.law.hash,
        pair=notice_pair(query.id),
    )


def _accounting(made: NoticeDecision, status: Status, answer_hash: str, shown: tuple[Shown, ...]) -> Disclosure:
    return Disclosure(
        query=made.opened.query,
        member=made.opened.member,
        node=made.opened.sender,
        status=status,
        answer_hash=answer_hash,
        shown=shown,
    )


def _desk(made: NoticeDecision) -> DeskRecord:
    considered = Considered(
        record_id=made.decided.record.id,
        person_key=made.decided.person.key,
        probability_ppm=None,
        decision=made.decided.decision,
    )
    return DeskRecord(
        query_id=made.opened.query.id, law=made.law.hash, decision=made.asked, considered=(considered,)
    )


def _duties(made: NoticeDecision) -> tuple[StoredDuty, ...]:
    """What an answer would owe: above all the notice to the person, where the law demands one."""
    deferrals = deferrals_of(made.law.folded, str(made.decided.record.data_class))
    found = dict.fromkeys((*made.asked.duties, *defer_notices(made.decided.decision.duties, deferrals)))
    return tuple(_stored(made, duty, number) for number, duty in enumerate(found))


def _stored(made: NoticeDecision, duty: Duty, number: int) -> StoredDuty:
    query = made.opened.query
    if duty.period:
        return periodic_duty(query.owner, duty, made.opened.now_ms)
    return StoredDuty(
        id=duty_id(query.id, "noticed", number),
        owner=query.owner,
        query_id=query.id,
        duty=duty,
        raised_ms=made.opened.now_ms,
        asker=query.asker,
        record_id=made.decided.record.id,
    )
