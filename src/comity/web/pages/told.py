"""What an owner told by telephone is written down beside its answer: of a field that it asks to be asked for, and no other."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from comity.errors import NounError, WrongUseError
from comity.exchange.asking.told_note import WRITTEN_WITHIN_MS
from comity.model.answer import Item
from comity.model.canon import normal
from comity.model.outcome import RevisedOutcome
from comity.model.query import LONGEST_NOTE
from comity.model.told import LONGEST_PERSON, Channel
from comity.model.told_note import MOST_NOTES, TOLD_BY, ToldNote, ToldWanted
from comity.node.answer_requests import NoteTold, ShowToldFields
from comity.node.desk_requests import ShowAnswer
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply

Faults = tuple[tuple[str, str], ...]
FIELDS = ("field", "told", "by", "how", "day", "time")
MINUTE_MS = 60_000


def show(call: Call) -> Reply:
    """The form, with the time of now in it: most write while the call is fresh."""
    at = datetime.fromtimestamp(call.now_ms / 1000, UTC).astimezone(_zone(call))
    typed = {"day": at.date().isoformat(), "time": f"{at:%H:%M}", "field": call.query.one("field")}
    return _page(call, typed, ())


def write(call: Call) -> Reply:
    """Write it down; the node looks once more whether it may stand beside this answer."""
    found = _find(call)
    if found is None:
        return NOT_FOUND
    revised, item, _, fields = found
    typed = {name: normal(call.form.one(name)) for name in FIELDS}
    told_ms = _instant(typed, _zone(call))
    faults = _faults(call, typed, fields, (revised.outcome.asked_ms, told_ms))
    if faults or told_ms is None:
        return _page(call, typed, faults)
    try:
        wanted = ToldWanted(
            query_id=call.path["question"],
            item_id=item.item_id,
            field=typed["field"],
            told=typed["told"],
            told_by=typed["by"],
            how=Channel(typed["how"]),
            told_ms=told_ms,
        )
    except NounError:
        return _page(call, typed, (("told", call.words("told.fault.characters")),))
    try:
        call.site.door.ask(NoteTold(member=call.who().id, wanted=wanted), ToldNote)
    except WrongUseError:  # the record was recalled, or the answer has gone, since the page was drawn
        return _page(call, typed, (("main", call.words("told.fault.gone")),))
    return Go(f"/questions/{call.path['question']}?done=told")


def may_note(revised: RevisedOutcome, now_ms: int) -> bool:
    """Whether anything may still be written down beside an answer."""
    return now_ms - revised.outcome.asked_ms <= WRITTEN_WITHIN_MS and len(revised.notes) < MOST_NOTES


def _faults(call: Call, typed: dict[str, str], fields: tuple[str, ...], times: tuple[int, int | None]) -> Faults:
    asked_ms, told_ms = times
    words = call.words
    faults = []
    if typed["field"] not in fields:
        faults.append(("field-0", words("told.fault.field")))
    for name, most in (("told", LONGEST_NOTE), ("by", LONGEST_PERSON)):
        if not typed[name]:
            faults.append((name, words(f"told.fault.{name}")))
        elif len(typed[name]) > most:
            faults.append((name, words("desk.fault.long", count=most)))
    if typed["how"] not in TOLD_BY:
        faults.append(("how-0", words("told.fault.how")))
    if told_ms is None:
        faults.append(("day", words("told.fault.time")))
    elif told_ms > call.now_ms:
        faults.append(("day", words("told.fault.future")))
    elif told_ms < asked_ms // MINUTE_MS * MINUTE_MS:
        faults.append(("day", words("told.fault.before")))
    return tuple(faults)


def _instant(typed: dict[str, str], zone: ZoneInfo) -> int | None:
    """A day and a time of the agency's own zone, in UTC milliseconds; None for what is neither."""
    try:
        at = datetime.fromisoformat(f"{typed['day']}T{typed['time']}")
        return int(at.replace(tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _zone(call: Call) -> ZoneInfo:
    return ZoneInfo(next(one.zone for one in call.site.agencies() if one.id == call.who().agency))


def _page(call: Call, typed: dict[str, str], faults: Faults) -> Reply:
    found = _find(call)
    if found is None:
        return NOT_FOUND
    revised, item, owner, fields = found
    agency = next((one for one in call.site.agencies() if one.id == owner), None)
    values = {
        "question": call.path["question"],
        "item": item,
        "owner": agency.name if agency is not None else owner,
        "contact": agency.contact if agency is not None else "",
        "fields": fields,
        "ways": tuple(one.value for one in TOLD_BY),
        "case": revised.outcome.request.case_number,
        "longest": {"told": LONGEST_NOTE, "by": LONGEST_PERSON},
        "typed": typed,
        "fault": dict(faults),
    }
    return Page("told.html", values, status=422 if faults else 200, faults=faults)


def _find(call: Call) -> tuple[RevisedOutcome, Item, str, tuple[str, ...]] | None:
    """The member's own answer, the item in it, its owner, and the fields that may be written of; None where none may be."""
    member, question = call.who(), call.path["question"]
    wanted = ShowAnswer(asker=member.agency, member=member.id, query_id=question)
    asked = ShowToldFields(member=member.id, query_id=question, item_id=call.path["item"])
    try:
        revised: RevisedOutcome = call.site.door.ask(wanted, RevisedOutcome)
        fields: tuple[str, ...] = call.site.door.ask(asked, tuple[str, ...])
    except WrongUseError:
        return None
    if revised.outcome.request.member != member.id or not fields:
        return None
    for source in revised.outcome.sources:
        for item in source.answer.items if source.answer is not None else ():
            if item.item_id == call.path["item"]:
                return revised, item, source.agency, fields
    return None
