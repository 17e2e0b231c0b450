"""Keys on disk: made once, durable, checked whole, never replaced."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.errors import KeyUnavailableError, SettingsError
from comity.node.fault import tell_fault
from comity.node.key_files import KEY_BYTES, make_key_file
from comity.node.keys import FileKeys, read_signing_key
from comity.node.open_world import check_keys, open_world
from comity.settings import read_directory, read_settings


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    for name in ("message", "log", "witness"):
        make_key_file(tmp_path / f"{name}.key")
    return FileKeys(tmp_path, "one-node")


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """32 bytes, mode 600, in a folder of mode 700; a second making keeps the first key and leaves nothing behind."""
    path = tmp_path / "keys" / "log.key"
    make_key_file(path)
    first = path.read_bytes()
    make_key_file(path)
    assert path.read_bytes() == first
    assert len(first) == KEY_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_threads_at_the_turn_of_a_month_use_one_key(tmp_path: Path) -> None:
    """Many threads making the same key at once end with one whole key, and none of them fails."""
    path = tmp_path / "months" / "2026-12.key"
    seen: list[bytes] = []

    def make() -> None:
        make_key_file(path)
        seen.append(path.read_bytes())

    threads = [threading.Thread(target=make) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12
    assert len(set(seen)) == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_wrapped_key_opens_again(keys: FileKeys) -> None:
    """What was wrapped is unwrapped; a wrapping is never the same twice."""
    secret = bytes(range(32))
    wrapped = keys.wrap(secret)
    assert keys.unwrap(wrapped) == secret
    assert keys.wrap(secret) != wrapped


def test_a_damaged_wrapping_is_named(keys: FileKeys, tmp_path: Path) -> None:
    """A changed byte, a month that is none, a month whose key is gone: the door closes with the remedy."""
    wrapped = keys.wrap(bytes(32))
    with pytest.raises(KeyUnavailableError, match="cannot be opened; restore that month's key"):
        keys.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]))
    for month in (b"../../x", b"\xff\xff\xff\xff\xff\xff\xff", b""):
        with pytest.raises(KeyUnavailableError, match="a wrapped commitment key is damaged"):
            keys.unwrap(month + wrapped[7:] if month else b"")
    for path in (tmp_path / "months").iterdir():
        path.unlink()
    with pytest.raises(KeyUnavailableError, match=r"\.key` cannot be read \(no such file or directory\)"):
        FileKeys(tmp_path, "one-node").unwrap(wrapped)


def test_a_key_that_is_not_whole_is_no_key(tmp_path: Path) -> None:
    """A key cut off or grown is damaged, and is not used."""
    path = tmp_path / "log.key"
    for content in (b"", b"k" * 31, b"k" * 33):
        path.write_bytes(content)
        with pytest.raises(KeyUnavailableError, match=r"the key `log\.key` is damaged"):
            read_signing_key(path)


def test_keys_are_those_the_directory_lists(copy: Callable[[str], Path]) -> None:
    """A node that the directory does not list, or lists with other keys, is not opened."""
    folder = copy("il-node")
    settings = read_settings(folder)
    directory = read_directory(folder, settings)
    held = FileKeys(folder / "keys", "il-node")
    check_keys(held, directory, "il-node")
    with pytest.raises(SettingsError, match="the directory does not list `other-node`"):
        check_keys(held, directory, "other-node")
    with pytest.raises(KeyUnavailableError, match=r"`message\.key` is not the one the directory lists"):
        check_keys(held, directory, "ca-node")


def test_an_open_node_is_closed_again_whatever_happens_inside(copy: Callable[[str], Path]) -> None:
    """An error inside lets go of the lock: the node can be opened again."""
    folder = copy("il-node")
    with pytest.raises(RuntimeError, match="inside"), open_world(folder):
        raise RuntimeError("inside")
    with open_world(folder) as world:
        assert world.node == "il-node"


def test_an_unforeseen_fault_is_told_without_its_values() -> None:
    """Kind and place of the innermost frame, and not a word of the message."""
    with pytest.raises(AttributeError) as caught:
        read_signing_key(None)  # type: ignore[arg-type]
    assert tell_fault(caught.value).startswith("unexpected AttributeError at key_files.py:")
    assert "None" not in tell_fault(caught.value)
    assert tell_fault(ValueError("Cahoon")) == "unexpected ValueError"
