"""A custodian seals, expunges, disputes, holds or reviews a whole record: one entry; whoever was shown it hears of it.

 1 who, why          a records custodian of the owner, with a reason that is kept
 2 the record        as it stands; one that stands so already changes nothing
 3 releases          who was shown it
 4 what it becomes   sealed, disputed, held, or gone; a legal hold keeps what would go, found by nobody
 5 recalls           one for each agency that has it, with the owner's duty; a hold or review changes nothing for them
 6 append_entry      record, recalls, duties and clocks, and what may not be sent or opened any more, in one transaction
 7 finish_removal    what it was found by goes from the index's files too

An expungement destroys the keys of what was disclosed of the record: that it was disclosed stays proved, what it was
does not. An answer that showed a record under legal hold beside it is kept until its month goes after the hold: it is not
sent again either. A seal keeps them for the owner alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from comity.exchange.answering.law_in_force import read_law
from comity.exchange.answering.raised import duty_id
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.act_duties import Act, clocks_started, duties_elsewhere, duties_of_records
from comity.exchange.duty.duties import look_again, said_words
from comity.exchange.duty.owed_again import owed_again
from comity.exchange.owners import owner_facts
from comity.exchange.person.person_state import custodian_of
from comity.exchange.recalls.recall import Recalls, recall_releases
from comity.exchange.recalls.standing_releases import standing_releases
from comity.exchange.records.correct import get_stored
from comity.exchange.transmission.transmission_channels import stopped_by
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.correction import RecordAct, RecordActed, StandingRelease
from comity.model.decision import Duty
from comity.model.delivery import RecallKind
from comity.model.disclosure import Disclosure, EntryKind, StoredDuty, Unit
from comity.model.record import Record
from comity.ports import World

RECALLED = {"seal": RecallKind.WITHDRAWN, "expunge": RecallKind.WITHDRAWN, "dispute": RecallKind.DISPUTED}
STATES: dict[str, dict[str, Any]] = {
    "seal": {"sealed": True},
    "dispute": {"disputed": True},
    "hold": {"legal_hold": True},
    "lift": {"legal_hold": False},
    "review": {"reviewed": True},
}


@dataclass(frozen=True, slots=True)
class _Drafted:
    """An act on a whole record, ready to enter. `after` is None for a record that goes."""

    owner: Agency
    act: str
    reason: str
    before: Record
    after: Record | None
    releases: tuple[StandingRelease, ...]
    recalls: Recalls
    forgets: tuple[int, ...]
    now_ms: int

    @property
    def kept_by_hold(self) -> bool:
        return self.act == "expunge" and self.after is not None

    @property
    def event(self) -> Act:
        """What it is to the rules: a purge where the record goes, a change where it stays."""
        point, event = ("purge", "record-purged") if self.after is None else ("", "record-changed")
        return Act(self.owner, point, event, self.now_ms, self.now_ms)


def act_on_record(world: World, member: Member, wanted: RecordAct) -> RecordActed:
    """Seal, expunge, dispute, hold or review a record. Raises WrongUseError for who may not, or no such record."""
    owner = custodian_of(world, member)  # 1
    reason = said_words("reason", wanted.reason)

    def act() -> RecordActed:
        before = get_stored(world, owner, wanted.record_id)  # 2
        after = _after(before, wanted.act)  # 4
        if after == before:
            return RecordActed(
                owner=owner.id, record_id=before.id, act=wanted.act, kept_by_hold=wanted.act == "expunge"
            )
        now_ms = world.clock.now_ms()
        kind = RECALLED.get(wanted.act)
        releases = standing_releases(world, owner, before.id) if kind else ()  # 3
        recalls = recall_releases(owner, before.id, kind, releases, now_ms) if kind else Recalls()  # 5
        recalls = recalls.stopping(stopped_by(world, owner, releases))
        forgets = (
            tuple(one for one in recalls.entries if not _shows_held(world, before, one)) if after is None else ()
        )
        drafted = _Drafted(owner, wanted.act, reason, before, after, releases, recalls, forgets, now_ms)
        return _enter(world, member, drafted)  # 6

    done = look_again(act)
    if done.entry is not None:
        world.records.finish_removal(owner.id)  # 7
    return done


def _after(before: Record, act: str) -> Record | None:
    """What a record becomes. A legal hold keeps a record that would go, sealed and restricted until the hold ends."""
    changes = STATES.get(act)
    if changes is not None:
        return replace(before, state=replace(before.state, **changes))
    if before.state.legal_hold:
        return replace(before, state=replace(before.state, sealed=True, restricted=True))
    return None


def _shows_held(world: World, gone: Record, entry: int) -> bool:
    """Whether an answer showed another record too, one under a legal hold: a hold suspends that keys are destroyed."""
    kept = world.journal.record(entry)
    if kept is None:
        return False
    others = {one.record_id for one in from_canonical(kept, Disclosure).shown} - {gone.id}
    held = (world.records.get(gone.owner, one) for one in sorted(others))
    return any(one is not None and one.state.legal_hold for one in held)


def _enter(world: World, member: Member, drafted: _Drafted) -> RecordActed:
    _, law = read_law(world, world.directory(), drafted.owner.id)
    records = (drafted.after or drafted.before,)
    started = clocks_started(world, drafted.event, records)
    by_rules = duties_of_records(drafted.event, duties_elsewhere(law, drafted.event, records))
    told = drafted.recalls.duties
    again = owed_again(world, drafted.event, told, (*started, *by_rules))
    raised = (*by_rules, *told, *again, *((_later(drafted),) if drafted.kept_by_hold else ()))
    receipt = append_entry(world, _unit(member, drafted, raised, started))
    return RecordActed(
        owner=drafted.owner.id,
        record_id=drafted.before.id,
        act=drafted.act,
        releases=drafted.releases,
        recalls=drafted.recalls.ids,
        duties=tuple(one.id for one in (*started, *raised)),
        kept_by_hold=drafted.kept_by_hold,
        entry=parse_proof(receipt.proof).index,
    )


def _unit(
    member: Member, drafted: _Drafted, raised: tuple[StoredDuty, ...], started: tuple[StoredDuty, ...]
) -> Unit:
    """The public part says that something was recalled, and by how many deliveries; which act it was is the owner's."""
    owner, before, after = drafted.owner, drafted.before, drafted.after
    kept = {
        "record": before.id,
        "by": member.id,
        "act": drafted.act,
        "reason": drafted.reason,
        "releases": [[one.entry, one.item_id] for one in drafted.releases],
    }
    return Unit(
        facts=owner_facts(EntryKind.RECALLED, owner, drafted.now_ms),
        content=canonical_bytes({"owner": owner.id, "recalls": len(drafted.recalls.deliveries)}),
        record=canonical_bytes(kept),
        duties=raised,
        changed_duties=started,
        removes=((owner.id, before.id),) if after is None else (),
        restricts=(after,) if after is not None and drafted.kept_by_hold else (),
        corrects=((before, after),) if after is not None and not drafted.kept_by_hold else (),
        deliveries=drafted.recalls.deliveries,
        changed_deliveries=drafted.recalls.stopped,
        recalled=drafted.recalls.entries,
        forgets=drafted.forgets,
    )


def _later(drafted: _Drafted) -> StoredDuty:
    """The custodian's task that a legal hold leaves: expunge it when the hold has ended."""
    rule = builtin_reason("comity/LEGAL-HOLD")
    duty = Duty(
        kind="purge",
        rule=rule.rule,
        citation=rule.citation,
        to="records-custodian",
        text="expunge the record when its legal hold has ended",
        confirm=True,
    )
    return StoredDuty(
        id=duty_id(drafted.owner.id, rule.rule, drafted.before.id),
        owner=drafted.owner.id,
        query_id="",
        duty=duty,
        raised_ms=drafted.now_ms,
        record_id=drafted.before.id,
    )
