"""People of the hard set: each a function of seed and number, so that no file need be held.

A person's group is their number modulo five. Draws come in blocks of `BLOCK` rows, one row a person.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from match.names import ASIAN, GROUPS, LATINO, MENA, Names
from match.places import Home, Numbers, make_home, make_numbers
from match.spellings import Roll, Spellings, mistype, pick

BLOCK = 2_048
PERSON_DRAWS, WRITING_DRAWS = 28, 40  # in a row; the few who need more draw on from the last
BASE = 5_000  # the smallest file; questions with a right answer are about its people
ABSENT = 35 * 10**11  # numbers from here on are people whom no file holds; a multiple of a round of households
MUTATED = 0.10  # of the surnames of distractors: rare names exist
DOUBLE_SURNAME, TWO_SYLLABLES, HAS_MIDDLE = 0.55, 0.5, 0.6
HOUSEHOLD = 7  # every seventh person of a group lives with, and is named like, the one before
FIRST_YEAR, YEARS = 1940, 66


class Person(NamedTuple):
    """A person as they are. Each name is every way it may be spelled; each writing chooses."""

    number: int
    group: str
    sex: str
    surnames: tuple[Spellings, ...]
    given: Spellings
    middle: Spellings  # of a syllabic name, the second syllable
    syllabic: bool
    born: tuple[int, int, int]
    home: Home
    numbers: Numbers


def rolls(seed: int, stream: int, block: int, draws: int) -> list[list[float]]:
    """The draws of one block: a row of `draws` for each number."""
    rows: list[list[float]] = np.random.default_rng([seed, stream, block]).random((BLOCK, draws)).tolist()
    return rows


def roll_of(row: list[float]) -> Roll:
    """Draws of one row, one after another."""
    return chain(row, _beyond(row)).__next__


def _beyond(row: list[float]) -> Iterator[float]:
    more = random.Random(row[-1])
    while True:
        yield more.random()


class Population:
    """Everyone there is, by number."""

    def __init__(self, names: Names, seed: int) -> None:
        self._names, self._seed = names, seed
        self._rows = lru_cache(maxsize=4)(lambda block: rolls(seed, 0, block, PERSON_DRAWS))

    def person(self, number: int) -> Person:
        """The person of a number; households share surnames and address with the one before in the group."""
        person = self._alone(number)
        if (number // len(GROUPS)) % HOUSEHOLD != HOUSEHOLD - 1:
            return person
        head = self._alone(self.housemate(number))
        return person._replace(surnames=head.surnames, home=head.home)

    def housemate(self, number: int) -> int:
        """Whom the person of a household number lives with; for those in no file, somebody in every file."""
        if number < ABSENT:
            return number - len(GROUPS)
        households = BASE // (len(GROUPS) * HOUSEHOLD)
        turn = (number - ABSENT) // (len(GROUPS) * HOUSEHOLD) % households
        return turn * len(GROUPS) * HOUSEHOLD + number % len(GROUPS)

    def _alone(self, number: int) -> Person:
        block, place = divmod(number, BLOCK)
        roll = roll_of(self._rows(block)[place])
        group = GROUPS[number % len(GROUPS)]
        sex = "M" if roll() < 0.5 else "F"
        surnames, given, middle, syllabic = self._name(group, sex, roll)
        if BASE <= number < ABSENT and roll() < MUTATED:
            surnames = ((mistype(pick(surnames[0], roll), roll),), *surnames[1:])
        day = int(roll() * 28) + 1 if roll() < 0.92 else 29 + int(roll() * 2)
        month = 1 + int(roll() * 12)
        if day > 28 and month == 2:
            day = 28
        born = (FIRST_YEAR + int(roll() * YEARS), month, day)
        return Person(
            number, group, sex, surnames, given, middle, syllabic, born, make_home(roll), make_numbers(roll)
        )

    def _name(self, group: str, sex: str, roll: Roll) -> tuple[tuple[Spellings, ...], Spellings, Spellings, bool]:
        names = self._names
        if group == ASIAN and roll() < TWO_SYLLABLES:
            surname, (first, second) = names.syllabic(roll)
            return (surname,), (first,), (second,), True
        surnames: tuple[Spellings, ...] = (names.surname(group, roll),)
        if group == LATINO and roll() < DOUBLE_SURNAME:
            surnames = (*surnames, names.surname(group, roll))
        given = names.given(group, sex, roll)
        middle: Spellings = ()
        if roll() < HAS_MIDDLE:
            middle = names.given(group, "M" if group == MENA else sex, roll)  # a father's name
        return surnames, given, middle, False
