"""I3: a question put again to an agency that could not be reached. Its news and its answer have an address of their own."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.codes import Status
from comity.model.outcome import Outcome, RevisedOutcome
from comity.model.query import QUERY_ID_PATTERN
from comity.node.answer_requests import AskAgain
from comity.node.desk_requests import ShowAnswer
from comity.web.call import NOT_FOUND, Call, Go, Reply


def ask_again(call: Call) -> Reply:
    """Ask the one agency again, under the number that the page was given; a second press of the button asks nothing twice."""
    member, question, number = call.who(), call.path["question"], call.form.one("number")
    owner = call.form.one("agency")
    if not QUERY_ID_PATTERN.fullmatch(number) or number == question:
        return Go(f"/questions/{question}")
    if call.site.running.find(number, member.id) is not None:
        return Go(f"/questions/{number}")
    outcome = _own(call)
    if outcome is None:
        return NOT_FOUND
    if not any(one.agency == owner and one.status is Status.UNREACHABLE for one in outcome.sources):
        return Go(f"/questions/{question}")  # the node reached it meanwhile: what it said stands there
    draft = call.site.drafts.begin(member.id, call.now_ms, number=number)
    request = AskAgain(member=member.id, query_id=question, owner=owner, anew=number)
    call.site.running.begin(draft, request, call.now_ms, owners=(owner,), door=call.site.door)
    return Go(f"/questions/{number}")


def _own(call: Call) -> Outcome | None:
    """The outcome of the member's own question; none of anybody else's, and of none that is there."""
    member = call.who()
    wanted = ShowAnswer(asker=member.agency, member=member.id, query_id=call.path["question"])
    try:
        revised: RevisedOutcome = call.site.door.ask(wanted, RevisedOutcome)
    except WrongUseError:
        return None
    return revised.outcome if revised.outcome.request.member == member.id else None
