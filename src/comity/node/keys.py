"""A node's keys on disk: message key, log key, agency keys, and the monthly keys that wrap commitment keys.

A key that is to replace another lies beside it, `message.2.key` beside `message.key`. Which of them signs is not said
here: the one that the directory in force lists.

Monthly keys live in a folder of their own, outside the database and its backups (`month_keys.py`).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.errors import KeyUnavailableError
from comity.ledger.checkpoint import log_name, make_vkey
from comity.ledger.cosignature import make_witness_vkey, witness_name
from comity.model.agency import Directory, NodeListing
from comity.model.faults import fault
from comity.node.key_files import make_key_file, read_secret
from comity.node.month_keys import MonthKeys

WITNESS_KEY = "witness.key"
MOST_FILES = 500  # keys of one kind in a folder; as many as a directory lists of one holder, twice


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in a file. Raises KeyUnavailableError when it is missing or damaged."""
    return Ed25519PrivateKey.from_private_bytes(read_secret(path))


def public_text(key: Ed25519PrivateKey) -> str:
    """The base64 public key, as the directory lists it."""
    return base64.b64encode(public_bytes(key)).decode()


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def agency_key(folder: Path, agency: str) -> Path:
    """Where a node keeps one agency's first signing key."""
    return folder / "keys" / f"{agency_stem(agency)}.key"


def agency_stem(agency: str) -> str:
    """What the files of an agency's keys begin with."""
    return f"agency-{agency}"


def key_files(folder: Path, stem: str) -> tuple[Path, ...]:
    """The files of one kind of key, oldest first: `stem.key`, `stem.2.key` and so on."""
    found = [folder / f"{stem}.key"]
    while len(found) < MOST_FILES and (path := folder / f"{stem}.{len(found) + 1}.key").exists():
        found.append(path)
    return tuple(found)


def roll_key(folder: Path, stem: str) -> Path:
    """Make a new key beside those of its kind; its file. Raises KeyUnavailableError when there are too many."""
    files = key_files(folder, stem)
    if len(files) == MOST_FILES:
        raise KeyUnavailableError(f"there are {MOST_FILES} keys `{stem}` already; take the oldest to a backup")
    path = files[0] if not files[0].exists() else folder / f"{stem}.{len(files) + 1}.key"
    make_key_file(path)
    return path


def listed_as(stem: str, node: str, key: Ed25519PrivateKey) -> str:
    """How a directory lists a key of a kind: a verifier key for the log's, base64 for any other."""
    return make_vkey(log_name(node), public_bytes(key)) if stem == "log" else public_text(key)


def find_key(folder: Path, stem: str, listed: str, node: str) -> Ed25519PrivateKey:
    """The key of a kind that a directory lists. Raises KeyUnavailableError when it is not in the folder."""
    for path in key_files(folder, stem):
        key = read_signing_key(path)
        if listed_as(stem, node, key) == listed:
            return key
    raise KeyUnavailableError(fault("key.not-listed", key=f"{stem}.key", node=node))


def signing_agency_key(folder: Path, directory: Directory, agency: str) -> Ed25519PrivateKey:
    """The key a directory lists for an agency, from a node's folder. Raises KeyUnavailableError."""
    listed = directory.find_agency(agency)
    return find_key(folder / "keys", agency_stem(agency), listed.public_key if listed is not None else "", agency)


class FileKeys:
    """The `Keys` port over a node's key folder; `own` is the node's listing in the directory in force.

    What the directory lists signs. Where that key is not here the first one does: `check_keys` refuses to open so.
    """

    def __init__(self, folder: Path, node: str, own: Callable[[], NodeListing | None] = lambda: None) -> None:
        self._folder, self._node, self._own = folder, node, own
        self.months = MonthKeys(folder / "months")
        self._held: dict[tuple[str, str], Ed25519PrivateKey] = {}
        self._first = {stem: self._hold(stem, folder / f"{stem}.key") for stem in ("message", "log")}
        self._witness = read_signing_key(folder / WITNESS_KEY)
        self._witness_vkey = make_witness_vkey(witness_name(node), public_bytes(self._witness))

    def message_key(self) -> str:
        """The base64 public key of this node's messages, as the directory should list it."""
        listing = self._own()
        return self._choose("message", listing.message_key if listing is not None else "")

    def sign_message(self, payload: bytes) -> bytes:
        return self._held["message", self.message_key()].sign(payload)

    def sign_log(self, payload: bytes) -> bytes:
        return self._held["log", self.log_key()].sign(payload)

    def log_key(self) -> str:
        listing = self._own()
        return self._choose("log", listing.log_key if listing is not None else "")

    def _choose(self, stem: str, listed: str) -> str:
        """The listed key's text where the key is here, else the first key's."""
        if (stem, listed) not in self._held and listed:
            for path in key_files(self._folder, stem):  # one that was made while the node ran
                self._hold(stem, path)
        return listed if (stem, listed) in self._held else self._first[stem]

    def _hold(self, stem: str, path: Path) -> str:
        key = read_signing_key(path)
        text = listed_as(stem, self._node, key)
        self._held[stem, text] = key
        return text

    def sign_witness(self, payload: bytes) -> bytes:
        return self._witness.sign(payload)

    def witness_key(self) -> str:
        return self._witness_vkey

    def wrap(self, key: bytes) -> bytes:
        return self.months.wrap(key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return self.months.unwrap(wrapped)
