"""A question that waits for a second person is taken back by the member who put it, before anybody is asked.

That it was put and taken back stays in the log, and those who would have decided it still see it: taking a question back is no
way to have asked nothing. What it asks is kept no longer than a refused one's. Nobody else takes it back: whoever answers
for the agency's questions refuses it.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.duty.duties import look_again, said_words
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.approval import Approval, ApprovalState
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.refused import tell_refused
from comity.ports import World

SENT = "an answer that came cannot be taken back; a request for action is, by `comity requests withdraw`"
TOO_LATE = {
    ApprovalState.APPROVED: f"the question was approved and sent; {SENT}",
    ApprovalState.REFUSED: "the question was refused by a second person, so nobody was asked; there is nothing to take back",
    ApprovalState.LAPSED: "the question lapsed, so nobody was asked; there is nothing to take back",
}


def withdraw_waiting(world: World, member: Member, query_id: str, reason: str) -> Approval:
    """Take back a question of the member's own that nobody decided yet; nobody is asked it then.

    1 the reason, and the member's agency   2 the question, their own   3 taken back before: nothing changes
    4 decided, sent or lapsed: that stands   5 one entry, in whose transaction it ends

    Whoever decides it at the same moment changes the same row: one of the two is entered, and the other reads how it stands.
    Raises WrongUseError for no such question of the member's, and for one that cannot be taken back any more.
    """
    said = said_words("reason", reason)  # 1
    owner = owner_here(world, member.agency)

    def act() -> Approval:
        now_ms = world.clock.now_ms()
        approval = world.journal.approvals.find(owner.id, query_id)  # 2
        if approval is None or approval.member != member.id:
            raise WrongUseError(tell_refused("waiting.none", question=query_id[:64], member=member.id))
        if approval.is_withdrawn:  # 3
            return approval
        if approval.emergency:  # 4
            raise WrongUseError(f"the question was sent at once, as danger to life; {SENT}")
        late = TOO_LATE.get(approval.state(now_ms))
        if late is not None:
            raise WrongUseError(late)
        withdrawn = replace(approval, by=member.id, decided_ms=now_ms, reason=said, changed=approval.changed + 1)
        append_entry(world, _unit(owner, withdrawn, now_ms))  # 5
        return withdrawn

    return look_again(act)


def _unit(owner: Agency, withdrawn: Approval, now_ms: int) -> Unit:
    """Entry and row are one transaction: after a crash between them there is neither, and the question still waits."""
    return Unit(
        facts=owner_facts(EntryKind.APPROVAL_WITHDRAWN, owner, now_ms),
        content=canonical_bytes({"query": withdrawn.id, "changed": withdrawn.changed}),
        record=canonical_bytes(withdrawn),
        approvals=(withdrawn,),
    )
