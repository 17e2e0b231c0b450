"""A segment in a file: written whole or not at all, mapped read-only, overwritten before it goes.

0   magic                             8 bytes
8   SHA-256 of everything behind it  32
40  SHA-256 of the head              32
72  length of the head                4, little-endian
76  the head, JSON; then zeros to a multiple of 64, and each array at a multiple of 64
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from comity.errors import StoreError
from comity.match.keys import KEY_VERSION
from comity.match.merge import merge_segments
from comity.match.segment import Segment, named_arrays, segment_of
from comity.model.canon import decoder_of

MAGIC = b"COMYSEG1"
ALIGNED = 64  # bytes: a line of the processor's cache, and a multiple of every item
LONGEST_HEAD = 8_192  # bytes; eighteen arrays take some 1,300
OVERWRITTEN_AT_ONCE = 1 << 20
_HEAD_AT = 76
_DTYPES = frozenset({"|u1", "<u2", "<u4", "<u8"})


class BrokenSegmentError(StoreError):
    """A listed file that is not what was listed. Caught inside the index, which builds it again from the records."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the table `segment`: an owner's people with ordinals from `first` to `last` lie in file `id`."""

    id: int
    owner: int
    first: int
    last: int
    people: int
    size: int
    digest: bytes


class _Array(msgspec.Struct, frozen=True):
    name: str
    dtype: str
    offset: int
    count: int


class _Head(msgspec.Struct, frozen=True):
    key_version: int
    owner: int
    first: int
    last: int
    people: int
    arrays: tuple[_Array, ...]


def file_name(number: int) -> str:
    """The name of a segment's file."""
    return f"{number:08}.segment"


def write_segment(folder: Path, number: int, segment: Segment, *, owner: int, first: int, last: int) -> Listed:
    """Write a segment to a file that nobody lists yet; returns when it is durable. Raises OSError."""
    head, arrays = _laid_out(segment, owner, first, last)
    path = folder / file_name(number)
    part = path.with_suffix(".part")
    whole = sha256()
    with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(MAGIC + bytes(32))
        for piece in _pieces(head, arrays):
            whole.update(piece)
            file.write(piece)
        size = file.tell()
        file.seek(len(MAGIC))
        file.write(whole.digest())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(folder)
    return Listed(number, owner, first, last, segment.people, size, whole.digest())


def open_segment(folder: Path, listed: Listed) -> Segment:
    """Map a listed file. Raises BrokenSegmentError for one that is missing, cut, of another version or another file.

    What lies behind the head is not read here; `verify_file` reads it.
    """
    return _open(folder, listed)[0]


def merge_files(folder: Path, listed: Sequence[Listed]) -> Segment:
    """The segment of the people of several listed files, in their order. Raises BrokenSegmentError.

    Of the files no more stays in memory than one part of their keys: of ten million people they are 1.4 GB.
    """
    opened = [_open(folder, one) for one in listed]

    def let_go() -> None:
        for _, mapped in opened:
            mapped.madvise(mmap.MADV_DONTNEED)

    return merge_segments([segment for segment, _ in opened], let_go)


def _open(folder: Path, listed: Listed) -> tuple[Segment, mmap.mmap]:
    try:
        with (folder / file_name(listed.id)).open("rb") as file:
            if os.fstat(file.fileno()).st_size != listed.size:
                raise BrokenSegmentError("it does not have its length")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise BrokenSegmentError(f"it cannot be opened ({error.strerror or 'trouble'})") from error
    head = _read_head(mapped, listed)
    try:
        segment = segment_of({one.name: _map(mapped, one, listed.size) for one in head.arrays})
    except KeyError as error:
        raise BrokenSegmentError("it does not have the arrays of a segment") from error
    if segment.people != listed.people:
        raise BrokenSegmentError("it does not hold as many people as listed")
    return segment, mapped


def verify_file(folder: Path, listed: Listed) -> None:
    """Read a whole file against its checksum. Raises BrokenSegmentError."""
    whole = sha256()
    try:
        with (folder / file_name(listed.id)).open("rb") as file:
            file.seek(len(MAGIC) + 32)
            while piece := file.read(OVERWRITTEN_AT_ONCE):
                whole.update(piece)
    except OSError as error:
        raise BrokenSegmentError(f"it cannot be read ({error.strerror or 'trouble'})") from error
    if whole.digest() != listed.digest:
        raise BrokenSegmentError("its bytes differ from its checksum")


def remove_file(path: Path) -> None:
    """Overwrite a file with zeros and remove it: names of people who were purged may stand in it. Raises OSError."""
    try:
        with path.open("r+b") as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(bytes(min(left, OVERWRITTEN_AT_ONCE)))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _laid_out(segment: Segment, owner: int, first: int, last: int) -> tuple[_Head, list[NDArray[Any]]]:
    """The head with every array's place, counted from the end of the head, and the arrays."""
    listed, arrays, offset = [], [], 0
    for name, held in named_arrays(segment).items():
        one = np.ascontiguousarray(held, dtype=held.dtype.newbyteorder("<"))
        listed.append(_Array(name, one.dtype.str, offset, len(one)))
        arrays.append(one)
        offset += _aligned(one.nbytes)
    return _Head(KEY_VERSION, owner, first, last, segment.people, tuple(listed)), arrays


def _pieces(head: _Head, arrays: list[NDArray[Any]]) -> Iterator[bytes | memoryview]:
    raw = msgspec.json.encode(head)
    yield sha256(raw).digest() + len(raw).to_bytes(4, "little") + raw
    yield bytes(_aligned(_HEAD_AT + len(raw)) - _HEAD_AT - len(raw))
    for one in arrays:
        yield one.data
        yield bytes(_aligned(one.nbytes) - one.nbytes)


def _read_head(mapped: mmap.mmap, listed: Listed) -> _Head:
    if mapped[:8] != MAGIC or mapped[8:40] != listed.digest:
        raise BrokenSegmentError("it is another file than was listed")
    length = int.from_bytes(mapped[72:_HEAD_AT], "little")
    raw = mapped[_HEAD_AT : _HEAD_AT + min(length, LONGEST_HEAD)]
    if sha256(raw).digest() != mapped[40:72]:
        raise BrokenSegmentError("its head differs from its checksum")
    try:
        head = decoder_of(_Head).decode(raw)
    except msgspec.DecodeError as error:
        raise BrokenSegmentError("its head cannot be read") from error
    if head.key_version != KEY_VERSION:
        raise BrokenSegmentError(f"it has keys of version {head.key_version}, not {KEY_VERSION}")
    if (head.owner, head.first, head.last) != (listed.owner, listed.first, listed.last):
        raise BrokenSegmentError("it is not of the owner and the people it is listed for")
    start = _aligned(_HEAD_AT + length)
    moved = tuple(msgspec.structs.replace(one, offset=one.offset + start) for one in head.arrays)
    return msgspec.structs.replace(head, arrays=moved)


def _map(mapped: mmap.mmap, one: _Array, size: int) -> NDArray[Any]:
    if one.dtype not in _DTYPES or one.offset + one.count * np.dtype(one.dtype).itemsize > size:
        raise BrokenSegmentError("an array lies outside it")
    return np.frombuffer(mapped, dtype=one.dtype, count=one.count, offset=one.offset)


def _aligned(size: int) -> int:
    return -(-size // ALIGNED) * ALIGNED
