"""Petitions at the desk: from taking one in to telling whoever asked, over a real node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from desk_stage import Desk
from oversight_stage import AUDITOR, PRIVACY, audited
from petition_stage import COUNSEL, FORM, KEEPER, REASON, step, take_in
from web_stage import form_value

from comity.demo.build import BuiltRegion
from comity.demo.records import Region


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages."""
    with audited(*region, tmp_path_factory.mktemp("petitions")) as made:
        yield made


def test_a_petition_goes_from_the_desk_to_the_person_by_pages_alone(desk: Desk) -> None:
    """Taken in, identified, opened by two, looked through, decided, told face to face; each step is another page."""
    address = take_in(desk)
    reference = address.rpartition("/")[2]
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/petitions").text
        assert reference in page
        assert "Quillfeather" not in page
        page = browser.get(address).text
        assert "Ondine Quillfeather" in page
        assert "RECEIVED" in page
        assert f"{address}/step/identify" in page
        assert f"{address}/show/open-log" not in page
    with desk.browser(PRIVACY) as browser:
        assert "What comes next is for: the records custodian." in browser.get(address).text
    step(desk, KEEPER, address, "identify", shown="yes", how="in-person", seen="passport")
    step(desk, KEEPER, address, "open-log")
    with desk.browser(KEEPER) as browser:
        page = browser.get(address).text
        assert "it waits for a second person" in page
        assert f"{address}/show/open-log" not in page
    with desk.browser(PRIVACY) as browser:
        assert f"{address}/show/open-log" in browser.get(address).text
    step(desk, PRIVACY, address, "open-log")
    with desk.browser(PRIVACY) as browser:
        page = browser.get(address).text
        assert "opened by Theo Marchbanks and Winona Achterberg" in page
        assert "Look-ups about the person" in page
        assert "our own custodians opened a record to work on it is not listed" in page
        assert "Look through the look-ups<" in page
    step(desk, COUNSEL, address, "withhold")
    with desk.browser(PRIVACY) as browser:
        page = browser.get(address).text
        assert "Look through the look-ups<" not in page
        assert "Look through the look-ups again" in page
        assert "What comes next is for: the records custodian." in page
    step(desk, KEEPER, address, "decide", outcome="answered")
    with desk.browser(KEEPER) as browser:
        page = browser.get(address).text
        assert "ANSWERED" in page
        assert "Look-ups about the person" not in page
        tell = f"{address}/show/tell"
        answer = browser.post(
            tell, data={"form": form_value(browser.get(tell).text), "seen": "passport", "reason": REASON}
        )
        assert answer.status_code == 200
        assert "Say this, face to face" in answer.text
        assert "some look-ups may be kept from you by law for now" in answer.text
        assert "our own custodians opened the record to work on it is not in this list" in answer.text
        assert "Told in person" in browser.get(address).text


def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(desk: Desk) -> None:
    """Nothing is taken in without what it needs; the node's own refusal stands there too."""
    with desk.browser(KEEPER) as browser:
        value = form_value(browser.get("/desk/new-petition").text)
        answer = browser.post("/desk/new-petition", data={"form": value, "words": "who looked"})
        assert answer.status_code == 422
        for sentence in ("Choose what is asked.", "Choose for whom they ask.", "Say who asks."):
            assert sentence in answer.text
        assert ">who looked</textarea>" in answer.text
        answer = browser.post(
            "/desk/new-petition", data={"form": value, **FORM, "kind": "accounting", "petitioner": "Somebody Else"}
        )
        assert answer.status_code == 422
        assert "bears the name" in answer.text
        assert 'value="Somebody Else"' in answer.text
        answer = browser.post(
            "/desk/new-petition", data={"form": value, **FORM, "kind": "accounting", "year": "2199"}
        )
        assert answer.status_code == 422
        assert "Birth date is in the future." in answer.text
        answer = browser.post(
            "/desk/new-petition", data={"form": value, **FORM, "kind": "complaint", "capacity": "self"}
        )
        assert answer.status_code == 422


def test_papers_that_show_nothing_and_a_choice_that_is_missing_are_not_taken(desk: Desk) -> None:
    """Identity is shown before anything follows from it."""
    address = take_in(desk)
    with desk.browser(KEEPER) as browser:
        path = f"{address}/step/identify"
        value = form_value(browser.get(path).text)
        answer = browser.post(path, data={"form": value, "reason": REASON})
        assert answer.status_code == 422
        assert "Choose one." in answer.text
        answer = browser.post(
            path, data={"form": value, "reason": REASON, "shown": "yes", "how": "in-person", "seen": "court-order"}
        )
        assert answer.status_code == 422
        assert 'href="#reason"' in answer.text
    with desk.browser(PRIVACY) as browser:
        for name in ("step/identify", "show/open-log", "step/withhold", "show/decide", "show/tell", "step/decide"):
            assert browser.get(f"{address}/{name}").status_code == 404


def test_showing_steps_ask_for_a_sign_in_of_now_and_auditors_find_no_petition(desk: Desk) -> None:
    """The list is the desk's; a reference that is none reads like any wrong address."""
    address = take_in(desk, "complaint", capacity="anybody")
    with desk.browser(PRIVACY) as browser:
        page = browser.get(address).text
        assert "anybody may ask this" in page
        assert f"{address}/show/decide" in page
        desk.stage.clock.later(6)
        assert browser.get(f"{address}/show/decide").headers["location"].startswith("/sign-in?again=1")
    with desk.browser(PRIVACY) as browser:
        for path in ("R-2222-2222-2222", "x"):
            assert browser.get(f"/desk/petitions/{path}").status_code == 404
    for member in (AUDITOR, "ca-sheriff-detective"):
        with desk.browser(member) as browser:
            assert browser.get(address).status_code == 404
            assert browser.get("/desk/petitions").status_code == 404
