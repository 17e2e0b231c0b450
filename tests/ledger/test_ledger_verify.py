"""A copied log directory verifies alone, and any change in it is named."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_world import TestKeys, make_unit, make_world

from comity.errors import LedgerError, ProofError
from comity.ledger import directory
from comity.ledger.append import append_entry, seal_growth
from comity.ledger.checkpoint import Checkpoint, parse_vkey, sign_checkpoint
from comity.ledger.proof import verify_proof
from comity.ledger.verify import prove, verify_log_directory
from comity.model.disclosure import EntryKind
from comity.ports import LogState
from comity.store.sqlite import Store, open_store

VKEY = TestKeys().log_key()
SIZE = 256 * 3 + 41


def fill(store: Store, count: int, start: int = 0) -> None:
    """Append many entries in one transaction, made by the ordinary writer's own parts."""
    from comity.ledger.entry import Entry, commit, encode_entry

    def step(state: LogState) -> None:
        for number in range(start, start + count):
            unit = make_unit(number)
            entry = Entry(unit.facts, commit(bytes(32), unit.content), commit(bytes(32), unit.record))
            state.append(encode_entry(entry), unit, (b"", b""))

    keys = TestKeys()
    store.journal.write(step, lambda growth: seal_growth(keys, growth))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log directory of three full tiles and a partial one, with older partial files beside it."""
    folder = tmp_path_factory.mktemp("node")
    store = open_store(folder)
    for count in (300, 400, 100):
        fill(store, count, store.journal.size())
        store.journal.publish()
    for number in range(800, SIZE):
        append_entry(make_world(store.journal), make_unit(number))
    store.close()
    return folder / "log"


@pytest.fixture
def copy(log: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(log, tmp_path / "copy"))


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_copied_log_verifies(copy: Path) -> None:
    """The report tells origin, size and what was read."""
    report = verify_log_directory(copy, VKEY)
    assert (report.origin, report.size) == ("comity.log/ca-river", SIZE)
    assert report.files == len(files_of(copy))
    assert report.kinds == ((EntryKind.ANSWERED.value, SIZE),)


def test_one_byte_changed_anywhere_is_named(log: Path) -> None:
    """Flip a byte of every file at several places: the error names the file, or the entry that was changed."""
    for path in files_of(log):
        original = path.read_bytes()
        name = path.relative_to(log).as_posix()
        for at in sorted({0, 1, 2, 3, len(original) // 3, len(original) // 2, len(original) - 1}):
            check_flip(log, path, at, 0x01)
        assert path.read_bytes() == original, name


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flip_is_named(log: Path, draw: st.DataObject) -> None:
    """Any bit of any byte of any file."""
    path = draw.draw(st.sampled_from(files_of(log)))
    check_flip(log, path, draw.draw(st.integers(0, path.stat().st_size - 1)), 1 << draw.draw(st.integers(0, 7)))


def check_flip(log: Path, path: Path, at: int, mask: int) -> None:
    original = path.read_bytes()
    name = path.relative_to(log).as_posix()
    raw = bytearray(original)
    raw[at] ^= mask
    path.write_bytes(raw)
    try:
        with pytest.raises(ProofError) as caught:
            verify_log_directory(log, VKEY)
    finally:
        path.write_bytes(original)
    message = str(caught.value)
    if name == "checkpoint":
        assert "checkpoint" in message or "origin" in message
        return
    assert f"`{name}`" in message
    entry = re.search(r"entry (\d+)", message)
    if name.startswith("tile/entries/") and entry and "ends inside" not in message and ".p/" not in name:
        number = int(name[len("tile/entries/") :])
        assert int(entry.group(1)) == number * 256 + at // 197


def test_a_missing_file_is_named(log: Path) -> None:
    """Every file of the newest checkpoint is needed."""
    for path in files_of(log):
        name = path.relative_to(log).as_posix()
        older = re.search(r"\.p/(\d+)$", name)
        if older and older.group(1) not in (str(SIZE % 256), "3"):
            continue
        original = path.read_bytes()
        path.unlink()
        with pytest.raises(ProofError, match=re.escape(f"`{name}`")):
            verify_log_directory(log, VKEY)
        path.write_bytes(original)
    verify_log_directory(log, VKEY)


@pytest.mark.parametrize(
    "name", ["notes.txt", "tile/0/004", "tile/2/000.p/1", "tile/0/003.p/200", "tile/1/000.p/4"]
)
def test_a_file_too_many_is_named(copy: Path, name: str) -> None:
    """Nothing lies in a log directory that its checkpoint does not account for."""
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_bytes(bytes(32))
    with pytest.raises(ProofError, match=re.escape(f"`{name}`")):
        verify_log_directory(copy, VKEY)


def test_a_link_is_not_a_plain_file(copy: Path) -> None:
    """A link could point outside the copy."""
    (copy / "tile" / "link").symlink_to(copy / "checkpoint")
    with pytest.raises(ProofError, match="`tile/link` is not a plain file"):
        verify_log_directory(copy, VKEY)


@pytest.mark.parametrize(
    "change", [lambda raw: raw[:-1], lambda raw: b"", lambda raw: raw + b"\x00", lambda raw: raw * 2]
)
def test_a_truncated_or_longer_file_is_named(log: Path, change: Callable[[bytes], bytes]) -> None:
    """A file cut short, emptied or lengthened is named."""
    for path in files_of(log):
        original = path.read_bytes()
        name = path.relative_to(log).as_posix()
        path.write_bytes(change(original))
        with pytest.raises(ProofError) as caught:
            verify_log_directory(log, VKEY)
        path.write_bytes(original)
        assert name in str(caught.value)


def test_a_rewritten_log_fails_even_if_tiles_and_entries_agree(copy: Path, tmp_path: Path) -> None:
    """Entries and tiles rewritten together do not lead to the signed root."""
    store = open_store(tmp_path / "other")
    fill(store, SIZE, 5)
    store.close()
    checkpoint = (copy / "checkpoint").read_bytes()
    shutil.rmtree(copy)
    shutil.copytree(tmp_path / "other" / "log", copy)
    (copy / "checkpoint").write_bytes(checkpoint)
    with pytest.raises(ProofError, match="root in `checkpoint`"):
        verify_log_directory(copy, VKEY)


def test_an_empty_log_signed_as_such_verifies(tmp_path: Path) -> None:
    """Size zero has the empty root and no tile."""
    from comity.ledger.tree import EMPTY_ROOT

    key = parse_vkey(VKEY)
    note = sign_checkpoint(Checkpoint(key.name, 0, EMPTY_ROOT), key, TestKeys().sign_log)
    (tmp_path / "checkpoint").write_text(note, encoding="utf-8")
    assert verify_log_directory(tmp_path, VKEY).size == 0


def test_a_directory_that_is_none_is_refused(tmp_path: Path) -> None:
    """A missing directory, a missing checkpoint and a checkpoint that is not text are told apart."""
    with pytest.raises(ProofError, match="not a log directory"):
        verify_log_directory(tmp_path / "nothing", VKEY)
    with pytest.raises(ProofError, match="`checkpoint` is missing"):
        verify_log_directory(tmp_path, VKEY)
    (tmp_path / "checkpoint").write_bytes(b"\xff\n")
    with pytest.raises(ProofError, match="not UTF-8"):
        verify_log_directory(tmp_path, VKEY)
    (tmp_path / "checkpoint").unlink()
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(ProofError, match="`checkpoint` cannot be read"):
        verify_log_directory(tmp_path, VKEY)


def test_too_many_files_are_refused(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk has a bound."""
    monkeypatch.setattr(directory, "MOST_FILES", 3)
    with pytest.raises(ProofError, match="more than 3 files"):
        verify_log_directory(copy, VKEY)


def test_a_proof_from_the_directory_equals_one_from_the_database(log: Path) -> None:
    """Either source proves the same, for entries in full and partial tiles."""
    store = open_store(log.parent)
    for index in (0, 255, 256, 700, 767, 768, SIZE - 1):
        text = prove(log, index)
        assert text == prove(store.journal, index)
        entry = directory.LogDirectory(log).entry(index, SIZE)
        assert entry == store.journal.entry(index)
        assert verify_proof(text, entry, VKEY)[0] == index
    for source in (log, store.journal):
        with pytest.raises(ProofError, match=f"entry {SIZE} is not"):
            prove(source, SIZE)
    with pytest.raises(ProofError, match="not in a log"):
        directory.LogDirectory(log).entry(SIZE, SIZE)
    with pytest.raises(LedgerError):
        store.journal.hash_at(0, SIZE)
    store.close()


def test_an_empty_log_proves_nothing(tmp_path: Path) -> None:
    """There is no entry 0 yet."""
    store = open_store(tmp_path)
    with pytest.raises(ProofError, match="log of 0 entries"):
        prove(store.journal, 0)
    store.close()
