"""Whose a session is now: as listed, and as their agency's sign-in confirmed them, whichever is less."""

from __future__ import annotations

from comity.model.agency import Member
from comity.web.session import Session
from comity.web.site import Site


def whose(site: Site, session: Session) -> tuple[Member, bool] | None:
    """Its member, and whether that is less than is listed; None where it was ended meanwhile, or its member locked out."""
    listed, access = site.door.find_member(session.member), site.access.of(session.member)
    if listed is None or access.locked_ms or session.began_ms <= access.ended_ms:
        site.sessions.end(session.id)
        return None
    narrowed = access.narrow(listed)
    return None if narrowed is None else (narrowed, narrowed != listed)
