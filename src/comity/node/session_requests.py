"""What pages may ask of the node about sessions: that what happens to them is entered."""

from __future__ import annotations

from comity.exchange.log.session_acts import enter_session_act
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.session_act import SessionEntered, SessionTold
from comity.ports import World
from comity.settings import get_member


class EnterSession(Noun, frozen=True, kw_only=True, tag="enter-session"):
    """Enter what happened to a member's session."""

    member: str
    told: SessionTold


SessionRequest = EnterSession
SessionResult = SessionEntered


def run_session(world: World, members: tuple[Member, ...], request: SessionRequest) -> SessionResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have."""
    by = get_member(members, request.told.by) if request.told.by else None
    return enter_session_act(world, get_member(members, request.member), request.told, by)
