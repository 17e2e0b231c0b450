"""An authentic message that is not accepted: entered in the log, then answered with one sentence."""

from __future__ import annotations

from comity.exchange.answering.record_unit import rejected_unit
from comity.exchange.messages.open_message import Rejected
from comity.exchange.messages.wire import Reply, Turned, seal_message
from comity.ledger.append import append_entry
from comity.ports import World


def turn_away(world: World, rejected: Rejected, now_ms: int) -> Reply:
    """Enter the rejection and say why. Raises ClosedError when it cannot be entered."""
    append_entry(world, rejected_unit(world, rejected, now_ms))
    body = Turned(message_hash=rejected.message_hash, sentence=rejected.sentence)
    return Reply(seal_message(world, rejected.sender, body, now_ms))
