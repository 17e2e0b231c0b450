"""What the log keeps, as it lies in the database: wrapped, a large part packed before, and shown as it was handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.errors import KeyUnavailableError
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.node.month_keys import MonthKeys
from comity.store.hidden import PACKED_FROM, Hidden

MONTH = "2026-11"
SMALL = b'{"because":"no agreement"}'
LARGE = b"[" + b",".join([SMALL] * (PACKED_FROM // len(SMALL) + 1)) + b"]"


def hidden(folder: Path, month: str = MONTH) -> tuple[Hidden, bytes]:
    """Under the keys of a folder, with a key of an entry of this month."""
    made = Hidden()
    months = MonthKeys(folder, lambda: month)
    made.wrapping = months
    return made, months.wrap(bytes(32))


@pytest.mark.parametrize("part", [b"", SMALL, LARGE[: PACKED_FROM - 1], LARGE[:PACKED_FROM], LARGE])
def test_a_part_is_shown_as_it_was_handed_in(tmp_path: Path, part: bytes) -> None:
    """Whatever its size; nothing of it lies there to be read."""
    made, key = hidden(tmp_path)
    stored = made.hide(part, key)
    assert made.show(stored) == part
    assert not part or SMALL[:12] not in stored


def test_what_says_the_same_over_and_over_takes_little_room(tmp_path: Path) -> None:
    """An answer's full explanation names the same reasons for each record; below the bound a part keeps its length."""
    made, key = hidden(tmp_path)
    assert len(made.hide(LARGE, key)) < len(LARGE) // 20
    assert len(made.hide(SMALL, key)) - len(SMALL) == len(made.hide(b"x" * 4_096, key)) - 4_096


def test_what_was_wrapped_before_large_parts_were_packed_is_read(tmp_path: Path) -> None:
    """A database of before, whose large parts lie there unpacked."""
    made, key = hidden(tmp_path)
    assert made.wrapping is not None
    before = b"\x01" + made.wrapping.wrap_under(made.wrapping.name_of(key), LARGE)
    assert made.show(before) == LARGE


def test_a_packed_part_without_its_months_key_says_nothing(tmp_path: Path) -> None:
    """What is packed is wrapped like the rest."""
    made, key = hidden(tmp_path / "one")
    other, _ = hidden(tmp_path / "other")
    with pytest.raises(KeyUnavailableError):
        other.show(made.hide(LARGE, key))


def test_without_wrapping_parts_lie_as_they_are(tmp_path: Path) -> None:
    """A simulation's store, whose checkers read what lies there."""
    facts = EntryFacts(kind=EntryKind.ANSWERED, at_ms=0)
    unit = Unit(facts=facts, content=SMALL, record=SMALL, sealed=LARGE)
    assert Hidden().hide_unit(unit, b"") is unit
    assert Hidden().hide(LARGE, b"") == LARGE
