"""The public home page: what this is, and where to go."""

from __future__ import annotations

from comity.web.call import Call, Page, Reply
from comity.web.public.published import agencies_here


def show(call: Call) -> Reply:
    """What anybody may read, without signing in."""
    return Page("home.html", {"agencies": agencies_here(call)})
