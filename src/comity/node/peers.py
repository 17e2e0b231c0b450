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


class HttpPeers:
    """The `Peers` port: one POST a message. This node's own address is answered without the network."""

    def __init__(self, node: str, directory: Directory, clock: Clock, own: Callable[[bytes], bytes]) -> None:
        self._node = node
        self._directory = directory
        self._clock = clock
        self._own = own
        self._client = httpx.Client(limits=httpx.Limits(max_connections=64, max_keepalive_connections=32))

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        if node == self._node:
            return self._own(message)
        listing = self._directory.find_node(node)
        if listing is None:
            raise PeerUnreachableError(f"`{node}` is not in the directory")
        seconds = max(0.001, (deadline_ms - self._clock.now_ms()) / 1000)
        try:
            response = self._client.post(listing.address + MESSAGES_PATH, content=message, timeout=seconds)
        except httpx.TimeoutException as error:
            raise PeerTimeoutError(f"`{node}` did not answer in time") from error
        except httpx.HTTPError as error:
            raise PeerUnreachableError(f"`{node}` could not be reached") from error
        if len(response.content) > LARGEST_MESSAGE:
            raise RejectedMessageError(f"`{node}` sent more than {LARGEST_MESSAGE} bytes")
        if response.status_code != 200:
            raise RejectedMessageError(
                response.text[:LONGEST_SENTENCE] or f"`{node}` answered {response.status_code}"
            )
        return response.content

    def close(self) -> None:
        self._client.close()
