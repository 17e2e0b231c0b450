"""Offline proofs in the C2SP tlog-proof format: an index, its audit path and the checkpoint."""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass

from comity.errors import ProofError
from comity.ledger.checkpoint import Checkpoint, parse_checkpoint, strict_base64, verify_checkpoint
from comity.ledger.tree import (
    HASH_BYTES,
    MOST_LEVELS,
    HashAt,
    inclusion_proof,
    leaf_hash,
    root_from_inclusion,
)

FIRST_LINE = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class LogProof:
    """A parsed tlog-proof: entry index, audit path (leaf's sibling first), checkpoint note verbatim."""

    index: int
    path: tuple[bytes, ...]
    note: str


def write_proof(index: int, path: Sequence[bytes], note: str) -> str:
    """The text of a proof. No `extra` line is written: nothing unauthenticated travels in a receipt."""
    hashes = b"".join(map(b2a_base64, path)).decode()  # each ends its line
    return f"{FIRST_LINE}\nindex {index}\n{hashes}\n{note}"


def parse_proof(text: str) -> LogProof:
    """Read a proof's text. Raises ProofError; an `extra` line, which we never write, is refused."""
    header, separator, note = text.partition("\n\n")
    lines = header.split("\n")
    if not separator or len(lines) < 2 or lines[0] != FIRST_LINE:
        raise ProofError(f"the proof does not begin with the line `{FIRST_LINE}`")
    found = _INDEX.fullmatch(lines[1])
    if found is None:
        raise ProofError("the proof's second line is not its index")
    if len(lines) - 2 > MOST_LEVELS:
        raise ProofError(f"the proof has more than {MOST_LEVELS} hashes")
    path = tuple(strict_base64(line, "a hash of the proof") for line in lines[2:])
    if any(len(step) != HASH_BYTES for step in path):
        raise ProofError("a hash of the proof is not 32 bytes")
    return LogProof(index=int(found.group(1)), path=path, note=note)


def build_proof(index: int, note: str, hash_at: HashAt) -> str:
    """The proof that entry `index` stands in the log of a checkpoint note."""
    head = parse_checkpoint(note)
    return write_proof(index, inclusion_proof(index, head.size, hash_at), note)


def verify_proof(text: str, entry: bytes, vkey: str) -> tuple[int, Checkpoint]:
    """Check that `entry` stands in the log of `vkey`; its index and the checkpoint. Raises ProofError."""
    proof = parse_proof(text)
    head = verify_checkpoint(proof.note, vkey)
    if root_from_inclusion(proof.index, head.size, leaf_hash(entry), proof.path) != head.root:
        raise ProofError(f"the proof does not lead from this entry to the root of the checkpoint of {head.size}")
    return proof.index, head
