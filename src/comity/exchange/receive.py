"""What comes in at a node's door: a question is answered, a delivery taken, what is for another node carried there.

Each verb opens and checks it whole.
"""

from __future__ import annotations

from comity.exchange.answering.answer import answer_query
from comity.exchange.delivery.take import take_delivery
from comity.exchange.messages.carry import carry_message
from comity.exchange.messages.wire import Reply, said_addressee, said_kind
from comity.ports import World


def receive_message(world: World, raw: bytes) -> Reply:
    """The sealed reply to a sealed message. Raises UnauthenticatedError, ClosedError as the verbs do."""
    if said_addressee(raw) not in ("", world.node):
        return carry_message(world, raw)
    return take_delivery(world, raw) if said_kind(raw) == "delivered" else answer_query(world, raw)
