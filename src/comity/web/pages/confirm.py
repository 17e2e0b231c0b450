"""A lead is put to its owner for confirmation, from the answer that shows it. Until then it is no more than a lead."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.confirmation import Confirmation, Urgency
from comity.model.outcome import RevisedOutcome
from comity.node.desk_requests import ShowAnswer
from comity.node.hit_requests import ConfirmHit
from comity.web.call import NOT_FOUND, Call, Go, Reply


def ask_owner(call: Call) -> Reply:
    """Ask the item's owner. Asked again while its time runs, it is the same request."""
    member, question = call.who(), call.path["question"]
    urgency = call.form.one("urgency")
    if urgency not in set(Urgency):
        return Go(f"/questions/{question}")
    try:
        shown: RevisedOutcome = call.site.door.ask(
            ShowAnswer(asker=member.agency, member=member.id, query_id=question), RevisedOutcome
        )
        if shown.outcome.request.member != member.id:
            return NOT_FOUND
        wanted = ConfirmHit(
            member=member.id, query_id=question, item_id=call.path["item"], urgency=Urgency(urgency)
        )
        call.site.door.ask(wanted, Confirmation)
    except WrongUseError:  # no such question or item, or one of which nothing is confirmed
        return NOT_FOUND
    return Go(f"/questions/{question}")
