"""`comity oversight log` as an auditor calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

LOG = ("oversight", "log")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    """A node that asked one question."""
    stage.ask()
    return stage.copy("wa-node", tmp_path)


def at(node: Path) -> tuple[str, ...]:
    return "--node", str(node), "--as", "wa-police-auditor"


def test_the_log_is_listed_by_codes_and_counted(node: Path) -> None:
    """What is wanted, newest first, with what occurs; a detective is refused."""
    told = call(*LOG, "list", *at(node), "--kind", "asked")
    assert "asked" in told.out
    assert "kind: " in told.out
    found = call(*LOG, "list", *at(node), "--json").json
    assert found["found"] == found["own"] <= found["size"]
    assert found["rows"][0]["index"] > found["rows"][-1]["index"]
    page = call(*LOG, "list", *at(node), "--most", "1")
    assert f"--below {found['rows'][0]['index']}" in page.out
    refused(*LOG, "list", "--node", str(node), "--as", "wa-police-detective")


def test_an_entry_is_shown_with_its_proof_and_opened_for_a_reason(node: Path) -> None:
    """What lies behind is told by `open` alone, and that it was is an entry."""
    (row,) = call(*LOG, "list", *at(node), "--kind", "asked", "--most", "1", "--json").json["rows"]
    index = str(row["index"])
    shown = call(*LOG, "show", *at(node), index)
    assert "c2sp.org/tlog-proof@v1" in shown.out
    assert "wa-police-detective" not in shown.out
    assert call(*LOG, "show", *at(node), index, "--json").json["opens"] is True
    opened = call(*LOG, "open", *at(node), "--reason", "a complaint names this day", index)
    assert "wa-police-detective" in opened.out
    assert "stands in the log as entry" in opened.out
    again = call(*LOG, "open", *at(node), "--reason", "a complaint names this day", index, "--json").json
    assert len(again["parts"]) == 2
    (seen,) = call(*LOG, "list", *at(node), "--kind", "entry-opened", "--most", "1", "--json").json["rows"]
    assert seen["index"] == again["seen"]
    refused(*LOG, "open", *at(node), "--reason", "curious", index)
