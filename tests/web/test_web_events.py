"""News of a question as they come: each owner once, and then that all are done."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType

from web_stage import Stage, sign_in

from comity.web.running import State

QUESTION = "ab" * 16


def test_each_owner_is_told_once_in_the_order_of_names_and_then_the_end(stage: Stage) -> None:
    """Who was quick is not told by the order; nothing of what was released is in it; another member follows nothing."""
    statuses = {f"owner-{number:02}": "answered" for number in range(20, 0, -1)}
    state = State("alder-police-detective", 0, 1, MappingProxyType(statuses), done=True)
    with stage.browser() as browser:
        sign_in(browser)
        stage.site.running._states[QUESTION] = state
        answer = browser.get(f"/questions/{QUESTION}/events")
        told = [
            json.loads(line.removeprefix("data: "))
            for line in answer.text.split("\n\n")
            if line.startswith("data")
        ]
        assert [one["agency"] for one in told[:-1]] == sorted(statuses)
        assert told[-1] == {"done": True}
        assert {key for one in told[:-1] for key in one} == {
            "agency",
            "name",
            "status",
            "label",
            "sentence",
            "count",
            "news",
        }
        assert told[-2]["news"].endswith("20 of 20 done.")
        assert told[-2]["count"] == "20 of 20 done."
        assert {one["sentence"] for one in told[:-1]} == {"What it released is shown when the wait is over."}
        stage.site.running._states["cd" * 16] = State("alder-police-supervisor", 0, 1)
        assert browser.get(f"/questions/{'cd' * 16}/events").status_code == 404


def test_who_was_not_heard_yet_is_told_as_awaited_and_is_no_news(stage: Stage) -> None:
    """Every owner has a row from the first moment; the head counts them, and the line below who said something."""
    said = MappingProxyType({"alder-police": "answered"})
    state = State("alder-police-detective", 0, 60_000, said, owners=("alder-police", "birch-sheriff"))
    with stage.browser() as browser:
        sign_in(browser)
        stage.site.running._states[QUESTION] = state
        page = browser.get(f"/questions/{QUESTION}").text
        assert "<h1>Asking 2 agencies</h1>" in page
        assert "1 of 2 done." in page
        assert "Records released" not in page  # how many is not known yet: none would be a wrong number
        assert page.index("ANSWERED") < page.index("WAITING")
        assert "Sent. Answer awaited until Dec 31, 1969, 4:01 p.m. PST." in page
        stage.site.running._states[QUESTION] = replace(state, done=True)
        told = browser.get(f"/questions/{QUESTION}/events").text
        assert "alder-police" in told
        assert "birch-sheriff" not in told
