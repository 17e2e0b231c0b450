"""Words and spans of law texts, with the place where each was written."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands: line and column count from 1, width in columns."""

    line: int
    column: int
    width: int = 1


NOWHERE = Place(1, 1)


class Word(str):
    """A word or quoted text as written, with its place. Equal to the plain string it holds."""

    __slots__ = ("place",)
    place: Place

    def __new__(cls, text: str, place: Place = NOWHERE) -> Word:
        word = super().__new__(cls, text)
        word.place = place
        return word


def place_of(word: str) -> Place:
    """The place of a word, or the start of the file for a plain string."""
    return word.place if isinstance(word, Word) else NOWHERE


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time. `unit` is minute, hour, day, working-day, month or year."""

    count: int
    unit: str
    place: Place = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return f"{self.count} {self.unit.replace('-', ' ')}{'' if self.count == 1 else 's'}"
