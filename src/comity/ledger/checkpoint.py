"""Checkpoints: the signed statement of a log's size and root (C2SP tlog-checkpoint, signed-note).

A verifier key is `name+hexadecimal key id+base64(type byte || public key)`; logs sign as Ed25519 (type 1), witnesses as
Ed25519 cosignatures (type 4, `cosignature.py`).
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.errors import ProofError

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
KEY_BYTES = 32
SIGNATURE_BYTES = 64
MOST_SIGNATURES = 16  # what signed-note asks every verifier to take; more is refused
LONGEST_NOTE = 64_000  # 16 post-quantum signatures fit; a checkpoint of ours has 200 bytes
LARGEST_SIZE = (1 << 63) - 1
MOST_KEYS = 4_096  # verifier keys kept as parsed: every node of a large federation
MOST_VERIFIED = (
    256  # checkpoints kept as verified; 16 MB at the longest, a tenth of a second's answers of a busy peer
)

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_KINDS = {ED25519: "an Ed25519 key", COSIGNATURE: "an Ed25519 cosignature key (type 4)"}


@dataclass(frozen=True, slots=True)
class LogKey:
    """A verifier key: its name (of a log: the checkpoint's origin line), four-byte key id and Ed25519 public key."""

    name: str
    id: bytes
    public: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A verified or freshly parsed head: origin line, number of entries, root hash (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed, last newline included."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def log_name(node: str) -> str:
    """The name (origin) of a node's log."""
    return f"comity.log/{node}"


def make_vkey(name: str, public: bytes, kind: bytes = ED25519) -> str:
    """The verifier key of an Ed25519 public key (32 bytes), as signed-note spells it; `kind` is its type byte."""
    if not _NAME.fullmatch(name) or len(public) != KEY_BYTES:
        raise ProofError(f"`{name[:200]}` cannot name a log; leave out blanks and plus signs")
    return f"{name}+{_key_id(name, public, kind).hex()}+{b64encode(kind + public).decode()}"


@lru_cache(maxsize=MOST_KEYS)
def parse_vkey(vkey: str, kind: bytes = ED25519) -> LogKey:
    """Read a verifier key. Raises ProofError unless it is an Ed25519 key of this kind with the right key id."""
    parts = vkey.split("+", 2)  # base64 may hold a plus sign
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise ProofError(f"`{vkey[:200]}` is not a verifier key; it reads name+id+key")
    key = strict_base64(parts[2], "the verifier key")
    if key[:1] != kind or len(key) != 1 + KEY_BYTES:
        raise ProofError(f"verifier key `{parts[0]}` is not {_KINDS[kind]}")
    found = LogKey(name=parts[0], id=_key_id(parts[0], key[1:], kind), public=key[1:])
    if found.id.hex() != parts[1]:
        raise ProofError(f"verifier key `{parts[0]}` has a key id that is not its own")
    return found


def sign_checkpoint(head: Checkpoint, key: LogKey, sign: Callable[[bytes], bytes]) -> str:
    """The checkpoint note, signed by the log. `sign` gives an Ed25519 signature of 64 bytes."""
    signature = sign(head.body.encode())
    if len(signature) != SIGNATURE_BYTES:
        raise ProofError(f"an Ed25519 signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
    return f"{head.body}\n\u2014 {key.name} {b64encode(key.id + signature).decode()}\n"


def parse_checkpoint(note: str) -> Checkpoint:
    """Read a checkpoint's text without checking its signatures. Raises ProofError."""
    body, _ = split_note(note)
    lines = body.split("\n")
    if len(lines) != 4:  # origin, size, root and what follows the last newline; extension lines are not ours
        raise ProofError("the checkpoint does not have exactly the lines origin, size and root")
    if not lines[0] or not _SIZE.fullmatch(lines[1]) or int(lines[1]) > LARGEST_SIZE:
        raise ProofError(f"the checkpoint's size `{lines[1][:40]}` is not a plain number")
    root = strict_base64(lines[2], "the checkpoint's root")
    if len(root) != KEY_BYTES:
        raise ProofError("the checkpoint's root is not 32 bytes")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


@lru_cache(maxsize=MOST_VERIFIED)
def verify_checkpoint(note: str, vkey: str) -> Checkpoint:
    """Read a checkpoint and check the log's own signature. Raises ProofError naming what failed.

    What verified is not verified again: the same text under the same key verifies for ever. What failed is not kept.
    """
    key = parse_vkey(vkey)
    head = parse_checkpoint(note)
    if head.origin != key.name:
        raise ProofError(f"the checkpoint is of log `{head.origin[:200]}`, not of `{key.name}`")
    body, signatures = split_note(note)
    for line in signatures:
        name, value = read_signature(line)
        if name == key.name and value[:4] == key.id:
            check_signature(key, value[4:], body)
            return head
    raise ProofError(f"the checkpoint has no signature by `{key.name}`")


def signing_key(note: str, vkeys: Sequence[str]) -> str:
    """Which of a log's verifier keys a checkpoint carries a signature of, by key id; the first where it has none.

    A log whose key was replaced stays one log: nothing is verified here, and `verify_checkpoint` refuses a wrong guess.
    """
    _, signatures = split_note(note)
    ids = {(name, value[:4]) for name, value in map(read_signature, signatures)}
    return next((vkey for vkey in vkeys if _named_by(parse_vkey(vkey)) in ids), vkeys[0])


def _named_by(key: LogKey) -> tuple[str, bytes]:
    return key.name, key.id


def keep_signature(note: str, key: LogKey) -> str:
    """A note with the first line of this key and no other. Raises ProofError where it has none."""
    body, lines = split_note(note)
    for line in lines:
        name, value = read_signature(line)
        if name == key.name and value[:4] == key.id:
            return f"{body}\n{line}\n"
    raise ProofError(f"the checkpoint has no signature by `{key.name}`")


def strict_base64(text: str, what: str) -> bytes:
    """Decode standard base64 in its one canonical spelling. Raises ProofError."""
    try:
        raw = a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise ProofError(f"{what} is not base64") from error
    if b2a_base64(raw, newline=False).decode() != text:
        raise ProofError(f"{what} is not canonical base64")
    return raw


def _key_id(name: str, public: bytes, kind: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def split_note(note: str) -> tuple[str, list[str]]:
    """A note's signed text, last newline included, and its signature lines. Raises ProofError."""
    if len(note) > LONGEST_NOTE or _CONTROL.search(note):
        raise ProofError("the checkpoint is too long or holds a control character")
    body, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise ProofError("the checkpoint has no signature block")
    signatures = tail[:-1].split("\n")
    if len(signatures) > MOST_SIGNATURES:
        raise ProofError(f"the checkpoint has more than {MOST_SIGNATURES} signatures")
    return body + "\n", signatures


def read_signature(line: str) -> tuple[str, bytes]:
    """The name in a signature line, and key id and signature joined. Raises ProofError."""
    dash, _, rest = line.partition(" ")
    name, _, value = rest.partition(" ")
    if dash != "\u2014" or not _NAME.fullmatch(name):
        raise ProofError("the checkpoint has a malformed signature line")
    raw = strict_base64(value, "a checkpoint signature")
    if len(raw) <= 4:
        raise ProofError("the checkpoint has a signature without a key id")
    return name, raw


def check_signature(key: LogKey, signature: bytes, body: str) -> None:
    """Raises ProofError unless this is the key's signature of the text."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body.encode())
    except InvalidSignature as error:
        raise ProofError(f"the checkpoint's signature by `{key.name}` does not verify") from error
