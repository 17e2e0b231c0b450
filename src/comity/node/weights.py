"""An owner's versions of the weights on disk, and which of them counts.

`weights/<owner>/<version>.json` holds one version, written whole or not at all and never changed. Which one counts is
a row in the node's database, written after the log entry that says so: a stop between the two leaves the version before
in force. An owner without a row never chose and has the shipped weights.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from comity.errors import NounError, ProofError, WeightsUnavailableError, WrongUseError
from comity.ledger.entry import decode_entry
from comity.match.versions import TRAIN_AGAIN, read_version, version_bytes
from comity.match.weights import Weights, load_weights
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.disclosure import EntryKind
from comity.model.faults import fault, system_says
from comity.model.weights_shown import WeightsInForce
from comity.ports import Journal
from comity.settings import write_whole
from comity.store.setting import SettingTable

FOLDER = "weights"
LARGEST_VERSION = 20_000_000  # bytes; a hundred thousand names of each kind are half of it
MOST_VERSIONS = 200  # of one owner: one a month for many years
VERSION = re.compile(r"[0-9a-f]{12}")
REMEDY = "restore it from a copy, or go back with `comity match use --shipped`"

Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read and checked, with the row and the file it came from."""

    row: str
    mark: Mark
    weights: Weights


class FileWeights:
    """The `OwnWeights` port over a node's folder and database."""

    def __init__(self, folder: Path, settings: SettingTable, journal: Journal) -> None:
        self._folder, self._settings, self._journal = folder / FOLDER, settings, journal
        self._kept: dict[str, _Kept] = {}

    def of(self, owner: str) -> Weights:
        """See `ports.OwnWeights.of`. A file that changed since it was read is read and checked again."""
        row = self._settings.find(_row_name(owner))
        chosen = _read_row(row, owner)
        if row is None or chosen is None or not chosen.version:
            return load_weights()
        path = _path(self._folder, owner, chosen.version)
        mark = _mark(path, chosen.version, owner)
        kept = self._kept.get(owner)
        if kept is not None and (kept.row, kept.mark) == (row, mark):
            return kept.weights
        weights = self._read(path, owner, chosen)
        self._kept[owner] = _Kept(row, mark, weights)
        return weights

    def chosen(self, owner: str) -> WeightsInForce | None:
        """See `ports.OwnWeights.chosen`."""
        return _read_row(self._settings.find(_row_name(owner)), owner)

    def choose(self, owner: str, chosen: WeightsInForce) -> None:
        """See `ports.OwnWeights.choose`."""
        self._settings.set(_row_name(owner), canonical_bytes(chosen).decode())

    def _read(self, path: Path, owner: str, chosen: WeightsInForce) -> Weights:
        try:
            weights = _read_file(path, chosen.version)
            facts = decode_entry(self._journal.entry(chosen.entry)).facts
        except NounError as error:
            raise _unavailable(chosen.version, owner, f"cannot be used: {error}") from error
        except OSError as error:
            raise _unreadable(chosen.version, owner, error) from error
        except ProofError as error:
            raise _unavailable(chosen.version, owner, f"has no entry that can be read: {error}") from error
        entered = facts.kind is EntryKind.WEIGHTS_CHANGED and facts.law == chosen.hash
        if digest(weights) != chosen.hash or not entered:
            raise WeightsUnavailableError(fault("weights.other", version=chosen.version, owner=owner))
        return weights


def versions_of(folder: Path, owner: str) -> tuple[str, ...]:
    """The versions of an owner that lie in a node's folder, by name."""
    found = (path.stem for path in (folder / FOLDER / owner).glob("*.json"))
    return tuple(sorted(version for version in found if VERSION.fullmatch(version)))


def get_version(folder: Path, owner: str, version: str) -> Weights:
    """One version, whole. Raises WrongUseError for one that is not there, WeightsUnavailableError for a damaged one."""
    if version not in versions_of(folder, owner):
        known = ", ".join(versions_of(folder, owner))
        told = f"there are: {known}" if known else "there are none yet; make one with `comity match train`"
        raise WrongUseError(f"`{owner}` has no version `{version[:40]}` of the weights; {told}")
    try:
        return _read_file(_path(folder / FOLDER, owner, version), version)
    except NounError as error:
        raise WeightsUnavailableError(
            f"version `{version}` of `{owner}` cannot be used: {error}; {TRAIN_AGAIN}, or restore it from a copy"
        ) from error
    except OSError as error:
        raise WeightsUnavailableError(
            f"version `{version}` of `{owner}` cannot be read ({_why(error)}); restore it from a copy"
        ) from error


def keep_version(folder: Path, owner: str, weights: Weights) -> bool:
    """Write a version beside the others, whole or not at all; False where the very same is there already.

    Raises WrongUseError where there are too many.
    """
    home = folder / FOLDER / owner
    home.mkdir(parents=True, exist_ok=True)
    path = _path(folder / FOLDER, owner, weights.version)
    content = version_bytes(weights)
    if path.exists() and path.read_bytes() == content:
        return False
    if len(versions_of(folder, owner)) >= MOST_VERSIONS:
        raise WrongUseError(
            f"`{owner}` has {MOST_VERSIONS} versions of the weights; remove old ones from `{home}`"
        )
    write_whole(path, content, 0o600)
    return True


def _path(folder: Path, owner: str, version: str) -> Path:
    return folder / owner / f"{version}.json"


def _row_name(owner: str) -> str:
    return f"weights/{owner}"


def _read_row(row: str | None, owner: str) -> WeightsInForce | None:
    if row is None:
        return None
    try:
        chosen = from_canonical(row.encode(), WeightsInForce)
    except NounError as error:
        raise WeightsUnavailableError(
            f"which weights `{owner}` has in force cannot be read: {error}; restore the database from a copy"
        ) from error
    if chosen.version and not VERSION.fullmatch(chosen.version):
        raise WeightsUnavailableError(
            f"`{chosen.version}` is no version of weights; restore the database from a copy"
        )
    return chosen


def _read_file(path: Path, version: str) -> Weights:
    with path.open("rb") as file:
        raw = file.read(LARGEST_VERSION + 1)
    if len(raw) > LARGEST_VERSION:
        raise NounError(f"it is larger than {LARGEST_VERSION} bytes")
    return read_version(raw, version)


def _mark(path: Path, version: str, owner: str) -> Mark:
    """What changes when a file is replaced; see `laws.py`."""
    try:
        found = os.stat(path)
    except OSError as error:
        raise _unreadable(version, owner, error) from error
    return found.st_mtime_ns, found.st_ino, found.st_size


def _unavailable(version: str, owner: str, what: str) -> WeightsUnavailableError:
    return WeightsUnavailableError(f"version `{version}` of the weights in force for `{owner}` {what}; {REMEDY}")


def _unreadable(version: str, owner: str, error: OSError) -> WeightsUnavailableError:
    return WeightsUnavailableError(
        fault("weights.unreadable", version=version, owner=owner, why=system_says(error))
    )


def _why(error: OSError) -> str:
    return (error.strerror or "trouble").lower()
