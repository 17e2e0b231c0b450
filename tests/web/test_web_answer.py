"""An answer as its page shows it: phrases from the evidence alone, fields by word, an order that says nothing."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from comity.model.answer import Answer, Evidence, Item, ReleasedField, WithheldField
from comity.model.codes import DataClass, Instrument, Level, Purpose, Status
from comity.model.outcome import AskRequest, Outcome, PersonView, RevisedOutcome, SourceResult
from comity.model.query import LegalBasis, PersonSubject
from comity.web.answer.people import people_of
from comity.web.answer.phrase import fit_of

REQUEST = AskRequest(
    asker="alder-police",
    member="alder-police-detective",
    beneficiary="alder-police",
    purpose=Purpose.CRIMINAL_INVESTIGATION,
    basis=LegalBasis(instrument=Instrument.NOTHING),
    case_number="26-1187",
    data_classes=(DataClass.BOOKING,),
    subject=PersonSubject(family="Okada"),
)


def evidence(**verdicts: str) -> tuple[Evidence, ...]:
    """One piece a field."""
    return tuple(
        Evidence(
            field=name.replace("_", "-"),
            verdict=verdict,
            weight_millinats={"agree": 5_000, "disagree": -4_000}.get(verdict, 0),
            sentence="compared",
            asked="a",
            held="b",
        )
        for name, verdict in verdicts.items()
    )


@pytest.mark.parametrize(
    ("verdicts", "phrase"),
    [
        ({"name": "agree", "birth_date": "agree", "driver_licence": "agree"}, "fits-well"),
        ({"name": "agree", "birth_date": "agree"}, "fits-in-part"),
        ({"name": "agree", "ssn": "agree"}, "fits-in-part"),
        ({"name": "agree", "birth_date": "missing"}, "not-enough"),
        ({"name": "agree", "address": "agree", "sex": "agree"}, "not-enough"),
        ({"birth_date": "agree", "ssn": "agree"}, "not-enough"),
        ({"name": "agree", "birth_date": "disagree", "ssn": "agree"}, "not-same"),
        ({}, "not-enough"),
    ],
)
def test_four_phrases_say_how_a_record_fits(verdicts: dict[str, str], phrase: str) -> None:
    """No odds stand for identity: what agrees and what does not decides the phrase, and one difference undoes it."""
    assert fit_of(evidence(**verdicts)).phrase == phrase


def item(item_id: str, pieces: tuple[Evidence, ...]) -> Item:
    """One released record with a given, a masked, an ask-the-owner and two withheld fields."""
    held = {
        "rule": "us-ca/CA-02",
        "citation": "Gov. Code 7284.6",
        "title": "addresses stay closed",
        "status": "verified",
    }
    return Item(
        item_id=item_id,
        data_class=DataClass.BOOKING,
        reference=f"BK-{item_id}",
        probability_ppm=970_000,
        second_identifier=True,
        evidence=pieces,
        fields=(
            ReleasedField(field="name", level=Level.FULL, values=("Okada, Evelyn",)),
            ReleasedField(field="driver-licence", level=Level.MASKED, values=("..417",)),
            ReleasedField(field="story", level=Level.POINTER, values=()),
        ),
        withheld=(WithheldField(field="home-address", **held), WithheldField(field="work-address", **held)),
        labels=("not certified",),
        as_of=date(2026, 11, 2),
    )


def outcome(*sources: tuple[str, tuple[Item, ...]], persons: tuple[PersonView, ...] = ()) -> RevisedOutcome:
    """An outcome with these owners' items."""
    return RevisedOutcome(
        outcome=Outcome(
            query_id="0" * 32,
            request=REQUEST,
            asked_ms=1_000,
            took_ms=20,
            sources=tuple(
                SourceResult(
                    agency=agency,
                    status=Status.ANSWERED,
                    answer=Answer(
                        query_id="0" * 32,
                        number=1,
                        owner=agency,
                        status=Status.ANSWERED,
                        reasons=(),
                        items=items,
                        answered_ms=1_010,
                    ),
                )
                for agency, items in sources
            ),
            persons=persons,
        )
    )


def test_fields_have_the_word_of_their_level_and_a_rule_one_row() -> None:
    """Given, given in part, ask the owner, withheld: each field by name, and what one rule closes in one row with it."""
    person = people_of(outcome(("larch", (item("1", evidence(name="agree")),))), {"larch": "Larch County"})[0]
    rows = person.records[0].fields
    assert [(one.fields, one.state) for one in rows] == [
        (("name",), "given"),
        (("driver-licence",), "in-part"),
        (("story",), "ask-owner"),
        (("home-address", "work-address"), "withheld"),
    ]
    assert rows[-1].why is not None
    assert rows[-1].why.rule == "us-ca/CA-02"


def test_the_order_of_people_is_phrase_then_owner_never_odds() -> None:
    """Two persons who fit alike stand in the order of their owners' names, whoever answered first and however likely."""
    near, far = evidence(name="agree", birth_date="agree"), evidence(name="agree")
    found = people_of(
        outcome(("z", (item("1", near),)), ("a", (item("2", far), item("3", near)))), {"z": "Zinc", "a": "Ash"}
    )
    assert [(one.letter, one.records[0].owner, one.fit.phrase) for one in found] == [
        ("A", "Ash", "fits-in-part"),
        ("B", "Zinc", "fits-in-part"),
        ("C", "Ash", "not-enough"),
    ]


def test_records_that_were_joined_are_one_person() -> None:
    """What the node joined stands together, with how many agencies it is from; every record is shown once."""
    pieces = evidence(name="agree", birth_date="agree")
    joined = (PersonView(item_ids=("1", "2"), agree=("name",), disagree=()),)
    found = people_of(
        outcome(("a", (item("1", pieces), item("3", pieces))), ("b", (item("2", pieces),)), persons=joined), {}
    )
    assert sorted(len(one.records) for one in found) == [1, 2]
    assert {one.of for one in found if len(one.records) == 2} == {2}


def test_who_came_later_stands_below_whoever_fits_how() -> None:
    """A late answer moves nobody who was read already, and is told apart by its heading."""
    near, far = evidence(name="agree", birth_date="agree"), evidence(name="agree")
    revised = outcome(("early", (item("1", far),)), ("late", (item("2", near),)))
    found = people_of(replace(revised, late=("late",)), {})
    assert [(one.letter, one.records[0].agency, one.late) for one in found] == [
        ("A", "early", False),
        ("B", "late", True),
    ]
