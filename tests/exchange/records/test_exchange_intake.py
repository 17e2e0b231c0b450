"""Taking records in: every field known to its class, all or nothing, counted in the log."""

from __future__ import annotations

import msgspec
import pytest
from record_stage import booking
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, NY_DMV
from comity.errors import RecordFileError, WrongUseError
from comity.exchange.records.intake import MOST_FINDINGS, check_records, take_in
from comity.model.disclosure import EntryKind
from comity.model.record import FieldValue, Record

BORN = "1980-02-03"


def unknown_field(number: int) -> Record:
    return msgspec.structs.replace(
        booking(number, "Vandermolen, Ruth", BORN), fields=(FieldValue(name="shoe-size", value="44"),)
    )


def test_records_come_in_with_one_entry(own_stage: Stage) -> None:
    """Stored and counted; who attests the outcomes is in the entry's content and on the records."""
    world = own_stage.federation.world_of(CA_SHERIFF)
    records = (booking(1, "Vandermolen, Ruth", BORN), booking(2, "Vandermolen, Ada", BORN))
    take_in(world, CA_SHERIFF, records, "new.json", checked_by="ca-sheriff-custodian")
    (facts,) = own_stage.entries(CA_SHERIFF)
    assert facts.kind is EntryKind.RECORDS_LOADED
    assert facts.owner_ori == "CA0990000"
    stored = world.records.get(CA_SHERIFF, "crowd-00001")
    assert stored is not None
    assert stored.state.disposition_checked is True
    content = own_stage.federation.stores["ca-node"].journal.content(0)
    assert content is not None
    assert b'"records":2' in content
    assert b"ca-sheriff-custodian" in content


def test_without_an_attestation_what_the_record_says_stands(own_stage: Stage) -> None:
    """Nobody attested: unknown stays unknown."""
    world = own_stage.federation.world_of(CA_SHERIFF)
    take_in(world, CA_SHERIFF, (booking(1, "Vandermolen, Ruth", BORN),), "new.json")
    stored = world.records.get(CA_SHERIFF, "crowd-00001")
    assert stored is not None
    assert stored.state.disposition_checked is None


@pytest.mark.parametrize("owner", ["nobody-police", NY_DMV])
def test_only_an_owner_of_this_node_takes_in(stage: Stage, owner: str) -> None:
    """An agency that is not listed, or held elsewhere, loads at its own node."""
    with pytest.raises(WrongUseError, match="not held at this node"):
        take_in(stage.federation.world_of(CA_SHERIFF), owner, (), "new.json")


def test_another_owners_records_are_refused(stage: Stage) -> None:
    """One load is one owner's."""
    theirs = msgspec.structs.replace(booking(1, "Vandermolen, Ruth", BORN), owner=NY_DMV)
    with pytest.raises(WrongUseError, match="load each owner's by itself"):
        take_in(stage.federation.world_of(CA_SHERIFF), CA_SHERIFF, (theirs,), "new.json")


@pytest.mark.parametrize(
    ("name", "value"), [("birth-date", "2096-04-19"), ("sex", "banana"), ("booking-date", "yesterday")]
)
def test_a_value_that_cannot_stand_in_its_field_stops_the_whole_load(
    own_stage: Stage, name: str, value: str
) -> None:
    """The finding names record and field and says how to write it; nothing was stored and nothing entered."""
    world = own_stage.federation.world_of(CA_SHERIFF)
    record = booking(2, "Vandermolen, Ruth", BORN)
    wrong = (*record.people[0].fields, FieldValue(name=name, value=value))
    faulty = msgspec.structs.replace(
        record, people=(msgspec.structs.replace(record.people[0], fields=wrong), *record.people[1:])
    )
    with pytest.raises(RecordFileError) as told:
        take_in(world, CA_SHERIFF, (booking(1, "Vandermolen, Ruth", BORN), faulty), "new.json")
    (finding,) = told.value.findings
    assert f"`{record.reference}`, field `{name}`" in finding.fault
    assert "write" in finding.remedy
    assert world.records.get(CA_SHERIFF, "crowd-00001") is None
    assert own_stage.size(CA_SHERIFF) == 0


def test_an_unknown_field_stops_the_whole_load(own_stage: Stage) -> None:
    """The finding names record, field and class; nothing was stored and nothing entered."""
    world = own_stage.federation.world_of(CA_SHERIFF)
    with pytest.raises(RecordFileError) as told:
        take_in(world, CA_SHERIFF, (booking(1, "Vandermolen, Ruth", BORN), unknown_field(2)), "new.json")
    (finding,) = told.value.findings
    assert "`shoe-size`" in finding.fault
    assert "`booking`" in finding.fault
    assert finding.remedy
    assert world.records.get(CA_SHERIFF, "crowd-00001") is None
    assert own_stage.size(CA_SHERIFF) == 0


def test_beyond_the_limit_faults_are_counted() -> None:
    """The first fifty are told, the rest as a number."""
    records = tuple(unknown_field(number) for number in range(MOST_FINDINGS + 7))
    with pytest.raises(RecordFileError) as told:
        check_records(records, "new.json")
    assert len(told.value.findings) == MOST_FINDINGS + 1
    assert told.value.findings[-1].fault.startswith("7 more")
    with pytest.raises(RecordFileError) as exactly:
        check_records(records[:MOST_FINDINGS], "new.json")
    assert len(exactly.value.findings) == MOST_FINDINGS
