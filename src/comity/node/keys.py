"""A node's keys on disk: message key, log key, agency keys, and the monthly keys that wrap commitment keys.

Monthly keys live in a folder of their own, outside the database and its backups: destroying one makes every
commitment key it wrapped unreadable, while the log's proofs stay whole.
"""

from __future__ import annotations

import base64
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.errors import KeyUnavailableError
from comity.ledger.checkpoint import log_name, make_vkey
from comity.ledger.cosignature import make_witness_vkey, witness_name
from comity.settings import sync_folder, write_whole

KEY_BYTES = 32
NONCE_BYTES = 12  # AES-GCM, NIST SP 800-38D
MONTH_BYTES = 7  # `2026-11`, written before each wrapped key
WITNESS_KEY = "witness.key"
MONTH = re.compile(rb"[0-9]{4}-[0-9]{2}")


def make_key_file(path: Path) -> None:
    """Make a fresh 32-byte secret, readable by its owner only, durable before it is used. An existing key is kept."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
    write_whole(draft, os.urandom(KEY_BYTES), mode=0o600)
    try:
        # A link fails where a name is taken: of two threads at the turn of a month both use the first one's key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(path.parent)


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in a file. Raises KeyUnavailableError when it is missing or damaged."""
    return Ed25519PrivateKey.from_private_bytes(_read(path))


def public_text(key: Ed25519PrivateKey) -> str:
    """The base64 public key, as the directory lists it."""
    return base64.b64encode(public_bytes(key)).decode()


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def agency_key(folder: Path, agency: str) -> Path:
    """Where a node keeps one agency's signing key."""
    return folder / "keys" / f"agency-{agency}.key"


class FileKeys:
    """The `Keys` port over a node's key folder."""

    def __init__(self, folder: Path, node: str) -> None:
        self._months = folder / "months"
        self._message = read_signing_key(folder / "message.key")
        self._log = read_signing_key(folder / "log.key")
        self._vkey = make_vkey(log_name(node), public_bytes(self._log))
        self._witness = read_signing_key(folder / WITNESS_KEY)
        self._witness_vkey = make_witness_vkey(witness_name(node), public_bytes(self._witness))
        self._wrapping: dict[str, AESGCM] = {}

    def message_key(self) -> str:
        """The base64 public key of this node's messages, as the directory should list it."""
        return public_text(self._message)

    def sign_message(self, payload: bytes) -> bytes:
        return self._message.sign(payload)

    def sign_log(self, payload: bytes) -> bytes:
        return self._log.sign(payload)

    def log_key(self) -> str:
        return self._vkey

    def sign_witness(self, payload: bytes) -> bytes:
        return self._witness.sign(payload)

    def witness_key(self) -> str:
        return self._witness_vkey

    def wrap(self, key: bytes) -> bytes:
        month = datetime.now(UTC).strftime("%Y-%m")
        make_key_file(self._months / f"{month}.key")
        nonce = os.urandom(NONCE_BYTES)
        return month.encode() + nonce + self._month_key(month).encrypt(nonce, key, month.encode())

    def unwrap(self, wrapped: bytes) -> bytes:
        if not MONTH.fullmatch(wrapped[:MONTH_BYTES]):
            raise KeyUnavailableError(
                "a wrapped commitment key is damaged; restore the node directory from a copy"
            )
        month = wrapped[:MONTH_BYTES].decode()
        nonce = wrapped[MONTH_BYTES : MONTH_BYTES + NONCE_BYTES]
        try:
            return self._month_key(month).decrypt(nonce, wrapped[MONTH_BYTES + NONCE_BYTES :], month.encode())
        except InvalidTag as error:
            raise KeyUnavailableError(
                f"the commitment keys of {month} cannot be opened; restore that month's key"
            ) from error

    def _month_key(self, month: str) -> AESGCM:
        if month not in self._wrapping:
            self._wrapping[month] = AESGCM(_read(self._months / f"{month}.key"))
        return self._wrapping[month]


def _read(path: Path) -> bytes:
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise KeyUnavailableError(
            f"the key `{path.name}` cannot be read ({(error.strerror or 'trouble').lower()}); "
            "restore it from the key backup"
        ) from error
    if len(secret) != KEY_BYTES:
        raise KeyUnavailableError(f"the key `{path.name}` is damaged; restore it from the key backup")
    return secret
