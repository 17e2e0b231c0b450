"""Whether a session may begin or go on, under the law of the member's own agency, decided at the node.

1 now               read once
2 read_law          the agency's own texts, every signature checked; where they cannot be read nobody is signed in
3 session_facts     what is known of member, account, session and setting; what is not known is left out
4 decide_point      at `session`: as the member's own agency, and as each agency they act for
5 append_entry      a refusal with its rules and what they bring; of a session that begins, that it does
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import to_builtins
from msgspec.structs import replace

from comity.exchange.answering.law_in_force import read_law
from comity.exchange.duty.act_duties import Act, duties_of_text
from comity.exchange.duty.duty_state import DONE_BY_ENTRY
from comity.exchange.log.session_acts import enter_session_act
from comity.exchange.owners import owner_facts, owner_here
from comity.law.atoms import FactMap
from comity.law.compiled import Law
from comity.law.decide_point import PointDecision, decide_point
from comity.law.facts import Facts
from comity.law.session_facts import session_facts
from comity.law.session_wants import refusal_of
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, digest
from comity.model.disclosure import EntryKind, Unit
from comity.model.session_act import SessionEntered, SessionKnown, SessionRefusal, SessionTold
from comity.ports import World

POINT = "session"
WENT_ON = "went-on"  # the act of a session that is used again, in the entry of its refusal


@dataclass(frozen=True, slots=True)
class DecidedSession:
    """What was decided of a session, by which law and on which facts."""

    agency: Agency
    law: Law
    law_hash: str
    facts: Facts
    decision: PointDecision
    now_ms: int

    @property
    def refused(self) -> tuple[SessionRefusal, ...]:
        """The rules that refuse, each with what would have to be otherwise."""
        return tuple(refusal_of(self.law, self.facts, reason) for reason in self.decision.forbidden)


def decide_session(world: World, member: Member, known: FactMap) -> DecidedSession:
    """Steps 1 to 4. Raises WrongUseError for a member whose agency is not held here, LawUnavailableError, ClosedError."""
    now_ms = world.clock.now_ms()  # 1
    agency, directory = owner_here(world, member.agency), world.directory()
    own, law = read_law(world, directory, agency.id)  # 2
    facts = session_facts(member, directory, known, now_ms)  # 3
    return DecidedSession(agency, law, own.hash, facts, decide_point(law, POINT, facts), now_ms)  # 4


def begin_session(
    world: World, member: Member, told: SessionTold, pages: SessionKnown, known: FactMap
) -> SessionEntered:
    """All five steps for a sign-in. With refusals no session begins. Raises as `decide_session`."""
    decided = decide_session(world, member, known)
    if not decided.refused:
        return enter_session_act(world, member, told, pages=pages)  # 5
    entry = _enter_refusal(
        world, decided, member, {"act": told.act, "means": told.means, "more": told.more}, pages
    )
    return SessionEntered(entry=entry, refused=decided.refused)


def go_on(
    world: World, member: Member, means: str, pages: SessionKnown, known: FactMap
) -> tuple[SessionRefusal, ...]:
    """All five steps for a session that is used again; the refusals, none where it goes on, which is no entry."""
    decided = decide_session(world, member, known)
    if decided.refused:
        _enter_refusal(world, decided, member, {"act": WENT_ON, "means": means, "more": 0}, pages)
    return decided.refused


def _enter_refusal(
    world: World, decided: DecidedSession, member: Member, told: Mapping[str, object], pages: SessionKnown
) -> int:
    """Enter a refusal. Its codes say agency, minute and law; whose session it was stands in the record alone."""
    now_ms = decided.now_ms
    owed = tuple(one for one in decided.decision.duties if one.kind not in DONE_BY_ENTRY)
    rules = sorted(one.reason.rule for one in decided.refused)
    unit = Unit(
        facts=replace(owner_facts(EntryKind.SESSION_REFUSED, decided.agency, now_ms), law=decided.law_hash),
        content=canonical_bytes({"act": told["act"], "rules": rules}),
        record=canonical_bytes(
            {**told, "at_ms": now_ms, "known": to_builtins(pages), "member": member.id, "rules": rules}
        ),
        duties=duties_of_text(Act(decided.agency, POINT, "", now_ms, now_ms), digest((member.id, POINT)), owed),
    )
    return parse_proof(append_entry(world, unit).proof).index
