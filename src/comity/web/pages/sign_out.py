"""Signing out."""

from __future__ import annotations

from comity.web.call import Call, Go, Reply


def end(call: Call) -> Reply:
    """End the session; its token is worth nothing from here on."""
    call.site.sessions.end(call.signed().id)
    call.site.drafts.drop_all_of(call.who().id)
    return Go("/sign-in", token="")
