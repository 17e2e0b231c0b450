"""Requests for action: to be told of a release, to hold, hand over or interview somebody; and what became of them."""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant, check_text
from comity.model.codes import Instrument, MessageKind, Purpose, Status
from comity.model.decision import Reason
from comity.model.disclosure import StoredDuty
from comity.model.query import LONGEST_NOTE, Subject

LONGEST_RULE = 120  # characters of a rule's id with its pack


class RequestAct(StrEnum):
    """What the owner did about a request."""

    DONE = "done"
    DECLINED = "declined"


class RequestActed(Noun, frozen=True, kw_only=True):
    """The word of a member of the owner: what was done, why, and under which rule of the law in force then."""

    owner: str
    asker: str
    query_id: str
    act: RequestAct
    rule: str
    reason: str
    by: str
    at_ms: int

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_agency_id(self.by)
        check_text("rule", self.rule, LONGEST_RULE)
        check_text("reason", self.reason, LONGEST_NOTE)
        check_instant("the time of the act", self.at_ms)


class RequestStanding(StrEnum):
    """Where a request stands at its owner.

    `declined-by-law`: the law forbids it, nobody had to decide. `waits`: a rule leaves it to a named role (`comity held`).
    `nobody`: no record of the person asked about. `open`: the law leaves it to the owner.
    """

    DECLINED_BY_LAW = "declined-by-law"
    WAITS = "waits"
    NOBODY = "nobody"
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ActionRequest(Noun, frozen=True, kw_only=True):
    """One request as the owner's desk sees it.

    `status` is what the asker was answered; `rules` what decided, `records` the references it may be about, for the
    desk alone; `duties` what the law demands beside it, notices to the person first.
    """

    owner: str
    query_id: str
    asker: str
    member: str
    beneficiary: str
    message: MessageKind
    instrument: Instrument
    purpose: Purpose
    case_number: str
    subject: Subject
    received_ms: int
    status: Status
    standing: RequestStanding
    rules: tuple[Reason, ...] = ()
    records: tuple[str, ...] = ()
    duties: tuple[StoredDuty, ...] = ()
    acted: RequestActed | None = None
    withdrawn_ms: int | None = None


class RequestAnswer(Noun, frozen=True, kw_only=True):
    """What a member says of a request: done or declined, under which rule, and why."""

    query_id: str
    act: RequestAct
    rule: str
    reason: str

    def __post_init__(self) -> None:
        if not self.rule:
            raise NounError("name the rule under which it was done or declined; the list shows which decided")


class WithdrawnTold(Noun, frozen=True, kw_only=True):
    """A request that its asker took back: the owners that are told, and the entry, None where it was taken back before."""

    query_id: str
    owners: tuple[str, ...]
    withdrawn_ms: int
    entry: int | None
