"""Whose token it is: one that a member made on the page of the API, or an access token of the agency's own sign-in."""

from __future__ import annotations

from comity.model.agency import Member
from comity.model.session_act import LONGEST_MEANS
from comity.web.session import Session
from comity.web.sign_in.access_token import AccessTokens
from comity.web.sign_in.oidc import NotSignedInError
from comity.web.site import Site

TOKEN = "token"  # means of a session that a member made for a system of theirs
ACCESS = "access-token"  # and of one that the agency's own sign-in made
MEANS = frozenset({TOKEN, ACCESS})  # pages take none of these
DOTS = 2  # between the parts of a JSON Web Token
SCHEME = "bearer"
LONGEST = 8_000  # characters


class Bearers:
    """Who sends a token to one site's API."""

    def __init__(self, site: Site) -> None:
        self._site, self._access = site, AccessTokens(site)

    def find(self, authorization: str, now_ms: int) -> tuple[Session, Member] | None:
        """The session of an `Authorization` header and its member as listed now; None where it has none that is open.

        Raises ClosedError where the log does not take a sign-in.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != SCHEME or not token or len(token) > LONGEST:
            return None
        session = self._site.sessions.find(token, now_ms) or self._adopted(token, now_ms)
        if session is None or session.means not in MEANS or session.locked:
            return None
        member = self._site.door.find_member(session.member)
        return (session, member) if member is not None else None

    def _adopted(self, token: str, now_ms: int) -> Session | None:
        """The session that an access token begins, once the log has it as a sign-in."""
        if token.count(".") != DOTS:
            return None
        try:
            believed = self._access.believe(token, now_ms)
        except NotSignedInError as error:
            self._site.tell(str(error))
            return None
        member = self._site.door.find_member(believed.member)
        if member is None or member.agency not in believed.agencies:
            self._site.tell("an access token names a member whom its issuer may not name")
            return None
        self._site.acts.signed_in(member, f"{ACCESS} of {believed.system}"[:LONGEST_MEANS], now_ms)
        proved = (believed.signed_in_ms, believed.until_ms)
        return self._site.sessions.adopt(token, member.id, ACCESS, now_ms, proved)


def make_token(site: Site, member: Member, session: Session, now_ms: int) -> str:
    """A token for a system of this member's, entered as a sign-in first. Raises ClosedError where the log takes none."""
    site.acts.signed_in(member, TOKEN, now_ms)
    return site.sessions.begin(member.id, TOKEN, now_ms, session.language)
