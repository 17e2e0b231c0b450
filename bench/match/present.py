"""Comity's matcher as an engine of the bench: a segment in memory, the best candidates compared with evidence."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from comity.match.compare import Scale, prepare
from comity.match.person import Candidate, match_person
from comity.match.search import FAR_BEHIND, READ_AT_ONCE, search
from comity.match.segment import Indexed, build_segment
from comity.match.train import Sampled, train_weights
from comity.match.traits import MATCHABLE_FIELDS, read_traits
from comity.match.weights import load_weights
from comity.model.codes import IdentifierKind, Sex
from comity.model.query import Identifier, PersonSubject
from match.engine import Answer
from match.sets import Held

CANDIDATES = 200  # the most that are read
CLASSES = frozenset({0})
SAMPLE = 400  # of the file's own records, put as questions to learn from; none is labelled


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

    def prepare(self) -> None:
        """Learn from the file; apart from `build`, which is about the index."""
        if self._own:
            self.weights = train_weights(self.segment, self._sample(), self.values.__getitem__, self.weights)
        self.weights.frequencies.vocabulary()

    def _indexed(self, records: Iterable[Held]) -> Iterator[Indexed]:
        for place, record in enumerate(records):
            self.values.append(record.values)
            self.numbers.append(record.number)
            yield Indexed(place, 0, read_traits(record.values))

    def _sample(self) -> list[Sampled]:
        places = random.Random(1).sample(range(len(self.values)), min(SAMPLE, len(self.values)))
        asked = ((place, as_subject(self.values[place])) for place in places)
        return [Sampled(prepare(subject, MATCHABLE_FIELDS), place) for place, subject in asked if subject]

    def places(self, subject: PersonSubject) -> list[int]:
        """Places of the records that are read: those not far behind the best."""
        found = search(self.segment, prepare(subject, MATCHABLE_FIELDS), Scale(self.weights), CLASSES, CANDIDATES)
        kept = found.people[:READ_AT_ONCE]
        if len(found.people) > READ_AT_ONCE:
            kept = found.people[found.weights >= found.weights[0] - FAR_BEHIND]
        return kept.tolist()

    def find(self, subject: PersonSubject) -> Answer:
        candidates = [
            Candidate(record_id=str(place), person_key="p", values=self.values[place])
            for place in self.places(subject)
        ]
        found = match_person(subject, candidates, MATCHABLE_FIELDS, self.weights)
        return Answer(
            tuple(self.numbers[int(match.candidate.record_id)] for match in found.matches),
            tuple(match.probability_ppm / 1e6 for match in found.matches),
            found.not_in_file_ppm / 1e6,
        )

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return self.segment.nbytes

    def close(self) -> None:
        self.values = []


def as_subject(values: Mapping[str, tuple[str, ...]]) -> PersonSubject | None:
    """A record put as a question; None where it makes none."""
    family, _, given = values.get("name", ("",))[0].partition(",")
    kinds = {kind.value: kind for kind in IdentifierKind}
    try:
        return PersonSubject(
            family=family.strip(),
            given=given.strip(),
            birth_date=values.get("birth-date", ("",))[0],
            sex=Sex(values["sex"][0]) if "sex" in values else None,
            address=values.get("home-address", ("",))[0],
            identifiers=tuple(
                Identifier(kind=kinds[field], value=held[0]) for field, held in values.items() if field in kinds
            ),
        )
    except ValueError:
        return None
