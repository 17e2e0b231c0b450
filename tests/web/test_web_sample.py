"""A month's sample on its pages. What the node draws is tested in `findings/test_findings_sample.py`; here it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk_stage import send
from web_stage import NOON_MS, Stage, form_value, member_of

from comity.errors import WrongUseError
from comity.model.sample import Sampled, SampleResult, SampleReview, SampleTold, Stated
from comity.node.finding_requests import ReviewSampled, ShowSample
from comity.web.times import day_words

MONTH = "2026-10"
STATED = Stated(
    purpose="criminal-investigation",
    instrument="nothing",
    case_number="26-0417",
    beneficiary="alder-police",
    note="seen at the depot",
)


def told(*drawn: Sampled) -> SampleTold:
    return SampleTold(
        owner="alder-police",
        month=MONTH,
        size=120,
        seed="ab" * 32,
        questions={"alder-police": 40},
        drawn=drawn,
        own=1,
        reviewed={},
    )


DRAWN = told(
    Sampled(
        entry=7,
        agency="alder-police",
        stated=STATED,
        review=SampleReview(
            owner="alder-police",
            month=MONTH,
            entry=7,
            result=SampleResult.SUFFICIENT,
            by="alder-police-privacy-officer",
            at_ms=NOON_MS,
            words="a real case number",
        ),
    ),
    Sampled(entry=9, agency="alder-police", stated=STATED),
    Sampled(entry=11, agency="alder-police", stated=None),
)


@pytest.fixture
def said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[ReviewSampled]:
    """What is said of questions, by a node that drew three in October and has no September."""
    heard: list[ReviewSampled] = []

    def ask(request: Any, _kind: Any) -> Any:
        if isinstance(request, ReviewSampled):
            heard.append(request)
            return None
        assert isinstance(request, ShowSample)
        if request.month != MONTH:
            raise WrongUseError("it is not over in the log")
        return DRAWN

    monkeypatch.setattr(stage.door, "ask", ask)
    return heard


def signed(stage: Stage, browser: Any) -> None:
    token = stage.site.sessions.begin(member_of("auditor").id, "test", stage.clock.at_ms, "en")
    browser.cookies.set("comity", token)


def month_after(stage: Stage) -> str:
    """The first day of the month after the stage's, as its pages say days."""
    today = datetime.fromtimestamp(stage.clock.at_ms / 1000, UTC).date()
    return day_words((today.replace(day=1) + timedelta(days=32)).replace(day=1), "en")


@pytest.mark.usefixtures("said")
def test_a_sample_says_what_waits_first_and_who_reviews_the_rest(stage: Stage) -> None:
    """What waits stands above what was reviewed; the reader's own questions are counted and not there."""
    with stage.browser() as browser:
        signed(stage, browser)
        page = browser.get("/oversight/sample").text
        assert "3 drawn for you, 2 without a review." in page
        assert f"of this month there is nothing before {month_after(stage)}." in page
        assert "Your own questions, which somebody else reviews: 1." in page
        assert page.index(f"/oversight/sample/{MONTH}/9") < page.index(f"/oversight/sample/{MONTH}/7")
        assert "ab" * 32 in page
        assert "not drawn yet" in browser.get("/oversight/sample?month=2026-09").text
        assert browser.get("/oversight/sample?month=1999-01").status_code == 404


def test_a_drawn_question_is_reviewed_with_a_reason(stage: Stage, said: list[ReviewSampled]) -> None:
    """What it states is read; a review without a result or a reason is not taken; a number that was not drawn is no page."""
    address = f"/oversight/sample/{MONTH}/9"
    with stage.browser() as browser:
        signed(stage, browser)
        page = browser.get(address).text
        assert "26-0417" in page
        assert "seen at the depot" in page
        answer = browser.post(address, data={"form": form_value(page), "reason": "real"})
        assert answer.status_code == 422
        assert answer.text.count("Say whether it suffices.") == answer.text.count("at least 3 words.") == 2
        assert not said
        following = send(browser, address, result="asked-member", reason="the note names a place")
        assert following == f"/oversight/sample?month={MONTH}&done=1"
        assert [(one.entry, one.result, one.words) for one in said] == [
            (9, SampleResult.ASKED, "the note names a place")
        ]
        assert "Nothing is kept of what it stated." in browser.get(f"/oversight/sample/{MONTH}/11").text
        assert "a real case number" in browser.get(f"/oversight/sample/{MONTH}/7").text
        assert browser.get(f"/oversight/sample/{MONTH}/8").status_code == 404
