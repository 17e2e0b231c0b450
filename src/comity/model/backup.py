"""Copies of a node: what one holds, what a look at it found, and what it takes to go on from one."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from comity.errors import NounError
from comity.model.base import Noun

FORMAT = 1  # of a copy's folder; one of another number is not read
MOST_FILES = 100_000  # of a node's folder beside its database: law, directories and stamps of many years
LONGEST_HOW = 200  # characters
SHA256 = re.compile(r"[0-9a-f]{64}")


class BackupFile(Noun, frozen=True, kw_only=True):
    """One file of a copy: where it lies below the node's folder, how long it is, its SHA-256."""

    path: str
    bytes: int
    sha256: str

    def __post_init__(self) -> None:
        parts = PurePosixPath(self.path).parts
        if not parts or self.path.startswith("/") or ".." in parts or not SHA256.fullmatch(self.sha256):
            raise NounError(
                "a file of a copy has a path below the node's folder and a SHA-256; make the copy anew"
            )


class CopyMark(Noun, frozen=True, kw_only=True):
    """What the database of a copy says of itself: which node, when it was copied (UTC milliseconds), the log as it was.

    It stands in the copy and never in the node's own database: whoever opens a copy meets it.
    """

    node: str
    at_ms: int
    entries: int
    root: str


class BackupManifest(Noun, frozen=True, kw_only=True):
    """The list of a copy, written last. `software` is the version that made it, `keys` the names of the monthly keys that open
    what its log keeps, none of which is in it; `left_out` what lay in the node's folder and is not in it either.
    """

    format: int
    software: str
    mark: CopyMark
    keys: tuple[str, ...]
    files: tuple[BackupFile, ...]
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise NounError(f"a copy of format {self.format} is not read here; use the comity that made it")
        if len(self.files) > MOST_FILES:
            raise NounError(f"a copy has at most {MOST_FILES} files; make it anew")


class BackupMade(Noun, frozen=True, kw_only=True):
    """A copy that was made and checked: where, its list, and how many bytes it has."""

    folder: str
    manifest: BackupManifest
    bytes: int


class BackupChecked(Noun, frozen=True, kw_only=True):
    """What a look at a copy found: its list where that can be read, and each fault in a sentence."""

    folder: str
    manifest: BackupManifest | None = None
    faults: tuple[str, ...] = ()


class BackupState(Noun, frozen=True, kw_only=True):
    """The newest copy of a node that it knows of. `how` is an administrator's word for one that other means made, which nobody
    here looked at; empty for one that the node made and checked itself.
    """

    at_ms: int | None = None
    entries: int | None = None
    how: str = ""

    def __post_init__(self) -> None:
        if len(self.how) > LONGEST_HOW or not self.how.isprintable():
            raise NounError(f"say in one line of at most {LONGEST_HOW} characters how the copy was made")


class Resumed(Noun, frozen=True, kw_only=True):
    """A node that goes on from a copy: the copy, which witnesses said that the log has no more, whether the log directory that
    was left says so, and the entry that says all that.
    """

    copy: CopyMark
    witnesses: tuple[str, ...]
    log_directory: bool
    entry: int
