"""What a question leaves on the owner's desk: its duties, those of the records it met, a task for every open hold."""

from __future__ import annotations

from collections.abc import Iterator

from comity.exchange.answering.conclude import Concluded
from comity.exchange.answering.hold_deadline import hold_deadline_ms
from comity.exchange.answering.law_in_force import LawInForce
from comity.exchange.answering.open_query import Opened
from comity.law.defer import defer_notices, deferrals_of
from comity.match.person import NOT_SAME
from comity.model.canon import digest
from comity.model.decision import Duty, Hold
from comity.model.disclosure import StoredDuty


def raised_duties(opened: Opened, law: LawInForce, concluded: Concluded) -> tuple[StoredDuty, ...]:
    """Duties of the request, of every record shown or likely the person's, and a task for every open hold.

    Each once; one that waits for an event waits apart for each record, since the event may come to one of them.
    """
    found = dict.fromkeys([*((duty, "") for duty in concluded.asked.duties), *_of_records(opened, law, concluded)])
    return tuple(_stored(opened, duty, record_id, number) for number, (duty, record_id) in enumerate(found))


def _of_records(opened: Opened, law: LawInForce, concluded: Concluded) -> Iterator[tuple[Duty, str]]:
    looked = concluded.looked
    shown = {(record.id, person.key) for _, record, person in concluded.shown}
    likely = [
        one.decided
        for one in (*looked.matched, *looked.waiting)
        if one.match.verdict != NOT_SAME or (one.decided.record.id, one.decided.person.key) in shown
    ]
    for one in (*likely, *looked.hidden):
        deferrals = deferrals_of(law.folded, str(one.record.data_class))
        for duty in defer_notices(one.decision.duties, deferrals):
            yield duty, one.record.id if duty.after else ""
        for hold in one.decision.holds:
            yield _hold_task(hold, opened), ""


def _stored(opened: Opened, duty: Duty, record_id: str, number: int) -> StoredDuty:
    if duty.period:
        return periodic_duty(opened.owner.id, duty, opened.now_ms)
    return StoredDuty(
        id=duty_id(opened.query.id, opened.step_key, number),
        owner=opened.owner.id,
        query_id=opened.query.id,
        duty=duty,
        raised_ms=opened.now_ms,
        asker=opened.query.asker,
        record_id=record_id,
    )


def periodic_duty(owner: str, duty: Duty, now_ms: int) -> StoredDuty:
    """A duty for a period: one for each report and period, whatever raises it and however often."""
    name = duty_id(owner, duty.rule, duty.kind, duty.to, duty.report, duty.period)
    return StoredDuty(id=name, owner=owner, query_id="", duty=duty, raised_ms=now_ms)


def duty_id(*parts: str | int) -> str:
    """The id of a duty, 32 hexadecimal digits: it follows from what raised it."""
    return digest(parts).removeprefix("sha256:")[:32]


def _hold_task(hold: Hold, opened: Opened) -> Duty:
    """The owner's task that decides a hold, due when the hold's own time runs out."""
    return Duty(
        kind="review",
        rule=hold.rule,
        citation=hold.citation,
        to=hold.role,
        due_ms=hold_deadline_ms((hold,), opened.owner, opened.now_ms),
        after="query-received",
        text=f"{hold.kind}: {hold.what}",
    )
