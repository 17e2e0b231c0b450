"""Passing on: a holder of an item asks its owner to answer a third agency, and the owner decides anew."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant, check_short, check_text
from comity.model.codes import Purpose
from comity.model.decision import Reason
from comity.model.query import LONGEST_NOTE, LegalBasis

MOST_REASONS = 50  # of one refusal; an owner has no more rules at one point


class OnwardAsked(Noun, frozen=True, kw_only=True, tag="onward-asked"):
    """The holder's request: an item of an answer, for which agency, and what that one wants it for.

    `by` is the member who asks. The item's id is empty once the item was withdrawn.
    """

    query_id: str
    item_id: str
    to: str
    purpose: Purpose
    basis: LegalBasis
    case_number: str
    by: str
    asked_ms: int
    note: str = ""

    def __post_init__(self) -> None:
        check_agency_id(self.to)
        check_agency_id(self.by)
        check_text("case number", self.case_number, 64)
        check_instant("the time of the request", self.asked_ms)
        check_short("note", self.note, LONGEST_NOTE)


class OnwardSaid(Noun, frozen=True, kw_only=True, tag="onward-said"):
    """The owner's word to the holder: whether the third agency is answered, by the owner itself; why not, where not."""

    request: str
    passed: bool
    reasons: tuple[Reason, ...]
    said_ms: int

    def __post_init__(self) -> None:
        check_instant("the time of the word", self.said_ms)
        if len(self.reasons) > MOST_REASONS:
            raise NounError(f"a refusal has at most {MOST_REASONS} reasons; give those that decide")


class PassedOnDue(Noun, frozen=True, kw_only=True, tag="passed-on-due"):
    """An answer the owner gives a third agency because a holder asked: whose it is, which, and at whose request."""

    asker: str
    query_id: str
    step_key: str
    holder: str


class OnwardRequest(Noun, frozen=True, kw_only=True):
    """A request to pass on as a desk sees it, and what the owner said; `passed` is None until it has."""

    id: str
    owner: str
    holder: str
    to: str
    query_id: str
    item_id: str
    purpose: Purpose
    case_number: str
    asked_ms: int
    trouble: str = ""
    passed: bool | None = None
    reasons: tuple[Reason, ...] = ()


class OnwardWanted(Noun, frozen=True, kw_only=True):
    """What a member of the holder wants passed on, before the node has looked at it."""

    query_id: str
    item_id: str
    to: str
    purpose: Purpose
    basis: LegalBasis
    case_number: str
    note: str = ""
