"""Looking at a copy of a node: nothing of it is changed, no key is needed, and every fault is told.

 1 list        it is there and can be read
 2 files       each as the list says, and none besides
 3 database    SQLite finds no fault, and it says of itself that it is this copy
 4 log         every entry leads to the root of the checkpoint, which the log's own key signed

The key is the one that the copy's own directory lists. Whether what the log keeps can be opened only its keys could tell.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from comity.errors import ComityError
from comity.exchange.messages.listed_keys import own_log_keys
from comity.ledger.checkpoint import Checkpoint, log_name, signing_key, verify_checkpoint
from comity.ledger.tree import grow, leaf_hash, root_of
from comity.model.backup import BackupChecked, BackupManifest, CopyMark
from comity.model.canon import from_canonical
from comity.model.faults import system_says
from comity.node.adopted import FileDirectories
from comity.node.backup_files import every_file, listed_file
from comity.settings import read_noun, read_settings
from comity.store.sqlite import DATABASE_NAME
from comity.store.sqlite_copy import read_copy

BACKUP_FILE = "backup.json"
NODE_FOLDER = "node"  # in a copy: what becomes a node's folder


def check_backup(folder: Path, unfinished: str = "") -> BackupChecked:
    """What a look at a copy finds. `unfinished` is the file of whoever makes it right now."""
    path = folder / BACKUP_FILE
    if not path.is_file():
        return BackupChecked(
            folder=str(folder), faults=(f"`{folder}` is no copy of a node; it has no `{BACKUP_FILE}`",)
        )
    try:
        manifest = read_noun(path, BackupManifest)  # 1
        faults = list(_files(folder, manifest, unfinished))  # 2
        if not faults:  # a database that is another than the list says is not opened
            faults += _database(folder / NODE_FOLDER, manifest)  # 3, 4
    except ComityError as error:
        return BackupChecked(folder=str(folder), faults=(str(error),))
    except OSError as error:
        return BackupChecked(folder=str(folder), faults=(f"`{folder}` cannot be read ({system_says(error)})",))
    return BackupChecked(folder=str(folder), manifest=manifest, faults=tuple(faults))


def _files(folder: Path, manifest: BackupManifest, unfinished: str) -> Iterator[str]:
    listed = {f"{NODE_FOLDER}/{one.path}": one for one in manifest.files}
    there = frozenset(every_file(folder)) - {BACKUP_FILE, unfinished}
    for path in sorted(there - set(listed)):
        yield f"`{path}` is not in the list"
    for path, one in listed.items():
        if path not in there:
            yield f"`{path}` is missing"
        elif (folder / path).is_symlink() or listed_file(folder / path, one.path) != one:
            yield f"`{path}` is not what the list says"


def _database(node: Path, manifest: BackupManifest) -> Iterator[str]:
    mark = manifest.mark
    with read_copy(node / DATABASE_NAME) as copy:
        if not copy.mark or from_canonical(copy.mark.encode(), CopyMark) != mark:
            yield "its database does not say that it is this copy"
            return
        size, edge = 0, ()  # type: int, tuple[bytes, ...]
        for entries in copy.entries:
            grown = grow(size, edge, [leaf_hash(entry) for entry in entries])
            size, edge = grown.size, grown.edge
        if (size, b64encode(root_of(edge)).decode()) != (mark.entries, mark.root):
            yield f"its {size} entries are not those of the list, which names {mark.entries}"
            return
        if size:
            yield from _signed(node, copy.head.note, Checkpoint(log_name(mark.node), size, root_of(edge)))


def _signed(node: Path, note: str, head: Checkpoint) -> Iterator[str]:
    settings = read_settings(node)
    listing = FileDirectories(node, settings).own()
    if listing is None or settings.id != head.origin.rpartition("/")[2]:
        yield f"its directory does not list `{head.origin.rpartition('/')[2]}`"
        return
    if verify_checkpoint(note, signing_key(note, own_log_keys(listing))) != head:
        yield "its signed checkpoint is not of its entries"
