"""Sign-ins and what follows them, in the node's log.

The entry's codes say that somebody of an agency signed in, left, failed or met a closed page, and in which minute; who it was
stands in the wrapped record alone, and goes with its month like everything that is about a member.
"""

from __future__ import annotations

from msgspec import to_builtins

from comity.errors import WrongUseError
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Member
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.refused import tell_refused
from comity.model.session_act import SessionAct, SessionEntered, SessionKnown, SessionTold
from comity.ports import World

AGENCY_ADMINISTRATOR = "agency-administrator"
NODE_ADMINISTRATOR = "node-administrator"
KINDS = {
    SessionAct.SIGNED_IN: EntryKind.SIGNED_IN,
    SessionAct.SIGNED_OUT: EntryKind.SESSION_ENDED,
    SessionAct.LOCKED: EntryKind.SESSION_ENDED,
    SessionAct.FAILED: EntryKind.SIGN_IN_FAILED,
    SessionAct.REFUSED: EntryKind.PAGE_REFUSED,
    SessionAct.PASSKEY_ADDED: EntryKind.PASSKEY_ADDED,
    SessionAct.PASSKEY_REMOVED: EntryKind.PASSKEY_REMOVED,
    SessionAct.LOCKED_OUT: EntryKind.MEMBER_LOCKED_OUT,
    SessionAct.UNLOCKED: EntryKind.MEMBER_UNLOCKED,
}


def enter_session_act(
    world: World,
    member: Member,
    told: SessionTold,
    by: Member | None = None,
    *,
    pages: SessionKnown | None = None,
) -> SessionEntered:
    """Enter one act of a member's session, done `by` an administrator where it was not the member's own; `pages` is what was
    known of a sign-in when the law was asked.

    Raises WrongUseError for a member of an agency that is not held here and for whoever is no administrator of the member,
    ClosedError where the log takes nothing: then nobody may be signed in.
    """
    agency = owner_here(world, member.agency)
    if by is not None:
        check_administers(by, member)
    now_ms = world.clock.now_ms()
    unit = Unit(
        facts=owner_facts(KINDS[told.act], agency, now_ms),
        content=canonical_bytes({"act": told.act}),
        record=canonical_bytes(
            {
                "at_ms": now_ms,
                "means": told.means,
                "member": member.id,
                "more": told.more,
                "page": told.page,
                "by": told.by,
                **({"known": to_builtins(pages)} if pages is not None else {}),
            }
        ),
    )
    return SessionEntered(entry=parse_proof(append_entry(world, unit).proof).index)


def check_administers(by: Member, member: Member) -> None:
    """Raises WrongUseError for whoever does not administer this member: an administrator of the member's own agency does,
    and one of the node, of all its members; nobody of themselves (CJIS Security Policy 6.0, AC-5).
    """
    if by.id == member.id:
        raise WrongUseError(tell_refused("session.own"))
    if NODE_ADMINISTRATOR in by.roles or (AGENCY_ADMINISTRATOR in by.roles and by.agency == member.agency):
        return
    raise WrongUseError(tell_refused("session.not-yours", by=by.id, member=member.id, agency=member.agency))
