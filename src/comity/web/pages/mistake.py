"""A mistake in a record that an answer shows is reported to its owner: what is wrong, in which fields, and no word more."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.answer import Item
from comity.model.mistake import MOST_FIELDS, Mistake, MistakeKind, MistakeWanted
from comity.model.outcome import RevisedOutcome
from comity.node.desk_requests import ShowAnswer
from comity.node.hit_requests import ReportMistake
from comity.web.call import NOT_FOUND, Call, Page, Reply

IN_FULL = "comity/DETAIL"  # the rule of a field that the law opens only to who asks for the record in full


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
    named = tuple(sorted(set(_nameable(found[0])) & set(call.form.every("field"))))
    if len(named) > MOST_FIELDS:
        return _page(call, (("field-0", call.words("mistake.too-many", most=MOST_FIELDS)),))
    wanted = MistakeWanted(
        kind=MistakeKind(kind),
        query_id=call.path["question"],
        item_id=call.path["item"],
        fields=named,
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
        "fields": _nameable(item),
        "kinds": tuple(one.value for one in MistakeKind),
        "done": done,
        "fault": dict(faults),
    }
    return Page("mistake.html", values, status=422 if faults else 200, faults=faults)


def _nameable(item: Item) -> tuple[str, ...]:
    """The fields a mistake may be in: those the answer shows, then those that its record in full may have shown."""
    in_full = (one.field for one in item.withheld if one.rule == IN_FULL and not one.held)
    return tuple(dict.fromkeys((*(one.field for one in item.fields), *in_full)))


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
