"""When a hold runs out: after its own time, or after the exchange's, in the owner's zone and calendar."""

from __future__ import annotations

import re

from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms
from comity.model.agency import Agency
from comity.model.decision import Hold

DEFAULT_WITHIN = Span(5, "working-day")  # where the rule names no time: a working week, then the answer is nothing
WITHIN = re.compile(r"(\d+) (minute|hour|day|working day|month|year)s?")


def hold_deadline_ms(holds: tuple[Hold, ...], owner: Agency, now_ms: int) -> int:
    """The latest of the holds' own deadlines, UTC milliseconds: until then something may still be decided."""
    calendar = OwnerCalendar(now_ms, owner.zone, frozenset(owner.holidays))
    return max(after_ms(_span(hold.within), calendar) for hold in holds)


def _span(within: str) -> Span:
    if not within:
        return DEFAULT_WITHIN
    found = WITHIN.fullmatch(within)
    assert found is not None, "a hold's time is a span of the rule language"
    return Span(int(found[1]), found[2].replace(" ", "-"))
