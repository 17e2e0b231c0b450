"""Reconciling this node's questions with the log of another."""

from __future__ import annotations

from pathlib import Path

from comity.errors import WrongUseError
from comity.exchange.log.reconcile import own_side, reconcile, side_of_log
from comity.exchange.log.witness import find_log
from comity.ledger.checkpoint import parse_checkpoint, verify_checkpoint
from comity.model.base import Noun
from comity.model.reconciled import Reconciled
from comity.node.monitor import open_log
from comity.ports import World


class Reconcile(Noun, frozen=True, kw_only=True, tag="reconcile"):
    """Hold what this node asked against the log of a listed node: a folder by its whole path, or an address."""

    log: str


def run_reconcile(world: World, request: Reconcile) -> Reconciled:
    """The twins found and missing.

    Raises WrongUseError for the log of nobody listed, ProofError for one that does not verify.
    """
    log = open_log(request.log)
    note = log.checkpoint()
    origin = parse_checkpoint(note).origin
    directory = world.directory()
    listing = find_log(directory, origin)
    if listing is None:
        raise WrongUseError(f"`{origin[:80]}` is the log of no listed node; name a log of the directory's nodes")
    other = side_of_log(log, verify_checkpoint(note, listing.log_key))
    return reconcile(own_side(world.journal), other, directory, world.node, listing.id)


def whole_path(log: str) -> str:
    """A log as a node in another folder can open it."""
    return log if log.startswith(("http://", "https://")) else str(Path(log).absolute())
