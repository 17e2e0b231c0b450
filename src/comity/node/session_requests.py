"""What pages may ask of the node about sessions: that what happens to them is entered."""

from __future__ import annotations

from pathlib import Path

from comity.exchange.log.session_acts import enter_session_act
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.session_act import SessionAct, SessionEntered, SessionTold
from comity.node.roster import note_use
from comity.ports import World
from comity.settings import get_member


class EnterSession(Noun, frozen=True, kw_only=True, tag="enter-session"):
    """Enter what happened to a member's session."""

    member: str
    told: SessionTold


SessionRequest = EnterSession
SessionResult = SessionEntered


def run_session(world: World, folder: Path, members: tuple[Member, ...], request: SessionRequest) -> SessionResult:
    """Carry out one request; a sign-in is a use of the member's access.

    Raises WrongUseError for a member this node does not have.
    """
    member = get_member(members, request.member)
    by = get_member(members, request.told.by) if request.told.by else None
    entered = enter_session_act(world, member, request.told, by)
    if request.told.act is SessionAct.SIGNED_IN:
        note_use(world, folder, member)
    return entered
