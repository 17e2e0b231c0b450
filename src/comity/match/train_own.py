"""Weights learned from records alone: chance counted and held back, m by EM, everything else as it was.

Records put as questions are in the file they are put to, so what they tell of strangers is held back:

- how often strangers have one name or one birth date stays as it was, for a record would count itself and the person's
  other records; common names get their own share instead,
- every other chance is mixed with what it was, as if a thousand people had been counted for it before, so that a level
  that a small file never shows cannot dominate,
- how often a true pair stands at a level that turns on how a question is put (a date of a year alone, a wildcard) stays as
  it was, for records are put as whole as they are,
- the prior stays as it was: how many records have a second one says nothing of how many askers find their person.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from comity.match.learn import learn
from comity.match.learn_chance import SHIPPED_PEOPLE, learn_chance, learn_places
from comity.match.segment import Segment
from comity.match.train import Sampled, candidate_terms, strangers_of
from comity.match.weights import MILLINATS, PPM, LevelWeight, Weights

KEPT_COMPARISONS = frozenset({"birth-date"})
KEPT_LEVELS = frozenset({"exact"})
TOLD_EVERY = 100  # questions, each a hundredth of a second
PARTIAL_LEVELS = frozenset({"year-month", "year", "prefix"})

Values = Mapping[str, tuple[str, ...]]


def train_own(
    segment: Segment,
    sample: Sequence[Sampled],
    values_of: Callable[[int], Values],
    start: Weights,
    told: Callable[[str], None],
) -> Weights:
    """Weights learned on a segment from people in it. `values_of` gives the values of the person at a place.

    `told` hears how far it is.
    """
    told("counting names and dates")
    questions = [one.question for one in sample]
    counted = learn_chance(segment, questions, start)
    held_back = hold_back(counted, start, segment.people)
    held_back = learn_places(held_back, questions, strangers_of(segment, values_of))
    terms = []
    for number, one in enumerate(sample):
        if number % TOLD_EVERY == 0:
            told(f"{number:,} questions put")
        terms.append(candidate_terms(segment, one, values_of, held_back)[0])
    told("learning how clerks err")
    learned = learn(terms, held_back)
    return replace(learned, present_ppm=start.present_ppm, levels=_partial_kept(learned, start))


def _partial_kept(learned: Weights, start: Weights) -> tuple[LevelWeight, ...]:
    before = start.table()
    return tuple(
        replace(row, m_millinats=before[row.comparison, row.level][0]) if row.level in PARTIAL_LEVELS else row
        for row in learned.levels
    )


def hold_back(counted: Weights, start: Weights, people: int) -> Weights:
    """`counted` over so many people, mixed with what `start` says of strangers."""
    before = start.table()
    share = people / (people + SHIPPED_PEOPLE)
    relatives = share * counted.relatives_ppm + (1 - share) * start.relatives_ppm
    return replace(
        counted,
        relatives_ppm=round(relatives),
        middles_ppm=round((share * counted.middles + (1 - share) * start.middles) * PPM),
        levels=tuple(_mixed(row, before[row.comparison, row.level][1], share) for row in counted.levels),
    )


def _mixed(row: LevelWeight, before: int, share: float) -> LevelWeight:
    if row.comparison in KEPT_COMPARISONS or row.level in KEPT_LEVELS or row.u_millinats == before:
        return replace(row, u_millinats=before)
    chance = share * math.exp(row.u_millinats / MILLINATS) + (1 - share) * math.exp(before / MILLINATS)
    return replace(row, u_millinats=min(0, round(math.log(chance) * MILLINATS)))
