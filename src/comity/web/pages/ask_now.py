"""A question of a scene on one screen: danger to life, or the safety of an officer there. The same verb and the same checks.

Fixed are the right to ask (the agreement alone), who uses the answer (the own agency), whom it goes to (every owner that
agreements open), and the kinds of record: those that somebody at a scene needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from comity.model.asked import OpenOwner
from comity.model.codes import DataClass, Instrument, Purpose
from comity.model.query import QUERY_ID_PATTERN
from comity.node.desk_requests import ListOpenOwners
from comity.web.ask.put_together import request_of
from comity.web.ask.read_reason import CLASSES, LONGEST_CASE, offered_classes, register_address
from comity.web.ask.read_subject import FIELDS as SUBJECT_FIELDS
from comity.web.ask.read_subject import KINDS, subject_faults
from comity.web.call import Call, Go, Page, Reply

PURPOSES = (Purpose.OFFICER_SAFETY, Purpose.EMERGENCY_LIFE)
AT_A_SCENE = (
    frozenset(  # who is armed, wanted, protected or dangerous; and nothing of what else is kept about somebody
        {
            DataClass.WARRANT,
            DataClass.PROTECTION_ORDER,
            DataClass.FIREARM,
            DataClass.CASE,
            DataClass.BOOKING,
            DataClass.CUSTODY,
            DataClass.SUPERVISION,
        }
    )
)
FIELDS = ("purpose", "case", *SUBJECT_FIELDS)


def show(call: Call) -> Reply:
    """The screen, with nothing filled in."""
    return _page(call, {}, call.site.chance.question(call.now_ms), ())


def send(call: Call) -> Reply:
    """Ask at once; a second press of the button asks nothing twice."""
    member, number = call.who(), call.form.one("number")
    if not QUERY_ID_PATTERN.fullmatch(number):
        return Go("/ask/now")
    if call.site.running.find(number, member.id) is not None:
        return Go(f"/questions/{number}")
    typed = {name: call.form.one(name) for name in FIELDS}
    faults = _faults(call)
    if faults:
        return _page(call, typed, number, faults)
    owners = _owners(call)
    fixed = {
        "whose": "own",
        "instrument": Instrument.NOTHING.value,
        CLASSES: " ".join(_classes(owners)),
    }
    draft = call.site.drafts.begin(member.id, call.now_ms, {**typed, **fixed}, number)
    asked = tuple(one.agency for one in owners)
    call.site.running.begin(draft, request_of(draft, member), call.now_ms, owners=asked)
    return Go(f"/questions/{draft.id}")


def _faults(call: Call) -> tuple[tuple[str, str], ...]:
    faults = []
    if call.form.one("purpose") not in PURPOSES:
        faults.append(("purpose-0", call.words("ask.fault.purpose")))
    case = call.form.one("case")
    if not case or len(case) > LONGEST_CASE:
        faults.append(("case", call.words("ask.fault.case-long") if case else call.words("ask.fault.incident")))
    today = datetime.fromtimestamp(call.now_ms / 1000, UTC).date()
    return (*faults, *subject_faults(call.form, call.words, today))


def _owners(call: Call) -> tuple[OpenOwner, ...]:
    found: tuple[OpenOwner, ...] = call.site.door.ask(ListOpenOwners(member=call.who().id), tuple[OpenOwner, ...])
    return found


def _classes(owners: tuple[OpenOwner, ...]) -> tuple[DataClass, ...]:
    return tuple(one for one in offered_classes(owners) if one in AT_A_SCENE)


def _page(call: Call, typed: Mapping[str, str], number: str, faults: tuple[tuple[str, str], ...]) -> Page:
    owners = _owners(call)
    values = {
        "number": number,
        "purposes": PURPOSES,
        "kinds": KINDS,
        "classes": _classes(owners),
        "owners": len(owners),
        "register": register_address(call),
        "typed": typed,
        "fault": dict(faults),
    }
    return Page("ask_now.html", values, status=422 if faults else 200, faults=faults)
