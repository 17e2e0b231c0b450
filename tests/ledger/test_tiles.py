"""Tiles lie where C2SP tlog-tiles says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ProofError
from comity.ledger.tiles import TileName, number_path, parse_path, read_bundle, tiles_of, write_bundle


def test_numbers_are_cut_in_groups_of_three() -> None:
    """The specification's example, and the smallest."""
    assert number_path(1_234_067) == "x001/x234/067"
    assert number_path(0) == "000"
    assert number_path(1_000) == "x001/000"


@given(st.integers(-1, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_a_path_names_its_tile_and_no_other(level: int, number: int, width: int) -> None:
    """Names are read back from their paths."""
    name = TileName(level, number, width)
    assert parse_path(name.path) == name


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/01",
        "tile/data/000",
        "tile/0/000/",
        "checkpoint",
        "tile/8/0/000",
    ],
)
def test_other_spellings_name_nothing(path: str) -> None:
    """One tile has one path; a full width is never written as partial."""
    assert parse_path(path) is None


def test_the_tiles_of_the_specifications_example() -> None:
    """70,000 entries: 273 full and 112 wide, 1 full and 17 wide, then 1 wide."""
    names = list(tiles_of(70_000))
    assert len(names) == 274 + 274 + 2 + 1
    assert TileName(0, 273, 112) in names
    assert TileName(-1, 273, 112) in names
    assert [name for name in names if name.level == 1] == [TileName(1, 0), TileName(1, 1, 17)]
    assert [name for name in names if name.level == 2] == [TileName(2, 0, 1)]


def test_small_logs() -> None:
    """An empty log has no tile; 256 entries have a full tile and one hash above it."""
    assert list(tiles_of(0)) == []
    assert list(tiles_of(256)) == [TileName(-1, 0), TileName(0, 0), TileName(1, 0, 1)]


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    """Framing loses nothing; a bundle cut or lengthened anywhere is refused."""
    bundle = write_bundle(entries)
    assert read_bundle(bundle, len(entries)) == entries
    with pytest.raises(ProofError):
        read_bundle(bundle + b"\x00", len(entries))
    if bundle:
        with pytest.raises(ProofError):
            read_bundle(bundle[:-1], len(entries))


def test_an_entry_too_long_for_its_frame_is_refused() -> None:
    """A length has two bytes."""
    assert len(write_bundle([bytes(65_535)])) == 65_537
    with pytest.raises(ProofError):
        write_bundle([bytes(65_536)])
