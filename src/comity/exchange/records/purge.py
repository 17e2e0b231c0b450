"""What must go: every record of an owner decided at `purge`, removed with its entry, or kept where a hold keeps it.

 1 now               read once, with the owner's law
 2 decide            each record, page by page, each of its people; the strictest hold keeps the whole record
 3 append_entry      one transaction a batch: entry, duties, clocks that waited, and the records gone or restricted
 4 finish_removal    whoever went is taken out of the index's files too; before that nobody finds them either

A stop between two batches leaves whole batches done; the rest goes the next time. A stop in 4 is made good when the
node is opened again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from comity.exchange.answering.law_in_force import read_law
from comity.exchange.duty.act_duties import (
    Act,
    clocks_started,
    duties_elsewhere,
    duties_of_records,
    undecided_task,
)
from comity.exchange.duty.duties import look_again
from comity.exchange.owners import owner_facts, owner_here
from comity.law.compiled import Deed, Law
from comity.law.decide_point import decide_point
from comity.law.point_facts import held_facts
from comity.law.reasons import distinct_duties
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, Purged, StoredDuty, Unit
from comity.model.record import Record
from comity.model.said import Said
from comity.ports import World

BATCH = 1_000  # records of one transaction: the index of keys is walked once for all of them


@dataclass(frozen=True, slots=True)
class Due:
    """What the law says of one record: it goes, it is kept restricted, or a custodian decides. `rules` say so.

    `duties` are owed for it; of a record that waits for a custodian, the custodian's tasks alone.
    """

    record: Record
    goes: bool
    kept: bool
    rules: tuple[str, ...]
    duties: tuple[Duty, ...]

    @property
    def undecided(self) -> bool:
        return not self.goes and not self.kept

    @property
    def told(self) -> tuple[str, tuple[str, ...]]:
        return self.record.reference, self.rules


def purge_records(
    world: World, owner: str, *, trial: bool = False, only: frozenset[str] = frozenset(), said: Said | None = None
) -> Purged:
    """Decide `purge` for every record of an owner and do it; a trial decides only. Raises WrongUseError.

    `only` are the rules by which anything is done, all where none is named; `said` is who did it and why, kept with the
    entries.
    """
    agency = owner_here(world, owner)
    now_ms = world.clock.now_ms()  # 1
    _, law = read_law(world, world.directory(), owner)
    looked_at = 0
    removed, restricted, custodian, entries = [], [], [], []
    for page in pages_of(world, owner):
        looked_at += len(page)
        decided = (decide_purge(law, agency, record, now_ms) for record in page)
        due = [one for one in decided if one is not None and (not only or only & set(one.rules))]  # 2
        gone = [one for one in due if one.goes]
        kept = [one for one in due if one.kept and not one.record.state.restricted]
        removed += [one.told for one in gone]
        restricted += [one.told for one in due if one.kept]
        custodian += [one.told for one in due if one.undecided]
        if not trial:
            batch = _Batch(agency, now_ms, gone, kept, [one for one in due if one.undecided], said)
            entries += _enter(world, law, batch)  # 3
    if not trial:
        world.records.finish_removal(owner)  # 4
    return Purged(
        owner=owner,
        looked_at=looked_at,
        removed=tuple(removed),
        restricted=tuple(restricted),
        custodian=tuple(custodian),
        entries=tuple(entries),
    )


def pages_of(world: World, owner: str) -> Iterator[tuple[Record, ...]]:
    """Every record of an owner, a batch at a time, in the order of ids."""
    after = ""
    while True:  # ends: each page begins behind the last record of the one before
        page = world.records.page_of(owner, after, BATCH)
        if not page:
            return
        yield page
        after = page[-1].id


def decide_purge(law: Law, owner: Agency, record: Record, now_ms: int) -> Due | None:
    """What an owner's law says of one record at an instant; None where it says nothing."""
    decided = [decide_point(law, "purge", facts) for facts in held_facts(owner, record, now_ms)]
    kept = any(one.kept for one in decided)
    goes = any(one.purge for one in decided) and not kept
    rules = tuple(dict.fromkeys(rule for one in decided for rule in one.rules))
    duties = distinct_duties(duty for one in decided for duty in one.duties)
    tasks = tuple(duty for duty in duties if duty.kind == "purge" and duty.confirm)
    if goes:
        return Due(record, goes, kept, rules, tuple(duty for duty in duties if duty not in tasks))
    if kept:  # what a purge would have owed is not owed: the record is still there
        purging = {code.id for code in law.at_point.get("purge", ()) if code.deed is Deed.PURGE}
        return Due(record, goes, kept, rules, tuple(duty for duty in duties if duty.rule not in purging))
    return Due(record, goes, kept, tuple(duty.rule for duty in tasks), tasks) if tasks else None


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one transaction does: records that go, that are restricted now, and that wait for a custodian."""

    owner: Agency
    now_ms: int
    gone: list[Due]
    kept: list[Due]
    undecided: list[Due]
    said: Said | None = None


def _enter(world: World, law: Law, batch: _Batch) -> list[int]:
    """Enter a batch and do it; nothing where it neither changes anything nor gives a custodian a new task."""
    act = Act(batch.owner, "purge", "record-purged", batch.now_ms, batch.now_ms)
    found = (undecided_task(world, act, one.record, duty) for one in batch.undecided for duty in one.duties)
    tasks = tuple(task for task in found if task is not None)
    if batch.gone or batch.kept:
        receipt = look_again(lambda: append_entry(world, _unit(world, law, batch, tasks)))
    elif tasks:
        receipt = append_entry(world, _tasks_unit(batch, tasks))
    else:
        return []
    return [parse_proof(receipt.proof).index]


def _tasks_unit(batch: _Batch, tasks: tuple[StoredDuty, ...]) -> Unit:
    return Unit(
        facts=owner_facts(EntryKind.DUTY_RAISED, batch.owner, batch.now_ms),
        content=canonical_bytes({"duties": [one.id for one in tasks]}),
        record=canonical_bytes(tasks),
        duties=tasks,
    )


def _unit(world: World, law: Law, batch: _Batch, tasks: tuple[StoredDuty, ...]) -> Unit:
    owner, gone, kept, now_ms = batch.owner, batch.gone, batch.kept, batch.now_ms
    rules: dict[str, int] = {}
    for one in (*gone, *kept):
        for rule in one.rules:
            rules[rule] = rules.get(rule, 0) + 1
    told = {} if batch.said is None else {"said": batch.said}
    ids = {"removed": [one.record.id for one in gone], "restricted": [one.record.id for one in kept]}
    purged = Act(owner, "purge", "record-purged", now_ms, now_ms)
    stayed = Act(owner, "purge", "", now_ms, now_ms)
    records = [one.record for one in gone]
    owed = [*((one.record, one.duties) for one in gone), *duties_elsewhere(law, purged, records)]
    return Unit(
        facts=owner_facts(EntryKind.RECORDS_PURGED, owner, now_ms),
        content=canonical_bytes(
            {"owner": owner.id, "removed": len(gone), "restricted": len(kept), "rules": rules}
        ),
        record=canonical_bytes({**ids, **told}),
        duties=(
            *duties_of_records(purged, owed),
            *duties_of_records(stayed, ((one.record, one.duties) for one in kept)),
            *tasks,
        ),
        changed_duties=clocks_started(world, purged, records),
        removes=tuple((owner.id, one.record.id) for one in gone),
        restricts=tuple(replace(one.record, state=replace(one.record.state, restricted=True)) for one in kept),
    )
