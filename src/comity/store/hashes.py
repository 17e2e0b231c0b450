"""The hashes of the tree, packed by tile: where each complete subtree's hash lies, and the tiles now growing.

A packed tile holds the 256 hashes of its lowest level and the 128, 64, ... 2 above them, 510 in all; the one
on top is the next level's. Unfilled places are zero and never read, because the log's size bounds every access.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from threading import Lock

from comity.errors import LedgerError

HASH_BYTES = 32
TILE_LEVELS = 8
TILE_WIDTH = 256
PACKED_BYTES = 510 * HASH_BYTES
FILE_BYTES = TILE_WIDTH * HASH_BYTES  # the first part of a packed tile is the tile file
MOST_CACHED = 1_024  # full tiles in memory, 16 MB; receipts of recent entries touch a handful

_OFFSETS = tuple(HASH_BYTES * (2 * TILE_WIDTH - (2 * TILE_WIDTH >> level)) for level in range(TILE_LEVELS))


def tile_id(level: int, number: int) -> int:
    """Row id of a packed tile."""
    return number << 6 | level


def place_of(level: int, index: int) -> tuple[int, int]:
    """(row id, byte offset) of the hash of complete subtree `index` of 2**level leaves."""
    tile_level, height = divmod(level, TILE_LEVELS)
    shift = TILE_LEVELS - height
    number = index >> shift
    within = index - (number << shift)
    return tile_id(tile_level, number), _OFFSETS[height] + within * HASH_BYTES


def pack(runs: Sequence[tuple[int, bytes]], read: Callable[[int], bytes | None]) -> dict[int, bytes]:
    """The packed tiles that `runs` (see `ports.Sealed`) change; `read` gives a tile's bytes before, or None."""
    changed: dict[int, bytearray] = {}
    for level, (first, hashes) in enumerate(runs):
        shift = TILE_LEVELS - level % TILE_LEVELS
        at, count = 0, len(hashes) // HASH_BYTES
        while at < count:
            row, offset = place_of(level, first + at)
            taken = min(count - at, (1 << shift) - ((first + at) & ((1 << shift) - 1)))
            if row not in changed:
                changed[row] = bytearray(read(row) or PACKED_BYTES)
            end = offset + taken * HASH_BYTES
            changed[row][offset:end] = hashes[at * HASH_BYTES : (at + taken) * HASH_BYTES]
            at += taken
    return {row: bytes(packed) for row, packed in changed.items()}


def cut_roots(size: int, edge: Sequence[bytes]) -> tuple[bytes, ...]:
    """For each level the root over the leaves behind its last complete subtree, empty where there are none.

    `edge` are the complete subtrees on the right edge of the `size` leaves, largest first.
    """
    smaller, root = list(edge), b""
    roots = [root]
    for level in range(size.bit_length()):
        if size >> level & 1:
            left = smaller.pop()
            root = sha256(b"\x01" + left + root).digest() if root else left
        roots.append(root)
    return tuple(roots)


class TileCache:
    """Committed packed tiles. Shared by all threads: values are immutable and replaced whole.

    Full tiles never change, so they are kept as loaded; growing ones come only from the writer or fresh from disk,
    so that no reader ever keeps an older state of one.
    """

    def __init__(self, load: Callable[[int], bytes | None]) -> None:
        self._load = load
        self._full: dict[int, bytes] = {}
        self._growing: dict[int, bytes] = {}
        self._lock = Lock()

    def read(self, row: int, size: int) -> bytes | None:
        """A packed tile of a log of `size` entries, or None when there is none."""
        packed = self._full.get(row) or self._growing.get(row)
        if packed is None:
            packed = self._load(row)
            if packed is not None and _is_full(row, size):
                with self._lock:
                    self._keep(row, packed)
        return packed

    def publish(self, changed: Mapping[int, bytes], size: int) -> None:
        """Show the tiles a committed transaction changed to readers; `size` is the log's new size."""
        with self._lock:
            for row, packed in changed.items():
                if _is_full(row, size):
                    self._keep(row, packed)
                    self._growing.pop(row, None)
                else:
                    self._growing[row] = packed

    def hash_at(self, level: int, index: int, size: int) -> bytes:
        """A complete subtree's hash in a log of `size` entries. Raises LedgerError when it is not there."""
        if level < 0 or index < 0 or (index + 1) << level > size:
            raise LedgerError(f"the log of {size} entries has no complete subtree {index} of level {level}")
        row, offset = place_of(level, index)
        return self._whole(row, size)[offset : offset + HASH_BYTES]

    def path(self, index: int, size: int, cut: Sequence[bytes]) -> tuple[bytes, ...]:
        """The audit path of leaf `index` in a log of `size` entries, its sibling first; `cut` as `cut_roots` gives it.

        What `hash_at` for each level would give, in one look at each tile. Raises LedgerError.
        """
        if not 0 <= index < size:
            raise LedgerError(f"the log has no entry {index}")
        path: list[bytes] = []
        levels = (size - 1).bit_length()
        for base in range(0, levels, TILE_LEVELS):
            here = index >> base
            within = here % TILE_WIDTH
            row, complete = tile_id(base // TILE_LEVELS, here // TILE_WIDTH), (size >> base) - here + within
            packed = self._whole(row, size) if complete else b""
            for height, offset in enumerate(_OFFSETS[: levels - base]):
                sibling, count = within >> height ^ 1, complete >> height
                if sibling < count:
                    first = offset + sibling * HASH_BYTES
                    path.append(packed[first : first + HASH_BYTES])
                elif sibling == count and cut[base + height]:
                    path.append(cut[base + height])
        return tuple(path)

    def _whole(self, row: int, size: int) -> bytes:
        packed = self.read(row, size)
        if packed is None or len(packed) != PACKED_BYTES:
            raise LedgerError(f"a tile of level {row & 63} is missing or cut; restore the database from a copy")
        return packed

    def _keep(self, row: int, packed: bytes) -> None:
        self._full[row] = packed
        if len(self._full) > MOST_CACHED:
            del self._full[next(iter(self._full))]


def _is_full(row: int, size: int) -> bool:
    number, level = row >> 6, row & 63
    return (number + 1) << TILE_LEVELS * (level + 1) <= size
