"""What a node's own acts bring: duties of records that come in or go, and of agreements, kept with the act's entry.

A count is one for each record, so are a notice and what waits for a later event; anything else is one task for the
whole act. Ids follow from act, records, clause and local day: what is done again that day is not owed twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from comity.exchange.answering.raised import duty_id, periodic_duty
from comity.exchange.duty.duties import changed_once
from comity.exchange.duty.duty_clocks import clause_of, facts_about, start_clock
from comity.law.calendar import OwnerCalendar, local_time
from comity.law.compiled import Law
from comity.law.owed import event_duties, is_told_of
from comity.law.reasons import distinct_duties
from comity.model.agency import Agency
from comity.model.canon import digest
from comity.model.decision import Duty
from comity.model.disclosure import StoredDuty
from comity.model.record import Record
from comity.ports import World

BY_RECORD = frozenset({"count", "notify"})  # a number counts records; a notice names one record's people
Owed = tuple[Record, tuple[Duty, ...]]


@dataclass(frozen=True, slots=True)
class Act:
    """An act of an owner at a point, and the event that it is; `event` is empty where the act was refused.

    `at_ms` is when the event happens (UTC milliseconds): now, or the first day of an agreement that begins later.
    """

    owner: Agency
    point: str
    event: str
    now_ms: int
    at_ms: int

    @property
    def calendar(self) -> OwnerCalendar:
        """The owner's calendar at the event."""
        return OwnerCalendar(self.at_ms, self.owner.zone, frozenset(self.owner.holidays))


def duties_of_records(act: Act, owed: Iterable[Owed]) -> tuple[StoredDuty, ...]:
    """The duties of an act on records, from what was decided of each."""
    found: dict[str, StoredDuty] = {}
    whole: dict[Duty, list[str]] = {}
    for record, duties in owed:
        for duty in duties:
            if duty.kind in BY_RECORD or duty.after not in {"", act.event}:
                one = _stored(act, duty, record.id, "")
                found.setdefault(one.id, one)
            else:
                whole.setdefault(duty, []).append(record.id)
    for duty, ids in whole.items():
        one = _stored(act, *_about(duty, ids))
        found.setdefault(one.id, one)
    return tuple(found.values())


def duties_of_text(act: Act, text_hash: str, duties: Iterable[Duty]) -> tuple[StoredDuty, ...]:
    """The duties of an act on a text of law: each clause once, whichever parties brought it."""
    return tuple(_stored(act, duty, "", text_hash) for duty in distinct_duties(duties))


def duties_elsewhere(law: Law, act: Act, records: Iterable[Record]) -> tuple[Owed, ...]:
    """What rules at other points demand at the event of this act, by record."""
    if not is_told_of(law, act.event, act.point):
        return ()
    found = []
    for record in records:
        seen = facts_about(act.owner, record, act.at_ms)
        duties = [duty for facts in seen for duty in event_duties(law, act.event, facts, act.point)]
        found.append((record, distinct_duties(duties)))
    return tuple(found)


def clocks_started(world: World, act: Act, records: Iterable[Record]) -> tuple[StoredDuty, ...]:
    """The stored duties that waited for this event on one of these records, their clocks running from now."""
    ids = {record.id for record in records}
    waiting = world.journal.waiting_duties(act.owner.id, act.event)
    return tuple(changed_once(start_clock(one, act.calendar)) for one in waiting if one.record_id in ids)


def undecided_task(world: World, act: Act, record: Record, duty: Duty) -> StoredDuty | None:
    """The task of a person to decide about a record, or None where it was given before: one a record and clause."""
    name = duty_id(act.owner.id, act.point, "undecided", record.id, *clause_of(duty))
    if world.journal.find_duty(act.owner.id, name) is not None:
        return None
    return StoredDuty(
        id=name, owner=act.owner.id, query_id="", duty=duty, raised_ms=act.now_ms, record_id=record.id
    )


def _about(duty: Duty, ids: list[str]) -> tuple[Duty, str, str]:
    """A task for several records says how many; which they are stands in the entry."""
    if len(ids) == 1:
        return duty, ids[0], ""
    text = f"{duty.text}; {len(ids)} records" if duty.text else f"{len(ids)} records"
    return replace(duty, text=text), "", digest((duty.confirm, ids))


def _stored(act: Act, duty: Duty, record_id: str, reference: str) -> StoredDuty:
    if duty.period:
        return periodic_duty(act.owner.id, duty, act.now_ms)
    day = local_time(act.now_ms, act.owner.zone).date().isoformat()
    one = StoredDuty(
        id=duty_id(act.owner.id, act.event or act.point, "", record_id, reference, day, *clause_of(duty)),
        owner=act.owner.id,
        query_id="",
        duty=duty,
        raised_ms=act.now_ms,
        record_id=record_id,
    )
    return start_clock(one, act.calendar) if act.event and duty.after == act.event else one
