"""Request limits where messages come through a broker: nobody uses up another's share, and the broker nobody's."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as with_port
from pathlib import Path

from msgspec.structs import replace
from test_node_listener import NODE, PEER, Here, door_here

from comity.errors import RejectedMessageError
from comity.exchange.messages.wire import Relayed, Turned, read_message, seal_message
from comity.node.clock import SystemClock, SystemRandomness
from comity.node.keys import FileKeys
from comity.node.limits import BROKER_SHARES, BURST_S, broker_buckets, carrying_places, node_buckets
from comity.node.message_door import TOO_MANY, TOO_MANY_BEHIND
from comity.node.peers import HttpPeers, Identity
from comity.ports import World

BROKER, OTHER = "fed-node", "il-node"
WAIT_MS = 20_000


@dataclass(frozen=True)
class Behind:
    """The owner's door, and the keys of a broker and of two askers behind it."""

    here: Here
    worlds: dict[str, World]
    broker: HttpPeers

    def sealed(self, sender: str) -> bytes:
        """Something that a sender truly sealed for the owner, and that the owner opens and turns away."""
        world = self.worlds[sender]
        body = Turned(message_hash="sha256:" + "0" * 64, sentence="nothing")
        inner = seal_message(world, NODE, body, world.clock.now_ms())
        return self.layer(sender, BROKER, inner)

    def layer(self, sender: str, to: str, raw: bytes) -> bytes:
        world = self.worlds[sender]
        body = Relayed(to=NODE, carried=base64.b64encode(raw).decode(), wait_ms=5_000)
        return seal_message(world, to, body, world.clock.now_ms())

    def bring(self, handed: bytes) -> str:
        """What the owner's door says to what the broker brings."""
        raw = self.layer(BROKER, NODE, handed)
        try:
            reply = self.broker.send(NODE, raw, self.here.world.clock.now_ms() + WAIT_MS)
        except RejectedMessageError as error:
            return str(error)
        body = read_message(reply.partition(b"\n")[2]).body
        assert isinstance(body, Turned)
        return body.sentence


@contextmanager
def behind(copy: Callable[[str], Path], per_second: int) -> Iterator[Behind]:
    with door_here(copy, tls=False, per_second=per_second) as here:
        nodes = tuple(
            replace(one, broker=one.id == BROKER, via=BROKER if one.id == NODE else "")
            for one in here.directory.nodes
        )
        here.directory = replace(here.directory, nodes=nodes)
        folders = {PEER: here.peer, BROKER: copy(BROKER), OTHER: copy(OTHER)}
        keys = {node: FileKeys(folder / "keys", node) for node, folder in folders.items()}
        worlds = {node: with_port(here.world, node=node, keys=held) for node, held in keys.items()}
        identity = Identity(BROKER, keys[BROKER], here.files(PEER), SystemClock(), SystemRandomness())
        peers = HttpPeers(identity, lambda: here.directory, lambda raw: raw)
        try:
            yield Behind(here, worlds, peers)
        finally:
            peers.close()


def test_an_asker_that_floods_a_broker_leaves_the_others_their_share(copy: Callable[[str], Path]) -> None:
    """Beyond one node's limit an asker is told so; another asker through the same broker is heard."""
    with behind(copy, per_second=1) as stage:
        told = [stage.bring(stage.sealed(PEER)) for _ in range(6)]
        assert told.count(TOO_MANY_BEHIND) >= 2
        assert TOO_MANY not in told
        assert "answers questions only" in stage.bring(stage.sealed(OTHER))
        stage.here.wait_told(f"{PEER} behind {BROKER}: it sends more messages than the request limit lets in")


def test_a_broker_that_repeats_uses_up_its_own_share_alone(copy: Callable[[str], Path]) -> None:
    """Replays and altered messages count against who brings them; the asker behind is heard afterwards."""
    with behind(copy, per_second=1) as stage:
        handed = stage.sealed(PEER)
        told = [stage.bring(handed) for _ in range(6)]
        assert "answers questions only" in told[0]
        assert all("sent before" in one for one in told[1:])
        assert "answers questions only" in stage.bring(stage.sealed(PEER))


def test_a_brokers_share_is_that_of_several_nodes() -> None:
    """One flooding asker takes an eighth of it at the most: what a node may send at all is one share."""
    brokers, nodes = broker_buckets(2), node_buckets(2)
    through = sum(brokers.take("pool", 0) for _ in range(1_000))
    assert through == BROKER_SHARES * 2 * BURST_S
    assert sum(nodes.take("one", 0) for _ in range(1_000)) * BROKER_SHARES == through


def test_places_to_carry_are_bounded_for_each_and_together() -> None:
    """A sender whose addressees are slow has some places, all senders together leave threads for the node itself."""
    places = carrying_places()
    held = [name for name in ("a", "b", "c", "d") for _ in range(6) if places.enter(name)]
    assert [held.count(name) for name in ("a", "b", "c", "d")] == [4, 4, 4, 0]
    places.leave("a")
    assert places.enter("d")
    assert not places.enter("a")
