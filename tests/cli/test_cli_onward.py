"""`comity onward`: what a holder asks, what the owner says, and that the item itself goes nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import QUESTION, REASON, Stage, call

DETECTIVE = ("--as", "wa-police-detective")
FOR = ("--purpose", "criminal-investigation", "--case", "26-0417")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


def test_a_request_is_on_its_way_and_listed(node: Path) -> None:
    """It names item, owner, third agency and purpose; until the owner has said, `passed` is null and the status 0."""
    asked = call("ask", "--node", node, *DETECTIVE, *REASON, *QUESTION, "--source", "wa-police", "--json").json
    (source,) = asked["sources"]
    item = source["items"][0]["item_id"]
    words = ("onward", "ask", "--node", node, *DETECTIVE, *FOR, asked["query_id"], item)
    made = call(*words, "--to", "federal-investigations", "--json")
    assert made.status == 0, made.err
    assert (made.json["owner"], made.json["to"], made.json["passed"]) == (
        "wa-police",
        "federal-investigations",
        None,
    )
    listed = call("onward", "list", "--node", node, *DETECTIVE)
    assert listed.status == 0
    assert item in listed.out
    assert "the owner has not said yet" in listed.out


def test_what_is_no_third_agency_is_refused(node: Path) -> None:
    """The holder itself, and an agency nobody lists."""
    asked = call("ask", "--node", node, *DETECTIVE, *REASON, *QUESTION, "--source", "wa-police", "--json").json
    (source,) = asked["sources"]
    item = source["items"][0]["item_id"]
    for to in ("wa-police", "nobody"):
        called = call("onward", "ask", "--node", node, *DETECTIVE, *FOR, asked["query_id"], item, "--to", to)
        assert called.status == 2
        assert "no third agency" in called.err
