"""A run of the matching bench: what is asked of an engine, and what is noted of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from comity.model.query import PersonSubject
from match.engine import Answer
from match.hard import hard_set
from match.lineup import PEERS
from match.people import BASE
from match.present import Comity
from match.run import CHUNK, Metered, ask, past_questions, run
from match.sets import NAME_DATE, NAME_DATE_MORE, NAME_ONLY, Asked, BenchSet, Held


class ByName:
    """An engine that knows whole names only, on a clock of its own that moves one second a look."""

    name = "by name"
    gives_probability = False

    def __init__(self) -> None:
        self._found: dict[str, list[int]] = {}
        self._seconds = 0.0

    def build(self, records: Iterable[Held]) -> None:
        for record in records:
            self._found.setdefault(record.values["name"][0], []).append(record.number)

    def find(self, subject: PersonSubject) -> Answer:
        ids = self._found.get(f"{subject.family}, {subject.given}", [])
        return Answer(tuple(ids), tuple(1.0 for _ in ids))

    def cpu_seconds(self) -> float:
        self._seconds += 1.0
        return self._seconds

    def index_bytes(self) -> int:
        return 100

    def close(self) -> None:
        self._found = {}


class ByNameAtOnce(ByName):
    """The same, asked in one batch."""

    def find_all(self, subjects: Sequence[PersonSubject]) -> list[Answer]:
        return [self.find(subject) for subject in subjects]


def few() -> BenchSet:
    records = [Held(4, {"name": ("Miller, Ann",)}), Held(9, {"name": ("Ortiz, Eva",)})]
    questions = [
        Asked(PersonSubject(family="Miller", given="Ann"), 4),
        Asked(PersonSubject(family="Ortiz", given="Eve"), 9),
        Asked(PersonSubject(family="Miller", given="Ann"), None),
    ]
    return BenchSet("few", 2, lambda: records, questions)


def test_a_set_of_one_class_is_learned_from_questions_of_all() -> None:
    """Names alone cannot tell how clerks err, and no node is asked nothing else; a mixed set gives half of its own."""
    questions = few().questions
    assert past_questions(few()) == [questions[0]]
    assert past_questions(replace(few(), past=questions)) == questions
    alone = hard_set(BASE, 1, 1, NAME_ONLY)
    assert {one.evidence for one in alone.questions} == {NAME_ONLY}
    assert {NAME_DATE, NAME_DATE_MORE} <= {one.evidence for one in past_questions(alone)}
    assert not {*alone.questions} & {*past_questions(alone)}
    assert not hard_set(BASE, 1, 1).past


@pytest.mark.parametrize("engine", [ByName(), ByNameAtOnce()])
def test_every_question_is_asked_and_timed(engine: ByName) -> None:
    """Each row has the right one's rank, the first score, and the time by the engine's own clock."""
    engine.build(few().records())
    rows = ask(engine, few().questions)
    assert [(row.present, row.rank, row.score, row.cpu_ms) for row in rows] == [
        (True, 1, 1.0, 1000.0), (True, 0, 0.0, 1000.0), (False, 0, 1.0, 1000.0)
    ]  # fmt: skip
    at_once = (
        1000.0 / 3 if isinstance(engine, ByNameAtOnce) else 0.0
    )  # three questions, one look at the clock apart
    assert all(row.at_once_ms == pytest.approx(at_once) for row in rows)


def test_a_run_tells_what_the_engine_cost_and_found() -> None:
    """Build time leaves out the making of records; the questions may be cut short."""
    found, rows = run(ByName(), few(), most=2)
    assert (found["build_cpu_s"], found["index_bytes_a_record"], len(rows)) == (3.0, 50.0, 2)
    assert found["all"]["recall@1"] == 0.5
    assert "brier" not in found["all"]


def test_metered_records_are_all_the_records() -> None:
    """Nothing is lost or doubled at the edge of a chunk."""
    records = [Held(number, {}) for number in range(CHUNK + 1)]
    assert list(Metered(iter(records), ByName())) == records


def test_comity_answers_a_plain_question_of_the_hard_set() -> None:
    """In a file of 5,000 a question with name and date and no error is answered with the right record first."""
    bench_set, engine = hard_set(5_000, present=8, absent=1), Comity()
    engine.build(bench_set.records())
    plain = [
        one for one in bench_set.questions if one.right is not None and not one.errors and one.subject.birth_date
    ]
    assert plain
    for asked in plain:
        answer = engine.find(asked.subject)
        assert answer.ids[0] == asked.right
        assert 0 <= answer.not_in_file <= 1
    assert engine.index_bytes() > 0
    engine.close()


def test_peers_have_names_and_load_when_asked_for() -> None:
    """The command line knows the peers of the issue without any of their packages."""
    assert {"rapidfuzz", "postgres", "tantivy", "splink", "nomenklatura-v2"} <= set(PEERS)
