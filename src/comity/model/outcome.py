"""What the asking side keeps of one question: what was requested and what every source said."""

from __future__ import annotations

from datetime import date

from msgspec import UNSET, UnsetType

from comity.errors import NounError
from comity.model.answer import Answer
from comity.model.base import Noun, check_agency_id, check_short, check_text
from comity.model.codes import DataClass, MessageKind, Purpose, Status
from comity.model.decision import Reason
from comity.model.delivery import RecallKind
from comity.model.disclosure import Receipt
from comity.model.feed import CopyMark
from comity.model.query import LONGEST_NOTE, LegalBasis, Subject
from comity.model.told_note import ToldNote

LONGEST_DEADLINE_MS = 30_000  # an officer waits no longer; late answers are shown when they come
MOST_SOURCES = 64  # owners one question may name; a wider search is a different agreement


class AskRequest(Noun, frozen=True, kw_only=True):
    """What a member asks for, before it becomes one question per owner.

    `sources` are owners' agency ids, empty for all that an agreement opens to the asker; `wait_ms` how long to
    wait for answers; `go_on` why the member asks about somebody again who was asked about for other cases, which stays at the
    asker. The other fields are those of `Query`.
    """

    asker: str
    member: str
    beneficiary: str
    purpose: Purpose
    basis: LegalBasis
    case_number: str
    data_classes: tuple[DataClass, ...]
    subject: Subject
    sources: tuple[str, ...] = ()
    wait_ms: int = 5_000
    message: MessageKind = MessageKind.RECORDS_QUERY
    dppa_use: str = ""
    note: str = ""
    go_on: str = ""

    def __post_init__(self) -> None:
        check_short("the reason to go on", self.go_on, LONGEST_NOTE)
        for agency in (self.asker, self.member, self.beneficiary, *self.sources):
            check_agency_id(agency)
        check_text("case number", self.case_number, 64)
        _check_wait(self.wait_ms)
        if len(self.sources) > MOST_SOURCES or len(set(self.sources)) != len(self.sources):
            raise NounError(f"name at most {MOST_SOURCES} sources, each once")
        if not self.data_classes:
            raise NounError("no data class is asked for; name at least one")


class FetchRequest(Noun, frozen=True, kw_only=True):
    """A request for the detail of one item of an earlier answer, by a member of the agency that asked.

    `identified_by` is the member's recorded decision that this is the right person, where the evidence has no
    second identifier.
    """

    query_id: str
    item_id: str
    asker: str
    member: str
    identified_by: str = ""
    wait_ms: int = 5_000

    def __post_init__(self) -> None:
        for agency in (self.asker, self.member):
            check_agency_id(agency)
        check_short("identity decision", self.identified_by, LONGEST_NOTE)
        _check_wait(self.wait_ms)


def _check_wait(wait_ms: int) -> None:
    if not 0 < wait_ms <= LONGEST_DEADLINE_MS:
        raise NounError(f"the wait is between 1 and {LONGEST_DEADLINE_MS} milliseconds")


class SourceResult(Noun, frozen=True, kw_only=True):
    """What one source said: exactly one status. `verified` is true when its receipt verified offline."""

    agency: str
    status: Status
    reasons: tuple[Reason, ...] = ()
    answer: Answer | None = None
    receipt: Receipt | None = None
    verified: bool = False


class HeldValue(Noun, frozen=True, kw_only=True):
    """A value as one owner released it, with the day as of which that owner says so."""

    owner: str
    value: str
    as_of: date


class Conflict(Noun, frozen=True, kw_only=True):
    """Values of one field on which records differ, unresolved: each with its owner and day."""

    field: str
    values: tuple[HeldValue, ...]


class PersonView(Noun, frozen=True, kw_only=True):
    """Items of several owners that agree on being one person, with what agrees and what does not."""

    item_ids: tuple[str, ...]
    agree: tuple[str, ...]
    disagree: tuple[Conflict, ...]


class KeptApart(Noun, frozen=True, kw_only=True):
    """Items that something ties together and something else holds apart: not said to be one person.

    Nor said to be two, unless their owner declared it and the sentence says so.

    `ties` names the fields on which some of them agree and nobody should by chance; `sentence` says it in words.
    """

    item_ids: tuple[str, ...]
    ties: tuple[str, ...]
    disagree: tuple[Conflict, ...]
    sentence: str


class Outcome(Noun, frozen=True, kw_only=True):
    """The whole outcome of one question, as the asker's node keeps it."""

    query_id: str
    request: AskRequest
    asked_ms: int
    took_ms: int
    sources: tuple[SourceResult, ...]
    persons: tuple[PersonView, ...]
    apart: tuple[KeptApart, ...] = ()


class AskedByCopies(Noun, frozen=True, kw_only=True):
    """The outcome of a question whose owners were chosen by copies, and how old each copy was."""

    outcome: Outcome
    marks: tuple[CopyMark, ...]


class Marker(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """What an owner said of an item after it was shown: corrected, disputed, or its outcome changed. Ask for it anew.

    `statement` is what the person concerned says of it, where they filed one.
    """

    item_id: str
    owner: str
    kind: RecallKind
    at_ms: int
    statement: str = ""


class RevisedOutcome(Noun, frozen=True, kw_only=True):
    """An outcome as it stands now: answers that came late or anew stand in it, what was withdrawn does not.

    `late` are the owners whose answer came after the wait, or was given anew. `told` is what members wrote down of calls to
    owners, beside their answers; left out where there is none, as in every outcome from before there were any.
    """

    outcome: Outcome
    markers: tuple[Marker, ...] = ()
    late: tuple[str, ...] = ()
    told: tuple[ToldNote, ...] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.told == ():
            raise NounError(
                "an outcome beside which nothing is written down has no notes, not an empty list of them"
            )

    @property
    def notes(self) -> tuple[ToldNote, ...]:
        """What was written down beside it."""
        return () if self.told is UNSET else self.told
