"""One driver licence number, three people: two warrants and an incident."""

from __future__ import annotations

from real_stage import ask, check_days, conflict_of, evidence_of, items_of, needs_documents, numbered, people_of

from comity.model.query import IdentifierSubject, PersonSubject
from comity.model.record import Record
from comity.sim.federation import Federation

pytestmark = needs_documents
NUMBER = "FL8076606"
BEARERS = {
    ("warrant-office", "Bates, Andrew J", "1929-03-20"),
    ("warrant-office", "Matthews, Joseph", "1931-04-11"),
    ("incident-police", "Matthews, Joseph", "1944-05-08"),
}


def test_the_documents_are_what_they_were(real_records: dict[str, tuple[Record, ...]]) -> None:
    """Three people bear the number, with three birth dates and three numbers in the SSN field."""
    found = [
        (owner, person)
        for owner, records in real_records.items()
        for _, person in people_of(records)
        if NUMBER in person.values("driver-licence")
    ]
    assert {(owner, one.values("name")[0], one.values("birth-date")[0]) for owner, one in found} == BEARERS
    assert len({one.values("ssn") for _, one in found}) == 3


def test_asked_by_the_number_all_three_are_shown_side_by_side(real_federation: Federation) -> None:
    """Within one owner neither is the person; across owners nobody is joined; names and dates stand with owner, day."""
    outcome = ask(real_federation, IdentifierSubject(identifier=numbered("driver-licence", NUMBER)))
    warrants = items_of(outcome, "warrant-office")
    assert len(warrants) == 2
    for item in warrants:
        assert "possible match only" in item.labels
        assert item.probability_ppm < 500_000
        assert item.waterfall is not None
        assert item.waterfall.runner_up_ppm == item.probability_ppm
        assert item.finding == (
            "possible only: driver licence agrees, which is not enough to say that it is one person"
        )
    (incident,) = items_of(outcome, "incident-police")
    assert incident.finding == "bears the driver licence asked about; nothing else was compared"
    assert all(len(person.item_ids) == 1 for person in outcome.persons)
    (apart,) = outcome.apart
    assert len(apart.item_ids) == 3
    assert "driver-licence" in apart.ties
    assert conflict_of(apart, "name") == {
        "warrant-office": {"Bates, Andrew J", "Matthews, Joseph"},
        "incident-police": {"Matthews, Joseph"},
    }
    assert conflict_of(apart, "birth-date") == {
        "warrant-office": {"1929-03-20", "1931-04-11"},
        "incident-police": {"1944-05-08"},
    }
    for conflict in apart.disagree:
        check_days(outcome, conflict.values)
    assert "held apart by name and birth date" in apart.sentence


def test_asked_by_name_date_and_number_only_one_is_the_person(real_federation: Federation) -> None:
    """The incident is; the warrant of that name and number with another birth date is possible, in these words."""
    subject = PersonSubject(
        family="Matthews",
        given="Joseph",
        birth_date="1944-05-08",
        identifiers=(numbered("driver-licence", NUMBER),),
    )
    outcome = ask(real_federation, subject)
    (incident,) = items_of(outcome, "incident-police")
    assert not {"not the same person", "possible match only"} & set(incident.labels)
    (warrant,) = items_of(outcome, "warrant-office")
    assert "possible match only" in warrant.labels
    assert not warrant.second_identifier
    assert evidence_of(warrant, "birth-date").held == "1931-04-11"
    assert warrant.finding == (
        "possible only: name and driver licence agree, but birth date differs; it is more than one person or a "
        "record in error, and only the owners can find out which"
    )
    (apart,) = outcome.apart
    assert conflict_of(apart, "birth-date") == {
        "incident-police": {"1944-05-08"},
        "warrant-office": {"1931-04-11"},
    }
