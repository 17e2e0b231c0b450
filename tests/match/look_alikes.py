"""Pairs of people who look alike and are not one: fathers and sons, twins, siblings, strangers of one common name.

Each pair is a question and a record that differ in a second identifier: a birth date, a number, a middle name or a
generation. Weights are drawn, too: no weight may turn such a pair into one person.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st

from comity.match.identifiers import compare_numbers
from comity.match.weights import LevelWeight, Weights, load_weights
from comity.model.codes import IdentifierKind, Sex
from comity.model.query import Identifier, PersonSubject

SURNAMES = ("Smith", "Garcia", "Garcia Lopez", "Nguyen", "al-Masri", "Kim", "O'Brien", "Zyskowski")
GIVENS = ("John", "Maria", "Jose", "Mohammed", "Minh", "Robin", "Anna", "Joey", "Al", "Ben", "Van")
MIDDLES = ("Paul", "Carlos", "Carla", "Thi", "Ali", "Alia", "Jane", "Joan", "Martin", "Marvin", "Quincy", "B")
SUFFIXES = ("", "Jr", "Sr", "III")
HOMES = ("123 Main St, Fresno, CA 93701", "9 Oak Ave", "45 Elm Street, Apt 2")
KINDS = ("ssn", "fbi-number", "state-id", "driver-licence", "a-number")
DIFFERENCES = (
    "birth-date",
    "january",
    "mistyped-date",
    "swapped-date",
    "number",
    "mistyped-number",
    "middle",
    "suffix",
)


class Person(NamedTuple):
    """What a question or a record may say of somebody; empty where it says nothing."""

    family: str
    given: str
    middle: str = ""
    suffix: str = ""
    birth: str = ""
    sex: str = ""
    home: str = ""
    numbers: tuple[tuple[str, str], ...] = ()

    @property
    def subject(self) -> PersonSubject:
        return PersonSubject(
            family=self.family,
            given=self.given,
            middle=self.middle,
            suffix=self.suffix,
            birth_date=self.birth,
            sex=Sex(self.sex) if self.sex else None,
            address=self.home,
            identifiers=tuple(Identifier(kind=IdentifierKind(kind), value=value) for kind, value in self.numbers),
        )

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        given = " ".join(part for part in (self.given, self.middle) if part)
        name = f"{self.family}, {given}" + (f", {self.suffix}" if self.suffix else "")
        held = {"name": name, "birth-date": self.birth, "sex": self.sex, "home-address": self.home}
        return {field: (value,) for field, value in (*held.items(), *self.numbers) if value}


days = st.dates(date(1930, 1, 1), date(2008, 12, 31))
ssns = st.from_regex(r"[1-5][0-9]{2}-[1-9][0-9]-[1-9][0-9]{3}", fullmatch=True).filter(
    lambda text: compare_numbers("ssn", text, text) == "exact"
)
other_numbers = st.from_regex(r"[A-Z][0-9]{7}", fullmatch=True).filter(
    lambda text: compare_numbers("state-id", text, text) == "exact"
)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    kinds = draw(st.lists(st.sampled_from(KINDS), unique=True, max_size=3))
    return tuple((kind, draw(ssns if kind == "ssn" else other_numbers)) for kind in kinds)


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Anybody: common and rare names, some without a date, some born on a 1 January."""
    born = draw(days)
    birth = draw(st.sampled_from((born.isoformat(), f"{born.year}-01-01", f"{born.year}", "")))
    return Person(
        family=draw(st.sampled_from(SURNAMES)),
        given=draw(st.sampled_from(GIVENS)),
        middle=draw(st.sampled_from(("", *MIDDLES))),
        suffix=draw(st.sampled_from(SUFFIXES)),
        birth=birth,
        sex=draw(st.sampled_from(("", "F", "M"))),
        home=draw(st.sampled_from(("", *HOMES))),
        numbers=draw(numbers()),
    )


@st.composite
def look_alikes(draw: st.DrawFn) -> tuple[Person, Person]:
    """Two people of one name, at one address or not, numbers shared or not, who differ in a second identifier."""
    one = draw(people())
    born = draw(days)
    other = one._replace(sex=draw(st.sampled_from((one.sex, ""))), home=draw(st.sampled_from((one.home, ""))))
    difference = draw(st.sampled_from(DIFFERENCES))
    if difference in ("birth-date", "january", "mistyped-date", "swapped-date"):
        return _other_birth(draw, one._replace(birth=born.isoformat()), other, difference)
    if difference in ("number", "mistyped-number"):
        return _other_number(draw, one, other, difference)
    if difference == "middle":
        first, second = draw(st.lists(st.sampled_from(MIDDLES[:-1]), min_size=2, max_size=2, unique=True))
        return one._replace(middle=first), other._replace(middle=second)
    first, second = draw(st.lists(st.sampled_from(SUFFIXES[1:]), min_size=2, max_size=2, unique=True))
    return one._replace(suffix=first), other._replace(suffix=second)


def _other_birth(draw: st.DrawFn, one: Person, other: Person, difference: str) -> tuple[Person, Person]:
    born = date.fromisoformat(one.birth)
    if difference == "january":
        month = max(2, born.month)
        return one._replace(birth=f"{born.year}-{month:02}-{born.day:02}" if born.day < 29 else one.birth), (
            other._replace(birth=f"{born.year + draw(st.integers(0, 3))}-01-01")
        )
    if difference == "swapped-date":
        day, month = draw(st.lists(st.integers(1, 12), min_size=2, max_size=2, unique=True))
        return one._replace(birth=f"{born.year}-{month:02}-{day:02}"), other._replace(
            birth=f"{born.year}-{day:02}-{month:02}"
        )
    step = draw(st.integers(1, 9) if difference == "mistyped-date" else st.integers(300, 9_000))
    return one, other._replace(birth=(born + timedelta(days=step)).isoformat())


def _other_number(draw: st.DrawFn, one: Person, other: Person, difference: str) -> tuple[Person, Person]:
    number = draw(ssns)
    another = draw(ssns.filter(lambda text: text != number))
    if difference == "mistyped-number":
        last = str((int(number[-1]) + draw(st.integers(1, 9))) % 10)
        another = number[:-1] + last
    rest = tuple(pair for pair in one.numbers if pair[0] != "ssn")
    return one._replace(numbers=(("ssn", number), *rest)), other._replace(numbers=(("ssn", another), *rest))


@st.composite
def any_weights(draw: st.DrawFn) -> Weights:
    """Weights nobody would learn: any logarithms, any prior, any calibration."""
    shipped = load_weights()
    logs = st.integers(-20_000, 0)
    return msgspec.structs.replace(
        shipped,
        population=draw(st.integers(1, 1_000_000)),
        present_ppm=draw(st.integers(1, 999_999)),
        slope_ppm=draw(st.integers(1, 3_000_000)),
        intercept_millinats=draw(st.integers(-20_000, 40_000)),
        undated_millinats=draw(st.integers(-5_000, 5_000)),
        middles_ppm=draw(st.just(msgspec.UNSET) | st.integers(1, 1_000_000)),
        levels=tuple(
            LevelWeight(comparison=row.comparison, level=row.level, m_millinats=draw(logs), u_millinats=draw(logs))
            for row in shipped.levels
        )
        if draw(st.booleans())
        else shipped.levels,
    )
