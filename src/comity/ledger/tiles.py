"""Where tiles and entry bundles of a log directory lie, and how a bundle is framed (C2SP tlog-tiles)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.errors import ProofError

TILE_WIDTH = 256
TILE_LEVELS = 8  # one tile level spans eight levels of the tree
LONGEST_ENTRY = 65_535  # the frame's length is two bytes
ENTRIES = "entries"

_TILE_PATH = re.compile(r"tile/(entries|\d|[1-5]\d|6[0-3])/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


@dataclass(frozen=True, slots=True, order=True)
class TileName:
    """One tile or bundle: `level` is 0 to 63, or -1 for entry bundles; `width` 256 when it is full."""

    level: int
    number: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Path relative to the log directory."""
        kind = ENTRIES if self.level < 0 else str(self.level)
        tail = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{number_path(self.number)}{tail}"


def number_path(number: int) -> str:
    """1234067 -> `x001/x234/067`: groups of three digits, all but the last marked with x."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups))


def parse_path(path: str) -> TileName | None:
    """The tile a relative path names, or None when it names none in the one permitted spelling."""
    match = _TILE_PATH.fullmatch(path)
    if match is None:
        return None
    kind, number, width = match.groups()
    name = TileName(
        level=-1 if kind == ENTRIES else int(kind),
        number=int(number.replace("x", "").replace("/", "")),
        width=int(width) if width else TILE_WIDTH,
    )
    return name if name.width <= TILE_WIDTH and name.path == path else None


def tiles_of(size: int) -> Iterator[TileName]:
    """Every tile and bundle of a log of `size` entries, bundles first, then levels upward; none is empty."""
    yield from _row(-1, size)
    level, count = 0, size
    while count:
        yield from _row(level, count)
        level, count = level + 1, count // TILE_WIDTH


def _row(level: int, count: int) -> Iterator[TileName]:
    for number in range(count // TILE_WIDTH):
        yield TileName(level, number)
    if count % TILE_WIDTH:
        yield TileName(level, count // TILE_WIDTH, count % TILE_WIDTH)


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Frame entries: each a big-endian two-byte length and the bytes."""
    if any(len(entry) > LONGEST_ENTRY for entry in entries):
        raise ProofError(f"an entry is longer than {LONGEST_ENTRY} bytes")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def read_bundle(bundle: bytes, width: int) -> list[bytes]:
    """The entries of a bundle. Raises ProofError unless it holds exactly `width` entries and nothing else."""
    entries: list[bytes] = []
    at = 0
    for _ in range(width):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise ProofError(f"the bundle ends inside its entry {len(entries)}")
        entries.append(bundle[at + 2 : end])
        at = end
    if at != len(bundle):
        raise ProofError(f"the bundle has {len(bundle) - at} bytes after its {width} entries")
    return entries
