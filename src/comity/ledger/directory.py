"""Reading a log directory (C2SP tlog-tiles) with nothing but the files: no database, no keys."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from comity.errors import ProofError
from comity.ledger.checkpoint import LONGEST_NOTE
from comity.ledger.tiles import LONGEST_ENTRY, TILE_LEVELS, TILE_WIDTH, TileName, parse_path, read_bundle
from comity.ledger.tree import HASH_BYTES, node_hash

LARGEST_BUNDLE = TILE_WIDTH * (LONGEST_ENTRY + 2)
MOST_FILES = 2_000_000  # 250 million entries; beyond that a log is verified in parts
CACHED_TILES = 256
CHECKPOINT, WITNESSED = (
    "checkpoint",
    "witnessed",
)  # the newest head; the newest that a quorum of witnesses cosigned


class LogFiles:
    """The files of a log, wherever they lie, read with bounds; every fault names the file."""

    def __init__(self) -> None:
        self._tile = lru_cache(maxsize=CACHED_TILES)(self._read_tile)

    def read(self, relative: str, most: int) -> bytes:
        """A file by its path in the log, at most so many bytes. Raises ProofError when it is missing or longer."""
        raise ProofError(f"`{relative}` is missing")

    def checkpoint(self) -> str:
        """The checkpoint note. Raises ProofError when it is missing or not text."""
        return self._note(CHECKPOINT)

    def tile(self, name: TileName) -> bytes:
        """A tile's bytes, exactly as long as its width asks."""
        raw = self.read(name.path, TILE_WIDTH * HASH_BYTES)
        if len(raw) != name.width * HASH_BYTES:
            raise ProofError(f"`{name.path}` has {len(raw)} bytes, not {name.width * HASH_BYTES}")
        return raw

    def bundle(self, name: TileName) -> list[bytes]:
        """The entries of a bundle."""
        try:
            return read_bundle(self.read(name.path, LARGEST_BUNDLE), name.width)
        except ProofError as error:
            raise ProofError(f"`{name.path}`: {error}") from error

    def entry(self, index: int, size: int) -> bytes:
        """Entry `index` of a log of `size` entries."""
        if not 0 <= index < size:
            raise ProofError(f"entry {index} is not in a log of {size} entries")
        number = index // TILE_WIDTH
        name = TileName(-1, number, min(TILE_WIDTH, size - number * TILE_WIDTH))
        return self.bundle(name)[index % TILE_WIDTH]

    def hash_at(self, level: int, index: int, size: int) -> bytes:
        """The hash of a complete subtree of a log of `size` entries, recomputed within its tile."""
        tile_level, height = divmod(level, TILE_LEVELS)
        number, within = divmod(index, 1 << (TILE_LEVELS - height))
        width = min(TILE_WIDTH, (size >> TILE_LEVELS * tile_level) - number * TILE_WIDTH)
        raw = self._tile(TileName(tile_level, number, width))
        first = (within << height) * HASH_BYTES
        return subtree_root(raw[first : first + (HASH_BYTES << height)])

    def _note(self, name: str) -> str:
        try:
            return self.read(name, LONGEST_NOTE).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProofError(f"`{name}` is not UTF-8 text") from error

    def _read_tile(self, name: TileName) -> bytes:
        try:
            return self.tile(name)
        except ProofError:
            if name.width == TILE_WIDTH:
                raise
            try:  # a partial tile may be gone once the full one is there
                return self.tile(replace(name, width=TILE_WIDTH))[: name.width * HASH_BYTES]
            except ProofError:
                pass
            raise


class LogDirectory(LogFiles):
    """A log's files in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        if not folder.is_dir():
            raise ProofError(f"`{folder.name}` is not a log directory")
        self._folder = folder

    def witnessed(self) -> str:
        """The newest checkpoint that a quorum cosigned; empty where the directory has none."""
        return self._note(WITNESSED) if (self._folder / WITNESSED).exists() else ""

    def names(self) -> frozenset[TileName]:
        """Every tile and bundle present. Raises ProofError for a file that is neither these nor a checkpoint."""
        found: set[TileName] = set()
        for path in self._folder.rglob("*"):
            relative = path.relative_to(self._folder).as_posix()
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise ProofError(f"`{relative}` is not a plain file")
            if path.is_dir() or relative in (CHECKPOINT, WITNESSED):
                continue
            name = parse_path(relative)
            if name is None:
                raise ProofError(f"`{relative}` does not belong into a log directory")
            found.add(name)
            if len(found) > MOST_FILES:
                raise ProofError(f"the log directory has more than {MOST_FILES} files")
        return frozenset(found)

    def read(self, relative: str, most: int) -> bytes:
        path = self._folder / relative
        try:
            if path.stat().st_size > most:
                raise ProofError(f"`{relative}` is longer than {most} bytes")
            return path.read_bytes()
        except FileNotFoundError as error:
            raise ProofError(f"`{relative}` is missing") from error
        except OSError as error:
            raise ProofError(f"`{relative}` cannot be read: {error.strerror}") from error


def subtree_root(hashes: bytes) -> bytes:
    """Root over a power of two of joined hashes."""
    nodes = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    while len(nodes) > 1:
        nodes = [node_hash(left, right) for left, right in zip(nodes[::2], nodes[1::2], strict=True)]
    return nodes[0]
