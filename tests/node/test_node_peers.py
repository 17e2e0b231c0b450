"""Other nodes over HTTP: sizes, deadlines and refusals, against a server that misbehaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from comity.errors import PeerTimeoutError, PeerUnreachableError, PeerUntrustedError, RejectedMessageError
from comity.exchange.messages.wire import LARGEST_MESSAGE
from comity.model.agency import Directory, NodeListing
from comity.model.peer_state import BreakerState
from comity.node.breaker import OPENS_AFTER
from comity.node.clock import SystemClock
from comity.node.http_signature import sign_response
from comity.node.peers import LONGEST_SENTENCE, HttpPeers, Identity
from comity.node.tls import TlsFiles
from comity.ports import Clock
from comity.sim.federation import SimKeys, SimRandomness

OWN = b"answered here"
FAR_KEYS, NEAR_KEYS = SimKeys("peers", "far"), SimKeys("peers", "near")


def listing(name: str, address: str) -> NodeListing:
    return NodeListing(id=name, address=address, message_key=FAR_KEYS.message_key, log_key="")


def near(*nodes: NodeListing, clock: Clock | None = None) -> HttpPeers:
    """The peers of a node that has no TLS files."""
    directory = Directory(version=1, agencies=(), nodes=nodes)
    identity = Identity(
        "near", NEAR_KEYS, TlsFiles(Path("no such folder")), clock or SystemClock(), SimRandomness("peers")
    )
    return HttpPeers(identity, lambda: directory, lambda _: OWN)


class Misbehaving(BaseHTTPRequestHandler):
    """Answers by what the message says."""

    def do_POST(self) -> None:
        wanted = self.rfile.read(int(self.headers["content-length"])).decode()
        with suppress(BrokenPipeError, ConnectionResetError):  # the client had enough
            getattr(self, f"answer_{wanted}")()

    def answer_well(self) -> None:
        self._send(200, b"sealed", signed=True)

    def answer_unsigned(self) -> None:
        self._send(200, b"sealed")

    def answer_altered(self) -> None:
        self._send(200, b"sealed", signed=True, sent=b"SEALED")

    def answer_other(self) -> None:
        self.headers.replace_header("signature", f"comity=:{'A' * 86}==:")  # an answer to another request
        self._send(200, b"sealed", signed=True)

    def answer_worse(self) -> None:
        self._send(503, b"signed for another status", signed=True, sent_status=401)

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

    def _send(
        self, status: int, content: bytes, signed: bool = False, sent: bytes = b"", sent_status: int = 0
    ) -> None:
        self.send_response(sent_status or status)
        if signed:
            request = self.headers["signature"].removeprefix("comity=")
            now_s = SystemClock().now_ms() // 1000
            made = sign_response(FAR_KEYS, "far", (status, "text/plain"), content, (now_s, request))
            for name, value in made.items():
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(sent or content)


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


@pytest.fixture
def peers() -> Iterator[HttpPeers]:
    """Peers whose breakers know nothing yet, over one server that misbehaves."""
    with misbehaving_peer() as address:
        made = near(
            listing("far", address), listing("dead", "http://127.0.0.1:1"), listing("odd", "http://[::oops"),
            listing("elsewhere", "http://192.0.2.7:80"), listing("named", "http://localhost:1"),
            listing("keyless", "https://127.0.0.1:1"),
        )  # fmt: skip
        yield made
        made.close()


def soon(seconds: float = 30) -> int:
    return SystemClock().now_ms() + int(seconds * 1000)


def test_a_message_is_answered(peers: HttpPeers) -> None:
    """The bytes of the answer; the own node without the network."""
    assert peers.send("far", b"well", soon()) == b"sealed"
    assert peers.send("near", b"well", soon()) == OWN


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        (b"unsigned", "`far` answered without its HTTP signature"),
        (b"altered", "the HTTP signature of `far` does not fit its answer"),
        (b"other", "the HTTP signature of `far` does not fit its answer"),
        (b"worse", "the HTTP signature of `far` does not fit its answer"),
    ],
)
def test_an_answer_that_its_node_did_not_sign_to_us_is_none(peers: HttpPeers, way: bytes, fault: str) -> None:
    """Unsigned, altered, signed to another request or for another status: nothing of it is used."""
    with pytest.raises(RejectedMessageError, match=fault):
        peers.send("far", way, soon())


@pytest.mark.parametrize("node", ["elsewhere", "named", "odd"])
def test_nothing_is_sent_in_clear_to_another_host(peers: HttpPeers, node: str) -> None:
    """Plain HTTP goes to a number of this machine alone, and no name server says what that is."""
    with pytest.raises(PeerUntrustedError, match="neither https nor of this machine alone; nothing is sent"):
        peers.send(node, b"well", soon())


def test_nothing_is_sent_to_a_node_without_a_listed_key(peers: HttpPeers) -> None:
    """A node that is listed with https and no key could be anybody."""
    with pytest.raises(PeerUntrustedError, match="lists no TLS key of `keyless`"):
        peers.send("keyless", b"well", soon())


def test_a_breaker_opens_and_says_so_at_once(peers: HttpPeers) -> None:
    """After some failures in a row the peer is not tried; other peers are; a refusal is no failure."""
    for _ in range(OPENS_AFTER):
        with pytest.raises(PeerUnreachableError, match="could not be reached"):
            peers.send("dead", b"well", soon())
        with pytest.raises(RejectedMessageError):
            peers.send("far", b"silence", soon())
    with pytest.raises(PeerUnreachableError, match="`dead` was not reached several times; it is tried again in"):
        peers.send("dead", b"well", soon())
    assert peers.send("far", b"well", soon()) == b"sealed"
    states = {one.node: one for one in peers.states()}
    assert states["dead"].breaker is BreakerState.OPEN
    assert states["dead"].failures == OPENS_AFTER
    assert states["dead"].why == "`dead` could not be reached"
    assert states["far"].breaker is BreakerState.CLOSED


def test_a_short_wait_says_nothing_about_a_peer(peers: HttpPeers) -> None:
    """Whoever waits a moment only does not keep others from a peer."""
    for _ in range(OPENS_AFTER + 1):
        with pytest.raises(PeerTimeoutError):
            peers.send("far", b"nothing", soon(0.01))
    assert peers.send("far", b"well", soon()) == b"sealed"


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the environment names comes between two nodes."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with misbehaving_peer() as address:
        made = near(listing("far", address))
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


@pytest.mark.parametrize("node", ["dead", "unlisted"])
def test_a_peer_that_is_not_there_is_unreachable(peers: HttpPeers, node: str) -> None:
    """Nobody listening, a node nobody lists."""
    with pytest.raises(PeerUnreachableError):
        peers.send(node, b"well", soon())
