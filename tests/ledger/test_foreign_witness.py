"""A verifier and a witness written by others accept our log, bring checkpoints to our witness, and refuse a forked log.

Needs aics-tlog and aics-witness (PyPI, Python 3.12 or newer), where `make foreign-tools` puts them; skipped loudly without.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from comity.errors import UnwitnessedError
from comity.exchange.log.witness import witness_checkpoint
from comity.exchange.log.witnessing import witness_log
from comity.ledger.cosignature import add_cosignatures, cosigned_at, verify_cosigned
from comity.ledger.policy import read_policy
from comity.ledger.tree import consistency_proof
from comity.model.witness import WitnessPolicy
from comity.node.witnesses import HttpWitnesses
from comity.ports import KeptHead, World
from witness_keys import WitnessKey
from witness_stage import LooseLog, WitnessStage, over

TOOLS = Path(os.environ.get("COMITY_FOREIGN", Path(__file__).parents[2] / ".venv-foreign")) / "bin"
PROGRAMS = ("aics-tlog", "aics-witness", "python")
STARTS_WITHIN_S = 30.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all((TOOLS / name).exists() for name in PROGRAMS),
        reason="NOT CHECKED: aics-tlog and aics-witness are missing; run `make foreign-tools` with a Python 3.12",
    ),
]


def run(program: str, *words: str | Path, told: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(TOOLS / program), *map(str, words)],
        input=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[WitnessStage]:
    made = WitnessStage(tmp_path)
    made.clock.at_ms = time.time_ns() // 1_000_000  # theirs is the system's
    yield made
    made.close()


PARTNER = WitnessKey("partner")


def vouch(world: World, at_s: int) -> str:
    """Cosign the newest checkpoint as the partner would; the note that is published then."""
    note = world.journal.checkpoint()
    line = PARTNER.line(note.partition("\n\n")[0] + "\n", at_s)
    kept = KeptHead(world.journal.size(), add_cosignatures(note, line, PARTNER.vkey))
    world.journal.heads.keep_witnessed(kept)
    return kept.note


def test_a_foreign_verifier_reads_our_directory_with_its_cosigned_checkpoint(
    stage: WitnessStage, tmp_path: Path
) -> None:
    """Checkpoint with a quorum of one, inclusion from the tiles, growth since an older checkpoint; and what is not so."""
    world = stage.add("river")
    for number in range(300):
        stage.enter("river", number)
    (tmp_path / "older").write_text(vouch(world, stage.clock.at_ms // 1000), encoding="utf-8")
    entry = tmp_path / "entry"
    for number in range(300, 600):
        receipt = stage.enter("river", number)
        if number == 400:
            entry.write_bytes(b64decode(receipt.entry))
    vouch(world, stage.clock.at_ms // 1000)
    stage.stores["river"].journal.publish()
    log = stage.stores["river"].log_directory
    trusted = ("--tiles", log, "--log-key", world.keys.log_key(), "--witness-key", PARTNER.vkey, "--quorum", "1")
    for words in (
        ("verify-checkpoint", *trusted),
        ("verify-inclusion", "--leaf", entry, "--index", "400", *trusted),
        ("verify-consistency", "--old-checkpoint", tmp_path / "older", *trusted),
    ):
        done = run("aics-tlog", *words)
        assert done.returncode == 0, done.stderr
    other = (*trusted[:4], "--witness-key", WitnessKey("other").vkey, "--quorum", "1")
    assert run("aics-tlog", "verify-checkpoint", *other).returncode != 0
    assert run("aics-tlog", "verify-inclusion", "--leaf", entry, "--index", "401", *trusted).returncode != 0


@dataclass(frozen=True)
class Served:
    """A witness of theirs: its key and address."""

    vkey: str
    url: str

    @property
    def policy(self) -> WitnessPolicy:
        return read_policy(f"witness theirs {self.vkey} {self.url}\nquorum theirs\n", "policy")


@contextmanager
def their_witness(folder: Path, log: str) -> Iterator[Served]:
    """aics-witness as a process that knows one log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    config = folder / "witness.json"
    made = run("aics-witness", "init", "--config", config, "--name", "witness.example/w1", "--listen", where)
    assert made.returncode == 0, made.stderr
    added = run("aics-witness", "add-log", "--config", config, "--origin", log.partition("+")[0], "--vkey", log)
    assert added.returncode == 0, added.stderr
    words = [str(TOOLS / "aics-witness"), "serve", "--config", str(config)]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for_health(f"http://{where}/healthz")
            yield Served(made.stdout.strip(), f"http://{where}")
        finally:
            process.terminate()


def wait_for_health(url: str) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("their witness did not start")


def test_a_foreign_witness_cosigns_our_log_and_refuses_a_fork(stage: WitnessStage, tmp_path: Path) -> None:
    """Three checkpoints under a policy that names it alone; a log begun anew under our key is refused, and we stop."""
    world = stage.add("river")
    with their_witness(tmp_path, world.keys.log_key()) as served:
        port = HttpWitnesses(served.policy)
        world = replace(world, witnesses=port)
        for size in (1, 2, 300):
            while world.journal.size() < size:
                stage.enter("river", world.journal.size())
            told = witness_log(world)
            assert told is not None
            assert told.met, told
            kept = world.journal.heads.witnessed()
            assert verify_cosigned(kept.note, served.policy, world.keys.log_key()).head.size == size
        stage.stores["river"].close()
        forked = replace(stage.add("river", folder=tmp_path / "anew"), witnesses=port)
        stage.worlds["river"] = forked
        for number in range(400):
            stage.enter("river", 1_000 + number)
        told = witness_log(forked)
        assert told is not None
        assert not told.met
        assert "it holds another log of 300 entries under this log's signature: the log was forked" in told.closed
        with pytest.raises(UnwitnessedError, match="the log was forked"):
            stage.enter("river", 2_000)
        port.close()


@contextmanager
def our_witness(world: World) -> Iterator[str]:
    """Our witness behind a plain HTTP server."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            reply = witness_checkpoint(world, raw)
            self.send_response(reply.status)
            self.send_header("content-type", reply.kind)
            self.send_header("content-length", str(len(reply.body.encode())))
            self.end_headers()
            self.wfile.write(reply.body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is told."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_foreign_client_is_served_by_our_witness(stage: WitnessStage) -> None:
    """It brings checkpoints, is told what we hold where it is stale, believes our lines, and is refused a fork."""
    world = stage.add("witness")
    log = LooseLog(stage.list_node("river"))
    leaves = [b"%d" % number for number in range(20)]
    forked = [b"x", *leaves[1:]]

    def bring(old: int, entries: list[bytes], proof: tuple[bytes, ...]) -> subprocess.CompletedProcess[str]:
        asked = {
            "url": url,
            "vkey": world.keys.witness_key(),
            "note": log.note(entries),
            "old": old,
            "proof": [step.hex() for step in proof],
        }
        return run("python", Path(__file__).parent / "foreign" / "feed.py", told=json.dumps(asked))

    with our_witness(world) as url:
        first = bring(0, leaves[:7], ())
        assert first.returncode == 0, first.stderr
        assert cosigned_at(log.note(leaves[:7]) + first.stdout, world.keys.witness_key()) is not None
        stale = bring(0, leaves, consistency(7, leaves))
        assert stale.returncode == 0, stale.stderr
        refused = bring(20, forked, ())
        assert refused.returncode != 0
        assert "422" in refused.stderr


def consistency(old: int, leaves: list[bytes]) -> tuple[bytes, ...]:
    return consistency_proof(old, len(leaves), over(leaves))
