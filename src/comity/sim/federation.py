"""Nodes in one process that exchange the same bytes as over the network, reproducible from a seed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.structs import replace

from comity.errors import KeyUnavailableError, LawUnavailableError, PeerUnreachableError, WeightsUnavailableError
from comity.exchange.receive import receive_message
from comity.ledger.checkpoint import log_name, make_vkey
from comity.ledger.cosignature import make_witness_vkey, witness_name
from comity.match.weights import load_weights
from comity.model.agency import Agency, Directory, NodeListing
from comity.model.law_text import LawText, OwnerLaw, Signature, SignedElection, signed_bytes
from comity.model.peer_state import PeerState
from comity.model.record import Record
from comity.model.weights import Weights
from comity.model.weights_shown import WeightsInForce
from comity.node.keys import public_bytes, public_text
from comity.ports import World
from comity.store.opening import Store
from comity.store.sqlite import open_store

START_MS = 1_795_000_000_000  # 18 November 2026, a Wednesday
Deliver = Callable[[str, bytes], bytes]


class SimClock:
    """A clock that moves only when told to."""

    def __init__(self, start_ms: int = START_MS) -> None:
        self.at_ms = start_ms

    def now_ms(self) -> int:
        return self.at_ms


class SimRandomness:
    """Bytes that follow from a seed. Safe to share between threads; their order then decides who gets which."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._taken = 0
        self._lock = Lock()

    def take(self, count: int) -> bytes:
        with self._lock:
            self._taken += 1
            number = self._taken
        return hashlib.shake_256(self._seed + number.to_bytes(8, "big")).digest(count)


class SimKeys:
    """Signing keys that follow from a seed; `lost` makes every key unavailable."""

    def __init__(self, seed: str, node: str) -> None:
        self._seed, self._node = seed, node
        self._message = sim_key(f"{seed}/{node}/message")
        self._log = sim_key(f"{seed}/{node}/log")
        self._vkey = make_vkey(log_name(node), public_bytes(self._log))
        self._witness = sim_key(f"{seed}/{node}/witness")
        self._witness_vkey = make_witness_vkey(witness_name(node), public_bytes(self._witness))
        self._wrapping = AESGCM(hashlib.sha256(f"{seed}/{node}/wrap".encode()).digest())
        self.lost = False

    def roll_message(self, turn: int) -> None:
        """Sign messages with the `turn`th key from now on, as a node does that adopted a directory listing it."""
        self._message = sim_key(f"{self._seed}/{self._node}/message/{turn}")

    def roll_log(self, turn: int) -> None:
        """Sign the log with the `turn`th key from now on."""
        self._log = sim_key(f"{self._seed}/{self._node}/log/{turn}")
        self._vkey = make_vkey(log_name(self._node), public_bytes(self._log))

    @property
    def message_key(self) -> str:
        return public_text(self._message)

    def sign_message(self, payload: bytes) -> bytes:
        return self._there(self._message).sign(payload)

    def sign_log(self, payload: bytes) -> bytes:
        return self._there(self._log).sign(payload)

    def log_key(self) -> str:
        return self._vkey

    def sign_witness(self, payload: bytes) -> bytes:
        return self._there(self._witness).sign(payload)

    def witness_key(self) -> str:
        return self._witness_vkey

    def wrap(self, key: bytes) -> bytes:
        # The nonce follows from the key, which is used once, so that a run is reproducible.
        nonce = hashlib.sha256(key).digest()[:12]
        return nonce + self._wrapping.encrypt(nonce, key, None)

    def unwrap(self, wrapped: bytes) -> bytes:
        return self._wrapping.decrypt(wrapped[:12], wrapped[12:], None)

    def secrets(self) -> dict[str, bytes]:
        """What lies in the key files of a node whose keys these are, by their stems."""
        return {"message": self._message.private_bytes_raw(), "log": self._log.private_bytes_raw()}

    def _there(self, key: Ed25519PrivateKey) -> Ed25519PrivateKey:
        if self.lost:
            raise KeyUnavailableError("the node's keys are not there; restore them from the key backup")
        return key


@dataclass
class SimLaws:
    """Law texts and elections by owner; `lost` makes the law unavailable."""

    texts: dict[str, tuple[LawText, ...]]
    lost: bool = False
    elections: dict[str, tuple[SignedElection, ...]] = field(default_factory=dict)

    def law_of(self, owner: str) -> OwnerLaw:
        if self.lost or owner not in self.texts:
            raise LawUnavailableError(f"`{owner}` has no law in force; activate its packs and agreements")
        return OwnerLaw(texts=self.texts[owner], elections=self.elections.get(owner, ()))

    def texts_of(self, owner: str) -> tuple[LawText, ...]:
        return self.law_of(owner).texts


class SimPeers:
    """The network: bytes handed to the other world; `down` nodes are unreachable, `deliver` may meddle."""

    def __init__(self, federation: Federation) -> None:
        self._federation = federation

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        if node in self._federation.down or node not in self._federation.worlds:
            raise PeerUnreachableError(f"`{node}` could not be reached")
        if self._federation.meddle is not None:
            return self._federation.meddle(node, message)
        return self._federation.deliver(node, message)

    def states(self) -> tuple[PeerState, ...]:
        return ()  # every message is tried: a simulation's peers have no breaker


@dataclass
class SimWeights:
    """The `OwnWeights` port: versions by owner, the shipped one for all others."""

    versions: dict[str, Weights]

    def of(self, owner: str) -> Weights:
        return self.versions.get(owner) or load_weights()

    def chosen(self, owner: str) -> WeightsInForce | None:
        """Nothing: a simulation puts versions in place by hand."""
        return None

    def choose(self, owner: str, chosen: WeightsInForce) -> None:
        """Raises WeightsUnavailableError: a simulation has no versions on disk to choose from."""
        raise WeightsUnavailableError(f"a simulation cannot choose weights for `{owner}`; set `versions`")


@dataclass
class Federation:
    """Worlds by node id, with what a test may break. `adopted` are nodes whose directory is another than `directory`."""

    seed: str
    directory: Directory
    laws: SimLaws
    adopted: dict[str, Directory] = field(default_factory=dict)
    worlds: dict[str, World] = field(default_factory=dict)
    clocks: dict[str, SimClock] = field(default_factory=dict)
    keys: dict[str, SimKeys] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    weights: SimWeights = field(default_factory=lambda: SimWeights({}))
    meddle: Deliver | None = None

    def deliver(self, node: str, message: bytes) -> bytes:
        """What the node answers to sealed bytes."""
        return receive_message(self.worlds[node], message).raw

    def world_of(self, agency: str) -> World:
        return self.worlds[self.directory.get_agency(agency).node]

    def advance(self, milliseconds: int) -> None:
        for clock in self.clocks.values():
            clock.at_ms += milliseconds

    def close(self) -> None:
        for store in self.stores.values():
            store.close()


def build_federation(
    folder: Path,
    seed: str,
    agencies: Sequence[Agency],
    texts: Mapping[str, Sequence[tuple[LawText, Sequence[tuple[str, str]]]]],
    records: Sequence[Record],
    opened: Callable[[Path], Store] = open_store,
) -> Federation:
    """A federation over the given agencies; `texts` are each owner's law with (agency, role) of who signs it.

    `opened` opens the store of a node's folder.
    """
    node_ids = sorted({agency.node for agency in agencies})
    keys = {node: SimKeys(seed, node) for node in node_ids}
    directory = Directory(
        version=1,
        agencies=tuple(
            replace(agency, public_key=public_text(sim_key(f"{seed}/agency/{agency.id}"))) for agency in agencies
        ),
        nodes=tuple(
            NodeListing(
                id=node,
                address=f"sim://{node}",
                message_key=keys[node].message_key,
                log_key=keys[node].log_key(),
                witness_key=keys[node].witness_key(),
            )
            for node in node_ids
        ),
    )
    laws = SimLaws(
        {owner: tuple(signed_text(text, signers, seed) for text, signers in own) for owner, own in texts.items()}
    )
    federation = Federation(seed, directory, laws, keys=keys)
    for node in node_ids:
        _add_world(federation, opened(folder / node), node)
    for agency in agencies:
        own = tuple(record for record in records if record.owner == agency.id)
        if own:
            federation.world_of(agency.id).records.load(own)
    return federation


@lru_cache(maxsize=1_000)  # a federation has some thirty keys, and each signs several texts
def sim_key(seed: str) -> Ed25519PrivateKey:
    """The signing key that follows from a seed."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


def _add_world(federation: Federation, store: Store, node: str) -> None:
    clock = SimClock()
    federation.clocks[node] = clock
    federation.stores[node] = store
    federation.worlds[node] = World(
        node=node,
        clock=clock,
        randomness=SimRandomness(f"{federation.seed}/{node}"),
        keys=federation.keys[node],
        directory=lambda before=None: federation.adopted.get(node, federation.directory),
        laws=federation.laws,
        records=store.records,
        journal=store.journal,
        peers=SimPeers(federation),
        weights=federation.weights,
    )


def signed_text(text: LawText, signers: Sequence[tuple[str, str]], seed: str) -> LawText:
    """The text with the signatures of these (agency, role), by keys that follow from the seed."""
    said = signed_bytes(text.kind, text.name, text.hash)
    signatures = tuple(
        Signature(agency=agency, role=role, value=_signature(f"{seed}/agency/{agency}", said))
        for agency, role in signers
    )
    return replace(text, signatures=signatures)


@lru_cache(maxsize=1_000)  # texts of one region by all who sign them: each federation over it has the same
def _signature(seed: str, said: bytes) -> str:
    return base64.b64encode(sim_key(seed).sign(said)).decode()
