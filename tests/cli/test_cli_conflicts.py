"""Conflicts between owners as text and as JSON: every value with its owner and its day."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from comity.cli.show import outcome_value, print_outcome
from comity.model.agency import Directory
from comity.model.codes import DataClass, Instrument, Purpose
from comity.model.outcome import AskRequest, Conflict, HeldValue, KeptApart, Outcome, PersonView
from comity.model.query import LegalBasis, PersonSubject

DIRECTORY = Directory(version=1, agencies=(), nodes=())
NAMES = Conflict(
    field="name",
    values=(
        HeldValue(owner="firearms", value="Marsh, Joan", as_of=date.min),
        HeldValue(owner="history", value="Kelly, Ann", as_of=date(2013, 7, 9)),
    ),
)
OUTCOME = Outcome(
    query_id="1" * 32,
    request=AskRequest(
        asker="town-police",
        member="town-detective",
        beneficiary="town-police",
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number="26-1",
        data_classes=(DataClass.WARRANT,),
        subject=PersonSubject(family="Kelly", given="Ann"),
    ),
    asked_ms=1,
    took_ms=1,
    sources=(),
    persons=(
        PersonView(item_ids=("a", "b"), agree=("name",), disagree=(msgspec.structs.replace(NAMES, field="sex"),)),
    ),
    apart=(
        KeptApart(
            item_ids=("a", "c"), ties=("ssn",), disagree=(NAMES,), sentence="tied by SSN, held apart by name"
        ),
    ),
)


def test_conflicts_are_printed_with_owner_and_day(capsys: pytest.CaptureFixture[str]) -> None:
    """Under the person and under what is not joined; a day that no source stated is said to be none."""
    print_outcome(OUTCOME, DIRECTORY)
    text = capsys.readouterr().out
    assert "one person in 2 items; agree: name" in text
    assert "not joined, though something ties them:" in text
    assert "tied by SSN, held apart by name" in text
    assert text.count("history, as of 2013-07-09: Kelly, Ann") == 2
    assert text.count("firearms, day not stated: Marsh, Joan") == 2


def test_conflicts_are_json_with_owner_and_day() -> None:
    """`disagree` of a person and `apart` carry the same triples."""
    value = outcome_value(OUTCOME, DIRECTORY)
    held = [
        {"owner": "firearms", "value": "Marsh, Joan", "as_of": "0001-01-01"},
        {"owner": "history", "value": "Kelly, Ann", "as_of": "2013-07-09"},
    ]
    assert value["persons"] == [
        {"items": ["a", "b"], "agree": ["name"], "disagree": [{"field": "sex", "values": held}]}
    ]
    assert value["apart"] == [
        {
            "items": ["a", "c"],
            "ties": ["ssn"],
            "sentence": "tied by SSN, held apart by name",
            "disagree": [{"field": "name", "values": held}],
        }
    ]
