"""The disk of a simulated node: what a stop leaves of it, and commits that fail.

What is durable stays: everything up to the last commit that the write-ahead log was synced for, law texts, and files of
the index that are listed. What may go when the power fails is what nobody synced: bytes behind that commit, pages that a
checkpoint was copying while the write-ahead log still has them, and files of the log directory.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, cast

from comity.store.database import Connection, DatabaseError, Rows, Value
from comity.store.publish import LOG_NAME, PART_NAME
from comity.store.segments.index import FOLDER_NAME
from comity.store.sqlite import DATABASE_NAME, SqliteDatabase

WAL_HEADER, FRAME_HEADER = 32, 24  # bytes (sqlite.org/fileformat2.html section 4)
WAL_NAME, SHARED_NAME = f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm"
MOST_JUNK = 9_000  # bytes behind the last commit: two pages and a part of one
LEFT_ALONE = ("lock", SHARED_NAME)  # the system drops the lock, and SQLite makes its shared memory anew


LYING = "commit-lies"  # says that it wrote and did not: no seed draws it, since nobody can stand it; checkers must see it


class Disk:
    """What is wrong with one node's disk now; shared by its connections.

    `struck` says that a write failed: from then on the store must refuse, since nobody knows what is on the disk.
    """

    def __init__(self) -> None:
        self.trouble = ""
        self.struck = False

    def strike(self, told: str) -> DatabaseError:
        """The error of this trouble, which comes once: whoever went on would find a disk that works."""
        self.struck, self.trouble = True, ""
        return DatabaseError(told)


class FaultyDatabase(SqliteDatabase):
    """The real database, on a disk that may fail."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        super().__init__(folder / DATABASE_NAME)
        self._disk = disk

    def open_writer(self) -> Connection:  # type: ignore[override]  # hands on all that the real one does
        return cast(Connection, FaultyConnection(super().open_writer(), self._disk))


class FaultyConnection:
    """The connection that writes: commits may fail before or after they are durable, and rows may not fit."""

    def __init__(self, held: Connection, disk: Disk) -> None:
        self._held, self._disk = held, disk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def execute(self, statement: str, values: Sequence[Value] = ()) -> Rows:
        if self._disk.trouble == "disk-full" and statement.startswith(("INSERT", "UPDATE")):
            raise self._disk.strike("database or disk is full")
        return self._held.execute(statement, values)

    def commit(self) -> None:
        if self._disk.trouble == "commit-fails":
            raise self._disk.strike("disk I/O error")
        if self._disk.trouble == LYING:
            self._held.roll_back()
            return
        self._held.commit()
        if self._disk.trouble == "commit-unknown":
            raise self._disk.strike("disk I/O error")


def block_log(folder: Path, *, blocked: bool) -> None:
    """Make the log directory impossible to write, or possible again: a file stands where its drafts belong."""
    part = folder / PART_NAME
    if blocked:
        shutil.rmtree(part, ignore_errors=True)
        part.write_bytes(b"")
    elif part.is_file():
        part.unlink()


Files = tuple[tuple[str, bytes | None], ...]
"""A folder's content: relative paths, parents first, with bytes, or None for a folder."""


def read_files(folder: Path) -> Files:
    """The files as another process, or the next start of this one, finds them."""
    found: list[tuple[str, bytes | None]] = []
    for top, folders, names in os.walk(folder):
        within = os.path.relpath(top, folder)
        found += [(os.path.join(within, name), None) for name in sorted(folders)]
        kept = sorted(name for name in names if name not in LEFT_ALONE)
        read = [(os.path.join(within, name), _read_file(Path(top, name))) for name in kept]
        found += [(name, content) for name, content in read if content is not None]
    return tuple(found)


def _read_file(path: Path) -> bytes | None:
    """None for a draft of the log directory that its own thread put into place meanwhile: a stop finds it there or nowhere."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if path.parent.name == PART_NAME:
            return None
        raise


def write_files(files: Files, to: Path) -> None:
    """Put files into a new folder. Much of a simulation is this, so it does no more than it must."""
    to.mkdir(parents=True)
    for name, content in files:
        if content is None:
            os.mkdir(to / name)
        else:
            (to / name).write_bytes(content)


def copy_node(folder: Path, to: Path) -> None:
    """A node's folder as a stop leaves it."""
    write_files(read_files(folder), to)


def durable_end(wal: bytes) -> int:
    """How many bytes of a write-ahead log its last commit ends at; 0 without one.

    A frame counts while its salts are those of the header: older ones behind it are left over.
    """
    if len(wal) < WAL_HEADER:
        return 0
    page, salts = int.from_bytes(wal[8:12], "big"), wal[16:24]
    at, end = WAL_HEADER, 0
    while at + FRAME_HEADER + page <= len(wal) and wal[at + 8 : at + 16] == salts:
        at += FRAME_HEADER + page
        if int.from_bytes(wal[at - page - 20 : at - page - 16], "big"):
            end = at
    return end


def read_wal(folder: Path) -> bytes:
    """The write-ahead log, empty where there is none."""
    path = folder / WAL_NAME
    return path.read_bytes() if path.exists() else b""


def lose_power(folder: Path, rng: Random, durable: int) -> None:
    """Do to a copied folder what a power failure may have done; the first `durable` bytes of its log were synced."""
    _tear_wal(folder, rng, durable)
    _tear_page(folder, rng, durable)
    _tear_log(folder / LOG_NAME, rng)
    for part in sorted((folder / FOLDER_NAME).glob("*.part")):
        _cut(part, rng)
    if rng.random() < 0.3 and not (folder / PART_NAME).is_file():
        (folder / PART_NAME).mkdir(exist_ok=True)
        (folder / PART_NAME / "file").write_bytes(rng.randbytes(rng.randrange(200)))


def _tear_wal(folder: Path, rng: Random, durable: int) -> None:
    wal = read_wal(folder)
    if not wal:
        return
    behind = bytearray(wal[durable:])
    if behind and rng.random() < 0.7:
        del behind[rng.randrange(len(behind) + 1) :]
    if behind and rng.random() < 0.5:
        first = rng.randrange(len(behind))
        last = min(len(behind), first + rng.randrange(1, 4_096))
        behind[first:last] = rng.randbytes(last - first)
    if rng.random() < 0.3:
        behind += rng.randbytes(rng.randrange(MOST_JUNK))
    (folder / WAL_NAME).write_bytes(wal[:durable] + behind)


def _tear_page(folder: Path, rng: Random, durable: int) -> None:
    """Garble one page of the database that the write-ahead log holds durably: a checkpoint was copying it."""
    wal = read_wal(folder)
    end = durable_end(wal[:durable])
    if not end or rng.random() < 0.5:
        return
    page = int.from_bytes(wal[8:12], "big")
    frame = WAL_HEADER + rng.randrange((end - WAL_HEADER) // (FRAME_HEADER + page)) * (FRAME_HEADER + page)
    number = int.from_bytes(wal[frame : frame + 4], "big")
    with (folder / DATABASE_NAME).open("r+b") as file:
        if number * page <= file.seek(0, 2):
            first = rng.randrange(page)
            file.seek((number - 1) * page + first)
            file.write(rng.randbytes(rng.randrange(1, page - first + 1)))


def _tear_log(log: Path, rng: Random) -> None:
    """Files of the log directory were renamed into place and never synced: each may be gone, cut or zero at its end."""
    for path in sorted(path for path in log.rglob("*") if path.is_file()):
        if rng.random() < 0.3:
            _cut(path, rng)


def _cut(path: Path, rng: Random) -> None:
    held = path.read_bytes()
    kept = held[: rng.randrange(len(held) + 1)]
    match rng.randrange(3):
        case 0:
            path.unlink()
        case 1:
            path.write_bytes(kept)
        case _:
            path.write_bytes(kept + bytes(len(held) - len(kept)))


def read_rows(folder: Path, statement: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
    """Rows of a node's database by a connection of one's own, past all of the code under test."""
    connection = sqlite3.connect(folder / DATABASE_NAME)
    try:
        return connection.execute(statement, values).fetchall()
    finally:
        connection.close()
