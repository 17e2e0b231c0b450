"""Sign-ins and what follows them, in the node's log.

The entry's codes say that somebody of an agency signed in, left, failed or met a closed page, and in which minute; who it was
stands in the wrapped record alone, and goes with its month like everything that is about a member.
"""

from __future__ import annotations

from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Member
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.session_act import SessionAct, SessionEntered, SessionTold
from comity.ports import World

KINDS = {
    SessionAct.SIGNED_IN: EntryKind.SIGNED_IN,
    SessionAct.SIGNED_OUT: EntryKind.SESSION_ENDED,
    SessionAct.LOCKED: EntryKind.SESSION_ENDED,
    SessionAct.FAILED: EntryKind.SIGN_IN_FAILED,
    SessionAct.REFUSED: EntryKind.PAGE_REFUSED,
}


def enter_session_act(world: World, member: Member, told: SessionTold) -> SessionEntered:
    """Enter one act of a member's session. Raises WrongUseError for a member of an agency that is not held here, ClosedError
    where the log takes nothing: then nobody may be signed in.
    """
    agency = owner_here(world, member.agency)
    now_ms = world.clock.now_ms()
    unit = Unit(
        facts=owner_facts(KINDS[told.act], agency, now_ms),
        content=canonical_bytes({"act": told.act}),
        record=canonical_bytes(
            {"at_ms": now_ms, "means": told.means, "member": member.id, "more": told.more, "page": told.page}
        ),
    )
    return SessionEntered(entry=parse_proof(append_entry(world, unit).proof).index)
