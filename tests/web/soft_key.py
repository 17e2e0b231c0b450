"""A passkey in this process, as an authenticator keeps one: it signs what it is asked, and lies where a test says so."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def packed(raw: bytes) -> str:
    """base64url without its end."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """The bytes of base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """One key at one site. `flags` are those of its authenticator, `count` its signature counter, None for none."""

    origin: str
    party: str
    flags: int = PRESENT | VERIFIED
    count: int | None = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def add(self, options: dict[str, Any]) -> str:
        """The answer to being asked for a new passkey."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        point = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        inside = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(point)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | WITH_KEY) + inside}
        said = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": packed(said), "attestationObject": packed(cbor2.dumps(attested))})

    def use(self, options: dict[str, Any]) -> str:
        """The answer to a sign-in."""
        if self.count is not None:
            self.count += 1
        said, data = self._client("webauthn.get", options["challenge"]), self._data(self.flags)
        signed = self.key.sign(data + sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": packed(said),
                "authenticatorData": packed(data),
                "signature": packed(signed),
                "userHandle": self.handle,
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, flags: int) -> bytes:
        return sha256(self.party.encode()).digest() + bytes([flags]) + (self.count or 0).to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps(
            {"id": packed(self.id), "rawId": packed(self.id), "type": "public-key", "response": response}
        )
