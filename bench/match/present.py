"""Comity's matcher as an engine of the bench: keys in memory, every candidate compared with evidence."""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from comity.match.keys import MATCHABLE_FIELDS, query_keys, record_keys
from comity.match.person import Candidate, match_person
from comity.match.ranking import best_shared
from comity.match.weights import load_weights
from comity.model.codes import PersonRole
from comity.model.query import PersonSubject
from comity.model.record import FieldValue, PersonInRecord
from match.engine import Answer
from match.sets import Held

CANDIDATES = 200  # what a store is asked for


class Comity:
    """Posting lists by key as one sorted array; candidates compared by `match_person`."""

    name = "comity"
    gives_probability = True

    def build(self, records: Iterable[Held]) -> None:
        keys: list[NDArray[np.int64]] = []
        self.held: list[Candidate] = []
        for record in records:
            candidate = Candidate(record_id=str(record.number), person_key="p", values=record.values)
            self.held.append(candidate)
            keys.append(np.fromiter(record_keys(_person(candidate), ()), dtype=np.int64))
        counts = [len(one) for one in keys]
        flat = np.concatenate(keys)
        order = np.argsort(flat, kind="stable")
        self._keys = flat[order]
        self._places = np.repeat(np.arange(len(keys), dtype=np.int32), counts)[order]
        self._weights = msgspec.structs.replace(load_weights(), population=max(1_000, len(keys)))

    def places(self, subject: PersonSubject) -> list[int]:
        """Places of the records that share the rarest keys with a subject."""
        wanted = np.array(query_keys(subject, MATCHABLE_FIELDS), dtype=np.int64)
        lows = np.searchsorted(self._keys, wanted, side="left")
        highs = np.searchsorted(self._keys, wanted, side="right")
        postings = [
            self._places[low:high].astype(np.int64) for low, high in zip(lows, highs, strict=True) if high > low
        ]
        return [int(place) for place in best_shared(postings, CANDIDATES)]

    def find(self, subject: PersonSubject) -> Answer:
        candidates = [self.held[place] for place in self.places(subject)]
        found = match_person(subject, candidates, MATCHABLE_FIELDS, self._weights)
        return Answer(
            tuple(int(match.candidate.record_id) for match in found.matches),
            tuple(match.probability_ppm / 1e6 for match in found.matches),
            found.not_in_file_ppm / 1e6,
        )

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return int(self._keys.nbytes + self._places.nbytes)

    def close(self) -> None:
        self.held = []


def _person(candidate: Candidate) -> PersonInRecord:
    fields = tuple(
        FieldValue(name=name, value=value) for name, values in candidate.values.items() for value in values
    )
    return PersonInRecord(key="p", role=PersonRole.SUBJECT, fields=fields)
