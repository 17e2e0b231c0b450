"""`comity hit outcome` as the owner's desk calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

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
