"""A world with real keys, a real store and counted randomness, for tests of the log."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.errors import KeyUnavailableError
from comity.ledger.checkpoint import log_name, make_vkey
from comity.model.agency import Directory
from comity.model.codes import Purpose
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.ports import World
from comity.store.opening import Store
from store_engines import open_store
from witness_keys import WitnessKey

NODE = "ca-river"
_MASK = int.from_bytes(b"Z" * 32, "big")


class TestKeys:
    """Keys from a fixed seed; wrapping is a keyed mask, enough to see that keys are stored wrapped."""

    __test__ = False

    def __init__(self, node: str = NODE) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(sha256(node.encode()).digest())
        self._vkey = make_vkey(log_name(node), self._key.public_key().public_bytes_raw())
        self._witness = WitnessKey(node)
        self.missing = False

    def sign_message(self, payload: bytes) -> bytes:
        return self._key.sign(payload)

    def sign_log(self, payload: bytes) -> bytes:
        if self.missing:
            raise KeyUnavailableError("the log key is missing; restore the key file")
        return self._key.sign(payload)

    def log_key(self) -> str:
        return self._vkey

    def sign_witness(self, payload: bytes) -> bytes:
        return self._witness.sign(payload)

    def witness_key(self) -> str:
        return self._witness.vkey

    def wrap(self, key: bytes) -> bytes:
        return (int.from_bytes(key, "big") ^ _MASK).to_bytes(32, "big") + b"wrapped"

    def unwrap(self, wrapped: bytes) -> bytes:
        return (int.from_bytes(wrapped[:32], "big") ^ _MASK).to_bytes(32, "big")


class Counted:
    """Bytes that never repeat: hashes of a counter."""

    def __init__(self) -> None:
        self._taken = 0

    def take(self, count: int) -> bytes:
        self._taken += 1
        return sha256(self._taken.to_bytes(8, "big")).digest()[:count]


class FixedClock:
    def now_ms(self) -> int:
        return 1_790_000_000_000


def make_world(journal: Any, keys: TestKeys | None = None, node: str = NODE) -> World:
    """A world whose journal is real and whose other ports the ledger never touches."""
    absent: Any = None
    return World(
        node=node,
        clock=FixedClock(),
        randomness=Counted(),
        keys=keys or TestKeys(node),
        directory=lambda: Directory(version=1, agencies=(), nodes=()),
        laws=absent,
        records=absent,
        journal=journal,
        peers=absent,
        weights=absent,
    )


def open_world(folder: Path, fault: Callable[[str], None] | None = None) -> tuple[Store, World]:
    store = open_store(folder, fault) if fault else open_store(folder)
    return store, make_world(store.journal)


def make_unit(number: int, **changes: Any) -> Unit:
    """A unit whose content says its number."""
    facts = EntryFacts(
        kind=EntryKind.ANSWERED,
        at_ms=1_790_000_000_000 + number,
        owner_ori="CA0300100",
        asker_ori="WA0170000",
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        instrument="nothing",
        decision="answered",
        class_mask=9,
        released=1,
        agreement="sha256:" + "ab" * 32,
        law="sha256:" + "cd" * 32,
        pair=f"{number + 1:064x}",
    )
    whole: dict[str, Any] = {
        "facts": facts,
        "content": b"answer %d" % number,
        "record": b"disclosure %d" % number,
        "sealed": b"explanation %d" % number,
        "replay": ("wa-city", f"nonce-{number}"),
        "answer_to": ("wa-city", f"{number:032x}", "digest", "sha256:" + "00" * 32),
    }
    return Unit(**{**whole, **changes})
