"""Tables: columns that stand under their headings, and values under their own names."""

from __future__ import annotations

import pytest

from comity.cli.table import Column, line_of, object_of, objects_of, table_lines
from comity.model.codes import Purpose
from comity.model.replay import AskerEffect

COLUMNS = (Column("name", 6, left=True), Column("count", 7))


def test_cells_stand_under_their_headings() -> None:
    """Text to the left, numbers to the right, and nothing behind the last cell."""
    assert list(table_lines(COLUMNS, [("abc", "12"), ("d", "")])) == ["name    count", "abc        12", "d"]


def test_a_long_text_is_cut_before_the_next_column() -> None:
    """A blank always parts two columns."""
    assert line_of(COLUMNS, ("abcdefgh", "1234567")) == "abcde 1234567"


def test_a_row_has_a_cell_for_every_column() -> None:
    """A row that lost a cell is not printed under the wrong headings."""
    with pytest.raises(ValueError, match="zip"):
        line_of(COLUMNS, ("abc",))


def test_objects_have_the_names_in_the_order_asked_for() -> None:
    """A program reads a value under the name the noun gives it."""
    row = AskerEffect(asker="wa-police", purpose=Purpose.CUSTODY, decisions=3, wider=1, narrower=0)
    assert list(object_of(row, "purpose", "wider").items()) == [("purpose", "custody"), ("wider", 1)]
    assert objects_of([row, row], "asker") == [{"asker": "wa-police"}] * 2
