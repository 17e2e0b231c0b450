"""A mistake in a record that an answer shows is reported to its owner: what is wrong, in which fields, and no word more."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.answer import Item
from comity.model.mistake import Mistake, MistakeKind, MistakeWanted
from comity.model.outcome import RevisedOutcome
from comity.node.desk_requests import ShowAnswer
from comity.node.hit_requests import ReportMistake
from comity.web.call import NOT_FOUND, Call, Page, Reply


def show(call: Call) -> Reply:
    """What may be wrong with the record."""
    return _page(call)


def report(call: Call) -> Reply:
    """Report it. Reported again it is the same report."""
    found = _find(call)
    if found is None:
        return NOT_FOUND
    kind = call.form.one("kind")
    if kind not in set(MistakeKind):
        return _page(call, (("kind-0", call.words("mistake.choose")),))
    shown = {field.field for field in found[0].fields}
    wanted = MistakeWanted(
        kind=MistakeKind(kind),
        query_id=call.path["question"],
        item_id=call.path["item"],
        fields=tuple(sorted(shown & set(call.form.every("field")))),
    )
    try:
        done: Mistake = call.site.door.ask(ReportMistake(member=call.who().id, wanted=wanted), Mistake)
    except WrongUseError:  # the item went since the page was drawn
        return NOT_FOUND
    return _page(call, done=done)


def _page(call: Call, faults: tuple[tuple[str, str], ...] = (), done: Mistake | None = None) -> Reply:
    found = _find(call)
    if found is None:
        return NOT_FOUND
    item, owner = found
    values = {
        "question": call.path["question"],
        "item": item,
        "owner": call.site.agency_names().get(owner, owner),
        "fields": tuple(dict.fromkeys(field.field for field in item.fields)),
        "kinds": tuple(one.value for one in MistakeKind),
        "done": done,
        "fault": dict(faults),
    }
    return Page("mistake.html", values, status=422 if faults else 200, faults=faults)


def _find(call: Call) -> tuple[Item, str] | None:
    """The item of the member's own question, and its owner; None where it is not shown, or is somebody else's."""
    member = call.who()
    try:
        shown: RevisedOutcome = call.site.door.ask(
            ShowAnswer(asker=member.agency, member=member.id, query_id=call.path["question"]), RevisedOutcome
        )
    except WrongUseError:
        return None
    if shown.outcome.request.member != member.id:
        return None
    for source in shown.outcome.sources:
        for item in source.answer.items if source.answer is not None else ():
            if item.item_id == call.path["item"]:
                return item, source.agency
    return None
