"""A store opens whole or refuses, naming the check that failed and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from log_world import make_unit, open_world

from comity.errors import ClosedError, LedgerError, SettingsError, StoreError
from comity.ledger.append import append_entry
from comity.ledger.tiles import tiles_of
from comity.ledger.verify import verify_log_directory
from comity.store import migrate, publish, setting
from comity.store.connect import Readers
from comity.store.database import DatabaseError
from comity.store.publish import place_path, places_between
from comity.store.sqlite import APPLICATION_ID, SqliteDatabase, open_store

SIZE = 300


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node")
    store, world = open_world(folder)
    for number in range(SIZE):
        append_entry(world, make_unit(number))
    store.close()
    return folder


@pytest.fixture
def node(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "node"))


def change(statement: str, *values: object) -> Callable[[Path], None]:
    """A change made behind the store's back."""

    def apply(folder: Path) -> None:
        connection = sqlite3.connect(folder / "node.db", isolation_level=None)
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement, values)
        connection.close()

    return apply


def damage(folder: Path) -> None:
    """The first page of the entries overwritten: what lies in the middle of the file moves with every new table."""
    path = folder / "node.db"
    connection = sqlite3.connect(path)
    ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'").fetchall()
    ((size,),) = connection.execute("PRAGMA page_size").fetchall()
    connection.close()
    raw = bytearray(path.read_bytes())
    start = (page - 1) * size
    raw[start : start + 64] = b"\xff" * 64
    path.write_bytes(raw)


def cut(folder: Path) -> None:
    path = folder / "node.db"
    os.truncate(path, path.stat().st_size // 2)


def older(folder: Path) -> None:
    """The database of yesterday beside the log directory of today."""
    store, _ = open_world(folder / "yesterday")
    store.close()
    shutil.copy(folder / "yesterday" / "node.db", folder / "node.db")


def other_log(folder: Path) -> None:
    """A checkpoint of another log of seven entries."""
    (folder / "log" / "checkpoint").write_text(f"comity.log/ca-river\n7\n{'A' * 43}=\n\n", encoding="utf-8")


FLIP = "UPDATE tile SET hashes = zeroblob(16320) WHERE id = "

DAMAGES: list[tuple[Callable[[Path], None], type[ClosedError], str]] = [
    (lambda folder: (folder / "node.db").write_bytes(b"not a database" * 400), StoreError, "not a database"),
    (cut, StoreError, "damaged|malformed"),
    (damage, ClosedError, "damaged|malformed|differs"),
    (change("PRAGMA application_id = 7"), StoreError, "not written by comity"),
    (change("PRAGMA user_version = 99"), StoreError, "version 99, newer than"),
    (change("DELETE FROM entry WHERE idx = 299"), LedgerError, "300 entries but 299"),
    (change("DELETE FROM entry WHERE idx = 5"), LedgerError, "300 entries but 299"),
    (change("UPDATE entry SET idx = 1000 WHERE idx = 5"), LedgerError, "300 entries but 300"),
    (change("UPDATE entry SET entry = zeroblob(195) WHERE idx = 299"), LedgerError, "entry 299 differs"),
    (change("UPDATE head SET edge = zeroblob(32)"), LedgerError, "right edge does not belong"),
    (change("UPDATE head SET edge = zeroblob(128)"), LedgerError, "differs from its tiles at level 8"),
    (change("UPDATE head SET size = 299"), LedgerError, "299 entries but 300"),
    (change("UPDATE head SET note = 'x'"), LedgerError, "not of 300 entries"),
    (change(FLIP + "64"), LedgerError, "right edge differs"),
    (change("DELETE FROM tile WHERE id = 64"), LedgerError, "tile of level 0 is missing"),
    (change("DELETE FROM tile WHERE id = 1"), LedgerError, "tile of level 1 is missing"),
    (older, LedgerError, "never an older one"),
    (
        lambda folder: shutil.rmtree(folder / "log") or (folder / "log").write_text("a file"),
        StoreError,
        "cannot be used",
    ),
    (other_log, LedgerError, "of 7 entries is not of this log"),
]


@pytest.mark.parametrize(("apply", "error", "fault"), DAMAGES, ids=range(len(DAMAGES)))
def test_a_damaged_node_refuses_to_open(
    node: Path, apply: Callable[[Path], None], error: type[ClosedError], fault: str
) -> None:
    """Which check failed is said; the same holds when it is tried again, and the lock is let go."""
    apply(node)
    for _ in range(2):
        with pytest.raises(error, match=fault):
            open_store(node)


def test_inner_hashes_that_do_not_follow_are_found(node: Path) -> None:
    """A changed hash inside the newest tile is found even if the edge agrees."""
    connection = sqlite3.connect(node / "node.db", isolation_level=None)
    (hashes,) = connection.execute("SELECT hashes FROM tile WHERE id = 64").fetchone()
    changed = bytearray(hashes)
    changed[256 * 32] ^= 1
    connection.execute("UPDATE tile SET hashes = ? WHERE id = 64", (bytes(changed),))
    connection.close()
    with pytest.raises(LedgerError, match="does not follow"):
        open_store(node)


def test_the_log_directory_is_repaired_from_the_database(node: Path) -> None:
    """Missing, emptied, cut off and unfinished files are put right at start."""
    log = node / "log"
    (log / "checkpoint").write_bytes(b"")
    (log / "tile" / "0" / "000").unlink()
    (log / "tile" / "entries" / "000").write_bytes(b"")
    partial = log / "tile" / "entries" / "001.p" / "44"
    partial.write_bytes(partial.read_bytes()[:-1] + b"\x00")
    older = log / "tile" / "0" / "001.p" / "7"
    older.write_bytes(older.read_bytes()[:40] if older.is_file() else b"")
    (log / "tile" / "0" / "000.p").mkdir(exist_ok=True)
    (log / "tile" / "0" / "000.p" / "9").write_bytes(b"left beside a full tile")
    (node / "log.part").mkdir(exist_ok=True)
    (node / "log.part" / "file").write_bytes(b"unfinished")
    store, world = open_world(node)
    assert verify_log_directory(log, world.keys.log_key()).size == SIZE
    assert not (node / "log.part").exists()
    append_entry(world, make_unit(SIZE))
    store.close()
    assert verify_log_directory(log, world.keys.log_key()).size == SIZE + 1


@pytest.mark.parametrize(("bundle", "size"), [("001.p/45", 301), ("001", 512)])
def test_a_bundle_ahead_of_the_database_is_older_too(node: Path, bundle: str, size: int) -> None:
    """A stop between the files and their checkpoint, then a database that lost its end: entries were given out."""
    ahead = node / "log" / "tile" / "entries" / bundle
    ahead.parent.mkdir(exist_ok=True)
    ahead.write_bytes(b"entries that the database has not")
    for _ in range(2):
        with pytest.raises(
            LedgerError, match=f"holds {size} entries but the database only 300.*never an older one"
        ):
            open_store(node)
    assert ahead.is_file()


@pytest.mark.parametrize("zeros", [False, True])
def test_a_checkpoint_cut_off_anywhere_is_written_again(node: Path, zeros: bool) -> None:
    """A power failure may cut the published checkpoint inside its root too: that is no other log, it is half a line."""
    path = node / "log" / "checkpoint"
    whole = path.read_bytes()
    for kept in (1, *range(whole.index(b"300") - 1, len(whole), 7)):
        path.write_bytes(whole[:kept] + bytes(len(whole) - kept if zeros else 0))
        open_store(node).close()
        assert path.read_bytes() == whole


@pytest.mark.parametrize("name", ["tile/0/000", "tile/entries/001.p/44", "tile/1/000.p/1"])
def test_a_changed_log_file_refuses_the_start_and_is_named(node: Path, name: str) -> None:
    """What no crash leaves was written by somebody: the node stays shut until it was looked at."""
    path = node / "log" / name
    changed = bytearray(path.read_bytes())
    changed[3] ^= 1
    path.write_bytes(bytes(changed))
    with pytest.raises(LedgerError, match=f"log/{name}` differs from the database"):
        open_store(node)
    path.unlink()
    open_store(node).close()
    assert path.is_file()


def test_older_tiles_are_looked_for_too(node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the newest tiles are compared byte by byte; older ones must be there and not empty."""
    monkeypatch.setattr(publish, "CHECKED_TILES", 0)
    open_store(node).close()
    (node / "log" / "tile" / "0" / "000").unlink()
    (node / "log" / "tile" / "entries" / "000").write_bytes(b"")
    store, world = open_world(node)
    store.close()
    assert verify_log_directory(node / "log", world.keys.log_key()).size == SIZE


def test_a_lost_log_directory_is_written_again(node: Path) -> None:
    """The database is the truth."""
    shutil.rmtree(node / "log")
    store, world = open_world(node)
    store.close()
    assert verify_log_directory(node / "log", world.keys.log_key()).size == SIZE


def test_partial_tiles_go_once_the_tile_is_full(tmp_path: Path) -> None:
    """After 256 entries no partial file of the full tile is left."""
    store, world = open_world(tmp_path)
    for number in range(256):
        append_entry(world, make_unit(number))
        if number % 50 == 0:
            store.journal.publish()
    store.close()
    found = {
        path.relative_to(tmp_path / "log").as_posix() for path in (tmp_path / "log").rglob("*") if path.is_file()
    }
    assert found == {"checkpoint", "tile/0/000", "tile/entries/000", "tile/1/000.p/1"}


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 70_000])
def test_the_writer_and_the_verifier_agree_where_tiles_lie(size: int) -> None:
    """Two spellings of the tile rules, one in the store and one in the verifier, give the same paths."""
    assert {place_path(place) for place in places_between(0, size)} == {name.path for name in tiles_of(size)}
    assert place_path((-1, 1_234_067, 256)) == "tile/entries/x001/x234/067"


def test_one_process_owns_the_node(node: Path) -> None:
    """A second opening is refused while the first lives, in this process and in another."""
    store = open_store(node)
    with pytest.raises(StoreError, match="another process owns the node `node`"):
        open_store(node)
    program = (
        "import sys; from pathlib import Path; from comity.store.sqlite import open_store;"
        "open_store(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(node)], capture_output=True, text=True, check=False)
    assert "another process owns" in done.stderr
    store.close()
    again = open_store(node)
    store.close()
    with pytest.raises(StoreError, match="another process owns"):
        open_store(node)
    again.close()


def test_a_directory_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    """A file where the directory should be."""
    (tmp_path / "node").write_text("a file")
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(tmp_path / "node")


def test_durability_settings(tmp_path: Path) -> None:
    """Write-ahead log, full sync, foreign keys, the application's mark and the newest version."""
    open_store(tmp_path).close()
    connection = SqliteDatabase(tmp_path / "node.db").open_writer()
    found = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in (
            "journal_mode",
            "synchronous",
            "foreign_keys",
            "application_id",
            "user_version",
            "busy_timeout",
        )
    ]
    connection.close()
    assert found == ["wal", 2, 1, APPLICATION_ID, migrate.LAST_VERSION, 10_000]


def test_migrations_are_numbered_without_gaps_and_leave_entries_alone() -> None:
    """Each number has one file; after the first, none may update or delete entries."""
    for engine in ("sqlite", "postgres"):
        first = migrate.first_version(engine)
        for number in range(first, migrate.LAST_VERSION + 1):
            text = migrate.migration_text(number, engine).lower()
            assert "strict" in text or engine != "sqlite"
            assert number == first or not any(
                word in text for word in ("update entry", "delete from entry", "drop table entry")
            )
    with pytest.raises(StoreError, match="9999 is missing"):
        migrate.migration_text(9_999)


def test_a_crash_while_migrating_leaves_the_older_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration is whole or absent."""
    first = migrate.migration_text(1)
    monkeypatch.setattr(migrate, "migration_text", lambda number, engine: first + "\nCREATE TABLE broken (;")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path)
    monkeypatch.undo()
    open_store(tmp_path).close()


def test_a_database_without_a_write_ahead_log_is_refused() -> None:
    """A place that cannot take one gives no durability."""
    with pytest.raises(StoreError, match="local disk"):
        SqliteDatabase(Path(":memory:")).open_writer()


def test_trouble_while_reading_closes_the_door(node: Path) -> None:
    """A read that fails, a database that is gone and a store that is closed are StoreErrors."""
    readers = Readers(SqliteDatabase(node / "node.db"))
    with pytest.raises(StoreError, match="cannot be read"), readers.lend() as connection:
        connection.execute("SELECT * FROM nothing")
    with readers.lend() as connection:
        readers.close()
    with pytest.raises(DatabaseError):
        connection.execute("SELECT 1")
    with pytest.raises(StoreError, match="closed"), readers.lend():
        pass
    nowhere = Readers(SqliteDatabase(node / "nothing" / "node.db"))
    with pytest.raises(StoreError, match="cannot be opened"), nowhere.lend():
        pass


def test_settings_are_kept(tmp_path: Path) -> None:
    """A named text is found after a restart; a new text replaces it; unusable ones are refused."""
    store = open_store(tmp_path)
    assert store.settings.find("directory") is None
    store.settings.set("directory", "one")
    store.settings.set("directory", "two")
    for name, text in (("", "x"), ("n" * 121, "x"), ("n", "x" * (setting.LONGEST_TEXT + 1))):
        with pytest.raises(SettingsError, match="needs a name"):
            store.settings.set(name, text)
    store.close()
    store = open_store(tmp_path)
    assert store.settings.find("directory") == "two"
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.settings.find("directory")
