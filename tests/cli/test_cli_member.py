"""`comity member`, as an administrator calls it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from cli_stage import QUESTION, REASON, Stage, call, refused

from comity.settings import ROSTER_FILE

BY = ("--as", "wa-police-administrator")
DAYS = ("--trained-until", f"{date.today() + timedelta(days=400)}", "--checked-on", f"{date.today()}")
DETECTIVE = "wa-police-detective"


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


def test_a_suspended_detective_asks_nothing_until_restored(node: Path) -> None:
    """At once, with the reason in the list; the same question is asked again when they are back."""
    asking = ("ask", "--node", node, "--as", DETECTIVE, *REASON, *QUESTION, "--source", "wa-police")
    assert call(*asking).status == 0
    (node / ROSTER_FILE).unlink()  # as at a node from before members were kept
    at = ("--node", node, *BY)
    assert "SUSPENDED" in call("member", "suspend", *at, "--why", "on leave", DETECTIVE).out
    assert "is not a member at this node" in refused(*asking)
    listed = {one["id"]: one for one in call("member", "list", *at, "--json").json}
    assert (listed[DETECTIVE]["why"], listed[DETECTIVE]["suspended_by"]) == ("on leave", BY[1])
    assert "record its day first" in refused("member", "restore", *at, "--why", "back", DETECTIVE)
    changed = call("member", "change", *at, "--role", "member", *DAYS, DETECTIVE)
    assert f"checked {date.today()}" in changed.out
    assert call("member", "restore", *at, "--why", "back", DETECTIVE).status == 0
    assert call(*asking).status == 0
    assert call("member", "review", *at, DETECTIVE).status == 0


def test_a_member_is_added_and_nobody_adds_themselves(node: Path) -> None:
    """The newcomer asks; the administrator gives themselves nothing and makes no administrator."""
    at = ("--node", node, *BY)
    added = call(
        "member", "add", *at, "--name", "Ola Reyes", "--role", "member", *DAYS, "wa-police-reyes", "--json"
    )
    assert added.json["checked_on"] == f"{date.today()}"
    asked = call("ask", "--node", node, "--as", "wa-police-reyes", *REASON, *QUESTION, "--source", "wa-police")
    assert asked.status == 0
    own = refused("member", "change", *at, "--role", "member", *DAYS, BY[1])
    assert "cannot change their own access" in own
    role = ("--role", "agency-administrator")
    assert "only the agency's head" in refused("member", "change", *at, *role, *DAYS, "wa-police-reyes")
    head = ("--node", node, "--as", "wa-police-chief")
    assert call("member", "change", *head, *role, *DAYS, "wa-police-reyes").status == 0
