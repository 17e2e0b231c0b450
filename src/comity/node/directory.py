"""Adopting a version of the directory: checked whole, entered in the log, put in place last; and what is refused.

A stop before the list is replaced leaves the version before in force, with a file and perhaps an entry that nobody
reads; offering it again is enough. A fork is kept beside the versions: it proves that agencies signed twice.
"""

from __future__ import annotations

import base64
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace

from comity.errors import KeyUnavailableError, SettingsError, WrongUseError
from comity.exchange.messages.change_directory import tell_changes
from comity.exchange.messages.directory import Chain, Link, find_fork, is_adopted, judge, seats_of, signers_of
from comity.exchange.messages.listed_keys import own_log_keys
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Directory
from comity.model.canon import canonical_bytes
from comity.model.directory import (
    AdoptedVersion,
    AdoptionResult,
    DirectoryFault,
    DirectoryState,
    FaultKind,
    SignedDirectory,
    VersionChecked,
    VersionHeld,
    WaitingVersion,
)
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.forbidden_way import ForbiddenWay
from comity.model.law_text import Signature
from comity.node.adopted import (
    ADOPTED_FILE,
    BROUGHT_FILE,
    FOLDER,
    Adopted,
    Adoption,
    read_adopted,
    read_adoptions,
)
from comity.node.forbidden_open import tasks_of, ways_opened
from comity.node.keys import find_key, signing_agency_key
from comity.ports import World
from comity.settings import read_noun, read_settings, write_noun, write_whole

SIGNING_ROLE = "agency-head"  # who answers for whom an agency exchanges with
LOCK_FILE = "changing"  # held by one change at a time, so that no version is judged against one that goes
SHORT_HASH = slice(7, 19)  # twelve digits: enough to tell two versions apart
LOG_KEY_FILE = "log.vkey"
DIRECTORY_CRASH_POINTS = ("written", "entered", "listed")

Fault = Callable[[str], None]
"""Called at each named crash point; tests kill there. See `DIRECTORY_CRASH_POINTS`."""


def no_fault(point: str) -> None:
    """The crash points of a change that nobody tests."""


def adopt_directory(
    world: World, folder: Path, offered: SignedDirectory, fault: Fault = no_fault
) -> AdoptionResult:
    """Adopt the next version of the directory, or enter why not.

    1 judge    against every version adopted here: place, fork, quorum, keys; then this node's own keys; and what ways it
               opens that an owner here forbids, which are told and stop nothing: a node alone on an old version is cut off
    2 refuse   what fails is entered, a fork kept; the version before stays in force
    3 write    the version's file, which nobody reads yet
    4 enter    that it is adopted, with its hash, and a task for each such way
    5 list     it last: with the list's replacement it is in force, for the next message on

    A version that is adopted already changes nothing and is told with its entry.
    """
    with changing(folder):
        adopted = read_adopted(folder, read_settings(folder))
        known = _entry_of(adopted, offered)
        if known is not None:
            return AdoptionResult(checked=_checked(adopted, offered, ()), entry=known)
        faults = judge_here(world.node, folder, adopted, offered)  # 1
        opened = () if faults else ways_opened(world, folder, adopted.newest, offered.directory)
        checked = _with_ways(_checked(adopted, offered, faults), opened)
        if faults:
            return AdoptionResult(checked=checked, entry=_refuse(world, folder, offered, checked))  # 2
        file = _file_of("version", offered)
        write_noun(folder / FOLDER / file, offered)  # 3
        fault("written")  # a stop here leaves a file that no list names
        tasks = tuple(task for owner, ways in opened for task in tasks_of(world, owner, ways, offered.hash))
        entry = _enter(world, EntryKind.DIRECTORY_ADOPTED, offered, checked, tasks)  # 4
        fault("entered")  # a stop here leaves an entry that no list names: adopting again makes another
        # Before the list: with a key too many beside the log a copy of it verifies, with one too few it does not.
        _write_log_keys(world.node, folder, offered.directory)
        adoption = Adoption(file=file, hash=offered.hash, entry=entry)
        write_noun(folder / FOLDER / ADOPTED_FILE, (*adopted.adoptions, adoption))  # 5
        fault("listed")  # a stop here leaves the new version in force
    return AdoptionResult(checked=replace(checked, adopted=True), entry=entry)


def adopt_waiting(world: World, folder: Path, fault: Fault = no_fault) -> tuple[AdoptionResult, ...]:
    """Adopt what other nodes brought, in its order, up to the first that is refused."""
    done: list[AdoptionResult] = []
    adopted = read_adopted(folder, read_settings(folder))
    files = {link.hash: one.file for one, link in adopted.brought}
    for link in adopted.waiting:
        offered = read_noun(folder / FOLDER / files[link.hash], SignedDirectory)
        done.append(adopt_directory(world, folder, offered, fault))
        if done[-1].checked.faults:
            break
    return tuple(done)


def bring_directory(
    world: World, folder: Path, offered: SignedDirectory, replay: tuple[str, str], fault: Fault = no_fault
) -> VersionHeld:
    """Keep a version that another node brought until it is adopted, or enter why not; how far this node is then.

    1 known    what was adopted or waits already, and what does not follow yet, changes nothing and is told as it is
    2 judge    as adopting does, behind the last one that waits
    3 refuse   what fails is entered, a fork kept
    4 write    the version's file; 5 enter that it was brought; 6 list it last: whom it suspends is cut off from then on

    `replay` is the message it came by, which is used up with the entry.
    """
    with changing(folder):
        adopted = read_adopted(folder, read_settings(folder))
        held: Chain = (*adopted.chain, *adopted.waiting)
        if is_adopted(held, offered):  # 1
            return _held(held)
        faults = (*judge(held, offered), *_own_faults(world.node, folder, offered.directory))  # 2
        if faults and faults[0].kind is FaultKind.GAP:
            return _held(held)
        checked = _checked(replace_chain(adopted, held), offered, faults)
        if faults:
            _refuse(world, folder, offered, checked, replay)  # 3
            return _held(held, refused=faults[0].sentence)
        file = _file_of("version", offered)
        write_noun(folder / FOLDER / file, offered)  # 4
        fault("written")  # a stop here leaves a file that no list names
        entry = _enter(world, EntryKind.DIRECTORY_BROUGHT, offered, checked, replay=replay)  # 5
        fault("entered")  # a stop here leaves an entry that no list names: it is brought again, and makes another
        listed = read_adoptions(folder, BROUGHT_FILE)
        write_noun(  # 6
            folder / FOLDER / BROUGHT_FILE, (*listed, Adoption(file=file, hash=offered.hash, entry=entry))
        )
        fault("listed")  # a stop here leaves it waiting
        return _held((*held, Link.of(offered.directory)))


def replace_chain(adopted: Adopted, chain: Chain) -> Adopted:
    """The same with another chain to compare an offered version with."""
    return Adopted(chain, adopted.adoptions, adopted.brought)


def _held(chain: Chain, refused: str = "") -> VersionHeld:
    newest = chain[-1]
    return VersionHeld(version=newest.directory.version, hash=newest.hash, refused=refused)


def check_directory(world: World, folder: Path, offered: SignedDirectory) -> VersionChecked:
    """What adopting a version here would come to; nothing is entered and nothing changes."""
    adopted = read_adopted(folder, read_settings(folder))
    if is_adopted(adopted.chain, offered):
        return _checked(adopted, offered, ())
    checked = _checked(adopted, offered, judge_here(world.node, folder, adopted, offered))
    opened = () if checked.blocked else ways_opened(world, folder, adopted.newest, offered.directory)
    return _with_ways(checked, opened)


def directory_state(folder: Path) -> DirectoryState:
    """The directory in force at a node, and how it came to be."""
    adopted = read_adopted(folder, read_settings(folder))
    entries = (None, *(one.entry for one in adopted.adoptions))
    return DirectoryState(
        directory=adopted.newest,
        versions=tuple(
            AdoptedVersion(version=link.directory.version, hash=link.hash, entry=entry)
            for link, entry in zip(adopted.chain, entries, strict=True)
        ),
        forks=tuple(sorted(path.name for path in (folder / FOLDER).glob("fork-*.json"))),
        waiting=_waiting_versions(adopted),
    )


def _waiting_versions(adopted: Adopted) -> tuple[WaitingVersion, ...]:
    entries = {link.hash: one.entry for one, link in adopted.brought}
    return tuple(
        WaitingVersion(
            version=link.directory.version,
            hash=link.hash,
            entry=entries[link.hash],
            changes=tell_changes(before.directory, link.directory),
        )
        for before, link in pairwise((adopted.chain[-1], *adopted.waiting))
    )


def sign_directory(folder: Path, offered: SignedDirectory, agency: str) -> SignedDirectory:
    """A version with an agency's signature added, by the key the directory in force here lists for it.

    Raises WrongUseError for an agency that is not held here or a version that could not be adopted however many signed
    it, KeyUnavailableError when the agency's key is not here.
    """
    settings = read_settings(folder)
    adopted = read_adopted(folder, settings)
    if agency not in settings.agencies:
        raise WrongUseError(f"`{agency}` is not held at this node; sign at its own")
    for fault in judge_here(settings.id, folder, adopted, offered):
        if fault.kind is not FaultKind.TOO_FEW_SIGNATURES:
            raise WrongUseError(f"this version could not be adopted here: {fault.sentence}")
    key = signing_agency_key(folder, adopted.newest, agency)
    value = base64.b64encode(key.sign(offered.signed_bytes)).decode()
    mine = Signature(agency=agency, role=SIGNING_ROLE, value=value)
    return replace(offered, signatures=(*(one for one in offered.signatures if one != mine), mine))


def judge_here(node: str, folder: Path, adopted: Adopted, offered: SignedDirectory) -> tuple[DirectoryFault, ...]:
    """Why a version cannot be adopted at this node; nothing where it can."""
    fork = find_fork((*adopted.chain, *adopted.waiting), offered)
    faults = (fork,) if fork is not None else judge(adopted.chain, offered)
    return (*faults, *_own_faults(node, folder, offered.directory))


def merged(offers: tuple[SignedDirectory, ...]) -> SignedDirectory:
    """One version with the signatures of all copies of it. Raises WrongUseError for copies of different versions."""
    first = offers[0]
    signatures: dict[tuple[str, str], Signature] = {}
    for one in offers:
        if one.hash != first.hash:
            raise WrongUseError(f"{one.hash} is another version than {first.hash}; offer copies of one version")
        signatures.update({(each.agency, each.value): each for each in one.signatures})
    return replace(first, signatures=tuple(signatures.values()))


def _own_faults(node: str, folder: Path, new: Directory) -> tuple[DirectoryFault, ...]:
    """A version under which this node could not speak is not adopted here: whoever is taken out goes by the old one."""
    listing = new.find_node(node)
    if listing is None:
        sentence = f"this node, `{node}`, is not listed; stop it if it was taken out, or have it listed"
        return (DirectoryFault(kind=FaultKind.OWN_NODE, sentence=sentence),)
    faults = []
    for stem, listed in (("message", listing.message_key), ("log", listing.log_key)):
        try:
            find_key(folder / "keys", stem, listed, node)
        except KeyUnavailableError as error:
            faults.append(DirectoryFault(kind=FaultKind.OWN_NODE, sentence=str(error)))
    return tuple(faults)


def _checked(adopted: Adopted, offered: SignedDirectory, faults: tuple[DirectoryFault, ...]) -> VersionChecked:
    newest = _before(adopted, offered)
    quorum = seats_of(newest)
    signed = signers_of(newest, offered)
    seats = quorum.seats if quorum is not None else ()
    return VersionChecked(
        version=offered.directory.version,
        hash=offered.hash,
        faults=faults,
        signed=signed,
        unsigned=tuple(seat for seat in seats if seat not in signed),
        needed=quorum.count if quorum is not None else 0,
        changes=tell_changes(newest, offered.directory),
        adopted=is_adopted(adopted.chain, offered),
    )


def _with_ways(
    checked: VersionChecked, opened: tuple[tuple[Agency, tuple[ForbiddenWay, ...]], ...]
) -> VersionChecked:
    return replace(checked, ways=tuple(way for _, ways in opened for way in ways))


def _before(adopted: Adopted, offered: SignedDirectory) -> Directory:
    """The version an offered one is compared with: the one it stands behind in the chain, else the newest."""
    for before, link in pairwise(adopted.chain):
        if link.hash == offered.hash:
            return before.directory
    return adopted.newest


def _entry_of(adopted: Adopted, offered: SignedDirectory) -> int | None:
    return next((one.entry for one in adopted.adoptions if one.hash == offered.hash), None)


def _refuse(
    world: World,
    folder: Path,
    offered: SignedDirectory,
    checked: VersionChecked,
    replay: tuple[str, str] | None = None,
) -> int:
    """Keep a fork first, then enter the refusal: evidence without an entry is still evidence."""
    if any(fault.kind is FaultKind.FORK for fault in checked.faults):
        write_noun(folder / FOLDER / _file_of("fork", offered), offered)
    return _enter(world, EntryKind.DIRECTORY_REFUSED, offered, checked, replay=replay)


def _enter(
    world: World,
    kind: EntryKind,
    offered: SignedDirectory,
    checked: VersionChecked,
    tasks: tuple[StoredDuty, ...] = (),
    replay: tuple[str, str] | None = None,
) -> int:
    told = {
        "version": checked.version,
        "hash": checked.hash,
        "previous": offered.directory.previous,
        "signed": checked.signed,
        "faults": tuple(fault.kind for fault in checked.faults),
    }
    receipt = append_entry(
        world,
        Unit(
            facts=EntryFacts(kind=kind, at_ms=world.clock.now_ms(), law=checked.hash),
            content=canonical_bytes(told),
            record=canonical_bytes(
                {"signatures": offered.signatures, "changes": checked.changes, "ways": checked.ways}
            ),
            duties=tasks,
            replay=replay,
        ),
    )
    return parse_proof(receipt.proof).index


def _write_log_keys(node: str, folder: Path, directory: Directory) -> None:
    """Put every key the log was ever signed with beside it, the current one first, for whoever verifies a copy."""
    listing = directory.find_node(node)
    if listing is not None:
        write_whole(folder / LOG_KEY_FILE, "".join(f"{one}\n" for one in own_log_keys(listing)).encode())


def _file_of(what: str, offered: SignedDirectory) -> str:
    return f"{what}-{offered.directory.version:04}-{offered.hash[SHORT_HASH]}.json"


@contextmanager
def changing(folder: Path, name: str = LOCK_FILE) -> Iterator[None]:
    """One change of the directory at a time; the system lets go when the process ends."""
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"`{folder / FOLDER}` cannot be made; {(error.strerror or 'trouble').lower()}"
        ) from error
    lock = os.open(folder / FOLDER / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
