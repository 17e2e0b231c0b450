"""A custodian corrects one record: one entry, with everything that follows from it in the same transaction.

 1 who, why          a records custodian of the owner, with a reason that is kept
 2 before, after     the record as it stands, and as it is to stand; each new value can stand in its field
 3 what differs      nothing: no entry
 4 ingest            what the owner's law keeps out does not come in by a correction either
 5 releases, recalls who was shown what was corrected, and what tells them
 6 acts on persons   merges the rule speaks against since are undone; the rest is looked at again
 7 append_entry      the record replaced and found by what it says now, acts, duties, clocks
 8 finish_removal    what it was found by before goes from the index's files too; before that it finds nobody either

The old values are overwritten; what past answers showed stays with those answers, which are not sent again. Who has them
is told at once (`recall.py`), beside what the law owes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import RecordFileError, WrongUseError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.answering.raised import duty_id
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.act_duties import Act, clocks_started, duties_elsewhere, duties_of_records
from comity.exchange.duty.duties import look_again, said_words
from comity.exchange.duty.owed_again import owed_again
from comity.exchange.owners import owner_day, owner_facts
from comity.exchange.person.person_acts import next_act
from comity.exchange.person.person_state import custodian_of
from comity.exchange.recalls.recall import Recalls, recall_releases
from comity.exchange.recalls.standing_releases import showed, standing_releases
from comity.exchange.records.corrected_acts import ActsTouched, touched_acts, undoing
from comity.exchange.records.corrected_record import (
    changed_fields,
    check_changed,
    corrected_record,
    public_no_more,
)
from comity.exchange.records.entering import DecidedEntry, decide_entries, finding_of, refused_unit
from comity.exchange.records.intake import check_records
from comity.exchange.transmission.transmission_channels import stopped_by
from comity.law.attested import attested_facts, parse_attested
from comity.law.compiled import Law
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.codes import SEARCHABLE_ROLES
from comity.model.correction import Corrected, Correction, FieldChanged, StandingRelease
from comity.model.decision import Duty
from comity.model.delivery import RecallKind
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.person_act import PersonAct
from comity.model.record import Record
from comity.model.refused import tell_refused
from comity.ports import World

REVIEW_MS = 7 * 86_400_000  # a week: no answer waits for it, and what the rule speaks against is undone already
# States that take back what a record showed, as a seal does.
CLOSING = ("sealed", "restricted", "suppressed", "received_under_1367")
FILE = "the correction"  # what findings name: fields given by hand have no file


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A correction ready to enter."""

    owner: Agency
    before: Record
    after: Record
    reason: str
    changed: tuple[FieldChanged, ...]
    releases: tuple[StandingRelease, ...]
    recalls: Recalls
    touched: ActsTouched
    now_ms: int

    @property
    def act(self) -> Act:
        return Act(self.owner, "", "record-changed", self.now_ms, self.now_ms)


def correct_record(world: World, member: Member, correction: Correction, *, trial: bool = False) -> Corrected:
    """Correct a record; a trial decides only. Raises WrongUseError, or RecordFileError where it may not come in."""
    owner = custodian_of(world, member)  # 1
    reason = said_words("reason", correction.reason)
    attested = attested_facts("entry", parse_attested(correction.attested))

    def act() -> Corrected:
        now_ms = world.clock.now_ms()
        before = get_stored(world, owner, correction.record_id)  # 2
        today = owner_day(owner, now_ms)
        after = corrected_record(before, correction, today)
        changed = changed_fields(before, after)
        check_changed(correction, before, after, changed, today)
        if after == before:  # 3
            return _told(_Drafted(owner, before, after, reason, (), (), Recalls(), ActsTouched((), ()), now_ms))
        _, law = read_law(world, world.directory(), owner.id)
        entering = decide_entries(law, owner, (after,), attested, now_ms)  # 4
        _check_entry(world, owner, entering, now_ms, trial=trial)
        releases = _touched(standing_releases(world, owner, before.id), before, after, changed)  # 5
        recalls = recall_releases(owner, before.id, _kind(before, after), releases, now_ms)
        recalls = recalls.stopping(stopped_by(world, owner, releases))
        touched = touched_acts(world, before, after, changed)  # 6
        drafted = _Drafted(owner, before, after, reason, changed, releases, recalls, touched, now_ms)
        return _told(drafted) if trial else _enter(world, law, member, drafted)  # 7

    done = look_again(act)
    if done.entry is not None:
        world.records.finish_removal(owner.id)  # 8
    return done


def _touched(
    releases: tuple[StandingRelease, ...], before: Record, after: Record, changed: tuple[FieldChanged, ...]
) -> tuple[StandingRelease, ...]:
    """The releases that showed what is otherwise now; every one where the outcome is, or what may be shown at all."""
    if _kind(before, after) is not RecallKind.CORRECTED:
        return releases
    found = ((one, showed(one, changed)) for one in releases)
    return tuple(replace(one, fields=fields) for one, fields in found if fields)


def _kind(before: Record, after: Record) -> RecallKind:
    """What a correction is to those who were shown the record; an act on the whole record is one however it is made."""
    if any(getattr(after.state, name) and not getattr(before.state, name) for name in CLOSING):
        return RecallKind.WITHDRAWN
    if not _searchable(before) <= _searchable(after):
        return RecallKind.WITHDRAWN
    if after.state.disputed and not before.state.disputed:
        return RecallKind.DISPUTED
    return RecallKind.CORRECTED if before.disposition is after.disposition else RecallKind.DISPOSITION


def _searchable(record: Record) -> set[str]:
    """Who in a record may be found: victims, witnesses and third parties never are."""
    return {person.key for person in record.people if person.role in SEARCHABLE_ROLES}


def get_stored(world: World, owner: Agency, name: str) -> Record:
    """The one record of an id, or of the owner's reference. Raises WrongUseError for none, and for several."""
    record = world.records.get(owner.id, name)
    if record is not None:
        return record
    ids = world.records.ids_of(owner.id, name, 2)
    if len(ids) > 1:
        raise WrongUseError(tell_refused("record.several", reference=name[:120]))
    found = world.records.get(owner.id, ids[0]) if ids else None
    if found is None:
        raise WrongUseError(no_record(owner, name))
    return found


def no_record(owner: Agency, name: str) -> str:
    """What is said where an owner has no record of an id or reference."""
    return f"`{owner.id}` has no record `{name[:120]}`; write its id or its reference"


def _check_entry(
    world: World, owner: Agency, decided: tuple[DecidedEntry, ...], now_ms: int, *, trial: bool
) -> None:
    """Every field belongs to the class, and no rule at `ingest` keeps the record out. A refusal is entered."""
    check_records(tuple(one.record for one in decided), FILE)
    refused = [refusal for one in decided for refusal in one.refused]
    if refused:
        if not trial:
            append_entry(world, refused_unit(owner, decided, now_ms))
        raise RecordFileError(tuple(finding_of(one, FILE) for one in refused))


def _enter(world: World, law: Law, member: Member, drafted: _Drafted) -> Corrected:
    undone = undoing(next_act(world, drafted.owner, member), drafted.touched.undone, drafted.changed)
    started = clocks_started(world, drafted.act, (drafted.after,))
    by_rules = duties_of_records(drafted.act, duties_elsewhere(law, drafted.act, (drafted.after,)))
    told = drafted.recalls.duties
    again = owed_again(world, drafted.act, told, (*started, *by_rules))
    raised = (*by_rules, *_review(drafted), *told, *again)
    receipt = append_entry(world, _unit(member, drafted, undone, (raised, started)))
    return _told(drafted, tuple(one.id for one in (*started, *raised)), parse_proof(receipt.proof).index)


def _unit(
    member: Member,
    drafted: _Drafted,
    undone: tuple[PersonAct, ...],
    duties: tuple[tuple[StoredDuty, ...], tuple[StoredDuty, ...]],
) -> Unit:
    """The public part holds counts alone; where values changed, who has them and why stand in the record of the entry."""
    owner = drafted.owner
    content = {
        "owner": owner.id,
        "corrected": 1,
        "fields": len(drafted.changed),
        "releases": len(drafted.releases),
        "undone": len(undone),
    }
    kept = {
        "record": drafted.before.id,
        "by": member.id,
        "reason": drafted.reason,
        "changed": [str(one) for one in drafted.changed],
        "releases": [[one.entry, one.item_id] for one in drafted.releases],
        "undone": [act.undoes for act in undone],
        "to_review": [act.id for act in drafted.touched.to_review],
    }
    return Unit(
        facts=owner_facts(EntryKind.RECORD_CORRECTED, owner, drafted.now_ms),
        content=canonical_bytes(content),
        record=canonical_bytes(kept),
        duties=duties[0],
        changed_duties=duties[1],
        person_acts=undone,
        corrects=((drafted.before, drafted.after),),
        deliveries=drafted.recalls.deliveries,
        changed_deliveries=drafted.recalls.stopped,
        recalled=drafted.recalls.entries,
    )


def _review(drafted: _Drafted) -> tuple[StoredDuty, ...]:
    """A task to look again at the acts that rested on what changed; none where no act did."""
    acts = (*drafted.touched.undone, *drafted.touched.to_review)
    if not acts:
        return ()
    rule = builtin_reason("comity/CORRECTED")
    told = [f"{act.kind} {act.id}" + (" (undone)" if act in drafted.touched.undone else "") for act in acts]
    duty = Duty(
        kind="review",
        rule=rule.rule,
        citation=rule.citation,
        to="records-custodian",
        due_ms=drafted.now_ms + REVIEW_MS,
        text=f"{', '.join(sorted({one.field for one in drafted.changed}))} corrected; look again at {', '.join(told)}",
    )
    name = duty_id(drafted.owner.id, rule.rule, drafted.before.id, drafted.now_ms)
    return (
        StoredDuty(
            id=name,
            owner=drafted.owner.id,
            query_id="",
            duty=duty,
            raised_ms=drafted.now_ms,
            record_id=drafted.before.id,
        ),
    )


def _told(drafted: _Drafted, duties: tuple[str, ...] = (), entry: int | None = None) -> Corrected:
    return Corrected(
        owner=drafted.owner.id,
        record_id=drafted.before.id,
        data_class=drafted.before.data_class,
        reference=drafted.before.reference,
        changed=drafted.changed,
        releases=drafted.releases,
        unread=sum(one.at_ms == 0 for one in drafted.releases),
        recalls=() if entry is None else drafted.recalls.ids,
        public_no_more=public_no_more(drafted.before, drafted.after, drafted.changed),
        undone=tuple(act.id for act in drafted.touched.undone),
        to_review=tuple(act.id for act in drafted.touched.to_review),
        duties=duties,
        entry=entry,
    )
