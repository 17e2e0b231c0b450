"""Findings of misuse: a pattern in how questions were asked, the entries it rests on, and what a reviewer made of it.

A finding is about uses and cases. It holds entry numbers and counts, no subject, no case number and no member: whose
questions these were is read from the entries, in a step that is itself entered.
"""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant, check_short, check_text
from comity.model.query import LONGEST_NOTE, PersonSubject, Subject

LONGEST_SENTENCE = 300
MOST_ENTRIES = 2_000  # of one finding: a quarter of one member's questions; more is no pattern any more
MOST_LINES = 5_000  # of a sealed list: the staff of the largest departments with their households


class FindingKind(StrEnum):
    """Which pattern. Words stand in stored rows: append, never rename."""

    FISHING = "fishing"
    REPEATED = "repeated-look-ups"
    OWN_CIRCLE = "own-circle"
    LAUNDERING = "purpose-laundering"
    DRIFT = "task-force-drift"
    REASONS = "poor-reasons"
    POINTERS = "pointers-not-followed"
    HOURS = "out-of-hours"
    SHARED = "shared-credentials"
    UNOPENED = "does-not-open"


class FindingState(StrEnum):
    """How far the review is. `dismissed` and `upheld` are its ends."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"
    UPHELD = "upheld"


class Finding(Noun, frozen=True, kw_only=True):
    """A finding as its owner keeps it. `entries` are numbers of the node's own log, in their order.

    `asker` is the agency whose questions they are, empty where it is not known; `counts` are the figures of the sentence;
    `first_ms` and `last_ms` when the first and last question was asked. `words` are the reviewer's last: a dismissal's
    reason, what is done about one that is upheld, how whoever asked was asked to explain.
    """

    id: str
    owner: str
    kind: FindingKind
    asker: str
    sentence: str
    entries: tuple[int, ...]
    counts: dict[str, int]
    first_ms: int
    last_ms: int
    opened_ms: int
    state: FindingState = FindingState.OPEN
    reviewer: str = ""
    taken_ms: int | None = None
    closed_ms: int | None = None
    words: str = ""
    changed: int = 0

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_text("the sentence of a finding", self.sentence, LONGEST_SENTENCE)
        check_short("the reviewer's words", self.words, LONGEST_NOTE)
        check_instant("the time of a finding", self.opened_ms)
        if not self.entries or len(self.entries) > MOST_ENTRIES:
            raise NounError(f"a finding rests on 1 to {MOST_ENTRIES} entries")
        if tuple(sorted(set(self.entries))) != self.entries:
            raise NounError("the entries of a finding stand in their order, each once")
        if (self.state is FindingState.OPEN) != (not self.reviewer) or self.is_open != (self.closed_ms is None):
            raise NounError("a finding that was taken has a reviewer, and one that was closed the time it was")

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it yet."""
        return self.state in (FindingState.OPEN, FindingState.TAKEN)


class Relation(StrEnum):
    """Why somebody stands on the sealed list."""

    SELF = "self"
    HOUSEHOLD = "household"
    STAFF = "staff"


def _is_whole(birth_date: str) -> bool:
    return len(birth_date) == len("YYYY-MM-DD")


class CircleLine(Noun, frozen=True, kw_only=True):
    """One line of the sealed list: whom no look-up should be about without a reason that a second person has seen.

    `member` is whose own circle it is, empty for staff, whom any member's look-up is held against. A person is told by a
    whole birth date or a number beside the name; a name alone means too many people.
    """

    id: str
    relation: Relation
    member: str
    subject: Subject

    def __post_init__(self) -> None:
        check_short("the member", self.member, 64)
        if (self.relation is Relation.STAFF) != (not self.member):
            raise NounError(
                "self and household are somebody's, staff is everybody's; name the member for the first two"
            )
        subject = self.subject
        if isinstance(subject, PersonSubject) and not (subject.identifiers or _is_whole(subject.birth_date)):
            raise NounError("a name alone means too many people; give the whole birth date or a number")


class Circle(Noun, frozen=True, kw_only=True):
    """The sealed list of an owner. It lies in the log's own wrapped storage, and no command shows it."""

    owner: str
    lines: tuple[CircleLine, ...]

    def __post_init__(self) -> None:
        if len(self.lines) > MOST_LINES:
            raise NounError(f"the sealed list has more than {MOST_LINES} lines; take out who left")


class CircleTold(Noun, frozen=True, kw_only=True):
    """What is said of the sealed list: how many lines of each relation, and the id of the one that was added."""

    owner: str
    lines: dict[str, int]
    added: str = ""


class Proved(Noun, frozen=True, kw_only=True):
    """An entry a finding rests on, in base64, with the text of its C2SP tlog-proof; verifies offline."""

    number: int
    entry: str
    proof: str


class FindingsTold(Noun, frozen=True, kw_only=True):
    """What a look came to.

    `questions` were opened and looked at, since `since_ms`; `forgotten` entries had nothing left to open. `pointers` answers
    pointed at a record, of which `followed` have a recorded follow-up. `closed` counts reviewed findings by kind, and
    `dismissed` those of them that were no misuse.
    """

    owner: str
    since_ms: int
    questions: int
    forgotten: int
    pointers: int
    followed: int
    findings: tuple[Finding, ...]
    closed: dict[str, int]
    dismissed: dict[str, int]


class FindingsListed(Noun, frozen=True, kw_only=True):
    """What earlier looks found, as far as its reader may see it; `closed` and `dismissed` as of a look, over all of them."""

    owner: str
    findings: tuple[Finding, ...]
    closed: dict[str, int]
    dismissed: dict[str, int]


class FindingShown(Noun, frozen=True, kw_only=True):
    """One finding with its evidence: each entry's proof. `members` only where somebody asked who, which is entered."""

    finding: Finding
    proofs: tuple[Proved, ...]
    members: tuple[str, ...] = ()
