"""Whose token it is: one that a member made on the page of the API, or an access token of the agency's own sign-in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from comity.model.agency import Member
from comity.model.session_act import LONGEST_MEANS, SessionRefusal
from comity.web.door import Door
from comity.web.going_on import RefusedSessionError, goes_on, known_at_sign_in
from comity.web.session import Proved, Session
from comity.web.sign_in.access_token import AccessTokens
from comity.web.sign_in.oidc import NotSignedInError
from comity.web.site import Site
from comity.web.whose import whose

TOKEN = "token"  # means of a session that a member made for a system of theirs
ACCESS = "access-token"  # and of one that the agency's own sign-in made
MEANS = frozenset({TOKEN, ACCESS})  # pages take none of these
DOTS = 2  # between the parts of a JSON Web Token
SCHEME = "bearer"
LONGEST = 8_000  # characters


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever sends a token: the session, the member as the agency's sign-in confirms them, and their way to the node."""

    session: Session
    member: Member
    door: Door


class Bearers:
    """Who sends a token to one site's API."""

    def __init__(self, site: Site) -> None:
        self._site, self._access = site, AccessTokens(site)

    def find(self, authorization: str, now_ms: int) -> Bearer | None:
        """Who sends an `Authorization` header; None where no session that is open is behind it.

        Raises ClosedError where the log does not take a sign-in, RefusedSessionError where the law lets no session be.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != SCHEME or not token or len(token) > LONGEST:
            return None
        session = self._site.sessions.find(token, now_ms) or self._adopted(token, now_ms)
        if session is None or session.means not in MEANS or session.locked:
            return None
        found = whose(self._site, session)
        if found is None:
            return None
        member, is_narrowed = found
        door, statements = self._site.door, session.statements
        door = door.narrowed(member, statements) if is_narrowed or statements else door
        if not goes_on(replace(self._site, door=door), session, now_ms):
            raise RefusedSessionError(self._refused(token, now_ms))
        return Bearer(session, member, door)

    def _refused(self, token: str, now_ms: int) -> tuple[SessionRefusal, ...]:
        session = self._site.sessions.find(token, now_ms)
        return session.refused if session is not None else ()

    def _adopted(self, token: str, now_ms: int) -> Session | None:
        """The session that an access token begins, once the log has it as a sign-in."""
        if token.count(".") != DOTS:
            return None
        try:
            believed = self._access.believe(token, now_ms)
        except NotSignedInError as error:
            self._site.tell(str(error))
            return None
        member = self._site.door.find_member(believed.said.member)
        if member is None or member.agency not in believed.agencies:
            self._site.tell("an access token names a member whom its issuer may not name")
            return None
        if self._site.access.of(member.id).locked_ms:
            return None
        self._site.access.confirm(member.id, believed.said.roles, believed.said.trained_until)
        proved = Proved(believed.signed_in_ms, believed.said.factors, believed.until_ms)
        known = known_at_sign_in(proved.factors, proved.at_ms, self._site.access.of(member.id), now_ms)
        means = f"{ACCESS} of {believed.system}"[:LONGEST_MEANS]
        refused = self._site.acts.signed_in(member, means, now_ms, known)
        if refused:
            raise RefusedSessionError(refused)
        return self._site.sessions.adopt(token, member.id, ACCESS, now_ms, proved)


def make_token(site: Site, member: Member, session: Session, now_ms: int) -> str:
    """A token for a system of this member's, entered as a sign-in first: by the factors of the session it is made in.

    Raises ClosedError where the log takes none, RefusedSessionError where the law lets none be.
    """
    known = known_at_sign_in(session.factors, session.fresh_ms, site.access.of(member.id), now_ms)
    refused = site.acts.signed_in(member, TOKEN, now_ms, known)
    if refused:
        raise RefusedSessionError(refused)
    proved = Proved(session.fresh_ms, session.factors)
    return site.sessions.begin(member.id, TOKEN, now_ms, session.language, proved)
