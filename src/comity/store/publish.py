"""The log directory, written from the committed database (C2SP tlog-tiles). The database is the truth.

Tiles and bundles first, the checkpoint last, each by atomic rename: a reader of the directory never sees a
checkpoint whose tiles are missing. A stop in between is repaired at start.

`checkpoint` is the newest head, with the cosignatures of its witnesses once there are any; `witnessed` the newest that a
quorum cosigned, which stays behind while the log grows.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Lock, Thread

from comity.errors import ClosedError, LedgerError, StoreError
from comity.ports import KeptHead
from comity.store.committer import Fault, Head
from comity.store.connect import Readers
from comity.store.hashes import FILE_BYTES, HASH_BYTES, TILE_LEVELS, TILE_WIDTH, TileCache, tile_id

LOG_NAME = "log"
CHECKPOINT, WITNESSED = "checkpoint", "witnessed"
PART_NAME = "log.part"  # unfinished files lie outside the log directory, so that a copy of it is always clean
PAUSE_S = 0.05  # at most twenty rewrites of the growing tiles a second, however many transactions commit
CHECKED_TILES = 16  # newest tiles compared byte by byte at start: older ones were synced long ago by the system

Place = tuple[int, int, int]  # tile level (-1 entry bundles), tile number, width


def place_path(place: Place) -> str:
    """Path of a tile or bundle in the log directory."""
    level, number, width = place
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    kind = "entries" if level < 0 else str(level)
    tail = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(reversed(groups))}{tail}"


def places_between(old: int, new: int) -> Iterator[Place]:
    """Tiles and bundles that a log of `new` entries has and one of `old` entries had not."""
    level, before, after = -1, old, new
    while after > before:
        for number in range(before // TILE_WIDTH, after // TILE_WIDTH):
            yield level, number, TILE_WIDTH
        if after % TILE_WIDTH:
            yield level, after // TILE_WIDTH, after % TILE_WIDTH
        level += 1
        before, after = old >> TILE_LEVELS * level, new >> TILE_LEVELS * level


class Publisher:
    """Writes the log directory in a thread of its own, always up to the newest committed head."""

    def __init__(self, folder: Path, readers: Readers, cache: TileCache, fault: Fault) -> None:
        self._log, self._part = folder / LOG_NAME, folder / PART_NAME
        self._readers, self._cache, self._fault = readers, cache, fault
        self._size = 0
        self._head = Head(0, (), "")
        self._witnessed = self._published = KeptHead(0, "")
        self._wake, self._stop, self._turn = Event(), Event(), Lock()
        self._thread = Thread(target=self._run, name="comity-publisher", daemon=True)
        self._failed: Callable[[str], None] = lambda reason: None

    def start(self, failed: Callable[[str], None]) -> None:
        """Follow `announce` until `close`; `failed` is told when the directory cannot be written."""
        self._failed = failed
        self._thread.start()

    def announce(self, head: Head) -> None:
        """A newer head was committed."""
        self._head = head
        self._wake.set()

    def announce_witnessed(self, head: KeptHead) -> None:
        """A quorum cosigned a newer checkpoint."""
        self._witnessed = head
        self._wake.set()

    def flush(self) -> None:
        """Write everything up to the newest head before returning.

        Raises StoreError when the directory cannot be written; then the door is closed as well.
        """
        with self._turn:
            head, witnessed = self._head, self._witnessed
            if head.size > self._size or witnessed != self._published:
                try:
                    self._write(head, witnessed)
                except (OSError, ClosedError) as error:
                    reason = f"the log directory cannot be written: {error}; free the disk and restart the node"
                    self._failed(reason)
                    raise StoreError(reason) from error

    def close(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def repair(self, head: Head, witnessed: KeptHead) -> int:
        """Write what is missing or cut off at start; the number of files written. Raises LedgerError for a changed file."""
        self._head, self._witnessed = head, witnessed
        recent = {level: (head.size >> TILE_LEVELS * max(level, 0)) // TILE_WIDTH for level in range(-1, 64)}
        written = 0
        for place in places_between(0, head.size):
            path = self._log / place_path(place)
            if place[1] >= recent[place[0]] - CHECKED_TILES:
                written += self._put_right(path, self._content(place)) + self._repair_older(place)
            elif not path.is_file() or path.stat().st_size == 0:
                written += self._put_right(path, self._content(place))
        if head.size:
            written += self._put_right(self._log / CHECKPOINT, _newest(head, witnessed))
        if witnessed.size:
            written += self._put_right(self._log / WITNESSED, witnessed.note.encode())
        shutil.rmtree(self._part, ignore_errors=True)
        self._size, self._published = head.size, witnessed
        return written

    def _repair_older(self, place: Place) -> int:
        """Partial files of earlier checkpoints: gone beside a full tile, right beside a growing one."""
        level, number, width = place
        full = self._log / place_path((level, number, TILE_WIDTH))
        older = full.with_name(full.name + ".p")
        if width == TILE_WIDTH:
            shutil.rmtree(older, ignore_errors=True)
            return 0
        widths = sorted(
            int(path.name) for path in older.iterdir() if path.name.isdigit() and int(path.name) < width
        )
        return sum(self._put_right(older / str(one), self._content((level, number, one))) for one in widths)

    def _put_right(self, path: Path, content: bytes) -> int:
        """Write a file that is missing or was cut off by a power failure. Raises LedgerError for one that was changed."""
        held = path.read_bytes() if path.is_file() else b""
        if held == content:
            return 0
        # What a stop leaves is the beginning of the file, then nothing or zeros; anything else was written by somebody.
        if not content.startswith(held.rstrip(b"\0")) and path.name not in (CHECKPOINT, WITNESSED):
            raise LedgerError(
                f"`{path.relative_to(self._log.parent)}` differs from the database: it was changed or damaged; keep a copy "
                "of it as evidence, delete it, and start again: it is written anew from the database"
            )
        self._replace(path, content)
        return 1

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            try:
                self.flush()
            except StoreError:
                return  # the door is closed by now
            self._stop.wait(PAUSE_S)

    def _write(self, head: Head, witnessed: KeptHead) -> None:
        for place in places_between(self._size, head.size):
            path = self._log / place_path(place)
            self._replace(path, self._content(place))
            older = path.with_name(path.name + ".p")
            if place[2] == TILE_WIDTH and older.is_dir():  # a partial tile may go once the full one exists
                shutil.rmtree(older, ignore_errors=True)
        self._fault("tiles")
        self._replace(self._log / CHECKPOINT, _newest(head, witnessed))
        if witnessed != self._published:
            self._write_partial(witnessed.size)
            self._replace(self._log / WITNESSED, witnessed.note.encode())
        self._size, self._published = head.size, witnessed
        self._fault("published")

    def _write_partial(self, size: int) -> None:
        """The partial tiles of a size that was passed over, so that its checkpoint can be read with them."""
        level, count = -1, size
        while count:
            number, width = divmod(count, TILE_WIDTH)
            path = self._log / place_path((level, number, width))
            if (
                width
                and not path.is_file()
                and not (self._log / place_path((level, number, TILE_WIDTH))).is_file()
            ):
                self._replace(path, self._content((level, number, width)))
            level += 1
            count = size >> TILE_LEVELS * level

    def _content(self, place: Place) -> bytes:
        level, number, width = place
        if level < 0:
            return self._bundle(number * TILE_WIDTH, width)
        packed = self._cache.read(tile_id(level, number), self._head.size)
        return (packed or b"")[: FILE_BYTES if width == TILE_WIDTH else width * HASH_BYTES]

    def _bundle(self, first: int, width: int) -> bytes:
        with self._readers.lend() as connection:
            rows = connection.execute(
                "SELECT entry FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (first, first + width)
            ).fetchall()
        return b"".join([len(entry).to_bytes(2, "big") + entry for (entry,) in rows])

    def _replace(self, path: Path, content: bytes) -> None:
        part = self._part / "file"
        try:
            part.write_bytes(content)
            os.replace(part, path)
        except (
            FileNotFoundError
        ):  # the folders are asked for only where they are missing: that is one file in hundreds
            self._part.mkdir(exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            os.replace(part, path)


def _newest(head: Head, witnessed: KeptHead) -> bytes:
    """The newest head's note, with its cosignatures where a quorum cosigned this very one."""
    return (witnessed.note if witnessed.size == head.size else head.note).encode()
