"""A mistake in another's record is reported to its owner: by whoever was shown it, or by a custodian who knows its number.

What reaches the owner is a duty of its custodian with a clock. What the custodian corrects reaches every recipient as a
recall, also whoever reported it; nothing else comes back. Whether there is a record of the number is said to nobody: a report
of one that does not exist is taken like any other.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import RejectedMessageError, WrongUseError
from comity.exchange.answering.raised import duty_id
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.builtin import builtin_reason
from comity.exchange.delivery.bring_asked import agency_of_trained, bring_asked
from comity.exchange.desk.confirmation_asked import shown_item
from comity.exchange.duty.duty_state import is_done
from comity.exchange.messages.wire import Delivered
from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms
from comity.model.agency import Agency, Member
from comity.model.decision import Duty
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty
from comity.model.mistake import Mistake, MistakeReported, MistakeWanted
from comity.model.refused import tell_refused
from comity.ports import World

LOOK_WITHIN = Span(10, "working-day")  # as a person's own dispute is acknowledged: 5 USC 552a(d)(2)(A)
CUSTODIAN = "records-custodian"


def report_mistake(world: World, member: Member, wanted: MistakeWanted) -> Mistake:
    """Report a mistake to a record's owner.

    1 who reports: a trained member of an agency here; by a record's number a custodian   2 whose record it is, and that an
    item is still shown   3 reported already: the same report   4 one entry: the report, on its way

    Raises WrongUseError for a member who may not, or an item or owner that is not there.
    """
    now_ms = world.clock.now_ms()
    agency = agency_of_trained(world, member, now_ms)  # 1
    owner = _owner_of(world, agency, member, wanted)  # 2
    name = duty_id(
        "mistake", agency.id, owner, wanted.query_id, wanted.item_id, wanted.reference, wanted.kind, *wanted.fields
    )
    if world.journal.find_delivery(agency.id, name, incoming=False) is None:  # 3
        reported = MistakeReported(
            kind=wanted.kind,
            by=member.id,
            asked_ms=now_ms,
            query_id=wanted.query_id,
            item_id=wanted.item_id,
            reference=wanted.reference,
            fields=wanted.fields,
        )
        codes = EntryFacts(kind=EntryKind.MISTAKE_REPORTED, at_ms=now_ms)
        bring_asked(world, agency, (owner, name), reported, codes)  # 4
    return next(one for one in mistakes(world, agency) if one.id == name and not one.incoming)


def take_mistake(
    world: World, delivered: Delivered, reported: MistakeReported, owner: Agency, now_ms: int
) -> tuple[StoredDelivery, StoredDuty]:
    """What a report leaves at the record's owner. Raises RejectedMessageError for an item not shown to whoever reports."""
    record_id = _record_of(world, delivered, reported, owner)
    stored = StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=delivered.recipient,
        due=reported,
        made_ms=reported.asked_ms,
        incoming=True,
        arrived_ms=now_ms,
    )
    rule = builtin_reason("comity/MISTAKE")
    named = f" ({', '.join(reported.fields)})" if reported.fields else ""
    calendar = OwnerCalendar(now_ms, owner.zone, frozenset(owner.holidays))
    duty = StoredDuty(
        id=mistake_duty(delivered.id),
        owner=owner.id,
        query_id=reported.query_id or delivered.id,
        duty=Duty(
            kind="review",
            rule=rule.rule,
            citation=rule.citation,
            to=CUSTODIAN,
            due_ms=after_ms(LOOK_WITHIN, calendar),
            text=f"{delivered.sender} reports a mistake in a record: {reported.kind}{named}",
        ),
        raised_ms=now_ms,
        asker=delivered.sender,
        record_id=record_id,
    )
    return stored, duty


def mistake_duty(report: str) -> str:
    """The id of the owner's duty to look at a report."""
    return duty_id("mistake", report, "owner")


def mistakes(world: World, agency: Agency) -> tuple[Mistake, ...]:
    """The reports an agency here made or got: those to be looked at first, the soonest due first."""
    found = [
        _mistake(world, agency, one)
        for one in world.journal.deliveries(agency.id)
        if isinstance(one.due, MistakeReported) and (one.due.item_id or one.due.reference)
    ]
    return tuple(
        sorted(
            found, key=lambda one: (not one.incoming, one.done_ms is not None, one.due_ms or one.asked_ms, one.id)
        )
    )


def _owner_of(world: World, agency: Agency, member: Member, wanted: MistakeWanted) -> str:
    if wanted.item_id:
        return shown_item(get_outcome(world, agency.id, wanted.query_id), wanted.item_id)[1]
    if CUSTODIAN not in member.roles:
        raise WrongUseError(f"`{member.id}` reports an item of an answer; a record's number is for a {CUSTODIAN}")
    owner = world.directory().find_agency(wanted.owner)
    if owner is None or not owner.node:
        raise WrongUseError(tell_refused("mistake.no-node", agency=wanted.owner[:64]))
    return owner.id


def _record_of(world: World, delivered: Delivered, reported: MistakeReported, owner: Agency) -> str:
    if reported.reference:
        ids = world.records.ids_of(owner.id, reported.reference, 2)
        return ids[0] if len(ids) == 1 else ""
    item = world.journal.find_item(reported.item_id)
    shown = (owner.id, delivered.sender, reported.query_id)
    if item is None or (item.owner, item.asker, item.query_id) != shown:
        raise RejectedMessageError("no such item was shown to this agency; use an item of an answer to it")
    return item.record_id


def _mistake(world: World, agency: Agency, stored: StoredDelivery) -> Mistake:
    reported = stored.due
    assert isinstance(reported, MistakeReported), "only reports are listed"
    other = world.directory().find_agency(stored.sender if stored.incoming else stored.recipient)
    plain = Mistake(
        id=stored.id,
        reporter=stored.sender,
        owner=stored.recipient,
        incoming=stored.incoming,
        kind=reported.kind,
        fields=reported.fields,
        by=reported.by,
        asked_ms=reported.asked_ms,
        arrived_ms=stored.arrived_ms,
        query_id=reported.query_id,
        item_id=reported.item_id,
        reference=reported.reference,
        contact=other.contact if other is not None else "",
        trouble=stored.trouble,
    )
    return _at_the_owner(world, agency, plain) if stored.incoming else plain


def _at_the_owner(world: World, agency: Agency, plain: Mistake) -> Mistake:
    """A report with what the owner's desk needs: its own record, until when, and what came of it."""
    duty = world.journal.find_duty(agency.id, mistake_duty(plain.id))
    assert duty is not None, "a report is taken with its duty"
    record = world.records.get(agency.id, duty.record_id) if duty.record_id else None
    due_ms = duty.duty.due_ms
    return replace(
        plain,
        reference=record.reference if record is not None else plain.reference,
        record_id=record.id if record is not None else "",
        duty=duty.id,
        due_ms=due_ms,
        done_ms=duty.done_ms,
        done=duty.evidence,
        overdue=not is_done(duty) and due_ms is not None and due_ms < world.clock.now_ms(),
    )
