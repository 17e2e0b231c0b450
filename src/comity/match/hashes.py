"""Hashes of texts, and of several numbers together. No seed: a file built today is searched tomorrow."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
_FIRST, _SECOND, _APART = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15
_WHOLE = (1 << 64) - 1


def text_hash(text: str) -> int:
    """64 bits of BLAKE2b of a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def text_hashes(texts: Iterable[str]) -> Hashes:
    """`text_hash` of each of several texts."""
    digests = b"".join([blake2b(text.encode(), digest_size=8).digest() for text in texts])
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def mix(number: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit depends on every bit."""
    number = (number ^ number >> np.uint64(30)) * np.uint64(_FIRST)
    number = (number ^ number >> np.uint64(27)) * np.uint64(_SECOND)
    return number ^ number >> np.uint64(31)


def join(one: Hashes, other: Hashes) -> Hashes:
    """Hashes of pairs; the order counts."""
    return mix(one + np.uint64(_APART) * mix(other))


def mix_one(number: int) -> int:
    """`mix` of one number: of a question's few, a tenth of what arrays of one take."""
    number = (number ^ number >> 30) * _FIRST & _WHOLE
    number = (number ^ number >> 27) * _SECOND & _WHOLE
    return number ^ number >> 31


def join_one(one: int, other: int) -> int:
    """`join` of one pair."""
    return mix_one(one + _APART * mix_one(other) & _WHOLE)
