"""What an audit says: a finding about an agency's searches or sharing, followed to the lines it rests on.

A finding speaks of an agency, never of a person; its words are "does not appear to follow", never "illegal".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_EXAMPLES = 10  # lines shown of one finding; all lines stand in the spreadsheet's rows and the JSON


class Sure(StrEnum):
    """How sure a finding is. What is in doubt takes the weaker word."""

    CERTAIN = "certain from the file"
    LIKELY = "likely from words"
    LEAD = "only a lead"


ORDER = {Sure.CERTAIN: 0, Sure.LIKELY: 1, Sure.LEAD: 2}


class FindingKind(StrEnum):
    """What was found. The order is that of a report: the law, the own promise, then what a reason is worth."""

    SHARING_CLOSED = "sharing-closed-by-law"
    SHARING_NEEDS_PAPER = "sharing-needs-paper"
    SHARING_NOBODY = "sharing-with-no-known-body"
    SHARING_UNPLACED = "sharing-not-placed"
    SHARING_AGAINST_OWN_WORD = "sharing-against-own-policy"
    SHARING_ADDED = "sharing-added-out-of-state"
    PURPOSE_CLOSED = "purpose-closed-by-law"
    OWN_POLICY = "against-own-policy"
    SIDE_DOOR = "side-door-words"
    WINDOW_LONGER = "window-longer-than-retention"
    REASON_EMPTY = "reason-empty"
    REASON_ABSENT = "reason-not-published"
    REASON_REDACTED = "reason-covered"
    REASON_BARE = "reason-bare"
    REASON_RECYCLED = "reason-recycled"
    OFFENCE_EMPTY = "offence-empty"
    CASE_EMPTY = "case-number-empty"


class LawStanding(StrEnum):
    """Where the law behind a finding stands."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    NO_RULE = "no rule"  # no shipped pack of the state holds one
    NOT_ASKED = "not asked"  # the finding is about something else than law


@dataclass(frozen=True, slots=True)
class Cited:
    """A rule a finding rests on: its permanent id, its citation, whether its text was verified, and how it is read."""

    rule: str
    title: str
    citation: str
    status: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class At:
    """A line of a file (from 1) and what it shows of the finding, as the file gives it."""

    file: str
    line: int
    shows: str = ""


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One finding about one agency.

    `lines` are all lines it rests on; `counted` how many searches, edges or changes it speaks of, `of` out of how many.
    `policy` is where the agency's own promise stands, with the words of it that count.
    """

    kind: FindingKind
    agency: str
    says: str
    sure: Sure
    counted: int
    of: int
    lines: tuple[At, ...]
    rules: tuple[Cited, ...] = ()
    law: LawStanding = LawStanding.NOT_ASKED
    policy: At | None = None

    @property
    def examples(self) -> tuple[At, ...]:
        """Lines spread evenly over all, so that a page shows more than the first day."""
        step = max(1, len(self.lines) // MOST_EXAMPLES)
        return self.lines[::step][:MOST_EXAMPLES]


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 search`, `2 searches`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def weaker(*sure: Sure) -> Sure:
    """The weakest of several."""
    return max(sure, key=ORDER.__getitem__)
