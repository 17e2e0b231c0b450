"""An answer as its page shows it: phrases from the evidence alone, fields by word, an order that says nothing."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from web_stage import Stage, sign_in

from comity.model.answer import Answer, Evidence, Item, ReleasedField, WithheldField
from comity.model.codes import DataClass, Instrument, Level, Purpose, Status
from comity.model.outcome import AskRequest, Outcome, PersonView, RevisedOutcome, SourceResult
from comity.model.query import LegalBasis, PersonSubject
from comity.node.desk_requests import ShowAnswer
from comity.node.hit_requests import ListHits
from comity.node.local import Fetch
from comity.web.answer.people import people_of
from comity.web.answer.phrase import fit_of
from comity.web.words import words_of

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


def test_odds_are_of_a_comparison_and_never_a_certainty() -> None:
    """Rounded down, ninety-nine at most; that nobody there is meant, only where that is as likely as one in a thousand."""
    of = {"larch": "Larch County"}
    for ppm, absent_ppm, of_100, one_in in (
        (970_000, 33_000, 97, 30),
        (999_999, 900, 99, 0),
        (9_000, 1_000, 0, 1_000),
        (500_000, None, 50, 0),
    ):
        found = outcome(("larch", (replace(item("1", evidence(name="agree")), probability_ppm=ppm),)))
        (source,) = found.outcome.sources
        assert source.answer is not None
        told = replace(source, answer=replace(source.answer, not_in_file_ppm=absent_ppm))
        (person,) = people_of(replace(found, outcome=replace(found.outcome, sources=(told,))), of)
        assert (person.odds.of_100, person.odds.one_in, person.odds.owner) == (of_100, one_in, "Larch County")


def test_the_odds_of_a_person_stand_inside_the_comparison(stage: Stage) -> None:
    """One tap below the table, in a sentence, and nowhere in the head."""
    question = "0" * 32
    stage.door.answers[ShowAnswer] = outcome(("alder-police", (item("1", evidence(name="agree")),)))
    stage.door.answers[ListHits] = ()
    with stage.browser() as browser:
        sign_in(browser)
        page = browser.get(f"/questions/{question}").text
    said = words_of("en")("evidence.odds", n=97)
    assert "<h1>Answer to 00000000</h1>" in page
    assert page.index("How much it counts") < page.index(said)
    assert "97" not in page.partition(said)[0].rpartition("</table>")[0]
    assert "People shown: 1.</strong> Not enough to identify: 1." in page


@pytest.mark.parametrize(
    ("law", "kept", "said"),
    [
        (
            "sha256:new",
            ("name", "story"),
            "The owner&#39;s rules changed since the answer. 2 fields are now withheld.",
        ),
        ("sha256:new", ("name",), "The owner&#39;s rules changed since the answer. 1 field is now withheld."),
        ("sha256:new", ("home-address",), ""),
        ("sha256:old", ("name",), ""),
    ],
)
def test_a_record_in_full_says_that_the_owners_rules_changed(
    stage: Stage, law: str, kept: tuple[str, ...], said: str
) -> None:
    """Only where they did, and only what the answer had given before."""
    first = outcome(("alder-police", (item("1", evidence(name="agree")),)))
    (source,) = first.outcome.sources
    assert source.answer is not None
    before = replace(source, answer=replace(source.answer, law="sha256:old"))
    rule = source.answer.items[0].withheld[0]
    now = replace(
        item("1", evidence(name="agree")), fields=(), withheld=tuple(replace(rule, field=one) for one in kept)
    )
    stage.door.answers[ShowAnswer] = replace(first, outcome=replace(first.outcome, sources=(before,)))
    stage.door.answers[Fetch] = replace(source, answer=replace(source.answer, items=(now,), law=law))
    with stage.browser() as browser:
        page = browser.post(f"/questions/{'0' * 32}/items/1", data={"form": sign_in(browser)}).text
    assert "Record from Alder Police" in page
    assert (said in page) if said else ("rules changed" not in page)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.NOTHING_RELEASABLE, "No agency had anything it can release."),
        (Status.REFUSED, "No agency had anything it can release."),
        (Status.HELD, "Held: we will add it here."),
        (Status.UNREACHABLE, "No agency has released anything so far."),
    ],
)
def test_nothing_is_said_of_what_may_come_yet(stage: Stage, status: Status, said: str) -> None:
    """An agency that holds a question, or was not reached, did not say that it has nothing."""
    found = outcome()
    source = SourceResult(agency="alder-police", status=status)
    stage.door.answers[ShowAnswer] = replace(found, outcome=replace(found.outcome, sources=(source,)))
    stage.door.answers[ListHits] = ()
    with stage.browser() as browser:
        sign_in(browser)
        page = browser.get(f"/questions/{'0' * 32}").text
    assert said in page
    later = status in (Status.HELD, Status.UNREACHABLE)
    assert ("No agency has released anything so far." in page) is later


@pytest.mark.parametrize(
    ("labels", "head"),
    [
        ((("not certified",), ("not certified",)), "NOT CERTIFIED</span> May inform"),
        (((), ("not certified",)), "NOT CERTIFIED</span> 1 of 2 records, each marked so. May inform"),
        (((), ()), ""),
    ],
)
def test_the_head_says_of_no_certified_record_that_it_is_not(
    stage: Stage, labels: tuple[tuple[str, ...], ...], head: str
) -> None:
    """The warning is about the records that carry the label, and says how many those are where some do not."""
    pieces = evidence(name="agree", birth_date="agree")
    items = tuple(replace(item(str(at), pieces), labels=one) for at, one in enumerate(labels))
    stage.door.answers |= {ShowAnswer: outcome(("larch", items)), ListHits: ()}
    with stage.browser() as browser:
        sign_in(browser, "detective")
        page = browser.get(f"/questions/{'0' * 32}").text
    first = page.partition('<section class="person"')[0]
    assert head in first
    assert ("NOT CERTIFIED" in first) == bool(head)
    assert "To fit well, name, birth date and an identifying number agree." in page
