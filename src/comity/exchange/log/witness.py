"""This node as a witness of another's log (C2SP tlog-witness, add-checkpoint).

1 read              the size the log thinks we hold, the proof from there, the checkpoint
2 the log           one that the directory lists, and not our own; by a witness that knows all it cosigned
3 its signature     by the key the directory lists
4 sizes             the older is not the larger, and is what we hold
5 consistency       the checkpoint extends what we hold; a fork is entered in our own log with both signed heads
6 cosign            our dated line
7 keep              durably, in one step with the look at what was held; only then the line leaves
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from comity.errors import ProofError, RejectedMessageError
from comity.ledger.append import append_entry
from comity.ledger.checkpoint import (
    Checkpoint,
    keep_signature,
    parse_checkpoint,
    parse_vkey,
    strict_base64,
    verify_checkpoint,
)
from comity.ledger.cosignature import cosign, parse_witness_vkey
from comity.ledger.tree import EMPTY_ROOT, HASH_BYTES, check_consistency
from comity.model.agency import Directory, NodeListing
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.witness import Fork
from comity.ports import KeptHead, World

MOST_PROOF_LINES = 63  # one for each level of the largest tree (C2SP tlog-witness)
LARGEST_SUBMISSION = 70_000  # bytes; the longest note and the longest proof
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
FORK_KEY = "fork"  # under which the evidence of a fork is kept, once for each head that was seen

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class WitnessReply:
    """What a witness answers over HTTP: status, body and kind of text."""

    status: int
    body: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint that a log wants cosigned, and the proof from the size it thinks the witness holds."""

    old: int
    proof: tuple[bytes, ...]
    note: str
    head: Checkpoint


def witness_checkpoint(world: World, raw: bytes) -> WitnessReply:
    """Cosign a checkpoint that extends what this node holds of its log. Raises ClosedError in trouble."""
    now_ms = world.clock.now_ms()
    asked = _read(raw)  # 1
    if isinstance(asked, WitnessReply):
        return asked
    listing = find_log(world.directory(), asked.head.origin)  # 2
    if listing is None or listing.id == world.node:  # our own word about our own log is worth nothing
        return WitnessReply(404, "this witness does not know that log\n")
    if world.journal.heads.forgotten() == world.keys.witness_key():  # a node that went on from a copy
        return WitnessReply(
            503, "this witness may not know all that it cosigned under its key, and cosigns no more under it\n"
        )
    note = _signed(asked, listing.log_key)  # 3
    if isinstance(note, WitnessReply):
        return note
    held = world.journal.heads.cosigned(asked.head.origin)
    enter_fork(world, asked.head, note, held, now_ms)
    refused = _check_sizes(asked, held) or _check_extends(asked, held)  # 4, 5
    if refused is not None:
        return refused
    own = parse_witness_vkey(world.keys.witness_key())
    line = cosign(asked.head.body, own, now_ms // 1000, world.keys.sign_witness)  # 6
    if not world.journal.heads.cosign(asked.head.origin, held, KeptHead(asked.head.size, note + line)):  # 7
        return _conflict(world.journal.heads.cosigned(asked.head.origin))
    # A stop here leaves a head that is held and that nobody was told of: the log asks again, is told its size, and goes on.
    return WitnessReply(200, line)


def cosigned_checkpoint(world: World, origin_hash: str) -> WitnessReply:
    """The newest checkpoint this node cosigned of the log whose origin has this SHA-256, for whoever follows that log."""
    for origin, held in world.journal.heads.all_cosigned():
        if sha256(origin.encode()).hexdigest() == origin_hash:
            return WitnessReply(200, held.note)
    return WitnessReply(404, "this node cosigned no checkpoint of that log\n")


def find_log(directory: Directory, origin: str) -> NodeListing | None:
    """The listed node whose log has this origin."""
    return next((node for node in directory.nodes if node.log_key.partition("+")[0] == origin), None)


def _read(raw: bytes) -> Submission | WitnessReply:
    if len(raw) > LARGEST_SUBMISSION:
        return WitnessReply(400, f"the request is larger than {LARGEST_SUBMISSION} bytes\n")
    try:
        header, found, note = raw.decode("utf-8").partition("\n\n")
        lines = header.split("\n")
        old = _OLD.fullmatch(lines[0])
        if not found or old is None or len(lines) - 1 > MOST_PROOF_LINES:
            raise ProofError("the request is not `old SIZE`, at most 63 hashes, an empty line and a checkpoint")
        proof = tuple(strict_base64(line, "a hash of the proof") for line in lines[1:])
        if any(len(step) != HASH_BYTES for step in proof):
            raise ProofError("a hash of the proof is not 32 bytes")
        return Submission(int(old[1]), proof, note, parse_checkpoint(note))
    except UnicodeDecodeError:
        return WitnessReply(400, "the request is not UTF-8 text\n")
    except ProofError as error:
        return WitnessReply(400, f"{error}\n")


def _signed(asked: Submission, vkey: str) -> str | WitnessReply:
    """The checkpoint with the log's own signature and no other."""
    try:
        verify_checkpoint(asked.note, vkey)
        return keep_signature(asked.note, parse_vkey(vkey))
    except ProofError as error:
        return WitnessReply(403, f"{error}\n")


def _check_sizes(asked: Submission, held: KeptHead | None) -> WitnessReply | None:
    if asked.old > asked.head.size:
        return WitnessReply(400, "the older size is larger than the checkpoint's\n")
    return _conflict(held) if asked.old != (held.size if held else 0) else None


def _check_extends(asked: Submission, held: KeptHead | None) -> WitnessReply | None:
    head = asked.head
    try:
        if head.size == 0 and head.root != EMPTY_ROOT:
            raise ProofError("a log without entries has another root")
        if asked.old == 0 and asked.proof:
            raise ProofError("a proof from a log without entries has no hashes")
        if asked.old and held is not None:
            check_consistency(asked.old, parse_checkpoint(held.note).root, head.size, head.root, asked.proof)
    except ProofError as error:
        return WitnessReply(422, f"{error}\n")
    return None


def _conflict(held: KeptHead | None) -> WitnessReply:
    return WitnessReply(409, f"{held.size if held else 0}\n", SIZE)


def enter_fork(world: World, head: Checkpoint, note: str, held: KeptHead | None, now_ms: int) -> None:
    """Two heads of one size and two roots, both signed: whatever else is wrong with the request, that is proof."""
    if held is None or held.size != head.size or parse_checkpoint(held.note).root == head.root:
        return
    fork = Fork(origin=head.origin, held=held.note, seen=note)
    unit = Unit(
        facts=EntryFacts(kind=EntryKind.FORK_SEEN, at_ms=now_ms),
        content=canonical_bytes(fork),
        record=canonical_bytes({"node": world.node}),
        answer_to=(head.origin, sha256(head.body.encode()).hexdigest(), FORK_KEY, ""),
    )
    try:
        append_entry(world, unit)
    except RejectedMessageError:
        return  # this head was entered before, and is evidence once
