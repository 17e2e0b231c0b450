"""The Merkle tree of the log: RFC 6962 hashing, growth over the right edge, proofs and their verification.

Pure. A complete subtree is named (level, index): the root over the 2**level leaves from index * 2**level on.
`HashAt` looks one up and raises when it is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from comity.errors import ProofError

HASH_BYTES = 32
MOST_LEVELS = 63  # C2SP tlog-tiles: sizes are below 2**63
EMPTY_ROOT = sha256(b"").digest()

HashAt = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree after growth: its size, its right edge (complete subtrees, largest first) and what is new.

    `runs[level]` is (index of the first new complete subtree of that level, their hashes joined).
    """

    size: int
    edge: tuple[bytes, ...]
    runs: tuple[tuple[int, bytes], ...]


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def grow(size: int, edge: Sequence[bytes], leaves: Sequence[bytes]) -> Grown:
    """Add leaf hashes to a tree of `size` leaves with the given right edge."""
    waiting = _edge_by_level(size, edge)
    new_edge: list[bytes] = []
    runs: list[tuple[int, bytes]] = []
    level, nodes, new_size = 0, list(leaves), size + len(leaves)
    while new_size >> level:
        runs.append((size >> level, b"".join(nodes)))
        if level in waiting:
            nodes.insert(0, waiting[level])
        if (new_size >> level) & 1:
            new_edge.append(nodes[-1])
        pairs = iter(nodes)
        nodes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        level += 1
    return Grown(size=new_size, edge=tuple(reversed(new_edge)), runs=tuple(runs))


def root_of(edge: Sequence[bytes]) -> bytes:
    """The root over a right edge, largest subtree first."""
    if not edge:
        return EMPTY_ROOT
    root = edge[-1]
    for left in reversed(edge[:-1]):
        root = node_hash(left, root)
    return root


def edge_of(size: int, hash_at: HashAt) -> tuple[bytes, ...]:
    """The right edge of a tree of `size` leaves, largest subtree first."""
    return _cover(0, size, hash_at)


def inclusion_proof(index: int, size: int, hash_at: HashAt) -> tuple[bytes, ...]:
    """The audit path of leaf `index` in the tree of `size`, its sibling first (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ProofError(f"entry {index} is not in a log of {size} entries")
    path: list[bytes] = []
    level = 0
    while (1 << level) < size:
        sibling = (index >> level) ^ 1
        first = sibling << level
        if first + (1 << level) <= size:
            path.append(hash_at(level, sibling))
        elif first < size:
            path.append(root_of(_cover(first, size, hash_at)))
        level += 1
    return tuple(path)


def consistency_proof(old: int, size: int, hash_at: HashAt) -> tuple[bytes, ...]:
    """Proof that the tree of `size` extends the tree of `old` leaves (RFC 6962 section 2.1.2)."""
    if not 0 < old <= size:
        raise ProofError(f"no consistency proof from {old} to {size}; the older size is at least 1 and not larger")
    path: list[bytes] = []
    low, high, whole = 0, size, True
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(root_of(_cover(middle, high, hash_at)))
            high = middle
        else:
            path.append(root_of(_cover(low, middle, hash_at)))
            low, whole = middle, False
    if not whole:
        path.append(root_of(_cover(low, high, hash_at)))
    return tuple(reversed(path))


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root an audit path leads to (RFC 9162 section 2.1.3.2). Raises ProofError for a wrong length."""
    if not 0 <= index < size:
        raise ProofError(f"entry {index} is not in a log of {size} entries")
    here, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("the inclusion proof has too many hashes")
        if here & 1 or here == last:
            root = node_hash(sibling, root)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("the inclusion proof has too few hashes")
    return root


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Check that (size, root) extends (old, old_root) (RFC 9162 section 2.1.4.2). Raises ProofError."""
    if not 0 < old <= size:
        raise ProofError(f"no consistency proof from {old} to {size}; the older size is at least 1 and not larger")
    if old == size:
        _demand(not path and old_root == root, "two trees of one size differ")
        return
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    _demand(bool(hashes), "the consistency proof has too few hashes")
    here, last = old - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        _demand(last != 0, "the consistency proof has too many hashes")
        if here & 1 or here == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        here, last = here >> 1, last >> 1
    _demand(last == 0, "the consistency proof has too few hashes")
    _demand(first == old_root, "the consistency proof does not lead to the older root")
    _demand(second == root, "the consistency proof does not lead to the newer root")


def _demand(holds: bool, fault: str) -> None:
    if not holds:
        raise ProofError(fault)


def _split(width: int) -> int:
    """The largest power of two below `width` (at least 2)."""
    return 1 << (width - 1).bit_length() - 1


def _cover(first: int, end: int, hash_at: HashAt) -> tuple[bytes, ...]:
    """The complete subtrees that cover [first, end), largest first; `first` is aligned to the whole range."""
    found: list[bytes] = []
    while first < end:
        level = (end - first).bit_length() - 1
        found.append(hash_at(level, first >> level))
        first += 1 << level
    return tuple(found)


def _edge_by_level(size: int, edge: Sequence[bytes]) -> dict[int, bytes]:
    levels = [level for level in range(size.bit_length() - 1, -1, -1) if (size >> level) & 1]
    if len(levels) != len(edge):
        raise ProofError(f"a log of {size} entries has {len(levels)} hashes on its right edge, not {len(edge)}")
    return dict(zip(levels, edge, strict=True))
