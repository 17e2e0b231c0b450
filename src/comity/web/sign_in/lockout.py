"""Five failed tries within fifteen minutes lock a member out until an administrator unlocks (CJIS Security Policy 6.0, AC-7).

Only tries of which it is known whose they were are counted: a passkey that is somebody's, and somebody who is signed in and
fails to sign in again. Whoever knows no passkey of a member cannot lock them out, and learns of nobody whether they exist.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.model.agency import Member
from comity.model.session_act import SessionAct, SessionTold
from comity.web.call import Call
from comity.web.sign_in.access import Access

MOST_FAILED = 5
WITHIN_MS = 15 * 60_000


def count_failure(call: Call, member: Member, means: str) -> str:
    """Count and enter a failed try of a known member; the sentence about it. The fifth ends every session of the member."""
    before = call.site.access.of(member.id)
    call.site.acts.happened(member, SessionTold(act=SessionAct.FAILED, means=means), call.now_ms)
    if before.locked_ms:
        return call.words("sign-in.locked-out")
    after = call.site.access.change(member.id, lambda one: _failed(one, call.now_ms))
    if after.locked_ms:
        call.site.sessions.end_all_of(member.id)
        call.site.acts.happened(member, SessionTold(act=SessionAct.LOCKED_OUT, means=means), call.now_ms)
        return call.words("sign-in.locked-out")
    left = MOST_FAILED - len(after.failed_ms)
    return call.words.many("sign-in.left", left, count=left)


def succeeded(access: Access) -> Access:
    """As it stands after a sign-in: what failed before counts no more."""
    return replace(access, failed_ms=())


def unlocked(access: Access) -> Access:
    """As it stands after an administrator ended the lockout."""
    return replace(access, failed_ms=(), locked_ms=0)


def _failed(access: Access, now_ms: int) -> Access:
    if access.locked_ms:
        return access
    lately = (*(one for one in access.failed_ms if 0 <= now_ms - one < WITHIN_MS), now_ms)
    return replace(access, failed_ms=lately, locked_ms=now_ms if len(lately) >= MOST_FAILED else 0)
