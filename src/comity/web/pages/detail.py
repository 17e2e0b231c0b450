"""I5: one record in full. Its owner decides again, and the log has it as a release of its own.

Its address opens nothing by itself, so that a link, another language or a bookmark is no release. It offers to open it.
"""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.codes import Status
from comity.model.outcome import FetchRequest, Outcome, RevisedOutcome, SourceResult
from comity.node.desk_requests import ShowAnswer
from comity.node.local import Fetch
from comity.web.answer.people import people_of
from comity.web.ask.put_together import WAIT_MS
from comity.web.call import NOT_FOUND, Call, Page, Reply


def show(call: Call) -> Reply:
    """What opening the record does, and the button for it; nothing of the record."""
    outcome = _own(call)
    if outcome is None:
        return NOT_FOUND
    for source in outcome.sources:
        for item in source.answer.items if source.answer is not None else ():
            if item.item_id == call.path["item"]:
                owner = call.site.agency_names().get(source.agency, source.agency)
                shown = {"question": call.path["question"], "item": item, "owner": owner}
                return Page("detail_closed.html", shown)
    return NOT_FOUND


def open_detail(call: Call) -> Reply:
    """Ask for the record in full; where evidence alone does not tell the person, with the member's own word that it does."""
    member, question = call.who(), call.path["question"]
    outcome = _own(call)
    if outcome is None:
        return NOT_FOUND
    wanted = FetchRequest(
        query_id=question,
        item_id=call.path["item"],
        asker=member.agency,
        member=member.id,
        identified_by=call.form.one("identified-by"),
        wait_ms=WAIT_MS,
    )
    result: SourceResult = call.site.door.ask(Fetch(request=wanted), SourceResult)
    names = {one.id: one.name for one in call.site.agencies()}
    alone = RevisedOutcome(outcome=_alone(outcome, result))
    people = people_of(alone, names) if result.status is Status.ANSWERED else ()
    values = {
        "question": question,
        "item": call.path["item"],
        "owner": names.get(result.agency, result.agency),
        "source": result,
        "people": people,
        "case": outcome.request.case_number,
        "fewer": _withheld_since(outcome, result, call.path["item"]),
    }
    return Page("detail.html", values)


def _own(call: Call) -> Outcome | None:
    """The outcome of the member's own question; None of anybody else's, and where there is none."""
    member = call.who()
    wanted = ShowAnswer(asker=member.agency, member=member.id, query_id=call.path["question"])
    try:
        shown: RevisedOutcome = call.site.door.ask(wanted, RevisedOutcome)
    except WrongUseError:
        return None
    return shown.outcome if shown.outcome.request.member == member.id else None


def _withheld_since(outcome: Outcome, result: SourceResult, item_id: str) -> int:
    """How many fields the answer gave and the owner's law of now keeps; none where its law is what it was then."""
    first = next((one.answer for one in outcome.sources if one.agency == result.agency), None)
    if first is None or result.answer is None or first.law == result.answer.law:
        return 0
    given = {field.field for item in first.items if item.item_id == item_id for field in item.fields}
    return len(given & {field.field for item in result.answer.items for field in item.withheld})


def _alone(outcome: Outcome, result: SourceResult) -> Outcome:
    """The record by itself, as an outcome with one source."""
    return Outcome(
        query_id=outcome.query_id,
        request=outcome.request,
        asked_ms=outcome.asked_ms,
        took_ms=outcome.took_ms,
        sources=(result,),
        persons=(),
    )
