"""What of an entry's content something still needs, though its time is past: then it is not forgotten.

A disclosure record is kept for the people it is about and for those who answer for it, not for itself. So what is still
owed on it, what a court holds and what a statute keeps with its record outlasts the months; everything else goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from comity.exchange.duty.duty_state import is_done, is_waiting
from comity.exchange.owners import owners_here
from comity.model.base import LAST_MS
from comity.model.canon import from_canonical
from comity.model.delivery import AnswerDue, Recall, StoredDelivery
from comity.model.disclosure import Disclosure, EntryFacts, EntryKind
from comity.model.notice import NoticeDue
from comity.model.onward import PassedOnDue
from comity.model.query import Query
from comity.model.transmission import TransmissionDue
from comity.ports import KeptEntry, World

LASTING, DUTY, DELIVERY, QUESTION, HOLD, ACCOUNTING, FINDING = (
    "lasting",
    "duty",
    "delivery",
    "question",
    "legal-hold",
    "accounting",
    "finding",
)
LIFE_OF_RECORD = frozenset({"privacy-act-accounting"})  # registers kept as long as the record: 5 USC 552a(c)(2)
MOST_OPEN = 1_000_000  # open questions of a node; each closes by itself within days

# What is about persons, or about members and persons, and goes with its month. Any other kind stays, a new one too: acts of
# the law, of the directory and of the node itself name nobody, and are needed for as long as decisions are decided again.
PASSING = frozenset(
    {
        EntryKind.ASKED,
        EntryKind.ANSWERED,
        EntryKind.RECEIVED,
        EntryKind.REJECTED,
        EntryKind.RESENT,
        EntryKind.DUTY_DONE,
        EntryKind.DUTY_DEFERRED,
        EntryKind.DUTY_RAISED,
        EntryKind.RECORDS_PURGED,
        EntryKind.RECORDS_REFUSED,
        EntryKind.PERSON_ACT,
        EntryKind.RECORD_CORRECTED,
        EntryKind.HIT_OUTCOME,
        EntryKind.DELIVERED,
        EntryKind.TAKEN,
        EntryKind.RECALLED,
        EntryKind.HELD_DECIDED,
        EntryKind.RECALL_CONFIRMED,
        EntryKind.HIT_CONFIRMATION,
        EntryKind.MISTAKE_REPORTED,
        EntryKind.DISCLOSED,
        EntryKind.REQUEST_ACTED,
        EntryKind.REQUEST_WITHDRAWN,
        EntryKind.FEED_BATCH,
        EntryKind.FEED_WITHDREW,
        EntryKind.FEED_BROKEN,
        EntryKind.STANDING_SET,
        EntryKind.NOTICED,
        EntryKind.TRANSMISSION_PREPARED,
        EntryKind.TRANSMISSION_RELEASED,
        EntryKind.TRANSMISSION_MAILED,
        EntryKind.RELAYED,
        EntryKind.NOT_CARRIED,
        EntryKind.ONWARD,
        EntryKind.FINDING_OPENED,
        EntryKind.FINDING_TAKEN,
        EntryKind.FINDING_CLOSED,
        EntryKind.FINDING_MEMBERS_SEEN,
        EntryKind.PETITION_OPENED,
        EntryKind.PETITION_CHECKED,
        EntryKind.LOG_OPENING_ASKED,
        EntryKind.LOG_OPENED,
        EntryKind.PETITION_REVIEWED,
        EntryKind.PETITION_DECIDED,
        EntryKind.PETITION_DISPUTED,
        EntryKind.PETITION_TOLD,
        EntryKind.APPROVAL_ASKED,
        EntryKind.APPROVAL_DECIDED,
        EntryKind.APPROVAL_WITHDRAWN,
        EntryKind.TOLD_NOTED,
        EntryKind.ASKED_AGAIN,
        EntryKind.SAMPLE_REVIEWED,
        EntryKind.RECORD_READ,
        EntryKind.SIGNED_IN,
        EntryKind.SESSION_ENDED,
        EntryKind.SIGN_IN_FAILED,
        EntryKind.PAGE_REFUSED,
        EntryKind.SESSION_REFUSED,
        EntryKind.STATEMENT_SIGNED,
        EntryKind.MEMBER_CHANGED,
        EntryKind.PASSKEY_ADDED,
        EntryKind.PASSKEY_REMOVED,
        EntryKind.MEMBER_UNLOCKED,
        EntryKind.MEMBER_LOCKED_OUT,
        EntryKind.ENTRY_OPENED,
        EntryKind.COPIED,
        EntryKind.AUDIT_IMPORTED,
    }
)
# Whose record says what was shown; of what was passed on only the owner's own entry, with an item in it.
SHOWING = frozenset(
    {EntryKind.ANSWERED, EntryKind.DISCLOSED, EntryKind.NOTICED, EntryKind.TRANSMISSION_RELEASED, EntryKind.ONWARD}
)


@dataclass(frozen=True, slots=True)
class Needs:
    """What is still owed, by question and by record of an owner, and the questions whose accounting a statute keeps.

    `evidence` are the entries that a finding rests on which nobody closed yet.
    """

    questions: dict[str, str]
    records: dict[tuple[str, str], str]
    accounted: frozenset[str]
    evidence: frozenset[int]
    held: dict[tuple[str, str], tuple[bool, bool]] = field(default_factory=dict)


def needs_of(world: World) -> Needs:
    """Everything that is still owed at this node."""
    questions: dict[str, str] = {}
    records: dict[tuple[str, str], str] = {}
    accounted: set[str] = set()
    for agency in owners_here(world):
        for duty in world.journal.duties(agency.id):
            if duty.duty.report in LIFE_OF_RECORD and duty.query_id:
                accounted.add(duty.query_id)
            if is_done(duty) or is_waiting(duty):
                continue  # what waits for an event needs the index of who was shown what, and not the content
            if duty.query_id:
                questions.setdefault(duty.query_id, DUTY)
            elif duty.record_id:
                records.setdefault((agency.id, duty.record_id), DUTY)
        for delivery in world.journal.deliveries(agency.id):
            questions.update(dict.fromkeys(_waited_for(delivery), DELIVERY))
        now_ms = world.clock.now_ms()
        questions.update(
            (one.id, QUESTION) for one in world.journal.approvals.of(agency.id) if one.is_open(now_ms)
        )
    questions.update((one.query_id, QUESTION) for one in world.journal.open_questions(LAST_MS, MOST_OPEN))
    evidence = {
        entry
        for agency in owners_here(world)
        for finding in world.journal.findings.of(agency.id)
        if finding.is_open
        for entry in finding.entries
    }
    return Needs(questions, records, frozenset(accounted), frozenset(evidence))


def needed_for(world: World, needs: Needs, one: KeptEntry, facts: EntryFacts) -> tuple[str, tuple[str, ...]]:
    """Why an entry's content stays, empty where it goes; and the ids of the items it showed.

    1 an act of law or node   2 a record under a legal hold   3 a question or a record on which something is owed, or
    evidence of an open finding   4 a record that is there and whose accounting a statute keeps
    """
    if facts.kind not in PASSING:  # 1
        return LASTING, ()
    question, disclosure = _question_of(world, one, facts)
    shown = disclosure.shown if disclosure is not None else ()
    items = tuple(one.item_id for one in shown)
    records = [(disclosure.query.owner, one.record_id) for one in shown] if disclosure is not None else []
    states = [_state_of(world, needs, record) for record in records]
    if any(held for _, held in states):  # 2
        return HOLD, items
    looked_into = FINDING if one.index in needs.evidence else ""
    owed = (
        looked_into,
        needs.questions.get(question, ""),
        *(needs.records.get(record, "") for record in records),
    )  # 3
    accounted = ACCOUNTING if question in needs.accounted and any(there for there, _ in states) else ""  # 4
    return next((reason for reason in (*owed, accounted) if reason), ""), items


def _state_of(world: World, needs: Needs, key: tuple[str, str]) -> tuple[bool, bool]:
    """Whether a record is there, and whether a legal hold is on it; looked up once."""
    if key not in needs.held:
        record = world.records.get(*key)
        # a hold that nobody knows of is none here: the custodian states it before the month is pruned, or it is too late
        needs.held[key] = (record is not None, record is not None and record.state.legal_hold is True)
    return needs.held[key]


def _question_of(world: World, one: KeptEntry, facts: EntryFacts) -> tuple[str, Disclosure | None]:
    """The question an entry is about, empty where none; and what it disclosed, where it showed anything."""
    if facts.kind is EntryKind.RESENT and not one.query_id:
        record = world.journal.record(one.index)
        return (from_canonical(record, Query).id if record is not None else ""), None
    untold = facts.kind is EntryKind.ONWARD and not facts.released
    if facts.kind not in SHOWING or untold or not (facts.released or not one.query_id):
        return one.query_id, None
    record = world.journal.record(one.index)
    if record is None:
        return one.query_id, None
    disclosure = from_canonical(record, Disclosure)
    return disclosure.query.id, disclosure


def _waited_for(delivery: StoredDelivery) -> Iterable[str]:
    """The questions a delivery is about, while anybody waits for it: sent and not taken, or recalled and not confirmed."""
    due = delivery.due
    if isinstance(due, Recall):
        return () if delivery.confirmed_ms is not None else (item.query_id for item in due.items)
    if delivery.incoming or delivery.arrived_ms is not None:
        return ()
    match due:
        case AnswerDue() | PassedOnDue():
            return (due.query_id,)
        case NoticeDue():
            return (due.notice,)
        case TransmissionDue():
            return (due.transmission,)
    return ()
