"""Members of an agency and the state of the node, on pages, over a real node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from desk_stage import Desk, desk_of, send
from msgspec.structs import replace
from spanish_reader import english_in, marked_in

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.node.roster import find_line, write_line
from comity.settings import read_members

ADMINISTRATOR, DETECTIVE = "wa-police-administrator", "wa-police-detective"
ONE = f"/admin/members/{DETECTIVE}"
UNTIL, CHECKED = f"{date.today() + timedelta(days=400)}", f"{date.today()}"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The police's node, served, and its pages."""
    with desk_of(*region, tmp_path_factory.mktemp("members"), owner="wa-node") as made:
        yield made


def fault_of(desk: Desk, address: str, language: str = "en", **fields: object) -> str:
    """What a form says to what cannot be: the page, whose status says so."""
    with desk.browser(ADMINISTRATOR, language) as browser:
        form = re.search(r'name="form" value="([^"]+)"', browser.get(address).text)
        assert form is not None
        answer = browser.post(address, data={"form": form.group(1), **fields})
        assert answer.status_code == 422, answer.text
        return str(answer.text)


def test_an_administrator_adds_a_member_who_may_then_act(desk: Desk) -> None:
    """The whole way through the form; what was typed wrong stays in it with its fault."""
    page = fault_of(desk, "/admin/new-member", name="Ola Reyes", trained_until="tomorrow", roles="member")
    assert "Give an id." in page
    assert "Give the last day the training is valid." in page
    assert 'value="Ola Reyes"' in page
    assert re.search(r'value="member" checked', page)
    for language, past in (("en", "must be valid today or longer"), ("es", "debe ser válida hoy o más tiempo")):
        days = {"trained_until": "2020-01-01", "checked_on": CHECKED, "found": "no-felony"}
        names = {"name": "Ola Reyes", "id": "wa-police-reyes", "roles": "member"}
        assert past in fault_of(desk, "/admin/new-member", language, **names, **days)
    assert "Dé" not in fault_of(desk, "/admin/new-member", "es", name="")
    with desk.browser(ADMINISTRATOR) as browser:
        fields = {"name": "Ola Reyes", "id": "wa-police-reyes", "roles": "member"}
        days = {"trained_until": UNTIL, "checked_on": CHECKED, "found": "no-felony"}
        assert send(browser, "/admin/new-member", **fields, **days) == "/admin/members?done=add"
        assert "Ola Reyes" in browser.get("/admin/members?done=add").text
    assert any(one.id == "wa-police-reyes" for one in read_members(desk.owner))


def test_a_suspended_member_is_signed_out_with_the_next_page(desk: Desk) -> None:
    """The session they have is worth nothing from then on; restored, they sign in again."""
    with desk.browser(DETECTIVE) as theirs, desk.browser(ADMINISTRATOR) as browser:
        assert theirs.get("/questions").status_code == 200
        assert "Say why." in fault_of(desk, f"{ONE}/suspend")
        send(browser, f"{ONE}/suspend", why="on leave")
        away = theirs.get("/questions")
        assert (away.status_code, away.headers["location"].startswith("/sign-in")) == (303, True)
        assert "on leave" in browser.get(ONE).text
        assert browser.get(f"{ONE}/suspend").status_code == 404
        line = find_line(desk.owner, DETECTIVE)
        assert line is not None
        write_line(desk.owner, replace(line, checked_on=None))
        assert "record its day first" in fault_of(desk, f"{ONE}/restore", why="back")
        send(browser, f"{ONE}/change", roles="member", trained_until=UNTIL, checked_on=CHECKED, found="no-felony")
        send(browser, f"{ONE}/restore", why="back from leave")
        send(browser, f"{ONE}/review")
        assert "on leave" not in browser.get(ONE).text


def test_nobody_finds_a_form_for_themselves(desk: Desk) -> None:
    """The page says why; and what is sent all the same changes nothing."""
    own = f"/admin/members/{ADMINISTRATOR}"
    with desk.browser(ADMINISTRATOR) as browser:
        page = browser.get(own).text
        assert "Nobody changes their own access" in page
        assert "/change" not in page.partition("<main")[2]
        page = fault_of(
            desk, f"{own}/change", roles="supervisor", trained_until=UNTIL, checked_on=CHECKED, found="no-felony"
        )
        assert "cannot change their own access" in page


def test_overseers_read_the_list_and_change_nothing(desk: Desk) -> None:
    """The auditor sees who may act and since when; no button, and no page of a change."""
    with desk.browser("wa-police-auditor") as browser:
        page = browser.get("/admin/members").text
        assert "Avery Lindgren" in page
        assert "new-member" not in page
        assert browser.get(f"{ONE}/change").status_code == 404
    with desk.browser(DETECTIVE) as browser:
        assert browser.get("/admin/members").status_code == 404


def test_a_change_asks_for_a_sign_in_of_now(desk: Desk) -> None:
    """Administration is among what is signed for anew."""
    with desk.browser(ADMINISTRATOR) as browser:
        desk.stage.clock.later(minutes=6)
        answer = browser.get(f"{ONE}/change")
        desk.stage.clock.later(minutes=-6)
        assert answer.headers["location"].startswith("/sign-in?again=1")


def test_the_operator_reads_how_the_node_stands_in_spanish(desk: Desk) -> None:
    """A node as it is: nothing of the page is English, marked or not."""
    with desk.browser("wa-police-operator", "es") as browser:
        page = browser.get("/admin/health").text
    assert "¿Funciona todo?" in page
    assert english_in(page, frozenset(desk.stage.site.agency_names().values())) == marked_in(page) == []


def test_the_operator_reads_how_the_node_stands(desk: Desk) -> None:
    """The result first; peers that were never reached are no fault."""
    with desk.browser("wa-police-operator") as browser:
        page = browser.get("/admin/health").text
        assert "YES" in page
        assert "Keys" in page
        assert "<form" not in page.partition("<main")[2]


def test_the_node_decides_who_signs_in_by_what_is_kept_of_them(desk: Desk) -> None:
    """The demonstration's button lets in an account in order, under the law in force there; one whose check found nobody knows
    what, it does not, and a session of theirs goes on no more.
    """
    with desk.stage.browser() as browser:
        assert browser.post("/sign-in/demonstration", data={"post": "detective"}).status_code == 303
        desk.stage.clock.later(minutes=2)
        assert browser.get("/questions").status_code == 200
        line = find_line(desk.owner, DETECTIVE)
        assert line is not None
        write_line(desk.owner, replace(line, found=None))
        try:
            desk.stage.clock.later(minutes=2)
            assert browser.get("/questions").headers["location"] == "/locked?next=%2Fquestions"
            assert "us/CJ-19a" in browser.get("/locked?next=/questions").text
            answer = browser.post("/sign-in/demonstration", data={"post": "detective"})
            assert answer.status_code == 403
            assert "Ask your administrator to record what your fingerprint check found." in answer.text
        finally:
            write_line(desk.owner, line)
            desk.stage.clock.later(minutes=-4)
