"""Joey and Joseph: a nickname, equal numbers and two birth dates. Neither the same person nor simply another one."""

from __future__ import annotations

from real_stage import ask, check_days, conflict_of, evidence_of, items_of, needs_documents, numbered, people_of

from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.model.record import PersonInRecord, Record
from comity.sim.federation import Federation

pytestmark = needs_documents
BORN = "1944-05-08"
HISTORY_BIRTHS = {"1931-03-11", "1960-01-11", "1960-03-15"}


def joseph(records: dict[str, tuple[Record, ...]]) -> PersonInRecord:
    """The person of the incident who has the history's numbers."""
    (found,) = [
        person
        for _, person in people_of(records["incident-police"])
        if "Matthews, Joseph" in person.values("name") and BORN in person.values("birth-date")
    ]
    return found


def asked(federation: Federation, records: dict[str, tuple[Record, ...]], *kinds: str) -> Outcome:
    numbers = tuple(numbered(kind, joseph(records).values(kind)[0]) for kind in kinds)
    subject = PersonSubject(family="Matthews", given="Joseph", birth_date=BORN, identifiers=numbers)
    return ask(federation, subject)


def test_the_documents_are_what_they_were(real_records: dict[str, tuple[Record, ...]]) -> None:
    """FBI number, state number and the number in the SSN field equal; names a form of each other; other dates."""
    incident = joseph(real_records)
    (history, *_) = [
        person
        for _, person in people_of(real_records["history-repository"])
        if set(person.values("fbi-number")) & set(incident.values("fbi-number"))
    ]
    assert history.values("name") == ("Matthews, Joey R",)
    assert history.values("state-id") == incident.values("state-id")
    assert history.values("ssn") == incident.values("ssn")
    assert set(history.values("birth-date")) == HISTORY_BIRTHS


def test_the_history_is_possible_and_the_incident_is_the_person(
    real_federation: Federation, real_records: dict[str, tuple[Record, ...]]
) -> None:
    """Two equal numbers do not undo another birth date: possible only, no second identifier, in these words."""
    outcome = asked(real_federation, real_records, "fbi-number", "state-id")
    history = items_of(outcome, "history-repository")
    assert len(history) == 4
    for item in history:
        assert "possible match only" in item.labels
        assert not item.second_identifier
        assert evidence_of(item, "birth-date").sentence == "the birth dates differ"
        assert "the given names are forms of one name" in evidence_of(item, "name").sentence
        assert item.finding == (
            "possible only: name, FBI number and state id agree, but birth date differs; it is more than one person "
            "or a record in error, and only the owners can find out which"
        )
    (incident,) = items_of(outcome, "incident-police")
    assert "possible match only" not in incident.labels
    assert incident.second_identifier


def test_the_birth_dates_stand_side_by_side_with_owner_and_day(
    real_federation: Federation, real_records: dict[str, tuple[Record, ...]]
) -> None:
    """The two are not joined; the entry shows every date, whose it is and as of when."""
    outcome = asked(real_federation, real_records, "fbi-number", "state-id")
    incident = {item.item_id for item in items_of(outcome, "incident-police")}
    assert not [person for person in outcome.persons if incident < set(person.item_ids)]
    (apart,) = outcome.apart
    assert apart.ties == ("name", "state-id", "fbi-number")
    assert conflict_of(apart, "birth-date") == {"history-repository": HISTORY_BIRTHS, "incident-police": {BORN}}
    for conflict in apart.disagree:
        check_days(outcome, conflict.values)
    assert "held apart by birth date" in apart.sentence


def test_a_birth_date_the_record_gives_second_is_no_second_identifier(real_federation: Federation) -> None:
    """The history gives three birth dates: the first identifies, one of the others only finds."""
    for birth, label in (("1931-03-11", False), ("1960-01-11", True)):
        outcome = ask(real_federation, PersonSubject(family="Matthews", given="Joey", birth_date=birth))
        items = items_of(outcome, "history-repository")
        assert items
        for item in items:
            assert ("possible match only" in item.labels) is label
            assert item.second_identifier is not label
