"""`comity answer note`, as an investigator calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import Stage, call, refused
from desk_examples import told_of

MEMBER = "federal-investigations-investigator"


@pytest.fixture
def nodes(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The investigators' node and that of Sandstone Falls, in a folder as the examples have them."""
    (tmp_path / "region").mkdir()
    for name in ("fed-node", "il-node"):
        stage.copy(name, tmp_path / "region")
    monkeypatch.chdir(tmp_path)
    return Path("region/fed-node")


def test_what_was_told_is_written_down_shown_and_exported_as_the_members_own(nodes: Path) -> None:
    """Under its label on the screen and as JSON; of a withheld field, or with a time that is none, nothing is written."""
    numbers = told_of()
    own = ("--node", nodes, "--as", MEMBER)
    what = ("--item", numbers["ITEM_ID"], "--by", "Sgt. of the records desk", "--how", "call", numbers["QUERY_ID"])
    words = "burglary of a shop"
    assert "only of such a field" in refused("answer", "note", *own, "--field", "ssn", *what, words)
    assert "has no offset" in refused(
        "answer", "note", *own, "--field", "incident-type", "--at", "2026-11-29T10:00", *what, words
    )
    told = call("answer", "note", *own, "--field", "incident-type", *what, words)
    assert told.status == 0
    assert "NOT CERTIFIED" in told.out
    assert "not part of the owner's answer" in told.out
    shown = call("answer", "show", *own, numbers["QUERY_ID"])
    assert told.out.splitlines()[0] in shown.out
    (note,) = call("answer", "show", *own, numbers["QUERY_ID"], "--json").json["told"]
    assert (note["told"], note["certified"], note["field"]) == (words, False, "incident-type")
