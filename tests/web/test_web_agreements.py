"""C3: agreements in plain words, and suspending one, over a real node."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from desk_stage import Desk, desk_of, send
from web_stage import form_value

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.errors import WrongUseError
from comity.model.law_state import AgreementShown
from comity.node.office import ShowAgreement
from comity.web.plain_agreement import plain_agreement

KEEPER = "ca-sheriff-custodian"
NAME = "ACSO-CCPD-2026"
ADDRESS = f"/desk/agreements/{NAME}"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages with the agreements of the region."""
    with desk_of(*region, tmp_path_factory.mktemp("agreements")) as made:
        yield made


def shown(desk: Desk) -> AgreementShown:
    found: AgreementShown = desk.stage.site.door.ask(
        ShowAgreement(owner=CA_SHERIFF, agreement=NAME), AgreementShown
    )
    return found


def test_every_clause_is_told_in_its_direction(desk: Desk) -> None:
    """What opens, what closes and what is owed are every clause between the two parties, each once a list."""
    plain = plain_agreement(shown(desk).text)
    assert [(one.giver, one.taker) for one in plain.directions] == [
        ("ca-sheriff", "wa-police"),
        ("wa-police", "ca-sheriff"),
    ]
    told = {line.id for way in plain.directions for line in (*way.opens, *way.closes, *way.owes)}
    assert told == {line.split()[1] for line in shown(desk).text.text.splitlines() if line.startswith("clause ")}
    assert plain.may_suspend("ca-sheriff")
    assert not plain.may_suspend("il-police")


def test_the_page_says_who_gives_what_and_shows_the_exact_text(desk: Desk) -> None:
    """From the list to one agreement: its sentences as they were signed, its last day, and its whole text below."""
    with desk.browser(KEEPER) as browser:
        assert f'href="{ADDRESS}"' in browser.get("/desk/agreements").text
        page = browser.get(ADDRESS).text
        assert "Sheriff&#39;s Office gives to Cascade City Police Department" in page
        assert "&amp;#39;" not in page
        assert "Never passed on to immigration enforcement, consent or not" in page
        assert "In force until Dec 31, 2029" in page
        assert "clause G-01" in page
        assert browser.get("/desk/agreements/NO-SUCH").status_code == 404
    with desk.browser("ca-sheriff-sergeant") as browser:
        assert browser.get(ADDRESS).status_code == 404


def test_suspending_needs_a_reason_is_in_force_at_once_and_is_undone_for_ten_minutes(desk: Desk) -> None:
    """Its own page says what it does; after it the agreement is in force nowhere here, until whoever did it undoes it."""
    with desk.browser(KEEPER) as browser:
        page = browser.get(f"{ADDRESS}/suspend").text
        assert "It stops at once" in page
        answer = browser.post(f"{ADDRESS}/suspend", data={"form": form_value(page), "reason": "audit"})
        assert answer.status_code == 422
        before = shown(desk).text
        following = send(browser, f"{ADDRESS}/suspend", reason="audit finding seven")
        with pytest.raises(WrongUseError, match="no agreement"):
            shown(desk)
        (undo,) = re.findall(rf'href="({ADDRESS}/undo/[^"]+)"', browser.get(following).text)
        with desk.browser("ca-sheriff-counsel") as another:
            assert another.get(undo).status_code == 404
            assert undo not in another.get("/desk/agreements").text
        assert undo in browser.get("/desk/agreements").text  # wherever one was meanwhile
        assert browser.get(ADDRESS).headers["location"] == "/desk/agreements"
        assert send(browser, undo) == "/desk/agreements?done=again"
        assert shown(desk).text == before
        assert browser.get(undo).status_code == 404


def test_after_ten_minutes_a_suspension_stays(desk: Desk) -> None:
    """The way back is gone from the page and from its address; before that it asks for a sign-in of now."""
    with desk.browser(KEEPER) as browser:
        following = send(browser, f"{ADDRESS}/suspend", reason="audit finding eight")
        (undo,) = re.findall(rf'href="({ADDRESS}/undo/[^"]+)"', browser.get(following).text)
        desk.stage.clock.later(6)
        assert browser.get(undo).headers["location"].startswith("/sign-in?again=1")
    desk.stage.clock.later(5)
    with desk.browser(KEEPER) as browser:
        assert undo not in browser.get(following).text
        assert browser.get(undo).status_code == 404
