"""The lock of a session that was not used for thirty minutes."""

from __future__ import annotations

from comity.web.call import Call, Go, Page, Reply
from comity.web.local_address import home_of, own_address


def show(call: Call) -> Reply:
    """Say that it is locked, and sign the same member in again."""
    following = own_address(call.query.one("next"), home_of(frozenset(call.who().roles)))
    if not call.signed().locked:
        return Go(following)
    return Page("locked.html", {"next": following})


def lock(call: Call) -> Reply:
    """Lock it at once, as somebody does who leaves the desk."""
    call.site.sessions.lock(call.signed())
    return Go("/locked")


def stay(call: Call) -> Reply:
    """Somebody is there still; calling this was a use of the session."""
    return Go(own_address(call.form.one("next"), home_of(frozenset(call.who().roles))))
