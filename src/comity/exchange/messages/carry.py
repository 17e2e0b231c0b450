"""Carrying: what a broker does with a message that is not for it. It can hold it up, and change nothing.

1 now               read once
2 open_layers       the layer it was handed and those within: each signed, fresh, addressed to the next
3 check             that this node is a broker on the way from sender to addressee, and the message new to it
4 append_entry      that it was carried, from where to where: codes only, nothing of what is in it
5 hand on           inside a layer of its own, to the next on the way
6 reply             the addressee's, as it came; where there is none, that there is none is entered and said

A broker answers nothing itself and keeps no content. It reads what it carries (`docs/decisions/0044`).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import (
    PeerTimeoutError,
    PeerUnreachableError,
    RejectedMessageError,
    UnauthenticatedError,
)
from comity.exchange.answering.turn_away import turn_away
from comity.exchange.messages.listed_keys import nodes_at
from comity.exchange.messages.open_message import Layers, Rejected, check_way, open_layers
from comity.exchange.messages.relay import seal_relayed
from comity.exchange.messages.route import way
from comity.exchange.messages.suspended import broker_suspended, suspended_sentence, suspension_among, takes_back
from comity.exchange.messages.wire import (
    Delivered,
    Lost,
    NotCarried,
    Question,
    Relayed,
    Reply,
    authenticate,
    check_fresh,
    payload_hash,
    seal_message,
)
from comity.exchange.owners import owner_day
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Directory
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.ports import World

LONGEST_CARRY_MS = 30_000  # the longest a question waits
MARGIN_MS = 100  # a broker gives up so much before the one that waits for it, so that its word still arrives


@dataclass(frozen=True, slots=True)
class _Carried:
    """A message that is to be carried: who handed it over, where it goes, until when."""

    layers: Layers
    raw: bytes
    to: str
    following: str
    until_ms: int
    now_ms: int

    @property
    def handed_by(self) -> str:
        return self.layers.opened[0].sender


def carry_message(world: World, raw: bytes) -> Reply:
    """Carry one message on. Raises UnauthenticatedError for what nobody listed signed, ClosedError in trouble."""
    now_ms = world.clock.now_ms()  # 1
    directory = world.directory()
    sender, payload = authenticate(raw, directory, now_ms)
    try:
        layers = open_layers(payload, directory, world.node, now_ms)  # 2
        carried = _check(world, layers, raw, now_ms)  # 3
    except RejectedMessageError as error:
        return turn_away(world, Rejected(sender, None, str(error), payload_hash(payload)), now_ms)
    try:
        append_entry(world, _unit(carried, directory))  # 4
    except RejectedMessageError as error:  # its nonce was entered between our look and our commit
        return turn_away(world, Rejected(sender, None, str(error), payload_hash(payload)), now_ms)
    handed = seal_relayed(world, carried.following, carried.to, raw, carried.until_ms)  # 5
    try:
        reply = world.peers.send(carried.following, handed, carried.until_ms)
        _check_reply(world, reply, carried)
    except PeerTimeoutError as error:
        return _lost(world, carried, Lost.TIMED_OUT, str(error))  # 6
    except PeerUnreachableError as error:
        return _lost(world, carried, Lost.UNREACHABLE, str(error))
    except (RejectedMessageError, UnauthenticatedError) as error:
        return _lost(world, carried, Lost.FAILED, str(error))
    return Reply(reply)


def _check(world: World, layers: Layers, raw: bytes, now_ms: int) -> _Carried:
    directory, outer = world.directory(), layers.opened[0]
    listing = directory.find_node(world.node)
    if listing is None or not listing.broker:
        raise RejectedMessageError("this node carries nothing for others; send by the way the directory has")
    assert isinstance(outer.body, Relayed), "only a relayed message is for another node"
    to = outer.body.to
    check_fresh(layers.inner, to, now_ms)
    check_way(layers, directory, world.node)
    _check_agency(layers, directory)
    if world.journal.find_nonce(_seen_as(layers.inner.sender), layers.inner.nonce):
        raise RejectedMessageError("the message was carried before; a retry needs a fresh nonce")
    brokers = way(directory, layers.inner.sender, to)
    suspended = broker_suspended(directory, brokers)
    if suspended is not None:
        raise RejectedMessageError(suspended_sentence(directory, suspended))
    following = (*brokers, to)[brokers.index(world.node) + 1]
    wait_ms = min(outer.body.wait_ms, LONGEST_CARRY_MS) - MARGIN_MS
    return _Carried(layers, raw, to, following, now_ms + max(0, wait_ms), now_ms)


def _check_agency(layers: Layers, directory: Directory) -> None:
    """Questions and deliveries alone are carried, of an agency at the node that sealed them."""
    inner, body = layers.inner, layers.inner.body
    if not isinstance(body, Question | Delivered):
        raise RejectedMessageError("questions and deliveries alone are carried; send anything else directly")
    name = body.query.asker if isinstance(body, Question) else body.sender
    agency = directory.find_agency(name)
    if agency is None or inner.sender not in nodes_at(directory, agency, inner.sent_ms):
        raise RejectedMessageError("the sending agency is not at the sending node; send from its own node")
    if isinstance(body, Question):
        named = (body.query.asker, body.query.beneficiary, body.query.owner)
    else:
        named = (body.sender, body.recipient, inner.sender)
    suspended = suspension_among(directory, *named, inner.sender, inner.recipient)
    if suspended is not None and not (isinstance(body, Delivered) and takes_back(body.parcel)):
        raise RejectedMessageError(suspended_sentence(directory, suspended))


def _seen_as(sender: str) -> str:
    """Under which sender a broker remembers a nonce: apart from what is addressed to itself."""
    return f"carried {sender}"


def _unit(carried: _Carried, directory: Directory) -> Unit:
    """Whose, for whom, from which node to which, and the hash that both ends know the message by. Nobody is named in it."""
    inner = carried.layers.inner
    one, other = _parties(carried, directory)
    named = carried.layers.message_hash
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.RELAYED,
            at_ms=carried.now_ms,
            owner_ori=_ori(other, carried.now_ms),
            asker_ori=_ori(one, carried.now_ms),
            pair=named.removeprefix("sha256:"),
        ),
        content=canonical_bytes({"message": named, "from": inner.sender, "to": carried.to}),
        record=canonical_bytes({"handed_by": carried.handed_by, "handed_to": carried.following}),
        replay=(_seen_as(inner.sender), inner.nonce),
    )


def _parties(carried: _Carried, directory: Directory) -> tuple[Agency | None, Agency | None]:
    """The sending and the receiving agency, as far as the directory lists them."""
    body = carried.layers.inner.body
    if isinstance(body, Question):
        return directory.find_agency(body.query.asker), directory.find_agency(body.query.owner)
    assert isinstance(body, Delivered), "nothing else is carried"
    return directory.find_agency(body.sender), directory.find_agency(body.recipient)


def _ori(agency: Agency | None, now_ms: int) -> str:
    return "" if agency is None else agency.ori_on(owner_day(agency, now_ms))


def _check_reply(world: World, reply: bytes, carried: _Carried) -> None:
    """What goes back was sealed by the addressee, or by a broker behind this one. Raises RejectedMessageError."""
    sender, _ = authenticate(reply, world.directory(), world.clock.now_ms())
    brokers = way(world.directory(), carried.layers.inner.sender, carried.to)
    if sender not in (carried.to, *brokers[brokers.index(world.node) + 1 :]):
        raise RejectedMessageError(f"the reply was sealed by `{sender}`, which nobody asked")


def _lost(world: World, carried: _Carried, why: Lost, sentence: str) -> Reply:
    """Enter that there is no reply, and say so to whoever handed the message over."""
    now_ms, named = world.clock.now_ms(), carried.layers.message_hash
    unit = Unit(
        facts=EntryFacts(kind=EntryKind.NOT_CARRIED, at_ms=now_ms, pair=named.removeprefix("sha256:")),
        content=canonical_bytes({"message": named, "at": carried.following, "why": why}),
        record=canonical_bytes({"sentence": sentence}),
    )
    append_entry(world, unit)
    word = NotCarried(message_hash=named, at=carried.following, why=why, sentence=sentence)
    return Reply(seal_message(world, carried.layers.inner.sender, word, now_ms))
