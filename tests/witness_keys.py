"""Keys of witnesses from their names, and policies over them."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.ledger.checkpoint import LogKey
from comity.ledger.cosignature import cosign, make_witness_vkey, parse_witness_vkey, witness_name
from comity.ledger.policy import read_policy
from comity.model.witness import WitnessPolicy


class WitnessKey:
    """A witness's key, from its node's name."""

    def __init__(self, node: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(sha256(f"witness of {node}".encode()).digest())
        self.vkey = make_witness_vkey(witness_name(node), self._key.public_key().public_bytes_raw())

    @property
    def key(self) -> LogKey:
        return parse_witness_vkey(self.vkey)

    def sign(self, payload: bytes) -> bytes:
        return self._key.sign(payload)

    def line(self, body: str, at_s: int) -> str:
        """This witness's cosignature over a checkpoint's text."""
        return cosign(body, self.key, at_s, self.sign)


def policy_of(*nodes: str, rule: str = "all") -> WitnessPolicy:
    """A policy over these nodes' witnesses, each under its node's name at `test://NODE`."""
    lines = [f"witness {node} {WitnessKey(node).vkey} test://{node}" for node in nodes]
    return read_policy(
        "\n".join([*lines, f"group all-of-them {rule} {' '.join(nodes)}", "quorum all-of-them", ""]), "policy"
    )
