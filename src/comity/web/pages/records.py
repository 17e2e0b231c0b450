"""C9: one of our records by its own number, under a reason; and what a custodian does with it, each on a page of its own.

The reason stays for thirty minutes in the memory of this process; every reading under it is entered by the node. What a form
opened is shown once without being read again: the page it leads to is that reading.
"""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.law.vocabulary import load_vocabulary
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.correction import RecordAct, RecordActed, RecordRead
from comity.model.query import LONGEST_NOTE
from comity.node.desk_requests import ActOnRecord
from comity.node.record_requests import ReadRecord
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.drafts import Draft
from comity.web.reason import reason_fault

ACTS = ("review", "seal", "dispute", "hold", "lift")
TYPED = {"seal": "SEAL"}  # what cannot be undone here asks for its word
LONGEST_NUMBER = 120
READ = "read"  # beside the reason: the record as its form read it, until it is shown


def show(call: Call) -> Reply:
    """A form: the record's number and why it is opened."""
    return _ask(call, "", ())


def open_one(call: Call) -> Reply:
    """Open it under that reason. A number that is none of ours is told beside the field."""
    number = call.form.one("number")
    faults = reason_fault(call, "reason")
    if not number or len(number) > LONGEST_NUMBER:
        faults = (("number", call.words("records.fault.number")), *faults)
    if faults:
        return _ask(call, number, faults)
    request = ReadRecord(member=call.who().id, record=number, reason=call.form.one("reason"))
    try:
        read: RecordRead = call.site.door.ask(request, RecordRead)
    except WrongUseError:
        return _ask(call, number, (("number", call.words("records.fault.none")),))
    kept = {
        "record": read.record.id,
        "reason": call.form.one("reason"),
        READ: canonical_bytes(read).decode(),
    }
    call.site.drafts.begin(call.who().id, call.now_ms, kept)
    return Go(f"/desk/records/{read.record.id}")


def one(call: Call) -> Reply:
    """The record, who got it, what was done with it; the form again where no reason of this member stands."""
    opened = _opened(call)
    if opened is None:
        return _ask(call, call.path["record"], ())
    read = _just_read(call, opened) or _read(call, opened)
    if read is None:
        return NOT_FOUND
    done = call.query.one("done")
    values = {
        "read": read,
        "record": read.record,
        "people": tuple(
            (person, tuple(dict.fromkeys(field.name for field in person.fields))) for person in read.record.people
        ),
        "event": tuple(dict.fromkeys(field.name for field in read.record.fields)),
        "labels": load_vocabulary().class_fields(read.record.data_class.value).labels,
        "acts": tuple(act for act in ACTS if _makes_sense(read, act)),
        "names": call.site.agency_names(),
        "reason": opened.one("reason"),
        "done": done if done in (*ACTS, "corrected") else "",
    }
    return Page("record_one.html", values)


def ask_act(call: Call) -> Reply:
    """What the act does, before it is done."""
    return _act_page(call, ())


def act(call: Call) -> Reply:
    """Do it: one entry, and whoever was shown the record hears of what takes it back."""
    name, opened = call.path["act"], opened_draft(call)
    if name not in ACTS or opened is None:
        return NOT_FOUND if name not in ACTS else Go(f"/desk/records/{call.path['record']}")
    faults = reason_fault(call, "reason")
    if name in TYPED and call.form.one("word") != TYPED[name]:
        faults = (*faults, ("word", call.words("records.fault.word", word=TYPED[name])))
    if faults:
        return _act_page(call, faults)
    wanted = RecordAct(record_id=opened.one("record"), act=name, reason=call.form.one("reason"))
    call.site.door.ask(ActOnRecord(member=call.who().id, wanted=wanted), RecordActed)
    return Go(f"/desk/records/{opened.one('record')}?done={name}")


def opened_draft(call: Call) -> Draft | None:
    """Under which reason this member opened the record of the address within the last thirty minutes.

    Whoever does more than look reads the record as it is by then, and so does the page they come back to.
    """
    opened = _opened(call)
    if opened is None or not opened.one(READ):
        return opened
    return call.site.drafts.write(opened, {READ: ""}, call.now_ms)


def read_opened(call: Call, opened: Draft) -> RecordRead | None:
    """The record of the address, read once more under the same reason; None where it is not there any more."""
    return _read(call, opened)


def _act_page(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    name, opened = call.path["act"], opened_draft(call)
    if name not in ACTS:
        return NOT_FOUND
    if opened is None:
        return Go(f"/desk/records/{call.path['record']}")
    read = _read(call, opened)
    if read is None or not _makes_sense(read, name):
        return NOT_FOUND
    values = {
        "record": read.record,
        "act": name,
        "word": TYPED.get(name, ""),
        "recipients": len({one.asker for one in read.releases}),
        "typed": {"reason": call.form.one("reason"), "word": call.form.one("word")},
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("record_act.html", values, status=422 if faults else 200, faults=faults)


def _makes_sense(read: RecordRead, act: str) -> bool:
    """Whether the record does not stand so already."""
    state = read.record.state
    return {
        "review": not state.reviewed,
        "seal": not state.sealed,
        "dispute": not state.disputed,
        "hold": not state.legal_hold,
        "lift": bool(state.legal_hold),
    }[act]


def _ask(call: Call, number: str, faults: tuple[tuple[str, str], ...]) -> Reply:
    values = {
        "typed": {"number": number, "reason": call.form.one("reason")},
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("records.html", values, status=422 if faults else 200, faults=faults)


def _opened(call: Call) -> Draft | None:
    return call.site.drafts.find_by(call.who().id, "record", call.path["record"], call.now_ms)


def _just_read(call: Call, opened: Draft) -> RecordRead | None:
    """What the form read a moment ago, once; None where it was shown already."""
    raw = opened.one(READ)
    if raw:
        call.site.drafts.write(opened, {READ: ""}, call.now_ms)
    return from_canonical(raw.encode(), RecordRead) if raw else None


def _read(call: Call, opened: Draft) -> RecordRead | None:
    request = ReadRecord(member=call.who().id, record=opened.one("record"), reason=opened.one("reason"))
    try:
        read: RecordRead = call.site.door.ask(request, RecordRead)
    except WrongUseError:
        return None
    return read
