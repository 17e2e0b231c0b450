"""Opening what another node sent: whose it is, fresh, addressed here, never seen before. The same for every verb."""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import RejectedMessageError
from comity.exchange.wire import Message, authenticate, check_fresh, payload_hash, read_message
from comity.model.agency import Directory
from comity.ports import World


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """An authentic, fresh message that was not seen before."""

    message: Message
    directory: Directory
    message_hash: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """An authentic message that is not accepted: recorded, and answered with one sentence."""

    sender: str
    nonce: str | None
    sentence: str
    message_hash: str


def open_message(world: World, raw: bytes, now_ms: int) -> OpenMessage | Rejected:
    """Open a message. Raises UnauthenticatedError when nobody in the directory vouches for the bytes."""
    directory = world.directory()
    sender, payload = authenticate(raw, directory, now_ms)
    message_hash = payload_hash(payload)
    try:
        message = read_message(payload)
        check_fresh(message, world.node, now_ms)
        if world.journal.find_nonce(sender, message.nonce):
            raise RejectedMessageError("the message was sent before; a retry needs a fresh nonce")
    except RejectedMessageError as error:
        return Rejected(sender, None, str(error), message_hash)
    return OpenMessage(message, directory, message_hash)


def rejected(opened: OpenMessage, sentence: str) -> Rejected:
    """The rejection of a message that was opened: its nonce is used up."""
    return Rejected(opened.message.sender, opened.message.nonce, sentence, opened.message_hash)
