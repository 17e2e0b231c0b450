"""I3: a question put again to an agency that could not be reached. Its news and its answer have an address of their own."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.codes import Status
from comity.model.outcome import RevisedOutcome
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
    if not _is_unreached(call, owner):
        return NOT_FOUND
    draft = call.site.drafts.begin(member.id, call.now_ms, number=number)
    request = AskAgain(member=member.id, query_id=question, owner=owner, anew=number)
    call.site.running.begin(draft, request, call.now_ms, call.site.door)
    return Go(f"/questions/{number}")


def _is_unreached(call: Call, owner: str) -> bool:
    """Whether it is the member's own question and did not reach that owner; anything else is no page."""
    member = call.who()
    wanted = ShowAnswer(asker=member.agency, member=member.id, query_id=call.path["question"])
    try:
        revised: RevisedOutcome = call.site.door.ask(wanted, RevisedOutcome)
    except WrongUseError:
        return False
    outcome = revised.outcome
    return outcome.request.member == member.id and any(
        one.agency == owner and one.status is Status.UNREACHABLE for one in outcome.sources
    )
