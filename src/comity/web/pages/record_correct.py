"""Correcting one field of a record: written, tried for what it changes and who has what stood there, then recorded."""

from __future__ import annotations

from collections.abc import Mapping

from comity.errors import RecordFileError, WrongUseError
from comity.model.correction import Corrected, Correction, GivenField
from comity.model.field_values import SENTENCES
from comity.model.query import LONGEST_NOTE
from comity.model.record import PersonInRecord, Record
from comity.node.record_requests import CorrectRecord
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.drafts import Draft
from comity.web.pages.records import opened_draft, read_opened
from comity.web.reason import reason_fault
from comity.web.said import said_back
from comity.web.words import Words


def ask(call: Call) -> Reply:
    """Which field, what it is to say, and why."""
    return _form(call, {}, ())


def write(call: Call) -> Reply:
    """Try it; what it changes is shown before it is recorded."""
    opened = opened_draft(call)
    if opened is None:
        return Go(f"/desk/records/{call.path['record']}")
    typed = {
        "place": call.form.one("place"),
        "values": call.form.whole("values")[:4_000],
        "reason": call.form.one("reason"),
    }
    faults = reason_fault(call, "reason")
    if "." not in typed["place"]:
        faults = (("place", call.words("records.fault.place")), *faults)
    if not faults:
        try:
            done = _correct(call, opened, typed, trial=True)
        except (WrongUseError, RecordFileError) as error:
            faults = (("values", _fault(call.words, str(error))),)
        else:
            if not done.changed:
                faults = (("values", call.words("records.fault.same")),)
    if faults:
        return _form(call, typed, faults)
    draft = call.site.drafts.begin(call.who().id, call.now_ms, {**typed, "correct": opened.one("record")})
    return Go(f"/desk/records/{opened.one('record')}/correct/{draft.id}")


def check(call: Call) -> Reply:
    """What it changes, and who has what stood there."""
    opened, draft = opened_draft(call), _draft(call)
    if opened is None or draft is None:
        return NOT_FOUND
    place, _, field = draft.one("place").partition(".")
    tried, names = _correct(call, opened, draft.typed, trial=True), call.site.agency_names()
    values = {
        "record": opened.one("record"),
        "draft": draft,
        "person": place,
        "field": field,
        "values": _lines(draft.one("values")),
        "tried": tried,
        "holders": tuple(dict.fromkeys(names.get(one.asker, one.asker) for one in tried.releases)),
    }
    return Page("record_correct_check.html", values)


def record(call: Call) -> Reply:
    """Record it: the record says so from now on, and whoever has what stood there hears of it."""
    opened, draft = opened_draft(call), _draft(call)
    if opened is None or draft is None:
        return NOT_FOUND
    _correct(call, opened, draft.typed, trial=False)
    call.site.drafts.drop(draft)
    return Go(f"/desk/records/{opened.one('record')}?done=corrected")


def _correct(call: Call, opened: Draft, typed: Mapping[str, str], *, trial: bool) -> Corrected:
    person, _, field = typed.get("place", "").partition(".")
    given = GivenField(person=person, name=field, values=_lines(typed.get("values", "")))
    correction = Correction(record_id=opened.one("record"), reason=typed.get("reason", ""), fields=(given,))
    request = CorrectRecord(member=call.who().id, correction=correction, trial=trial)
    done: Corrected = call.site.door.ask(request, Corrected)
    return done


def _fault(words: Words, text: str) -> str:
    """Why a value cannot stand there, in the reader's language; what else the node says of it, as it says it."""
    return said_back(words, SENTENCES, "value.", text) or text


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _form(call: Call, typed: dict[str, str], faults: tuple[tuple[str, str], ...]) -> Reply:
    opened = opened_draft(call)
    if opened is None:
        return Go(f"/desk/records/{call.path['record']}")
    read = read_opened(call, opened)
    if read is None:
        return NOT_FOUND
    values = {
        "record": read.record,
        "places": _places(call.words, read.record),
        "typed": typed,
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("record_correct.html", values, status=422 if faults else 200, faults=faults)


def _places(words: Words, record: Record) -> tuple[tuple[str, str], ...]:
    """Every field the record has a value for: its place, `KEY.FIELD`, and how it reads now, in the page's words."""
    found = [("", words("records.event"), record.fields)]
    found += [(one.key, _person(words, one), one.fields) for one in record.people]
    return tuple(
        (
            f"{key}.{name}",
            f"{person}: {_field(words, name)}: " + "; ".join(one.value for one in fields if one.name == name),
        )
        for key, person, fields in found
        for name in dict.fromkeys(field.name for field in fields)
    )


def _person(words: Words, person: PersonInRecord) -> str:
    return words("records.person", key=person.key, role=words(f"records.person-role.{person.role.value}"))


def _field(words: Words, name: str) -> str:
    return words(f"field.{name}") if words.has(f"field.{name}") else name.replace("-", " ")


def _draft(call: Call) -> Draft | None:
    draft = call.site.drafts.find(call.path["draft"], call.who().id, call.now_ms)
    return draft if draft is not None and draft.one("correct") == call.path["record"] else None
