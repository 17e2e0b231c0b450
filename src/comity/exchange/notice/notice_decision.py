"""What the law says of one notice: the question that it amounts to, put by its recipient for the purpose of its flow.

Decided like any question and any record, at the moment it is asked: when a flow opens, when an event comes, and once more
when the notice is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

from comity.errors import NounError, WrongUseError
from comity.exchange.answering.candidates import Decided, decide_one, is_silent, waits_whole
from comity.exchange.answering.law_in_force import LawInForce, law_in_force
from comity.exchange.answering.open_query import Opened
from comity.exchange.messages.route import way_today
from comity.exchange.owners import owner_day
from comity.law.decide import decide_query
from comity.match.as_question import subject_of
from comity.model.agency import Agency, Member
from comity.model.codes import SEARCHABLE_ROLES, Instrument, Level, MessageKind, PersonRole, Step
from comity.model.decision import QueryDecision
from comity.model.notice import CLASS_OF, NO_EVENT, EventKind, NoticeFlow
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.model.record import PersonInRecord, Record
from comity.ports import World

NEWS_DAYS = 7  # an event of longer ago is a record somebody may ask about, and no news
DAY_OF = MappingProxyType(  # the field that says of an event that it happened, and when
    {
        EventKind.ARREST: "incident-date",
        EventKind.BOOKING: "booking-date",
        EventKind.RELEASE: "release-date",
        EventKind.WARRANT: "warrant-date",
    }
)
NOBODY = "not named in the record"


@dataclass(frozen=True, slots=True)
class NoticeDecision:
    """A notice decided: the question it amounts to, what may be asked at all, and what may leave of the person."""

    event: EventKind
    opened: Opened
    law: LawInForce
    asked: QueryDecision
    decided: Decided

    @property
    def tells(self) -> bool:
        """Whether it may be told that this happened: where the day of the event is closed or held, a notice would say it."""
        decision = self.decided.decision
        if not self.asked.allowed or is_silent(decision) or waits_whole(decision):
            return False
        day = next(field for field in decision.fields if field.field == DAY_OF[self.event])
        return day.level >= Level.MASKED and not day.held


def is_event(event: EventKind, record: Record, person: PersonInRecord, today: date) -> bool:
    """Whether a record tells of such an event, for this person, as news. A day that is not known is no news."""
    if (
        record.data_class is not CLASS_OF[event]
        or person.role not in SEARCHABLE_ROLES
        or record.event_date is None
    ):
        return False
    if record.disposition in NO_EVENT or not 0 <= (today - record.event_date).days <= NEWS_DAYS:
        return False
    match event:
        case EventKind.ARREST:
            return person.role is PersonRole.ARRESTEE
        case EventKind.RELEASE:
            return any(field.name == "release-date" for field in (*person.fields, *record.fields))
        case EventKind.BOOKING | EventKind.WARRANT:
            return True


def decide_flow(world: World, flow: NoticeFlow, now_ms: int) -> tuple[LawInForce, QueryDecision]:
    """Whether anything of such an event may be told at all; it follows from the flow alone."""
    opened = _open(world, flow, flow.id, PersonSubject(family=NOBODY), now_ms)
    law = law_in_force(world, opened)
    return law, decide_query(law.folded)


def decide_notice(
    world: World, flow: NoticeFlow, told: tuple[Record, PersonInRecord], notice_id: str, now_ms: int
) -> NoticeDecision:
    """What may be told of one person of one record."""
    record, person = told
    opened = _open(world, flow, notice_id, _subject(record, person), now_ms)
    law = law_in_force(world, opened)
    asked = decide_query(law.folded)
    decision = decide_one(law, opened.query, record, person.key)
    return NoticeDecision(flow.event, opened, law, asked, Decided(record, person, decision, frozenset()))


def _open(world: World, flow: NoticeFlow, notice_id: str, subject: PersonSubject, now_ms: int) -> Opened:
    directory = world.directory()
    owner, recipient = directory.get_agency(flow.owner), directory.get_agency(flow.recipient)
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    member = f"notice-of-{flow.event}"
    query = Query(
        id=notice_id,
        step=Step.DIGEST,
        asker=recipient.id,
        asker_ori=_ori(recipient, now_ms),
        member=member,
        owner=owner.id,
        beneficiary=recipient.id,
        purpose=flow.purpose,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number=flow.case_number,
        data_classes=(CLASS_OF[flow.event],),
        subject=subject,
        asked_ms=now_ms,
        pair=notice_id * 2,
        message=MessageKind.EVENT_NOTICE,
        via=way_today(directory, recipient.node, world.node),
    )
    return Opened(
        query=query,
        member=Member(id=member, name=recipient.name, agency=recipient.id, roles=("member",), trained_until=today),
        asker=recipient,
        owner=owner,
        beneficiary=recipient,
        directory=directory,
        sender=recipient.node,
        nonce="",
        today=today,
        now_ms=now_ms,
        reasons=(),
        message_hash="",
    )


def _ori(recipient: Agency, now_ms: int) -> str:
    try:
        return recipient.ori_on(owner_day(recipient, now_ms))
    except NounError as error:
        raise WrongUseError(str(error)) from error


def _subject(record: Record, person: PersonInRecord) -> PersonSubject:
    values: dict[str, tuple[str, ...]] = {}
    for field in (*person.fields, *record.fields):
        values[field.name] = (*values.get(field.name, ()), field.value)
    return subject_of(values) or PersonSubject(family=NOBODY)
