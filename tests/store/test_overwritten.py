"""What is deleted is overwritten: nothing of a purged name is left in any file of the node's folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from segment_stage import RIVER, bytes_of, make_record, own_word, remove, tend

from comity.model.record import Record
from comity.store.sqlite import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "node")
    opened.records.load([make_record(number) for number in range(60)])
    yield opened
    opened.close()


def purge(store: Store, number: int, *gone: Record) -> None:
    """Remove records, and wait until nothing finds them."""
    remove(store, number, gone)
    store.records.finish_removal(RIVER)


def every_byte(store: Store) -> bytes:
    return bytes_of(store.folder) + (store.folder / "node.db").read_bytes()


def test_the_bytes_of_a_purged_surname_are_nowhere_in_the_nodes_files(store: Store) -> None:
    """Also of a record that was rewritten after an earlier purge: database, write-ahead log and index files."""
    purge(store, 3, make_record(3))
    longer = make_record(7, "QXOLONGER, " + "MARIA " * 40)
    store.records.correct([longer])
    store.records.correct([make_record(8, "QXOOTHER, MARIA")])
    tend(store)
    assert b"QXOLONGER" in every_byte(store)
    purge(store, 7, longer)
    left = every_byte(store)
    assert b"QXOLONGER" not in left
    assert own_word(7).encode() not in left
    assert own_word(3).encode() not in left
    assert b"QXOOTHER" in left


def test_what_is_deleted_is_overwritten_from_the_first_transaction_on(store: Store) -> None:
    """Whatever the system's own SQLite does when it is not told: the setting never goes off again."""
    for number in (1, 2):
        purge(store, number, make_record(number))
        assert store._writer.change(lambda one: one.execute("PRAGMA secure_delete").fetchone()[0]) == 1
