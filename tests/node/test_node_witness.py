"""Nodes as processes that witness each other over HTTP, by the policy in their folders."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace
from serving import Door, serving, wait_for

from comity.errors import (
    KeyUnavailableError,
    PeerUnreachableError,
    SettingsError,
    UnwitnessedError,
    WitnessPolicyError,
)
from comity.exchange.log.witnessing import witness_log
from comity.ledger.append import append_entry
from comity.ledger.checkpoint import verify_checkpoint
from comity.ledger.cosignature import (
    cosigned_at,
    make_witness_vkey,
    parse_witness_vkey,
    verify_cosigned,
    witness_name,
)
from comity.ledger.policy import read_policy
from comity.ledger.verify import verify_log_directory
from comity.ledger.witnessed import GRACE_MS
from comity.model.canon import digest
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.node.open_world import open_world
from comity.node.serve import serve_node
from comity.node.witnesses import POLICY_FILE, HttpWitnesses
from comity.ports import KeptHead
from comity.settings import DIRECTORY_FILE, SETTINGS_FILE, read_directory, read_settings, write_noun

Copy = Callable[[str], Path]


def key_of(folder: Path, node: str) -> str:
    """The witness key the directory lists for a node."""
    listing = read_directory(folder, read_settings(folder)).find_node(node)
    assert listing is not None
    return listing.witness_key


def ask_for(folder: Path, node: str, address: str) -> str:
    """Write a policy that asks for one node's word; its text."""
    text = f"witness partner {key_of(folder, node)} {address}/witness\nquorum partner\n"
    (folder / POLICY_FILE).write_text(text, encoding="utf-8")
    return text


def log_key(folder: Path) -> str:
    return (folder / "log.vkey").read_text(encoding="utf-8").strip()


def witnessed(folder: Path) -> int:
    """How many entries a quorum vouches for, by the published directory."""
    path = folder / "log" / "witnessed"
    return int(path.read_text(encoding="utf-8").splitlines()[1]) if path.is_file() else 0


def test_a_served_node_is_cosigned_by_its_partner(copy: Copy) -> None:
    """From the first seconds: the published checkpoint holds against the policy, and the partner shows what it holds."""
    wa, ca = copy("wa-node"), copy("ca-node")
    with serving(ca) as partner:
        text = ask_for(wa, "ca-node", partner.ready["address"])
        with serving(wa) as door:
            wait_for(lambda: witnessed(wa) > 0)
            assert door.get("/ready").status_code == 200
            assert door.stop() == (0, "")
        report = verify_log_directory(wa / "log", log_key(wa))
        found = verify_cosigned(report.witnessed, read_policy(text, "policy"), log_key(wa))
        assert [name for name, _ in found.by] == ["partner"]
        origin = sha256(b"comity.log/wa-node").hexdigest()
        shown = partner.get(f"/witness/{origin}/checkpoint")
        assert shown.status_code == 200
        assert verify_checkpoint(shown.text, log_key(wa)) == found.head
        assert cosigned_at(shown.text, key_of(wa, "ca-node")) is not None


def test_the_witnesss_door_answers_in_its_own_statuses(copy: Copy) -> None:
    """Noise is a bad request; a log that nobody brought is not found; too much is turned away."""
    with serving(copy("ca-node")) as door:
        assert door.client.post("/witness/add-checkpoint", content=b"noise").status_code == 400
        assert door.client.post("/witness/add-checkpoint", content=b"x" * 80_000).status_code == 400
        assert door.client.post("/witness/add-checkpoint", content=b"x" * 2_000_000).status_code == 413
        assert door.get("/witness/0000/checkpoint").status_code == 404
        checkpoint = (copy("wa-node") / "log" / "checkpoint").read_bytes()
        stale = door.client.post("/witness/add-checkpoint", content=b"old 1\n\n" + checkpoint)
        assert (stale.status_code, stale.text) == (409, "0\n")
        assert stale.headers["content-type"] == "text/x.tlog.size"


def test_without_its_quorum_a_node_closes_and_comes_back_by_itself(copy: Copy) -> None:
    """Entries that waited longer than the grace: not well, one message; well again once the partner is there."""
    wa, ca = copy("wa-node"), copy("ca-node")
    settings = read_settings(ca)
    ask_for(wa, "ca-node", f"http://{settings.host}:{settings.port}")
    with open_world(wa) as world:
        long_ago = EntryFacts(kind=EntryKind.DUTY_DONE, at_ms=world.clock.now_ms() - 2 * GRACE_MS)
        world.journal.heads.keep_witnessed(KeptHead(world.journal.size(), world.journal.checkpoint()))
        append_entry(world, Unit(facts=long_ago, content=b"", record=b""))
    with serving(wa) as door:
        assert door.get("/ready").status_code == 503
        with serving(ca):
            wait_for(lambda: door.get("/ready").status_code == 200)
        status, said = door.stop()
    assert status == 0
    assert "no quorum of witnesses vouches for the log (partner: " in said
    assert "a quorum of witnesses vouches for the log again" in said


def test_an_older_copy_that_was_restored_does_not_open(copy: Copy, tmp_path: Path) -> None:
    """Its partner holds more of its log, under its own signature: it stops before it enters anything."""
    wa, ca = copy("wa-node"), copy("ca-node")
    with serving(ca) as partner:
        ask_for(wa, "ca-node", partner.ready["address"])
        older = Path(shutil.copytree(wa, tmp_path / "older"))
        with serving(wa) as door:
            wait_for(lambda: witnessed(wa) > 0)
            door.stop()
        with open_world(wa) as world:
            now_ms = world.clock.now_ms()
            append_entry(
                world, Unit(facts=EntryFacts(kind=EntryKind.DUTY_DONE, at_ms=now_ms), content=b"", record=b"")
            )
            told = witness_log(world)
            assert told is not None
            assert told.met
        with pytest.raises(UnwitnessedError, match="an older copy was restored"):
            serve_node(older)


def test_a_policy_that_would_watch_nobody_keeps_the_node_shut(copy: Copy) -> None:
    """Each fault is one sentence with the remedy; a text that is no policy names its line."""
    folder = copy("wa-node")
    partner, own = key_of(folder, "ca-node"), key_of(folder, "wa-node")
    for text, kind, fault in (
        ("quorum none\n", SettingsError, "asks for no quorum"),
        (f"witness a {partner}\nquorum a\n", SettingsError, "gives `a` no address"),
        (f"witness a {own} http://h\nquorum a\n", SettingsError, "its own witness"),
        (f"witness a {renamed(own)} http://h\nquorum a\n", SettingsError, "another key than the directory"),
        (f"log {other_log(folder)}\nwitness a {partner} http://h\nquorum a\n", SettingsError, "of other logs"),
        ("quorum a\n", WitnessPolicyError, "witnesses.policy:1:8 `a` is not defined above"),
    ):
        (folder / POLICY_FILE).write_text(text, encoding="utf-8")
        with pytest.raises(kind, match=fault), open_world(folder):
            pass
    (folder / POLICY_FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"), open_world(folder):
        pass


def renamed(vkey: str) -> str:
    """A key under the name of the partner's."""
    return make_witness_vkey(witness_name("ca-node"), parse_witness_vkey(vkey).public)


def other_log(folder: Path) -> str:
    listing = read_directory(folder, read_settings(folder)).find_node("ca-node")
    assert listing is not None
    return listing.log_key


def test_a_node_made_before_nodes_were_witnesses_gets_its_key_once(copy: Copy) -> None:
    """Where the directory lists none; where it lists one, another is refused."""
    folder = copy("wa-node")
    listed = key_of(folder, "wa-node")
    key = folder / "keys" / "witness.key"
    key.unlink()
    with pytest.raises(KeyUnavailableError, match=r"`witness.key` cannot be read"), open_world(folder):
        pass
    key.write_bytes(bytes(32))
    with (
        pytest.raises(KeyUnavailableError, match=r"`witness.key` is not the one the directory"),
        open_world(folder),
    ):
        pass
    key.unlink()
    forget_keys(folder)
    found = []
    for _ in range(2):
        with open_world(folder) as world:
            found.append(world.keys.witness_key())
    assert found[0] == found[1] != listed


def forget_keys(folder: Path) -> None:
    """The directory as it was before nodes were witnesses, with the hash it had then."""
    settings = read_settings(folder)
    directory = read_directory(folder, settings)
    older = replace(directory, nodes=tuple(replace(node, witness_key="") for node in directory.nodes))
    write_noun(folder / DIRECTORY_FILE, older)
    assert b"witness_key" not in (folder / DIRECTORY_FILE).read_bytes()
    write_noun(folder / SETTINGS_FILE, replace(settings, directory_hash=digest(older)))


def test_a_witness_that_is_not_there_is_unreachable(door: Door) -> None:
    """Nobody at the address, or no address: told in one sentence and never an error of another kind."""
    port = HttpWitnesses(read_policy("quorum none", "policy"))
    assert port.call(f"{door.ready['address']}/health", None) == (200, b"ok\n")
    for nowhere in ("http://127.0.0.1:1/witness", "no address", "http://[::bad/"):
        with pytest.raises(PeerUnreachableError, match="could not be reached"):
            port.call(nowhere, b"")
    port.close()


def test_a_sender_of_checkpoints_has_a_limit_of_its_own(copy: Copy) -> None:
    """More than a log needs is turned away with the remedy, before it is read; other doors answer as ever."""
    with serving(copy("ca-node")) as door:
        replies = (door.client.post("/witness/add-checkpoint", content=b"noise") for _ in range(2_000))
        limited = next(reply for reply in replies if reply.status_code == 429)
        assert (
            limited.text == "this witness takes no more checkpoints of yours now; bring the next one in a minute\n"
        )
        assert door.get("/ready").status_code == 200
        assert door.get("/witness/0000/checkpoint").status_code == 404
