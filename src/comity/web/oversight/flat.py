"""A JSON text as lines that a person reads: where each value stands, and the value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

MOST_LINES = 2_000  # of one text: what an answer at its limit shows, and no page of more is read
Line = tuple[tuple[str, ...], str | int | tuple[str, ...]]


def flat(text: str) -> tuple[Line, ...]:
    """Each value that says something with the names above it: `query`, `subject`, `family`. The first two thousand."""
    found = []
    for line in _lines((), msgspec.json.decode(text)):
        found.append(line)
        if len(found) >= MOST_LINES:
            break
    return tuple(found)


def _lines(above: tuple[str, ...], value: Any) -> Iterator[Line]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines((*above, str(name)), inner)
    elif isinstance(value, list):
        if all(isinstance(one, str | int) for one in value):  # words or numbers: one line
            if value:
                yield above, tuple(map(str, value))
            return
        for number, inner in enumerate(value, 1):
            yield from _lines((*above, str(number)), inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield above, value
    elif value not in (None, "", False):
        yield above, str(value)
