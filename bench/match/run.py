"""One engine on one set: built, asked every question, and everything noted."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from typing import Any

from comity.model.query import PersonSubject
from match.engine import Answer, BatchEngine, Engine
from match.report import report
from match.scores import Row, row_of, table
from match.sets import BenchSet

SINGLE_QUESTIONS = 20  # of an engine asked in one batch: enough for a median of its single questions


def run(engine: Engine, bench_set: BenchSet, most: int | None = None) -> dict[str, Any]:
    """Figures of an engine on a set, on at most `most` questions."""
    questions = bench_set.questions[:most]
    begun, cpu = time.monotonic(), engine.cpu_seconds()
    engine.build(bench_set.records())
    built = {
        "build_wall_s": round(time.monotonic() - begun, 1),
        "build_cpu_s": round(engine.cpu_seconds() - cpu, 1),
        "index_bytes_a_record": round(engine.index_bytes() / bench_set.size, 1),
        "most_resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    rows = ask(engine, bench_set, most)
    found = {"records": bench_set.size, "asked": len(questions), **built}
    return found | report(table(rows), engine.gives_probability)


def ask(engine: Engine, bench_set: BenchSet, most: int | None = None) -> list[Row]:
    """Ask every question, singly or in one batch, with the CPU time of each."""
    questions = bench_set.questions[:most]
    subjects = [asked.subject for asked in questions]
    if isinstance(engine, BatchEngine):
        singly = [_timed(engine, subject)[1] for subject in subjects[:SINGLE_QUESTIONS]]
        answers = engine.find_all(subjects)
        times = [singly[place % len(singly)] for place in range(len(subjects))]
    else:
        answers, times = _ask_singly(engine, subjects)
    return [row_of(asked, answer, ms) for asked, answer, ms in zip(questions, answers, times, strict=True)]


def _ask_singly(engine: Engine, subjects: Sequence[PersonSubject]) -> tuple[list[Answer], list[float]]:
    answers, times = [], []
    for subject in subjects:
        answer, spent = _timed(engine, subject)
        answers.append(answer)
        times.append(spent)
    return answers, times


def _timed(engine: Engine, subject: PersonSubject) -> tuple[Answer, float]:
    begun = engine.cpu_seconds()
    answer = engine.find(subject)
    return answer, (engine.cpu_seconds() - begun) * 1e3
