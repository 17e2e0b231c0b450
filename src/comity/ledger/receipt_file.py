"""A receipt as a file of text: the C2SP tlog-proof, a blank line, and the entry it proves. Read by whoever holds it.

The key that opens the entry's commitment is not in it: it opens what was released, which stays between asker and owner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from comity.errors import ComityError, ProofError
from comity.ledger.checkpoint import (
    Checkpoint,
    log_name,
    parse_checkpoint,
    signing_key,
    strict_base64,
    verify_checkpoint,
)
from comity.ledger.cosignature import cosigned_at
from comity.ledger.entry import decode_entry
from comity.ledger.proof import FIRST_LINE, parse_proof, verify_proof
from comity.model.agency import Agency, Directory, NodeListing
from comity.model.disclosure import EntryFacts, Receipt

LONGEST_RECEIPT = 32_000  # characters: a path of 64 hashes, a note with a hundred signatures, one entry
_ENTRY = re.compile(r"\n\nentry ([A-Za-z0-9+/=]+)\n*\Z")


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found. `state` is `checked`, `failed` or `unlisted`, of a log that the directory does not list.

    `index` and `size` are the entry and the entries of the checkpoint, `at_ms` when the entry was written (UTC milliseconds),
    `witnesses` how many of the `known` listed witnesses other than the log's own node signed the checkpoint, and
    `witnessed_ms` when the last of them did; `released` whether the entry says that something left; `owners` whose node's
    log it is.
    """

    state: str
    node: str
    index: int = 0
    size: int = 0
    at_ms: int = 0
    witnesses: int = 0
    released: bool = False
    owners: tuple[Agency, ...] = ()
    known: int = 0
    witnessed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Proved:
    """What a receipt's file proves by a log's keys: the entry's number and codes, and the checkpoint it stands in."""

    index: int
    head: Checkpoint
    facts: EntryFacts
    note: str


@dataclass(frozen=True, slots=True)
class HeadChecked:
    """A signed checkpoint by itself: whether a listed log signed it, over how many entries, with how many listed witnesses."""

    signed: bool
    size: int = 0
    witnesses: int = 0


def check_head(note: str, directory: Directory) -> HeadChecked:
    """Check a checkpoint by the keys the directory lists. Anything that does not check is not signed."""
    try:
        head = parse_checkpoint(note)
        node = next(one for one in directory.nodes if log_name(one.id) == head.origin)
        head = verify_checkpoint(note, signing_key(note, _keys(node)))
        signed = sum(cosigned_at(note, key) is not None for key in witness_keys(directory, node.id))
        return HeadChecked(True, head.size, signed)
    except (ComityError, StopIteration):
        return HeadChecked(False)


def write_receipt_file(receipt: Receipt) -> str:
    """The file of a receipt."""
    return f"{receipt.proof.rstrip(chr(10))}\n\nentry {receipt.entry}\n"


def is_receipt_file(text: str) -> bool:
    """Whether a text begins as a receipt's file does and carries an entry."""
    return text.startswith(f"{FIRST_LINE}\n") and _ENTRY.search(text) is not None and len(text) <= LONGEST_RECEIPT


def split_receipt_file(text: str) -> tuple[str, bytes]:
    """The tlog-proof and the entry of a receipt's file. Raises ProofError for what is none."""
    found = _ENTRY.search(text)
    if found is None or not is_receipt_file(text):
        raise ProofError(f"this is not a receipt; its first line should be {FIRST_LINE}")
    return f"{text[: found.start()]}\n", strict_base64(found[1], "the entry")


def prove_receipt_file(text: str, vkeys: Sequence[str]) -> Proved:
    """Check a receipt's file by a log's verifier keys, now and before. Raises ProofError naming what does not hold."""
    proof, raw = split_receipt_file(text)
    note = parse_proof(proof).note
    index, head = verify_proof(proof, raw, signing_key(note, vkeys))
    return Proved(index, head, decode_entry(raw).facts, note)


def check_receipt_file(text: str, directory: Directory) -> Checked:
    """Check a receipt's file by the keys the directory lists, and nothing else. Raises ProofError for what is none.

    1 the parts   2 whose log it names, by the directory   3 from the entry to the signed checkpoint   4 witnesses
    """
    proof, _ = split_receipt_file(text)  # 1
    head = parse_checkpoint(parse_proof(proof).note)
    node = next((one for one in directory.nodes if log_name(one.id) == head.origin), None)  # 2
    if node is None:
        return Checked("unlisted", head.origin[:200])
    owners = tuple(one for one in directory.agencies if one.node == node.id)
    known = witness_keys(directory, node.id)
    try:
        proved = prove_receipt_file(text, _keys(node))  # 3
        signed = [at_s for at_s in (cosigned_at(proved.note, key) for key in known) if at_s is not None]  # 4
    except ComityError:
        return Checked("failed", node.id, owners=owners)
    return Checked(
        state="checked",
        node=node.id,
        index=proved.index,
        size=proved.head.size,
        at_ms=proved.facts.at_ms,
        witnesses=len(signed),
        released=proved.facts.released > 0,
        owners=owners,
        known=len(known),
        witnessed_ms=max(signed, default=0) * 1_000,
    )


def witness_keys(directory: Directory, node: str) -> tuple[str, ...]:
    """The keys of the listed witnesses of a node's log: its own word about itself counts for nothing."""
    return tuple(sorted({one.witness_key for one in directory.nodes if one.witness_key and one.id != node}))


def _keys(node: NodeListing) -> list[str]:
    """The log's keys, now and before; none that was revoked."""
    revoked = {one.key for one in node.revoked_keys}
    return [
        key for key in (node.log_key, *(one.key for one in node.former_log_keys)) if key and key not in revoked
    ]
