"""One engine on one set: built, asked every question, and everything noted."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from comity.model.query import PersonSubject
from match.engine import Answer, BatchEngine, Engine, LearningEngine
from match.report import report
from match.scores import ABSENT_A_PRESENT, Row, row_of, table
from match.sets import Asked, BenchSet, Held

SINGLE_QUESTIONS = 20  # of an engine asked in one batch: enough for a median of its single questions
CHUNK = 4_096  # records made at a time, so that making them can be timed apart


class Metered:
    """Records of a set, with the time that making them takes kept apart from what an engine does with them."""

    def __init__(self, records: Iterable[Held], engine: Engine) -> None:
        self._records, self._engine = iter(records), engine
        self.wall = self.cpu = 0.0

    def __iter__(self) -> Iterator[Held]:
        while True:
            wall, cpu = time.monotonic(), self._engine.cpu_seconds()
            chunk = list(islice(self._records, CHUNK))
            self.wall += time.monotonic() - wall
            self.cpu += self._engine.cpu_seconds() - cpu
            if not chunk:
                return
            yield from chunk


def run(engine: Engine, bench_set: BenchSet, most: int | None = None) -> tuple[dict[str, Any], list[Row]]:
    """Figures and rows of an engine on at most `most` questions of a set. Build times leave out making records."""
    before = resident_mb()
    wall, cpu = time.monotonic(), engine.cpu_seconds()
    records = Metered(bench_set.records(), engine)
    engine.build(records)
    built = {
        "build_wall_s": round(time.monotonic() - wall - records.wall, 1),
        "build_cpu_s": round(engine.cpu_seconds() - cpu - records.cpu, 1),
        "index_bytes_a_record": round(engine.index_bytes() / bench_set.size, 1),
        "resident_mb_before_and_after_build": [before, resident_mb()],
        "most_resident_mb": most_resident_mb(),
    }
    if isinstance(engine, LearningEngine):
        cpu = engine.cpu_seconds()
        engine.prepare([asked.subject for asked in past_questions(bench_set)])
        built["learning_cpu_s"] = round(engine.cpu_seconds() - cpu, 1)
    print(f"{engine.name}: {built}", flush=True)
    rows = ask(engine, bench_set.questions[:most])
    return built | report(table(rows), engine.gives_probability), rows


def past_questions(bench_set: BenchSet) -> list[Asked]:
    """What an engine may learn from: the set's past, or every other question, of the absent at most as many as calibration
    is measured at.
    """
    if bench_set.past:
        return list(bench_set.past)
    past = bench_set.questions[0::2]
    most = ABSENT_A_PRESENT * sum(one.right is not None for one in past)
    absent = accumulate(one.right is None for one in past)
    return [one for one, so_far in zip(past, absent, strict=True) if one.right is not None or so_far <= most]


def resident_mb() -> int:
    """Resident memory of this process, in MB; 0 where the system does not say."""
    listing = Path("/proc/self/statm")
    if not listing.exists():
        return 0
    pages = int(listing.read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


def most_resident_mb() -> int:
    """The most resident memory that this process ever had, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10)


def ask(engine: Engine, questions: Sequence[Asked]) -> list[Row]:
    """Ask every question, singly or in one batch, with the CPU time of each."""
    subjects = [asked.subject for asked in questions]
    if isinstance(engine, BatchEngine):
        singly = [_timed(engine, subject)[1] for subject in subjects[:SINGLE_QUESTIONS]]
        begun = engine.cpu_seconds()
        answers = engine.find_all(subjects)
        at_once = (engine.cpu_seconds() - begun) * 1e3 / max(1, len(subjects))
        times = [singly[place % len(singly)] for place in range(len(subjects))]
    else:
        timed = [_timed(engine, subject) for subject in subjects]
        answers, times, at_once = [answer for answer, _ in timed], [spent for _, spent in timed], 0.0
    rows = (row_of(asked, answer, ms) for asked, answer, ms in zip(questions, answers, times, strict=True))
    return [row._replace(at_once_ms=at_once) for row in rows]


def _timed(engine: Engine, subject: PersonSubject) -> tuple[Answer, float]:
    begun = engine.cpu_seconds()
    answer = engine.find(subject)
    return answer, (engine.cpu_seconds() - begun) * 1e3
