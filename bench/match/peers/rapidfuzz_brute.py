"""rapidfuzz over every name: the baseline without an index.

Configuration. The question's words in order of the alphabet against those of every name held (`token_sort_ratio`, with
the sorting done once); the 2,000 nearest are scored again: likeness of the name, of the birth date (edits), of house
and street, of identifying numbers, and sex; what either side lacks counts nothing. Source of settings: the names as in
the reference measurement; the weights of the sum by a random search of minutes on 1,000 questions of another seed of
the hard set (5,000 people) and 1,000 of the half of FEBRL4 on which thresholds are chosen, the same for every set.
Gives a score, no probability. Time is linear in the file, some 20 ms CPU a question at 100,000 records.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from comity.model.query import PersonSubject
from match.engine import Answer
from match.peers.plain import Plain, best_first, in_batches, one_a_name, owner_of, plain_subject
from match.sets import Held

RESCORED = 2_000
BIRTH, BIRTH_MIDDLE = 1.13, 0.75
STREET, STREET_MIDDLE = 0.71, 0.48
NUMBER, NUMBER_MIDDLE = 0.2, 0.54
SEX_OTHER = 1.63


class RapidfuzzBrute:
    """Every name compared with the question's."""

    name = "rapidfuzz brute force"
    gives_probability = False

    def __init__(self) -> None:
        self._names: list[str] = []
        self._rows: list[tuple[int, Plain]] = []

    def build(self, records: Iterable[Held]) -> None:
        for batch in in_batches(records):
            for row, one in one_a_name(batch):
                self._rows.append((owner_of(row), one))
                self._names.append(_sorted(one.whole))

    def find(self, subject: PersonSubject) -> Answer:
        asked = plain_subject(subject)
        alike = process.cdist([_sorted(asked.whole)], self._names, scorer=fuzz.ratio, dtype=np.float32)[0]
        cut = max(0, len(alike) - RESCORED)
        best: dict[int, float] = {}  # of several names of one person the best
        for place in np.argpartition(alike, cut)[cut:].tolist():
            number, one = self._rows[place]
            score = float(alike[place]) / 100 + _likeness(asked, one)
            best[number] = max(score, best.get(number, score))
        ranked = best_first((score, number) for number, score in best.items())
        return Answer(tuple(number for _, number in ranked), tuple(score for score, _ in ranked))

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return 0

    def close(self) -> None:
        self._names, self._rows = [], []


def _sorted(name: str) -> str:
    return " ".join(sorted(name.split()))


def _likeness(asked: Plain, held: Plain) -> float:
    """What everything but the name adds to a score; nothing where either side has nothing."""
    score = 0.0
    if asked.birth and held.birth:
        score += BIRTH * (OSA.normalized_similarity(asked.birth, held.birth) - BIRTH_MIDDLE)
    if asked.street and held.street:
        streets = (f"{asked.house} {asked.street}", f"{held.house} {held.street}")
        score += STREET * (fuzz.ratio(*streets) / 100 - STREET_MIDDLE)
    if asked.numbers and held.numbers:
        nearest = max(OSA.normalized_similarity(one, other) for one in asked.numbers for other in held.numbers)
        score += NUMBER * (nearest - NUMBER_MIDDLE)
    if asked.sex and held.sex and asked.sex != held.sex:
        score -= SEX_OTHER
    return score
