"""Opening what another node sent: whose it is, fresh, addressed here, never seen before. The same for every verb.

What came through brokers has a layer of each around it. Every layer is a message of its own, signed, fresh and addressed
to the next; the one inside is opened like any other, and stands for its sender alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import NounError, RejectedMessageError, UnauthenticatedError
from comity.exchange.messages.route import way
from comity.exchange.messages.suspended import broker_suspended, suspended_sentence
from comity.exchange.messages.wire import (
    MOST_LAYERS,
    Message,
    Relayed,
    authenticate,
    check_fresh,
    payload_hash,
    read_message,
    unpack,
)
from comity.model.agency import Directory
from comity.ports import World


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """An authentic, fresh message that was not seen before, and the brokers that carried it here, in order."""

    message: Message
    directory: Directory
    message_hash: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """An authentic message that is not accepted: recorded, and answered with one sentence."""

    sender: str
    nonce: str | None
    sentence: str
    message_hash: str


@dataclass(frozen=True, slots=True)
class Layers:
    """A message and the layers it came in, the outermost first: each opened, none of them seen to be false."""

    opened: tuple[Message, ...]
    message_hash: str

    @property
    def inner(self) -> Message:
        return self.opened[-1]

    @property
    def senders(self) -> tuple[str, ...]:
        """Who sealed the layers, from the first sender to whoever brought it."""
        return tuple(message.sender for message in reversed(self.opened[:-1]))


def open_message(world: World, raw: bytes, now_ms: int) -> OpenMessage | Rejected:
    """Open a message. Raises UnauthenticatedError when nobody in the directory vouches for the bytes."""
    directory = world.directory()
    sender, payload = authenticate(raw, directory, now_ms)
    message_hash = payload_hash(payload)
    try:
        layers = open_layers(payload, directory, world.node, now_ms)
    except RejectedMessageError as error:
        return Rejected(sender, None, str(error), message_hash)
    inner, message_hash = layers.inner, layers.message_hash
    try:
        check_fresh(inner, world.node, now_ms)
        check_way(layers, directory, world.node)
        if world.journal.find_nonce(inner.sender, inner.nonce):
            raise RejectedMessageError("the message was sent before; a retry needs a fresh nonce")
    except RejectedMessageError as error:
        return Rejected(inner.sender, None, str(error), message_hash)
    return OpenMessage(inner, directory, message_hash, layers.senders[1:])


def open_layers(payload: bytes, directory: Directory, node: str, now_ms: int) -> Layers:
    """Every layer of a message that `node` was handed, read and checked; how the innermost is addressed is for the caller.

    `payload` are the signed bytes of the outermost, as `authenticate` gave them. Raises RejectedMessageError.
    """
    found: list[Message] = []
    for _ in range(MOST_LAYERS):
        message = read_message(payload)
        found.append(message)
        if not isinstance(message.body, Relayed):
            return Layers(tuple(found), payload_hash(payload))
        check_fresh(message, found[-2].sender if len(found) > 1 else node, now_ms)
        _check_same_end(found[0].body, message.body)
        payload = _carried_in(message.body, directory, now_ms)
    raise RejectedMessageError("the message came through too many brokers; send it the way the directory lists")


def _carried_in(body: Relayed, directory: Directory, now_ms: int) -> bytes:
    """The signed bytes of the layer within another."""
    try:
        return authenticate(unpack(body.carried), directory, now_ms)[1]
    except UnauthenticatedError as error:
        raise RejectedMessageError(f"what was carried is not as it was handed over: {error}") from error


def _check_same_end(first: object, body: Relayed) -> None:
    if isinstance(first, Relayed) and first.to != body.to:
        raise RejectedMessageError("a broker names another addressee than the one before it")


def check_way(layers: Layers, directory: Directory, node: str) -> None:
    """What came through brokers came by the way the directory has, from its sender to `node`. Raises RejectedMessageError."""
    if not layers.senders:
        return
    first, *brokers = layers.senders
    suspended = broker_suspended(directory, (*brokers, node))
    if suspended is not None:
        raise RejectedMessageError(suspended_sentence(directory, suspended))
    if first != layers.inner.sender:
        raise RejectedMessageError(
            "the message was handed to a broker by another node than the one that sealed it"
        )
    body = layers.opened[0].body
    assert isinstance(body, Relayed), "only the innermost layer is anything else"
    if layers.inner.recipient != body.to:
        raise RejectedMessageError(
            f"what was carried is addressed to `{layers.inner.recipient}`, its layers to `{body.to}`; seal it anew"
        )
    try:
        listed = way(directory, first, body.to)
    except NounError as error:
        raise RejectedMessageError(str(error)) from error
    here = () if node == body.to else (node,)
    if listed[: len(brokers) + len(here)] != (*brokers, *here) or (not here and len(listed) != len(brokers)):
        raise RejectedMessageError(
            f"the message came by another way than version {directory.version} of the directory has; adopt that, and send anew"
        )


def rejected(opened: OpenMessage, sentence: str) -> Rejected:
    """The rejection of a message that was opened: its nonce is used up."""
    return Rejected(opened.message.sender, opened.message.nonce, sentence, opened.message_hash)
