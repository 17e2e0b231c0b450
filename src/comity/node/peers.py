"""Other nodes over HTTP: signed requests, TLS to every other host, a breaker for each, and the answer's signature."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx

from comity.errors import (
    PeerTimeoutError,
    PeerUnreachableError,
    PeerUntrustedError,
    RejectedMessageError,
)
from comity.exchange.messages.wire import LARGEST_MESSAGE
from comity.model.agency import Directory, NodeListing
from comity.model.faults import fault
from comity.model.peer_state import PeerState
from comity.node.breaker import FAIR_WAIT_MS, Breaker
from comity.node.http_signature import check_response, sign_request
from comity.node.tls import TlsFiles, client_context, tls_fault, trusting_nobody, why_refused
from comity.ports import Clock, Keys, Randomness

MESSAGES_PATH = "/messages"
LONGEST_SENTENCE = 300  # characters of a peer's refusal that are repeated
# Twice the sources asked at once. Kept for less time than the other side keeps them (5 s), so that none is used that is
# being closed there.
LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=3.0)
PLAIN = {"accept-encoding": "identity"}  # nothing compressed is unpacked unbounded


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sends: the node, its keys, the files of its TLS side, and the clock and randomness it goes by."""

    node: str
    keys: Keys
    tls: TlsFiles
    clock: Clock
    randomness: Randomness


class HttpPeers:
    """The `Peers` port: one POST a message. This node's own address is answered without the network."""

    def __init__(
        self, identity: Identity, directory: Callable[[], Directory], own: Callable[[bytes], bytes]
    ) -> None:
        self._identity = identity
        self._directory = directory
        self._own = own
        self._transports: dict[str, tuple[tuple[NodeListing, int], httpx.HTTPTransport]] = {}
        self._breakers: dict[str, Breaker] = {}
        self._lock = Lock()

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        if node == self._identity.node:
            return self._own(message)
        listing = self._directory().find_node(node)  # per message: a version adopted meanwhile counts at once
        if listing is None:
            raise PeerUnreachableError(fault("peer.unlisted", node=node))
        breaker = self._breaker(node)
        left_ms = breaker.ask()
        if left_ms:
            raise PeerUnreachableError(
                f"`{node}` was not reached several times; it is tried again in {left_ms / 1000:.0f} s"
            )
        began_ms = self._identity.clock.now_ms()
        heard = False
        try:
            content = self._exchange(listing, message, deadline_ms)
            heard = True
        except RejectedMessageError:
            heard = True
            raise
        except PeerTimeoutError:
            if self._identity.clock.now_ms() - began_ms >= FAIR_WAIT_MS:
                breaker.failed(fault("peer.late"))
            raise
        except (PeerUnreachableError, PeerUntrustedError) as error:
            breaker.failed(str(error))
            raise
        finally:
            if heard:
                breaker.succeeded()
            else:
                breaker.gave_up()
        return content

    def states(self) -> tuple[PeerState, ...]:
        """Every other node of the directory, as it was last reached."""
        return tuple(
            self._breaker(listing.id).state()
            for listing in self._directory().nodes
            if listing.id != self._identity.node
        )

    def close(self) -> None:
        for _, transport in self._transports.values():
            transport.close()

    def _exchange(self, listing: NodeListing, message: bytes, deadline_ms: int) -> bytes:
        """One request and its checked response. Raises PeerError or RejectedMessageError."""
        node, clock = listing.id, self._identity.clock
        now_ms = clock.now_ms()
        target = listing.address + MESSAGES_PATH
        nonce = self._identity.randomness.take(16).hex()
        headers, signature = sign_request(
            self._identity.keys, self._identity.node, target, message, (now_ms // 1000, nonce)
        )
        try:
            transport = self._transport(listing)
            bounds = _bounds(node, deadline_ms - now_ms)
            request = httpx.Request("POST", target, headers=PLAIN | headers, content=message, extensions=bounds)
            with closing(transport.handle_request(request)) as response:
                content = self._read(node, response, deadline_ms)
        except httpx.TimeoutException as error:
            raise PeerTimeoutError(f"`{node}` did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            broken = tls_fault(error)
            if broken is not None:
                raise PeerUntrustedError(
                    fault("peer.untrusted", node=node, because=why_refused(broken))
                ) from error
            raise PeerUnreachableError(fault("peer.unreached", node=node)) from error
        fields = [(name.lower(), value) for name, value in response.headers.multi_items()]
        if response.status_code == 200 or any(name == "signature" for name, _ in fields):
            check_response(fields, (response.status_code, content), signature, listing, now_ms)
        if response.status_code != 200:
            sentence = content.decode("utf-8", "replace")[:LONGEST_SENTENCE]
            raise RejectedMessageError(sentence or f"`{node}` answered {response.status_code}")
        return content

    def _transport(self, listing: NodeListing) -> httpx.HTTPTransport:
        """The connections to one node as it is listed now, shown our certificate of now; with others, others."""
        key = (listing, self._identity.tls.written_ns())
        with self._lock:
            held = self._transports.get(listing.id)
            if held is not None and held[0] == key:
                return held[1]
            made = self._make(listing)
            self._transports[listing.id] = (key, made)
        if held is not None:
            held[1].close()
        return made

    def _make(self, listing: NodeListing) -> httpx.HTTPTransport:
        # No proxy from the environment may come between two nodes. A transport and not a client: what a client adds (cookies,
        # redirects, authentication) no message has, and it costs as much again.
        if listing.address.startswith("https://"):
            context = client_context(self._identity.tls, listing)
            return httpx.HTTPTransport(limits=LIMITS, trust_env=False, verify=context)
        if not _on_this_machine(listing.address):
            raise PeerUntrustedError(fault("peer.no-tls", node=listing.id))
        return httpx.HTTPTransport(limits=LIMITS, trust_env=False, verify=trusting_nobody())

    def _breaker(self, node: str) -> Breaker:
        with self._lock:
            if node not in self._breakers:
                self._breakers[node] = Breaker(node, self._identity.clock, self._identity.randomness)
            return self._breakers[node]

    def _read(self, node: str, response: httpx.Response, deadline_ms: int) -> bytes:
        """The whole body, within the size of a message and the deadline: a peer that trickles is no exception."""
        content = bytearray()
        for part in response.iter_raw():
            content += part
            if len(content) > LARGEST_MESSAGE:
                raise RejectedMessageError(f"`{node}` sent more than {LARGEST_MESSAGE} bytes")
            if self._identity.clock.now_ms() > deadline_ms:
                raise PeerTimeoutError(f"`{node}` did not answer in time")
        return bytes(content)


def _bounds(node: str, left_ms: int) -> dict[str, Any]:
    """How long each step of a request may take, and the name the certificate must have: the node's, not the place's."""
    return {"timeout": httpx.Timeout(max(0.001, left_ms / 1000)).as_dict(), "sni_hostname": node}


def _on_this_machine(address: str) -> bool:
    """Whether an address is a number of this machine alone; no name server is asked."""
    try:
        return ip_address(urlsplit(address).hostname or "").is_loopback
    except ValueError:
        return False
