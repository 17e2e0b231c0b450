"""Which files of a node's folder a copy has, and copying them: what the software keeps there by name, and nothing else.

Keys are none of them, nor is anything that nobody here knows: it may hold a secret. What lies there besides is named instead.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from comity.errors import SettingsError
from comity.model.backup import MOST_FILES, BackupFile
from comity.node.directory import LOG_KEY_FILE
from comity.node.witnesses import POLICY_FILE
from comity.settings import DIRECTORY_FILE, MEMBERS_FILE, ROSTER_FILE, SETTINGS_FILE, NodeSettings

# What must fit the database: a version of the directory or a law that the log does not know would not open.
STEADY = (SETTINGS_FILE, DIRECTORY_FILE, MEMBERS_FILE, LOG_KEY_FILE, POLICY_FILE, "web.json")
STEADY_FOLDERS = ("law", "directories", "weights", "offered", "drafts")
LIVELY = (ROSTER_FILE, "access.json")  # written with every sign-in: taken last, so that who was suspended stays so
LIVELY_FOLDERS = ("stamps",)
# Made anew from the database, or of this process alone, or never in a copy.
KNOWN_BESIDES = frozenset(
    {"node.db", "node.db-wal", "node.db-shm", "log", "log.part", "segments", "keys", "lock", "local.sock"}
    | {"backups.json", "access.lock"}
)
LOCKS = frozenset({"changing", "drafting"})  # nothing on the disk
DRAFT = ".new"  # of a file that is being replaced
CHUNK = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL

Place = tuple[str, tuple[int, int, int]]


def steady_files(folder: Path, settings: NodeSettings) -> tuple[Place, ...]:
    """The files that must fit the database, each with what changes when it is replaced."""
    named = (*STEADY, *_named_files(settings))
    return tuple((path, _mark(folder / path)) for path in _found(folder, named, STEADY_FOLDERS))


def lively_files(folder: Path) -> tuple[str, ...]:
    return tuple(_found(folder, LIVELY, LIVELY_FOLDERS))


def left_out(folder: Path, settings: NodeSettings) -> tuple[str, ...]:
    """What lies in a node's folder and nobody here knows, by name."""
    known = {*STEADY, *STEADY_FOLDERS, *LIVELY, *LIVELY_FOLDERS, *KNOWN_BESIDES}
    known |= {path.split("/")[0] for path in _named_files(settings)}
    return tuple(sorted(one.name for one in folder.iterdir() if one.name not in known and not _passes(one.name)))


def copy_files(folder: Path, to: Path, paths: Iterable[str]) -> tuple[BackupFile, ...]:
    """Copy files by their paths, each for the node's account alone and durable. Raises OSError."""
    return tuple(_copy(folder / path, to / path, path) for path in paths)


def listed_file(path: Path, name: str) -> BackupFile:
    """A file as a list names it. Raises OSError."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return BackupFile(path=name, bytes=path.stat().st_size, sha256=found)


def every_file(folder: Path) -> Iterator[str]:
    """Everything below a folder that is no folder, links too, by path. A limit keeps a strange folder from filling memory."""
    for number, path in enumerate(sorted(folder.rglob("*"))):
        if number > 2 * MOST_FILES:
            raise SettingsError(f"`{folder}` has more than {MOST_FILES} files; name the right folder")
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _named_files(settings: NodeSettings) -> tuple[str, ...]:
    """Files that the settings name and that hold no secret, where they lie in the node's own folder."""
    mail = settings.mail
    named = [settings.trusted_ca, settings.stamp_roots]
    if mail is not None:
        named += [mail.certificate, mail.authorities, *(one.certificate for one in mail.partners.values())]
    return tuple(dict.fromkeys(one for one in named if one and not one.startswith("/") and ".." not in one))


def _found(folder: Path, names: tuple[str, ...], folders: tuple[str, ...]) -> Iterator[str]:
    yield from (name for name in dict.fromkeys(names) if (folder / name).is_file())
    for inner in folders:
        for path in every_file(folder / inner):
            if not _passes(Path(path).name):
                yield f"{inner}/{path}"


def _passes(name: str) -> bool:
    return name in LOCKS or name.endswith(DRAFT)


def _mark(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_ino, found.st_size


def _make_folder(folder: Path) -> None:
    """A folder and those above it, each for the node's account alone: `parents` would leave those between open to others."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700)


def _copy(source: Path, to: Path, name: str) -> BackupFile:
    _make_folder(to.parent)
    hashed, length = hashlib.sha256(), 0
    with source.open("rb") as read, os.fdopen(os.open(to, _NEW, 0o600), "wb") as write:
        while part := read.read(CHUNK):
            write.write(part)
            hashed.update(part)
            length += len(part)
        write.flush()
        os.fsync(write.fileno())
    return BackupFile(path=name, bytes=length, sha256=hashed.hexdigest())
