"""An answer's receipt, held to what this node itself vouched for of its owner's log.

A receipt is over the log's newest checkpoint, which its witnesses cosign some seconds later: to wait for them would put every
partner's disk into every question. But whoever asks is mostly a witness too, and what it cosigned once it knows for good.
"""

from __future__ import annotations

from comity.errors import ProofError
from comity.exchange.log.witness import enter_fork
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency
from comity.model.disclosure import Receipt
from comity.ports import KeptHead, World


def known_head(world: World, owner: Agency) -> KeptHead | None:
    """The newest checkpoint of an owner's log that this node cosigned; read before its question leaves."""
    listing = world.directory().find_node(owner.node)
    return None if listing is None else world.journal.heads.cosigned(listing.log_key.partition("+")[0])


def check_held(world: World, receipt: Receipt, before: KeptHead | None, now_ms: int) -> None:
    """The receipt's checkpoint does not contradict what this node cosigned; `before` is what that was when it asked.

    1 one size, two roots   both signed: a fork, entered in our log with both
    2 fewer entries than the log had before it was asked   an older copy, or another one

    Raises ProofError. Where this node cosigned nothing of that log it knows of no contradiction.
    """
    note = parse_proof(receipt.proof).note
    head = parse_checkpoint(note)
    held = world.journal.heads.cosigned(head.origin)
    if held is not None and held.size == head.size and parse_checkpoint(held.note).root != head.root:  # 1
        enter_fork(world, head, note, held, now_ms)
        raise ProofError(
            f"the log of `{receipt.node}` was forked: it signed this checkpoint of {head.size} entries and another one that "
            "this node cosigned; both are in our log as evidence, and nothing of its is to be believed until its "
            "administrator has explained them"
        )
    if before is not None and head.origin == parse_checkpoint(before.note).origin and head.size < before.size:  # 2
        raise ProofError(
            f"the log of `{receipt.node}` shows {head.size} entries and had {before.size} before it was asked: an older copy "
            "was restored, or the log was forked; tell its administrator to look at `comity ledger witness show`"
        )
