"""Names of synthetic people, drawn by Census frequency from a stream that knows nothing else about them.

A name depends on the name seed, on who lives together and on sex, and on nothing that an agency did: offence,
role, status and outcome come from other streams, so another name seed changes names and nothing else.
Sex itself is a fair coin, so that a given name tells nothing about an offence through it either.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from comity.match.frequencies import first_names, surnames
from comity.model.codes import Sex

SPANISH_SHARE = 0.6  # of people with a surname common in Spanish, who also carry a Spanish given name
BOTH_SURNAMES = 0.4  # of those, who are written with the father's and the mother's surname
MIDDLE_SHARE = 0.72
SCENE_RARITY = 4_000  # the scene's surname is rarer than this many others, so that few strangers share it
KEEPS_NAME = 0.35  # of partners in a household, who keep the surname they were born with


@dataclass(frozen=True, slots=True)
class PersonName:
    """A true name: `second` is the mother's surname where both are used, `former` one before marriage."""

    family: str
    given: str
    middle: str = ""
    second: str = ""
    former: str = ""

    @property
    def surnames(self) -> str:
        return f"{self.family} {self.second}".strip()

    def written(self) -> str:
        """As files write it: `Family, Given Middle`."""
        return f"{self.surnames}, {self.given} {self.middle}".strip()


@dataclass(frozen=True, slots=True)
class Weighted:
    """Words with running totals of their counts, to draw from by frequency."""

    words: tuple[str, ...]
    totals: tuple[int, ...]

    def draw(self, random: Random) -> str:
        return self.words[bisect_right(self.totals, int(random.random() * self.totals[-1]))]


@dataclass(frozen=True, slots=True)
class NameLists:
    """The lists names are drawn from: all surnames, those common in Spanish, given names by sex."""

    surnames: Weighted
    spanish_surnames: Weighted
    given: dict[Sex, Weighted]
    spanish_given: dict[Sex, Weighted]


def name_lists() -> NameLists:
    """Read the shipped Census lists (US Census 2020, public domain) and weigh them."""
    families = [(_titled(row[0]), row[1]) for row in surnames()]
    givens = [(_titled(row[0]), row[1], row[2]) for row in first_names()]
    by_sex = {
        Sex.MALE: [(name, round(count * male / 100)) for name, count, male in givens],
        Sex.FEMALE: [(name, round(count * (100 - male) / 100)) for name, count, male in givens],
    }
    return NameLists(
        surnames=_weighted(families),
        spanish_surnames=_weighted(row for row in families if row[0] in SPANISH_SURNAMES),
        given={sex: _weighted(rows) for sex, rows in by_sex.items()},
        spanish_given={
            sex: _weighted(row for row in rows if row[0] in SPANISH_GIVEN) for sex, rows in by_sex.items()
        },
    )


def draw_household(random: Random, lists: NameLists, sexes: tuple[Sex, ...]) -> tuple[PersonName, ...]:
    """Names of people who live together: first person, partner, then children with the first person's surname."""
    family = lists.surnames.draw(random)
    return tuple(_draw_member(random, lists, family, sex, place) for place, sex in enumerate(sexes))


def draw_name_with_nickname(random: Random, lists: NameLists, sex: Sex) -> PersonName:
    """A rarer surname with a given name that has a nickname, for the scene. At most 10,000 draws."""
    commonest = set(lists.surnames.words[:SCENE_RARITY])
    for _ in range(10_000):
        name = _draw_member(random, lists, lists.surnames.draw(random), sex, 0)
        if name.given in NICKNAMES and name.family not in commonest and not name.second and len(name.middle) > 2:
            return name
    raise AssertionError("the frequency lists hold no given name with a nickname")


def _draw_member(random: Random, lists: NameLists, family: str, sex: Sex, place: int) -> PersonName:
    former = ""
    if place == 1:
        own = lists.surnames.draw(random)
        if random.random() < KEEPS_NAME:
            family = own
        elif sex is Sex.FEMALE:
            former = own
    spanish = family in SPANISH_SURNAMES and random.random() < SPANISH_SHARE
    given = (lists.spanish_given if spanish else lists.given)[sex].draw(random)
    second = lists.spanish_surnames.draw(random) if spanish and random.random() < BOTH_SURNAMES else ""
    middle = ""
    if random.random() < MIDDLE_SHARE:
        middle = (lists.spanish_given if spanish else lists.given)[sex].draw(random)
    return PersonName(
        family=family, given=given, middle="" if middle == given else middle, second=second, former=former
    )


def _weighted(rows: Iterable[tuple[str, int]]) -> Weighted:
    kept = [row for row in rows if row[1] > 0]
    return Weighted(tuple(row[0] for row in kept), tuple(accumulate(row[1] for row in kept)))


def _titled(name: str) -> str:
    """`MCDONALD` as `McDonald`, `SMITH` as `Smith`."""
    text = name.title()
    return f"Mc{text[2:].title()}" if text.startswith("Mc") and len(text) > 4 else text


# Given names and what files write instead. Common knowledge, kept short: the matcher has its own, longer list.
NICKNAMES = {
    "Alexander": "Alex", "Andrew": "Drew", "Anthony": "Tony", "Barbara": "Barb", "Benjamin": "Ben",
    "Charles": "Chuck", "Christina": "Tina", "Christopher": "Chris", "Daniel": "Danny", "David": "Dave",
    "Deborah": "Debbie", "Donald": "Don", "Dorothy": "Dot", "Edward": "Eddie", "Elizabeth": "Liz",
    "Francisco": "Paco", "Gregory": "Greg", "Guadalupe": "Lupe", "James": "Jim", "Jennifer": "Jenny",
    "Jesus": "Chuy", "John": "Jack", "Jose": "Pepe", "Joseph": "Joe", "Joshua": "Josh", "Katherine": "Kathy",
    "Kenneth": "Ken", "Kimberly": "Kim", "Lawrence": "Larry", "Margaret": "Peggy", "Matthew": "Matt",
    "Michael": "Mike", "Nicholas": "Nick", "Patricia": "Pat", "Patrick": "Paddy", "Pamela": "Pam",
    "Rebecca": "Becky", "Richard": "Rick", "Robert": "Bob", "Ronald": "Ron", "Samuel": "Sam", "Sandra": "Sandy",
    "Stephanie": "Steph", "Stephen": "Steve", "Steven": "Steve", "Susan": "Sue", "Theresa": "Terry",
    "Thomas": "Tom", "Timothy": "Tim", "Victoria": "Vicky", "William": "Bill", "Zachary": "Zach",
}  # fmt: skip

# Surnames that the Census list holds and that are common in Spanish; they only say whose name may be written with
# two surnames.
SPANISH_SURNAMES = frozenset(
    {
        "Garcia", "Rodriguez", "Martinez", "Hernandez", "Lopez", "Gonzalez", "Perez", "Sanchez", "Ramirez",
        "Torres", "Flores", "Rivera", "Gomez", "Diaz", "Reyes", "Morales", "Cruz", "Ortiz", "Gutierrez",
        "Chavez", "Ramos", "Ruiz", "Alvarez", "Mendoza", "Vasquez", "Castillo", "Jimenez", "Moreno",
        "Romero", "Herrera", "Medina", "Aguilar", "Garza", "Castro", "Vargas", "Fernandez", "Guzman",
        "Munoz", "Mendez", "Salazar", "Soto", "Delgado", "Pena", "Rios", "Contreras", "Alvarado",
        "Sandoval", "Estrada", "Guerrero", "Ortega", "Nunez", "Maldonado", "Vega", "Santiago", "Valdez",
        "Dominguez", "Cortez", "Figueroa", "Luna", "Espinoza", "Juarez", "Padilla", "Lara", "Acosta",
        "Navarro", "Cabrera", "Campos", "Molina", "Carrillo", "Ayala", "Serrano", "Fuentes", "Cervantes",
        "Velasquez", "Avila", "Robles", "Solis", "Calderon", "Marquez", "Trevino", "Miranda", "Pacheco",
        "Rosales", "Salinas", "Ibarra", "Villarreal", "Montoya", "Zamora", "Escobar", "Barrera", "Zavala",
        "Villanueva", "Arellano", "Trujillo", "Cardenas", "Quintero",
    }
)  # fmt: skip
SPANISH_GIVEN = frozenset(
    {
        "Jose", "Juan", "Luis", "Carlos", "Jesus", "Miguel", "Jorge", "Francisco", "Antonio", "Manuel",
        "Alejandro", "Pedro", "Ricardo", "Fernando", "Javier", "Eduardo", "Rafael", "Roberto", "Sergio",
        "Raul", "Oscar", "Arturo", "Enrique", "Ruben", "Hector", "Mario", "Alfredo", "Armando", "Cesar",
        "Diego", "Pablo", "Maria", "Guadalupe", "Rosa", "Carmen", "Ana", "Juana", "Martha", "Silvia",
        "Leticia", "Elena", "Teresa", "Gloria", "Yolanda", "Alicia", "Blanca", "Norma", "Esperanza", "Irma",
        "Claudia", "Veronica", "Adriana", "Gabriela", "Mercedes", "Beatriz", "Marisol", "Lourdes",
        "Graciela",
    }
)  # fmt: skip
