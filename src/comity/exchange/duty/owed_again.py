"""A recall that a rule demands is owed at each change of the record, not at the first alone.

A duty that waits for `record-changed` is raised with the release, and its clock starts at the first change. The record may
change again while that one stands, or after it is done: whoever is told again is told within the same time, by a duty of
its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from comity.exchange.answering.raised import duty_id
from comity.exchange.duty.act_duties import Act
from comity.exchange.duty.duty_clocks import clause_of, start_clock
from comity.exchange.duty.owed_acts import RECALL, TO_CONFIRM_HERE, recipient_of
from comity.model.disclosure import StoredDuty
from comity.ports import World

Clause = tuple[str, ...]  # whom it is towards, of which record, and by which clause of which rule


def owed_again(
    world: World, act: Act, recalls: Iterable[StoredDuty], owed: Iterable[StoredDuty]
) -> tuple[StoredDuty, ...]:
    """What an earlier change started and this one demands anew, for everybody whom it recalls from; each clause once.

    `recalls` are the exchange's own duties of the act, `owed` what it owes already, by clocks that
    waited for it until now and by what rules bring at the event itself.
    """
    told = {(recipient_of(one), one.record_id) for one in recalls}
    if not told:
        return ()
    running = {_key(one) for one in owed}
    found: dict[Clause, StoredDuty] = {}
    for one in world.journal.duties(act.owner.id):
        if (
            _was_started_by(one, act.event)
            and (recipient_of(one), one.record_id) in told
            and _key(one) not in running
        ):
            found[_key(one)] = one  # the newest release's: it has the law of its day
    return tuple(_anew(one, act) for one in found.values())


def _was_started_by(one: StoredDuty, event: str) -> bool:
    duty = one.duty
    is_recall = duty.kind == RECALL and duty.rule != TO_CONFIRM_HERE
    return is_recall and duty.after == event and one.started_ms is not None


def _key(one: StoredDuty) -> Clause:
    return (recipient_of(one), one.record_id, *clause_of(one.duty))


def _anew(one: StoredDuty, act: Act) -> StoredDuty:
    """The duty as nobody has acted on it, its clock running from the act: what was confirmed or deferred was the other's."""
    fresh = StoredDuty(
        id=duty_id(one.id, act.event, act.at_ms),
        owner=one.owner,
        query_id=one.query_id,
        duty=replace(one.duty, due_ms=None),
        raised_ms=act.now_ms,
        asker=one.asker,
        record_id=one.record_id,
    )
    return start_clock(fresh, act.calendar)
