"""Page one of a question: what it is for, the case, and what gives the right to ask."""

from __future__ import annotations

from collections.abc import Iterable

from comity.model.asked import OpenOwner
from comity.model.codes import DataClass, Instrument, Issuer, Purpose
from comity.model.query import DPPA_USES, lacks_dppa_use
from comity.web.call import Call, Form
from comity.web.words import Words

PURPOSES = (  # in the order of the page; subject access, audit and statistics have pages of their own
    Purpose.CRIMINAL_INVESTIGATION,
    Purpose.CRIMINAL_PROSECUTION,
    Purpose.CUSTODY,
    Purpose.MISSING_PERSON,
    Purpose.OFFICER_SAFETY,
    Purpose.STOP,
    Purpose.LICENSING,
    Purpose.CIVIL_IMMIGRATION,
    Purpose.IMMIGRATION_ENTRY_CRIME,
    Purpose.FEDERAL_CRIME,
    Purpose.TASK_FORCE,
    Purpose.CUSTOMS,
    Purpose.REPRODUCTIVE_ENFORCEMENT,
    Purpose.EMERGENCY_LIFE,
)
INSTRUMENTS = (
    Instrument.NOTHING,
    Instrument.COURT_ORDER,
    Instrument.JUDICIAL_WARRANT,
    Instrument.ADMINISTRATIVE_WARRANT,
    Instrument.COURT_SUBPOENA,
    Instrument.ADMINISTRATIVE_SUBPOENA,
    Instrument.DETAINER,
    Instrument.AGENCY_HEAD_REQUEST,
    Instrument.CONSENT,
    Instrument.STATUTE,
)
UNSIGNED = frozenset({Instrument.NOTHING, Instrument.STATUTE, Instrument.CONSENT, Instrument.AGENCY_HEAD_REQUEST})
ISSUERS = tuple(one for one in Issuer if one is not Issuer.NOBODY)
FIELDS = ("purpose", "case", "instrument", "issuer", "activity")
DPPA_USE = "dppa-use"  # asked for where motor-vehicle records are, and kept with no other question
CLASSES = "classes"  # a field that may be ticked several times; kept joined by blanks
LONGEST_CASE = 64


def offered_classes(owners: Iterable[OpenOwner]) -> tuple[DataClass, ...]:
    """The kinds of record that agreements give the agency, whatever it asks for; all where an owner's names none."""
    named: set[DataClass] = set()
    for owner in owners:
        named |= set(owner.classes or DataClass)
    return tuple(one for one in DataClass if one in named)


def covers_any(owner: OpenOwner, classes: Iterable[DataClass]) -> bool:
    """Whether agreements of an owner give the agency any of these kinds, whatever for."""
    return not owner.classes or not set(owner.classes).isdisjoint(classes)


def register_address(call: Call) -> str:
    """Where the register of the agreements of the member's agency says what each of them is for."""
    agency = next(one for one in call.site.agencies() if one.id == call.who().agency)
    return f"/public/agreements?agency={agency.oris[-1].ori}"


def ticked_classes(form: Form) -> tuple[DataClass, ...]:
    """The kinds of record that are asked for, in their own order; none of those there are not."""
    ticked = set(form.every(CLASSES))
    return tuple(one for one in DataClass if one in ticked)


def dppa_use(form: Form) -> str:
    """The motor-vehicle use that is named (18 USC 2721(b)); empty where no such record is asked for, or none is named."""
    use = form.one(DPPA_USE)
    return use if DataClass.DMV in ticked_classes(form) and use in DPPA_USES else ""


def reason_faults(form: Form, words: Words) -> tuple[tuple[str, str], ...]:
    """What is wrong with page one; nothing where it may be gone on from."""
    faults = []
    purpose = form.one("purpose")
    if purpose not in PURPOSES:
        faults.append(("purpose-0", words("ask.fault.purpose")))
    case = form.one("case")
    if not case:
        urgent = purpose in (Purpose.EMERGENCY_LIFE, Purpose.STOP, Purpose.OFFICER_SAFETY)
        faults.append(("case", words("ask.fault.incident") if urgent else words("ask.fault.case")))
    elif len(case) > LONGEST_CASE:
        faults.append(("case", words("ask.fault.case-long")))
    instrument = form.one("instrument")
    if instrument not in INSTRUMENTS:
        faults.append(("instrument-0", words("ask.fault.instrument")))
    elif instrument == Instrument.STATUTE and not form.one("activity"):
        faults.append(("activity", words("ask.fault.statute")))
    elif instrument not in UNSIGNED and form.one("issuer") not in ISSUERS:
        faults.append(("issuer", words("ask.fault.issuer")))
    if not ticked_classes(form):
        faults.append(("classes-0", words("ask.fault.classes")))
    elif lacks_dppa_use(ticked_classes(form), form.one(DPPA_USE)):
        faults.append((DPPA_USE, words("ask.fault.dppa-use")))
    return tuple(faults)
