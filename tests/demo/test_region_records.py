"""The region's records: deterministic, complete, and with third parties that nobody can search."""

from __future__ import annotations

from collections import Counter
from datetime import date

from comity.demo.agencies import FEDERAL_INVESTIGATIONS, IL_POLICE, NY_DMV, OWNERS, REMOVAL_OPERATIONS
from comity.demo.events import OWNER_OF_STATE
from comity.demo.records import Region, generate_region
from comity.law.vocabulary import load_vocabulary
from comity.model.canon import digest
from comity.model.codes import SEARCHABLE_ROLES, DataClass, Disposition

CLASSES_OF = {
    "ca-sheriff": {"booking", "custody", "criminal-history", "case", "warrant", "juvenile"},
    "wa-police": {"case", "booking", "warrant", "juvenile"},
    IL_POLICE: {"case", "booking", "criminal-history", "juvenile"},
    NY_DMV: {"dmv"},
    FEDERAL_INVESTIGATIONS: {"case", "immigration-event", "victim-1367"},
    REMOVAL_OPERATIONS: {"immigration-event"},
}


def test_the_seed_decides_everything(small_region: Region) -> None:
    """The same seed gives the same region to the byte, another seed another one."""
    again = generate_region(seed=11, people=1_500)
    other = generate_region(seed=12, people=1_500)
    assert digest(again.records) == digest(small_region.records)
    assert again == small_region
    assert digest(other.records) != digest(small_region.records)


def test_today_is_a_parameter() -> None:
    """A region of another day holds nothing that happened after that day."""
    day = date(2024, 2, 29)
    region = generate_region(seed=3, people=400, today=day)
    assert max(record.event_date for record in region.records if record.event_date) <= day
    assert max(record.as_of for record in region.records) <= day


def test_owners_hold_their_classes(full_region: Region) -> None:
    """Each owner holds records of exactly its classes; the region has about one and a half for each person."""
    held: dict[str, set[str]] = {}
    for record in full_region.records:
        held.setdefault(record.owner, set()).add(record.data_class.value)
    assert held == CLASSES_OF
    assert tuple(held) == OWNERS
    assert 26_000 < len(full_region.records) < 36_000
    assert sum(len(full_region.records_of(owner)) for owner in OWNERS) == len(full_region.records)


def test_every_field_belongs_to_its_class(small_region: Region) -> None:
    """No record holds a field that the vocabulary does not give its class."""
    vocabulary = load_vocabulary()
    for record in small_region.records:
        named = {field.name for field in record.fields}
        named |= {field.name for person in record.people for field in person.fields}
        assert named <= set(vocabulary.fields_of(record.data_class)), record.id


def test_ids_are_unique_and_say_whose_they_are(full_region: Region) -> None:
    """A record's id begins with its owner and is used once."""
    ids = [record.id for record in full_region.records]
    assert len(set(ids)) == len(ids)
    assert all(record.id.startswith(record.owner) for record in full_region.records)


def test_third_parties_are_never_searchable(full_region: Region) -> None:
    """Everyone but the one person a record is about stands in a role that no question can reach."""
    roles: Counter[str] = Counter()
    for record in full_region.records:
        main, *others = record.people
        assert main.role in SEARCHABLE_ROLES
        for other in others:
            assert other.role not in SEARCHABLE_ROLES
            roles[other.role.value] += 1
            assert not other.values("ssn")
            assert not other.values("driver-licence")
    assert {"victim", "witness", "complainant", "emergency-contact"} == set(roles)
    assert roles["victim"] > 2_000


def test_bystanders_stand_nowhere_as_suspects_of_their_own_state(full_region: Region) -> None:
    """Who occurs as a third party of an agency is not also one of its suspects by accident of the generator."""
    records = {record.id: record for record in full_region.records}
    third = {(records[t.record].owner, t.person) for t in full_region.truth if t.key != "p1"}
    first = {(records[t.record].owner, t.person) for t in full_region.truth if t.key == "p1"}
    assert third
    assert third.isdisjoint(first)


def test_outcomes_states_and_flags_vary(full_region: Region) -> None:
    """Every outcome the region knows occurs; sealed, disputed, unreviewed and unknown standings all occur."""
    outcomes = Counter(record.disposition for record in full_region.records)
    assert set(outcomes) == set(Disposition)
    for name, wanted in (("sealed", {True, False, None}), ("reviewed", {True, False, None})):
        assert {getattr(record.state, name) for record in full_region.records} == wanted
    assert any(record.state.disputed for record in full_region.records)
    assert {record.state.certified for record in full_region.records} == {True, False, None}
    public = {
        field.public for record in full_region.records for person in record.people for field in person.fields
    }
    assert public == {True, False, None}


def test_only_a_reviewed_record_is_certified(full_region: Region) -> None:
    """Certification presupposes review."""
    assert all(record.state.reviewed for record in full_region.records if record.state.certified)


def test_addresses_and_release_dates_are_not_public(full_region: Region) -> None:
    """A published roster shows name, number, date, charge and outcome, never a home or a release date."""
    for record in full_region.records_of(OWNER_OF_STATE["CA"]):
        for person in record.people:
            for field in person.fields:
                if field.name in {"home-address", "release-date", "present-location"}:
                    assert field.public is not True


def test_convictions_are_codes_that_tables_can_hold(full_region: Region) -> None:
    """California's convictions carry codes such as PC211, a grade and a day; an incomplete file says unknown."""
    known = [
        person.facts.convictions
        for record in full_region.records_of("ca-sheriff")
        for person in record.people
        if person.role in SEARCHABLE_ROLES
    ]
    codes = {conviction.offence for convictions in known if convictions for conviction in convictions}
    assert {"PC211", "PC245A1", "PC484", "HS11377"} <= codes
    assert None in known
    assert () in known
    reduced = {
        c.offence for convictions in known if convictions for c in convictions if c.reclassified == "act-2014"
    }
    assert reduced == {"HS11377", "PC484"}


def test_minors_have_juvenile_records_only(full_region: Region) -> None:
    """A person under age is suspected of nothing outside the juvenile class."""
    for record in full_region.records:
        main = record.people[0]
        if record.data_class is DataClass.JUVENILE:
            assert main.facts.minor
        elif main.facts.minor:
            assert record.data_class is DataClass.DMV


def test_local_files_hold_no_status_or_birthplace(full_region: Region) -> None:
    """State and local files have no box for citizenship, status or birthplace."""
    for record in full_region.records:
        if record.owner in {FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS}:
            continue
        for person in record.people:
            assert not {"status", "birthplace", "a-number"} & {field.name for field in person.fields}
            assert person.facts.citizen_or_resident is None


def test_stories_name_nobody(full_region: Region) -> None:
    """An officer's free text holds no name of anyone in the record."""
    for record in full_region.records:
        for story in (field.value for field in record.fields if field.name == "story"):
            for person in record.people:
                for name in person.values("name"):
                    assert name.split(",")[0] not in story.split()
