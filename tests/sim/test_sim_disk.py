"""What a stop leaves of a disk: what was synced stays, what was not may go, and commits fail as they are told to."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from comity.sim.disk import (
    FRAME_HEADER,
    LYING,
    WAL_HEADER,
    Disk,
    FaultyDatabase,
    block_log,
    copy_node,
    durable_end,
    lose_power,
    read_rows,
    read_wal,
)
from comity.store.database import Connection, DatabaseError
from comity.store.sqlite import DATABASE_NAME


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A folder with files of a log and of an index; its database is made by `writing`."""
    folder = tmp_path / "node"
    (folder / "log" / "tile").mkdir(parents=True)
    (folder / "segments").mkdir()
    (folder / "log" / "checkpoint").write_text("comity.log/x\n3\nroot\n")
    (folder / "log" / "tile" / "0").write_bytes(b"t" * 100)
    (folder / "segments" / "1.segment").write_bytes(b"s" * 100)
    (folder / "segments" / "2.part").write_bytes(b"p" * 100)
    return folder


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def writing(node: Path, disk: Disk) -> Iterator[Connection]:
    connection = FaultyDatabase(node, disk).open_writer()
    connection.script("CREATE TABLE made (number INTEGER)")
    yield connection
    connection.close()


def write(connection: Connection, number: int) -> None:
    connection.begin()
    connection.execute("INSERT INTO made VALUES (?)", (number,))
    connection.commit()


def numbers(folder: Path) -> list[int]:
    return [number for (number,) in read_rows(folder, "SELECT number FROM made ORDER BY number")]


def test_the_durable_end_is_behind_the_last_commit(node: Path, writing: Connection) -> None:
    """It grows with each commit by whole frames; what lies behind, or is of an earlier round of the file, is none."""
    ends = []
    for number in range(3):
        write(writing, number)
        ends.append(durable_end(read_wal(node)))
    wal = read_wal(node)
    page = int.from_bytes(wal[8:12], "big")
    assert ends == sorted(set(ends))
    assert all((end - WAL_HEADER) % (FRAME_HEADER + page) == 0 for end in ends)
    assert durable_end(wal) == durable_end(wal + wal[WAL_HEADER:][: page // 2]) == ends[-1]
    assert durable_end(wal[: ends[0] + page]) == ends[0]
    old = bytearray(wal)
    old[ends[1] + 8] ^= 1  # another salt: left over
    assert durable_end(bytes(old)) == ends[1]
    assert durable_end(b"") == 0


@pytest.mark.parametrize("seed", range(40))
def test_a_lost_power_never_takes_what_was_synced(
    node: Path, writing: Connection, seed: int, tmp_path: Path
) -> None:
    """Before the last commit everything stays, and the database is whole; the last commit is there or not."""
    for number in range(5):
        write(writing, number)
    durable = durable_end(read_wal(node))
    write(writing, 5)
    copy = tmp_path / "copy"
    copy_node(node, copy)
    lose_power(copy, Random(seed), durable)
    with closing(sqlite3.connect(copy / DATABASE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert numbers(copy) in ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5])
    assert (copy / "segments" / "1.segment").read_bytes() == b"s" * 100
    for path, whole in (("log/tile/0", b"t" * 100), ("segments/2.part", b"p" * 100)):
        left = (copy / path).read_bytes() if (copy / path).exists() else b""
        assert whole.startswith(left.rstrip(b"\0"))


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_copied_out_of_a_log_that_was_not_synced(
    node: Path, writing: Connection, seed: int, tmp_path: Path
) -> None:
    """The first commit of a log may go whole; no page of the database is touched for it."""
    write(writing, 0)
    writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    write(writing, 1)
    copy = tmp_path / "copy"
    copy_node(node, copy)
    lose_power(copy, Random(seed), 0)
    with closing(sqlite3.connect(copy / DATABASE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert numbers(copy) in ([0], [0, 1])


def test_a_lost_power_takes_what_was_not(node: Path, writing: Connection, tmp_path: Path) -> None:
    """Over some seeds the last commit goes and stays, and files of the log are gone, cut and whole."""
    write(writing, 0)
    durable = durable_end(read_wal(node))
    write(writing, 1)
    commits, tiles = set(), set()
    for seed in range(60):
        copy = tmp_path / "copy"
        copy_node(node, copy)
        lose_power(copy, Random(seed), durable)
        commits.add(len(numbers(copy)))
        tile = copy / "log" / "tile" / "0"
        tiles.add("gone" if not tile.exists() else "whole" if tile.read_bytes() == b"t" * 100 else "cut")
        shutil.rmtree(copy)
    assert commits == {1, 2}
    assert tiles == {"gone", "whole", "cut"}


@pytest.mark.parametrize(("trouble", "kept"), [("commit-fails", [0]), ("commit-unknown", [0, 1])])
def test_a_commit_that_fails_before_or_after(
    node: Path, disk: Disk, writing: Connection, trouble: str, kept: list[int]
) -> None:
    """Both raise; nobody can know which it was without looking again."""
    write(writing, 0)
    disk.trouble = trouble
    with pytest.raises(DatabaseError, match="disk I/O error"):
        write(writing, 1)
    assert disk.struck
    writing.roll_back()
    assert numbers(node) == kept


def test_a_full_disk_takes_no_rows(disk: Disk, writing: Connection) -> None:
    """It reads, and does not write."""
    disk.trouble = "disk-full"
    with pytest.raises(DatabaseError, match="full"):
        write(writing, 0)
    assert writing.execute("SELECT 1").fetchall() == [(1,)]


def test_a_disk_that_lies_keeps_nothing(node: Path, disk: Disk, writing: Connection) -> None:
    """Only for tests of the checkers: it says that it wrote."""
    disk.trouble = LYING
    write(writing, 0)
    assert numbers(node) == []


def test_a_blocked_log_directory_takes_no_drafts(node: Path) -> None:
    """A file stands where drafts belong, until it is freed."""
    block_log(node, blocked=True)
    with pytest.raises(OSError, match="File exists"):
        (node / "log.part").mkdir(exist_ok=True)
    block_log(node, blocked=False)
    (node / "log.part").mkdir()
    block_log(node, blocked=False)
    assert (node / "log.part").is_dir()


def test_a_copy_does_without_a_draft_that_went_while_it_was_made(node: Path, tmp_path: Path) -> None:
    """The log's own thread puts drafts into place; a link that leads nowhere is listed and cannot be read, as one gone."""
    (node / "log.part").mkdir()
    (node / "log.part" / "file").symlink_to("gone")
    copy_node(node, tmp_path / "copy")
    assert not list((tmp_path / "copy" / "log.part").iterdir())
    (node / "log" / "tile" / "1").symlink_to("gone")
    with pytest.raises(FileNotFoundError):
        copy_node(node, tmp_path / "another")
