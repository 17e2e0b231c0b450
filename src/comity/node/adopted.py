"""The directory a node goes by: the version its settings pin, and every signed version it adopted behind that one.

`directories/adopted.json` lists the adopted versions in their order. It is replaced as a whole and last, so that a stop
anywhere leaves the version before in force, or the new one. What is read is checked link by link; a running node picks
up a new version with its next message.

`directories/brought.json` lists in the same way what other nodes brought. What of it follows the newest adopted version waits
for an administrator, with one exception that only narrows: whom the last of those suspends is cut off as if it were adopted.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from comity.errors import DirectoryUnavailableError, LedgerError, ProofError, SettingsError
from comity.exchange.messages.directory import MOST_VERSIONS, Chain, Link, judge_next
from comity.ledger.entry import decode_entry
from comity.model.agency import Directory, NodeListing
from comity.model.base import Noun
from comity.model.directory import SignedDirectory
from comity.model.disclosure import EntryKind
from comity.model.faults import fault
from comity.node.fault import tell_administrator
from comity.ports import Journal
from comity.settings import DIRECTORY_FILE, NodeSettings, read_directory, read_noun

FOLDER = "directories"
ADOPTED_FILE = "adopted.json"
BROUGHT_FILE = "brought.json"
MOST_FOLDERS = 64  # nodes in one process, in a simulation
RESTORE = "restore the folder `directories` from a copy of the node"

Mark = tuple[tuple[int, int, int] | None, ...]


class Adoption(Noun, frozen=True, kw_only=True):
    """One version a node adopted, or was brought: its file, its hash, and the log entry that says so."""

    file: str
    hash: str
    entry: int


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was read: the chain from the pinned version to the newest, and what the list says of each but the first.

    `brought` is what other nodes brought, in its order, each with its entry; `waiting` what of it follows the newest.
    """

    chain: Chain
    adoptions: tuple[Adoption, ...]
    brought: tuple[tuple[Adoption, Link], ...] = ()
    waiting: Chain = ()

    @property
    def newest(self) -> Directory:
        """The newest version that was adopted, which the next one stands behind."""
        return self.chain[-1].directory

    @property
    def in_force(self) -> Directory:
        """What the node goes by: the newest, and whom the last waiting version suspends."""
        return cut_off(self.newest, self.waiting[-1].directory) if self.waiting else self.newest

    def before(self, entry: int) -> Directory:
        """What the node went by when an entry of the log was made."""
        count = 1 + sum(1 for one in self.adoptions if one.entry < entry)
        known = {link.hash for link in self.chain[:count]}
        base = self.chain[count - 1].directory
        waited = [link for one, link in self.brought if one.entry < entry and link.hash not in known]
        return cut_off(base, waited[-1].directory) if waited else base


def cut_off(directory: Directory, brought: Directory) -> Directory:
    """A version with everybody suspended whom a brought one suspends; nobody is let in by it."""
    known = {one.id for one in directory.suspended}
    more = tuple(one for one in brought.suspended if one.id not in known)
    return replace(directory, suspended=(*directory.suspended, *more)) if more else directory


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read, the list it was read from, and this node's listing in it: replaced together, for every thread."""

    mark: Mark
    adopted: Adopted
    own: NodeListing | None


def read_adopted(folder: Path, settings: NodeSettings) -> Adopted:
    """The pinned directory and every version adopted behind it, each checked to follow the one before.

    Raises SettingsError for a pinned one that is not the one the settings name, DirectoryUnavailableError for the rest.
    """
    pinned = read_directory(folder, settings)
    chain: list[Link] = [Link.of(pinned)]
    adoptions = read_adoptions(folder)
    for adoption in adoptions:
        chain.append(_read_link(folder, adoption, chain[-1]))
    brought = tuple((one, _read_signed(folder, one)) for one in read_adoptions(folder, BROUGHT_FILE))
    links = tuple((one, Link(signed.directory, signed.hash)) for one, signed in brought)
    return Adopted(tuple(chain), adoptions, links, _waiting(chain[-1], tuple(signed for _, signed in brought)))


def _waiting(newest: Link, brought: tuple[SignedDirectory, ...]) -> Chain:
    """What of the versions that were brought follows the newest adopted one, each checked to follow the one before."""
    waiting: list[Link] = []
    for signed in brought:
        if not judge_next(waiting[-1] if waiting else newest, signed):
            waiting.append(Link(signed.directory, signed.hash))
    return tuple(waiting)


def read_adoptions(folder: Path, name: str = ADOPTED_FILE) -> tuple[Adoption, ...]:
    """The list of versions adopted, or brought; empty before the first. Raises DirectoryUnavailableError."""
    path = folder / FOLDER / name
    if not path.exists():
        return ()
    try:
        adoptions = read_noun(path, tuple[Adoption, ...])
    except SettingsError as error:
        raise DirectoryUnavailableError(fault("directory.list-unreadable", because=str(error))) from error
    if len(adoptions) > MOST_VERSIONS:
        raise DirectoryUnavailableError(fault("directory.too-many", versions=MOST_VERSIONS))
    return adoptions


def read_newest(folder: Path, settings: NodeSettings) -> Directory:
    """The newest adopted directory of a node's folder. Raises as `read_adopted`."""
    return read_adopted(folder, settings).newest


class FileDirectories:
    """The `Directories` port over a node's folder, read anew when the list on disk was replaced.

    What was verified once stays in force in this process while the list cannot be read or does not verify, and is said
    to be so: the node goes on with whom it knows, and never with whom it cannot check.
    """

    def __init__(self, folder: Path, settings: NodeSettings) -> None:
        self._folder, self._settings = folder, settings
        self._journal: Journal | None = None
        self._kept = self._seen(self._look(), read_adopted(folder, settings))
        self._trouble = ""

    def prove(self, journal: Journal) -> None:
        """Compare every adopted version with the log entry that says so, now and from now on.

        Raises DirectoryUnavailableError for a version that no entry put in force.
        """
        check_entered(self._kept.adopted, journal)
        self._journal = journal

    def __call__(self, before: int | None = None) -> Directory:
        """The newest version adopted, or the one in force when an entry was made."""
        adopted = self._look_again().adopted
        return adopted.in_force if before is None else adopted.before(before)

    def own(self) -> NodeListing | None:
        """This node's listing in the newest version."""
        return self._look_again().own

    def _look_again(self) -> _Seen:
        kept, mark = self._kept, self._look()
        if mark == kept.mark:
            return kept
        try:
            read = read_adopted(self._folder, self._settings)
            if self._journal is not None:
                check_entered(read, self._journal)
            kept_all = (len(kept.adopted.chain), len(kept.adopted.brought))
            if len(read.chain) < kept_all[0] or len(read.brought) < kept_all[1]:
                raise DirectoryUnavailableError(fault("directory.gone"))
        except (DirectoryUnavailableError, SettingsError) as error:
            self._say(f"{error}. The version adopted before stays in force until the node stops")
            return kept
        self._kept, self._trouble = self._seen(mark, read), ""
        return self._kept

    def _seen(self, mark: Mark, adopted: Adopted) -> _Seen:
        return _Seen(mark, adopted, adopted.newest.find_node(self._settings.id))

    def _look(self) -> Mark:
        return lists_mark(self._folder)

    def _say(self, sentence: str) -> None:
        if self._trouble != sentence:
            self._trouble = sentence
            tell_administrator(sentence)


def lists_mark(folder: Path) -> Mark:
    """What changes when one of a node's lists is replaced."""
    return tuple([_mark(path) for path in _list_paths(folder)])


@lru_cache(maxsize=MOST_FOLDERS)
def _list_paths(folder: Path) -> tuple[str, ...]:
    """Where the lists of a folder lie, as the system takes it: every message looks at both."""
    return tuple(str(folder / FOLDER / name) for name in (ADOPTED_FILE, BROUGHT_FILE))


def _mark(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # and not `Path.stat`, which costs several times as much
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def check_entered(adopted: Adopted, journal: Journal) -> None:
    """Every version that was adopted or brought has its entry in the node's own log. Raises DirectoryUnavailableError."""
    _check_entries(adopted.adoptions, EntryKind.DIRECTORY_ADOPTED, journal)
    _check_entries(tuple(one for one, _ in adopted.brought), EntryKind.DIRECTORY_BROUGHT, journal)


def _check_entries(adoptions: tuple[Adoption, ...], kind: EntryKind, journal: Journal) -> None:
    for adoption in adoptions:
        try:
            facts = decode_entry(journal.entry(adoption.entry)).facts
        except (LedgerError, ProofError) as error:
            raise DirectoryUnavailableError(f"entry {adoption.entry} cannot be read: {error}") from error
        if facts.kind is not kind or facts.law != adoption.hash:
            says = "put in force" if kind is EntryKind.DIRECTORY_ADOPTED else "says was brought"
            raise DirectoryUnavailableError(
                f"`{adoption.file}` is not the version that entry {adoption.entry} {says}; {RESTORE}"
            )


def _read_signed(folder: Path, adoption: Adoption) -> SignedDirectory:
    try:
        signed = read_noun(folder / FOLDER / adoption.file, SignedDirectory)
    except SettingsError as error:
        raise DirectoryUnavailableError(fault("directory.lost", because=str(error))) from error
    if signed.hash != adoption.hash:
        raise DirectoryUnavailableError(fault("directory.other", file=adoption.file))
    return signed


def _read_link(folder: Path, adoption: Adoption, before: Link) -> Link:
    signed = _read_signed(folder, adoption)
    faults = judge_next(before, signed)
    if faults:
        raise DirectoryUnavailableError(
            f"`{adoption.file}` does not follow `{DIRECTORY_FILE}` by signed versions: {faults[0].sentence}"
        )
    return Link(signed.directory, signed.hash)
