"""Pushing deliveries: whatever is due is sent, and sent again, until the recipient's node proves that it has entered it.

For each that is due: 1 now and the recipient's node today   2 what it carries, put together and checked anew
3 seal and send   4 the receipt of the recipient's log, checked   5 one entry: it arrived

What does not arrive is put off, longer each time, with the reason kept where the owner's desk sees it. A restart takes
the same path: what was not proved to have arrived is sent again, and its recipient takes it once.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import (
    DeliveryChangedError,
    MessageError,
    NounError,
    PeerTimeoutError,
    PeerUnreachableError,
    ProofError,
    RejectedMessageError,
)
from comity.exchange.confirmation_said import due_confirmation
from comity.exchange.due_answer import due_answer
from comity.exchange.feed_due import NOT_TAKEN, batch_arrived, due_batch
from comity.exchange.listed_keys import log_keys
from comity.exchange.owners import owner_day
from comity.exchange.raised import duty_id
from comity.exchange.take import pair_of
from comity.exchange.wire import Delivered, Parcel, Taken, Turned, authenticate, read_message, seal_message
from comity.ledger.append import append_entry
from comity.ledger.checkpoint import signing_key
from comity.ledger.proof import parse_proof
from comity.ledger.verify import verify_receipt
from comity.model.agency import Agency, Directory
from comity.model.canon import canonical_bytes, digest
from comity.model.confirmation import ConfirmationDue
from comity.model.delivery import AnswerDue, StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, Receipt, Unit
from comity.model.feed import FeedBatch, FeedDue
from comity.ports import World

MOST_PUSHED = 64  # deliveries of one round: the next round takes the rest, and new ones are not kept waiting long
SEND_MS = 10_000  # how long a recipient may take to enter one
FIRST_WAIT_MS = 1_000  # a peer that restarts is back in seconds
LONGEST_WAIT_MS = 3_600_000  # one that is gone for days is asked hourly
LONGEST_FEED_WAIT_MS = 60_000  # behind a batch that waits may wait what must go from its recipient
LONGEST_TROUBLE = 300  # characters kept of why it did not arrive


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a round of pushing did: deliveries that arrived, that were put off, and that had nothing to carry any more."""

    arrived: int = 0
    put_off: int = 0
    ended: int = 0


def push_deliveries(world: World) -> Pushed:
    """Send what is due. Raises ClosedError when nothing can be sent or entered; then all of it is due again."""
    arrived = put_off = ended = 0
    for delivery in world.journal.due_deliveries(world.clock.now_ms(), MOST_PUSHED):
        if isinstance(delivery.due, FeedDue):
            continue  # brought by its feed's round, which pushes one at a time (`feed_round.py`)
        try:
            match push_delivery(world, delivery):
                case True:
                    arrived += 1
                case False:
                    put_off += 1
                case None:
                    ended += 1
        except DeliveryChangedError:
            continue  # confirmed, or pushed by somebody else, between our look and our commit
    return Pushed(arrived, put_off, ended)


def push_delivery(world: World, delivery: StoredDelivery) -> bool | None:
    """Send one delivery: whether it arrived; None where there is nothing to carry any more."""
    now_ms = world.clock.now_ms()  # 1
    directory = world.directory()
    recipient = directory.find_agency(delivery.recipient)
    if recipient is None or not recipient.node:
        return _put_off(world, delivery, now_ms, f"`{delivery.recipient}` is at no node of the directory")
    delivered = _carried(world, delivery)  # 2
    if delivered is None:
        world.journal.put_off(_changed(delivery, next_ms=None, trouble="what was to be sent stands no more"))
        return None
    try:
        raw = seal_message(world, recipient.node, delivered, world.clock.now_ms())  # 3
        reply = world.peers.send(recipient.node, raw, now_ms + SEND_MS)
        receipt = check_taken(reply, delivered, recipient, directory, world.clock.now_ms())  # 4
    except (PeerTimeoutError, PeerUnreachableError, MessageError, ProofError, NounError) as error:
        return _put_off(world, delivery, now_ms, str(error))
    _enter(world, (delivery, delivered), receipt, recipient, directory.get_agency(delivery.sender))  # 5
    return True


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


def _carried(world: World, delivery: StoredDelivery) -> Delivered | None:
    due, parties = delivery.due, (delivery.sender, delivery.recipient)
    if isinstance(due, FeedDue):
        batch = due_batch(world, delivery, due)
        # What leaves of a batch may be less when it is sent again: that is another message about the same batch.
        if batch is None:
            return None
        name = duty_id(delivery.id, digest(batch))
        return Delivered(id=name, sender=parties[0], recipient=parties[1], parcel=batch)
    if not isinstance(due, AnswerDue):
        parcel: Parcel | None = due_confirmation(world, delivery, due) if isinstance(due, ConfirmationDue) else due
        if parcel is None:
            return None
        return Delivered(id=delivery.id, sender=parties[0], recipient=parties[1], parcel=parcel)
    found = due_answer(world, due)
    if found is None:
        return None
    # An answer given anew is another message: whoever took the one before takes this one too.
    name = duty_id(delivery.id, found.index)
    return Delivered(id=name, sender=parties[0], recipient=parties[1], parcel=found.late)


def _enter(
    world: World,
    brought: tuple[StoredDelivery, Delivered],
    receipt: Receipt,
    recipient: Agency,
    sender: Agency,
) -> None:
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
        changed_deliveries=(_changed(_arrived(delivery), next_ms=None, trouble="", arrived_ms=now_ms),),
        changed_duties=follows.changed_duties if follows is not None else (),
        feeds=follows.feeds if follows is not None else (),
    )
    append_entry(world, unit)


def _arrived(delivery: StoredDelivery) -> StoredDelivery:
    """Of a batch that arrived its head alone is kept: what stands at the recipient is kept item by item."""
    due = delivery.due
    return replace(delivery, due=replace(due, ops=())) if isinstance(due, FeedDue) else delivery


def _put_off(world: World, delivery: StoredDelivery, now_ms: int, trouble: str) -> bool:
    """Try again later, twice as long each time up to an hour; a quarter more or less, so that not all come at once."""
    longest = LONGEST_FEED_WAIT_MS if isinstance(delivery.due, FeedDue) else LONGEST_WAIT_MS
    wait_ms = min(longest, FIRST_WAIT_MS << min(delivery.tried, 20))
    spread = int.from_bytes(world.randomness.take(2), "big") * wait_ms // 2 // 65_536
    world.journal.put_off(
        _changed(
            delivery,
            next_ms=now_ms + wait_ms * 3 // 4 + spread,
            trouble=trouble[:LONGEST_TROUBLE],
            tried=delivery.tried + 1,
        )
    )
    return False


def _changed(
    delivery: StoredDelivery,
    *,
    next_ms: int | None,
    trouble: str,
    tried: int | None = None,
    arrived_ms: int | None = None,
) -> StoredDelivery:
    return replace(
        delivery,
        next_ms=next_ms,
        trouble=trouble,
        tried=delivery.tried if tried is None else tried,
        arrived_ms=arrived_ms,
        changed=delivery.changed + 1,
    )
