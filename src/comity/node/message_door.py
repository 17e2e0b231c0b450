"""One message at the public door, from its head to the signed response.

1 signature   in the head, before a byte of content is read; with TLS also that the connection's key is that node's
2 limit       of the node that signed; of the address, where nobody did
3 fresh       made within two minutes, its nonce not used before
4 content     read within its limit, and what was signed
5 answer      the message inside, sealed by the node that brings it
6 response    signed over this request

What nobody vouches for is counted and told to the administrator with its address. What a listed node signed and this
node cannot accept is an entry in the log, one commit and no more work, within that node's request limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.exceptions import ClientException

from comity.errors import ComityError, RejectedMessageError, UnauthenticatedError
from comity.exchange.answering.record_unit import rejected_unit
from comity.exchange.messages.open_message import OpenMessage, Rejected, open_message
from comity.exchange.messages.wire import LARGEST_MESSAGE, Reply, payload_hash, said_addressee, sealed_by
from comity.exchange.receive import receive_message
from comity.ledger.append import append_entry
from comity.model.agency import Directory
from comity.node.door_watch import DoorWatch
from comity.node.http_signature import (
    CONTENT_TYPE,
    SignedRequest,
    check_content,
    check_fresh_request,
    read_request,
    sign_response,
)
from comity.node.limits import broker_buckets, carrying_places, node_buckets, stranger_buckets
from comity.node.listener import Caller
from comity.node.metrics import Outcome
from comity.node.nonces import FULL, NonceWindow
from comity.node.peers import MESSAGES_PATH
from comity.node.tls import node_of
from comity.ports import World

CLOSED = "the node cannot answer now; ask again later"  # which control failed is for its administrator
TOO_LARGE = f"the message is larger than {LARGEST_MESSAGE} bytes; send less"
UNREADABLE = "the message could not be read to its end; send it whole"
TOO_MANY = "this node takes no more messages of yours now; send fewer, or again in a minute"
TOO_MANY_BEHIND = "this node takes no more messages of that sender through this broker now; send again in a minute"
CARRYING = "this broker carries as many messages for you as it can; send again when one has its reply"
NOT_LISTED = "the connection's key is not that of a listed node now; connect anew with the one that is listed"
OTHER_NODE = "the HTTP signature is of another node than the connection; send it from the node that signed it"
OTHER_SEAL = "the message was sealed by another node than the one that brings it; send it from its own node"
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes out: status, content and type, not before a time (UTC ms), to which request; `None` is not signed."""

    status: int
    content: bytes
    to: SignedRequest | None = None
    kind: str = PLAIN
    not_before_ms: int = 0


class MessageDoor:
    """The one path by which another node's message comes in."""

    def __init__(
        self,
        world: World,
        pool: Executor,
        watch: DoorWatch,
        per_second: int,
        tls: bool,
        receive: Callable[[World, bytes], Reply] = receive_message,
    ) -> None:
        self._world, self._pool, self._watch, self._tls = world, pool, watch, tls
        self._receive = receive
        self._nodes, self._strangers = node_buckets(per_second), stranger_buckets()
        self._brokers, self._behind = broker_buckets(per_second), node_buckets(per_second)
        self._carrying = carrying_places()
        self.nonces = NonceWindow()

    async def take(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """Answer one request. Trouble closes the door for it, and says no more than that to its sender."""
        caller: Caller = request.scope["state"]["caller"]
        try:
            answered = await self._take(request, caller)
        except UnauthenticatedError as error:
            answered = self._turn_off(caller, 401, str(error))
        except ComityError as error:
            self._watch.tell(caller.address, str(error))
            answered = self._closed()
        return await self._respond(answered)

    async def _take(self, request: Request[Any, Any, Any], caller: Caller) -> Answered:
        directory = self._world.directory()
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]]
        now_ms = self._world.clock.now_ms()
        signed = read_request(fields, self._target(directory), directory, now_ms)  # 1
        carrier = self._carrier(caller, signed, directory, now_ms)
        listing = directory.find_node(carrier)
        buckets = self._brokers if listing is not None and listing.broker else self._nodes
        if not buckets.take(carrier, now_ms):  # 2
            return self._limited(carrier, signed)
        try:
            if carrier != signed.node:
                raise RejectedMessageError(OTHER_NODE)
            check_fresh_request(signed, now_ms // 1000)  # 3
            if not self.nonces.use(signed.node, signed.nonce, signed.expires_s, now_ms // 1000):
                return self._limited(carrier, signed, FULL)
        except RejectedMessageError as error:
            named = "sha256:" + signed.digest.hex()
            return await self._in_pool(self._enter, signed, Rejected(carrier, None, str(error), named))
        try:
            raw = await request.body()  # 4
        except ClientException as error:  # too large, or broken off
            sentence = TOO_LARGE if error.status_code == 413 else UNREADABLE
            return self._turn_off(caller, error.status_code, sentence)
        check_content(signed, raw)
        return await self._in_pool(self._answer, signed, raw)

    def _target(self, directory: Directory) -> str:
        """The address other nodes know this one by: what a sender signed, whatever name the connection came under."""
        listing = directory.find_node(self._world.node)
        return "" if listing is None else listing.address + MESSAGES_PATH

    def _carrier(self, caller: Caller, signed: SignedRequest, directory: Directory, now_ms: int) -> str:
        """The node at the other end of the connection; without TLS the one that signed.

        Raises UnauthenticatedError: a connection may outlive its certificate or its listing, a request on it does not.
        """
        if not self._tls:
            return signed.node
        listing = node_of(directory, caller.pin)
        if listing is None or caller.ends_ms < now_ms:
            raise UnauthenticatedError(NOT_LISTED)
        return listing.id

    def _answer(self, signed: SignedRequest, raw: bytes) -> Answered:
        """Step 5, in the pool."""
        named = payload_hash(raw.partition(b"\n")[2])
        if sealed_by(raw) not in ("", signed.node):
            return self._enter(signed, Rejected(signed.node, None, OTHER_SEAL, named))
        try:
            behind = self._behind_broker(raw)
            if behind and not self._behind.take(behind, self._world.clock.now_ms()):
                return self._limited(behind, signed, TOO_MANY_BEHIND)
            reply = self._carry(signed, raw) if behind is None else self._receive(self._world, raw)
        except UnauthenticatedError as error:
            return self._enter(signed, Rejected(signed.node, None, str(error), named))
        if reply is None:
            return self._limited(signed.node, signed, CARRYING)
        self._watch.metrics.message(Outcome.SEALED)
        return Answered(200, reply.raw, signed, CONTENT_TYPE, reply.not_before_ms)

    def _behind_broker(self, raw: bytes) -> str | None:
        """The sender behind a broker, with its way, of a message for this node that would be opened; None to carry on.

        Only what the sender itself sealed, fresh and for the first time, counts against it: a broker that repeats or
        alters what it carries uses up its own share. By another broker, or directly, the sender has another share.
        """
        to = said_addressee(raw)
        if to not in ("", self._world.node):
            return None
        opened = open_message(self._world, raw, self._world.clock.now_ms()) if to else None
        if not isinstance(opened, OpenMessage) or not opened.via:
            return ""
        return " behind ".join((opened.message.sender, *opened.via))

    def _carry(self, signed: SignedRequest, raw: bytes) -> Reply | None:
        """Carry a message on; None where its sender has too many under way."""
        if not self._carrying.enter(signed.node):
            return None
        try:
            return receive_message(self._world, raw)
        finally:
            self._carrying.leave(signed.node)

    def _enter(self, signed: SignedRequest, rejected: Rejected) -> Answered:
        """What a listed node signed and nobody can accept: entered in the log, then one sentence."""
        append_entry(self._world, rejected_unit(self._world, rejected, self._world.clock.now_ms()))
        self._watch.metrics.message(Outcome.ENTERED)
        self._watch.tell(rejected.sender, f"a message was turned away and entered: {rejected.sentence}")
        return Answered(401, rejected.sentence.encode(), signed)

    def _limited(self, carrier: str, signed: SignedRequest, sentence: str = TOO_MANY) -> Answered:
        self._watch.metrics.message(Outcome.LIMITED)
        self._watch.tell(carrier, "it sends more messages than the request limit lets in")
        return Answered(429, sentence.encode(), signed)

    def _turn_off(self, caller: Caller, status: int, sentence: str) -> Answered:
        """Turn away what nobody vouches for: counted and told, never entered; after some of it without a word more."""
        try:
            if not self._strangers.take(caller.address, self._world.clock.now_ms()):
                self._watch.metrics.message(Outcome.LIMITED)
                return Answered(429, TOO_MANY.encode())
            self._watch.unauthenticated(caller.address, sentence)
        except ComityError as error:
            self._watch.tell(caller.address, str(error))
            return self._closed()
        return Answered(status, sentence.encode())

    def _closed(self) -> Answered:
        self._watch.metrics.message(Outcome.CLOSED)
        return Answered(503, CLOSED.encode())

    async def _in_pool(self, run: Any, *values: Any) -> Answered:
        loop = asyncio.get_running_loop()
        done: Answered = await loop.run_in_executor(self._pool, run, *values)
        return done

    async def _respond(self, answered: Answered) -> Response[bytes]:
        """Step 6, when its time has come."""
        await asyncio.sleep(max(0, answered.not_before_ms - self._world.clock.now_ms()) / 1000)
        headers: dict[str, str] = {}
        if answered.to is not None:
            headers = sign_response(
                self._world.keys,
                self._world.node,
                (answered.status, answered.kind),
                answered.content,
                (self._world.clock.now_ms() // 1000, answered.to.signature),
            )
        headers.pop("content-type", None)
        media = answered.kind.partition(";")[0]  # the framework adds the character set to a text by itself
        return Response(answered.content, status_code=answered.status, media_type=media, headers=headers)
