"""The receipt of one owner's answer, for the member who asked: what proves that it was written in the owner's log.

An outcome from which something was withdrawn has no receipts at all, of no owner (`revise.py`): one that was missing alone
would tell of whom something is gone. A receipt leaves without the key of its content, which opens what was released.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.owners import owner_here
from comity.model.agency import Member
from comity.model.asked import ShownReceipt
from comity.model.refused import tell_refused
from comity.ports import World


def receipt_of(world: World, member: Member, query_id: str, owner: str) -> ShownReceipt:
    """The receipt of an owner's answer to a member's own question; none where it is kept no more, or nothing was answered.

    Raises WrongUseError for a question the member did not ask and an owner that was not asked: the same words for both.
    """
    asker = owner_here(world, member.agency)
    outcome = get_outcome(world, asker.id, query_id).outcome
    source = next((one for one in outcome.sources if one.agency == owner), None)
    if source is None or outcome.request.member != member.id:
        raise WrongUseError(
            tell_refused("receipt.none", owner=owner[:80], member=member.id, question=query_id[:64])
        )
    receipt = None if source.receipt is None else replace(source.receipt, content_key="")
    return ShownReceipt(owner=owner, status=source.status, receipt=receipt)
