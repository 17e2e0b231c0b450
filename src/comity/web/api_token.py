"""Whose token it is: one that a member made on the page of the API, or an access token of the agency's own sign-in."""

from __future__ import annotations

from comity.model.agency import Member
from comity.web.session import Session
from comity.web.site import Site

TOKEN = "token"  # means of a session that a member made for a system of theirs; pages take none of these
SCHEME = "bearer"
LONGEST = 8_000  # characters


def find_bearer(site: Site, authorization: str, now_ms: int) -> tuple[Session, Member] | None:
    """The session of an `Authorization` header and its member as listed now; None where it has none that is open."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != SCHEME or not token or len(token) > LONGEST:
        return None
    session = site.sessions.find(token, now_ms)
    if session is None or session.means != TOKEN or session.locked:
        return None
    member = site.door.find_member(session.member)
    return (session, member) if member is not None else None


def make_token(site: Site, member: Member, session: Session, now_ms: int) -> str:
    """A token for a system of this member's, entered as a sign-in first. Raises ClosedError where the log takes none."""
    site.acts.signed_in(member, TOKEN, now_ms)
    return site.sessions.begin(member.id, TOKEN, now_ms, session.language)
