"""Days as the reader's agency counts them."""

from __future__ import annotations

from datetime import date

from comity.law.calendar import local_time
from comity.model.agency import Agency
from comity.web.call import Call


def own_agency(call: Call) -> Agency:
    """The reader's agency, as the directory lists it."""
    return next(one for one in call.site.agencies() if one.id == call.who().agency)


def local_day(call: Call, at_ms: int) -> date:
    """The day an instant (UTC milliseconds) falls on in the agency's own zone."""
    return local_time(at_ms, own_agency(call).zone).date()


def next_month(call: Call) -> date:
    """The first day of the month after this one, in the agency's own zone: from then on this month can be counted."""
    today = local_day(call, call.now_ms)
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)
