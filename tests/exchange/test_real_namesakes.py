"""Five people called Joey, Joe or Joseph Matthews in one file, with five birth dates and no number: five people."""

from __future__ import annotations

import pytest
from real_stage import ask, evidence_of, items_of, needs_documents, people_of, source_of

from comity.model.codes import DataClass, Status
from comity.model.query import PersonSubject
from comity.model.record import Record
from comity.sim.federation import Federation

pytestmark = needs_documents
OWNER = "prohibition-office"
FIVE = {
    "1949-03-10": "Matthews, Joey A",
    "1950-11-12": "Matthews, Joey B",
    "1956-07-25": "Matthews, Joey V",
    "1971-11-28": "Matthews, Joe W",
    "1982-03-14": "Matthews, Joseph B",
}


def test_the_documents_are_what_they_were(real_records: dict[str, tuple[Record, ...]]) -> None:
    """Five names, five birth dates, no identifying number."""
    found = [
        person
        for _, person in people_of(real_records[OWNER])
        if person.values("name")[0].startswith("Matthews, Jo")
    ]
    assert {person.values("birth-date")[0]: person.values("name")[0] for person in found} == FIVE
    assert not [person for person in found if person.values("ssn") or person.values("state-id")]


@pytest.mark.parametrize("birth", sorted(FIVE))
def test_each_is_found_by_birth_date_and_the_others_are_not_the_person(
    real_federation: Federation, birth: str
) -> None:
    """One is the person; a namesake beside it is named as another one, with the date that says so; none is joined."""
    family, _, given = FIVE[birth].partition(", ")
    subject = PersonSubject(family=family, given=given.partition(" ")[0], birth_date=birth)
    outcome = ask(real_federation, subject, (DataClass.NCIC_RESTRICTED,))
    person, *namesakes = items_of(outcome, OWNER)
    assert not {"not the same person", "possible match only"} & set(person.labels)
    assert person.finding.startswith("same person as far as was compared: name and birth date agree")
    for item in namesakes:
        assert "not the same person" in item.labels
        assert item.finding == "not the same person: birth date differs, though name agrees"
        assert evidence_of(item, "birth-date").held in set(FIVE) - {birth}
        assert item.waterfall is not None
        assert item.waterfall.runner_up_ppm == person.probability_ppm
    assert all(len(one.item_ids) == 1 for one in outcome.persons)
    assert outcome.apart == ()


def test_the_name_alone_gets_a_count(real_federation: Federation) -> None:
    """Without a date nobody is listed: how many could be meant, and that a name identifies nobody."""
    outcome = ask(real_federation, PersonSubject(family="Matthews", given="Joey"), (DataClass.NCIC_RESTRICTED,))
    source = source_of(outcome, OWNER)
    assert source.status is Status.ANSWERED
    assert source.answer is not None
    assert source.answer.items == ()
    assert source.answer.possible is not None
    assert 3 <= source.answer.possible <= len(FIVE)
    assert [reason.rule for reason in source.reasons] == ["comity/IDENTIFY"]
