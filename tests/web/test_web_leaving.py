"""What leaves us: each answer a row of codes, filtered by the address, the same as a file; over a real node."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from desk_stage import Desk, desk_of

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.codes import DataClass, Status
from comity.model.record import Record

KEEPER = "ca-sheriff-custodian"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages, before anybody asked anything."""
    with desk_of(*region, tmp_path_factory.mktemp("leaving")) as made:
        yield made


def booking(desk: Desk) -> Record:
    return next(
        one
        for one in desk.region.records_of(CA_SHERIFF)
        if one.data_class is DataClass.BOOKING and not one.state.sealed and one.people[0].values("birth-date")
    )


def test_an_answer_is_a_row_that_names_nobody_and_is_counted_as_new(desk: Desk) -> None:
    """Empty at first; then one row, with agency, purpose, kind and result; the second is told to the page of the first."""
    record = booking(desk)
    with desk.browser(KEEPER) as browser:
        assert "Nothing of this kind left" in browser.get("/desk/leaving").text
        desk.ask_about(record)
        page = browser.get("/desk/leaving").text
        assert page.count('<th scope="row"') == 1
        for word in ("Cascade City Police Department", "Bookings", "RELEASED", "Investigating a crime"):
            assert word in page
        assert record.people[0].values("name")[0].partition(",")[0] not in page
        (count,) = re.findall(r'data-count="([^"]+)"', page)
        assert browser.get(count).json() == {"news": ""}
        desk.ask_about(record)
        assert browser.get(count).json() == {"news": "1 new since this page was made."}
    with desk.browser("ca-sheriff-sergeant") as browser:
        assert browser.get("/desk/leaving").status_code == 404


def test_filters_are_codes_in_the_address_and_files_have_the_same_rows(desk: Desk) -> None:
    """Of another agency, purpose or result there is none; a code that is none is no page; CSV and JSON agree with the list."""
    desk.ask_about(booking(desk))
    with desk.browser(KEEPER) as browser:
        rows = browser.get("/desk/leaving").text.count('<th scope="row"')
        for asked in ("agency=wa-police", "purpose=criminal-investigation", "result=released"):
            assert browser.get(f"/desk/leaving?{asked}").text.count('<th scope="row"') == rows
        for asked in ("agency=il-police", "purpose=custody", "result=refused"):
            assert "Nothing of this kind left" in browser.get(f"/desk/leaving?{asked}").text
        for asked in ("agency=nobody", "purpose=fun", "result=all", "before=x", "before=-2"):
            assert browser.get(f"/desk/leaving?{asked}").status_code == 404
        told = browser.get("/desk/leaving/file/json?agency=wa-police").json()
        table = list(csv.DictReader(io.StringIO(browser.get("/desk/leaving/file/csv?agency=wa-police").text)))
        assert len(told) == len(table) == rows
        assert [int(one["entry"]) for one in table] == [one["entry"] for one in told]
        assert {one["result"] for one in told} == {"released"}
        assert browser.get("/desk/leaving/file/xml").status_code == 404
        older = browser.get(f"/desk/leaving?before={told[0]['entry']}").text
        assert older.count('<th scope="row"') == rows - 1


def test_the_oldest_come_first_where_somebody_asks_over_all_pages_and_in_files(
    desk: Desk,
) -> None:
    """By the log's own order alone, so that it is one over every page; filters stay, and nothing is told as new there."""
    for _ in range(3):
        desk.ask_about(booking(desk))
    with desk.browser(KEEPER) as browser:
        told = [one["entry"] for one in browser.get("/desk/leaving/file/json?sort=when").json()]
        assert told == sorted(told)
        assert told == [one["entry"] for one in browser.get("/desk/leaving/file/json").json()][::-1]
        sheet = csv.DictReader(io.StringIO(browser.get("/desk/leaving/file/csv?agency=wa-police&sort=when").text))
        assert [int(one["entry"]) for one in sheet] == told
        page = browser.get("/desk/leaving?agency=wa-police&sort=when").text
        assert 'aria-sort="ascending"' in page
        assert "data-count=" not in page
        assert 'href="?agency=wa-police&amp;sort=-when#sort-when"' in page
        assert "/file/csv?agency=wa-police&amp;sort=when" in page
        assert '<input type="hidden" name="sort" value="when">' in page
        later = browser.get(f"/desk/leaving/file/json?after={told[0]}&sort=when").json()
        assert [one["entry"] for one in later] == told[1:]
        for asked in ("sort=agency", "sort=released", "sort=-"):
            assert browser.get(f"/desk/leaving?{asked}").status_code == 404


def test_what_waits_for_a_decision_is_not_said_to_have_come_to_nothing(desk: Desk) -> None:
    """As the log has it: held. It is a result of its own in the list, its filter and its files."""
    (record, *_) = desk.waiting_records()
    held = desk.ask_about(record)
    assert [one.status for one in held.sources] == [Status.HELD]
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/leaving?result=held").text
        assert page.count('<th scope="row"') == 1
        assert "<strong>HELD</strong>" in page
        (told,) = browser.get("/desk/leaving/file/json?result=held").json()
        assert told["result"] == "held"
        nothing = browser.get("/desk/leaving/file/json?result=nothing").json()
        assert told["entry"] not in {one["entry"] for one in nothing}
