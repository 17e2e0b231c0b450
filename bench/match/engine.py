"""What the bench asks of every engine, ours and the peers': a file taken in, and answers with scores.

Comity is in `present.py`, peers are in `peers/`; `lineup.py` names them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from comity.model.query import PersonSubject
from match.sets import Held


class Answer(NamedTuple):
    """Record numbers, best first, each with its posterior, and the probability that the person is not here.

    An engine without probabilities gives its scores as `posteriors` (any order-preserving number) and leaves
    `not_in_file` at 0. At least the best ten, where it has them. `further` are the places in `ids` of records that the
    engine takes for a person who is listed before: only people compete, and only their probabilities sum to one.
    """

    ids: tuple[int, ...]
    posteriors: tuple[float, ...]
    not_in_file: float = 0.0
    further: frozenset[int] = frozenset()


class Engine(Protocol):
    """One way to find a person in a file."""

    name: str
    gives_probability: bool

    def build(self, records: Iterable[Held]) -> None:
        """Take in a whole file; called once. The iterable may be too large to hold."""
        ...

    def find(self, subject: PersonSubject) -> Answer:
        """Answer one question."""
        ...

    def cpu_seconds(self) -> float:
        """CPU seconds this engine has used so far, wherever it runs (`time.process_time` for one in process)."""
        ...

    def index_bytes(self) -> int:
        """Bytes of the index built; 0 where the engine cannot say."""
        ...

    def close(self) -> None:
        """Let go of processes and files."""
        ...


@runtime_checkable
class BatchEngine(Protocol):
    """An engine whose single questions are too slow for thousands: quality is taken from one batch call."""

    def find_all(self, subjects: Sequence[PersonSubject]) -> list[Answer]:
        """Answer many questions at once, in their order."""
        ...


@runtime_checkable
class LearningEngine(Protocol):
    """An engine that learns from the file itself once it is built."""

    def prepare(self, subjects: Sequence[PersonSubject]) -> None:
        """Learn; called once, after `build`, with unlabelled questions of the half on which thresholds are chosen."""
        ...
