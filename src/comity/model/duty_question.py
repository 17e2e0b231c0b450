"""The question that a duty came of, as whoever does the duty reads it."""

from __future__ import annotations

from comity.model.base import Noun
from comity.model.codes import Purpose
from comity.model.query import Subject


class DutyQuestion(Noun, frozen=True, kw_only=True):
    """Who asked what, for whom. `note` and `subject` are told only to who may do the duty and did not ask it themselves."""

    query_id: str
    asker: str
    member: str
    beneficiary: str
    purpose: Purpose
    case_number: str
    note: str = ""
    subject: Subject | None = None
