"""A version of the directory that is larger than a message comes in parts: its head first, then each part in its order.

The head has the quorum's signatures, so that nothing is kept of what no quorum signed. Each part is held against the hash in
the head, the whole against the hash that was signed; then the version is judged as any other. What came of one is kept in
`directories/coming`, a folder for each node that brings one: a stop leaves the parts that are there, and the head, when it is
brought again, is answered with how many those are.
"""

from __future__ import annotations

import base64
import binascii
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import NounError, RejectedMessageError, SettingsError
from comity.exchange.messages.directory import Chain, is_signed_behind, places_of
from comity.model.agency import Directory
from comity.model.canon import bytes_digest, canonical_bytes, from_canonical
from comity.model.directory import (
    MOST_PARTS,
    PART_BYTES,
    SignedDirectory,
    VersionComing,
    VersionHead,
    VersionHeld,
    VersionPart,
)
from comity.node.adopted import FOLDER, read_adopted
from comity.node.directory import Fault, bring_directory, changing, no_fault
from comity.ports import World
from comity.settings import read_noun, read_settings, write_noun, write_whole

COMING = "coming"
HEAD_FILE = "head.json"
LOCK_FILE = "taking"  # one part at a time is taken, so that none is counted twice
MOST_COMING = 4  # nodes from which one comes at a time: 64 MB in all, and what nobody goes on with makes room

PART_CRASH_POINTS = ("part-kept",)

Brought = tuple[str, str]
"""Who brings it, and the nonce of the message, which is used up with the entry."""


def split_version(
    offered: SignedDirectory, part_bytes: int = PART_BYTES
) -> tuple[VersionHead, tuple[VersionPart, ...]]:
    """A version as its head and its parts. Raises RejectedMessageError for one that would need too many."""
    whole = canonical_bytes(offered.directory)
    pieces = [whole[at : at + part_bytes] for at in range(0, len(whole), part_bytes)]
    if len(pieces) > MOST_PARTS:
        raise RejectedMessageError(
            f"version {offered.directory.version} is larger than {MOST_PARTS} parts may be; bring it by hand"
        )
    behind = (offered.directory.previous, *(one.hash for one in offered.directory.joins))
    head = VersionHead(
        version=offered.directory.version,
        hash=bytes_digest(whole),
        behind=tuple(one for one in behind if one),
        signatures=offered.signatures,
        parts=tuple(bytes_digest(piece) for piece in pieces),
    )
    parts = (
        VersionPart(hash=head.hash, number=number, content=base64.b64encode(piece).decode())
        for number, piece in enumerate(pieces)
    )
    return head, tuple(parts)


def take_head(
    world: World, folder: Path, head: VersionHead, brought: Brought, fault: Fault = no_fault
) -> VersionComing | VersionHeld:
    """Begin to take a version, or go on with it; how far this node is, where it has that version or lacks one before.

    1 known   what is held changes nothing, nor what comes behind a version that is not here yet
    2 signed  by the quorum of the version it says it stands behind, else nothing of it is kept
    3 keep    the head, with the parts of the same that came before   4 whole   where a stop left every part here

    Raises RejectedMessageError for a version that the quorum of its place did not sign.
    """
    with _taking(folder) as coming:
        adopted = read_adopted(folder, read_settings(folder))
        held: Chain = (*adopted.chain, *adopted.waiting)
        newest = held[-1]
        so_far = VersionHeld(version=newest.directory.version, hash=newest.hash)
        own = coming / brought[0]
        if any(link.hash == head.hash for link in held):  # 1
            shutil.rmtree(own, ignore_errors=True)
            return so_far
        places = places_of(held, head)
        if not places and head.version > newest.directory.version:
            return so_far
        if not is_signed_behind(places, head):  # 2
            raise RejectedMessageError(
                f"version {head.version} has too few signatures of the quorum that the version before it names"
            )
        if _read_head(own) != head:  # 3
            _begin(coming, own, head)
        count = _count(own)
        if count == len(head.parts):  # 4
            return _finish(world, folder, own, head, brought, fault)
        return VersionComing(hash=head.hash, held=count)


def take_part(
    world: World, folder: Path, part: VersionPart, brought: Brought, fault: Fault = no_fault
) -> VersionComing | VersionHeld:
    """Take the next part; with the last one the version is judged, entered and kept, as `bring_directory` does.

    Raises RejectedMessageError for a part of nothing that comes from this node, out of its order, or that does not fit.
    """
    with _taking(folder) as coming:
        own = coming / brought[0]
        head = _read_head(own)
        if head is None or head.hash != part.hash:
            raise RejectedMessageError(
                "no head came before this part of a version, or it is of another; begin with the head"
            )
        count = _count(own)
        if part.number < count:
            return VersionComing(hash=head.hash, held=count)  # a message that came twice
        if part.number != count or part.number >= len(head.parts):
            raise RejectedMessageError(f"part {part.number} of a version came where part {count} is wanted")
        content = _content(part)
        if len(content) > PART_BYTES or bytes_digest(content) != head.parts[part.number]:
            raise RejectedMessageError(f"part {part.number} of a version is not the one that its head names")
        write_whole(own / _name(part.number), content)
        fault("part-kept")  # a stop here leaves one part more
        if count + 1 < len(head.parts):
            return VersionComing(hash=head.hash, held=count + 1)
        return _finish(world, folder, own, head, brought, fault)


def _finish(
    world: World, folder: Path, own: Path, head: VersionHead, brought: Brought, fault: Fault
) -> VersionHeld:
    """Judge a version that is whole, and keep nothing of its parts, whatever comes of it. Raises RejectedMessageError."""
    whole = b"".join((own / _name(number)).read_bytes() for number in range(len(head.parts)))
    try:
        if bytes_digest(whole) != head.hash:
            raise RejectedMessageError("the parts do not make the version that was signed; bring it anew")
        directory = from_canonical(whole, Directory)
        offered = SignedDirectory(directory=directory, signatures=head.signatures)
    except (NounError, RejectedMessageError) as error:
        shutil.rmtree(own)
        raise RejectedMessageError(f"a version that came in parts cannot be used: {error}") from error
    held = bring_directory(
        world, folder, offered, brought, fault
    )  # a stop before the next line: its head is known then
    shutil.rmtree(own)
    return held


@contextmanager
def _taking(folder: Path) -> Iterator[Path]:
    """Where parts are kept, for one message at a time."""
    with changing(folder, LOCK_FILE):
        coming = folder / FOLDER / COMING
        coming.mkdir(exist_ok=True)
        yield coming


def _read_head(own: Path) -> VersionHead | None:
    """The head that a node brought last; None where there is none, or one that cannot be read: it is brought again."""
    try:
        return read_noun(own / HEAD_FILE, VersionHead)
    except SettingsError:
        return None


def _begin(coming: Path, own: Path, head: VersionHead) -> None:
    """Keep a head and no part. Where too many come already, the one that waited longest for its next part makes room."""
    shutil.rmtree(own, ignore_errors=True)
    others = sorted((path.stat().st_mtime_ns, path) for path in coming.iterdir())
    for _, path in others[: max(0, len(others) - MOST_COMING + 1)]:
        shutil.rmtree(path, ignore_errors=True)
    own.mkdir()
    write_noun(own / HEAD_FILE, head)


def _count(own: Path) -> int:
    """How many parts are there, from the first on."""
    return next(number for number in range(MOST_PARTS + 1) if not (own / _name(number)).exists())


def _name(number: int) -> str:
    return f"{number:04}"


def _content(part: VersionPart) -> bytes:
    try:
        return base64.b64decode(part.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RejectedMessageError("a part of a version is no base64") from error
