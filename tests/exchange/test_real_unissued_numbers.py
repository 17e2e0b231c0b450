"""988-16-8772 and 000000000 were never issued to one person: they are no evidence, no key and no conflict."""

from __future__ import annotations

import pytest
from real_stage import ask, evidence_of, items_of, needs_documents, numbered, people_of, source_of

from comity.match.identifiers import forms, is_placeholder
from comity.model.codes import Status
from comity.model.query import IdentifierSubject, PersonSubject
from comity.model.record import Record
from comity.sim.federation import Federation

pytestmark = needs_documents
UNISSUED = {"988-16-8772", "000000000"}
SENTENCE = "SSN not compared: such a number was never issued to one person"


def test_the_documents_hold_two_such_numbers(real_records: dict[str, tuple[Record, ...]]) -> None:
    """Of the 134 values in SSN fields these two, and no other, could not have been issued."""
    found = {
        value
        for records in real_records.values()
        for _, person in people_of(records)
        for value in person.values("ssn")
    }
    assert len(found) == 134
    assert {one for one in found if all(is_placeholder("ssn", form) for form in forms("ssn", one))} == UNISSUED


@pytest.mark.parametrize("number", sorted(UNISSUED))
def test_asked_by_such_a_number_alone_nobody_is_found(real_federation: Federation, number: str) -> None:
    """Every owner answers as to a number nobody bears."""
    outcome = ask(real_federation, IdentifierSubject(identifier=numbered("ssn", number)))
    assert {source.status for source in outcome.sources} == {Status.NOTHING_RELEASABLE}


@pytest.mark.parametrize(
    ("family", "given", "number"), [("Matthews", "Joey", "988-16-8772"), ("Ivey", "Larry", "000000000")]
)
def test_beside_a_name_it_leaves_a_name_alone(
    real_federation: Federation, family: str, given: str, number: str
) -> None:
    """Not enough to identify: the answers are those to the name alone, counts and no list."""
    subject = PersonSubject(family=family, given=given)
    named = ask(real_federation, subject)
    outcome = ask(
        real_federation, PersonSubject(family=family, given=given, identifiers=(numbered("ssn", number),))
    )
    for source in outcome.sources:
        before = source_of(named, source.agency)
        assert (source.status, source.reasons) == (before.status, before.reasons)
        assert source.answer is not None
        assert before.answer is not None
        assert source.answer.items == ()
        assert source.answer.possible == before.answer.possible
    assert any(source.answer and source.answer.possible for source in outcome.sources)


def test_beside_a_birth_date_it_weighs_nothing_and_says_so(real_federation: Federation) -> None:
    """The record that holds it is found by name and date; the number is told to be none, and ties nothing."""
    subject = PersonSubject(
        family="Matthews",
        given="Joseph",
        birth_date="1944-05-08",
        identifiers=(numbered("ssn", "988-16-8772"),),
    )
    outcome = ask(real_federation, subject)
    (item,) = items_of(outcome, "incident-police")
    told = evidence_of(item, "ssn")
    assert (told.verdict, told.weight_millinats, told.held, told.sentence) == ("missing", 0, "", SENTENCE)
    assert "SSN" not in item.finding
    assert items_of(outcome, "history-repository") == ()
    assert outcome.apart == ()
