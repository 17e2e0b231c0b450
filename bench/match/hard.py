"""The hard set: synthetic people of five name groups, files of any size, questions with labelled errors.

Names follow the Census where `names.py` says so and hand-written lists elsewhere; addresses, dates and numbers are
invented and drawn evenly; error rates are those of `noise.py`. Everything else (who lives together, how names, dates
and addresses go together) is made up, so a figure measured here is about names and clerks, not about a county.

Files are nested: the first 5,000 people are in every file, and questions with a right answer are about them.
Questions without one are about people drawn in the same way who are in no file; one in seven of either kind lives
with, and is named like, somebody in every file. Record `i` depends on the seed and `i` only. The name group decides
how a name is drawn and written; it is a label of the question and never a value of a record.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from comity.model.codes import IdentifierKind, Sex
from comity.model.query import Identifier, PersonSubject
from match.names import GROUPS, Names
from match.noise import FILE_STRENGTH, QUESTION_STRENGTH, Clerk, Written, errors_between
from match.people import ABSENT, BASE, BLOCK, WRITING_DRAWS, Population, roll_of, rolls
from match.sets import Asked, BenchSet, Held, evidence_of

MEASURED_SEED = 301  # training uses others
SIZES = {"5k": 5_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
ALIAS = 0.06  # of the records: a second writing of the name, with the noise of a question
PAST = (240, 180)  # questions with and without a right answer in each group, at the share of calibration
PAST_SEED = 2
MOST_TRIES = 2_000  # one writing in a hundred gives a name and a partial date alone, the rarest class
_FILE_STREAM = 1


class Hard:
    """People, their records and questions about them, from one seed."""

    def __init__(self, seed: int = MEASURED_SEED) -> None:
        self.seed = seed
        self.names = Names()
        self.population = Population(self.names, seed)
        self._last: tuple[int, list[list[float]]] = (-1, [])

    def held(self, number: int) -> tuple[Written, str]:
        """How the file writes a person, and the alias it also has, if any."""
        block, place = divmod(number, BLOCK)
        if self._last[0] != block:
            self._last = (block, rolls(self.seed, _FILE_STREAM, block, WRITING_DRAWS))
        roll = roll_of(self._last[1][place])
        person = self.population.person(number)
        written = Clerk(self.names, roll, FILE_STRENGTH).write(person)
        alias = ""
        if roll() < ALIAS:
            alias = name_line(Clerk(self.names, roll, QUESTION_STRENGTH).write_name(person))
        return written, alias

    def record(self, number: int) -> Held:
        written, alias = self.held(number)
        return held_record(number, written, alias)

    def records(self, size: int) -> Iterator[Held]:
        """The first `size` records."""
        return map(self.record, range(size))

    def questions(self, present: int, absent: int, seed: int = 1, evidence: str = "") -> list[Asked]:
        """So many questions with and without a right answer in each group, in random order.

        With `evidence` only questions of that class: each person is written down until the class is met, which
        changes nothing about the errors within the class.
        """
        found = []
        for place, _ in enumerate(GROUPS):
            for turn in range(present):
                found.append(self._ask(turn * len(GROUPS) % BASE + place, f"{seed} {turn}", evidence))
            for turn in range(absent):
                found.append(self._ask(ABSENT + turn * len(GROUPS) + place, f"{seed} {turn}", evidence))
        random.Random(f"order {self.seed} {seed}").shuffle(found)
        return found

    def _ask(self, number: int, turn: str, evidence: str) -> Asked:
        rng = random.Random(f"question {self.seed} {turn} {number}")
        person = self.population.person(number)
        clerk = Clerk(self.names, rng.random, QUESTION_STRENGTH)
        for _ in range(MOST_TRIES):
            written = clerk.write(person)
            try:
                subject = asked_subject(written)
            except ValueError:
                continue  # noise made an impossible question; the clerk looks again
            if evidence and evidence_of(subject) != evidence:
                continue
            present = number < BASE
            held = self.held(number)[0] if present else None
            return Asked(subject, number if present else None, person.group, errors_between(held, written))
        raise ValueError(f"no question of the class `{evidence}` could be made; ask for another")


def name_line(written: Written) -> str:
    """`Family, Given Middle`."""
    return f"{written.surname}, {written.given} {written.middle}".strip()


def held_record(number: int, written: Written, alias: str = "") -> Held:
    """A writing as a file holds it."""
    values = {"name": (name_line(written),)}
    if alias:
        values["alias"] = (alias,)
    if written.birth:
        values["birth-date"] = (written.birth,)
    if written.sex:
        values["sex"] = (written.sex,)
    if written.address:
        values["home-address"] = (written.address,)
    for kind, value in written.numbers:
        values[kind] = (value,)
    return Held(number, values)


def asked_subject(written: Written, suffix: str = "") -> PersonSubject:
    """A writing as a question. Raises ValueError where no such question can be asked."""
    return PersonSubject(
        family=written.surname,
        given=written.given,
        middle=written.middle,
        suffix=suffix,
        birth_date=written.birth,
        sex=Sex(written.sex) if written.sex else None,
        address=written.address,
        identifiers=tuple(Identifier(kind=IdentifierKind(kind), value=value) for kind, value in written.numbers),
    )


def hard_set(size: int, present: int, absent: int, evidence: str = "", seed: int = MEASURED_SEED) -> BenchSet:
    """The hard set of a size, with so many questions of each kind in each group, of one evidence class or all.

    Where they are of one class, what an engine learns from are others of every class: so nodes are asked, and names alone
    cannot tell how clerks err.
    """
    if size < BASE:
        raise ValueError(f"a file of `{size}` does not hold the people asked about; at least {BASE}")
    hard = Hard(seed)
    past = hard.questions(*PAST, seed=PAST_SEED) if evidence else ()
    return BenchSet(
        "hard", size, lambda: hard.records(size), hard.questions(present, absent, evidence=evidence), past
    )
