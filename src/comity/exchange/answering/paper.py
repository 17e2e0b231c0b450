"""A legal paper opens nothing until the owner's counsel has looked at it.

A question carries the kind of paper, who issued it and the hash of the uploaded document: the asker's word. Rules may
turn on it (`law/facts.py` reads it only where the document is there), but whatever it opens waits for a review.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.exchange.builtin import builtin_reason
from comity.model.codes import Level
from comity.model.decision import Hold, RecordDecision
from comity.model.query import Query

REVIEW_WITHIN = "1 working day"  # NY-01a gives counsel a day; a court order seldom waits longer


def wait_for_paper(query: Query, decision: RecordDecision) -> RecordDecision:
    """The decision with every field that could leave under review, where the question shows a paper that may open."""
    if not query.basis.may_open:
        return decision
    reason = builtin_reason("comity/PAPER", "hold")
    hold = Hold(
        kind="review",
        rule=reason.rule,
        what=reason.title,
        role="counsel",
        within=REVIEW_WITHIN,
        citation=reason.citation,
    )
    fields = tuple(
        replace(field, held=True, reasons=(reason, *field.reasons)) if field.level > Level.NOTHING else field
        for field in decision.fields
    )
    opened = any(field.level > Level.NOTHING for field in fields)
    return replace(decision, fields=fields, holds=(*decision.holds, hold) if opened else decision.holds)
