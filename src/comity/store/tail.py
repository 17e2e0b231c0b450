"""What is checked before a node opens its store. Every fault refuses, names the check and says what to do.

Hashing is written here a second time (RFC 6962) on purpose: the check does not rest on the code it checks.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from comity.errors import LedgerError
from comity.store.committer import Head
from comity.store.database import Connection
from comity.store.hashes import TILE_LEVELS, TILE_WIDTH, TileCache
from comity.store.publish import place_path

ROOT = re.compile(r"[A-Za-z0-9+/]{43}=")  # 32 bytes in base64; a shorter line was cut off
RESTORE = "restore the node directory from a copy"


def check_tail(connection: Connection, cache: TileCache, head: Head) -> None:
    """Entries, tiles and head agree at the log's end. Raises LedgerError naming what differs."""
    count, last = connection.execute("SELECT count(*), coalesce(max(idx), -1) FROM entry").fetchone()
    if count != head.size or last != head.size - 1:
        raise LedgerError(f"the log says {head.size} entries but {count} are stored; {RESTORE}")
    levels = [level for level in range(head.size.bit_length() - 1, -1, -1) if head.size >> level & 1]
    if len(levels) != len(head.edge):
        raise LedgerError(f"the log's right edge does not belong to {head.size} entries; {RESTORE}")
    end = 0
    for level, held in zip(levels, head.edge, strict=True):
        if cache.hash_at(level, end >> level, head.size) != held:
            raise LedgerError(f"the log's right edge differs from its tiles at level {level}; {RESTORE}")
        end += 1 << level
    _check_last_tile(connection, cache, head.size)
    _check_note(head)


def check_directory(log: Path, cache: TileCache, head: Head) -> None:
    """What was published is not ahead of the database and not of another log. Raises LedgerError.

    Files are written of committed entries alone, the checkpoint last: a bundle ahead of it also proves lost entries.
    """
    _refuse_older(bundled_size(log, head.size), head)
    path = log / "checkpoint"
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else []
    if len(lines) < 3 or not lines[1].isascii() or not lines[1].isdigit() or not ROOT.fullmatch(lines[2]):
        return  # absent, or cut off by a power failure: written again from the database
    size = int(lines[1][:19])
    _refuse_older(size, head)
    if size and b64encode(root_at(size, cache, head.size)).decode() != lines[2]:
        raise LedgerError(f"the published checkpoint of {size} entries is not of this log; {RESTORE}")


def bundled_size(log: Path, size: int) -> int:
    """The entries of a log directory's newest bundle, looked for from the one that entry `size` would lie in."""
    number, full = size // TILE_WIDTH, log / place_path((-1, size // TILE_WIDTH, TILE_WIDTH))
    if full.is_file():
        return (number + 1) * TILE_WIDTH
    older = full.with_name(full.name + ".p")
    widths = [int(path.name) for path in older.iterdir() if path.name.isdigit()] if older.is_dir() else []
    return number * TILE_WIDTH + max(widths, default=0)


def _refuse_older(size: int, head: Head) -> None:
    if size > head.size:
        raise LedgerError(
            f"the log directory holds {size} entries but the database only {head.size}: the database is older "
            "than what was published; restore the newest database, never an older one"
        )


def root_at(size: int, cache: TileCache, committed: int) -> bytes:
    """Root of the log when it had `size` entries, at least one."""
    first, parts = 0, []
    while first < size:
        level = (size - first).bit_length() - 1
        parts.append(cache.hash_at(level, first >> level, committed))
        first += 1 << level
    root = parts.pop()
    while parts:
        root = sha256(b"\x01" + parts.pop() + root).digest()
    return root


def _check_last_tile(connection: Connection, cache: TileCache, size: int) -> None:
    """The newest entries hash to the newest tile, and the hashes above them follow."""
    first = max(0, (size - 1) // TILE_WIDTH * TILE_WIDTH)
    rows = connection.execute("SELECT idx, entry FROM entry WHERE idx >= ? ORDER BY idx", (first,)).fetchall()
    for index, entry in rows:
        if sha256(b"\x00" + entry).digest() != cache.hash_at(0, index, size):
            raise LedgerError(f"entry {index} differs from its hash in the tree; {RESTORE}")
    for level in range(1, TILE_LEVELS + 1):
        for index in range(first >> level, size >> level):
            left, right = (cache.hash_at(level - 1, index * 2 + side, size) for side in (0, 1))
            if sha256(b"\x01" + left + right).digest() != cache.hash_at(level, index, size):
                raise LedgerError(f"the hash of subtree {index} of level {level} does not follow; {RESTORE}")


def _check_note(head: Head) -> None:
    lines = head.note.split("\n")
    if head.size and (len(lines) < 3 or lines[1] != str(head.size)):
        raise LedgerError(f"the stored checkpoint is not of {head.size} entries; {RESTORE}")
