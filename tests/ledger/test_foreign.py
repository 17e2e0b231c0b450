"""A verifier written by others accepts our log and refuses a changed one.

Needs Debian's golang-go and golang-golang-x-mod-dev (GOPATH mode, no network); skipped loudly without them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from log_world import TestKeys, make_unit, open_world

from comity.ledger.append import append_entry
from comity.ledger.cosignature import add_cosignatures
from comity.ledger.tree import consistency_proof, edge_of, root_of
from comity.ports import KeptHead
from witness_keys import WitnessKey

PROGRAM = Path(__file__).parent / "foreign" / "verify.go"
GOPATH = Path("/usr/share/gocode")  # where Debian puts Go libraries
VKEY = TestKeys().log_key()
SIZE = 600
RECEIPTS = (0, 1, 2, 7, 255, 256, 300, 511, 512, 598, 599)
WITNESS, AT_S = WitnessKey("partner"), 1_795_000_000
OLDER = (1, 2, 3, 64, 255, 256, 257, 512, 599, 600)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The foreign verifier, built."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("NOT CHECKED: `go` is missing; install golang-go for the foreign verifier")
    if not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("NOT CHECKED: golang.org/x/mod is missing; install golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
    built = folder / "verify"
    subprocess.run([go, "build", "-o", str(built), str(PROGRAM)], check=True, env=environment)
    return built


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A log directory, and receipts and consistency proofs as files."""
    folder, proofs = tmp_path_factory.mktemp("node"), tmp_path_factory.mktemp("proofs")
    store, world = open_world(folder)
    for number in range(SIZE):
        receipt = append_entry(world, make_unit(number))
        if number in RECEIPTS:
            (proofs / f"{number}.tlog-proof").write_text(receipt.proof, encoding="utf-8")
            (proofs / f"{number}.entry").write_bytes(b64decode(receipt.entry))
    for old in OLDER:
        hash_at = store.journal.hash_at
        lines = [root_of(edge_of(old, hash_at)), *consistency_proof(old, SIZE, hash_at)]
        text = "".join(f"{b64encode(line).decode()}\n" for line in lines)
        (proofs / f"old-{old}.proof").write_text(text, encoding="utf-8")
    note = world.journal.checkpoint()
    line = WITNESS.line(note.partition("\n\n")[0] + "\n", AT_S)
    world.journal.heads.keep_witnessed(KeptHead(SIZE, add_cosignatures(note, line, WITNESS.vkey)))
    store.close()
    return folder / "log", proofs


def run(verifier: Path, vkey: str, log: Path, proofs: Path, *witness: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(verifier), vkey, str(log), str(proofs), *witness],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_foreign_verifier_accepts_the_log(verifier: Path, evidence: tuple[Path, Path]) -> None:
    """Checkpoint, tree, receipts and consistency proofs hold; each forged one is refused."""
    done = run(verifier, VKEY, *evidence)
    assert done.returncode == 0, done.stderr
    refused = len(RECEIPTS) + len(OLDER)
    assert done.stdout == (
        f"checkpoint {SIZE} receipts {len(RECEIPTS)} consistency {len(OLDER)} refused {refused}\n"
    )


def test_a_foreign_verifier_accepts_a_cosigned_checkpoint(verifier: Path, evidence: tuple[Path, Path]) -> None:
    """Go's note package finds log and witness in it, with the witness's time; another witness's key is not there."""
    key = b64encode(WITNESS.key.public).decode()
    done = run(verifier, VKEY, *evidence, WITNESS.key.name, key)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"cosigned at {AT_S}\n")
    assert run(verifier, VKEY, *evidence, "comity.witness/other", key).returncode == 1
    other = b64encode(WitnessKey("other").key.public).decode()
    assert run(verifier, VKEY, *evidence, WITNESS.key.name, other).returncode == 1


def test_a_foreign_verifier_refuses_a_changed_log(
    verifier: Path, evidence: tuple[Path, Path], tmp_path: Path
) -> None:
    """A changed size, a changed entry and another key are refused."""
    log, proofs = evidence
    assert run(verifier, TestKeys("wa-city").log_key(), log, proofs).returncode == 1
    copy = Path(shutil.copytree(log, tmp_path / "copy"))
    note = (copy / "checkpoint").read_text(encoding="utf-8")
    (copy / "checkpoint").write_text(note.replace(f"\n{SIZE}\n", f"\n{SIZE - 1}\n"), encoding="utf-8")
    assert run(verifier, VKEY, copy, proofs).returncode == 1
    (copy / "checkpoint").write_text(note, encoding="utf-8")
    bundle = copy / "tile" / "entries" / "001"
    raw = bytearray(bundle.read_bytes())
    raw[100] ^= 1
    bundle.write_bytes(raw)
    assert run(verifier, VKEY, copy, proofs).returncode == 1
