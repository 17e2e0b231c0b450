"""The scene: one person in every file, a namesake, a protected person, and questions ready to ask."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from comity.cli.demo_command import SEED
from comity.demo.agencies import OWNERS, WA_POLICE, members
from comity.demo.entries import ROSTER_FIELDS
from comity.demo.laws import agreements
from comity.demo.records import FEWEST_PEOPLE, Region, generate_region
from comity.demo.scene import ALL_OWNERS
from comity.model.codes import DataClass, Purpose
from comity.model.record import Record


def records_about(region: Region, number: int) -> list[Record]:
    """Records that are about one true person."""
    ids = {true.record for true in region.truth if true.person == number}
    return [record for record in region.records if record.id in ids]


def test_the_subject_stands_in_every_owners_file(full_region: Region) -> None:
    """One person occurs in the files of all six owners, with another address and a nickname in some."""
    found = records_about(full_region, full_region.scene.subject.body.number)
    assert {record.owner for record in found} == set(OWNERS)
    names = {value for record in found for value in record.people[0].values("name")}
    addresses = {value for record in found for value in record.people[0].values("home-address")}
    births = {value for record in found for value in record.people[0].values("birth-date")}
    assert len(names) >= 3
    assert len(addresses) == 2
    assert births == {full_region.scene.subject.body.born.isoformat()}


def test_the_subject_has_what_the_laws_turn_on(full_region: Region) -> None:
    """The sheriff holds a closed release date and a serious felony; of bookings only the roster is public."""
    found = records_about(full_region, full_region.scene.subject.body.number)
    custody = next(record for record in found if record.data_class is DataClass.CUSTODY)
    assert custody.people[0].values("release-date")
    convictions = custody.people[0].facts.convictions
    assert convictions is not None
    assert [conviction.offence for conviction in convictions] == ["PC211"]
    for record in found:
        if record.data_class is DataClass.BOOKING and record.owner != "il-police":
            public = {field.name for field in (*record.people[0].fields, *record.fields) if field.public}
            assert public == set(ROSTER_FIELDS)


def test_the_namesake_differs_in_birth_date_and_numbers(full_region: Region) -> None:
    """Same given name and surname, another birth date and other numbers, in files the subject stands in too."""
    scene = full_region.scene
    assert scene.subject.name.given == scene.namesake.name.given
    assert scene.subject.name.family == scene.namesake.name.family
    assert scene.subject.body.born != scene.namesake.body.born
    assert scene.subject.body.numbers.ssn != scene.namesake.body.numbers.ssn
    assert len({record.owner for record in records_about(full_region, scene.namesake.body.number)}) == 3


def test_the_protected_person_stands_in_one_protected_record(full_region: Region) -> None:
    """The protected person has a single record, of the class that 8 USC 1367 closes."""
    found = records_about(full_region, full_region.scene.protected.body.number)
    assert [record.data_class for record in found] == [DataClass.VICTIM_1367]


def test_the_page_names_the_subject_of_the_demonstration() -> None:
    """docs/region.md speaks of whom `comity demo` makes the subject, and of every agency and agreement."""
    page = (Path(__file__).parents[2] / "docs" / "region.md").read_text(encoding="utf-8")
    subject = generate_region(SEED, FEWEST_PEOPLE, date(2026, 11, 20)).scene.subject
    assert f"{subject.name.given} {subject.name.middle} {subject.name.family}" in page
    assert subject.body.born.isoformat() in page
    assert all(f"`{owner}`" in page for owner in OWNERS)
    assert all(f"| {text.law.name} |" in page for text in agreements())


def test_questions_are_complete_and_valid(full_region: Region) -> None:
    """Every question names a member of the asker, a case number and a person that the model accepts."""
    scene = full_region.scene
    staff = {member.id: member.agency for member in members()}
    questions = (
        scene.detective_question,
        scene.detective_b1_question,
        scene.investigator_question,
        scene.removal_question,
        scene.namesake_question,
        scene.protected_question,
        scene.name_only_question,
    )
    for question in questions:
        assert staff[question.member] == question.asker == question.beneficiary
        assert question.case_number
        assert set(question.owners) <= set(OWNERS)
        assert len(question.owners) == 5
        assert question.subject.family == question.family
    assert not scene.name_only_question.birth_date
    assert not scene.name_only_question.identifiers


def test_three_askers_ask_about_the_same_person(full_region: Region) -> None:
    """Detective, investigator and removal officer name the same person and differ in purpose."""
    scene = full_region.scene
    asked = (scene.detective_question, scene.investigator_question, scene.removal_question)
    assert len({question.subject.family for question in asked}) == 1
    assert asked[0].owners == asked[2].owners == ALL_OWNERS
    assert [question.purpose for question in asked] == [
        Purpose.CRIMINAL_INVESTIGATION,
        Purpose.FEDERAL_CRIME,
        Purpose.CIVIL_IMMIGRATION,
    ]
    assert scene.detective_question.asker == WA_POLICE
    assert scene.detective_question.dppa_use != scene.detective_b1_question.dppa_use == "b1"
