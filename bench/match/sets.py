"""What every set of the bench is made of: records held, questions asked, and what is known about both.

The group label exists for reporting only. It never enters a record or a subject, so no engine can see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from comity.model.query import PersonSubject

NAME_ONLY = "name only"
NAME_DATE = "name+date"
NAME_DATE_MORE = "name+date+more"
NAME_PARTIAL = "name+partial date"
NAME_OTHER = "name+address or number"
EVIDENCE = (NAME_ONLY, NAME_DATE, NAME_DATE_MORE, NAME_PARTIAL, NAME_OTHER)

NO_FAMILY = "LNU"  # last name unknown, as the field writes it


class Held(NamedTuple):
    """One record of a file: its number, and its fields as `comity.match.person.Candidate.values` holds them.

    Fields: `name` (`Family, Given Middle, Suffix`), `alias`, `birth-date` (ISO, may be partial), `sex`,
    `home-address`, and identifying numbers by their kind (`ssn`, `state-id`, `driver-licence`).
    """

    number: int
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the subject, the number of the right record or None, and labels for the report.

    `errors` are the kinds of noise between the person and the two writings of them, on either side.
    """

    subject: PersonSubject
    right: int | None
    group: str = ""
    errors: tuple[str, ...] = ()

    @property
    def evidence(self) -> str:
        """What the question gives: the class that results are reported by."""
        return evidence_of(self.subject)


def evidence_of(subject: PersonSubject) -> str:
    """The evidence class of a subject: one of `EVIDENCE`. A month or a year alone is a partial date."""
    firm = bool(subject.address or subject.identifiers)
    if len(subject.birth_date) == 10:
        return NAME_DATE_MORE if firm else NAME_DATE
    if firm:
        return NAME_OTHER
    return NAME_PARTIAL if subject.birth_date else NAME_ONLY


@dataclass(frozen=True, slots=True)
class BenchSet:
    """A file and its questions. `records()` starts again at each call, so that a large file need not be held.

    The questions alternate between a half on which thresholds are chosen (even places) and one that is measured.
    `past` are others that an engine may learn from, where it may not learn from the set's own.
    """

    name: str
    size: int
    records: Callable[[], Iterable[Held]]
    questions: Sequence[Asked]
    past: Sequence[Asked] = ()
