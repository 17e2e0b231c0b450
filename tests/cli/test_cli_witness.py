"""`comity ledger witness show` and `check`, and `comity ledger verify --policy`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

from comity.ledger.append import append_entry
from comity.ledger.checkpoint import verify_checkpoint
from comity.ledger.cosignature import add_cosignatures
from comity.ledger.witnessed import GRACE_MS
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.node.open_world import open_world
from comity.ports import KeptHead, World
from witness_keys import WitnessKey
from witness_stage import LooseLog

PARTNER = WitnessKey("partner")
POLICY = f"witness partner {PARTNER.vkey} http://127.0.0.1:1\nquorum partner\n"


@pytest.fixture
def copy(stage: Stage, tmp_path: Path) -> Path:
    """A node of one's own, whose policy asks for a witness that is never there."""
    folder = stage.copy("wa-node", tmp_path)
    (folder / "witnesses.policy").write_text(POLICY, encoding="utf-8")
    return folder


def vouch(world: World) -> int:
    """Cosign the newest checkpoint as the partner would; its size."""
    note = world.journal.checkpoint()
    line = PARTNER.line(note.partition("\n\n")[0] + "\n", 1_795_000_000)
    size = world.journal.size()
    world.journal.heads.keep_witnessed(KeptHead(size, add_cosignatures(note, line, PARTNER.vkey)))
    return size


def enter(world: World, ago_ms: int) -> None:
    facts = EntryFacts(kind=EntryKind.DUTY_DONE, at_ms=world.clock.now_ms() - ago_ms)
    append_entry(world, Unit(facts=facts, content=b"", record=b""))


def test_a_node_shows_its_witness_key_and_that_nobody_vouches_for_it(stage: Stage) -> None:
    """Without a policy the remedy is told, and the status is 0: nothing is closed."""
    shown = call("ledger", "witness", "show", "--node", stage.node("wa-node"))
    assert shown.status == 0
    assert "key     comity.witness/wa-node+" in shown.out
    assert "at      http://127.0.0.1:" in shown.out
    assert "name them in `witnesses.policy`" in shown.out
    value = call("ledger", "witness", "show", "--node", stage.node("wa-node"), "--json").json
    assert (value["quorum"], value["closed"], value["told"], value["cosigned"]) == ("", False, None, [])


def test_it_shows_since_when_entries_wait_and_from_when_nothing_leaves(copy: Path) -> None:
    """Within the grace status 0, past it status 1; the key stays the one that partners have."""
    with open_world(copy) as world:
        size = vouch(world)
        enter(world, 0)
    shown = call("ledger", "witness", "show", "--node", copy)
    assert shown.status == 0
    assert f"quorum  partner: {size} of {size + 1} entries" in shown.out
    assert "entries wait for the quorum since" in shown.out
    with open_world(copy) as world:
        vouch(world)
        enter(world, GRACE_MS + 120_000)
    late = call("ledger", "witness", "show", "--node", copy, "--json")
    assert late.status == 1
    assert late.json["closed"] is True
    assert late.json["witnessed"] == size + 1


def test_a_question_is_refused_while_no_quorum_vouches(copy: Path) -> None:
    """The asker is told which control failed and since when; nothing is entered."""
    with open_world(copy) as world:
        vouch(world)
        enter(world, GRACE_MS + 120_000)
        before = world.journal.size()
    asked = (
        "--as", "wa-police-detective", "--purpose", "criminal-investigation", "--case", "1",
        "--class", "case", "--family", "Nobody", "--given", "Ann", "--born", "1990",
    )  # fmt: skip
    sentence = refused("ask", "--node", copy, *asked)
    assert "has no quorum `partner` of witnesses" in sentence
    with open_world(copy) as world:
        assert world.journal.size() == before


def test_a_copied_log_is_held_against_a_policy(copy: Path, tmp_path: Path) -> None:
    """The witnesses that cosigned are named; without a cosigned checkpoint, or with another policy, status 1."""
    key = copy / "log.vkey"
    policy = copy / "witnesses.policy"
    assert "has no checkpoint that its witnesses cosigned" in refused(
        "ledger", "verify", copy / "log", "--key", key, "--policy", policy, status=1
    )
    with open_world(copy) as world:
        size = vouch(world)
        enter(world, 0)
    told = call("ledger", "verify", copy / "log", "--key", key, "--policy", policy)
    assert told.status == 0
    assert f"the first {size} are cosigned by partner" in told.out
    value = call("ledger", "verify", copy / "log", "--key", key, "--policy", policy, "--json").json
    assert (value["witnessed"], value["cosigned"]) == (size, {"partner": 1_795_000_000})
    other = tmp_path / "other.policy"
    other.write_text(f"witness x {WitnessKey('x').vkey}\nquorum x\n", encoding="utf-8")
    assert "the quorum `x` is not met" in refused(
        "ledger", "verify", copy / "log", "--key", key, "--policy", other, status=1
    )
    other.write_text("quorum x\n", encoding="utf-8")
    assert "other.policy:1:8 `x` is not defined above" in refused(
        "ledger", "verify", copy / "log", "--key", key, "--policy", other
    )


def test_a_log_is_followed_and_a_fork_named_with_its_evidence(copy: Path, tmp_path: Path) -> None:
    """First look, growth, and a log begun anew under the same key: status 1 and both heads on the disk."""
    key, seen = copy / "log.vkey", tmp_path / "seen"
    older = Path(shutil.copytree(copy / "log", tmp_path / "older"))
    words = ("ledger", "witness", "check", copy / "log", "--key", key, "--held", seen)
    first = call(*words)
    assert first.status == 0
    with open_world(copy) as world:
        enter(world, 0)
        keys = world.keys
    assert ", 1 more than before; root " in call(*words).out
    value = call(*words, "--json").json
    assert (value["forked"], value["entries"], value["before"]) == (False, value["entries"], value["entries"])
    back = call("ledger", "witness", "check", older, "--key", key, "--held", seen)
    assert back.status == 1
    assert "forked: it shows " in back.out
    anew = tmp_path / "anew"
    shutil.copytree(copy / "log", anew)
    fork(anew, LooseLog(keys), value["entries"])  # type: ignore[arg-type]
    found = call("ledger", "witness", "check", anew, "--key", key, "--held", seen, "--json")
    assert found.status == 1
    assert found.json["fault"] == f"its first {value['entries']} entries are others than those it signed before"
    heads = [(Path(found.json["evidence"]) / name).read_text(encoding="utf-8") for name in ("held", "seen")]
    vkey = key.read_text(encoding="utf-8").strip()
    roots = [verify_checkpoint(head, vkey).root for head in heads]
    assert roots[0] != roots[1]
    assert call(*words).status == 0  # what was held stays what later looks are compared with


def fork(folder: Path, log: LooseLog, size: int) -> None:
    """The checkpoint of other entries, as many as there are."""
    note = log.note([b"other %d" % number for number in range(size)])
    (folder / "checkpoint").write_text(note, encoding="utf-8")


def test_a_log_that_cannot_be_read_is_no_fork(copy: Path, tmp_path: Path) -> None:
    """Nobody at an address, a folder that is none, files that do not belong together: one sentence, no evidence."""
    key = copy / "log.vkey"
    for where, fault in (
        ("http://127.0.0.1:1", "could not be read; look again later"),
        (str(tmp_path / "nowhere"), "is not a log directory"),
    ):
        assert fault in refused(
            "ledger", "witness", "check", where, "--key", key, "--held", tmp_path / "seen", status=1
        )
    assert not (tmp_path / "seen").exists()
    call("ledger", "witness", "check", copy / "log", "--key", key, "--held", tmp_path / "seen")
    (held,) = (tmp_path / "seen").iterdir()
    held.write_bytes(b"\xff")
    assert "is damaged; restore it from a copy" in refused(
        "ledger", "witness", "check", copy / "log", "--key", key, "--held", tmp_path / "seen", status=1
    )
