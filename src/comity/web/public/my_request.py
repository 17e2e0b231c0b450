"""What anybody types to ask about their record, as a petition; and one that was asked, in words of either language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from comity.model.petition import Capacity, Particulars, PetitionKind, PetitionWanted
from comity.model.query import PersonSubject
from comity.oversight.redress.open_petition import ONLINE
from comity.oversight.redress.outward import FURTHER, MAY_BE_KEPT, NOTHING, UNKNOWN, WHERE
from comity.oversight.redress.state import (
    ANSWERED,
    BEING_ANSWERED,
    CHECKING,
    CLOSED,
    CORRECTED,
    DISPUTE_OPEN,
    NOT_CHANGED,
    RECEIVED,
)
from comity.web.ask.read_subject import birth_date, birth_faults
from comity.web.call import Call, Form
from comity.web.words import LANGUAGES, Words, words_of

CAPACITIES = (Capacity.SELF, Capacity.PARENT, Capacity.GUARDIAN, Capacity.COUNSEL)
LONGEST_NAME, LONGEST_CONTACT, LONGEST_WORDS = 120, 200, 1_000
Faults = tuple[tuple[str, str], ...]
SENTENCES = MappingProxyType(  # what the desk's own rule says online, and the name of its words
    {
        NOTHING: "nothing",
        WHERE: "where",
        MAY_BE_KEPT: "may-be-kept",
        FURTHER: "further",
        UNKNOWN: "unknown",
    }
)
STATUSES = MappingProxyType(
    {
        RECEIVED: "received",
        CHECKING: "checking",
        BEING_ANSWERED: "being-answered",
        DISPUTE_OPEN: "dispute-open",
        ANSWERED: "answered",
        NOT_CHANGED: "not-changed",
        CORRECTED: "corrected",
        CLOSED: "closed",
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked by the page: which kind, and of a review the request it is about."""

    kind: PetitionKind
    about: str


def asked_of(form: Form) -> Asked:
    """As an address or a form says; who looked, where it says nothing that is asked here."""
    kind = next((one for one in ONLINE if one.value == form.one("kind")), PetitionKind.ACCOUNTING)
    return Asked(kind, form.one("about") if kind is PetitionKind.REVIEW else "")


def request_faults(call: Call, asked: Asked, today: date) -> Faults:
    """What is wrong with what was typed; nothing where it may be sent."""
    form, words = call.form, call.words
    faults: Faults = ()
    if form.one("agency") not in {one.id for one in call.site.agencies()}:
        faults += (("agency", words("my-record.fault.agency")),)
    if form.one("capacity") not in {one.value for one in CAPACITIES}:
        faults += (("capacity-0", words("my-record.fault.capacity")),)
    if not form.one("given") or not form.one("family"):
        faults += (("given" if not form.one("given") else "family", words("my-record.fault.name")),)
    faults += _birth_faults(form, words, today)
    for_another = {one.value for one in CAPACITIES} - {Capacity.SELF.value}
    if form.one("capacity") in for_another and not form.one("petitioner"):
        faults += (("petitioner", words("my-record.fault.petitioner")),)
    if not form.one("contact"):
        faults += (("contact", words("my-record.fault.contact")),)
    if asked.kind is not PetitionKind.ACCOUNTING and not form.one("words"):
        faults += (("words", words("my-record.fault.words")),)
    return faults


def petition_of(form: Form, asked: Asked, otherwise: str) -> PetitionWanted:
    """The petition that was typed; `otherwise` says what is asked where nothing was typed.

    Raises NounError for one that cannot be.
    """
    own = f"{form.one('given')} {form.one('family')}"
    capacity = Capacity(form.one("capacity"))
    return PetitionWanted(
        kind=asked.kind,
        capacity=capacity,
        about=asked.about,
        particulars=Particulars(
            petitioner=own if capacity is Capacity.SELF else form.one("petitioner"),
            contact=form.one("contact"),
            words=form.one("words") or otherwise,
            subject=PersonSubject(family=form.one("family"), given=form.one("given"), birth_date=birth_date(form)),
            message=form.one("message") == "yes",
        ),
    )


def nothing_written(words: str) -> bool:
    """Whether these are no words of whoever asked, but what the form put there, in the language it was sent in."""
    return any(words == words_of(language)("my-record.who-looked") for language in LANGUAGES)


def _birth_faults(form: Form, words: Words, today: date) -> Faults:
    """A birth date that is not whole; a whole one that is wrong is told as the question's form tells it."""
    if not all(form.one(name) for name in ("month", "day", "year")):
        return (("month", words("my-record.fault.born")),)
    return tuple(birth_faults(form, words, today))
