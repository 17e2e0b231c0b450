"""Look-alikes: pairs of people whom a careless matcher takes for one. The same format as the hard set, never mixed
into it.

A file of people of the hard set (another seed), the first of whom are pairs: fathers and sons with one name at one
address, twins, siblings, namesakes with a common name and one birth year, and namesakes both written down with
1 January. Of every three pairs one person is taken out of the file, so that only the other one is there to be
mistaken. Questions carry the noise of the hard set; the kind of the pair stands first among their errors.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from match.hard import ALIAS, Hard, asked_subject, name_line
from match.names import GROUPS
from match.noise import FILE_STRENGTH, QUESTION_STRENGTH, Clerk, Written, errors_between
from match.people import HOUSEHOLD, Person
from match.places import make_home, make_numbers
from match.sets import Asked, BenchSet, Held
from match.spellings import Roll, pick

SEED = 401
SIZE = 20_000
FATHER, TWIN, SIBLING, NAMESAKE, JANUARY = KINDS = (
    "father and son", "twin", "sibling", "namesake of one year", "1 January"
)  # fmt: skip
COMMON = 0.1  # namesakes bear the names of the most frequent tenth
SUFFIX = 0.5  # of fathers and sons, how often a writing says which of the two
ABSENT_IN = 3  # of so many pairs, one person is not in the file
MOST_TRIES = 50


class Families:
    """Pairs of look-alikes at the head of a file."""

    def __init__(self, pairs: int, size: int = SIZE, seed: int = SEED) -> None:
        if 2 * pairs > size:
            raise ValueError(f"`{pairs}` pairs do not fit a file of {size}")
        self.pairs, self.size, self.seed = pairs, size, seed
        self._hard = Hard(seed)

    def pair(self, turn: int) -> tuple[str, Person, Person]:
        """The kind and the two people of a pair."""
        kind = KINDS[turn % len(KINDS)]
        rng = random.Random(f"pair {self.seed} {turn}")
        group = turn // len(KINDS) % len(GROUPS)  # every kind in every group
        one = self._hard.population.person(turn * HOUSEHOLD * len(GROUPS) + group)
        if kind in (NAMESAKE, JANUARY):
            one = self._common(one, rng)
        return kind, *_LIKE[kind](self._hard, one, rng)

    def _common(self, person: Person, rng: random.Random) -> Person:
        def roll() -> float:
            return rng.random() * COMMON

        surname = self._hard.names.surname(person.group, roll)
        given = self._hard.names.given(person.group, person.sex, roll)
        return person._replace(surnames=(surname,), given=given, middle=(), syllabic=False)

    def records(self) -> Iterator[Held]:
        """The pairs, then people who are like nobody."""
        for number in range(self.size):
            turn, place = divmod(number, 2)
            if turn >= self.pairs or (place == 0 and turn % ABSENT_IN == 0):
                yield self._hard.record(number + HOUSEHOLD * len(GROUPS) * self.size)._replace(number=number)
            else:
                yield self._held(number)[0]

    def _held(self, number: int) -> tuple[Held, Written]:
        turn, place = divmod(number, 2)
        kind, *people = self.pair(turn)
        rng = random.Random(f"held {self.seed} {number}")
        written = _write(self._hard, people[place], kind, rng.random, FILE_STRENGTH)
        suffix = _suffix(kind, place, rng.random)
        values = {"name": (name_line(written) + (f", {suffix}" if suffix else ""),)}
        if rng.random() < ALIAS:
            clerk = Clerk(self._hard.names, rng.random, QUESTION_STRENGTH)
            values["alias"] = (name_line(clerk.write_name(people[place])),)
        plain = {"birth-date": written.birth, "sex": written.sex, "home-address": written.address}
        values |= {field: (value,) for field, value in (*plain.items(), *written.numbers) if value}
        return Held(number, values), written

    def questions(self) -> list[Asked]:
        """One about the first of each pair, in random order."""
        found = [self._ask(turn) for turn in range(self.pairs)]
        random.Random(f"order {self.seed}").shuffle(found)
        return found

    def _ask(self, turn: int) -> Asked:
        kind, person, _ = self.pair(turn)
        right = None if turn % ABSENT_IN == 0 else 2 * turn
        rng = random.Random(f"asked {self.seed} {turn}")
        for _ in range(MOST_TRIES):
            written = _write(self._hard, person, kind, rng.random, QUESTION_STRENGTH)
            try:
                subject = asked_subject(written, _suffix(kind, 0, rng.random))
            except ValueError:
                continue  # noise made an impossible question; the clerk looks again
            held = None if right is None else self._held(right)[1]
            return Asked(subject, right, person.group, (kind, *errors_between(held, written)))
        raise ValueError("no possible question could be made; the noise is too strong")


def _write(hard: Hard, person: Person, kind: str, roll: Roll, strength: float) -> Written:
    written = Clerk(hard.names, roll, strength).write(person)
    if kind == JANUARY and written.birth:
        written.birth = f"{person.born[0]}-01-01"
    return written


def _suffix(kind: str, place: int, roll: Roll) -> str:
    return ("Jr", "Sr")[place] if kind == FATHER and roll() < SUFFIX else ""


def _father(hard: Hard, one: Person, rng: random.Random) -> tuple[Person, Person]:
    one = one._replace(sex="M", given=hard.names.given(one.group, "M", rng.random), syllabic=False, middle=())
    year = one.born[0] - rng.randrange(18, 40)
    born = (year, rng.randrange(1, 13), rng.randrange(1, 29))
    return one, one._replace(born=born, numbers=make_numbers(rng.random))


def _twin(hard: Hard, one: Person, rng: random.Random) -> tuple[Person, Person]:
    return one, _other_given(hard, one, rng)


def _sibling(hard: Hard, one: Person, rng: random.Random) -> tuple[Person, Person]:
    year = one.born[0] + pick((-4, -3, -2, -1, 1, 2, 3, 4), rng.random)
    return one, _other_given(hard, one, rng)._replace(born=(year, rng.randrange(1, 13), rng.randrange(1, 29)))


def _other_given(hard: Hard, one: Person, rng: random.Random) -> Person:
    """Somebody of the same family and sex with another given name, half of the time of the same initial."""
    alike = rng.random() < 0.5
    for _ in range(MOST_TRIES):
        given = hard.names.given(one.group, one.sex, rng.random)
        if given != one.given and (not alike or given[0][0] == one.given[0][0]):
            break
    return one._replace(given=given, middle=(), syllabic=False, numbers=make_numbers(rng.random))


def _namesake(hard: Hard, one: Person, rng: random.Random) -> tuple[Person, Person]:
    born = (one.born[0], 1 + (one.born[1] + rng.randrange(2, 9)) % 12, rng.randrange(1, 29))
    return one, one._replace(born=born, home=make_home(rng.random), numbers=make_numbers(rng.random))


def _january(hard: Hard, one: Person, rng: random.Random) -> tuple[Person, Person]:
    return one, one._replace(home=make_home(rng.random), numbers=make_numbers(rng.random))


_LIKE = {FATHER: _father, TWIN: _twin, SIBLING: _sibling, NAMESAKE: _namesake, JANUARY: _january}


def families_set(pairs: int, size: int = SIZE, seed: int = SEED) -> BenchSet:
    """So many pairs of look-alikes, the five kinds in equal parts, at the head of a file."""
    families = Families(pairs, size, seed)
    return BenchSet("families", size, families.records, families.questions())
