"""When a hold runs out: after its own time, or after the exchange's, in the owner's zone and calendar."""

from __future__ import annotations

from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms, span_of
from comity.model.agency import Agency
from comity.model.decision import Hold

DEFAULT_WITHIN = Span(5, "working-day")  # where the rule names no time: a working week, then the answer is nothing


def hold_deadline_ms(holds: tuple[Hold, ...], owner: Agency, now_ms: int) -> int:
    """The latest of the holds' own deadlines, UTC milliseconds: until then something may still be decided."""
    calendar = OwnerCalendar(now_ms, owner.zone, frozenset(owner.holidays))
    return max(after_ms(_span(hold.within), calendar) for hold in holds)


def _span(within: str) -> Span:
    return span_of(within) if within else DEFAULT_WITHIN
