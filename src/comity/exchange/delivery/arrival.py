"""That a delivery arrived: the receipt of the recipient's log, checked, and the sender's entry about it."""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import ProofError, RejectedMessageError
from comity.exchange.delivery.put_off import changed
from comity.exchange.delivery.take import pair_of
from comity.exchange.feed.feed_due import NOT_TAKEN, batch_arrived
from comity.exchange.messages.listed_keys import log_keys
from comity.exchange.messages.wire import Delivered, Taken, Turned, authenticate, read_message
from comity.exchange.owners import owner_day
from comity.ledger.append import append_entry
from comity.ledger.checkpoint import signing_key
from comity.ledger.proof import parse_proof
from comity.ledger.verify import verify_receipt
from comity.model.agency import Agency, Directory
from comity.model.canon import canonical_bytes
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, Receipt, Unit
from comity.model.feed import FeedBatch, FeedDue
from comity.ports import World


def check_taken(raw: bytes, delivered: Delivered, recipient: Agency, directory: Directory, now_ms: int) -> Receipt:
    """The recipient's receipt for exactly this delivery. Raises RejectedMessageError or ProofError."""
    sender, payload = authenticate(raw, directory, now_ms)
    if sender != recipient.node:
        raise RejectedMessageError("the reply was signed by another node than the recipient's")
    body = read_message(payload).body
    if isinstance(body, Turned):
        raise RejectedMessageError(NOT_TAKEN + body.sentence)
    if not isinstance(body, Taken) or body.delivery != delivered.id:
        raise RejectedMessageError("the recipient's node sent no receipt for this delivery")
    node = directory.find_node(recipient.node)
    if node is None or body.receipt.node != node.id:
        raise ProofError("the receipt is from another node than the recipient's")
    keys = log_keys(node, now_ms)
    if not keys:
        raise ProofError(f"the log key of `{node.id}` was revoked; it cannot prove that anything was taken")
    key = signing_key(parse_proof(body.receipt.proof).note, keys)
    entered = verify_receipt(body.receipt, canonical_bytes(delivered), key)
    if entered.kind is not EntryKind.TAKEN or entered.pair != pair_of(delivered.id):
        raise ProofError("the receipt's entry is about something else than this delivery")
    return body.receipt


def enter_arrival(
    world: World,
    brought: tuple[StoredDelivery, Delivered],
    receipt: Receipt,
    recipient: Agency,
    sender: Agency,
) -> None:
    """Enter that the recipient took a delivery as it was sent. Raises DeliveryChangedError where somebody changed it since."""
    delivery, delivered = brought
    now_ms = world.clock.now_ms()
    parcel = delivered.parcel
    follows = batch_arrived(world, delivery, parcel, now_ms) if isinstance(parcel, FeedBatch) else None
    unit = Unit(
        facts=EntryFacts(
            kind=EntryKind.DELIVERED,
            at_ms=now_ms,
            owner_ori=sender.ori_on(owner_day(sender, now_ms)),
            asker_ori=recipient.ori_on(owner_day(recipient, now_ms)),
            pair=pair_of(delivered.id),
        ),
        content=canonical_bytes({"delivery": delivered.id}),
        record=canonical_bytes(receipt),
        changed_deliveries=(changed(_arrived(delivery), next_ms=None, trouble="", arrived_ms=now_ms),),
        changed_duties=follows.changed_duties if follows is not None else (),
        feeds=follows.feeds if follows is not None else (),
    )
    append_entry(world, unit)


def _arrived(delivery: StoredDelivery) -> StoredDelivery:
    """Of a batch that arrived its head alone is kept: what stands at the recipient is kept item by item."""
    due = delivery.due
    return replace(delivery, due=replace(due, ops=())) if isinstance(due, FeedDue) else delivery
