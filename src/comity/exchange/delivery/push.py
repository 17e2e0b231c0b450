"""Pushing deliveries: whatever is due is sent, and sent again, until the recipient's node proves that it has entered it.

For each that is due: 1 now and the recipient's node today   2 what it carries, put together and checked anew
3 seal and send   4 the receipt of the recipient's log, checked   5 one entry: it arrived

What does not arrive is put off, longer each time, with the reason kept where the owner's desk sees it. A restart takes
the same path: what was not proved to have arrived is sent again, and its recipient takes it once.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import (
    DeliveryChangedError,
    MessageError,
    NounError,
    PeerTimeoutError,
    PeerUnreachableError,
    ProofError,
    UnwitnessedError,
)
from comity.exchange.delivery.arrival import check_taken, enter_arrival
from comity.exchange.delivery.due_parcel import due_parcel
from comity.exchange.delivery.put_off import changed, put_off
from comity.exchange.messages.relay import send_by_way
from comity.exchange.messages.suspended import suspended_sentence, suspension_among, takes_back
from comity.exchange.messages.wire import seal_message
from comity.exchange.transmission.push_abroad import push_abroad
from comity.model.delivery import RecallMailed, StoredDelivery
from comity.model.feed import FeedDue
from comity.model.transmission import TransmissionDue
from comity.ports import World

MOST_PUSHED = 64  # deliveries of one round: the next round takes the rest, and new ones are not kept waiting long
SEND_MS = 10_000  # how long a recipient may take to enter one


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a round of pushing did: deliveries that arrived, that were put off, and that had nothing to carry any more."""

    arrived: int = 0
    put_off: int = 0
    ended: int = 0


def push_deliveries(world: World) -> Pushed:
    """Send what is due. Raises ClosedError when nothing can be sent or entered; then all of it is due again.

    What may not leave while the log's witnesses are away holds up nothing that may: UnwitnessedError is raised at the end.
    """
    arrived = put_off = ended = 0
    unwitnessed: UnwitnessedError | None = None
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
        except UnwitnessedError as error:
            unwitnessed = error
    if unwitnessed is not None:
        raise unwitnessed
    return Pushed(arrived, put_off, ended)


def push_delivery(world: World, delivery: StoredDelivery) -> bool | None:
    """Send one delivery: whether it arrived; None where there is nothing to carry any more."""
    if isinstance(delivery.due, TransmissionDue | RecallMailed):
        return push_abroad(world, delivery)
    now_ms = world.clock.now_ms()  # 1
    directory = world.directory()
    recipient = directory.find_agency(delivery.recipient)
    if recipient is None or not recipient.node:
        return put_off(world, delivery, now_ms, f"`{delivery.recipient}` is at no node of the directory")
    suspended = suspension_among(directory, delivery.sender, recipient.id)
    if suspended is not None and not takes_back(delivery.due):
        return put_off(world, delivery, now_ms, suspended_sentence(directory, suspended))
    try:
        delivered = due_parcel(world, delivery, recipient)  # 2
    except PeerUnreachableError as error:
        return put_off(world, delivery, now_ms, str(error))
    if delivered is None:
        world.journal.put_off(changed(delivery, next_ms=None, trouble="what was to be sent stands no more"))
        return None
    try:
        raw = seal_message(world, recipient.node, delivered, world.clock.now_ms())  # 3
        reply = send_by_way(world, recipient.node, raw, now_ms + SEND_MS)
        receipt = check_taken(reply, delivered, recipient, directory, world.clock.now_ms())  # 4
    except (PeerTimeoutError, PeerUnreachableError, MessageError, ProofError, NounError) as error:
        return put_off(world, delivery, now_ms, str(error))
    enter_arrival(world, (delivery, delivered), receipt, recipient, directory.get_agency(delivery.sender))  # 5
    return True
