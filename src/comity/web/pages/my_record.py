"""P3 and P4: anybody asks who looked at their record, that it be corrected, or that a decision be looked at again; and reads
what became of it by a reference that only they have. No sign-in, no script, and nothing here is kept by any cache.
"""

from __future__ import annotations

from datetime import date

from comity.errors import ClosedError, ComityError
from comity.exchange.owners import paper_day
from comity.model.petition import REFERENCE, Petition, PetitionKind
from comity.node.redress_requests import AskOnline, LookUpPetition
from comity.oversight.redress.outward import OutwardPetition, unknown_petition
from comity.web.call import Call, Go, Page, Reply
from comity.web.public.my_request import (
    CAPACITIES,
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_WORDS,
    SENTENCES,
    STATUSES,
    asked_of,
    petition_of,
    request_faults,
)
from comity.web.public.published import agencies_here
from comity.web.words import ENGLISH

FIELDS = (
    "agency",
    "capacity",
    "given",
    "family",
    "petitioner",
    "month",
    "day",
    "year",
    "contact",
    "message",
    "words",
)


def show(call: Call) -> Reply:
    """How to ask, at which desks, and the way to what was asked."""
    return Page("my_record.html", {"agencies": agencies_here(call), "typed": {}, "fault": {}})


def find(call: Call) -> Reply:
    """Go to what was asked, by its reference; one that is wrong leads to the same page as none."""
    reference = call.form.one("reference").upper()
    if not REFERENCE.fullmatch(reference):
        faults = (("reference", call.words("my-record.fault.reference")),)
        values = {"agencies": agencies_here(call), "typed": {"reference": reference}, "fault": dict(faults)}
        return Page("my_record.html", values, status=422, faults=faults)
    return Go(_to(call, reference))


def ask(call: Call) -> Reply:
    """The form."""
    return _form(call, ())


def send(call: Call) -> Reply:
    """Take the request in. Whoever asks gets a reference and nothing else."""
    asked = asked_of(call.form)
    faults = request_faults(call, asked, paper_day(call.now_ms))
    if faults:
        return _form(call, faults)
    try:
        wanted = petition_of(call.form, asked, call.words("my-record.who-looked"))
        request = AskOnline(agency=call.form.one("agency"), wanted=wanted)
        taken: Petition = call.site.door.ask(request, Petition)
    except ClosedError:
        raise
    except ComityError as error:
        return _form(call, (("main", str(error)),))
    return Go(_to(call, taken.id))


def one(call: Call) -> Reply:
    """What became of a request: the same bytes for a reference that is wrong and for one that nobody has."""
    reference = call.path["reference"]
    found = _find(call, reference)
    known = found.received != ""
    values = {
        "one": found,
        "known": known,
        "days": {
            "received": _day(found.received),
            "identity": _day(found.identity_checked),
            "due": _day(found.answer_due),
        },
        "status": STATUSES.get(found.status, ""),
        "sentences": [SENTENCES.get(one, "") for one in found.sentences],
        "said": found.sentences,
        "may_review": known and found.kind != PetitionKind.REVIEW and found.answer_due == "",
    }
    return Page("my_request.html", values)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _to(call: Call, reference: str) -> str:
    """The request's own page, in the language this one was read in."""
    language = call.words.language
    return f"/my-record/{reference}" + (f"?language={language}" if language != ENGLISH else "")


def _find(call: Call, reference: str) -> OutwardPetition:
    for here in agencies_here(call):
        request = LookUpPetition(agency=here.agency.id, reference=reference[:40])
        found: OutwardPetition = call.site.door.ask(request, OutwardPetition)
        if found.received:
            return found
    return unknown_petition("")


def _form(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    source = call.form if faults else call.query
    asked = asked_of(source)
    agencies = agencies_here(call)
    typed = {name: call.form.one(name) for name in FIELDS}
    if not typed["agency"] and len(agencies) == 1:
        typed["agency"] = agencies[0].agency.id
    values = {
        "kind": asked.kind.value,
        "about": asked.about,
        "agencies": [(one.agency.id, one.agency.name) for one in agencies],
        "capacities": CAPACITIES,
        "typed": typed,
        "fault": dict(faults),
        "longest": {"name": LONGEST_NAME, "contact": LONGEST_CONTACT, "words": LONGEST_WORDS},
    }
    return Page("my_record_ask.html", values, status=422 if faults else 200, faults=faults)
