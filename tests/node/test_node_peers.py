"""Other nodes over HTTP: sizes, deadlines and refusals, against a server that misbehaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from comity.errors import PeerTimeoutError, PeerUnreachableError, RejectedMessageError
from comity.exchange.wire import LARGEST_MESSAGE
from comity.model.agency import Directory, NodeListing
from comity.node.clock import SystemClock
from comity.node.peers import LONGEST_SENTENCE, HttpPeers

OWN = b"answered here"


class Misbehaving(BaseHTTPRequestHandler):
    """Answers by what the message says."""

    def do_POST(self) -> None:
        wanted = self.rfile.read(int(self.headers["content-length"])).decode()
        with suppress(BrokenPipeError, ConnectionResetError):  # the client had enough
            getattr(self, f"answer_{wanted}")()

    def answer_well(self) -> None:
        self._send(200, b"sealed")

    def answer_refusal(self) -> None:
        self._send(401, b"no " * 1_000)

    def answer_silence(self) -> None:
        self._send(503, b"")

    def answer_large(self) -> None:
        self._send(200, b"x" * (LARGEST_MESSAGE + 1))

    def answer_redirect(self) -> None:
        self.send_response(302)
        self.send_header("location", "http://127.0.0.1:1/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def answer_trickle(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        for _ in range(1_000):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.01)

    def answer_nothing(self) -> None:
        time.sleep(0.5)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def misbehaving_peer() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def peers() -> Iterator[HttpPeers]:
    with misbehaving_peer() as address:
        nodes = tuple(
            NodeListing(id=name, address=at, message_key="", log_key="")
            for name, at in (("far", address), ("dead", "http://127.0.0.1:1"), ("odd", "http://[::oops"))
        )
        made = HttpPeers(
            "near", lambda: Directory(version=1, agencies=(), nodes=nodes), SystemClock(), lambda _: OWN
        )
        yield made
        made.close()


def soon(seconds: float = 30) -> int:
    return SystemClock().now_ms() + int(seconds * 1000)


def test_a_message_is_answered(peers: HttpPeers) -> None:
    """The bytes of the answer; the own node without the network."""
    assert peers.send("far", b"well", soon()) == b"sealed"
    assert peers.send("near", b"well", soon()) == OWN


def test_a_proxy_of_the_environment_is_not_used(peers: HttpPeers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the environment names comes between two nodes."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    listing = NodeListing(id="far", address=str(peers._directory().nodes[0].address), message_key="", log_key="")
    made = HttpPeers(
        "near", lambda: Directory(version=1, agencies=(), nodes=(listing,)), SystemClock(), lambda _: OWN
    )
    assert made.send("far", b"well", soon()) == b"sealed"
    made.close()


def test_a_refusal_is_repeated_and_bounded(peers: HttpPeers) -> None:
    """A peer's sentence is carried on, cut to a bearable length; without one its status is told."""
    with pytest.raises(RejectedMessageError, match=r"^no no") as caught:
        peers.send("far", b"refusal", soon())
    assert len(str(caught.value)) <= LONGEST_SENTENCE
    with pytest.raises(RejectedMessageError, match="`far` answered 503"):
        peers.send("far", b"silence", soon())
    with pytest.raises(RejectedMessageError, match="`far` answered 302"):
        peers.send("far", b"redirect", soon())


def test_more_than_a_message_is_not_read(peers: HttpPeers) -> None:
    """A body larger than a message may be is refused."""
    with pytest.raises(RejectedMessageError, match=f"sent more than {LARGEST_MESSAGE} bytes"):
        peers.send("far", b"large", soon())


@pytest.mark.parametrize("way", [b"trickle", b"nothing"])
def test_the_deadline_holds_for_a_peer_that_trickles(peers: HttpPeers, way: bytes) -> None:
    """Neither silence nor a byte now and then keeps a source beyond its deadline."""
    with pytest.raises(PeerTimeoutError, match="`far` did not answer in time"):
        peers.send("far", way, soon(0.2))


@pytest.mark.parametrize("node", ["dead", "odd", "unlisted"])
def test_a_peer_that_is_not_there_is_unreachable(peers: HttpPeers, node: str) -> None:
    """Nobody listening, an address that is none, a node nobody lists."""
    with pytest.raises(PeerUnreachableError):
        peers.send(node, b"well", soon())
