"""Synthetic people: households of bodies without names, and the names laid over them afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from random import Random

from comity.demo.names import NameLists, PersonName, draw_household
from comity.demo.places import STATES, Numbers, draw_address, draw_numbers
from comity.model.codes import Sex

STATE_SHARES = (0.30, 0.22, 0.22, 0.26)  # CA, WA, IL, NY
HOUSEHOLD_SHARES = (0.38, 0.30, 0.15, 0.11, 0.06)  # of households with one to five members
YOUNGEST = 16  # so that everyone can stand in some file
ADULT = 18
DAYS_A_YEAR = 365.2425

_EYES = ("brown", "blue", "hazel", "green", "grey")
_HAIR = ("brown", "black", "blond", "red", "grey")
_WORK = (
    "warehouse",
    "construction",
    "restaurant",
    "office",
    "nursing",
    "transport",
    "retail",
    "none known",
    "school",
)
_BIRTHPLACES = ("United States",) * 8 + ("Canada", "Mexico", "Philippines", "Germany", "Nigeria", "Peru")


@dataclass(frozen=True, slots=True)
class Body:
    """Everything about a person but the name.

    `place` is the position in the household: 0 the first adult, 1 a partner, then children. `citizen` is what a
    federal file would hold, drawn like everything else here without a look at any name.
    """

    number: int
    household: int
    place: int
    state: str
    sex: Sex
    born: date
    address: str
    old_address: str
    numbers: Numbers
    description: str
    employment: str
    birthplace: str
    citizen: bool

    def age_on(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True, slots=True)
class Person:
    """A body with its name."""

    body: Body
    name: PersonName


def draw_bodies(random: Random, people: int, today: date) -> tuple[Body, ...]:
    """`people` bodies, household by household; the last household may be cut short."""
    bodies: list[Body] = []
    household = 0
    while len(bodies) < people:
        bodies.extend(_draw_household(random, household, len(bodies), today))
        household += 1
    return tuple(bodies[:people])


def name_bodies(random: Random, lists: NameLists, bodies: tuple[Body, ...]) -> tuple[Person, ...]:
    """Lay names over bodies. Reads household and sex and nothing else of a body."""
    people: list[Person] = []
    for _, group in groupby(bodies, key=lambda body: body.household):
        members = tuple(group)
        names = draw_household(random, lists, tuple(body.sex for body in members))
        people.extend(Person(body, name) for body, name in zip(members, names, strict=True))
    return tuple(people)


def draw_share(random: Random, shares: tuple[float, ...]) -> int:
    """An index by shares that add up to one."""
    left = random.random()
    for index, share in enumerate(shares):
        left -= share
        if left < 0:
            return index
    return len(shares) - 1


def draw_of(random: Random, choices: tuple[str, ...]) -> str:
    return choices[int(random.random() * len(choices))]


def _draw_household(random: Random, household: int, first_number: int, today: date) -> list[Body]:
    state = STATES[draw_share(random, STATE_SHARES)]
    size = 1 + draw_share(random, HOUSEHOLD_SHARES)
    address, old_address = draw_address(random, state), draw_address(random, state)
    oldest = ADULT + 67 * random.random() ** 1.6
    if size > 2:
        oldest = max(oldest, YOUNGEST + ADULT + 18 * random.random())
    bodies = []
    for place in range(size):
        age = _age(random, place, oldest)
        born = today - timedelta(days=int(age * DAYS_A_YEAR) + 1)
        bodies.append(
            _draw_body(random, (first_number + place, household, place), state, (address, old_address), born)
        )
    return bodies


def _age(random: Random, place: int, oldest: float) -> float:
    """Years: the first adult, a partner within eight years, then children old enough to stand in a file."""
    if place == 0:
        return oldest
    if place == 1:
        return min(90.0, max(ADULT + 0.1, oldest - 8 + 16 * random.random()))
    oldest_child = max(YOUNGEST + 0.2, min(oldest - ADULT, 32.0))
    return YOUNGEST + 0.1 + (oldest_child - YOUNGEST - 0.1) * random.random()


def _draw_body(
    random: Random, ids: tuple[int, int, int], state: str, addresses: tuple[str, str], born: date
) -> Body:
    number, household, place = ids
    return Body(
        number=number,
        household=household,
        place=place,
        state=state,
        sex=Sex.FEMALE if random.random() < 0.5 else Sex.MALE,
        born=born,
        address=addresses[0],
        old_address=addresses[1],
        numbers=draw_numbers(random, number, state),
        description=(
            f"{150 + int(random.random() * 48)} cm, {draw_of(random, _EYES)} eyes, {draw_of(random, _HAIR)} hair"
        ),
        employment=draw_of(random, _WORK),
        birthplace=draw_of(random, _BIRTHPLACES),
        citizen=random.random() < 0.9,
    )
