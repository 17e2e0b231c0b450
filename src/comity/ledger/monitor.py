"""Following another's log: every checkpoint it shows must extend the one it showed before.

What is found is proof for anybody, not a suspicion: two checkpoints that the log signed and that cannot both be true. A log
whose tiles do not belong to its own checkpoint proves nothing, and is a fault of its files.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import ProofError
from comity.ledger.checkpoint import Checkpoint, verify_checkpoint
from comity.ledger.directory import LogFiles
from comity.ledger.tree import EMPTY_ROOT, check_consistency, consistency_proof, edge_of, root_of
from comity.model.witness import Fork


@dataclass(frozen=True, slots=True)
class Followed:
    """What a look at a log found: its newest checkpoint, how many entries it had at the look before, and any fork."""

    head: Checkpoint
    note: str
    before: int
    fork: Fork | None
    fault: str = ""


def follow_log(log: LogFiles, vkey: str, held: str) -> Followed:
    """Look at a log whose checkpoint `held` was seen before; empty at the first look.

    1 the newest checkpoint, by the log's own signature   2 it is not smaller
    3 the tree it had then, by the tiles of now   4 that is the tree it signed then

    Raises ProofError for a checkpoint that does not verify, and for tiles that do not lead to it.
    """
    note = log.checkpoint()
    head = verify_checkpoint(note, vkey)  # 1
    if not held:
        _check_tiles(log, head)
        return Followed(head, note, 0, None)
    older = verify_checkpoint(held, vkey)
    if head.size < older.size:  # 2
        fault = f"it shows {head.size} entries and signed {older.size} before"
        return Followed(head, note, older.size, Fork(origin=head.origin, held=held, seen=note), fault)
    if _root_then(log, older, head) != older.root:  # 3, 4
        fault = f"its first {older.size} entries are others than those it signed before"
        return Followed(head, note, older.size, Fork(origin=head.origin, held=held, seen=note), fault)
    return Followed(head, note, older.size, None)


def _root_then(log: LogFiles, older: Checkpoint, head: Checkpoint) -> bytes:
    """The root of the first entries within the newer tree, proved by its tiles against its signed root."""
    if not older.size:
        _check_tiles(log, head)
        return EMPTY_ROOT
    if older.size == head.size:
        return head.root

    def hash_at(level: int, number: int) -> bytes:
        return log.hash_at(level, number, head.size)

    root = root_of(edge_of(older.size, hash_at))
    try:
        check_consistency(
            older.size, root, head.size, head.root, consistency_proof(older.size, head.size, hash_at)
        )
    except ProofError as error:
        raise ProofError(f"the tiles do not lead to the checkpoint of {head.size} entries: {error}") from error
    return root


def _check_tiles(log: LogFiles, head: Checkpoint) -> None:
    if root_of(edge_of(head.size, lambda level, number: log.hash_at(level, number, head.size))) != head.root:
        raise ProofError(f"the tiles do not lead to the checkpoint of {head.size} entries")
