"""The witness of a simulation: it never stops, is away from whom the seed says, and notices a log that forked.

It is one for all honest nodes, and its word is their quorum. While it is away from a node longer than the grace, nothing
may leave that node; what leaves is looked at in `leaving.py`.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from threading import Lock

from comity.errors import PeerUnreachableError, ProofError
from comity.ledger.checkpoint import Checkpoint, parse_checkpoint
from comity.ledger.cosignature import cosign, make_witness_vkey, parse_witness_vkey, witness_name
from comity.ledger.tree import check_consistency
from comity.model.witness import PolicyWitness, WitnessPolicy, WitnessRound
from comity.node.keys import public_bytes
from comity.sim.federation import START_MS, sim_key
from comity.sim.seen import Seen

NAME = "warden"


@dataclass
class Warden:
    """What it cosigned last of each log, and the nodes it is away from."""

    seen: Seen
    away: set[str] = field(default_factory=set)
    held: dict[str, Checkpoint] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._key = sim_key("sim/warden")
        self.vkey = make_witness_vkey(witness_name(NAME), public_bytes(self._key))
        self._lock = Lock()

    def take(self, raw: bytes) -> tuple[int, bytes]:
        """Cosign a checkpoint that extends the last one of its log; a fork is a finding."""
        lines, _, note = raw.decode().partition("\n\n")
        first, *proof = lines.split("\n")
        head, old = parse_checkpoint(note), int(first.removeprefix("old "))
        with self._lock:
            before = self.held.get(head.origin)
            if old != (before.size if before else 0):
                return 409, f"{before.size if before else 0}\n".encode()
            if before is not None:
                try:
                    steps = tuple(b64decode(step) for step in proof)
                    check_consistency(old, before.root, head.size, head.root, steps)
                except ProofError as error:
                    self.seen.findings.append(f"{head.origin} forked before its witness: {error}")
                    return 422, b"no\n"
            self.held[head.origin] = head
        key = parse_witness_vkey(self.vkey)
        return 200, cosign(head.body, key, START_MS // 1000, self._key.sign).encode()


class SimWitnesses:
    """The `Witnesses` port of one node: the warden alone."""

    def __init__(self, warden: Warden, node: str) -> None:
        self._warden, self._node = warden, node
        self._told: WitnessRound | None = None

    @property
    def policy(self) -> WitnessPolicy:
        one = PolicyWitness(name=NAME, vkey=self._warden.vkey, url="sim://warden")
        return WitnessPolicy(logs=(), witnesses=(one,), groups=(), quorum=NAME)

    def call(self, url: str, content: bytes | None) -> tuple[int, bytes]:
        if self._node in self._warden.away or content is None:
            raise PeerUnreachableError("the warden could not be reached")
        return self._warden.take(content)

    def told(self) -> WitnessRound | None:
        return self._told

    def tell(self, told: WitnessRound) -> None:
        self._told = told
