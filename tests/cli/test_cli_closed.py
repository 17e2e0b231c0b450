"""A node that is not in order refuses to start, says which check failed and what to do: for every command."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_stage import QUESTION, REASON, Stage, call, refused

REMEDIES = ("restore", "make one with", "correct the file", "write", "ask from", "run the comity", "give the node")


def change_byte(path: Path, at: int = -1) -> None:
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(bytes(raw))


def newest_law(node: Path) -> Path:
    return next((node / "law" / "wa-police").glob("policy-*.json"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def sql(node: Path, statement: str) -> None:
    with sqlite3.connect(node / "node.db") as connection:
        connection.execute(statement)
    connection.close()


def truncate(node: Path) -> None:
    path = node / "node.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    for name in ("node.db-wal", "node.db-shm"):
        (node / name).unlink(missing_ok=True)


def older_database(node: Path) -> None:
    """A database from before the last entries: what was published is ahead of it."""
    path = node / "log" / "checkpoint"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([lines[0], "99999", *lines[2:]]))


def other_tree(node: Path) -> None:
    path = node / "log" / "checkpoint"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([*lines[:2], "A" * 43 + "=", *lines[3:]]))


def with_keys_of(other: str) -> Callable[[Path], None]:
    def replace(node: Path) -> None:
        (node / "keys" / other).write_bytes(b"k" * 32)

    return replace


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "directory changed": (
        lambda node: edit(node / "directory.json", "Alder County", "Elder County"),
        "directory.json` is not the directory this node was told to trust",
    ),
    "directory lost": (lambda node: (node / "directory.json").unlink(), "directory.json` cannot be read"),
    "directory of another shape": (
        lambda node: (node / "directory.json").write_text('{"version": "one"}'),
        "expected `int`, got `str` - at `$.version`",
    ),
    "settings cut off": (lambda node: (node / "node.json").write_text('{"id":'), "node.json` cannot be used"),
    "settings that serve the world": (
        lambda node: edit(node / "node.json", "127.0.0.1", "0.0.0.0"),
        "`0.0.0.0` is not an address of this machine alone",
    ),
    "port": (
        lambda node: (node / "node.json").write_text(
            re.sub(r'"port": \d+', '"port": 0', (node / "node.json").read_text())
        ),
        "`0` is not a port; write a number from 1 to 65535",
    ),
    "database cut off": (truncate, "database"),
    "no database of ours": (lambda node: (node / "node.db").write_bytes(b"not a database" * 500), "database"),
    "entry changed": (
        lambda node: sql(node, "UPDATE entry SET entry = zeroblob(length(entry)) WHERE idx = 1"),
        "entry 1 differs from its hash in the tree",
    ),
    "entry gone": (
        lambda node: sql(node, "DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry)"),
        "entries but",
    ),
    "published ahead of the database": (older_database, "the database is older than what was published"),
    "published log is another": (other_tree, "is not of this log"),
    "log key replaced": (with_keys_of("log.key"), "the key `log.key` is not the one the directory lists"),
    "message key replaced": (with_keys_of("message.key"), "the key `message.key` is not the one"),
    "log key lost": (lambda node: (node / "keys" / "log.key").unlink(), "the key `log.key` cannot be read"),
    "log key cut off": (
        lambda node: (node / "keys" / "log.key").write_bytes(b"k"),
        "the key `log.key` is damaged",
    ),
}


def commands(node: Path, tmp_path: Path) -> dict[str, tuple[str | Path, ...]]:
    document = tmp_path / "a.csv"
    document.write_text("No\nB-1\n")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(MAPPING)
    return {
        "serve": ("node", "serve", "--node", node),
        "ask": ("ask", "--node", node, "--as", "wa-police-detective", *REASON, *QUESTION),
        "fetch": ("fetch", "--node", node, "--as", "wa-police-detective", "q", "i"),
        "duties": ("duties", "--node", node, "wa-police"),
        "map": ("records", "map", "--node", node, "--mapping", mapping, document),
    }


MAPPING = """version: 1
data_class: booking
owner: wa-police
record: {id: No}
people: [{key: a, role: {constant: arrestee}, columns: {No: name}}]
fields: {No: booking-number}
disposition: {constant: unknown}
seal: {constant: unknown}
dates: ["%Y-%m-%d"]
constants: {as_of: 2026-01-31}
"""


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_node_refuses_every_command(stage: Stage, tmp_path: Path, name: str) -> None:
    """Exit status 2 and one sentence that names the check and the remedy, whatever the command."""
    damage, sentence = DAMAGE[name]
    node = stage.copy("wa-node", tmp_path)
    damage(node)
    for words in commands(node, tmp_path).values():
        told = refused(*words)
        assert sentence in told
        assert any(remedy in told for remedy in REMEDIES), told


LAW_DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "text changed after activation": (
        lambda node: (
            edit(newest_law(node), "permit", "forbid")
            if "permit" in newest_law(node).read_text()
            else edit(newest_law(node), "policy", "polity")
        ),
        "differs from its hash",
    ),
    "signature changed": (
        lambda node: edit(newest_law(node), '"value": "', '"value": "AAAA'),
        "does not verify; have it signed again",
    ),
    "text lost": (lambda node: newest_law(node).unlink(), "cannot be read"),
    "another entry": (
        lambda node: edit(node / "law" / "wa-police" / "active.json", '"entry": 1', '"entry": 0'),
        "is not the text that was activated",
    ),
    "entry that is not there": (
        lambda node: edit(node / "law" / "wa-police" / "active.json", '"entry": 1', '"entry": 90001'),
        "the log has no entry 90001",
    ),
    "list of another shape": (
        lambda node: (node / "law" / "wa-police" / "active.json").write_text('[{"file": 1}]'),
        "expected `str`, got `int`",
    ),
    "list lost": (
        lambda node: (node / "law" / "wa-police" / "active.json").unlink(),
        "`wa-police` has no law in force",
    ),
    "more texts than a law has": (
        lambda node: (node / "law" / "wa-police" / "active.json").write_text(
            json.dumps(json.loads((node / "law" / "wa-police" / "active.json").read_text()) * 100)
        ),
        "has more than 500 texts in force",
    ),
}


@pytest.mark.parametrize("name", LAW_DAMAGE)
def test_law_that_is_not_what_was_activated_closes_the_node(stage: Stage, tmp_path: Path, name: str) -> None:
    """The node does not start, and a question at its own side is not put."""
    damage, sentence = LAW_DAMAGE[name]
    node = stage.copy("wa-node", tmp_path)
    damage(node)
    listed = commands(node, tmp_path)
    for command in ("serve", "ask"):
        assert sentence in refused(*listed[command])


def test_what_is_no_node_is_called_so(stage: Stage, tmp_path: Path) -> None:
    """A folder that is not there, a file, an empty folder: one sentence with the command that makes a node."""
    file = tmp_path / "file"
    file.write_text("x")
    for folder in (tmp_path / "gone", file, tmp_path):
        for words in commands(folder, tmp_path).values():
            assert "is not a node; make one with `comity node init`" in refused(*words)


def test_a_lost_tile_is_written_again_from_the_database(stage: Stage, tmp_path: Path) -> None:
    """The published files are copies of what the database holds: at the start a missing one is written again."""
    node = stage.copy("wa-node", tmp_path)
    tiles = [path for path in (node / "log" / "tile").rglob("*") if path.is_file()]
    for path in tiles:
        path.unlink()
    key = node / "log.vkey"
    assert refused("ledger", "verify", node / "log", "--key", key, status=1)
    assert call("duties", "--node", node, "wa-police").status == 0
    assert call("ledger", "verify", node / "log", "--key", key).status == 0


def test_a_changed_tile_refuses_the_start_and_is_named(stage: Stage, tmp_path: Path) -> None:
    """A byte changed in the log directory is damage or worse: every command says which file and what to do."""
    node = stage.copy("wa-node", tmp_path)
    path = max(file for file in (node / "log" / "tile" / "0").rglob("*") if file.is_file())
    change_byte(path)
    for command, words in commands(node, tmp_path).items():
        told = refused(*words)
        assert f"`{path.relative_to(node)}` differs from the database" in told, command
        assert "start again" in told
