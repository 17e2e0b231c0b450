"""A question on its four pages: what may be gone on from, what may not, and what becomes of a draft."""

from __future__ import annotations

from datetime import date

import pytest
from web_stage import Stage, form_value, member_of, sign_in

from comity.match.compare import prepare
from comity.match.finding import can_find
from comity.match.traits import MATCHABLE_FIELDS
from comity.model.asked import AskedLine, OpenOwner
from comity.model.codes import DataClass, Purpose
from comity.model.query import DPPA_USES, IdentifierSubject, PersonSubject
from comity.node.desk_requests import ListOpenOwners, MyQuestions
from comity.web.ask.put_together import request_of, subject_words
from comity.web.ask.read_subject import birth_date, subject_faults, subject_of
from comity.web.call import Form
from comity.web.words import words_of

DETECTIVE = "alder-police-detective"
TODAY = date(2026, 11, 29)
REASON = {"purpose": "criminal-investigation", "classes": "case", "case": "26-1187", "instrument": "nothing"}
WHOLE = {"given": "Evelyn", "family": "Okada", "month": "3", "day": "4", "year": "1984"}


def typed(**fields: str) -> Form:
    """A form with these fields."""
    return Form({name.replace("_", "-"): (value,) for name, value in fields.items()})


def begin(browser, stage: Stage) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    """A new draft's address and the value its forms carry."""
    value = sign_in(browser)
    answer = browser.post("/ask", data={"form": value})
    return answer.headers["location"].rsplit("/", 1)[0], value


def write(browser, address: str, value: str) -> None:  # type: ignore[no-untyped-def]
    """Write the first three pages."""
    for page, fields in (("reason", REASON), ("for-whom", {"whose": "own"}), ("subject", WHOLE)):
        answer = browser.post(f"{address}/{page}", data={"form": value, **fields})
        assert answer.status_code == 303, answer.text


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("family", {"given": "", "family": ""}),
        ("family", {"given": "Evelyn", "family": ""}),
        ("family", {"family": "Okada; Marsh"}),
        ("given", {"given": "Evelyn and Thomas", "family": "Okada"}),
        ("family", {"family": "*"}),
        ("family", {"family": "Ok*"}),
        ("year", {"family": "Okada", "year": "84"}),
        ("year", {"family": "Okada", "year": "❶❾❽❹"}),
        ("year", {"family": "Okada", "month": "❸", "year": "1984"}),
        ("day", {"family": "Okada", "month": "2", "day": "30", "year": "1984"}),
        ("month", {"family": "Okada", "day": "4", "year": "1984"}),
        ("year", {"family": "Okada", "month": "11", "day": "30", "year": "2026"}),
        ("id-kind", {"family": "Okada", "id_number": "D1234567"}),
        ("id-number", {"family": "Okada", "id_kind": "driver-licence", "id_number": "D1"}),
    ],
)
def test_what_is_no_one_person_is_said_beside_its_field(field: str, fields: dict[str, str]) -> None:
    """Two names, a star, half a date, a date to come: each has its own sentence, in both languages."""
    for language in ("en", "es"):
        faults = subject_faults(typed(**fields), words_of(language), TODAY)
        assert [name for name, _ in faults] == [field], faults


def test_a_person_is_read_as_typed() -> None:
    """Two family names are one; what is left blank is not known; a number alone is asked about by the number."""
    person = subject_of(typed(given="Ana", family="Reyes", family_2="Soto", month="3", year="1984"))
    assert isinstance(person, PersonSubject)
    assert (person.given, person.family, person.birth_date) == ("Ana", "Reyes Soto", "1984-03")
    assert birth_date(typed(year="1984", day="4")) == "1984"
    number = subject_of(typed(id_kind="driver-licence", id_number="D1234567"))
    assert isinstance(number, IdentifierSubject)
    assert subject_words(number) == ("", "", (("driver-licence", "..567"),))


def test_a_question_is_put_together_from_its_pages(stage: Stage) -> None:
    """What is asked is what was typed; for another agency, who there will use it goes along."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        write(browser, address, value)
        member = stage.site.door.find_member("alder-police-detective")
        assert member is not None
        draft = stage.site.drafts.find(address.rsplit("/", 1)[1], member.id, stage.clock.at_ms)
        assert draft is not None
        request = request_of(draft, member)
        assert (request.purpose, request.case_number, request.beneficiary) == (
            "criminal-investigation",
            "26-1187",
            "alder-police",
        )
        assert request.data_classes == ("case",)
        page = browser.get(f"{address}/check").text
        for word in ("Evelyn Okada, born Mar 4, 1984", "26-1187", "Alder Police", "Investigating a crime"):
            assert word in page
        assert f'<a href="{address}/reason">Change kinds of record</a>' in page


@pytest.mark.parametrize(
    ("page", "fields", "fault"),
    [
        ("reason", {**REASON, "purpose": ""}, "Choose what it is for."),
        ("reason", {**REASON, "purpose": "audit"}, "Choose what it is for."),
        ("reason", {**REASON, "case": ""}, "Give the case number."),
        ("reason", {**REASON, "purpose": "stop", "case": ""}, "Give the call or incident number."),
        ("reason", {**REASON, "instrument": "judicial-warrant"}, "Say who signed the paper."),
        ("reason", {**REASON, "instrument": "statute"}, "Give the statute"),
        ("reason", {**REASON, "classes": "everything"}, "Choose at least one kind of record."),
        ("for-whom", {"whose": ""}, "Say who will use the answer."),
        ("for-whom", {"whose": "other", "there": "Ofc. Quill"}, "Choose the agency that will use the answer."),
        ("for-whom", {"whose": "other", "beneficiary": "alder-police"}, "Say who there will use it."),
    ],
)
def test_a_page_with_a_fault_comes_back_with_it(
    stage: Stage, page: str, fields: dict[str, str], fault: str
) -> None:
    """The sentence stands above and beside the field, the title says so, and nothing typed is lost or kept as the draft's."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        answer = browser.post(f"{address}/{page}", data={"form": value, **fields})
        assert answer.status_code == 422
        assert answer.text.count(fault) >= 2
        assert "<title>Error: " in answer.text
        if fields.get("case"):
            assert 'value="26-1187"' in answer.text
        draft = stage.site.drafts.find(address.rsplit("/", 1)[1], "alder-police-detective", stage.clock.at_ms)
        assert draft is not None
        assert not draft.typed


def test_the_use_of_motor_vehicle_records_is_asked_for_where_they_are_and_goes_along(stage: Stage) -> None:
    """The page offers fourteen uses, nothing chosen; the check shows the use, and a question for other records has none."""
    stage.door.answers[ListOpenOwners] = (
        OpenOwner(agency="alder-police", classes=(DataClass.CASE, DataClass.DMV)),
    )
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        page = browser.get(f"{address}/reason").text
        assert [f'value="{use}"' in page for use in (*DPPA_USES, "b15")] == [True] * 14 + [False]
        assert f'value="{DPPA_USES[0]}" selected' not in page
        for use in ("", "b15"):
            asked = {**REASON, "classes": "dmv", "dppa-use": use}
            answer = browser.post(f"{address}/reason", data={"form": value, **asked})
            assert answer.status_code == 422
            assert answer.text.count("Choose the use of driver and vehicle records, or take") == 2
        for classes, said in ((["case", "dmv"], "b1"), (["case"], "")):
            write(browser, address, value)
            asked = {**REASON, "classes": classes, "dppa-use": "b1"}
            answer = browser.post(f"{address}/reason", data={"form": value, **asked})
            assert answer.status_code == 303, answer.text
            draft = stage.site.drafts.find(address.rsplit("/", 1)[1], DETECTIVE, stage.clock.at_ms)
            member = stage.site.door.find_member(DETECTIVE)
            assert draft is not None
            assert member is not None
            assert request_of(draft, member).dppa_use == said
            assert ("(b)(1)" in browser.get(f"{address}/check").text) is bool(said)


def test_the_check_claims_no_agreement_where_none_gives_the_kinds(stage: Stage) -> None:
    """An owner whose agreements name other kinds is marked; one that names none of them gives all. No purpose changes it."""
    stage.door.answers[ListOpenOwners] = (
        OpenOwner(agency="alder-police", classes=()),
        OpenOwner(agency="birch-sheriff", classes=(DataClass.LICENCE,)),
        OpenOwner(agency="cedar-court", classes=(DataClass.CASE, DataClass.LICENCE)),
    )
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        shown = []
        for purpose in ("criminal-investigation", "emergency-life"):
            write(browser, address, value)
            browser.post(f"{address}/reason", data={"form": value, **REASON, "purpose": purpose})
            page = browser.get(f"{address}/check").text
            assert "3 may be asked: those with some agreement" in page
            assert page.count("No agreement of theirs") == 1
            assert page.index("birch-sheriff") < page.index("No agreement of theirs") < page.index("cedar-court")
            assert 'href="/public/agreements?agency=' in page
            shown.append(page.partition("Agencies</dt>")[2])
        assert shown[0] == shown[1]


def test_every_line_of_the_check_leads_to_where_it_is_changed(stage: Stage) -> None:
    """Why, for whom, about and the kinds of record each have their own link."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        write(browser, address, value)
        page = browser.get(f"{address}/check").text
        for word in ("Change why", "Change for whom", "Change who", "Change kinds of record"):
            assert f">{word}</a>" in page


def test_the_page_of_the_subject_says_what_a_name_alone_brings(stage: Stage) -> None:
    """A name is counted, a family name and nothing else is refused: the sentence is what an owner's look-up does."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        for page, fields in (("reason", REASON), ("for-whom", {"whose": "own"})):
            browser.post(f"{address}/{page}", data={"form": value, **fields})
        page = browser.get(f"{address}/subject").text
    assert "With a name alone you will get a count, not people. A family name and nothing else is refused." in page
    assert can_find(prepare(PersonSubject(family="Okada", given="Evelyn"), MATCHABLE_FIELDS))
    assert not can_find(prepare(PersonSubject(family="Okada"), MATCHABLE_FIELDS))


def test_no_page_is_skipped(stage: Stage) -> None:
    """Whoever goes to the check by its address is led to the first page that is not written."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        assert browser.get(f"{address}/check").headers["location"] == f"{address}/reason"
        assert browser.post(f"{address}/check", data={"form": value}).headers["location"] == f"{address}/reason"
        browser.post(f"{address}/reason", data={"form": value, **REASON})
        assert browser.get(f"{address}/check").headers["location"] == f"{address}/for-whom"


def test_a_draft_is_its_members_alone_and_goes_after_half_an_hour(stage: Stage) -> None:
    """Another member reads what a wrong address reads; after thirty minutes nothing is left of it anywhere."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        write(browser, address, value)
        assert (
            stage.site.drafts.find(address.rsplit("/", 1)[1], "alder-police-supervisor", stage.clock.at_ms) is None
        )
        stage.clock.later(29)
        browser.get("/questions")
        stage.clock.later(2)
        page = browser.get(f"{address}/check")
        assert page.status_code == 404
        assert "This draft is gone" in page.text
        assert "Okada" not in page.text


def test_back_at_a_draft_that_was_sent_is_the_question(stage: Stage) -> None:
    """The back button, and a second tab: never "Nothing was sent" of what was, so that nobody asks twice."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        question = address.rsplit("/", 1)[1]
        draft = stage.site.drafts.find(question, member_of("member").id, stage.clock.at_ms)
        assert draft is not None
        stage.site.drafts.drop(draft)
        asked = AskedLine(
            query_id=question,
            at_ms=stage.clock.at_ms,
            purpose=Purpose.CRIMINAL_INVESTIGATION,
            case_number="26-1187",
            sources=(),
        )
        stage.door.answers[MyQuestions] = (asked,)
        for page in ("reason", "for-whom", "subject", "check"):
            assert browser.get(f"{address}/{page}").headers["location"] == f"/questions/{question}"
            sent = browser.post(f"{address}/{page}", data={"form": value})
            assert sent.headers["location"] == f"/questions/{question}"


def test_nothing_is_remembered_from_one_question_to_the_next(stage: Stage) -> None:
    """Purpose, for whom and subject of a new draft are empty, whatever was asked before."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        write(browser, address, value)
        again = browser.post("/ask", data={"form": value}).headers["location"]
        page = browser.get(again).text
        assert "26-1187" not in page
        assert 'value="criminal-investigation" checked' not in page
        assert form_value(page) == value


def test_signing_out_leaves_no_draft(stage: Stage) -> None:
    """What was being written goes with whoever wrote it."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        browser.post("/sign-out", data={"form": value})
        assert (
            stage.site.drafts.find(address.rsplit("/", 1)[1], "alder-police-detective", stage.clock.at_ms) is None
        )


def test_no_particular_stands_in_an_address_or_title(stage: Stage) -> None:
    """Whoever reads a log of addresses or a list of windows learns no name."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        write(browser, address, value)
        page = browser.get(f"{address}/check")
        assert "Okada" not in str(page.url)
        assert "Okada" not in page.text.partition("</title>")[0]
