"""Purging: what the law says must go goes with its entry, what a hold keeps stays unfound, doubt is a person's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from record_stage import entry
from region_stage import TODAY, Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.records import Region
from comity.errors import StoreError, WrongUseError
from comity.exchange.records.purge import BATCH, purge_records
from comity.match.compare import Scale, prepare
from comity.match.weights import load_weights
from comity.model.codes import DataClass
from comity.model.disclosure import EntryKind
from comity.model.query import PersonSubject
from comity.model.record import Record
from store_engines import both_engines, on_sqlite, open_store

pytestmark = both_engines

LAST = TODAY
VALIDATED = date(2026, 1, 1)


def held(number: int, retain_until: date | None, **state: Any) -> Record:
    """An intelligence entry with a last day; validated this year, unless told otherwise."""
    made = entry(number)
    known = {"retain_until": retain_until, "last_validated": VALIDATED, "legal_hold": False, **state}
    return msgspec.structs.replace(made, state=msgspec.structs.replace(made.state, **known))


RECORDS = (
    held(1, LAST - timedelta(days=1)),
    held(2, LAST),
    held(3, LAST + timedelta(days=1)),
    held(4, LAST - timedelta(days=1), legal_hold=True),
    held(5, None, last_validated=None),
    held(6, LAST + timedelta(days=100), last_validated=date(2021, 11, 17)),
    held(7, LAST + timedelta(days=100), last_validated=date(2021, 11, 18)),
)


@pytest.fixture
def aged(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """Cascade City's file with entries around their last day."""
    stage = make_stage(tmp_path, region, RECORDS)
    yield stage
    stage.federation.close()


def names(listed: tuple[tuple[str, tuple[str, ...]], ...]) -> list[str]:
    return [reference for reference, _ in listed]


def found(stage: Stage) -> set[str]:
    """Ids of the records a look-up by the person's name and birth date finds."""
    subject = PersonSubject(family="Vandermolen", given="Ruth", birth_date="1980-02-03")
    records = stage.federation.world_of(WA_POLICE).records
    fields = frozenset({"name", "birth-date"})
    numbers = records.find(
        WA_POLICE, prepare(subject, fields), (DataClass.INTELLIGENCE,), 100, Scale(load_weights())
    ).numbers
    return {record.id for record, _ in records.people(WA_POLICE, numbers)}


def test_what_is_past_its_last_day_goes_and_nothing_else(aged: Stage) -> None:
    """The day after the last day, and the day after five years; the last day itself keeps it."""
    world = aged.federation.world_of(WA_POLICE)
    done = purge_records(world, WA_POLICE)
    assert done.looked_at == len(RECORDS)
    assert names(done.removed) == ["I-1", "I-6"]
    assert all(rules == ("us/P23-09a",) for _, rules in done.removed)
    assert [record.id for record in RECORDS if world.records.get(WA_POLICE, record.id) is None] == [
        "intel-1",
        "intel-6",
    ]
    assert not found(aged) & {"intel-1", "intel-6"}
    (facts,) = aged.entries(WA_POLICE)
    assert facts.kind is EntryKind.RECORDS_PURGED
    journal = aged.federation.stores["wa-node"].journal
    content, record = journal.content(0), journal.record(0)
    assert content is not None
    assert record is not None
    told = msgspec.json.decode(content)
    assert (told["removed"], told["restricted"]) == (2, 1)
    assert told["rules"] == {"us/P23-09a": 3, "us/P23-09b": 1}
    assert msgspec.json.decode(record) == {"removed": ["intel-1", "intel-6"], "restricted": ["intel-4"]}


def test_what_a_hold_keeps_is_restricted_and_found_by_nobody(aged: Stage) -> None:
    """The content stays; no question reaches it; doing it again changes nothing."""
    world = aged.federation.world_of(WA_POLICE)
    assert "intel-4" in found(aged)
    done = purge_records(world, WA_POLICE)
    assert names(done.restricted) == ["I-4"]
    kept = world.records.get(WA_POLICE, "intel-4")
    assert kept is not None
    assert kept.state.restricted is True
    assert "intel-4" not in found(aged)
    again = purge_records(world, WA_POLICE)
    assert (again.removed, again.entries, names(again.restricted)) == ((), (), ["I-4"])


def test_doubt_is_a_custodians(aged: Stage) -> None:
    """Where the days are not known nothing goes by itself; the record and the rule are listed."""
    done = purge_records(aged.federation.world_of(WA_POLICE), WA_POLICE)
    assert "us/P23-09a" in dict(done.custodian)["I-5"]
    assert "intel-5" in found(aged)


def test_a_trial_changes_nothing(aged: Stage) -> None:
    """The same lists, no entry, every record there."""
    world = aged.federation.world_of(WA_POLICE)
    trial = purge_records(world, WA_POLICE, trial=True)
    assert (trial.entries, aged.size(WA_POLICE)) == ((), 0)
    assert all(world.records.get(WA_POLICE, record.id) is not None for record in RECORDS)
    done = purge_records(world, WA_POLICE)
    assert msgspec.structs.replace(done, entries=()) == trial


def test_a_duty_of_a_purge_is_the_desks(aged: Stage) -> None:
    """What the rule asks for when a record goes stands among the owner's duties, once."""
    world = aged.federation.world_of(WA_POLICE)
    purge_records(world, WA_POLICE)
    stored = [one.duty for one in world.journal.duties(WA_POLICE)]
    assert [(duty.rule, duty.text) for duty in stored if duty.kind == "log"] == [
        ("us/P23-09a", "keep the log entry; 2 records")
    ]
    assert {duty.kind for duty in stored} == {"log", "purge"}  # the rest are a custodian's


def test_another_owners_records_are_not_looked_at(aged: Stage) -> None:
    """An agency of another node is refused by name."""
    with pytest.raises(WrongUseError, match="do this at its own node"):
        purge_records(aged.federation.world_of(WA_POLICE), CA_SHERIFF)


def test_batches_each_have_their_entry(tmp_path: Path, region: Region) -> None:
    """More records than a batch: one entry each, none missed at the seam."""
    records = tuple(
        msgspec.structs.replace(held(number, LAST - timedelta(days=1)), id=f"intel-{number:05}")
        for number in range(BATCH + 3)
    )
    stage = make_stage(tmp_path, region, records)
    done = purge_records(stage.federation.world_of(WA_POLICE), WA_POLICE)
    stage.federation.close()
    assert len(done.removed) == BATCH + 3
    assert len(done.entries) == 2


@pytest.mark.parametrize("point", ["rows", "sealed", "committed"])
def test_a_stop_leaves_record_and_entry_together(tmp_path: Path, region: Region, point: str) -> None:
    """Before the commit both the record and no entry, after it the entry and no record."""
    stage = make_stage(tmp_path, region, RECORDS)
    world = stage.federation.world_of(WA_POLICE)
    writer = stage.federation.stores["wa-node"]._writer

    def fault(name: str) -> None:
        if name == point:
            raise OSError("stopped")

    writer._fault = writer._committer._fault = fault
    with pytest.raises(StoreError):
        purge_records(world, WA_POLICE)
    stage.federation.close()
    store = open_store(tmp_path / "wa-node")
    entered = store.journal.size() == 1
    assert entered == (point == "committed")
    assert (store.records.get(WA_POLICE, "intel-1") is None) == entered
    store.close()


@on_sqlite  # a server keeps deleted rows until it writes over them (docs/postgresql.md)
def test_nothing_of_what_went_is_left_in_the_database(aged: Stage, tmp_path: Path) -> None:
    """Removed rows are overwritten: a word that stood in them alone is in no page of the file."""
    world = aged.federation.world_of(WA_POLICE)
    marked = msgspec.structs.replace(held(90, LAST - timedelta(days=1)), source="zanzibar-marker-word")
    world.records.load((marked,))
    purge_records(world, WA_POLICE)
    aged.federation.close()
    assert b"zanzibar-marker-word" not in (tmp_path / "wa-node" / "node.db").read_bytes()
