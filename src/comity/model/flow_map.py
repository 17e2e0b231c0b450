"""What a node tells of its flows: agreements with the days they were in force, and how often their owners were asked."""

from __future__ import annotations

from datetime import date

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_period


class Spell(Noun, frozen=True, kw_only=True):
    """Days on which something was in force, both included; None where no beginning or no end is known."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        check_period(self.first, self.last, "a spell")

    def covers(self, day: date) -> bool:
        """Whether a day lies in it. What nobody states closes nothing."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class AgreedFlow(Noun, frozen=True, kw_only=True):
    """What an agreement gives one party of another's, for the same purposes; no word of its clauses, papers or signatures.

    `taker` is an agency's id, or the agreement's name for a party that the directory does not list. `classes` and `purposes`
    are empty where the agreement leaves them to the owner's law. `copy` where it gives a feed or a bulk copy; `signed_by` who
    signed for which party under a delegation. `spells` are the days on which it was in force at the giver's node, `within`
    those on which it was switched on and off again.
    """

    agreement: str
    title: str
    giver: str
    taker: str
    classes: tuple[str, ...]
    purposes: tuple[str, ...]
    copy: bool
    signed_by: tuple[str, ...]
    spells: tuple[Spell, ...]
    within: tuple[date, ...] = ()


class MonthUse(Noun, frozen=True, kw_only=True):
    """How often an owner was asked in a month (`2026-11`, its own days) for a purpose: questions, each once.

    `released` and `refused` count those of `asked` whose last answer was so; others were held, or there was nothing.
    """

    agency: str
    month: str
    purpose: str
    asked: int
    released: int
    refused: int

    def __post_init__(self) -> None:
        check_agency_id(self.agency)
        if min(self.asked, self.released, self.refused) < 0 or self.released + self.refused > self.asked:
            raise NounError(f"`{self.agency}` released or refused more than it was asked in {self.month}")


class NodeFlows(Noun, frozen=True, kw_only=True):
    """The flows of one node, of public values only. `months` are the first and last counted in `use`.

    `lost` names agreements that were in force once and of which no text is kept; `checkpoint` is the log it was read from,
    `begun` the month in which that log began, empty where it has no entry: of months before, nothing is counted.
    """

    node: str
    agencies: tuple[str, ...]
    months: tuple[str, str]
    agreed: tuple[AgreedFlow, ...]
    use: tuple[MonthUse, ...]
    lost: tuple[str, ...]
    checkpoint: str
    size: int
    begun: str = ""


class ActingFor(Noun, frozen=True, kw_only=True):
    """A member of an agency who acts for another one too."""

    member: str
    other: str


class ToldFlow(Noun, frozen=True, kw_only=True):
    """What an agency told another without a question: of which class, by which channel, how often, first on which day."""

    recipient: str
    data_class: str
    channel: str
    count: int
    first: date


class PrivateFlows(Noun, frozen=True, kw_only=True):
    """What an agency's own desk and auditor see beside the public flows: who acts for whom, and what was told."""

    agency: str
    acting: tuple[ActingFor, ...]
    told: tuple[ToldFlow, ...]
