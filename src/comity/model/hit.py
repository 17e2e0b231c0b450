"""Whether what an answer showed was the person asked about: the outcome of a hit, as somebody found out afterwards."""

from __future__ import annotations

from enum import StrEnum

from comity.model.base import Noun


class HitOutcome(StrEnum):
    """What came of a hit. One that is not resolved says neither."""

    CONFIRMED = "confirmed"
    NOT_THE_PERSON = "not-the-person"
    NOT_RESOLVED = "not-resolved"


class Hit(Noun, frozen=True, kw_only=True):
    """The outcome of one item of an answer, by references alone: nothing of the question or of the record stands here.

    `entry` is the answer's in the owner's log, by which its receipt goes; `evidence_millinats` what the evidence
    weighed in that answer, by the version `weights`; None where the answer did not tell it.
    """

    owner: str
    entry: int
    query_id: str
    item_id: str
    outcome: HitOutcome
    by: str
    at_ms: int
    evidence_millinats: int | None
    weights: str


class HitsTold(Noun, frozen=True, kw_only=True):
    """A hit's outcome as it was entered, and how many the owner has on each side; `log_entry` is None where it stood."""

    hit: Hit
    log_entry: int | None
    confirmed: int
    not_the_person: int
    needed: int
