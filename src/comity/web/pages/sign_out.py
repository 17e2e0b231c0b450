"""Signing out."""

from __future__ import annotations

from comity.model.session_act import SessionAct, SessionTold
from comity.web.call import Call, Go, Reply
from comity.web.pages.locked import BY_HAND


def end(call: Call) -> Reply:
    """End the session; its token is worth nothing from here on."""
    call.site.sessions.end(call.signed().id)
    call.site.drafts.drop_all_of(call.who().id)
    call.site.audits.drop_all_of(call.who().id)
    call.site.acts.happened(call.who(), SessionTold(act=SessionAct.SIGNED_OUT, means=BY_HAND), call.now_ms)
    return Go("/sign-in", token="")
