"""Files of the index: written whole, checked when they are opened, built again from the records, gone when they are done."""

from __future__ import annotations

import mmap
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from segment_stage import (
    CITY,
    RIVER,
    SUBJECTS,
    bytes_of,
    found,
    found_from_scratch,
    make_record,
    own_word,
    remove,
    segment_files,
    tend,
)

from comity.errors import StoreError
from comity.match import keys, postings
from comity.match.compare import Scale, prepare
from comity.match.merge import merge_segments
from comity.match.segment import build_segment, named_arrays
from comity.match.weights import load_weights
from comity.model.canon import canonical_bytes
from comity.store.migrate import migration_text
from comity.store.opening import Store
from comity.store.segments import file as files
from comity.store.segments import index, owner_index, rows, upkeep
from comity.store.segments.file import BrokenSegmentError, merge_files, open_segment, verify_file, write_segment
from comity.store.segments.rows import LAST_ORDINAL, index_person, take_ordinals
from comity.store.segments.upkeep import RATIO, SEGMENT_CRASH_POINTS, merge_from
from store_engines import Engine, both_engines, on_sqlite, open_store


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three fresh people make a file, and two are built at once."""
    monkeypatch.setattr(rows, "BUILT_AT_ONCE", 2)
    monkeypatch.setattr(upkeep, "SEALED_AT", 3)
    monkeypatch.setattr(owner_index, "MOST_FRESH", 5)
    monkeypatch.setattr(index, "MOST_FRESH", 5)


@pytest.fixture
def store(tmp_path: Path, engine: Engine) -> Iterator[Store]:
    opened = open_store(tmp_path / "node")
    yield opened
    opened.close()


def load(store: Store, first: int, last: int, owner: str = RIVER) -> None:
    store.records.load([make_record(number, owner=owner) for number in range(first, last)])


def assert_whole(store: Store, owner: str = RIVER) -> None:
    """Every question finds what an index from scratch finds, and the check says so."""
    live = store.records.page_of(owner, "", 100_000)
    for subject in SUBJECTS:
        assert found(store, owner, subject) == found_from_scratch(store, live, owner, subject)
    assert store.records.check_index(owner).faults == ()


# ---------------------------------------------------------------- one file


def test_a_segment_is_mapped_as_it_was_written(tmp_path: Path) -> None:
    """Every array, aligned and read-only; also of nobody."""
    for number, count in enumerate((0, 1, 20)):
        segment = build_segment(index_person(at, make_record(at), "p0") for at in range(count))
        listed = write_segment(tmp_path, number, segment, owner=7, first=0, last=count)
        assert (listed.size, listed.people) == ((tmp_path / files.file_name(number)).stat().st_size, count)
        opened = named_arrays(open_segment(tmp_path, listed))
        for name, one in named_arrays(segment).items():
            assert np.array_equal(opened[name], one)
            assert opened[name].dtype == one.dtype
            assert not opened[name].flags.writeable
        verify_file(tmp_path, listed)
    assert not list(tmp_path.glob("*.part"))


def test_files_are_merged_as_segments_are_and_let_go_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was mapped is given back to the system after every part of the keys, and read right again behind it."""
    let_go: list[int] = []

    class Mapped(mmap.mmap):
        def madvise(self, *option: int) -> None:
            let_go.append(option[0])
            super().madvise(*option)

    monkeypatch.setattr(mmap, "mmap", Mapped)
    monkeypatch.setattr(postings, "ENTRIES_AT_ONCE", 100)
    parts = [
        build_segment(index_person(at, make_record(at), "p0") for at in range(*ends))
        for ends in ((0, 20), (20, 40))
    ]
    listed = [
        write_segment(tmp_path, number, part, owner=7, first=0, last=40) for number, part in enumerate(parts)
    ]
    merged = named_arrays(merge_files(tmp_path, listed))
    for name, one in named_arrays(merge_segments(parts)).items():
        assert np.array_equal(merged[name], one)
    assert len(let_go) > 2
    assert set(let_go) == {mmap.MADV_DONTNEED}


def test_a_file_that_is_not_what_was_listed_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, cut, of another version, of another owner, of other people, or another file under its name."""
    segment = build_segment([index_person(1, make_record(1), "p0")])
    listed = write_segment(tmp_path, 1, segment, owner=7, first=0, last=9)
    other = write_segment(tmp_path, 2, segment, owner=8, first=0, last=9)
    path = tmp_path / files.file_name(1)
    whole = path.read_bytes()

    def refused(match: str, content: bytes | None = None) -> None:
        path.write_bytes(whole if content is None else content)
        with pytest.raises(BrokenSegmentError, match=match):
            open_segment(tmp_path, listed)

    refused("length", whole[:-1])
    refused("another file", (tmp_path / files.file_name(2)).read_bytes().ljust(len(whole), b"\0")[: len(whole)])
    refused("head differs", whole.replace(b'"people"', b'"peoplf"'))
    path.write_bytes(whole)
    for wrong in (
        files.Listed(2, 7, 0, 9, 1, other.size, other.digest),
        files.Listed(1, 7, 0, 8, 1, listed.size, listed.digest),
        files.Listed(1, 7, 0, 9, 2, listed.size, listed.digest),
    ):
        with pytest.raises(BrokenSegmentError):
            open_segment(tmp_path, wrong)
    monkeypatch.setattr(files, "KEY_VERSION", keys.KEY_VERSION + 1)
    refused("keys of version")
    monkeypatch.undo()
    path.write_bytes(whole[:-70] + bytes(70))
    with pytest.raises(BrokenSegmentError, match="checksum"):
        verify_file(tmp_path, listed)
    path.unlink()
    for read in (open_segment, verify_file):
        with pytest.raises(BrokenSegmentError, match="No such file"):
            read(tmp_path, listed)


def merged_all(people: list[int], most: int) -> list[int]:
    """How many people the files have that stay when everything is merged that is to be."""
    while (start := merge_from(people, most)) < len(people) - 1:
        people = [*people[:start], sum(people[start:])]
    return people


@given(st.lists(st.integers(1, 10**7), max_size=12))
def test_files_that_stay_are_each_much_larger_than_those_after(people: list[int]) -> None:
    """After merging, so few stay that a look-up reads five of 25 million people."""
    held = merged_all(people, 10**9)
    assert sum(held) == sum(people)
    assert all(one > RATIO * sum(held[at + 1 :]) for at, one in enumerate(held[:-1]))
    assert len([one for one in held if one >= 512]) <= 5 or sum(held) > 25_000_000


@given(st.lists(st.integers(1, 60), max_size=12))
def test_no_file_has_more_people_than_it_can_have(people: list[int]) -> None:
    """What would be too many stays apart, and is merged no less with what comes after it."""
    held = merged_all(people, 100)
    assert sum(held) == sum(people)
    assert all(one <= 100 for one in held)
    rest = [sum(held[at:]) for at in range(len(held))]
    assert all(one > RATIO * rest[at + 1] or rest[at] > 100 for at, one in enumerate(held[:-1]))


def test_more_people_than_one_file_can_have_are_divided(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When they are sealed and when the index is built anew, and everybody is found."""
    monkeypatch.setattr(upkeep, "MOST_PEOPLE", 8)
    load(store, 0, 20)
    tend(store)
    assert len(segment_files(store)) == 3
    assert_whole(store)
    remove(store, 1, [make_record(3)])
    store.records.rebuild_index(RIVER)
    assert len(segment_files(store)) == 3
    assert_whole(store)


# ---------------------------------------------------------------- a node's index


def test_people_are_sealed_and_merged_and_found_all_the_while(store: Store) -> None:
    """One by one or many at once; a few files hold everybody."""
    for number in range(25):
        load(store, number, number + 1)
        assert len(found(store, RIVER, SUBJECTS[0])) == number + 1
    load(store, 100, 120)
    tend(store)
    assert_whole(store)
    assert 1 <= len(segment_files(store)) <= 3
    assert store.records.check_index(RIVER).people == 45


def test_owners_never_see_each_other(store: Store) -> None:
    """The same people of two owners, loaded together, lie in files of their own."""
    for number in range(12):
        store.records.load([make_record(number), make_record(number + 100, owner=CITY)])
    tend(store, CITY)
    for owner, first in ((RIVER, 0), (CITY, 100)):
        assert_whole(store, owner)
        numbers = [number for number, _ in found(store, owner, SUBJECTS[0])]
        ids = {record.id for record, _ in store.records.people(owner, numbers)}
        assert ids == {f"r-{number:05}" for number in range(first, first + 12)}
    remove(store, 1, gone=[make_record(3)])
    store.records.finish_removal(RIVER)
    assert len(found(store, CITY, SUBJECTS[0])) == 12
    held = b"".join(path.read_bytes() for path in segment_files(store))
    assert own_word(3).encode() not in held
    assert own_word(103).encode() in held


def test_who_was_removed_displaces_nobody(store: Store) -> None:
    """Before the files are rewritten the place is another's already."""
    load(store, 0, 8)
    tend(store)
    best = found(store, RIVER, SUBJECTS[0])[0][0]
    gone = store.records.people(RIVER, [best])[0][0]
    remove(store, 1, gone=[gone])
    looked_up = store.records.find(
        RIVER, prepare(SUBJECTS[0], frozenset({"name"})), list(type(gone.data_class)), 7, Scale(load_weights())
    )
    assert best not in looked_up.numbers
    assert len(looked_up.numbers) == 7


@on_sqlite  # a server keeps deleted rows until it writes over them (docs/postgresql.md)
def test_a_removed_person_leaves_nothing_on_the_disk(store: Store) -> None:
    """Neither in the database, nor in its write-ahead log, nor in a file of the index; also one nobody could find."""
    load(store, 0, 10)
    witness = make_record(50, witness=True)
    store.records.load([witness])
    tend(store)

    def held() -> bytes:
        return bytes_of(store.folder) + (store.folder / "node.db").read_bytes()

    assert own_word(4).encode() in held()
    remove(store, 1, gone=[make_record(4), witness])
    store.records.finish_removal(RIVER)
    for number in (4, 50):
        assert own_word(number).encode() not in held()
    assert own_word(5).encode() in held()
    assert_whole(store)


def test_an_ordinal_is_never_given_again(store: Store) -> None:
    """The number of the last person, removed, is not the next one's."""
    load(store, 0, 2)
    numbers = {number for number, _ in found(store, RIVER, SUBJECTS[0])}
    remove(store, 1, gone=[make_record(0), make_record(1)])
    store.records.finish_removal(RIVER)
    load(store, 2, 4)
    assert not numbers & {number for number, _ in found(store, RIVER, SUBJECTS[0])}
    assert_whole(store)


def test_ordinals_reach_to_the_end_of_32_bits_and_no_further(store: Store) -> None:
    """Numbers far beyond ten million people work; when none is left nothing is loaded."""
    store._writer.change(lambda connection: take_ordinals(connection, LAST_ORDINAL - 5))
    load(store, 0, 4)
    tend(store)
    assert_whole(store)
    assert max(number for number, _ in found(store, RIVER, SUBJECTS[0])) > 1 << 37
    with pytest.raises(StoreError, match="every number"):
        load(store, 4, 8)
    assert store.records.count(RIVER) == 4


@both_engines
@pytest.mark.parametrize("damage", ["missing", "short", "head", "version"])
def test_a_broken_file_is_built_again_and_told(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the next start, from the records; a look-up waits for it."""
    store = open_store(tmp_path / "node")
    load(store, 0, 8)
    tend(store)
    path = segment_files(store)[0]
    store.close()
    if damage == "missing":
        path.unlink()
    elif damage == "short":
        path.write_bytes(path.read_bytes()[:-64])
    elif damage == "head":
        path.write_bytes(path.read_bytes().replace(b'"ordinals"', b'"ordinalz"'))
    else:
        monkeypatch.setattr(files, "KEY_VERSION", keys.KEY_VERSION + 1)
    said: list[str] = []
    store = open_store(tmp_path / "node", tell=said.append)
    assert len(found(store, RIVER, SUBJECTS[0])) == 8
    assert_whole(store)
    store.close()
    assert len(said) == 1
    assert f"index file {path.name} is built again from the records" in said[0]


@both_engines
def test_a_fault_in_one_index_ends_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread keeps every owner's: a fault that nobody foresaw is told, and the next owner's people are sealed."""

    def wait_for(seen: Callable[[], object]) -> None:
        until = time.monotonic() + 60
        while not seen():
            assert time.monotonic() < until
            time.sleep(0.01)

    def faulty(*_: object) -> None:
        raise ValueError("a sign that is a digit and no number")

    said: list[str] = []
    store = open_store(tmp_path / "node", tell=said.append)
    with monkeypatch.context() as patched:
        patched.setattr(upkeep, "build_range", faulty)
        load(store, 0, 4)
        wait_for(lambda: said)
    assert said == ["an index could not be kept (ValueError); report it to the developers"]
    load(store, 100, 104, owner=CITY)
    wait_for(lambda: segment_files(store))
    assert_whole(store, CITY)
    store.close()


@both_engines
def test_an_index_that_cannot_be_built_again_closes_the_door(tmp_path: Path) -> None:
    """Nothing is found, never less than everything; other owners go on."""
    store = open_store(tmp_path / "node")
    load(store, 0, 8)
    load(store, 100, 102, owner=CITY)
    tend(store)
    store._writer.change(
        lambda connection: (
            connection.execute("UPDATE record SET body = ? WHERE record_id = 'r-00003'", (b"{}",)).rowcount
        )
    )
    path = segment_files(store)[0]
    store.close()
    path.unlink()
    store = open_store(tmp_path / "node")
    with pytest.raises(StoreError, match="a stored record cannot be read"):
        found(store, RIVER, SUBJECTS[0])
    assert len(found(store, CITY, SUBJECTS[0])) == 2
    store.close()


def test_damage_behind_the_head_is_found_by_the_check_and_mended_anew(store: Store) -> None:
    """The check names the file and changes nothing; building anew makes it right."""
    load(store, 0, 8)
    tend(store)
    path = segment_files(store)[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-64] + bytes(64))
    state = store.records.check_index(RIVER)
    assert state.faults == (f"{path.name}: its bytes differ from its checksum",)
    assert store.records.rebuild_index(RIVER).faults == ()
    assert_whole(store)


def test_the_check_sees_what_differs_from_the_records(store: Store) -> None:
    """Somebody missing, somebody too many, other traits, a range listed twice, people in no file."""

    def change(statement: str, *values: bytes) -> tuple[str, ...]:
        before = store.records.check_index(RIVER)
        assert before.faults == ()
        store._writer.change(lambda connection: connection.execute(statement, values).rowcount)
        faults = store.records.check_index(RIVER).faults
        store.records.rebuild_index(RIVER)
        return faults

    load(store, 0, 8)
    tend(store)
    assert (
        "0 people of the records are not in it, 1 are in it" in change("DELETE FROM person WHERE id >> 6 = 3")[0]
    )
    insert = "INSERT INTO person SELECT (2 << 6) + 1, record, key, owner FROM person WHERE id >> 6 = 4"
    store._writer.change(lambda connection: connection.execute("DELETE FROM person WHERE id >> 6 = 2").rowcount)
    store.records.rebuild_index(RIVER)
    assert "1 people of the records are not in it, 0 are in it" in change(insert)[0]
    renamed = store.records.get(RIVER, "r-00005")
    body = canonical_bytes(renamed).replace(b"MARIA", b"MARTA")
    assert "other traits" in change("UPDATE record SET body = ? WHERE record_id = 'r-00005'", body)[0]
    twice = "INSERT INTO segment SELECT id + 1000, owner, first, last + 1, people, bytes, digest FROM segment"
    assert any("listed for people of the file before it" in fault for fault in change(twice))
    assert any("in no file" in fault for fault in change("UPDATE segment SET first = first + 4"))


@both_engines
def test_files_nobody_lists_are_overwritten_and_go(tmp_path: Path) -> None:
    """What a stop left: a part of a file, and a whole one that was never listed or is no more."""
    store = open_store(tmp_path / "node")
    load(store, 0, 8)
    tend(store)
    kept = segment_files(store)
    store.close()
    left = [tmp_path / "node" / "segments" / name for name in ("00000090.segment", "00000091.part")]
    for path in left:
        path.write_bytes(b"QXOLEFT" * 100)
    linked = tmp_path / "linked"  # another name of the same bytes shows that they were overwritten
    linked.hardlink_to(left[0])
    store = open_store(tmp_path / "node")
    assert segment_files(store) == kept
    assert linked.read_bytes() == bytes(700)
    assert_whole(store)
    store.close()


@pytest.mark.parametrize("point", SEGMENT_CRASH_POINTS)
def test_a_copy_taken_at_a_crash_point_opens_whole(point: str, tmp_path: Path) -> None:
    """What the disk holds at that moment is enough: everybody stored is found, who was removed leaves nothing."""
    taken: list[Path] = []

    def fault(name: str) -> None:
        if name == point:
            to = tmp_path / f"copy-{len(taken)}"  # a part of a log file comes and goes while this copies
            taken.append(shutil.copytree(tmp_path / "node", to, ignore=shutil.ignore_patterns("log.part")))

    store = open_store(tmp_path / "node", fault)
    load(store, 0, 8)
    load(store, 8, 16)
    tend(store)
    remove(store, 1, gone=[make_record(4)])
    store.records.finish_removal(RIVER)
    store.close()
    assert taken
    for copy in taken:
        opened = open_store(copy)
        assert_whole(opened)
        assert (opened.records.get(RIVER, "r-00004") is None) == (own_word(4).encode() not in bytes_of(copy))
        opened.close()


def test_look_ups_go_on_while_people_come_and_go(store: Store) -> None:
    """Many threads ask while records are loaded, corrected, removed and merged; nobody who stays is ever missed."""
    load(store, 0, 6)
    stays = {number for number, _ in found(store, RIVER, SUBJECTS[0])}
    faults: list[str] = []
    asked = [0]
    done = False

    def ask() -> None:
        while not done:
            numbers = [number for number, _ in found(store, RIVER, SUBJECTS[0])]
            asked[0] += 1
            if not stays <= set(numbers):
                faults.append("somebody was missed")
            if len(numbers) != len(set(numbers)):
                faults.append("somebody was found twice")

    askers = [Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for number in range(10, 40):
            load(store, number, number + 1)
            if number % 4 == 0:
                remove(store, number, gone=[make_record(number - 1)])
                store.records.finish_removal(RIVER)
    finally:
        done = True
        for asker in askers:
            asker.join()
    assert asked[0] > 10
    assert faults == []
    assert_whole(store)


FEED_TABLES = ("feed", "feed_item", "feed_changed", "feed_copy")


def test_an_older_folder_is_brought_up_to_date(tmp_path: Path) -> None:
    """A database of the version before has no files: they are built, and everybody is found."""
    store = open_store(tmp_path / "node")
    load(store, 0, 8)
    load(store, 100, 103, owner=CITY)
    store.close()
    database = sqlite3.connect(tmp_path / "node" / "node.db", isolation_level=None)
    older = migration_text(1)
    lookup = older[older.index("CREATE TABLE lookup") :]
    since = (
        "delivery",
        "item_record",
        "ruling",
        "open_question",
        "cosigned",
        "witnessed",
        "transmission",
        "suspension",
        "standing",
        "notice_flow",
        "finding",
        "petition",
        "approval",
        "look_up",
        *FEED_TABLES,
    )
    for statement in (
        *(f"DROP TABLE {table}" for table in since),
        "DROP TABLE segment",
        "DROP TABLE removed_person",
        "DROP TABLE next_ordinal",
        "DROP INDEX person_owner",
        "DROP INDEX person_record",
        "ALTER TABLE person DROP COLUMN owner",
        "ALTER TABLE owner DROP COLUMN changed",
        lookup,
        "PRAGMA user_version = 3",
    ):
        database.execute(statement)
    database.close()
    shutil.rmtree(tmp_path / "node" / "segments")
    store = open_store(tmp_path / "node")
    assert len(found(store, RIVER, SUBJECTS[0])) == 8
    for owner in (RIVER, CITY):
        assert_whole(store, owner)
    store.close()


def test_a_folder_that_cannot_be_written_leaves_the_index_as_it_was(store: Store) -> None:
    """The new file cannot be made: what was found before is found, and the removal is told as not done."""
    load(store, 0, 8)
    tend(store)
    remove(store, 1, gone=[make_record(2)])
    folder = store.folder / "segments"
    moved = folder.rename(store.folder / "elsewhere")
    with pytest.raises(StoreError):
        store.records.finish_removal(RIVER)
    moved.rename(folder)
    assert len(found(store, RIVER, SUBJECTS[0])) == 7
    store.records.finish_removal(RIVER)
    assert own_word(2).encode() not in bytes_of(store.folder)
    assert_whole(store)
