"""Other nodes over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from comity.errors import PeerTimeoutError, PeerUnreachableError, RejectedMessageError
from comity.exchange.wire import LARGEST_MESSAGE
from comity.model.agency import Directory
from comity.ports import Clock

MESSAGES_PATH = "/messages"
LONGEST_SENTENCE = 300  # characters of a peer's refusal that are repeated
LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=32)  # twice the sources asked at once


class HttpPeers:
    """The `Peers` port: one POST a message. This node's own address is answered without the network."""

    def __init__(
        self, node: str, directory: Callable[[], Directory], clock: Clock, own: Callable[[bytes], bytes]
    ) -> None:
        self._node = node
        self._directory = directory
        self._clock = clock
        self._own = own
        # No proxy from the environment may come between two nodes, and nothing compressed is unpacked unbounded.
        self._client = httpx.Client(limits=LIMITS, trust_env=False, headers={"accept-encoding": "identity"})

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        if node == self._node:
            return self._own(message)
        listing = self._directory().find_node(node)  # per message: a version adopted meanwhile counts at once
        if listing is None:
            raise PeerUnreachableError(f"`{node}` is not in the directory")
        seconds = max(0.001, (deadline_ms - self._clock.now_ms()) / 1000)
        try:
            with self._client.stream(
                "POST", listing.address + MESSAGES_PATH, content=message, timeout=seconds
            ) as response:
                content = self._read(node, response, deadline_ms)
        except httpx.TimeoutException as error:
            raise PeerTimeoutError(f"`{node}` did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PeerUnreachableError(f"`{node}` could not be reached") from error
        if response.status_code != 200:
            sentence = content.decode("utf-8", "replace")[:LONGEST_SENTENCE]
            raise RejectedMessageError(sentence or f"`{node}` answered {response.status_code}")
        return content

    def close(self) -> None:
        self._client.close()

    def _read(self, node: str, response: httpx.Response, deadline_ms: int) -> bytes:
        """The whole body, within the size of a message and the deadline: a peer that trickles is no exception."""
        content = bytearray()
        for part in response.iter_raw():
            content += part
            if len(content) > LARGEST_MESSAGE:
                raise RejectedMessageError(f"`{node}` sent more than {LARGEST_MESSAGE} bytes")
            if self._clock.now_ms() > deadline_ms:
                raise PeerTimeoutError(f"`{node}` did not answer in time")
        return bytes(content)
