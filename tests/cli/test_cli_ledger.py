"""`comity ledger verify` and `prove` on copied log directories, with no database."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from cli_stage import QUESTION, REASON, Stage, call, refused

from comity.ledger.append import append_entry
from comity.ledger.directory import LogDirectory
from comity.ledger.proof import verify_proof
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.node.open_world import open_world


@pytest.fixture
def copy(stage: Stage, tmp_path: Path) -> Path:
    """A copied log directory: plain files and nothing else of the node."""
    return Path(shutil.copytree(stage.node("wa-node") / "log", tmp_path / "copied"))


@pytest.fixture
def key(stage: Stage) -> str:
    return (stage.node("wa-node") / "log.vkey").read_text().strip()


def test_a_copied_log_verifies_without_a_database(copy: Path, key: str, stage: Stage) -> None:
    """The directory and the key suffice; the key may be a text or a file."""
    value = call("ledger", "verify", copy, "--key", key, "--json").json
    assert value["verified"] is True
    assert value["entries"] == sum(value["kinds"].values())
    assert value["kinds"]["law-activated"] >= 1
    told = call("ledger", "verify", copy, "--key", stage.node("wa-node") / "log.vkey")
    assert told.out.startswith(f"{value['entries']} entries in {value['files']} files verify")


def test_one_changed_byte_anywhere_is_named(copy: Path, key: str) -> None:
    """Any file of the directory, one byte of it changed: exit status 1 and the entry or file by name."""
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    assert len(files) >= 3
    for path in files:
        whole = path.read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            sentence = refused("ledger", "verify", copy, "--key", key, status=1)
            named = path.relative_to(copy).as_posix()
            assert re.search(rf"entry \d+|`{re.escape(named)}|checkpoint", sentence), sentence
        path.write_bytes(whole)
    assert call("ledger", "verify", copy, "--key", key).status == 0


def test_another_nodes_key_does_not_verify(copy: Path, stage: Stage) -> None:
    """A log under another key is refused, and so is what is no key at all."""
    other = stage.node("ca-node") / "log.vkey"
    assert "is of log `comity.log/wa-node`, not of `comity.log/ca-node`" in refused(
        "ledger", "verify", copy, "--key", other, status=1
    )
    assert "is not a verifier key" in refused("ledger", "verify", copy, "--key", "none", status=1)
    database = stage.node("wa-node") / "node.db"
    assert "larger than" in refused("ledger", "verify", copy, "--key", database)
    assert "does not exist" in refused("ledger", "verify", copy / "gone", "--key", "none")


def test_another_file_in_place_of_a_receipt_or_a_key_is_told_as_such(key: str, copy: Path, tmp_path: Path) -> None:
    """A long text, a short one, an unreadable one and an empty one: each says what it is not, and what to name."""
    long, short, empty, bytes_ = (tmp_path / name for name in ("long.md", "short.md", "empty.md", "bytes"))
    long.write_text("# a page of words\n" * 3_000)
    short.write_text("# a page of words\n")
    empty.write_text("")
    bytes_.write_bytes(b"\xff")
    assert "is not a receipt, it is far larger than one" in refused("ledger", "verify", long, "--key", key)
    assert "this is not a receipt" in refused("ledger", "verify", short, "--key", key, status=1)
    assert "is not UTF-8 text" in refused("ledger", "verify", bytes_, "--key", key)
    for file in (long, short, empty):
        assert "is not a file of verifier keys; name the log's `log.vkey`" in refused(
            "ledger", "verify", copy, "--key", file
        )


def test_an_entry_is_proved_from_the_directory_alone(copy: Path, key: str) -> None:
    """The proof that is printed leads from the entry to the signed checkpoint; JSON says the same."""
    proof = call("ledger", "prove", copy, "2")
    assert proof.status == 0
    value = call("ledger", "prove", copy, "2", "--json").json
    assert value["proof"] == proof.out
    raw = LogDirectory(copy).entry(2, value["entries"])
    index, head = verify_proof(proof.out, raw, key)
    assert (index, head.size, head.root.hex(), head.origin) == (
        2,
        value["entries"],
        value["root"],
        value["origin"],
    )
    assert value["entry"] == 2


def test_an_entry_that_is_not_there_is_not_proved(copy: Path) -> None:
    """A number beyond the log is status 1, one that is no number is wrong use."""
    assert "entry 99999 is not in a log" in refused("ledger", "prove", copy, "99999", status=1)
    assert "not a valid integer" in refused("ledger", "prove", copy, "two")
    (copy / "checkpoint").write_bytes(b"\xff")
    assert "`checkpoint` is not UTF-8 text" in refused("ledger", "prove", copy, "0", status=1)


def test_what_a_node_asked_is_held_against_a_log(stage: Stage, tmp_path: Path) -> None:
    """The node's own log answers for its own agencies; the log of nobody listed is refused."""
    node = stage.copy("wa-node", tmp_path)
    asked = ("--as", "wa-police-detective", *REASON, *QUESTION, "--source", "wa-police")
    assert call("ask", "--node", node, *asked).status == 0
    before = call("ledger", "reconcile", node / "log", "--node", node, "--json").json
    assert (before["origin"], before["faults"]) == ("comity.log/wa-node", [])
    assert before["paired"] >= 1
    told = call("ledger", "reconcile", node / "log", "--node", node)
    assert told.status == 0
    assert f"{before['paired']} questions have both entries" in told.out
    forge_answer(node)
    found = call("ledger", "reconcile", node / "log", "--node", node)
    assert found.status == 1
    assert "missing-at-asker: entry " in found.out
    strange = Path(shutil.copytree(node / "log", tmp_path / "strange"))
    note = (strange / "checkpoint").read_text(encoding="utf-8")
    (strange / "checkpoint").write_text(note.replace("wa-node", "no-node"), encoding="utf-8")
    assert "is the log of no listed node" in refused("ledger", "reconcile", strange, "--node", node)


def forge_answer(node: Path) -> None:
    """An answer in the log to a question that its node never asked."""
    with open_world(node) as world:
        agency = world.directory().get_agency("wa-police")
        facts = EntryFacts(
            kind=EntryKind.ANSWERED, at_ms=world.clock.now_ms(), asker_ori=agency.oris[0].ori, pair="ab" * 32
        )
        append_entry(world, Unit(facts=facts, content=b"", record=b""))
