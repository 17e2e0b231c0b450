"""Whether the law lets a session go on: asked of the node before it is used again, once a minute at most.

The node decides; what is said here is what only this process knows. A session that may not go on is locked, and says why.
"""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.law.explain import reason_sentence
from comity.model.session_act import SessionKnown, SessionRefusal, WentOn
from comity.node.session_requests import GoOn
from comity.web.session import Session
from comity.web.sign_in.access import Access
from comity.web.sign_in.lockout import WITHIN_MS
from comity.web.site import Site

DECIDED_AGAIN_MS = 60_000  # rules speak of minutes: no limit is passed by more than one of them


class RefusedSessionError(WrongUseError):
    """The law lets a session not be; the sentences name the rules."""

    def __init__(self, refused: tuple[SessionRefusal, ...]) -> None:
        super().__init__("; ".join(reason_sentence(one.reason) for one in refused))


def goes_on(site: Site, session: Session, now_ms: int) -> bool:
    """Whether it goes on; where not it is locked from now on. `site` has the session's own way to the node.

    Raises ClosedError where the node or its law cannot be asked.
    """
    if was_let_on(session, now_ms):
        return True
    known = known_of(session, site.access.of(session.member), now_ms)
    went: WentOn = site.door.ask(GoOn(member=session.member, means=session.means, known=known), WentOn)
    if went.refused:
        site.sessions.refuse(session, went.refused)
        return False
    site.sessions.let_on(session, now_ms)
    return True


def was_let_on(session: Session, now_ms: int) -> bool:
    """Whether the node let it go on within the last minute."""
    return 0 <= now_ms - session.decided_ms < DECIDED_AGAIN_MS


def known_of(session: Session, access: Access, now_ms: int) -> SessionKnown:
    """What is known of a session now. A sign-in of which nobody said when it was has no age."""
    return SessionKnown(
        factors=session.factors,
        idle_ms=max(0, now_ms - session.seen_ms),
        age_ms=max(0, now_ms - session.fresh_ms) if session.fresh_ms else None,
        failures=failures_of(access, now_ms),
    )


def known_at_sign_in(factors: int | None, signed_in_ms: int, access: Access, now_ms: int) -> SessionKnown:
    """What is known of a session that is about to begin, by a sign-in at a time (UTC milliseconds; 0 where it is not said)."""
    age_ms = max(0, now_ms - signed_in_ms) if signed_in_ms else None
    return SessionKnown(factors=factors, idle_ms=0, age_ms=age_ms, failures=failures_of(access, now_ms))


def failures_of(access: Access, now_ms: int) -> int:
    """How many tries of a member failed within the last fifteen minutes."""
    return sum(0 <= now_ms - one < WITHIN_MS for one in access.failed_ms)
