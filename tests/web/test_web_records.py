"""C9: a record by its own number under a reason, its acts each on a page, and a correction; over a real node."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from desk_stage import Desk, desk_of, send
from web_stage import form_value

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.codes import DataClass, PersonRole, Status
from comity.model.record import Record
from comity.web.words import words_of

KEEPER = "ca-sheriff-custodian"
KEEPER_NAMED = "Theo Marchbanks"
WHY = "subpoena of the county court"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages."""
    with desk_of(*region, tmp_path_factory.mktemp("records")) as made:
        yield made


def bookings(desk: Desk) -> list[Record]:
    """Bookings that are neither sealed nor disputed, of people with a birth date."""
    return [
        one
        for one in desk.region.records_of(CA_SHERIFF)
        if one.data_class is DataClass.BOOKING
        and not one.state.sealed
        and not one.state.disputed
        and not one.state.legal_hold
        and one.people[0].values("birth-date")
    ]


def test_a_record_opens_by_its_number_and_a_reason_and_never_by_a_name(desk: Desk) -> None:
    """By the agency's own reference or the id; a name finds nothing; the address has the id alone; each reading is told."""
    record = bookings(desk)[0]
    family = record.people[0].values("name")[0].partition(",")[0]
    with desk.browser(KEEPER) as browser:
        form = form_value(browser.get("/desk/records").text)
        for number in (family, "", "BK-0000-000000"):
            answer = browser.post("/desk/records", data={"form": form, "number": number, "reason": WHY})
            assert answer.status_code == 422
        answer = browser.post(
            "/desk/records", data={"form": form, "number": record.reference, "reason": "because"}
        )
        assert answer.status_code == 422
        assert record.reference in answer.text
        unopened = browser.get(f"/desk/records/{record.id}").text
        assert family not in unopened
        assert 'name="reason"' in unopened
        address = send(browser, "/desk/records", number=record.reference, reason=WHY)
        assert address == f"/desk/records/{record.id}"
        page = browser.get(address).text
        assert family in page
        assert "NOT CERTIFIED" in page
        assert "Nobody was shown it" in page
        assert page.count(f"read, {KEEPER_NAMED}: {WHY}") == 1  # opening it and looking at it are one reading
        assert browser.get(address).text.count(f"read, {KEEPER_NAMED}: {WHY}") == 2  # looking again is another
        assert family not in page.partition("<title>")[2].partition("</title>")[0]
    with desk.browser("ca-sheriff-counsel") as browser:
        assert browser.get("/desk/records").status_code == 404


def test_who_was_shown_it_stands_with_the_record(desk: Desk) -> None:
    """After an answer the asker, the time and the fields are told."""
    record = bookings(desk)[1]
    outcome = desk.ask_about(record)
    assert outcome.sources[0].status is Status.ANSWERED
    shown = [one for one in bookings(desk) if one.people[0].fields == record.people[0].fields] or [record]
    with desk.browser(KEEPER) as browser:
        page = browser.get(send(browser, "/desk/records", number=shown[0].id, reason=WHY)).text
        assert "Cascade City Police Department" in page
        assert "wa-police-detective" in page


def test_an_act_has_a_page_that_says_what_it_does_and_sealing_asks_for_its_word(desk: Desk) -> None:
    """Reviewed, held and let go, then sealed by typing it; what stands so already is offered no more."""
    records = desk.region.records_of(CA_SHERIFF)
    record = next(one for one in records if not (one.state.reviewed or one.state.sealed or one.state.legal_hold))
    with desk.browser(KEEPER) as browser:
        address = send(browser, "/desk/records", number=record.id, reason=WHY)
        assert browser.get(f"{address}/act/expunge").status_code == 404
        for act, button in (("review", "Review"), ("hold", "Put a legal hold"), ("lift", "Lift the legal hold")):
            assert f"{address}/act/{act}" in browser.get(address).text
            assert button in browser.get(f"{address}/act/{act}").text
            assert send(browser, f"{address}/act/{act}", reason=WHY) == f"{address}?done={act}"
            assert f"{address}/act/{act}" not in browser.get(address).text
        page = browser.get(f"{address}/act/seal").text
        assert "This cannot be undone here" in page
        assert "recipients will be told to stop using it" in page
        for word in ("", "seal"):
            data = {"form": form_value(page), "reason": WHY, "word": word}
            assert browser.post(f"{address}/act/seal", data=data).status_code == 422
        assert send(browser, f"{address}/act/seal", reason=WHY, word="SEAL") == f"{address}?done=seal"
        page = browser.get(address).text
        assert "SEALED" in page
        assert "NOT REVIEWED" not in page
        for word in ("sealed", "reviewed", "put under a legal hold", "legal hold lifted"):
            assert f"{word}, {KEEPER_NAMED}: {WHY}" in page


def test_a_correction_is_tried_before_it_is_recorded(desk: Desk) -> None:
    """Which field, what it is to say, why; what it changes is shown; recorded, the record says so."""
    record = bookings(desk)[3]
    place = f"{record.people[0].key}.birth-date"
    with desk.browser(KEEPER) as browser:
        address = send(browser, "/desk/records", number=record.id, reason=WHY)
        page = browser.get(f"{address}/correct").text
        assert f'value="{place}"' in page
        assert f"{record.people[0].key} birth-date" not in page
        same = {"place": place, "values": record.people[0].values("birth-date")[0], "reason": WHY}
        for data in (same, {**same, "place": ""}, {**same, "reason": "typo"}):
            answer = browser.post(f"{address}/correct", data={"form": form_value(page), **data})
            assert answer.status_code == 422, data
        check = send(browser, f"{address}/correct", place=place, values="1987-04-18", reason=WHY)
        assert "1987-04-18" in browser.get(check).text
        assert "1987" not in check
        assert send(browser, check) == f"{address}?done=corrected"
        page = browser.get(address).text
        assert "Apr 18, 1987" in page
        assert f"corrected, {KEEPER_NAMED}: {WHY}" in page
        assert browser.get(check).status_code == 404


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("birth-date", "2096-04-19", {"en": "a birth date is after today", "es": "es posterior a hoy"}),
        ("birth-date", "04/20/1987", {"en": "is no birth date", "es": "no es una fecha de nacimiento"}),
        ("sex", "banana", {"en": "write F, M or X", "es": "escriba F, M o X"}),
        ("name", "Pat Doe", {"en": "a name has no comma", "es": "un nombre no tiene coma"}),
        ("booking-date", "yesterday", {"en": "is no date", "es": "no es una fecha"}),
    ],
)
def test_what_cannot_stand_in_a_field_is_said_in_the_readers_language(
    desk: Desk, name: str, value: str, said: dict[str, str]
) -> None:
    """In the summary of faults, with what was typed kept; the form says beforehand how dates and names are written."""
    record = bookings(desk)[6]
    place = f".{name}" if name == "booking-date" else f"{record.people[0].key}.{name}"
    for language, told in said.items():
        with desk.browser(KEEPER, language) as browser:
            address = send(browser, "/desk/records", number=record.id, reason=WHY)
            page = browser.get(f"{address}/correct").text
            assert "2024-03-12" in page
            data = {"form": form_value(page), "place": place, "values": value, "reason": WHY}
            answer = browser.post(f"{address}/correct", data=data)
            assert answer.status_code == 422
            assert answer.text.count(told) >= 2  # in the summary and at the field
            assert f">{value}</textarea>" in answer.text


def test_the_check_names_each_agency_once(desk: Desk) -> None:
    """However many answers it has what stood there in."""
    record = bookings(desk)[7]
    for _ in range(2):
        assert desk.ask_about(record).sources[0].status is Status.ANSWERED
    with desk.browser(KEEPER) as browser:
        address = send(browser, "/desk/records", number=record.id, reason=WHY)
        assert browser.get(address).text.count("Cascade City Police Department") > 1
        place = f"{record.people[0].key}.name"
        check = send(browser, f"{address}/correct", place=place, values="Otherwise, Quite", reason=WHY)
        assert browser.get(check).text.count("Cascade City Police Department") == 1


def test_fields_are_named_and_the_reason_is_hinted_in_words(desk: Desk) -> None:
    """No list shows a code of a field or role; what is typed to open a record is said to be kept with the reading."""
    record = bookings(desk)[5]
    place = f"{record.people[0].key}.birth-date"
    for language, told, kept in (
        ("en", "Person {}, arrested: birth date: ", "It is kept in the log with this reading."),
        ("es", "Persona {}, persona arrestada: fecha de nacimiento: ", "con esta lectura."),
    ):
        with desk.browser(KEEPER, language) as browser:
            opening = browser.get("/desk/records").text
            assert kept in opening
            assert words_of(language)("desk.reason-hint") not in opening
            address = send(browser, "/desk/records", number=record.id, reason=WHY)
            page = browser.get(f"{address}/correct").text
            said = re.search(f'value="{place}"[^>]*>([^<]+)<', page)
            assert said is not None
            assert said[1].startswith(told.format(record.people[0].key))
            assert not re.search(r">p\d+ [a-z]", page)


def test_every_role_of_a_person_has_a_word_in_both_languages() -> None:
    """A role without one would stand on a page as a code, or stop it."""
    for language in ("en", "es"):
        for role in PersonRole:
            assert words_of(language).has(f"records.person-role.{role.value}")


def test_the_check_says_that_a_new_value_is_not_marked_as_public(desk: Desk) -> None:
    """Where the value that stands there is marked as public the check says what comes of it; elsewhere it says nothing."""
    record, key = next(
        (one, person.key)
        for one in bookings(desk)[4:]
        for person in one.people
        if any(field.public and field.name == "name" for field in person.fields)
    )
    said = "is marked as already public; the new one will not be"
    with desk.browser(KEEPER) as browser:
        address = send(browser, "/desk/records", number=record.id, reason=WHY)
        check = send(browser, f"{address}/correct", place=f"{key}.name", values="DOE, PAT", reason=WHY)
        assert said in browser.get(check).text
        place = next(
            f"{key}.{field.name}"
            for person in record.people
            for field in person.fields
            if person.key == key and not field.public
        )
        check = send(browser, f"{address}/correct", place=place, values="1987", reason=WHY)
        assert said not in browser.get(check).text


def test_without_a_reason_of_ones_own_a_record_and_its_acts_stay_shut(desk: Desk) -> None:
    """A reason is its member's, for thirty minutes: afterwards each address leads to the form again."""
    record = bookings(desk)[4]
    with desk.browser(KEEPER) as browser:
        address = send(browser, "/desk/records", number=record.id, reason=WHY)
        assert browser.get(f"{address}/act/hold").status_code == 200
    desk.stage.clock.later(31)
    with desk.browser(KEEPER) as browser:
        assert 'name="reason"' in browser.get(address).text
        assert "People and roles" not in browser.get(address).text
        for path in ("act/hold", "correct"):
            assert browser.get(f"{address}/{path}").headers["location"] == address
