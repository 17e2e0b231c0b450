"""An index in memory, for benches only: keys of every record, posting lists as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from comity.match.keys import query_keys, record_keys
from comity.match.person import Candidate
from comity.match.ranking import best_shared
from comity.model.codes import PersonRole
from comity.model.query import Subject
from comity.model.record import FieldValue, PersonInRecord


def as_person(candidate: Candidate) -> PersonInRecord:
    """A candidate as the person in a record it came from."""
    fields = tuple(
        FieldValue(name=name, value=value) for name, values in candidate.values.items() for value in values
    )
    return PersonInRecord(key="p", role=PersonRole.SUBJECT, fields=fields)


class KeyIndex:
    """Posting lists by key: one sorted array of keys, one of record numbers."""

    def __init__(self, records: Sequence[Candidate]) -> None:
        keys: list[NDArray[np.int64]] = []
        for record in records:
            keys.append(np.fromiter(record_keys(as_person(record), ()), dtype=np.int64))
        counts = [len(one) for one in keys]
        flat = np.concatenate(keys)
        order = np.argsort(flat, kind="stable")
        self._keys = flat[order]
        self._numbers = np.repeat(np.arange(len(records), dtype=np.int64), counts)[order]
        self.keys_per_record = float(np.mean(counts))

    def find(self, subject: Subject, allowed: frozenset[str], limit: int) -> list[int]:
        """Places of the records that share the rarest keys with a subject."""
        wanted = np.array(query_keys(subject, allowed), dtype=np.int64)
        lows = np.searchsorted(self._keys, wanted, side="left")
        highs = np.searchsorted(self._keys, wanted, side="right")
        postings = [self._numbers[low:high] for low, high in zip(lows, highs, strict=True) if high > low]
        return [int(number) for number in best_shared(postings, limit)]
