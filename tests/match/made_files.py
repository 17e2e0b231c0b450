"""Small files of made-up people for the tests of the index, and slips of single words.

The people, the clerks and their errors are those of the bench's hard set; everything follows from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from hypothesis import strategies as st

from comity.match.compare import Question, Scale
from comity.match.frequencies import first_names, surnames
from comity.match.search import Part, search
from comity.match.segment import Indexed, Segment, build_segment
from comity.match.traits import MATCHABLE_FIELDS, NUMBER_FIELDS
from comity.match.weights import Weights, load_weights
from comity.model.query import PersonSubject
from match.hard import QUESTION_STRENGTH, Clerk, Hard, asked_subject, name_line

Values = Mapping[str, tuple[str, ...]]
PEOPLE, QUESTIONS = 60, 6
FIRST_ORDINAL = 100
ALL = MATCHABLE_FIELDS
EVERY_CLASS = frozenset(range(64))
WORDS = (
    *(name for name, _ in surnames()[::29]), *(name for name, _, _ in first_names()[::23]),
    "ALMASRI", "ELMASRI", "MASRI", "ALHUSSEINI", "HUSSEINI", "HUSSAINI", "ALVAREZ", "MOHAMMED", "MUHAMMAD", "ABDULLAH",
    "ROBERT", "BOB", "WILLIAM", "BILL", "KATHERINE", "CATHERINE", "KATE", "LI", "LEE", "LY", "XU", "HSU", "NG", "O",
    "IVANOV", "IVANOFF", "ZYSKOWSKI", "MARTHA", "MARHTA", "DWAYNE", "DUANE", "WANG", "WONG", "李",
)  # fmt: skip
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
seeds = st.integers(0, 80)
words = st.one_of(st.sampled_from(WORDS), st.text(LETTERS, min_size=1, max_size=12))


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    """A word with one letter dropped, added or wrong, or with two neighbours exchanged."""
    place = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(LETTERS))
    before, after = word[:place], word[place + 1 :]
    kind = draw(st.sampled_from(("dropped", "added", "wrong", "exchanged")))
    if kind == "added":
        return before + letter + word[place:]
    if kind == "wrong":
        return before + letter + after
    if kind == "exchanged" and after:
        return before + after[0] + word[place] + after[1:]
    return before + after if len(word) > 1 else word


class MadeFile(NamedTuple):
    """What a file holds of each person, and questions about some of them and about others."""

    held: tuple[Values, ...]
    asked: tuple[PersonSubject, ...]


@lru_cache(maxsize=1)
def _people() -> Hard:
    return Hard(7)


@lru_cache(maxsize=128)
def make_file(seed: int, people: int = PEOPLE, questions: int = QUESTIONS) -> MadeFile:
    """People of all five name groups, some with aliases, former names and a second address; questions with noise."""
    hard, rng = _people(), random.Random(seed)
    first = 5 * seed * people
    held = [_held(hard, number, rng) for number in range(first, first + people)]
    asked: list[PersonSubject] = []
    while len(asked) < questions:
        number = first + rng.randrange(people + people // 5)
        clerk = Clerk(hard.names, rng.random, QUESTION_STRENGTH)
        try:
            asked.append(asked_subject(clerk.write(hard.population.person(number))))
        except ValueError:
            continue  # noise made an impossible question; the clerk looks again
    return MadeFile(tuple(held), tuple(asked))


def _held(hard: Hard, number: int, rng: random.Random) -> Values:
    values = dict(hard.record(number).values)
    person = hard.population.person(number)
    for field in ("alias", "former-name"):
        if rng.random() < 0.15:
            written = Clerk(hard.names, rng.random, QUESTION_STRENGTH).write_name(person)
            values[field] = (*values.get(field, ()), name_line(written))
    if "home-address" in values and rng.random() < 0.2:
        values["work-address"] = hard.record(number + 1).values.get("home-address", values["home-address"])
    if "ssn" in values and rng.random() < 0.2:
        values["other-id"] = values["ssn"]
    return values


def of_fields(values: Values, allowed: frozenset[str]) -> Values:
    """The values of some fields."""
    return {field: texts for field, texts in values.items() if field in allowed}


def index(held: Sequence[Values], classes: Sequence[int] = (), allowed: frozenset[str] = ALL) -> Segment:
    """The segment of people, numbered from `FIRST_ORDINAL` on; of class 0 where none is given."""
    return build_segment(
        Indexed(FIRST_ORDINAL + place, classes[place] if classes else 0, of_fields(values, allowed))
        for place, values in enumerate(held)
    )


class Looked(NamedTuple):
    """What a look-up gives: places in the file, weights, and whether a limit bit."""

    people: list[int]
    weights: list[float]
    cut: bool


def look(
    segment: Segment,
    question: Question,
    classes: frozenset[int] = EVERY_CLASS,
    most: int = PEOPLE,
    weights: Weights | None = None,
) -> Looked:
    """Search a file of one segment under the shipped weights, or others."""
    found = search((Part(segment),), question, Scale(weights or load_weights()), classes, most)
    return Looked((found.ordinals - FIRST_ORDINAL).tolist(), found.weights.tolist(), found.cut)


field_sets = st.frozensets(
    st.sampled_from([*sorted(MATCHABLE_FIELDS - set(NUMBER_FIELDS)), "ssn", "driver-licence", "state-id"]),
    min_size=1,
)
