"""Changing what an owner has in force: files first, then the log's entries, then the list, replaced as a whole.

A stop before the list is replaced leaves entries and files that nobody reads: what counts is the list, and doing it
again repeats them. Questions meanwhile read the old list or the new one.
"""

from __future__ import annotations

import base64
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.law_text import LawText, OwnerLaw, Signature, SignedElection, signed_bytes
from comity.node.keys import read_signing_key
from comity.node.laws import (
    ACTIVE_FILE,
    LISTS_FOLDER,
    SHORT_HASH,
    Activation,
    read_list,
    read_listed,
)
from comity.ports import World
from comity.settings import write_noun

Fault = Callable[[str], None]
"""Called at each named crash point; tests kill there. See `LAW_CRASH_POINTS`."""

LAW_CRASH_POINTS = ("text", "entered", "kept", "listed")
LOCK_FILE = "changing"  # held while the list is replaced
DECIDING_FILE = (
    "deciding"  # held while a change is checked and made, so that none is checked against a law that goes
)


def no_fault(point: str) -> None:
    """The crash points of a change that nobody tests."""


def sign_text(text: LawText, agency: str, role: str, key_file: Path) -> LawText:
    """The text with one agency's signature added. Raises KeyUnavailableError when its key is not there."""
    return replace(text, signatures=(*text.signatures, sign_as(text, agency, role, read_signing_key(key_file))))


def sign_as(text: LawText, agency: str, role: str, key: Ed25519PrivateKey) -> Signature:
    """One agency's signature over a law text."""
    value = key.sign(signed_bytes(text.kind, text.name, text.hash))
    return Signature(agency=agency, role=role, value=base64.b64encode(value).decode())


def activate_texts(
    world: World,
    folder: Path,
    owner: str,
    texts: tuple[LawText, ...],
    fault: Fault = no_fault,
    duties: tuple[StoredDuty, ...] = (),
) -> tuple[int, ...]:
    """Switch texts on for an owner: each by its own log entry, then the list is replaced; the entries' numbers.

    A text replaces the one of its own kind and name. `duties` are what switching on a single text brings.
    """
    assert not duties or len(texts) == 1, "duties belong to the entry of one text"
    with changing(folder, owner) as home:
        added = []
        for text in texts:
            file = f"{_stem_of(text)}-{text.hash[SHORT_HASH]}.json"
            write_noun(home / file, text)
            fault("text")
            # A stop behind this leaves duties of a text that is not in force; switching it on that day adds none.
            told = _told(owner, text)
            entry = _enter(world, EntryKind.LAW_ACTIVATED, text.hash, told, text.signatures, duties)
            fault("entered")
            added.append(Activation(file=file, hash=text.hash, entry=entry))
        _replace_list(world, home, tuple(added), fault)
    return tuple(one.entry for one in added)


def enter_election(world: World, folder: Path, owner: str, election: SignedElection) -> int:
    """Put a signed choice in force in place of an earlier one on the same conflict; its log entry."""
    with changing(folder, owner) as home:
        stem = f"election-{election.conflict.replace('/', '-')}"
        file = f"{stem}-{election.hash[SHORT_HASH]}.json"
        write_noun(home / file, election)
        told = {"owner": owner, "conflict": election.conflict, "choice": election.choice, "hash": election.hash}
        entry = _enter(world, EntryKind.ELECTION_SIGNED, election.hash, told, election)
        added = Activation(file=file, hash=election.hash, entry=entry, election=True)
        _replace_list(world, home, (added,), no_fault)
    return entry


def keep_text(world: World, folder: Path, owner: str, text: LawText, unit: Unit) -> int:
    """Enter that an agreement in force is still wanted, then say so in the list; the entry's number.

    A stop between the two leaves an entry that nothing rests on: the agreement closes on its day, and is kept anew.
    """
    with changing(folder, owner) as home:
        entry = parse_proof(append_entry(world, unit).proof).index
        active = read_list(home / ACTIVE_FILE, owner)
        kept = tuple(replace(one, kept=entry) if one.hash == text.hash else one for one in active)
        _write_list(world, home, kept, no_fault)
    return entry


def withdraw_text(world: World, folder: Path, owner: str, text: LawText, told: dict[str, str]) -> int:
    """Take a text out of force at once, and enter it; the entry's number.

    Closing comes first: a stop between the two leaves nothing open, and doing it again enters what was done. `told`
    says who withdrew it and why.
    """
    with changing(folder, owner) as home:
        listing = home / ACTIVE_FILE
        active = read_list(listing, owner)
        left = tuple(one for one in active if one.election or one.hash != text.hash)
        if left != active:
            _write_list(world, home, left, no_fault)
        return _enter(world, EntryKind.LAW_SUSPENDED, text.hash, _told(owner, text), told)


@contextmanager
def changing(folder: Path, owner: str, lock_file: str = LOCK_FILE) -> Iterator[Path]:
    """The owner's folder of law, for one change at a time; the system lets go when the process ends."""
    home = folder / owner
    (home / LISTS_FOLDER).mkdir(parents=True, exist_ok=True)
    lock = os.open(home / lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield home
    finally:
        os.close(lock)


def law_of_then(world: World, folder: Path, owner: str, law_hash: str) -> OwnerLaw:
    """What was in force when an answer named this hash, from the lists and texts that are kept.

    Raises WrongUseError when no list of that law is there, LawUnavailableError when one of its texts is not.
    """
    home = folder / owner
    path = home / LISTS_FOLDER / f"{law_hash[SHORT_HASH]}.json"
    if not path.exists():
        raise WrongUseError(f"no law of `{owner}` with the hash `{law_hash}` is kept here; restore its lists")
    law = read_listed(home, read_list(path, owner), world.journal)
    if law.hash != law_hash:
        raise WrongUseError(f"`{path.name}` is not the list of the law `{law_hash}`; restore it from a copy")
    return law


def _replace_list(world: World, home: Path, added: tuple[Activation, ...], fault: Fault) -> None:
    listing = home / ACTIVE_FILE
    active = read_list(listing, home.name) if listing.exists() else ()
    known = {one.hash for one in active}
    for one in added:
        if one.hash in known:  # it had closed because nobody kept it, and counts anew from here
            one = replace(one, kept=one.entry)
        stem = one.file.rpartition("-")[0]  # `us` is not `us-ca`
        active = (*(kept for kept in active if kept.file.rpartition("-")[0] != stem), one)
    _write_list(world, home, active, fault)


def _write_list(world: World, home: Path, active: tuple[Activation, ...], fault: Fault) -> None:
    law = read_listed(home, active, world.journal)  # a list that does not verify is never put in place
    write_noun(home / LISTS_FOLDER / f"{law.hash[SHORT_HASH]}.json", active)
    fault("kept")
    write_noun(home / ACTIVE_FILE, active)
    fault("listed")


def _stem_of(text: LawText) -> str:
    return f"{text.kind}-{text.name}"


def _told(owner: str, text: LawText) -> dict[str, str]:
    return {"owner": owner, "kind": text.kind, "name": text.name, "hash": text.hash}


def _enter(
    world: World,
    kind: EntryKind,
    law: str,
    told: dict[str, str],
    record: object,
    duties: tuple[StoredDuty, ...] = (),
) -> int:
    receipt = append_entry(
        world,
        Unit(
            facts=EntryFacts(kind=kind, at_ms=world.clock.now_ms(), law=law),
            content=canonical_bytes(told),
            record=canonical_bytes(record),
            duties=duties,
        ),
    )
    return parse_proof(receipt.proof).index
