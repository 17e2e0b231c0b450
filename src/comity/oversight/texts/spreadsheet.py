"""Tables as comma-separated values, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would carry out instead of showing it


def spreadsheet(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Heads and rows; RFC 4180, `\\r\\n` at the end of lines, no cell that a spreadsheet carries out."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe_cell(cell: str) -> str:
    """A cell that is shown and not carried out."""
    return f"'{cell}" if cell.startswith(STARTS_FORMULA) else cell
