"""Duties of the node's own acts: kept with the act's entry, each once, and the clocks that waited for the act run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from duty_stage import HEADING, OWNER, WAITING, Desk, always_older, local, make_desk, record
from msgspec.structs import replace

from comity.errors import DutyChangedError, RecordFileError
from comity.exchange.duty.duty_counts import count_duties
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.exchange.records.intake import take_in
from comity.exchange.records.purge import purge_records
from comity.model.disclosure import EntryKind, StoredDuty
from comity.model.record import Record

AT_INTAKE = f"""rule I-1 "Told" {HEADING} at ingest
  duty notify subject within 10 days of entry-received on any-outcome
rule I-2 "Counted" {HEADING} at ingest duty count for ca-doj-annual on any-outcome
rule I-3 "Outcome" {HEADING} at ingest duty forward record to state-repository within 90 days of entry-received on release
rule I-4 "Restricted" {HEADING} at ingest forbid entry when record is restricted
  duty document within 1 day of decision-made on refusal
rule I-5 "Recalled" {HEADING} at ingest duty recall within 1 day of record-changed
rule I-6 "Elsewhere" {HEADING} at configure duty review record to counsel within 2 days of entry-received
rule I-7 "Report" {HEADING} at ingest duty report to city-council for ccops-annual every calendar-year on any-outcome
"""
AT_PURGE = f"""rule P-1 "Old" {HEADING} at purge purge record when record is disputed
  duty count for ca-doj-annual on any-outcome duty log record on any-outcome "purge count only"
rule P-2 "Held" {HEADING} at purge keep record restricted when record is legal-hold
rule P-3 "Told" {HEADING} at purge when record is disputed duty notify subject within 3 days of record-purged
"""
Make = Callable[..., Desk]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A maker of owners; their stores are closed in the end."""
    made: list[Desk] = []

    def make(rules: str, **given: object) -> Desk:
        made.append(make_desk(tmp_path / str(len(made)), rules, **given))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for desk in made:
        desk.federation.close()


def owed(desk: Desk, rule: str) -> list[StoredDuty]:
    """What the owner has of one rule, in the order it was raised."""
    return [one for one in desk.world.journal.duties(OWNER) if one.duty.rule == f"test/{rule}"]


def fresh(name: str, *, restricted: bool = False) -> Record:
    return record(name, restricted=restricted)


def load(desk: Desk, *records: Record) -> None:
    take_in(desk.world, OWNER, records, "new.json")


# ---------------------------------------------------------------- coming in


def test_what_comes_in_brings_its_duties_with_the_entry(make: Make) -> None:
    """A notice and a count for each record, one task for the load; clocks of the coming in run, others wait."""
    desk = make(AT_INTAKE)
    desk.at("2026-11-18T10:00:00")
    load(desk, fresh("r-1"), fresh("r-2"))
    assert desk.kinds() == [EntryKind.RECORDS_LOADED]
    assert [(one.record_id, local(one.duty.due_ms)) for one in owed(desk, "I-1")] == [
        ("r-1", "2026-11-28T23:59:59-08:00"),
        ("r-2", "2026-11-28T23:59:59-08:00"),
    ]
    assert [one.number for one in count_duties(owed(desk, "I-2"), "UTC", "year")] == [2]
    (outcome,) = owed(desk, "I-3")
    assert (outcome.record_id, outcome.duty.text) == ("", "record; 2 records")
    assert local(outcome.duty.due_ms) == "2027-02-16T23:59:59-08:00"
    assert owed(desk, "I-4") == []
    assert [(one.record_id, state_of(one, desk.now_ms)) for one in owed(desk, "I-5")] == [
        ("r-1", DutyState.WAITING),
        ("r-2", DutyState.WAITING),
    ]
    (review,) = owed(desk, "I-6")
    assert local(review.duty.due_ms) == "2026-11-20T23:59:59-08:00"
    (report,) = owed(desk, "I-7")
    assert report.duty.period == "2026"


def test_a_record_kept_out_owes_what_is_owed_whatever_comes_of_it(make: Make) -> None:
    """The refusal's own duties and those of any outcome, of the record kept out alone; told twice, owed once."""
    desk = make(AT_INTAKE)
    for _ in range(2):
        with pytest.raises(RecordFileError, match="r-2"):
            load(desk, fresh("r-1"), fresh("r-2", restricted=True))
    assert desk.kinds() == [EntryKind.RECORDS_REFUSED] * 2
    assert [one.record_id for one in owed(desk, "I-1")] == ["r-2"]
    assert owed(desk, "I-3") == []
    (documented,) = owed(desk, "I-4")
    assert (documented.duty.kind, documented.record_id) == ("document", "r-2")
    assert len(owed(desk, "I-5")) == 1


def test_a_clock_that_waited_for_a_record_runs_when_it_comes_in(make: Make) -> None:
    """Of that record only; one entry holds both."""
    desk = make(AT_INTAKE)
    coming = replace(WAITING, after="entry-received")
    mine, other = (desk.put(coming, record_id=name) for name in ("r-1", "r-9"))
    desk.at("2026-11-20T08:00:00")
    load(desk, fresh("r-1"))
    assert local(desk.get(mine).duty.due_ms) == "2026-11-23T23:59:59-08:00"
    assert desk.get(mine).changed == 1
    assert desk.get(other) == other
    assert desk.kinds()[2:] == [EntryKind.RECORDS_LOADED]


def test_a_duty_changed_by_somebody_faster_is_looked_at_again_and_then_told(make: Make) -> None:
    """A clock that is always changed meanwhile is not started over the other's head."""
    desk = make(AT_INTAKE)
    waiting = desk.put(replace(WAITING, after="entry-received"), record_id="r-1")
    with pytest.raises(DutyChangedError):
        take_in(always_older(desk), OWNER, (fresh("r-1"),), "new.json")
    assert desk.get(waiting) == waiting


# ---------------------------------------------------------------- going


def aged(name: str, **state: bool) -> Record:
    return record(name, **{"disputed": True, "legal_hold": False, **state})


def test_each_record_that_goes_is_counted_and_its_waiting_clocks_run(make: Make) -> None:
    """Removals are a number of records; what a hold keeps is not counted as gone, and its clocks wait on."""
    records = (aged("r-1"), aged("r-2"), aged("r-3", legal_hold=True))
    desk = make(AT_PURGE, records=records)
    gone, kept = (desk.put(replace(WAITING, after="record-purged"), record_id=name) for name in ("r-1", "r-3"))
    desk.at("2026-11-20T08:00:00")
    done = purge_records(desk.world, OWNER)
    assert (len(done.removed), len(done.restricted), len(done.entries)) == (2, 1, 1)
    counted = [one for one in owed(desk, "P-1") if one.duty.kind == "count"]
    assert [one.number for one in count_duties(counted, "UTC", "year")] == [2]
    assert [one.duty.text for one in owed(desk, "P-1") if one.duty.kind == "log"] == [
        "purge count only; 2 records"
    ]
    told = {one.record_id: one for one in owed(desk, "P-3")}
    assert local(told["r-1"].duty.due_ms) == "2026-11-23T23:59:59-08:00"
    assert state_of(told["r-3"], desk.now_ms) is DutyState.WAITING
    assert local(desk.get(gone).duty.due_ms) == "2026-11-23T23:59:59-08:00"
    assert desk.get(kept) == kept


def test_doubt_about_a_record_is_one_task_however_often_it_is_looked_at(make: Make) -> None:
    """The custodian's task is stored with an entry of its own, is not given again, and no record goes."""
    desk = make(AT_PURGE, records=(record("r-1", legal_hold=False),))
    first = purge_records(desk.world, OWNER)
    again = purge_records(desk.world, OWNER)
    (task,) = owed(desk, "P-1")
    assert (task.duty.kind, task.duty.to, task.record_id) == ("purge", "records-custodian", "r-1")
    assert state_of(task, desk.now_ms) is DutyState.TO_CONFIRM
    assert (len(first.entries), again.entries, first.custodian) == (1, (), again.custodian)
    assert desk.kinds() == [EntryKind.DUTY_RAISED]
    assert purge_records(desk.world, OWNER, trial=True).entries == ()


def test_a_trial_gives_no_task(make: Make) -> None:
    """Looking at what would go leaves nothing on the desk."""
    desk = make(AT_PURGE, records=(record("r-1", legal_hold=False), aged("r-2")))
    purge_records(desk.world, OWNER, trial=True)
    assert (desk.kinds(), desk.world.journal.duties(OWNER)) == ([], ())
