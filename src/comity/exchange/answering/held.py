"""What waits for a person's decision at an owner: the list of it, and the decision.

A hold of a question is a task on the desk. Who decides it is of the role the rule names; whoever asked the question
decides nothing of it; and where one rule holds for two things, two people decide them. When the last hold of a question
is decided, the question is answered again under the law of that moment, and the answer is brought to the asker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import DutyRefusedError, WrongUseError
from comity.exchange.answering.answer_again import GivenAnswer, answer_again, reopen
from comity.exchange.answering.candidates import decide_one
from comity.exchange.answering.conclude import LEAST_PROBABILITY_PPM
from comity.exchange.answering.held_leaves import Leaves, foresee_leaves
from comity.exchange.answering.law_in_force import LawInForce, law_in_force
from comity.exchange.answering.open_query import is_owners_step
from comity.exchange.answering.raised import duty_id
from comity.exchange.desk.request_withdrawn import withdrawn_ms
from comity.exchange.duty.duties import changed_once, is_held_task, look_again, said_words
from comity.exchange.duty.duty_state import is_done
from comity.exchange.messages.suspended import suspended_sentence, suspension_among
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entries
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.decision import Hold, RecordDecision
from comity.model.delivery import AnswerDue, StoredDelivery
from comity.model.disclosure import DeskRecord, Disclosure, EntryKind, StoredDuty, Unit
from comity.model.held import HeldDecided, HeldRecord, HeldTask, Ruling
from comity.model.record import Record
from comity.model.refused import tell_refused
from comity.ports import World

CONFLICT = "conflict"
HEAD = "agency-head"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One hold of one question, with the answer that was given, and the records it keeps back today."""

    stored: StoredDuty
    given: GivenAnswer
    step_key: str
    hold: Hold
    records: tuple[tuple[Record, str, RecordDecision], ...]


def list_held(
    world: World, member: Member, task: str = "", *, decided: bool = False, foresee: bool = True
) -> tuple[HeldTask, ...]:
    """The holds that wait at the member's agency, the soonest due first; those decided too where asked.

    Only one where `task` names it. Without `foresee` none says what would leave.
    """
    owner = owner_here(world, member.agency)
    now_ms = world.clock.now_ms()
    found = []
    for stored in world.journal.duties(owner.id):
        if is_held_task(stored) and task in ("", stored.id) and (decided or not is_done(stored)):
            waiting = _find(world, owner, stored, now_ms)
            if waiting is not None:
                leaves = _leaves(world, waiting, now_ms) if foresee else Leaves()
                found.append(_task(world, member, (waiting, leaves), now_ms))
    return tuple(sorted(found, key=lambda task: (task.due_ms is None, task.due_ms, task.duty_id)))


def decide_held(world: World, member: Member, task_id: str, *, grant: bool, reason: str) -> HeldDecided:
    """Decide one hold.

    1 the reason, and the task   2 decided before: nothing changes   3 who may decide it
    4 what it covers: the records it keeps back, as they are now   5 whether another hold of the question waits
    6 one transaction: the ruling; after the last one the question's new answer, on its way to the asker

    Raises WrongUseError for no such task or a member who may not, DutyRefusedError where an election is needed first.
    """
    said = said_words("reason", reason)  # 1
    owner = owner_here(world, member.agency)

    def act() -> HeldDecided:
        now_ms = world.clock.now_ms()
        stored = world.journal.find_duty(owner.id, task_id)
        if stored is None or not is_held_task(stored):
            raise WrongUseError(tell_refused("held.none", agency=owner.id, task=task_id[:64]))
        rulings = world.journal.rulings(owner.id, stored.query_id)
        before = next((ruling for ruling in rulings if ruling.id == task_id), None)
        if before is not None:  # 2
            return HeldDecided(
                ruling=before, waiting=len(_others(world, stored, rulings)), answered="", entry=None
            )
        waiting = _find(world, owner, stored, now_ms)
        if waiting is None:
            raise WrongUseError(tell_refused("held.gone", task=task_id[:64]))
        _check_who(member, waiting, rulings)  # 3
        if grant and withdrawn_ms(world, owner.id, stored.asker, stored.query_id) is not None:
            raise DutyRefusedError(tell_refused("held.withdrawn"))
        if grant:
            _check_in_time(stored, now_ms)
            _check_not_suspended(world, waiting)
        ruling = _ruling(member.id, waiting, now_ms, (grant, said))  # 4
        others = _others(world, stored, (*rulings, ruling))  # 5
        return _enter(world, owner, waiting, ruling, others)  # 6

    return look_again(act)


def _check_in_time(stored: StoredDuty, now_ms: int) -> None:
    """Raise DutyRefusedError after the hold's time: then the answer is nothing, and the asker was told until when it waits."""
    if stored.duty.due_ms is not None and stored.duty.due_ms < now_ms:
        raise DutyRefusedError(tell_refused("held.passed"))


def _check_not_suspended(world: World, waiting: _Waiting) -> None:
    """Raise DutyRefusedError where a party to the question is cut off: it waits until that is lifted, or is refused."""
    directory, query = world.directory(), waiting.given.disclosure.query
    suspended = suspension_among(directory, query.asker, query.beneficiary, query.owner)
    if suspended is not None:
        raise DutyRefusedError(f"{suspended_sentence(directory, suspended)}; refuse it, or decide it then")


def _find(world: World, owner: Agency, stored: StoredDuty, now_ms: int) -> _Waiting | None:
    """What a task is about; None where the question or its explanation is no longer kept."""
    for step_key, index, content in world.journal.answers_to(stored.asker, stored.query_id):
        record, sealed = world.journal.record(index), world.journal.sealed(index)
        if not is_owners_step(step_key, owner.id) or not (record and sealed):
            continue
        desk = from_canonical(sealed, DeskRecord)
        hold = next(
            (one for found in desk.considered for one in found.decision.holds if _is_task_of(stored, one)), None
        )
        if hold is not None:
            given = GivenAnswer(from_canonical(content, Answer), from_canonical(record, Disclosure), index)
            return _Waiting(stored, given, step_key, hold, tuple(_records(world, given, (desk, hold), now_ms)))
    return None


def _is_task_of(stored: StoredDuty, hold: Hold) -> bool:
    return (stored.duty.rule, stored.duty.to, stored.duty.text) == (
        hold.rule,
        hold.role,
        f"{hold.kind}: {hold.what}",
    )


def _records(
    world: World, given: GivenAnswer, held: tuple[DeskRecord, Hold], now_ms: int
) -> Iterator[tuple[Record, str, RecordDecision]]:
    """The records that were likely the person's and that the hold kept back, each decided under the law of now."""
    law: LawInForce | None = None
    desk, hold = held
    for one in desk.considered:
        if hold not in one.decision.holds or (one.probability_ppm or 0) < LEAST_PROBABILITY_PPM:
            continue
        record = world.records.get(given.answer.owner, one.record_id)
        if record is None or all(person.key != one.person_key for person in record.people):
            continue
        law = law or law_in_force(world, reopen(world.directory(), given.disclosure, now_ms))
        yield record, one.person_key, decide_one(law, given.disclosure.query, record, one.person_key)


def _check_who(member: Member, waiting: _Waiting, rulings: tuple[Ruling, ...]) -> None:
    hold, query = waiting.hold, waiting.given.disclosure.query
    if member.id == query.member:
        raise WrongUseError(tell_refused("held.own"))
    if not _is_of_role(member, waiting):
        roles = sorted({hold.role, HEAD})
        raise WrongUseError(f"`{member.id}` may not decide this; it needs {' or '.join(roles)}")
    if any(ruling.by == member.id and ruling.hold.rule == hold.rule for ruling in rulings):
        raise WrongUseError(tell_refused("held.other-part", rule=hold.rule))
    if hold.kind == CONFLICT and any(hold in decision.holds for _, _, decision in waiting.records):
        raise DutyRefusedError(tell_refused("held.elect"))


def _is_of_role(member: Member, waiting: _Waiting) -> bool:
    return bool({waiting.hold.role, HEAD} & set(member.roles))


def _ruling(by: str, waiting: _Waiting, now_ms: int, decided: tuple[bool, str]) -> Ruling:
    grant, said = decided
    return Ruling(
        id=waiting.stored.id,
        owner=waiting.stored.owner,
        query_id=waiting.stored.query_id,
        hold=waiting.hold,
        granted=grant,
        by=by,
        at_ms=now_ms,
        reason=said,
        records=tuple(
            HeldRecord(record_id=record.id, person_key=person_key, hash=digest(record))
            for record, person_key, _ in waiting.records
        ),
    )


def _others(world: World, stored: StoredDuty, rulings: tuple[Ruling, ...]) -> tuple[StoredDuty, ...]:
    """The other tasks of the question that nobody decided yet."""
    decided = {ruling.id for ruling in rulings}
    return tuple(
        one
        for one in world.journal.duties(stored.owner)
        if one.query_id == stored.query_id and is_held_task(one) and one.id not in decided
    )


def _enter(
    world: World, owner: Agency, waiting: _Waiting, ruling: Ruling, others: tuple[StoredDuty, ...]
) -> HeldDecided:
    """The ruling; after the last one, or the first refusal, the new answer with it."""
    units = [_ruling_unit(owner, waiting, ruling)]
    if not others or not ruling.granted:
        units.append(answer_again(world, waiting.given, (ruling,), ruling.at_ms))
        units[0] = replace(units[0], deliveries=(_delivery(waiting, ruling),))
    receipts = append_entries(world, units)
    return HeldDecided(
        ruling=ruling,
        waiting=len(others),
        answered=units[1].facts.decision if len(units) > 1 else "",
        entry=parse_proof(receipts[0].proof).index,
    )


def _ruling_unit(owner: Agency, waiting: _Waiting, ruling: Ruling) -> Unit:
    """The public part says that something was decided; what, by whom and why is the owner's."""
    stored = waiting.stored
    words = f"{'granted' if ruling.granted else 'refused'}: {ruling.reason}"
    done = replace(stored, done_ms=ruling.at_ms, done_by=ruling.by, evidence=words)
    return Unit(
        facts=owner_facts(EntryKind.HELD_DECIDED, owner, ruling.at_ms),
        content=canonical_bytes({"owner": owner.id, "decided": 1}),
        record=canonical_bytes(ruling),
        rulings=(ruling,),
        changed_duties=(changed_once(done),) if not is_done(stored) else (),
    )


def _delivery(waiting: _Waiting, ruling: Ruling) -> StoredDelivery:
    query = waiting.given.disclosure.query
    return StoredDelivery(
        id=duty_id("answer-due", ruling.id),
        sender=query.owner,
        recipient=query.asker,
        due=AnswerDue(asker=query.asker, query_id=query.id, step_key=waiting.step_key),
        made_ms=ruling.at_ms,
        next_ms=ruling.at_ms,
    )


def _task(world: World, member: Member, shown: tuple[_Waiting, Leaves], now_ms: int) -> HeldTask:
    waiting, leaves = shown
    stored, query = waiting.stored, waiting.given.disclosure.query
    rulings = world.journal.rulings(stored.owner, stored.query_id)
    return HeldTask(
        duty_id=stored.id,
        owner=stored.owner,
        query_id=query.id,
        asker=query.asker,
        member=query.member,
        beneficiary=query.beneficiary,
        purpose=query.purpose,
        case_number=query.case_number,
        data_classes=query.data_classes,
        hold=waiting.hold,
        due_ms=stored.duty.due_ms,
        passed=stored.duty.due_ms is not None and stored.duty.due_ms < now_ms,
        records=tuple(record.reference for record, _, _ in waiting.records),
        opens=leaves.opens,
        later=leaves.later,
        stays=leaves.stays,
        subject=query.subject if _is_of_role(member, waiting) and member.id != query.member else None,
        ruling=next((ruling for ruling in rulings if ruling.id == stored.id), None),
    )


def _leaves(world: World, waiting: _Waiting, now_ms: int) -> Leaves:
    granted = _all_granted(world, waiting, now_ms)
    return foresee_leaves(world, waiting.given, waiting.records, granted, now_ms)


def _all_granted(world: World, waiting: _Waiting, now_ms: int) -> tuple[Ruling, ...]:
    """A grant of the hold, and of every other that the question's records still wait for. What was decided stays so."""
    rulings = world.journal.rulings(waiting.stored.owner, waiting.stored.query_id)
    others = _others(world, waiting.stored, rulings)
    wait = {
        hold
        for _, _, decision in waiting.records
        for hold in decision.holds
        if any(_is_task_of(other, hold) for other in others)
    }
    if all(ruling.id != waiting.stored.id for ruling in rulings):
        wait.add(waiting.hold)
    granted = _ruling(waiting.stored.owner, waiting, now_ms, (True, ""))
    return tuple(replace(granted, hold=hold) for hold in wait)
