"""rapidfuzz over every name: the baseline without an index.

Configuration (that of the reference measurement): `token_sort_ratio` of the question's whole name against every
name held; the 2,000 best are scored again with 0.6 name and 0.4 edit similarity of the birth date. A missing date
leaves the name alone. Address, sex and identifiers are not used.
Gives a similarity, no probability. Time is linear in the file: 4 ms CPU a question at 5,000 records, 42 ms at 100,000,
so about half a second at one million: not run there.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from comity.model.query import PersonSubject
from match.engine import Answer
from match.peers.plain import best_first, in_batches, plain_subject
from match.sets import Held

RESCORED = 2_000
NAME_SHARE = 0.6


class RapidfuzzBrute:
    """Every name compared with the question's."""

    name = "rapidfuzz brute force"
    gives_probability = False

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._names: list[str] = []
        self._births: list[str] = []

    def build(self, records: Iterable[Held]) -> None:
        for batch in in_batches(records):
            for number, one in batch:
                self._numbers.append(number)
                self._names.append(one.whole)
                self._births.append(one.birth)

    def find(self, subject: PersonSubject) -> Answer:
        asked = plain_subject(subject)
        near = process.extract(asked.whole, self._names, scorer=fuzz.token_sort_ratio, limit=RESCORED)
        scored = []
        for _, likeness, place in near:
            score = likeness / 100
            if asked.birth and self._births[place]:
                score = NAME_SHARE * score + (1 - NAME_SHARE) * OSA.normalized_similarity(
                    asked.birth, self._births[place]
                )
            scored.append((score, self._numbers[place]))
        best = best_first(scored)
        return Answer(tuple(number for _, number in best), tuple(score for score, _ in best))

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return 0

    def close(self) -> None:
        self._numbers, self._names, self._births = [], [], []
