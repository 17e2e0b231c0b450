"""Comity's matcher as an engine of the bench: segments in files, the best candidates compared with evidence."""

from __future__ import annotations

import os
import tempfile
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from pathlib import Path

import msgspec

from comity.match.as_question import subject_of
from comity.match.compare import Question, Scale, prepare
from comity.match.parts import even_weight
from comity.match.person import Candidate, match_question
from comity.match.search import Part, is_read, search
from comity.match.segment import Indexed, Segment, build_segment
from comity.match.train import Sampled, train_weights
from comity.match.train_own import train_own
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.weights import frequencies_of, load_weights
from comity.model.query import PersonSubject
from comity.store.segments.file import Listed, file_name, merge_files, open_segment, write_segment
from match.engine import Answer
from match.sets import Held

CANDIDATES = 200  # the most that are read
CLASSES = frozenset({0})
MOST_PUT = 1_000  # people of the file put as questions, as `comity match train` does
SAMPLE = 2_000  # past questions to learn from; more change little
BUILT_AT_ONCE = 500_000  # people of one piece of the index; the pieces are merged
WRITTEN_AT_ONCE = 2_000  # records

Values = Mapping[str, tuple[str, ...]]


class Kept:
    """The records in a file, as a store would hold them: each read alone, none in memory."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._ends = array("Q", [0])
        self._waiting: list[bytes] = []
        self._encoder, self._decoder = (
            msgspec.msgpack.Encoder(),
            msgspec.msgpack.Decoder(dict[str, tuple[str, ...]]),
        )

    def append(self, values: Values) -> None:
        row = self._encoder.encode(values)
        self._ends.append(self._ends[-1] + len(row))
        self._waiting.append(row)
        if len(self._waiting) >= WRITTEN_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        self._file.write(b"".join(self._waiting))
        self._file.flush()
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> Values:
        start, end = self._ends[place], self._ends[place + 1]
        return self._decoder.decode(os.pread(self._file.fileno(), end - start, start))

    def close(self) -> None:
        self._file.close()


class Comity:
    """The shipped weights, with u and name shares learned on the file itself, without labels.

    How clerks err is learned from past questions, or without `past_questions` as `comity match train` does, from the
    file alone: a set of nothing but look-alikes is nobody's past.
    """

    gives_probability = True

    def __init__(self, *, own_weights: bool = True, past_questions: bool = True) -> None:
        self._own, self._past = own_weights, past_questions
        self.name = "comity" if own_weights else "comity, shipped weights"

    def build(self, records: Iterable[Held]) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="comity-bench-")
        self._folder = Path(self._place.name)
        self.values = Kept(self._folder / "records")
        self.numbers = array("q")
        people = self._indexed(records)
        files: list[Listed] = []
        while not files or files[-1].people == BUILT_AT_ONCE:
            files.append(self._write(len(files), build_segment(islice(people, BUILT_AT_ONCE))))
        self.values.flush()
        if len(files) > 1:
            files = [self._merge(files)]
        self.segment, self._bytes = open_segment(self._folder, files[0]), files[0].size
        self.weights = msgspec.structs.replace(load_weights(), population=max(1_000, len(self.values)))

    def _write(self, number: int, segment: Segment) -> Listed:
        return write_segment(self._folder, number, segment, owner=0, first=0, last=0)

    def _merge(self, files: Sequence[Listed]) -> Listed:
        merged = self._write(len(files), merge_files(self._folder, files))
        for one in files:
            (self._folder / file_name(one.id)).unlink()
        return merged

    def prepare(self, subjects: Sequence[PersonSubject]) -> None:
        """Learn from the file and from past questions, none of them labelled; apart from `build`, which is the index."""
        values_of = self.values.__getitem__
        if self._own and self._past:
            past = [Sampled(prepare(subject, MATCHABLE_FIELDS)) for subject in subjects[:SAMPLE]]
            self.weights = train_weights(self.segment, past, values_of, self.weights)
        elif self._own:
            self.weights = train_own(self.segment, self._own_people(), values_of, self.weights, lambda told: None)
        frequencies_of(self.weights).vocabulary()

    def _own_people(self) -> list[Sampled]:
        """People of the file put as questions."""
        places = range(0, len(self.values), -(-len(self.values) // MOST_PUT))
        asked = [(place, subject_of(self.values[place])) for place in places]
        return [Sampled(prepare(one, MATCHABLE_FIELDS), place) for place, one in asked if one is not None]

    def _indexed(self, records: Iterable[Held]) -> Iterator[Indexed]:
        for place, record in enumerate(records):
            self.values.append(record.values)
            self.numbers.append(record.number)
            yield Indexed(place, 0, record.values)

    def places(self, question: Question, scale: Scale) -> list[int]:
        """Places of the records that are read, as a node reads them: some at once, until the rest lie far behind."""
        found = search((Part(self.segment),), question, scale, CLASSES, CANDIDATES)
        lead = max([even_weight(scale.weights, undated=question.is_undated), *found.weights[:1].tolist()])
        read = takewhile(lambda one: is_read(*one, lead), enumerate(found.weights.tolist()))
        return found.ordinals[: len(list(read))].tolist()  # a record's ordinal is its place

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
        return self._bytes

    def close(self) -> None:
        self.values.close()
        self._place.cleanup()
