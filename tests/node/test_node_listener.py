"""The public door's connections in this process: who is let in, for how long, and what a change of the directory does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from msgspec.structs import replace as changed
from serving import wait_for

from comity.errors import PeerUnreachableError, PeerUntrustedError, RejectedMessageError
from comity.model.agency import Directory
from comity.node.certificate import certify_self, make_tls_key, own_pin, renew_certificate
from comity.node.clock import SystemClock, SystemRandomness
from comity.node.door_watch import DoorWatch
from comity.node.doors import public_app
from comity.node.http_signature import sign_request
from comity.node.inside import Readiness
from comity.node.keys import FileKeys
from comity.node.listener import Bounds, Gate, door_protocol
from comity.node.message_door import NOT_LISTED, TOO_MANY, MessageDoor
from comity.node.metrics import Metrics
from comity.node.open_world import open_world
from comity.node.peers import HttpPeers, Identity
from comity.node.tls import TlsFiles, node_of
from comity.node.tls_side import TlsSide
from comity.ports import World

NODE, PEER = "ca-node", "wa-node"
NOISE = b"nothing a node would seal"


@dataclass
class Here:
    """An owner's public door in this process, with the directory it goes by now, and what was told."""

    world: World
    directory: Directory
    peer: Path
    told: list[str]
    metrics: Metrics
    port: int = 0

    def relist(self, node: str, **changes: str) -> None:
        nodes = tuple(changed(one, **changes) if one.id == node else one for one in self.directory.nodes)
        self.directory = changed(self.directory, version=self.directory.version + 1, nodes=nodes)

    def files(self, node: str) -> TlsFiles:
        return TlsFiles((self.peer if node == PEER else self.peer.parent / NODE) / "keys")

    def wait_told(self, part: str) -> None:
        wait_for(lambda: any(part in line for line in self.told))


@contextmanager
def door_here(
    copy: Callable[[str], Path], tls: bool = True, bounds: Bounds | None = None, per_second: int = 200
) -> Iterator[Here]:
    folder, peer = copy(NODE), copy(PEER)
    told: list[str] = []
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(2))
        opened = stack.enter_context(open_world(folder))
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        here = Here(opened, opened.directory(), peer, told, Metrics(), listening.getsockname()[1])
        here.relist(NODE, address=f"http{'s' if tls else ''}://127.0.0.1:{here.port}")
        world = here.world = replace(opened, directory=lambda: here.directory)
        watch = DoorWatch(world, here.metrics, told.append)
        listing = here.directory.find_node(NODE)
        assert listing is not None
        gate = Gate(watch, bounds=bounds or Bounds())
        if tls:
            side = TlsSide(here.files(NODE), world, listing)
            gate = replace(gate, context=side.context, known=lambda pin: node_of(here.directory, pin) is not None)
        door = MessageDoor(world, pool, watch, per_second, tls)
        app = public_app(world, door, Readiness(world, ()), pool, ())
        server = uvicorn.Server(
            uvicorn.Config(app, http=door_protocol(gate), log_level="critical", lifespan="off", ws="none")
        )
        thread = threading.Thread(target=lambda: server.run([listening]))
        thread.start()
        try:
            yield here
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def peers_of(here: Here, files: TlsFiles | None = None) -> Iterator[HttpPeers]:
    """The Washington node's way to the door, over connections of its own."""
    keys = FileKeys(here.peer / "keys", PEER)
    identity = Identity(PEER, keys, files or here.files(PEER), SystemClock(), SystemRandomness())
    made = HttpPeers(identity, lambda: here.directory, lambda raw: raw)
    try:
        yield made
    finally:
        made.close()


def bring(peers: HttpPeers, here: Here) -> str:
    """What the door says to noise that a listed node signed."""
    with pytest.raises(RejectedMessageError) as told:
        peers.send(NODE, NOISE, here.world.clock.now_ms() + 20_000)
    return str(told.value)


def test_a_connection_does_not_outlive_its_listing(copy: Callable[[str], Path]) -> None:
    """A request on a connection whose key was taken off the directory meanwhile is refused; a new one is not made."""
    with door_here(copy) as here, peers_of(here) as peers:
        assert "not a signed message" in bring(peers, here)
        listed = here.directory
        here.relist(PEER, certificate="", certificate_pem="")
        assert bring(peers, here) == NOT_LISTED
        with peers_of(here) as others, pytest.raises((PeerUntrustedError, PeerUnreachableError)):
            others.send(NODE, NOISE, here.world.clock.now_ms() + 20_000)
        here.wait_told("a connection was refused: its certificate is not one the directory lists")
        here.directory = listed
        assert "not a signed message" in bring(peers, here)


def test_a_renewed_certificate_is_shown_once_it_is_listed(copy: Callable[[str], Path]) -> None:
    """Until then the present one goes on; then both sides know the next, over the same key."""
    with door_here(copy) as here, peers_of(here) as peers:
        own = here.files(NODE).keys
        present = (own / "tls.crt").read_text()
        listed = renew_certificate(own, NODE)
        assert "not a signed message" in bring(peers, here)
        assert (own / "tls.crt").read_text() == present
        here.relist(NODE, certificate_pem=listed)
        assert "not a signed message" in bring(peers, here)
        assert (own / "tls.crt").read_text() == listed.removeprefix(present)
        assert not (own / "tls.next.crt").exists()


def test_a_certificate_over_another_key_than_the_listed_one_is_trusted_by_nobody(
    copy: Callable[[str], Path], tmp_path: Path
) -> None:
    """A certificate in the directory counts only over the key that is pinned beside it."""
    make_tls_key(tmp_path)
    pem = certify_self(tmp_path, PEER)
    with door_here(copy) as here:
        here.relist(PEER, certificate_pem=pem)
        with (
            peers_of(here, TlsFiles(tmp_path)) as peers,
            pytest.raises((PeerUntrustedError, PeerUnreachableError)),
        ):
            peers.send(NODE, NOISE, here.world.clock.now_ms() + 20_000)
        here.wait_told("its certificate is not one the directory lists")
        here.relist(PEER, certificate=own_pin(tmp_path))
        with peers_of(here, TlsFiles(tmp_path)) as peers:
            assert "not a signed message" in bring(peers, here)


@pytest.mark.parametrize(
    ("part", "sent"),
    [("head", b"POST /messages HTTP/1.1\r\nhost: x\r\n"), ("head", b""),
     ("body", b"POST /messages HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nslow")],
)  # fmt: skip
def test_a_slow_sender_is_cut_off(copy: Callable[[str], Path], part: str, sent: bytes) -> None:
    """However often a byte comes, a head and a body have one deadline each; a fast sender beside it is answered."""
    bounds = Bounds(head_s=0.4, body_s=0.4)
    with door_here(copy, tls=False, bounds=bounds) as here, peers_of(here) as peers:
        with socket.create_connection(("127.0.0.1", here.port), 20) as slow:
            slow.sendall(sent)
            stop = threading.Event()

            def trickle() -> None:
                while not stop.wait(0.05):
                    try:
                        slow.sendall(b"x")
                    except OSError:
                        return

            thread = threading.Thread(target=trickle)
            if sent:
                thread.start()
            here.wait_told(f"127.0.0.1: a connection was refused: it was too slow with its {part}")
            stop.set()
            if sent:
                thread.join()
        assert "not a signed message" in bring(peers, here)


def test_a_handshake_that_does_not_begin_is_given_up(copy: Callable[[str], Path]) -> None:
    """Whoever connects and says nothing holds a place for a bounded time."""
    with door_here(copy, bounds=Bounds(handshake_s=0.3)) as here:
        with socket.create_connection(("127.0.0.1", here.port), 20) as silent:
            assert silent.recv(1) == b""
        here.wait_told("it did not finish the handshake")


def answers(connection: socket.socket) -> bool:
    """Whether the door answers on a connection, or has closed it."""
    try:
        connection.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        return b"200" in connection.recv(65_536)
    except OSError:
        return False


def test_connections_are_bounded_by_address(copy: Callable[[str], Path]) -> None:
    """One more than the door holds of an address is closed at once; a place that is given back is given again."""
    with door_here(copy, tls=False, bounds=Bounds(of_address=2)) as here:
        address = ("127.0.0.1", here.port)
        with socket.create_connection(address, 20) as first, socket.create_connection(address, 20) as second:
            assert answers(first)
            assert answers(second)
            with socket.create_connection(address, 20) as third:
                assert not answers(third)
        here.wait_told("there were too many connections")

        def again() -> bool:
            with socket.create_connection(address, 20) as one:
                return answers(one)

        wait_for(again)


def test_a_node_that_asks_too_much_is_told_so(copy: Callable[[str], Path]) -> None:
    """Beyond the limit: 429 and one signed sentence, nothing entered; one line for the administrator."""
    with door_here(copy, tls=False, per_second=1) as here, peers_of(here) as peers:
        size = here.world.journal.size()
        told = [bring(peers, here) for _ in range(6)]
        limited = told.count(TOO_MANY)
        assert limited >= 2
        assert here.world.journal.size() == size + 6 - limited
        here.wait_told(f"{PEER}: it sends more messages than the request limit lets in")


def test_a_stale_signature_is_refused_and_entered(copy: Callable[[str], Path]) -> None:
    """A request signed long ago, or ahead of time, by a listed node: one entry, and no word about what is inside."""
    with door_here(copy, tls=False) as here:
        keys = FileKeys(here.peer / "keys", PEER)
        address = f"http://127.0.0.1:{here.port}/messages"
        size, now_s = here.world.journal.size(), here.world.clock.now_ms() // 1000
        for number, away_s in enumerate((-500, 500)):
            headers, _ = sign_request(keys, PEER, address, NOISE, (now_s + away_s, "0" * 32))
            reply = httpx.post(address, content=NOISE, headers=headers, trust_env=False, timeout=20)
            assert reply.status_code == 401
            assert (
                reply.text == "the HTTP signature is stale: it was made more than two minutes from now; sign anew"
            )
            assert here.world.journal.size() == size + number + 1


def test_strangers_are_explained_to_only_so_often(copy: Callable[[str], Path]) -> None:
    """An address that keeps sending what nobody signed gets 429, is counted and told once; a node there is answered."""
    with door_here(copy, tls=False) as here, peers_of(here) as peers:
        with httpx.Client(base_url=f"http://127.0.0.1:{here.port}", trust_env=False, timeout=20) as stranger:
            statuses = [stranger.post("/messages", content=b"noise").status_code for _ in range(40)]
        assert statuses[0] == 401
        assert 429 in statuses
        assert sum("a message was turned away" in line for line in here.told) == 1
        assert "not a signed message" in bring(peers, here)
