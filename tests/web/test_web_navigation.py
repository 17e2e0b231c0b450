"""The pages in the head, and where each role begins."""

from __future__ import annotations

import pytest
from web_stage import ROLES, Stage, member_of

from comity.web.local_address import FIRST_PAGES, HOME, home_of
from comity.web.navigation import FEW, IN_ORDER, IN_SIGHT, head_of, pages_of
from comity.web.routes import ROUTES, Who, may_reach


def test_every_page_of_the_head_is_a_route() -> None:
    """No link of the head leads nowhere, and every first page of a role is one of them."""
    paths = {one.path for one in ROUTES if one.method == "GET"}
    assert {path for path, _ in IN_ORDER} <= paths
    assert {page for _, page in FIRST_PAGES} <= {path for path, _ in IN_ORDER}


@pytest.mark.parametrize("role", [one.value for one in Who])
def test_a_role_begins_at_a_page_it_reaches(role: str) -> None:
    """Signing in never ends at "Page not found"."""
    (first,) = [one for one in ROUTES if (one.method, one.path) == ("GET", home_of(frozenset({role})))]
    assert may_reach(first, frozenset({role}))


@pytest.mark.parametrize("role", ROLES)
def test_the_head_shows_what_the_role_reaches_and_nothing_else(stage: Stage, role: str) -> None:
    """A link that is there can be followed; one to another role's page is not there."""
    with stage.browser() as browser:
        token = stage.site.sessions.begin(member_of(role).id, "test", stage.clock.at_ms, "en")
        browser.cookies.set("comity", token)
        page = browser.get("/").text
        shown = {path for path, _ in IN_ORDER if f'<li><a href="{path}"' in page}
        assert shown == {path for path, _ in pages_of(frozenset({role}))}


def test_a_custodian_begins_at_what_waits_and_a_detective_at_the_own_questions(stage: Stage) -> None:
    """Also where the custodian may ask as well; whoever asked for a page goes there in place of the first one."""
    assert home_of(frozenset({"member", "records-custodian"})) == "/desk/held"
    assert home_of(frozenset({"member", "supervisor"})) == "/questions"
    assert home_of(frozenset()) == HOME
    with stage.browser() as browser:
        for post, first in (("custodian", "/desk/held"), ("detective", "/questions")):
            answer = browser.post("/sign-in/demonstration", data={"post": post})
            assert answer.headers["location"] == first
        answer = browser.post("/sign-in/demonstration", data={"post": "custodian", "next": "/desk/recalls"})
        assert answer.headers["location"] == "/desk/recalls"


@pytest.mark.parametrize(
    "roles", [frozenset({one}) for one in ROLES] + [frozenset({"member", "records-custodian"})]
)
def test_the_head_is_short_and_nothing_is_lost_behind_more(roles: frozenset[str]) -> None:
    """A telephone has no room for twelve links; the first page of a role and the one somebody is at are always in sight."""
    reached = pages_of(roles)
    for at in ("/", *(path for path, _ in reached)):
        seen, more = head_of(roles, f"{at}/one?show=open")
        assert sorted((*seen, *more)) == sorted(reached)
        assert len(seen) <= (FEW if not more else IN_SIGHT + 1)
        assert at == "/" or at in {path for path, _ in seen}
        assert not reached or home_of(roles) in {path for path, _ in seen}


def test_more_opens_without_a_script(stage: Stage) -> None:
    """It is a `details` of the page itself."""
    with stage.browser() as browser:
        token = stage.site.sessions.begin(member_of("privacy-officer").id, "test", stage.clock.at_ms, "en")
        browser.cookies.set("comity", token)
        assert "<details><summary>More</summary>" in browser.get("/").text
        browser.cookies.set(
            "comity", stage.site.sessions.begin(member_of("auditor").id, "test", stage.clock.at_ms, "en")
        )
        assert "<summary>More</summary>" not in browser.get("/").text


def test_an_address_there_is_none_of_reads_as_a_page_of_another_role(stage: Stage) -> None:
    """Byte for byte, for somebody signed in: with their head, in their language, and a way back to their first page."""
    with stage.browser() as browser:
        token = stage.site.sessions.begin(member_of("member").id, "test", stage.clock.at_ms, "es")
        browser.cookies.set("comity", token)
        hidden, none = browser.get("/admin/members"), browser.get("/admin/nowhere/at/all")
        assert hidden.status_code == none.status_code == 404
        assert hidden.content == none.content
        assert 'href="/questions">Ir a su primera página' in none.text
        assert "Quill Detective, Alder Police" in none.text
    with stage.browser() as browser:
        answer = browser.get("/nowhere")
        assert answer.status_code == 404
        assert 'href="/">Go to your first page' in answer.text
        assert browser.get("/assets/none").status_code == 404
