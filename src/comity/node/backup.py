"""Copying a node while it serves: one committed state of its database, and the files that fit it. No key is in a copy.

 1 begin       a folder of another name beside the one that is asked for, held while the copy is made
 2 files       those that must fit the database
 3 database    one committed state of it, without what a purge took
 4 again       where one of the files was replaced meanwhile, all of it once more
 5 the rest    what is written with every sign-in
 6 list        every file with its hash, the log's size and root; on the disk before anything has the name of a copy
 7 check       as `comity node backup check` does
 8 name        the folder gets the name that was asked for; then the node keeps when that was

A stop before 8 leaves a folder `NAME.part`, which is no copy to anybody and is removed by the next that is made there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from comity import __version__
from comity.errors import ComityError, StoreError, WrongUseError
from comity.ledger.tree import root_of
from comity.model.backup import (
    FORMAT,
    BackupFile,
    BackupMade,
    BackupManifest,
    BackupState,
    CopyMark,
)
from comity.model.canon import canonical_bytes
from comity.model.faults import system_says
from comity.node.backup_check import BACKUP_FILE, NODE_FOLDER, check_backup
from comity.node.backup_files import copy_files, left_out, listed_file, lively_files, steady_files
from comity.node.backup_state import keep_backup_state
from comity.ports import World
from comity.settings import read_settings, sync_folder, write_noun
from comity.store.committer import Head
from comity.store.sqlite import DATABASE_NAME
from comity.store.sqlite_copy import copy_database

UNFINISHED = "unfinished"  # in a folder that is not a copy yet; locked by whoever makes it
TURNS = 3  # law and directory change by the day; three changes within three copies are somebody's doing
BACKUP_CRASH_POINTS = ("begun", "files", "database", "listed", "checked", "named")

Fault = Callable[[str], None]
"""Called at each named crash point; tests stop there. See `BACKUP_CRASH_POINTS`."""


def no_fault(point: str) -> None:
    """The crash points of a copy that nobody tests."""


def make_backup(world: World, folder: Path, to: Path, fault: Fault = no_fault) -> BackupMade:
    """Copy a node to a folder that is not there yet.

    Raises WrongUseError for a place that cannot be used or a node whose rows are on a server, StoreError where it could not be
    copied or the copy does not verify; then nothing has the name that was asked for.
    """
    settings = read_settings(folder)
    if settings.database:
        raise WrongUseError(
            f"the rows of `{settings.id}` are on a PostgreSQL server; dump them there as docs/postgresql.md says, and let the "
            "node know by `comity node backup record`"
        )
    _check_place(folder, to)
    try:
        with _begun(to) as part:  # 1
            fault("begun")
            made = _fill(world, folder, part, fault)  # 2 to 6
            checked = check_backup(part, unfinished=UNFINISHED)  # 7
            if checked.faults:
                raise StoreError(f"the copy does not verify and was removed: {checked.faults[0]}; check the disk")
            fault("checked")
            (part / UNFINISHED).unlink()
            sync_folder(part)
            part.rename(to)  # 8
            sync_folder(to.parent)
            fault("named")
    except OSError as error:
        raise StoreError(f"`{to}` could not be written ({system_says(error)}); nothing was copied") from error
    state = BackupState(at_ms=made.mark.at_ms, entries=made.mark.entries)
    keep_backup_state(folder, state)  # a stop before leaves a copy that the node does not count on
    return BackupMade(folder=str(to), manifest=made, bytes=sum(one.bytes for one in made.files))


def _check_place(folder: Path, to: Path) -> None:
    if not to.is_absolute():  # the node's own working folder is nobody's business
        raise WrongUseError(f"`{to}` does not begin at the root; name the whole path")
    if to.exists() or to.is_symlink():
        raise WrongUseError(
            f"`{to}` is there already; name a folder that is not, such as one with the day in its name"
        )
    if not to.parent.is_dir():
        raise WrongUseError(f"`{to.parent}` is no folder; make it first")
    if to.resolve().is_relative_to(folder.resolve()):
        raise WrongUseError(
            f"`{to}` lies in the node's own folder and would be lost with it; name one on another disk"
        )


@contextmanager
def _begun(to: Path) -> Iterator[Path]:
    """The folder a copy is made in, locked; gone with whatever is in it when the copy was not named."""
    part = to.with_name(f"{to.name}.part")
    ours = (part / UNFINISHED).is_file() or (part / BACKUP_FILE).is_file()
    if part.is_symlink() or (part.exists() and not ours and any(part.iterdir())):
        raise WrongUseError(f"`{part}` is there and was not begun by a copy; move it away")
    part.mkdir(mode=0o700, exist_ok=True)
    held = os.open(part / UNFINISHED, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WrongUseError(f"a copy to `{to}` is being made; wait for it") from error
        for left in part.iterdir():  # of one that was killed
            if left.name != UNFINISHED:
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        try:
            yield part
        except (ComityError, OSError):
            shutil.rmtree(part, ignore_errors=True)
            raise
    finally:
        os.close(held)


def _fill(world: World, folder: Path, part: Path, fault: Fault) -> BackupManifest:
    settings, inner = read_settings(folder), part / NODE_FOLDER
    for _ in range(TURNS):
        before = steady_files(folder, settings)
        files = copy_files(folder, inner, (path for path, _ in before))  # 2
        fault("files")
        marks: list[CopyMark] = []
        copy_database(folder / DATABASE_NAME, inner / DATABASE_NAME, lambda head, to=marks: _mark(world, head, to))  # type: ignore[misc] # 3
        fault("database")
        if steady_files(folder, settings) == before:  # 4
            break
        shutil.rmtree(inner)
    else:
        raise StoreError("the node's law, directory or settings changed while they were copied; try again")
    files += copy_files(folder, inner, lively_files(folder))  # 5
    return _list(world, part, marks[0], files, left_out(folder, settings), fault)


def _mark(world: World, head: Head, to: list[CopyMark]) -> str:
    root = b64encode(root_of(head.edge)).decode()
    to.append(CopyMark(node=world.node, at_ms=world.clock.now_ms(), entries=head.size, root=root))
    return canonical_bytes(to[0]).decode()


def _list(
    world: World, part: Path, mark: CopyMark, files: tuple[BackupFile, ...], besides: tuple[str, ...], fault: Fault
) -> BackupManifest:
    """Write the list, and make every name durable. Before it is there nothing in the folder is a copy."""
    inner = part / NODE_FOLDER
    manifest = BackupManifest(
        format=FORMAT,
        software=__version__,
        mark=mark,
        keys=() if world.wrapping is None else world.wrapping.names(),
        files=(*files, listed_file(inner / DATABASE_NAME, DATABASE_NAME)),
        left_out=besides,
    )
    for one in (inner, *(path for path in inner.rglob("*") if path.is_dir())):
        sync_folder(one)
    write_noun(part / BACKUP_FILE, manifest)
    (part / BACKUP_FILE).chmod(0o600)
    fault("listed")
    return manifest
