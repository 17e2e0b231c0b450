"""Texts into the model's field values: empties left out, repeats once, long narratives in parts."""

from __future__ import annotations

from datetime import date

from comity.model.base import LONGEST_TEXT
from comity.model.canon import normal
from comity.model.record import FieldValue

NEVER_STATED = date.min  # the day of a record whose source states no day at all: as old as can be, so never fresh

Values = tuple[FieldValue, ...]


def values(name: str, *texts: str) -> Values:
    """One field value per distinct non-empty text; a text over the model's limit becomes several in order."""
    parts = [part for text in texts for part in _parts(normal(text))]
    return tuple(FieldValue(name=name, value=part) for part in dict.fromkeys(parts))


def joined(*parts: str, by: str = ", ") -> str:
    """The non-empty parts in order."""
    return by.join(part for part in parts if part)


def prefixed(word: str, text: str) -> str:
    """`word text`, or nothing where there is no text."""
    return f"{word} {text}" if text else ""


def suffixed(text: str, word: str) -> str:
    return f"{text} {word}" if text else ""


def distinct(*groups: Values) -> Values:
    """The values of all groups in order, each (name, value) once."""
    return tuple({(value.name, value.value): value for group in groups for value in group}.values())


def find_date(text: str) -> date | None:
    """The calendar day at the start of an ISO 8601 date or date-time; None where there is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def latest(*texts: str) -> date | None:
    """The latest of the days that the texts state."""
    return max((day for day in map(find_date, texts) if day is not None), default=None)


def _parts(text: str) -> tuple[str, ...]:
    """Cut at blanks so that each part fits the model's longest text."""
    parts = []
    while len(text) > LONGEST_TEXT:
        cut = text.rfind(" ", 1, LONGEST_TEXT) if " " in text[1:LONGEST_TEXT] else LONGEST_TEXT
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return (*parts, text) if text else tuple(parts)
