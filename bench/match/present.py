"""Comity's matcher as an engine of the bench: a segment in memory, the best candidates compared with evidence."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from comity.match.compare import Question, Scale, prepare
from comity.match.person import Candidate, match_question
from comity.match.search import FAR_BEHIND, READ_AT_ONCE, Part, search
from comity.match.segment import Indexed, build_segment
from comity.match.train import Sampled, train_weights
from comity.match.traits import MATCHABLE_FIELDS, read_traits
from comity.match.weights import frequencies_of, load_weights
from comity.model.query import PersonSubject
from match.engine import Answer
from match.sets import Held

CANDIDATES = 200  # the most that are read
CLASSES = frozenset({0})
SAMPLE = 2_000  # past questions to learn from; more change little


class Comity:
    """The shipped weights, with u and name shares learned on the file itself, without labels."""

    gives_probability = True

    def __init__(self, *, own_weights: bool = True) -> None:
        self._own = own_weights
        self.name = "comity" if own_weights else "comity, shipped weights"

    def build(self, records: Iterable[Held]) -> None:
        self.values: list[Mapping[str, tuple[str, ...]]] = []
        self.numbers: list[int] = []
        self.segment = build_segment(self._indexed(records))
        self.weights = msgspec.structs.replace(load_weights(), population=max(1_000, len(self.values)))

    def prepare(self, subjects: Sequence[PersonSubject]) -> None:
        """Learn from the file and from past questions, none of them labelled; apart from `build`, which is the index."""
        if self._own:
            past = [Sampled(prepare(subject, MATCHABLE_FIELDS)) for subject in subjects[:SAMPLE]]
            self.weights = train_weights(self.segment, past, self.values.__getitem__, self.weights)
        frequencies_of(self.weights).vocabulary()

    def _indexed(self, records: Iterable[Held]) -> Iterator[Indexed]:
        for place, record in enumerate(records):
            self.values.append(record.values)
            self.numbers.append(record.number)
            yield Indexed(place, 0, read_traits(record.values))

    def places(self, question: Question, scale: Scale) -> list[int]:
        """Places of the records that are read: those not far behind the best."""
        found = search(
            (Part(self.segment),), question, scale, CLASSES, CANDIDATES
        )  # a record's ordinal is its place
        kept = found.ordinals[:READ_AT_ONCE]
        if len(found.ordinals) > READ_AT_ONCE:
            kept = found.ordinals[found.weights >= found.weights[0] - FAR_BEHIND]
        return kept.tolist()

    def find(self, subject: PersonSubject) -> Answer:
        question, scale = prepare(subject, MATCHABLE_FIELDS), Scale(self.weights)
        candidates = [
            Candidate(record_id=str(place), person_key="p", values=self.values[place])
            for place in self.places(question, scale)
        ]
        found = match_question(question, candidates, MATCHABLE_FIELDS, scale)
        return Answer(
            tuple(self.numbers[int(match.candidate.record_id)] for match in found.matches),
            tuple(match.probability_ppm / 1e6 for match in found.matches),
            found.not_in_file_ppm / 1e6,
            frozenset(place for place, match in enumerate(found.matches) if not match.leads),
        )

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return self.segment.nbytes

    def close(self) -> None:
        self.values = []
