"""A draft whose pages are all written, put together as what is asked."""

from __future__ import annotations

from comity.model.agency import Member
from comity.model.codes import DataClass, Instrument, Issuer, Purpose
from comity.model.outcome import AskRequest
from comity.model.query import IdentifierSubject, LegalBasis, PersonSubject, Subject
from comity.web.ask.read_paper import PAPER, last_day
from comity.web.ask.read_reason import CLASSES, DPPA_USE
from comity.web.ask.read_subject import subject_of
from comity.web.call import Form
from comity.web.drafts import Draft

WAIT_MS = 10_000  # whoever waits at a screen; what comes later is kept and marked late
STATED = "not-passed-on"  # of a draft: the agency its words name, to which its asker says nothing goes
NOT_PASSED_ON = "The asker states that the answer is not passed on to {named}."
SHOWN_OF_NUMBER = 3  # digits of an identifying number on a page that is only to be checked


def first_unwritten(draft: Draft) -> str:
    """The first page of a draft that was not written yet; empty when all were."""
    for page, field in (("reason", "purpose"), ("for-whom", "whose")):
        if not draft.one(field):
            return page
    return "" if draft.one("family") or draft.one("id-number") else "subject"


def request_of(draft: Draft, member: Member, go_on: str = "") -> AskRequest:
    """What is asked. Raises NounError for a draft that its pages would have refused."""
    own = draft.one("whose") == "own"
    return AskRequest(
        asker=member.agency,
        member=member.id,
        beneficiary=member.agency if own else draft.one("beneficiary"),
        purpose=Purpose(draft.one("purpose")),
        basis=LegalBasis(
            instrument=Instrument(draft.one("instrument")),
            issuer=Issuer(draft.one("issuer") or Issuer.NOBODY),
            activity=draft.one("activity"),
            document=draft.one(PAPER) or None,
            expires=last_day(Form({name: (value,) for name, value in draft.typed.items()})),
        ),
        case_number=draft.one("case"),
        data_classes=tuple(DataClass(one) for one in draft.one(CLASSES).split()),
        subject=subject_of(Form({name: (value,) for name, value in draft.typed.items()})),
        wait_ms=WAIT_MS,
        dppa_use=draft.one(DPPA_USE),
        note=_note(draft, own=own),
        go_on=go_on,
    )


def _note(draft: Draft, *, own: bool) -> str:
    """What owners read beside the question: who there uses the answer, the asker's words, and that it goes to nobody named."""
    stated = NOT_PASSED_ON.format(named=draft.one(STATED)) if draft.one(STATED) else ""
    return " ".join(one for one in ("" if own else draft.one("there"), draft.one("note"), stated) if one)


def subject_words(subject: Subject) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """A subject to be checked by who typed it: the name, the birth date, and each kind of number with its last digits."""
    if isinstance(subject, PersonSubject):
        names = (subject.given, subject.middle, subject.family, subject.suffix)
        numbers = tuple((str(one.kind), _end(one.value)) for one in subject.identifiers)
        return " ".join(one for one in names if one), subject.birth_date, numbers
    if isinstance(subject, IdentifierSubject):
        return "", "", ((str(subject.identifier.kind), _end(subject.identifier.value)),)
    return "", "", ()


def _end(value: str) -> str:
    return ".." + value[-SHOWN_OF_NUMBER:]
