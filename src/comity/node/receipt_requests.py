"""The receipt of an answer, and a newer proof of the same entry where the log's witnesses signed since.

A receipt is over the checkpoint of its own moment, which witnesses cosign some seconds later. What they cosigned is public at
the owner's node, with the tiles that lead there, so the proof is built anew from those and checked like any other. Where the
owner does not answer at once the first receipt is shown: it proves what it proved. Where it says that no witness ever signed
its log, that is told: nothing is waited for.
"""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from comity.errors import ComityError
from comity.exchange.asking.receipts import receipt_of
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.cosignature import cosigned_at
from comity.ledger.proof import build_proof, parse_proof
from comity.ledger.receipt_file import prove_receipt_file, witness_keys, write_receipt_file
from comity.model.agency import Member
from comity.model.asked import ShownReceipt
from comity.model.base import Noun
from comity.model.disclosure import Receipt
from comity.node.listed_log import ListedLog
from comity.node.open_world import tls_files
from comity.ports import World
from comity.settings import get_member, read_settings


class ShowReceipt(Noun, frozen=True, kw_only=True, tag="show-receipt"):
    """Show the receipt of one owner's answer to a question of the member's own."""

    member: str
    query_id: str
    owner: str


def run_receipt(world: World, folder: Path, members: tuple[Member, ...], request: ShowReceipt) -> ShownReceipt:
    """Carry out one request. Raises WrongUseError for what the member has no receipt of."""
    shown = receipt_of(world, get_member(members, request.member), request.query_id, request.owner)
    if shown.receipt is None:
        return shown
    directory = world.directory()
    listing = directory.find_node(shown.receipt.node)
    witnesses = witness_keys(directory, shown.receipt.node)
    if listing is not None and listing.id == world.node:
        return replace(shown, unwitnessed=world.witnesses is None)
    if listing is None or not witnesses:
        return shown
    try:
        newer = _newer(ListedLog(listing, tls_files(folder, read_settings(folder))), shown.receipt)
        if newer is None:
            return replace(shown, unwitnessed=True)
        prove_receipt_file(write_receipt_file(newer), [listing.log_key])
        better = _signed(newer, witnesses) > _signed(shown.receipt, witnesses)
    except ComityError:  # unreachable, older than the entry, or not to be believed: what was checked before stands
        return shown
    return replace(shown, receipt=newer) if better else shown


def _newer(log: ListedLog, receipt: Receipt) -> Receipt | None:
    """The receipt's entry proved against the checkpoint that the log's witnesses cosigned last; None where they never did."""
    try:
        note = log.find_witnessed()
        if note is None:
            return None
        size = parse_checkpoint(note).size
        index = parse_proof(receipt.proof).index
        return replace(
            receipt, proof=build_proof(index, note, lambda level, number: log.hash_at(level, number, size))
        )
    finally:
        log.close()


def _signed(receipt: Receipt, witnesses: tuple[str, ...]) -> int:
    note = parse_proof(receipt.proof).note
    return sum(1 for key in witnesses if cosigned_at(note, key) is not None)
