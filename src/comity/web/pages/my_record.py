"""P3, as far as it is done without a form: how anybody asks who looked at their record, and what they can expect."""

from __future__ import annotations

from comity.web.call import Call, Page, Reply
from comity.web.public.published import agencies_here


def show(call: Call) -> Reply:
    """How to ask, at which desks."""
    return Page("my_record.html", {"agencies": agencies_here(call)})
