"""Nodes with real logs that witness one another in one process, and logs that sign whatever a test wants."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.errors import PeerTimeoutError, PeerUnreachableError
from comity.exchange.log.witness import cosigned_checkpoint, witness_checkpoint
from comity.ledger.append import append_entry
from comity.ledger.checkpoint import Checkpoint, log_name, make_vkey, parse_vkey, sign_checkpoint
from comity.ledger.tree import consistency_proof, edge_of, leaf_hash, node_hash, root_of
from comity.model.agency import Directory, NodeListing
from comity.model.disclosure import EntryFacts, EntryKind, Receipt, Unit
from comity.model.witness import WitnessPolicy, WitnessRound
from comity.ports import World
from comity.store.opening import Store
from store_engines import open_store
from witness_keys import WitnessKey

START_MS = 1_795_000_020_000  # a whole minute, so that an entry's time is the clock's


class StageKeys:
    """Keys of a node from its name; wrapping hides nothing, which these tests do not look at."""

    def __init__(self, node: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(sha256(node.encode()).digest())
        self._witness = WitnessKey(node)
        self._vkey = make_vkey(log_name(node), self._key.public_key().public_bytes_raw())

    def sign_message(self, payload: bytes) -> bytes:
        return self._key.sign(payload)

    def sign_log(self, payload: bytes) -> bytes:
        return self._key.sign(payload)

    def log_key(self) -> str:
        return self._vkey

    def sign_witness(self, payload: bytes) -> bytes:
        return self._witness.sign(payload)

    def witness_key(self) -> str:
        return self._witness.vkey

    def wrap(self, key: bytes) -> bytes:
        return key

    def unwrap(self, wrapped: bytes) -> bytes:
        return wrapped


class StageClock:
    def __init__(self) -> None:
        self.at_ms = START_MS

    def now_ms(self) -> int:
        return self.at_ms


class Counted:
    """Bytes that never repeat: hashes of a counter."""

    def __init__(self) -> None:
        self._taken = 0

    def take(self, count: int) -> bytes:
        self._taken += 1
        return sha256(self._taken.to_bytes(8, "big")).digest()[:count]


@dataclass
class StageWitnesses:
    """The `Witnesses` port: calls go to the other worlds of the stage."""

    stage: WitnessStage
    policy: WitnessPolicy
    last: WitnessRound | None = None

    def call(self, url: str, content: bytes | None) -> tuple[int, bytes]:
        node, _, path = url.removeprefix("test://").partition("/")
        if node in self.stage.slow:
            raise PeerTimeoutError(f"`{node}` did not answer in time")
        if node in self.stage.down or node not in self.stage.worlds:
            raise PeerUnreachableError(f"`{node}` could not be reached")
        meddle = self.stage.meddle.get(node)
        if meddle is not None:
            return meddle(path, content)
        return self.stage.answer(node, path, content)

    def told(self) -> WitnessRound | None:
        return self.last

    def tell(self, told: WitnessRound) -> None:
        self.last = told


@dataclass
class WitnessStage:
    """Nodes by name. What is `down` cannot be reached, what is `slow` does not answer, what is in `meddle` lies."""

    folder: Path
    clock: StageClock = field(default_factory=StageClock)
    worlds: dict[str, World] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    listings: dict[str, NodeListing] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    meddle: dict[str, Callable[[str, bytes | None], tuple[int, bytes]]] = field(default_factory=dict)

    def list_node(self, name: str) -> StageKeys:
        """Put a node's log into the directory, whether or not the stage holds the node."""
        keys = StageKeys(name)
        self.listings[name] = NodeListing(
            id=name,
            address=f"test://{name}",
            message_key="",
            log_key=keys.log_key(),
            witness_key=keys.witness_key(),
        )
        return keys

    def add(self, name: str, policy: WitnessPolicy | None = None, folder: Path | None = None) -> World:
        """Open a node, new or as its folder holds it."""
        keys = self.list_node(name)
        store = open_store(folder or self.folder / name)
        absent: Any = None
        world = World(
            node=name,
            clock=self.clock,
            randomness=Counted(),
            keys=keys,
            directory=lambda: Directory(version=1, agencies=(), nodes=tuple(self.listings.values())),
            laws=absent,
            records=absent,
            journal=store.journal,
            peers=absent,
            weights=absent,
            witnesses=None if policy is None else StageWitnesses(self, policy),
        )
        self.worlds[name], self.stores[name] = world, store
        return world

    def answer(self, node: str, path: str, content: bytes | None) -> tuple[int, bytes]:
        """What a witness answers, as its door would."""
        world = self.worlds[node]
        if content is None:
            reply = cosigned_checkpoint(world, path.partition("/")[0])
        else:
            reply = witness_checkpoint(world, content)
        return reply.status, reply.body.encode()

    def enter(self, name: str, number: int, kind: EntryKind = EntryKind.ANSWERED) -> Receipt:
        """One more entry in a node's log, made now."""
        unit = Unit(
            facts=EntryFacts(kind=kind, at_ms=self.clock.at_ms), content=b"answer %d" % number, record=b"record"
        )
        return append_entry(self.worlds[name], unit)

    def close(self) -> None:
        for store in self.stores.values():
            store.close()


@dataclass(frozen=True)
class LooseLog:
    """A log that signs any head: its leaves are whatever a test says."""

    keys: StageKeys

    def note(self, leaves: Sequence[bytes], size: int | None = None) -> str:
        """The signed checkpoint over these leaves; another size where one is given."""
        key = parse_vkey(self.keys.log_key())
        head = Checkpoint(key.name, len(leaves) if size is None else size, root_over(leaves))
        return sign_checkpoint(head, key, self.keys.sign_log)

    def submission(self, old: int, leaves: Sequence[bytes], proof: Sequence[bytes] | None = None) -> bytes:
        """An add-checkpoint request with the true proof from an older size within these leaves, or with another."""
        if proof is None:
            proof = consistency_proof(old, len(leaves), over(leaves)) if 0 < old <= len(leaves) else ()
        return request(old, proof, self.note(leaves))


def request(old: int | str, proof: Sequence[bytes], note: str) -> bytes:
    """The body of an add-checkpoint request."""
    hashes = "".join(f"{b64encode(step).decode()}\n" for step in proof)
    return f"old {old}\n{hashes}\n{note}".encode()


def over(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """The hashes of complete subtrees over leaves."""

    def hash_at(level: int, index: int) -> bytes:
        if level == 0:
            return leaf_hash(leaves[index])
        return node_hash(hash_at(level - 1, 2 * index), hash_at(level - 1, 2 * index + 1))

    return hash_at


def root_over(leaves: Sequence[bytes]) -> bytes:
    return root_of(edge_of(len(leaves), over(leaves)))
