"""A month's random sample of questions: which were drawn, by what anybody can draw again, and what a reviewer said of each."""

from __future__ import annotations

from enum import StrEnum

from comity.model.base import Noun, check_agency_id, check_instant, check_short
from comity.model.query import LONGEST_NOTE


class SampleResult(StrEnum):
    """What a reviewer made of a drawn question. Words stand in the log: append, never rename."""

    SUFFICIENT = "sufficient"
    ASKED = "asked-member"
    PASSED_ON = "passed-on"


class SampleReview(Noun, frozen=True, kw_only=True):
    """What was said of one drawn question, by its entry."""

    owner: str
    month: str
    entry: int
    result: SampleResult
    by: str
    at_ms: int
    words: str

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_instant("the time of a review", self.at_ms)
        check_short("the reviewer's words", self.words, LONGEST_NOTE)


class Stated(Noun, frozen=True, kw_only=True):
    """The reason of a question: everything it states but its subject and its member."""

    purpose: str
    instrument: str
    case_number: str
    beneficiary: str
    note: str


class Sampled(Noun, frozen=True, kw_only=True):
    """A drawn question as its reviewer reads it: what was stated, and not about whom it was nor who asked.

    `stated` is None where nothing is kept any more.
    """

    entry: int
    agency: str
    stated: Stated | None
    review: SampleReview | None = None


class SampleTold(Noun, frozen=True, kw_only=True):
    """A month's sample. `seed` is the tree's root over the first `size` entries: the month's, and the first one after it.

    `questions` are by agency how many there were, `drawn` those of the sample that the reader may see, `own` how many are the
    reader's own questions, which somebody else reviews. `reviewed` counts all by result.
    """

    owner: str
    month: str
    size: int
    seed: str
    questions: dict[str, int]
    drawn: tuple[Sampled, ...]
    own: int
    reviewed: dict[str, int]
