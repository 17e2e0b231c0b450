"""Canonical bytes: what is signed, hashed and stored.

Field-ordered UTF-8 JSON, NFC text, integers only, times as UTC milliseconds. One value has one encoding:
`from_canonical` refuses bytes that would not be written again exactly so.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from threading import Lock
from typing import Any, TypeVar

import msgspec

from comity.errors import NounError

T = TypeVar("T")

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_FLOAT = re.compile(rb"\d[.eE]")  # outside strings a point or exponent after a digit stands in floats only
# Without digits and minus, and with `,` for every mark that a value begins behind, a float begins `,.`. Texts may look so
# too; bytes that nowhere do hold no float. That is a tenth of the work of looking exactly.
_SHAPES = bytes({**dict.fromkeys(b".eE", 46), 58: 44, 91: 44}.get(byte, byte) for byte in range(256))
_UNSHAPED = b"-0123456789"
_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}
_one_at_a_time = Lock()


def decoder_of(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder of a type, made once and by one thread.

    msgspec reads a struct's annotations when a decoder first meets it; two threads that do so at once stop the
    interpreter with a segmentation fault (msgspec 0.22, Python 3.11).
    """
    found = _DECODERS.get(kind)
    if found is None:
        with _one_at_a_time:
            found = _DECODERS.setdefault(kind, msgspec.json.Decoder(kind))
    return found


def canonical_bytes(value: object) -> bytes:
    """The canonical encoding of a struct, or of builtin values. Raises NounError for floats and non-NFC text."""
    encoded = _ENCODER.encode(value)
    if not encoded.isascii() and not unicodedata.is_normalized("NFC", encoded.decode()):
        raise NounError("text is not in Unicode normal form C; normalise it before it is signed")
    if _perhaps_float(value, encoded) and _FLOAT.search(_STRING.sub(b"", encoded)):
        raise NounError("a floating-point number cannot be signed; use an integer in a named unit")
    return encoded


def _perhaps_float(value: object, encoded: bytes) -> bool:
    return b",." in encoded.translate(_SHAPES, _UNSHAPED) or isinstance(value, float)


def from_canonical(raw: bytes, kind: type[T]) -> T:
    """Decode canonical bytes into `kind`; unknown fields, other types and other encodings raise NounError."""
    try:
        value = decoder_of(kind).decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NounError(f"not a valid {kind.__name__}: {_lowered(str(error))}") from error
    except RecursionError as error:
        raise NounError(f"not a valid {kind.__name__}: nested too deeply") from error
    if canonical_bytes(value) != raw:
        raise NounError(f"not the canonical encoding of a {kind.__name__}")
    return value


def digest(value: object) -> str:
    """SHA-256 over canonical bytes, as `sha256:` and 64 hexadecimal digits."""
    return bytes_digest(canonical_bytes(value))


def bytes_digest(encoded: bytes) -> str:
    """SHA-256 over bytes that are canonical already, as `digest` writes it."""
    return "sha256:" + hashlib.sha256(encoded).hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 over the UTF-8 of a text, as `sha256:` and 64 hexadecimal digits."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def normal(text: str) -> str:
    """Unicode normal form C with white space folded: how text enters the model."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
