"""An answer as its page shows it: phrases from the evidence alone, fields by word, an order that says nothing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from msgspec import UNSET
from msgspec.structs import replace
from web_stage import Stage, sign_in

from comity.model.answer import Answer, Evidence, Item, ReleasedField, WithheldField
from comity.model.codes import DataClass, Instrument, Level, Purpose, Status
from comity.model.delivery import RecallKind
from comity.model.outcome import AskRequest, Marker, Outcome, PersonView, RevisedOutcome, SourceResult
from comity.model.query import LegalBasis, PersonSubject
from comity.node.answer_requests import ShowToldFields
from comity.node.desk_requests import ShowAnswer
from comity.node.hit_requests import ListHits
from comity.node.local import Fetch
from comity.web.answer.people import people_of, uncertified
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


@pytest.mark.parametrize(("language", "said"), [("en", "<p>1 answered.</p>"), ("es", "<p>Respondieron: 1.</p>")])
def test_how_the_agencies_answered_is_a_sentence(stage: Stage, language: str, said: str) -> None:
    """It begins as a sentence does, whichever word comes first."""
    stage.door.answers[ShowAnswer] = outcome(("alder-police", (item("1", evidence(name="agree")),)))
    stage.door.answers[ListHits] = ()
    with stage.browser() as browser:
        sign_in(browser)
        assert said in browser.get(f"/questions/{'0' * 32}?language={language}").text


@pytest.mark.parametrize(("language", "said"), [("en", "What would help: "), ("es", "Qué ayudaría: ")])
def test_a_withheld_row_says_which_paper_would_help(stage: Stage, language: str, said: str) -> None:
    """One tap away, behind the rule and its citation, in the answer and in the record in full; nothing where none would."""
    papers = ("a court order signed by a state judge", UNSET)
    for paper, told in zip(papers, (True, False), strict=True):
        one = item("1", evidence(name="agree"))
        found = outcome(
            (
                "alder-police",
                (replace(one, withheld=tuple(replace(field, paper=paper) for field in one.withheld)),),
            )
        )
        stage.door.answers[ShowAnswer] = found
        stage.door.answers[ListHits] = stage.door.answers[ShowToldFields] = ()
        stage.door.answers[Fetch] = found.outcome.sources[0]
        with stage.browser() as browser:
            value = sign_in(browser)
            pages = (
                browser.get(f"/questions/{'0' * 32}?language={language}").text,
                browser.post(f"/questions/{'0' * 32}/items/1?language={language}", data={"form": value}).text,
            )
        for page in pages:
            row = page.partition('class="field field--withheld"')[2].partition("</details>")[0]
            assert "addresses stay closed" in row
            assert (said in row) is told
            assert ("a court order signed by a state judge" in row) is told


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
    ("language", "said", "button"),
    [
        ("en", "This record is not open.", "See this record in full"),
        ("es", "no está abierto", "Ver este registro"),
    ],
)
def test_the_address_of_a_record_in_full_offers_to_open_it_and_opens_nothing(
    stage: Stage, language: str, said: str, button: str
) -> None:
    """In either language, by the link of the opened page too; no owner is asked before the button is pressed."""
    record = replace(item("1", evidence(name="agree")), second_identifier=False)
    found = outcome(("alder-police", (record,)))
    stage.door.answers[ShowAnswer] = found
    stage.door.answers[ShowToldFields] = ()
    stage.door.answers[Fetch] = found.outcome.sources[0]
    address = f"/questions/{'0' * 32}/items/1"
    with stage.browser() as browser:
        value = sign_in(browser)
        opened = browser.post(f"{address}", data={"form": value, "identified-by": "he said so himself"}).text
        assert f'href="?language={language}"' in opened
        del stage.door.answers[Fetch]  # from here on whoever asks an owner gets a fault
        page = browser.get(f"{address}?language={language}")
        assert page.status_code == 200
        for word in (said, button, f'action="{address}"', 'name="identified-by"'):
            assert word in page.text
        assert "Okada, Evelyn" in opened
        assert "Okada, Evelyn" not in page.text
        assert browser.get(address.replace("/items/1", "/items/9")).status_code == 404


@pytest.mark.parametrize(("language", "said"), [("en", "NOT ON FILE"), ("es", "NO CONSTA")])
def test_what_was_promised_with_the_record_in_full_and_is_not_on_file_is_said(
    stage: Stage, language: str, said: str
) -> None:
    """In one row by the fields' names: not what came, not what a rule keeps now, and nothing that was never promised."""
    full = item("1", evidence(name="agree"))
    rule = full.withheld[0]
    promised = tuple(
        replace(rule, rule="comity/DETAIL", field=one) for one in ("photo", "charge", "outcome", "story")
    )
    found = outcome(
        ("alder-police", (replace(full, fields=full.fields[:1], withheld=(*full.withheld, *promised)),))
    )
    (source,) = found.outcome.sources
    assert source.answer is not None
    kept = (*full.withheld, replace(rule, rule="us-ca/CA-09", field="charge"))
    now = replace(source, answer=replace(source.answer, items=(replace(full, withheld=kept),)))
    stage.door.answers |= {ShowAnswer: found, ShowToldFields: (), Fetch: now}
    with stage.browser() as browser:
        data = {"form": sign_in(browser)}
        page = browser.post(f"/questions/{'0' * 32}/items/1?language={language}", data=data).text
    (row,) = re.findall(r'field--not-on-file">(.*?)</div>', page, re.DOTALL)
    t = words_of(language)
    assert re.findall(r"<dt>(.*?)</dt>", row) == [f"{t('field.photo')}, {t('field.outcome')}"]
    assert said in row
    assert t("detail.not-on-file") in row


@pytest.mark.parametrize(("language", "asks"), [("en", True), ("es", True), ("en", False)])
def test_see_what_of_a_changed_record_asks_again_in_one_step_and_marks_what_differs(
    stage: Stage, language: str, *, asks: bool
) -> None:
    """A button behind the change, or the page that asks why; the answer shows nothing new, the opening old beside new."""
    t = words_of(language)
    full = replace(item("1", evidence(name="agree")), second_identifier=asks)
    sex = ReleasedField(field="sex", level=Level.FULL, values=("F",))
    found = outcome(("alder-police", (replace(full, fields=(*full.fields, sex)),)))
    marker = Marker(owner="alder-police", item_id="1", kind=RecallKind.CORRECTED, at_ms=2_000)
    name = ReleasedField(field="name", level=Level.FULL, values=("Okada, Eva",))
    (source,) = found.outcome.sources
    assert source.answer is not None
    now = replace(source, answer=replace(source.answer, items=(replace(full, fields=(name, *full.fields[1:])),)))
    stage.door.answers |= {
        ShowAnswer: replace(found, markers=(marker,)),
        ListHits: (),
        ShowToldFields: (),
        Fetch: now,
    }
    address = f"/questions/{'0' * 32}/items/1"
    with stage.browser() as browser:
        value = sign_in(browser)
        answer = browser.get(f"/questions/{'0' * 32}?language={language}").text
        opened = browser.post(address, data={"form": value, "identified-by": "she said so herself"}).text
    behind = answer.partition(t("marker.see-what"))[2].partition("</details>")[0]
    assert t("marker.ask-now") in behind
    assert (f'<form method="post" action="{address}"' in behind) is asks
    assert (f'<a href="{address}"' in behind) is not asks
    assert "Okada, Eva<" not in answer
    (row,) = re.findall(r'field--given"><dt>' + t("field.name") + r"</dt>(.*?)</div>", opened, re.DOTALL)
    assert row.index("Okada, Eva ") < row.index(f"{t('detail.before')} Okada, Evelyn")
    (gone,) = re.findall(r'field--not-on-file"><dt>' + t("field.sex") + r"</dt>(.*?)</div>", opened, re.DOTALL)
    assert f"{t('detail.before')} {t('value.sex.F')} (F)" in gone
    assert opened.count(t("detail.before")) == 2


SECOND = "One more identifier must agree before this opens. If you are sure, say why."


@pytest.mark.parametrize("typed", ["", "x"])
def test_a_record_without_a_second_identifier_asks_for_a_reason_beside_the_field(stage: Stage, typed: str) -> None:
    """Without one, or with too few words, the same page says what is wrong, what was typed in it."""
    record = replace(item("1", evidence(name="agree")), second_identifier=False)
    stage.door.answers[ShowAnswer] = outcome(("alder-police", (record,)))  # whoever asks the owner gets a fault
    address = f"/questions/{'0' * 32}/items/1"
    with stage.browser() as browser:
        page = browser.post(address, data={"form": sign_in(browser), "identified-by": typed}).text
    assert '<a href="#identified-by">Say why, in at least' in page
    assert SECOND in page
    assert f'value="{typed}"' in page
    assert "Okada, Evelyn" not in page


def test_a_record_in_full_says_that_the_reason_is_kept(stage: Stage) -> None:
    """A whole reason asks the owner, and the page says what became of it."""
    record = replace(item("1", evidence(name="agree")), second_identifier=False)
    found = outcome(("alder-police", (record,)))
    stage.door.answers |= {ShowAnswer: found, ShowToldFields: (), Fetch: found.outcome.sources[0]}
    why = "the photograph and the date agree"
    with stage.browser() as browser:
        data = {"form": sign_in(browser), "identified-by": why}
        page = browser.post(f"/questions/{'0' * 32}/items/1", data=data).text
    assert "Your reason is kept with this opening, and the owner reads it." in page


def test_no_reason_is_asked_for_a_namesake(stage: Stage) -> None:
    """What the owner takes to be another person's opens by no reason, so the pages say that and ask for none."""
    record = replace(item("1", evidence(name="agree")), second_identifier=False)
    kept = tuple(replace(one, rule="comity/NOT-SAME") for one in record.withheld)
    found = outcome(("alder-police", (replace(record, withheld=kept),)))
    stage.door.answers |= {ShowAnswer: found, ListHits: (), ShowToldFields: ()}
    stage.door.answers[Fetch] = found.outcome.sources[0]
    address = f"/questions/{'0' * 32}/items/1"
    with stage.browser() as browser:
        value = sign_in(browser)
        pages = (
            browser.get(f"/questions/{'0' * 32}").text,
            browser.get(address).text,
            browser.post(address, data={"form": value}).text,
        )
    for page in pages:
        assert "about another person with the same name" in page
        assert SECOND not in page


def test_a_record_of_somebody_elses_question_has_no_such_address(stage: Stage) -> None:
    """Another member's, and one of a question there is not, read as any wrong address."""
    found = outcome(("alder-police", (item("1", evidence(name="agree")),)))
    other = replace(found.outcome, request=replace(REQUEST, member="alder-police-supervisor"))
    address = f"/questions/{'0' * 32}/items/1"
    with stage.browser() as browser:
        value = sign_in(browser)
        stage.door.answers[ShowAnswer] = replace(found, outcome=other)
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"form": value}).status_code == 404


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


def test_not_certified_is_said_above_an_answer_as_its_records_say_it() -> None:
    """Of all, of some, of none: the head of an answer calls nothing uncertified that its owner vouches for."""
    plain = item("1", evidence(name="agree"))
    vouched = replace(item("2", evidence(name="agree")), labels=("outcome unknown",))
    names = {"larch": "Larch County"}
    for items, told in (((plain,), "all"), ((plain, vouched), "some"), ((vouched,), ""), ((), "")):
        assert uncertified(people_of(outcome(("larch", items)), names)) == told
