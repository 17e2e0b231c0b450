"""A monitor names a fork, and only a fork, with both signed heads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ProofError
from comity.ledger.checkpoint import verify_checkpoint
from comity.ledger.directory import LogDirectory, LogFiles
from comity.ledger.monitor import Followed, follow_log
from comity.ledger.tiles import TILE_LEVELS, TILE_WIDTH, TileName, parse_path
from witness_stage import LooseLog, StageKeys, over

LOG = LooseLog(StageKeys("river"))
VKEY = LOG.keys.log_key()
MOST = 600
LEAVES = tuple(b"leaf %d" % number for number in range(MOST))


class MadeLog(LogFiles):
    """A log of given leaves: tiles are made when they are read. Partial tiles of older sizes are gone."""

    def __init__(self, leaves: Sequence[bytes], note: str = "", tiles: Sequence[bytes] = ()) -> None:
        super().__init__()
        self._note_text = note or LOG.note(leaves)
        self._leaves = tiles or leaves

    def read(self, relative: str, most: int) -> bytes:
        if relative == "checkpoint":
            return self._note_text.encode()
        name = parse_path(relative)
        assert name is not None
        count = len(self._leaves) >> TILE_LEVELS * name.level
        held = min(TILE_WIDTH, count - name.number * TILE_WIDTH)
        if name.width != held:
            return super().read(relative, most)
        level, hash_at = name.level * TILE_LEVELS, over(self._leaves)
        return b"".join(hash_at(level, name.number * TILE_WIDTH + at) for at in range(held))


def look(leaves: Sequence[bytes], held: Sequence[bytes] | None = None) -> Followed:
    return follow_log(MadeLog(leaves), VKEY, LOG.note(held) if held is not None else "")


SIZES = st.integers(1, 40)


@given(old=SIZES, more=st.integers(0, 300))
def test_a_log_that_grew_is_no_fork(old: int, more: int) -> None:
    """Whatever two sizes of one log are seen, across tiles too."""
    found = look(LEAVES[: old + more], LEAVES[:old])
    assert (found.fork, found.before, found.head.size) == (None, old, old + more)


@given(old=SIZES, more=st.integers(0, 300), data=st.data())
def test_one_entry_that_was_changed_is_a_fork(old: int, more: int, data: st.DataObject) -> None:
    """Any entry that was signed before, another now: named with both heads, which both verify."""
    at = data.draw(st.integers(0, old - 1))
    changed = (*LEAVES[:at], b"other", *LEAVES[at + 1 : old + more])
    found = look(changed, LEAVES[:old])
    assert found.fork is not None
    assert verify_checkpoint(found.fork.held, VKEY).size == old
    assert verify_checkpoint(found.fork.seen, VKEY).size == old + more
    assert f"its first {old} entries are others" in found.fault


def test_a_log_that_shows_less_than_it_signed_is_named() -> None:
    """It took entries back, or hides them from whoever looks."""
    found = look(LEAVES[:3], LEAVES[:5])
    assert found.fork is not None
    assert found.fault == "it shows 3 entries and signed 5 before"


def test_the_first_look_and_a_log_without_entries() -> None:
    """Nothing to compare with yet; from no entries everything may follow."""
    assert look(LEAVES[:300]).before == 0
    assert look((), ()).head.size == 0
    assert look(LEAVES[:300], ()).fork is None


def test_tiles_of_another_log_prove_nothing() -> None:
    """A fault of the files, or of who serves them: no fork is said, and the look fails."""
    for held in ("", LOG.note(LEAVES[:5])):
        with pytest.raises(ProofError, match="the tiles do not lead to the checkpoint of 20 entries"):
            follow_log(MadeLog(LEAVES[:20], tiles=[b"x"] * 20), VKEY, held)
    with pytest.raises(ProofError, match="is missing"):
        follow_log(MadeLog(LEAVES[:20], tiles=LEAVES[:3]), VKEY, LOG.note(LEAVES[:5]))


def test_a_checkpoint_of_another_log_is_not_followed() -> None:
    """Nor is one whose signature does not verify, before or now."""
    other = LooseLog(StageKeys("city"))
    with pytest.raises(ProofError, match="is of log"):
        follow_log(MadeLog(LEAVES[:3], note=other.note(LEAVES[:3])), VKEY, "")
    with pytest.raises(ProofError, match="is of log"):
        follow_log(MadeLog(LEAVES[:3]), VKEY, other.note(LEAVES[:3]))


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one(tmp_path: Path) -> None:
    """The log grew between checkpoint and tile: the first hashes of the full tile are the partial one's."""
    log = MadeLog(LEAVES[:300], note=LOG.note(LEAVES[:200]))
    assert log.hash_at(0, 3, 200) == over(LEAVES)(0, 3)
    full = tmp_path / TileName(0, 0).path
    full.parent.mkdir(parents=True)
    full.write_bytes(MadeLog(LEAVES[:256]).tile(TileName(0, 0)))
    assert LogDirectory(tmp_path).hash_at(0, 3, 200) == over(LEAVES)(0, 3)
    with pytest.raises(ProofError, match=r"`tile/0/001.p/44` is missing"):
        LogDirectory(tmp_path).hash_at(0, 299, 300)
