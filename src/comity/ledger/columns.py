"""The plain codes of many entries at once, as columns: for whoever counts a hundred thousand of them while somebody waits.

The layout is `entry.py`'s. What does not decode there is refused there; here every entry has been committed already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.errors import ProofError
from comity.ledger.entry import (
    DECISION_NUMBERS,
    ENTRY_BYTES,
    KIND_NUMBERS,
    PURPOSE_NUMBERS,
)

# Big-endian, in the order of `entry.LAYOUT`; the hashes and commitments behind are one field that nobody counts.
_CODES = np.dtype(
    [
        ("version", "u1"),
        ("kind", "u1"),
        ("minute", ">u4"),
        ("owner", "S9"),
        ("asker", "S9"),
        ("purpose", "u1"),
        ("instrument", "u1"),
        ("decision", "u1"),
        ("classes", ">u4"),
        ("released", ">u4"),
        ("rest", f"V{ENTRY_BYTES - 35}"),
    ]
)
WORDS: Mapping[str, Mapping[int, str]] = {
    "kind": {number: str(word) for word, number in KIND_NUMBERS.items()},
    "purpose": {number: str(word) for word, number in PURPOSE_NUMBERS.items()},
    "decision": {number: str(word) for word, number in DECISION_NUMBERS.items()},
}
NUMBERS: Mapping[str, Mapping[str, int]] = {
    name: {word: number for number, word in words.items()} for name, words in WORDS.items()
}
Column = NDArray[Any]


def columns_of(entries: Sequence[bytes]) -> NDArray[Any]:
    """One row an entry, in their order, with its codes by name. Raises ProofError for one of another length."""
    joined = b"".join(entries)
    if len(joined) != ENTRY_BYTES * len(entries) or any(len(one) != ENTRY_BYTES for one in entries):
        raise ProofError(f"an entry has {ENTRY_BYTES} bytes; verify the log with `comity ledger verify`")
    return np.frombuffer(joined, dtype=_CODES)


def months_of(minutes: Column) -> Column:
    """The month of each minute (UTC), as text: `2026-11`."""
    return (minutes.astype("int64") * 60).astype("datetime64[s]").astype("datetime64[M]").astype("U7")
