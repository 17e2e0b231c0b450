"""Standing questions: a question that stays with its owners while a paper and a supervisor let it.

What is kept of one at either side. The owner decides it anew whenever a record that may concern it comes or changes, and
brings what is new; the asker has the newest answer and no other.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from comity.errors import NounError
from comity.model.agency import Member
from comity.model.base import Noun, check_agency_id, check_hash, check_instant
from comity.model.codes import DataClass, Instrument, MessageKind, Step
from comity.model.query import IdentifierSubject, PersonSubject, Query

# Of the kinds of paper, what a judge signs: a warrant, or the order that puts somebody under supervision.
STANDING_PAPERS = frozenset({Instrument.JUDICIAL_WARRANT, Instrument.COURT_ORDER})
MOST_STANDING_DAYS = (
    90  # a warrant is validated within a quarter (NCIC 3.4); who needs longer shows the paper again
)
MOST_UNREVIEWED_DAYS = (
    30  # four reviews before it ends by itself; a supervisor who looks monthly remembers the case
)
NEVER_STANDING = frozenset({DataClass.PLATE_READ})  # sightings: asked again and again they are whereabouts


class Stands(Noun, frozen=True, kw_only=True):
    """How long a question stands and by which paper: its kind, its hash, its last day.

    `until` is the last day it stands, `review_by` the last one before a supervisor has looked at it again. The paper opens
    nothing: what it is to open is shown as the question's legal basis, like with any question.
    """

    paper: Instrument
    document: str
    paper_ends: date
    until: date
    review_by: date

    def __post_init__(self) -> None:
        check_hash(self.document)
        if self.paper not in STANDING_PAPERS:
            raise NounError(
                f"a question stands by {' or '.join(sorted(STANDING_PAPERS))}, not by `{self.paper}`; ask it once instead"
            )
        if not self.review_by <= self.until <= self.paper_ends:
            raise NounError(
                "a question stands no longer than its paper, and is reviewed before its end; shorten it"
            )

    def check_asked(self, day: date) -> None:
        """Raises NounError for a question of this day that would stand or go unreviewed for too long, or not at all."""
        if (self.until - day).days > MOST_STANDING_DAYS:
            raise NounError(
                f"a question stands {MOST_STANDING_DAYS} days at most; shorten it, and open it anew then"
            )
        self.check_reviewed(day)

    def check_reviewed(self, day: date) -> None:
        """Raises NounError for a review that is past, or too far away, seen from a day."""
        if not day <= self.review_by:
            raise NounError("the day of the review is past; name one to come")
        if (self.review_by - day).days > MOST_UNREVIEWED_DAYS:
            raise NounError(
                f"a standing question is reviewed every {MOST_UNREVIEWED_DAYS} days; name an earlier day"
            )


class StandsWanted(Noun, frozen=True, kw_only=True):
    """What somebody who opens a standing question gives: the paper, and for how many days from now."""

    paper: Instrument
    document: str
    paper_ends: date
    days: int
    review_days: int

    def since(self, day: date) -> Stands:
        """How long it stands from a day on: no longer than its paper. Raises NounError for a paper that ended."""
        until = min(day + timedelta(days=self.days), self.paper_ends)
        return Stands(
            paper=self.paper,
            document=self.document,
            paper_ends=self.paper_ends,
            until=until,
            review_by=min(day + timedelta(days=self.review_days), until),
        )


class StandingEnd(StrEnum):
    """Why a question stands no more. `refused`: the owner's law lets it stand no longer."""

    ENDED = "ended"
    PAPER_RECALLED = "paper-recalled"
    EXPIRED = "expired"
    NOT_REVIEWED = "not-reviewed"
    MEMBER_GONE = "member-gone"
    REFUSED = "refused"


class Reviewed(Noun, frozen=True, kw_only=True):
    """A supervisor looked at a standing question and renewed it until a day."""

    by: str
    at_ms: int
    review_by: date
    words: str


class Standing(Noun, frozen=True, kw_only=True):
    """A standing question as the node of its asker keeps it, or of one of its owners (`incoming`).

    `query` is the question (at the asker that to its first owner) and `member` who asked; `stands` has the days as they are
    now. `ended_ms` is when it stopped (UTC milliseconds), `ended` why, `ended_by` who said so, empty where it stopped by
    itself. `reviews` are the asker's, `stopped_at` the owners who refused it since.

    At an owner: `node` is where the question came from and `step_key` under which its answer is kept; `seen` is the number of
    the newest person in the file when it was last decided, `law` and `day` by what. `changed` counts the changes.
    """

    agency: str
    incoming: bool
    query: Query
    member: Member
    owners: tuple[str, ...]
    stands: Stands
    opened_ms: int
    reviews: tuple[Reviewed, ...] = ()
    stopped_at: tuple[str, ...] = ()
    ended_ms: int | None = None
    ended: StandingEnd | None = None
    ended_by: str = ""
    node: str = ""
    step_key: str = ""
    seen: int = 0
    law: str = ""
    day: date | None = None
    changed: int = 0

    def __post_init__(self) -> None:
        check_agency_id(self.agency)
        check_instant("the time of the opening", self.opened_ms)
        if (self.ended_ms is None) != (self.ended is None):
            raise NounError("a question that stopped says when and why")

    def why_over(self, day: date) -> StandingEnd | None:
        """Why it does not stand on a day; None where it stands."""
        if self.ended is not None:
            return self.ended
        if day > self.stands.until:
            return StandingEnd.EXPIRED
        return StandingEnd.NOT_REVIEWED if day > self.stands.review_by else None


class StandingTold(Noun, frozen=True, kw_only=True, tag="standing-told"):
    """What an asker's node tells an owner's of a question that stands there: reviewed until a day, or that it ended (None)."""

    query_id: str
    told_ms: int
    review_by: date | None = None

    def __post_init__(self) -> None:
        check_instant("the time of the review", self.told_ms)


def check_standing(query: Query, stands: Stands | None) -> None:
    """A question that stands is about a person, shows the digest alone, and is no way to follow where somebody is.

    Raises NounError with the sentence for whoever asks; also for a question that says it stands and not how, or the other way
    round.
    """
    if (query.message is MessageKind.STANDING_QUESTION) != (stands is not None):
        raise NounError(
            "a standing question says by which paper and how long; open it with `comity standing open`"
        )
    if stands is None:
        return
    if query.step is Step.DETAIL:
        raise NounError("a standing question shows the digest; ask for the detail by a question of its own")
    subject = query.subject
    if not isinstance(subject, PersonSubject | IdentifierSubject):
        raise NounError(
            "only a question about a person stands; a thing asked for daily would follow whoever has it"
        )
    if isinstance(subject, PersonSubject) and subject.address:
        raise NounError("a standing question names no address; it would tell when somebody lives there")
    if NEVER_STANDING & set(query.data_classes):
        raise NounError(
            f"no question stands at {', '.join(sorted(NEVER_STANDING))}; it would tell where somebody is"
        )
    stands.check_asked(datetime.fromtimestamp(query.asked_ms / 1000, UTC).date())
