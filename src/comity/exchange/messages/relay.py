"""Sending by the way the directory has: directly, or inside a message to the first broker on it.

The reply is the addressee's own, sealed for us alone. What a broker says itself is never an answer: only that it has none.
"""

from __future__ import annotations

import base64

from comity.errors import (
    NounError,
    PeerTimeoutError,
    PeerUnreachableError,
    RejectedMessageError,
    UnauthenticatedError,
)
from comity.exchange.messages.route import way
from comity.exchange.messages.suspended import broker_suspended, suspended_sentence
from comity.exchange.messages.wire import (
    Lost,
    NotCarried,
    Relayed,
    Turned,
    authenticate,
    payload_hash,
    read_message,
    said_kind,
    seal_message,
)
from comity.ports import World

LONGEST_SENTENCE = 300  # characters of a broker's word that are kept, as of a peer's refusal
CLOSING_WORDS = frozenset({"not-carried", "turned"})  # all that a broker may say in its own name


def way_to(world: World, node: str) -> tuple[str, ...]:
    """The brokers between this node and another, today. Raises PeerUnreachableError where there is none."""
    directory = world.directory()
    try:
        brokers = () if node == world.node else way(directory, world.node, node)
    except NounError as error:
        raise PeerUnreachableError(str(error)) from error
    suspended = broker_suspended(directory, brokers)
    if suspended is not None:
        raise PeerUnreachableError(suspended_sentence(directory, suspended))
    return brokers


def send_by_way(world: World, node: str, raw: bytes, deadline_ms: int) -> bytes:
    """What a node replies to sealed bytes, brought there by the way the directory has.

    Raises PeerError, with the broker's name where it is a broker that was not reached or has no reply, or
    RejectedMessageError for a broker that would not carry it, or says what is not its to say.
    """
    brokers = way_to(world, node)
    if not brokers:
        return world.peers.send(node, raw, deadline_ms)
    handed = seal_relayed(world, brokers[0], node, raw, deadline_ms)
    try:
        reply = world.peers.send(brokers[0], handed, deadline_ms)
    except PeerTimeoutError as error:
        raise PeerTimeoutError(f"through the broker `{brokers[0]}`: {error}") from error
    except PeerUnreachableError as error:
        raise PeerUnreachableError(f"through the broker `{brokers[0]}`: {error}") from error
    _check_closing_word(world, reply, brokers, (raw, handed))
    return reply


def seal_relayed(world: World, broker: str, node: str, raw: bytes, deadline_ms: int) -> bytes:
    """Sealed bytes inside a message to the next one on their way."""
    now_ms = world.clock.now_ms()
    carried = base64.b64encode(raw).decode()
    return seal_message(
        world, broker, Relayed(to=node, carried=carried, wait_ms=max(0, deadline_ms - now_ms)), now_ms
    )


def _check_closing_word(world: World, reply: bytes, brokers: tuple[str, ...], sent: tuple[bytes, bytes]) -> None:
    """Raise what a broker on the way says instead of a reply; what anybody else says is for the caller to check."""
    if said_kind(reply) not in CLOSING_WORDS:
        return
    try:
        sender, payload = authenticate(reply, world.directory(), world.clock.now_ms())
    except UnauthenticatedError:
        return
    if sender not in brokers:
        return
    body = read_message(payload).body
    hashes = {payload_hash(raw.partition(b"\n")[2]) for raw in sent}
    if not isinstance(body, NotCarried | Turned) or body.message_hash not in hashes:
        raise RejectedMessageError(f"what the broker `{sender}` says is about another message")
    if isinstance(body, Turned):
        raise RejectedMessageError(f"the broker `{sender}` did not carry it: {body.sentence[:LONGEST_SENTENCE]}")
    told = f"through the broker `{sender}`: {body.sentence[:LONGEST_SENTENCE]}"
    match body.why:
        case Lost.TIMED_OUT:
            raise PeerTimeoutError(told)
        case Lost.UNREACHABLE:
            raise PeerUnreachableError(told)
        case Lost.FAILED:
            raise RejectedMessageError(told)
