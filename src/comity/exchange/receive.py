"""What comes in at a node's door: a question is answered, a delivery is taken. Each verb opens and checks it whole."""

from __future__ import annotations

from comity.exchange.answer import answer_query
from comity.exchange.take import take_delivery
from comity.exchange.wire import Reply, is_delivery
from comity.ports import World


def receive_message(world: World, raw: bytes) -> Reply:
    """The sealed reply to a sealed message. Raises UnauthenticatedError, ClosedError as the verbs do."""
    return take_delivery(world, raw) if is_delivery(raw) else answer_query(world, raw)
