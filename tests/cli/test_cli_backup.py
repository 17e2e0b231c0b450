"""`comity node backup`: a copy is made, looked at, recorded, and gone on from; statuses and sentences."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

from comity.node.open_world import open_world
from comity.store import sqlite

MADE = ("node", "backup", "make", "--node")
RESUME = ("node", "backup", "resume", "--as", "wa-police-operator", "--why", "new machine", "--node")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


def test_a_copy_is_made_and_whole(node: Path, tmp_path: Path) -> None:
    """Both say what it holds, and by which keys what its log keeps can be opened."""
    made = call(*MADE, node, tmp_path / "copy")
    assert made.status == 0, made.err
    assert "no key is in it; what its log keeps opens with the monthly keys 20" in made.out
    found = call("node", "backup", "check", tmp_path / "copy")
    assert found.status == 0
    assert "copy is whole: `wa-node` as of 20" in found.out
    value = call("node", "backup", "check", tmp_path / "copy", "--json").json
    assert (value["whole"], value["faults"], value["node"]) == (True, [], "wa-node")
    again = call(*MADE, node, tmp_path / "other", "--json").json
    assert again["root"] == value["root"]
    assert again["bytes"] > again["files"] > 1


def test_a_copy_that_is_not_whole_has_status_1(node: Path, tmp_path: Path) -> None:
    """Each fault in a line; a folder that is no copy too."""
    call(*MADE, node, tmp_path / "copy")
    (tmp_path / "copy" / "node" / "node.json").unlink()
    found = call("node", "backup", "check", tmp_path / "copy")
    assert (found.status, found.err) == (1, "")
    assert "`node/node.json` is missing" in found.out
    nothing = call("node", "backup", "check", tmp_path, "--json")
    assert (nothing.status, nothing.json["whole"]) == (1, False)
    assert "is there already" in refused(*MADE, node, tmp_path / "copy")


def test_what_is_left_out_is_named(node: Path, tmp_path: Path) -> None:
    (node / "roots.pem").write_text("x")
    assert "left out, because comity does not know it: roots.pem" in call(*MADE, node, tmp_path / "copy").out


def test_other_means_are_recorded_by_a_word(node: Path) -> None:
    """And not without one."""
    said = call("node", "backup", "record", "--node", node, "pg_dump to the vault")
    assert said.status == 0
    assert "by your word: pg_dump to the vault" in said.out
    assert "say how the copy was made" in refused("node", "backup", "record", "--node", node, " ")
    assert "one line of at most 200" in refused("node", "backup", "record", "--node", node, "x" * 201)
    assert call("node", "backup", "record", "--node", node, "disk image", "--json").json["how"] == "disk image"


def test_a_copy_that_was_put_back_opens_by_resume_alone(node: Path, tmp_path: Path) -> None:
    """Every other command is refused with one sentence and status 1, until it is shown that the log has no more."""
    call(*MADE, node, tmp_path / "copy")
    shutil.move(node / "log", tmp_path / "left")
    for path in node.glob("node.db*"):
        path.unlink()
    shutil.copy(tmp_path / "copy" / "node" / "node.db", node / sqlite.DATABASE_NAME)
    closed = call("node", "check", "--node", node)
    assert closed.status != 0
    assert "nothing is opened until `comity node backup resume`" in closed.err
    assert "nothing shows that the log had no more" in refused(*RESUME, node)
    done = call(*RESUME, node, "--log", tmp_path / "left")
    assert done.status == 0, done.err
    assert "shown by the log directory that was left; entry" in done.out
    assert "cosigns no other node's log any more" in done.out
    with open_world(node):
        pass
