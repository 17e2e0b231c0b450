"""The lock of a session that was not used for thirty minutes."""

from __future__ import annotations

from urllib.parse import urlencode

from comity.model.session_act import SessionAct, SessionTold
from comity.web.call import Call, Go, Page, Reply
from comity.web.local_address import home_of, own_address

IDLE = "idle"
BY_HAND = "by-hand"


def show(call: Call) -> Reply:
    """Say that it is locked, and sign the same member in again."""
    following = own_address(call.query.one("next"), home_of(frozenset(call.who().roles)))
    if not call.signed().locked:
        return Go(following)
    return Page(
        "locked.html", {"next": following, "kept_ms": call.site.drafts.kept_until(call.who().id, call.now_ms)}
    )


def lock(call: Call) -> Reply:
    """Lock it at once, as somebody does who leaves the desk, and as an open page does that nobody used for thirty minutes."""
    call.site.sessions.lock(call.signed())
    tell_lock(call, IDLE if call.form.one("why") == IDLE else BY_HAND)
    following = own_address(call.form.one("next"), "")
    return Go(f"/locked?{urlencode({'next': following})}" if following else "/locked")


def tell_lock(call: Call, means: str) -> None:
    """Tell the log of the lock of this session, once."""
    if call.site.sessions.tell_lock(call.signed()):
        call.site.acts.happened(call.who(), SessionTold(act=SessionAct.LOCKED, means=means), call.now_ms)


def stay(call: Call) -> Reply:
    """Somebody is there still; calling this was a use of the session."""
    return Go(own_address(call.form.one("next"), home_of(frozenset(call.who().roles))))
