"""Cosignatures: a witness's dated word that a checkpoint extends every earlier one it saw (C2SP tlog-cosignature, v1).

A line of a note like any other signature; its bytes are eight of time (seconds, big-endian) and an Ed25519 signature over
a header, that time and the checkpoint's text. The text does not name the witness, so a key is one witness's and no other's.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from comity.errors import ProofError
from comity.ledger.checkpoint import (
    COSIGNATURE,
    LARGEST_SIZE,
    MOST_SIGNATURES,
    SIGNATURE_BYTES,
    Checkpoint,
    LogKey,
    check_signature,
    make_vkey,
    parse_vkey,
    read_signature,
    split_note,
    verify_checkpoint,
)
from comity.ledger.policy import is_met
from comity.model.witness import WitnessPolicy

TIME_BYTES = 8
HEADER = "cosignature/v1"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint with the witnesses that cosigned it: (name in the policy, seconds since 1970), by name."""

    head: Checkpoint
    by: tuple[tuple[str, int], ...]


def witness_name(node: str) -> str:
    """The name under which a node cosigns others' logs."""
    return f"comity.witness/{node}"


def make_witness_vkey(name: str, public: bytes) -> str:
    """The verifier key of a witness's Ed25519 public key (32 bytes)."""
    return make_vkey(name, public, COSIGNATURE)


def parse_witness_vkey(vkey: str) -> LogKey:
    """Read a witness's verifier key. Raises ProofError unless it is an Ed25519 cosignature key."""
    return parse_vkey(vkey, COSIGNATURE)


def cosign(body: str, key: LogKey, at_s: int, sign: Callable[[bytes], bytes]) -> str:
    """The signature line over a checkpoint's text at a time (seconds); `sign` gives an Ed25519 signature of 64 bytes."""
    signature = sign(_message(body, at_s).encode())
    if len(signature) != SIGNATURE_BYTES:
        raise ProofError(f"an Ed25519 signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
    stamped = at_s.to_bytes(TIME_BYTES, "big") + signature
    return f"\u2014 {key.name} {b64encode(key.id + stamped).decode()}\n"


def cosigned_at(note: str, vkey: str) -> int | None:
    """When a witness cosigned a note (seconds), None where it did not. Raises ProofError for a line that does not verify."""
    key = parse_witness_vkey(vkey)
    body, lines = split_note(note)
    for line in lines:
        name, value = read_signature(line)
        if name == key.name and value[:4] == key.id:
            return _check(key, value[4:], body)
    return None


def add_cosignatures(note: str, answer: str, vkey: str) -> str:
    """A note with the line by which a witness answered. Raises ProofError where the answer holds no line of its key.

    Lines of other keys are left out, as is an older line of the same witness.
    """
    key = parse_witness_vkey(vkey)
    body, lines = split_note(note)
    for line in _lines_of(answer):
        name, value = read_signature(line)
        if name == key.name and value[:4] == key.id:
            _check(key, value[4:], body)
            kept = [one for one in lines if read_signature(one)[0] != key.name or _id_of(one) != key.id]
            return f"{body}\n" + "".join(f"{one}\n" for one in (*kept, line))
    raise ProofError(f"the witness `{key.name}` answered without a cosignature of its own")


def verify_cosigned(note: str, policy: WitnessPolicy, vkey: str) -> Cosigned:
    """Check a log's own signature on a checkpoint and that the quorum cosigned it. Raises ProofError naming what failed.

    A line of a witness of the policy that does not verify is a fault; lines of strangers are passed over.
    """
    head = verify_checkpoint(note, vkey)
    found = cosigners(note, policy)
    if not is_met(policy, [name for name, _ in found]):
        told = ", ".join(name for name, _ in found) or "nobody"
        raise ProofError(
            f"the checkpoint of {head.size} is cosigned by {told}; the quorum `{policy.quorum}` is not met"
        )
    return Cosigned(head, found)


def cosigners(note: str, policy: WitnessPolicy) -> tuple[tuple[str, int], ...]:
    """The witnesses of a policy that cosigned a note, each with its time (seconds), in the policy's order."""
    found = ((one.name, cosigned_at(note, one.vkey)) for one in policy.witnesses)
    return tuple((name, at_s) for name, at_s in found if at_s is not None)


def _lines_of(answer: str) -> Iterable[str]:
    lines = answer.split("\n")
    if lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise ProofError(f"a witness answers with 1 to {MOST_SIGNATURES} signature lines, each ending its line")
    return lines


def _id_of(line: str) -> bytes:
    return read_signature(line)[1][:4]


def _check(key: LogKey, stamped: bytes, body: str) -> int:
    at_s = int.from_bytes(stamped[:TIME_BYTES], "big")
    if len(stamped) != TIME_BYTES + SIGNATURE_BYTES or at_s > LARGEST_SIZE:
        raise ProofError(f"the cosignature by `{key.name}` is not a time and an Ed25519 signature")
    check_signature(key, stamped[TIME_BYTES:], _message(body, at_s))
    return at_s


def _message(body: str, at_s: int) -> str:
    return f"{HEADER}\ntime {at_s}\n{body}"
