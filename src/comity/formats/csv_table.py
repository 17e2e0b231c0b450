"""Bytes of a CSV export into rows that remember their lines (RFC 4180, UTF-8 only)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from comity.formats.tree import BYTE_ORDER_MARK, refuse
from comity.model.base import LONGEST_TEXT

LARGEST_EXPORT = 50_000_000  # bytes; a load is held in memory so that it loads whole or not at all
MOST_ROWS = 1_000_000  # the size one owner's index is measured for
MOST_COLUMNS = 256  # the widest published records-management export has fewer; more is not one table
LONGEST_CELL = LONGEST_TEXT * 4  # a narrative is cut into values of the model's length; longer is an attachment


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row and the line (from 1) on which it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file as read: the header's names and the rows below it."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def parse_table(raw: bytes, file: str, delimiter: str = ",") -> Table:
    """Header and rows; blank lines are skipped. Raises RecordFileError with the line of the first fault."""
    text = _decode(raw, file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_check_row(Row(begins, tuple(cells)), file))
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS + 1:
                raise refuse(file, begins, f"more than {MOST_ROWS} rows", "split the export")
    except csv.Error as error:
        fault = f"not CSV: {error}"
        raise refuse(file, begins, fault, "quote cells that hold quotes, delimiters or line breaks") from error
    if not rows:
        raise refuse(file, 1, "the export is empty", "send it with its header row")
    return Table(_read_header(rows[0], file), tuple(rows[1:]))


def _decode(raw: bytes, file: str) -> str:
    if len(raw) > LARGEST_EXPORT:
        fault = f"the export has {len(raw)} bytes, more than {LARGEST_EXPORT}"
        raise refuse(file, 1, fault, "split the export")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse(file, 1, "the export is UTF-16", "save it as UTF-8; other encodings are not read")
    body = raw.removeprefix(BYTE_ORDER_MARK)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise refuse(file, line, f"byte {error.start} is not UTF-8", "save the export as UTF-8") from error


def _check_row(row: Row, file: str) -> Row:
    if len(row.cells) > MOST_COLUMNS:
        raise refuse(file, row.line, f"{len(row.cells)} columns, more than {MOST_COLUMNS}", "export fewer columns")
    for place, cell in enumerate(row.cells, 1):
        if len(cell) > LONGEST_CELL:
            fault = f"cell {place} has {len(cell)} characters, more than {LONGEST_CELL}"
            raise refuse(file, row.line, fault, "keep long texts as attachments outside the record")
    return row


def _read_header(row: Row, file: str) -> tuple[str, ...]:
    header = tuple(" ".join(cell.split()) for cell in row.cells)
    for place, name in enumerate(header, 1):
        if not name:
            raise refuse(file, row.line, f"column {place} has no name", "give every column a name")
        if header.index(name) != place - 1:
            raise refuse(file, row.line, f"column `{name[:60]}` stands twice", "rename one of them")
    return header
