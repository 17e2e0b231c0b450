"""O5: whether data can get to somebody, told as one of three outcomes, over a real node."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from desk_stage import Desk
from oversight_stage import AUDITOR, audited
from web_stage import Stage, member_of

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.forbidden_way import WayStep
from comity.model.reach_told import NOT_DECIDED, ReachAsked, ReachTold, ReachWay

TO = "removal-operations"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages, under the region's law."""
    with audited(*region, tmp_path_factory.mktemp("reach")) as made:
        yield made


def test_the_ways_are_told_with_doors_and_what_closes_them_is_tried(desk: Desk) -> None:
    """Each step with door and authority; what would close them is thought away, and then there is none, proved."""
    with desk.browser(AUDITOR) as browser:
        page = browser.get(f"/oversight/reach?to={TO}&data=booking").text
        assert "YES, 2 WAYS." in page
        assert "front door" in page
        assert "back door" in page
        assert "HDR-ACSO-2026" in page
        assert "A question that passes" in page
        assert "What was assumed" in page
        spanish = browser.get(f"/oversight/reach?to={TO}&data=booking&language=es").text
        assert "suspender HDR-ACSO-2026, o suprimir" in spanish
        assert "acuerdo HDR-ACSO-2026" in spanish
        assert "ley y acuerdos" in spanish
        browser.get("/oversight/reach?language=en")
        trying = re.search(r'href="(/oversight/reach\?[^"]*without=[^"]*)"', page)
        assert trying is not None
        page = browser.get(trying[1].replace("&amp;", "&")).text
        assert "NO WAY." in page
        assert "Proved for every question" in page
        assert "As if these were suspended:" in page
        assert f'href="/oversight/reach?data=booking&amp;to={TO}"' in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Choose who would receive it."), ("es", "Elija quién lo recibiría.")],
)
def test_nobody_chosen_is_said_at_the_head(desk: Desk, language: str, said: str) -> None:
    """The form sent as it stood first; the page that nobody sent yet says nothing of it."""
    with desk.browser(AUDITOR, language) as browser:
        answer = browser.get("/oversight/reach?data=&label=&to=&purpose=")
        assert answer.status_code == 422
        assert f'<a href="#to">{said}</a>' in answer.text
        assert said not in browser.get("/oversight/reach").text


def test_every_immigration_agency_is_asked_about_at_once(desk: Desk) -> None:
    """The group is a choice like an agency, and stands in the address as a code."""
    with desk.browser(AUDITOR) as browser:
        page = browser.get("/oversight/reach").text
        assert 'value="any-immigration"' in page
        page = browser.get("/oversight/reach?to=any-immigration&data=booking").text
        assert "YES, " in page
        assert '<option value="any-immigration" selected>' in page


def test_what_is_none_is_said_and_never_answered(desk: Desk) -> None:
    """A recipient that nobody lists is no page; a field that a kind of record lacks is said; a detective finds nothing."""
    with desk.browser(AUDITOR) as browser:
        assert browser.get("/oversight/reach?to=nobody").status_code == 404
        answer = browser.get(f"/oversight/reach?to={TO}&data=booking&label=narrative")
        assert answer.status_code == 422
        assert "NO WAY" not in answer.text
    with desk.browser("ca-sheriff-detective") as browser:
        assert browser.get("/oversight/reach").status_code == 404


def test_what_was_not_decided_is_to_be_treated_as_yes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third outcome has its own words, and its ways are marked."""
    step = WayStep(giver="alder-police", taker="x", door="side door", authority="an account", known="declared")
    told = ReachTold(
        owner="alder-police",
        asked=ReachAsked(requesters=("x-agency",)),
        outcome=NOT_DECIDED,
        ways=(ReachWay(steps=(step,), sure=False),),
        more="",
        refuted=0,
        past=1,
        closings=(),
        exact=True,
        assumed=("what nobody declared is not here",),
    )
    monkeypatch.setattr(stage.door, "ask", lambda _request, _kind: told)
    codes = {"data": "", "label": "", "to": "x-agency", "purpose": ""}
    monkeypatch.setattr("comity.web.oversight.reach._wanted", lambda *_: codes)
    monkeypatch.setattr("comity.web.oversight.reach._asked", lambda *_: told.asked)
    with stage.browser() as browser:
        browser.cookies.set(
            "comity", stage.site.sessions.begin(member_of("auditor").id, "test", stage.clock.at_ms, "en")
        )
        page = browser.get("/oversight/reach?to=x-agency").text
        assert "NOT DECIDED in 10 seconds. Treat it as yes." in page
        assert "Nothing known here closes it." in page
        assert "Happened already: 1 of them." in page
        assert "side door" in page
