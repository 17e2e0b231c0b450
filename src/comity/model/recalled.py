"""Recalls as a desk reads them: of which record each is, where it is used, and until when it is owed."""

from __future__ import annotations

from comity.model.base import Noun
from comity.model.delivery import StoredDelivery


class RecalledFrom(Noun, frozen=True, kw_only=True):
    """One question of this agency whose answer showed what was recalled, or what was `told` without a question.

    `member` asked it; `items` are those recalled, and `references` their owner's numbers of the records, as they stand in
    the answer that is kept: none of what was withdrawn, and none where no answer is kept.
    """

    query_id: str
    items: tuple[str, ...] = ()
    told: str = ""
    member: str = ""
    asked_ms: int | None = None
    references: tuple[str, ...] = ()


class RecallShown(Noun, frozen=True, kw_only=True):
    """A recall that was sent or got. Of one sent the own record's id and reference, empty where there is none any more.

    `due_ms` is until when its confirmation is owed, by the earliest of the times that law, agreements and exchange set.
    """

    stored: StoredDelivery
    due_ms: int | None
    record_id: str = ""
    reference: str = ""
    where: tuple[RecalledFrom, ...] = ()
