"""`comity hit outcome`, `confirm`, `answer` and `list` as desks call them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

from comity.demo.records import generate_region

BY = "wa-police-custodian"


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--as", BY, "nothing", "confirmed"), "`nothing` is no item of an answer given here"),
        (("--as", "nobody", "nothing", "confirmed"), "not a member at this node"),
        (("--as", BY, "nothing", "maybe"), "'maybe' is not one of 'confirmed', 'not-the-person'"),
    ],
)
def test_wrong_use_is_told(node: Path, words: tuple[str, ...], told: str) -> None:
    """Status 2 and what to write."""
    assert told in refused("hit", "outcome", "--node", node, *words)


def test_the_asker_says_what_came_of_its_own_hit(stage: Stage, node: Path) -> None:
    """An item of the owner's answer to itself: entered once, with how many there are."""
    asked = call(
        "ask", "--node", node, "--as", "wa-police-detective", "--purpose", "criminal-investigation",
        "--case", "26-01417", "--family", "Cahoon", "--given", "Thomas", "--born", "1987-04-19",
        "--class", "case", "--class", "booking", "--source", "wa-police", "--json",
    )  # fmt: skip
    items = [item for source in asked.json["sources"] for item in source["items"]]
    words = ("hit", "outcome", "--node", node, "--as", "wa-police-detective", items[0]["item_id"], "confirmed")
    done = call(*words, "--json")
    assert (done.status, done.json["outcome"], done.json["confirmed"]) == (0, "confirmed", 1)
    assert "(said already)" in call(*words).out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("confirm", "--as", "wa-police-detective", "none", "none"), "has no answer to a question `none`"),
        (
            ("answer", "--as", BY, "--reason", "compared with the file", "none", "confirmed"),
            "asked to confirm nothing",
        ),
        (("answer", "--as", BY, "--reason", "compared", "none", "confirmed"), "at least 3 words"),
        (("answer", "--as", BY, "--reason", "still at it", "none", "needs-more-time"), "how many minutes"),
        (
            ("answer", "--as", "wa-police-detective", "--reason", "compared with the file", "none", "confirmed"),
            "may not confirm a hit",
        ),
    ],
)
def test_wrong_use_of_confirmations_is_told(node: Path, words: tuple[str, ...], told: str) -> None:
    """Status 2 and one sentence with the remedy."""
    verb, *rest = words
    assert told in refused("hit", verb, "--node", node, *rest)


def test_an_agency_confirms_its_own_warrant(stage: Stage, node: Path) -> None:
    """The request stands on the list and under the answer; an empty list is a sentence."""
    assert "no confirmations" in call("hit", "list", "--node", node, "--as", BY).out
    records = generate_region(2026, 400, date.today()).records
    record = next(one for one in records if (one.owner, one.data_class) == ("wa-police", "warrant"))
    family, _, given = record.people[0].values("name")[0].partition(", ")
    asked = call(
        "ask", "--node", node, "--as", "wa-police-detective", "--purpose", "criminal-investigation",
        "--case", "26-01417", "--family", family, "--given", given, "--born", record.people[0].values("birth-date")[0],
        "--class", "warrant", "--source", "wa-police", "--json",
    )  # fmt: skip
    item = asked.json["sources"][0]["items"][0]["item_id"]
    query_id = asked.json["query_id"]
    words = ("hit", "confirm", "--node", node, "--as", "wa-police-detective", "--urgent", query_id, item)
    done = call(*words, "--json")
    assert (done.status, done.json["state"], done.json["urgency"]) == (0, "on-its-way", "urgent")
    told = call(*words).out
    assert "asked of wa-police" in told
    assert done.json["id"] in told
    shown = ("answer", "show", "--node", node, "--as", "wa-police-detective", query_id)
    assert [one["id"] for one in call(*shown, "--json").json["confirmations"]] == [done.json["id"]]
    assert "on its way to the owner's node" in call(*shown).out
    listed = call("hit", "list", "--node", node, "--as", BY, "--json")
    assert [one["state"] for one in listed.json] == ["on-its-way"]
