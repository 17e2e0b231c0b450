"""How a member signs in, and where they are signed in now: their own passkeys and sessions."""

from __future__ import annotations

from comity.model.session_act import SessionAct, SessionTold
from comity.web.ask.training import training_ended
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.pages.my_passkeys import short
from comity.web.pages.statements import offered
from comity.web.session import Session

FROM_ELSEWHERE = "from-elsewhere"
SHORT = 16  # digits of a session's id in an address
DONE = ("added", "removed", "ended", "signed", "seen")
MEANS = ("provider", "demonstration", "passkey")


def show(call: Call) -> Reply:
    """All of it on one page."""
    member, done = call.who(), call.query.one("done")
    values = {
        "passkeys": tuple((short(one), one) for one in call.site.access.of(member.id).passkeys),
        "possible": call.site.settings.has_passkeys,
        "sessions": tuple((_short(one), one) for one in call.site.sessions.of(member.id)),
        "mine": call.signed().id,
        "means": MEANS,
        "ended": training_ended(call),
        "statements": offered(call) if "member" in member.roles else (),
        "done": done if done in DONE else "",
    }
    return Page("my_sign_in.html", values)


def end(call: Call) -> Reply:
    """End one of the member's other sessions."""
    mine = call.site.sessions.of(call.who().id)
    found = next((one for one in mine if _short(one) == call.path["session"]), None)
    if found is None or found.id == call.signed().id:
        return NOT_FOUND
    call.site.sessions.end(found.id)
    _tell(call)
    return Go("/my-sign-in?done=ended")


def end_others(call: Call) -> Reply:
    """End every session of the member but this one."""
    if call.site.sessions.end_others_of(call.who().id, call.signed().id):
        _tell(call)
    return Go("/my-sign-in?done=ended")


def _tell(call: Call) -> None:
    told = SessionTold(act=SessionAct.SIGNED_OUT, means=FROM_ELSEWHERE)
    call.site.acts.happened(call.who(), told, call.now_ms)


def _short(session: Session) -> str:
    return session.id[:SHORT]
