"""Rows of values in two shapes: aligned columns for a terminal, and JSON objects for a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its width in characters, and whether its cells stand to the left."""

    head: str
    width: int
    left: bool = False

    def cell(self, text: str) -> str:
        """One cell, padded; text to the left is cut so that a blank follows it."""
        return f"{text[: self.width - 1]:<{self.width}}" if self.left else f"{text:>{self.width}}"


def line_of(columns: Sequence[Column], cells: Sequence[str]) -> str:
    """One row."""
    return "".join(column.cell(text) for column, text in zip(columns, cells, strict=True)).rstrip()


def table_lines(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The headings, then every row."""
    yield line_of(columns, [column.head for column in columns])
    for row in rows:
        yield line_of(columns, row)


def object_of(row: object, *names: str) -> dict[str, Any]:
    """Attributes of a value as a JSON object, in this order and under their own names."""
    return {name: getattr(row, name) for name in names}


def objects_of(rows: Iterable[object], *names: str) -> list[dict[str, Any]]:
    """The same of every row."""
    return [object_of(row, *names) for row in rows]
