"""I5: one record in full. Its owner decides again, and the log has it as a release of its own.

Its address opens nothing by itself, so that a link, another language or a bookmark is no release. It offers to open it.
"""

from __future__ import annotations

from dataclasses import replace as changed

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.model.answer import Item
from comity.model.codes import Status
from comity.model.outcome import FetchRequest, Outcome, RevisedOutcome, SourceResult
from comity.node.answer_requests import ShowToldFields
from comity.node.desk_requests import ShowAnswer
from comity.node.local import Fetch
from comity.web.answer.people import ASK_OWNER, Record, asks_reason, beside_first, people_of
from comity.web.ask.put_together import WAIT_MS
from comity.web.call import NOT_FOUND, Call, Page, Reply
from comity.web.reason import reason_fault

Faults = tuple[tuple[str, str], ...]


def show(call: Call) -> Reply:
    """What opening the record does, and the button for it; nothing of the record."""
    revised = _own(call)
    return _closed(call, revised, ()) if revised is not None else NOT_FOUND


def _closed(call: Call, revised: RevisedOutcome, faults: Faults) -> Reply:
    found = _shown(revised, call.path["item"])
    if found is None:
        return NOT_FOUND
    agency, item = found
    shown = {
        "question": call.path["question"],
        "item": item,
        "owner": call.site.agency_names().get(agency, agency),
        "faults": faults,
        "typed": call.form.one("identified-by"),
    }
    return Page("detail_closed.html", shown)


def _shown(revised: RevisedOutcome, item_id: str) -> tuple[str, Item] | None:
    """An item as it stands in the answer, and its owner's id."""
    for source in revised.outcome.sources:
        for item in source.answer.items if source.answer is not None else ():
            if item.item_id == item_id:
                return source.agency, item
    return None


def _reason_faults(call: Call, revised: RevisedOutcome) -> Faults:
    """What is wrong with the member's word that this is the person, where it is asked for."""
    found = _shown(revised, call.path["item"])
    asked = found is not None and asks_reason(found[1])
    return reason_fault(call, "identified-by") if asked else ()


def open_detail(call: Call) -> Reply:
    """Ask for the record in full; where evidence alone does not tell the person, with the member's own word that it does."""
    member, question = call.who(), call.path["question"]
    revised = _own(call)
    if revised is None:
        return NOT_FOUND
    faults = _reason_faults(call, revised)
    if faults:
        return _closed(call, revised, faults)
    outcome = revised.outcome
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
    records = tuple(_beside(one, revised, call.path["item"]) for person in people for one in person.records)
    values = {
        "question": question,
        "item": call.path["item"],
        "owner": names.get(result.agency, result.agency),
        "source": result,
        "records": records,
        "contacts": {one.id: one.contact for one in call.site.agencies()},
        "may_note": _may_note(call, records),
        "case": outcome.request.case_number,
        "said_why": bool(wanted.identified_by),
        "fewer": _withheld_since(outcome, result, call.path["item"]),
    }
    return Page("detail.html", values)


def _beside(record: Record, revised: RevisedOutcome, item_id: str) -> Record:
    """The record in full under the id of the item that was opened, with what members wrote down of it as it is now, and
    what differs from the answer."""
    changed_ms = max((one.at_ms for one in revised.markers if one.item_id == item_id), default=0)
    notes = tuple(one for one in revised.notes if one.item_id == item_id and one.written_ms > changed_ms)
    shown = _shown(revised, item_id)
    fields = record.fields if shown is None else beside_first(record.fields, shown[1], record.item)
    return changed(record, item=replace(record.item, item_id=item_id), fields=fields, notes=notes)


def _may_note(call: Call, records: tuple[Record, ...]) -> bool:
    """Whether anything may be written down of the record that was opened: its owner is to be asked for some of it."""
    if not any(row.state == ASK_OWNER for one in records for row in one.fields):
        return False
    wanted = ShowToldFields(member=call.who().id, query_id=call.path["question"], item_id=call.path["item"])
    try:
        fields: tuple[str, ...] = call.site.door.ask(wanted, tuple[str, ...])
    except WrongUseError:  # withdrawn while it was opened
        return False
    return bool(fields)


def _own(call: Call) -> RevisedOutcome | None:
    """The outcome of the member's own question; None of anybody else's, and where there is none."""
    member = call.who()
    wanted = ShowAnswer(asker=member.agency, member=member.id, query_id=call.path["question"])
    try:
        shown: RevisedOutcome = call.site.door.ask(wanted, RevisedOutcome)
    except WrongUseError:
        return None
    return shown if shown.outcome.request.member == member.id else None


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
