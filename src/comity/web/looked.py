"""What each member has seen of their questions, so that the list can say what came since. In the memory of this process.

An answer has come where an owner had said nothing when its asker last looked and has said something now, or brought it late.
What an owner takes back is no such thing: a withdrawal leaves no trace here either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from comity.model.asked import AskedLine, SourceLine
from comity.model.codes import Status
from comity.model.outcome import RevisedOutcome

SAID = frozenset({Status.ANSWERED, Status.NOTHING_RELEASABLE, Status.REFUSED, Status.TOO_MANY})
MOST_MEMBERS = 10_000  # as many as have sessions; each is a month of questions, two words an owner


@dataclass(frozen=True, slots=True)
class _Seen:
    said: frozenset[str]
    late: frozenset[str]


class Looked:
    """What all members of this process have seen. Nothing of what was released, and nobody's name."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, _Seen]] = {}
        self._lock = Lock()

    def list_seen(self, member: str, lines: Sequence[AskedLine]) -> int | None:
        """How many answers came since the member last looked at this list; None at the first look. Now they are seen."""
        now = {one.query_id: _seen(one.sources) for one in lines}
        with self._lock:
            before = self._seen.pop(member, None)
            if len(self._seen) >= MOST_MEMBERS:
                del self._seen[next(iter(self._seen))]
            self._seen[member] = now
        return None if before is None else _arrived(before, now)

    def answer_seen(self, member: str, query_id: str, sources: Sequence[SourceLine]) -> None:
        """The member looked at one answer, on a page, on paper or as a file; of a member who has not looked at the list yet
        nothing is counted.
        """
        with self._lock:
            if member in self._seen:
                self._seen[member][query_id] = _seen(sources)


def lines_of(revised: RevisedOutcome) -> tuple[SourceLine, ...]:
    """How the owners of an answer stand, as the list has them."""
    return tuple(
        SourceLine(agency=one.agency, status=one.status, late=one.agency in revised.late)
        for one in revised.outcome.sources
    )


def _seen(sources: Sequence[SourceLine]) -> _Seen:
    said = frozenset(one.agency for one in sources if one.status in SAID)
    return _Seen(said, said & frozenset(one.agency for one in sources if one.late))


def _arrived(before: Mapping[str, _Seen], now: Mapping[str, _Seen]) -> int:
    nothing = _Seen(frozenset(), frozenset())
    return sum(
        len((one.said - before.get(query_id, nothing).said) | (one.late - before.get(query_id, nothing).late))
        for query_id, one in now.items()
    )
