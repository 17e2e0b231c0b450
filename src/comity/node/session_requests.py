"""What pages ask of the node about sessions: that one may begin or go on, that what happens to it is entered, that a statement
is signed in it. Pages say what they know; account, setting and law are the node's own, and the node decides.
"""

from __future__ import annotations

from pathlib import Path

from comity.exchange.log.session_acts import enter_session_act
from comity.exchange.owners import owner_day, owner_here
from comity.exchange.session.decide_session import begin_session, go_on
from comity.exchange.session.statements import sign_statement
from comity.law.atoms import FactMap
from comity.law.session_facts import account_facts, known_facts
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.codes import Certificate
from comity.model.session_act import SessionAct, SessionEntered, SessionKnown, SessionTold, WentOn
from comity.model.statement import Contact, SignedStatement
from comity.node.roster import find_line, note_use
from comity.ports import World
from comity.settings import get_member, read_settings


class EnterSession(Noun, frozen=True, kw_only=True, tag="enter-session"):
    """Enter what happened to a member's session; of a sign-in with what is known of it, on which the law decides."""

    member: str
    told: SessionTold
    known: SessionKnown = SessionKnown()


class GoOn(Noun, frozen=True, kw_only=True, tag="go-on"):
    """Ask whether a member's session may go on, with what is known of it now; a refusal is entered."""

    member: str
    means: str
    known: SessionKnown


class SignStatement(Noun, frozen=True, kw_only=True, tag="sign-statement"):
    """Sign a statement that a law asks of whoever looks in, in its own words, for the session it is sent in."""

    member: str
    statement: Certificate
    words: str
    contact: Contact


SessionRequest = EnterSession | GoOn | SignStatement
SessionResult = SessionEntered | WentOn | SignedStatement


def run_session(world: World, folder: Path, members: tuple[Member, ...], request: SessionRequest) -> SessionResult:
    """Carry out one request; a sign-in is a use of the member's access.

    Raises WrongUseError for a member this node does not have, LawUnavailableError where the law cannot be read.
    """
    member = get_member(members, request.member)
    match request:
        case GoOn():
            known = _known(world, folder, member, request.known)
            return WentOn(refused=go_on(world, member, request.means, request.known, known))
        case SignStatement():
            return sign_statement(world, member, request.statement, request.words, request.contact)
        case EnterSession(told=told) if told.act is SessionAct.SIGNED_IN:
            return _begin(world, folder, member, request)
        case EnterSession(told=told):
            by = get_member(members, told.by) if told.by else None
            return enter_session_act(world, member, told, by)


def _begin(world: World, folder: Path, member: Member, request: EnterSession) -> SessionEntered:
    known = _known(world, folder, member, request.known)
    entered = begin_session(world, member, request.told, request.known, known)
    if not entered.refused:
        note_use(world, folder, member)
    return entered


def _known(world: World, folder: Path, member: Member, pages: SessionKnown) -> FactMap:
    """All that is known of a session: what pages said, the account as it is kept, whether all people are invented."""
    today = owner_day(owner_here(world, member.agency), world.clock.now_ms())
    return {
        **known_facts(pages, frozenset(str(one.name) for one in member.statements)),
        **account_facts(find_line(folder, member.id), today),
        "setting is invented": read_settings(folder).invented,
    }
