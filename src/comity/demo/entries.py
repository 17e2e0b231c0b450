"""What stands in a record: the fields of each class, for the person it is about and for the event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, IL_POLICE, WA_POLICE
from comity.demo.events import Event
from comity.demo.manner import Manner
from comity.demo.names import NICKNAMES
from comity.demo.people import Person
from comity.demo.places import town_of
from comity.demo.slips import Written
from comity.model.codes import DataClass, Disposition
from comity.model.record import FieldValue

Pairs = tuple[tuple[str, str], ...]

# What a published roster shows. Everything else of a booking or custody record is known not to be public.
ROSTER_FIELDS = frozenset({"name", "birth-date", "sex", "booking-number", "booking-date", "charge", "outcome"})
JAIL_CLASSES = frozenset({DataClass.BOOKING, DataClass.CUSTODY})
CUSTODY_DAYS = 240  # a custody record younger than this is of someone who may still be held

_PLACE_OF = {
    CA_SHERIFF: ("Alder County", town_of("CA")),
    WA_POLICE: ("Cascade City", town_of("WA")),
    IL_POLICE: ("Sandstone Falls", town_of("IL")),
    FEDERAL_INVESTIGATIONS: ("Federal", "Harbor district"),
}
_STORIES = (
    "Called at {hour}:10 to a {incident}. The suspect was named by a caller and found two streets away."
    " Statements of those present are attached.",
    "Report of a {incident} taken at the counter. Camera footage was secured; the suspect was identified"
    " from it and interviewed on the next day.",
    "Patrol saw a {incident} in progress at {hour}:40. The suspect left on foot and was stopped after a"
    " short search.",
    "Follow-up on an earlier {incident}. A search produced property listed in the annex; the suspect gave"
    " no statement.",
)
_IMMIGRATION_TYPES = (
    "admission",
    "status check",
    "notice to appear",
    "bond hearing",
    "departure",
    "removal order",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One record about to be written: the event, its person as written, its class and its number at the owner."""

    event: Event
    person: Person
    data_class: DataClass
    number: int
    manner: Manner
    written: Written
    relatives: tuple[str, ...]
    today: date

    @property
    def reference(self) -> str:
        return f"{_PREFIX[self.data_class]}-{self.event.day.year}-{self.number:06d}"

    @property
    def charge(self) -> str:
        return self.event.offence.text if self.event.offence else "none"

    @property
    def held(self) -> bool:
        """Whether the person is in custody today."""
        return (self.today - self.event.day).days < CUSTODY_DAYS and self.manner.luck < 0.6

    @property
    def release_day(self) -> date:
        wait = 5 + int(self.manner.luck * 90)
        return (self.today if self.held else self.event.day) + timedelta(days=wait)


def person_values(draft: Draft) -> tuple[FieldValue, ...]:
    """The fields of the person the record is about."""
    own, _ = _WRITERS[draft.data_class](draft)
    return tuple(
        _value(draft, name, value) for name, value in (*_identity(draft), *own) if name not in draft.manner.blank
    )


def event_values(draft: Draft) -> tuple[FieldValue, ...]:
    """The fields of the event itself."""
    _, event = _WRITERS[draft.data_class](draft)
    return tuple(_value(draft, name, value) for name, value in event if name not in draft.manner.blank)


def _value(draft: Draft, name: str, value: str) -> FieldValue:
    public: bool | None = None
    if draft.data_class in JAIL_CLASSES:
        public = draft.manner.on_roster and name in ROSTER_FIELDS
    return FieldValue(name=name, value=value, public=public)


# Which identity fields each class carries, besides name, birth date and sex.
_CARRIES: dict[DataClass, tuple[str, ...]] = {
    DataClass.CASE: ("driver-licence", "home-address", "phone", "employment"),
    DataClass.BOOKING: (
        "ssn", "driver-licence", "state-id", "home-address", "phone", "description", "employment", "relatives",
        "alias",
    ),
    DataClass.CUSTODY: ("state-id", "home-address", "description", "relatives", "alias"),
    DataClass.CRIMINAL_HISTORY: ("ssn", "state-id", "fbi-number", "home-address", "description", "alias"),
    DataClass.WARRANT: ("driver-licence", "fbi-number", "home-address", "description", "alias"),
    DataClass.DMV: ("driver-licence", "ssn", "home-address", "email", "description", "former-name"),
    DataClass.IMMIGRATION_EVENT: (
        "a-number", "passport", "birthplace", "status", "home-address", "former-name", "alias", "fbi-number",
    ),
    DataClass.VICTIM_1367: ("a-number", "birthplace", "home-address", "phone"),
    DataClass.JUVENILE: ("home-address", "relatives"),
}  # fmt: skip


def _identity(draft: Draft) -> Pairs:
    body, name, written = draft.person.body, draft.person.name, draft.written
    numbers = body.numbers
    nickname = NICKNAMES.get(name.given, "")
    known = {
        "alias": f"{name.family}, {nickname}" if nickname and nickname != written.name.given else "",
        "former-name": f"{name.former}, {name.given}" if name.former else "",
        "ssn": numbers.ssn,
        "driver-licence": f"NY{numbers.licence[2:]}" if draft.data_class is DataClass.DMV else numbers.licence,
        "passport": numbers.passport,
        "state-id": numbers.state_id,
        "fbi-number": numbers.fbi,
        "a-number": numbers.a_number,
        "home-address": body.old_address if draft.manner.old_address else body.address,
        "phone": numbers.phone,
        "email": numbers.email,
        "description": body.description,
        "employment": body.employment,
        "relatives": draft.relatives[0] if draft.relatives else "",
        "birthplace": body.birthplace,
        "status": _status(draft),
    }
    carried = _CARRIES[draft.data_class]
    return (
        ("name", written.full_name),
        ("birth-date", written.birth_date),
        ("sex", body.sex.value),
        *((field, value) for field, value in known.items() if value and field in carried),
    )


def _status(draft: Draft) -> str:
    if draft.person.body.citizen:
        return "citizen or permanent resident"
    return ("visa holder", "application pending", "no status on file")[int(draft.manner.luck * 3)]


def _case(draft: Draft) -> tuple[Pairs, Pairs]:
    agency, town = _PLACE_OF[draft.event.owner]
    offence, luck = draft.event.offence, draft.manner.luck
    incident = offence.incident if offence else "disturbance"
    story = _STORIES[int(luck * len(_STORIES))].format(incident=incident, hour=int(luck * 997) % 12 + 8)
    own = (("charge", draft.charge), ("outcome", draft.event.outcome.value))
    event = [
        ("incident-number", draft.reference),
        ("incident-date", draft.event.day.isoformat()),
        ("incident-type", incident),
        ("agency", agency),
        ("incident-place", town),
        ("story", story),
        ("vehicle", f"sedan, plate {draft.person.body.numbers.plate}"),
    ]
    if offence and offence.weapon:
        event.append(("weapon", offence.weapon))
    return own, tuple(event)


def _booking(draft: Draft) -> tuple[Pairs, Pairs]:
    bail = "none set" if draft.manner.luck < 0.4 else f"{int(draft.manner.luck * 60) * 500} dollars"
    own = (
        ("charge", draft.charge),
        ("outcome", draft.event.outcome.value),
        ("bail", bail),
        ("mugshot", f"image {draft.reference}"),
    )
    return own, (("booking-number", draft.reference), ("booking-date", draft.event.day.isoformat()))


def _custody(draft: Draft) -> tuple[Pairs, Pairs]:
    agency, _ = _PLACE_OF[draft.event.owner]
    unit = f"housing unit {'ABCDEF'[int(draft.manner.luck * 6)]}{1 + int(draft.manner.luck * 40) % 9}"
    own = (
        ("charge", draft.charge),
        ("outcome", draft.event.outcome.value),
        ("custody-status", "in custody" if draft.held else "released"),
        ("release-date", draft.release_day.isoformat()),
        ("present-location", unit if draft.held else "not in custody"),
    )
    return own, (("booking-number", draft.reference), ("facility", f"{agency} Jail"))


def _criminal_history(draft: Draft) -> tuple[Pairs, Pairs]:
    agency, _ = _PLACE_OF[draft.event.owner]
    own = [("charge", draft.charge), ("outcome", draft.event.outcome.value)]
    if draft.event.outcome is Disposition.CONVICTED:
        months = 2 + int(draft.manner.luck * 46)
        own += [("sentence", f"{months} months"), ("supervision", f"probation, {12 + months} months")]
    if draft.event.offence and draft.event.offence.weapon:
        own.append(("weapon", draft.event.offence.weapon))
    event = (
        ("arrest-date", draft.event.day.isoformat()),
        ("arresting-agency", agency),
        ("arrest-number", draft.reference),
        ("court", f"{agency} Trial Court"),
    )
    return tuple(own), event


def _warrant(draft: Draft) -> tuple[Pairs, Pairs]:
    agency, _ = _PLACE_OF[draft.event.owner]
    own = [("charge", draft.charge), ("outcome", "outstanding")]
    if draft.event.offence and draft.event.offence.weapon:
        own.append(("caution", "may be armed"))
    event = (
        ("warrant-number", draft.reference),
        ("warrant-date", draft.event.day.isoformat()),
        ("court", f"{agency} Trial Court"),
        ("extradition", "nationwide" if draft.manner.luck < 0.4 else "in state only"),
        ("vehicle", f"sedan, plate {draft.person.body.numbers.plate}"),
    )
    return tuple(own), event


def _dmv(draft: Draft) -> tuple[Pairs, Pairs]:
    luck, first = draft.manner.luck, draft.event.day
    own = [
        ("licence-class", ("D", "D", "D", "DJ", "M", "A", "C")[int(luck * 7)]),
        ("licence-status", "valid" if luck < 0.8 else "suspended" if luck < 0.9 else "expired"),
        ("licence-dates", f"{first.isoformat()} to {first.year + 8}-{first:%m}"),
        ("image", f"image {draft.reference}"),
    ]
    if luck < 0.3:
        own.append(("medical-code", "corrective lenses"))
    plate = draft.person.body.numbers.plate
    return tuple(own), (("plate", plate), ("vehicle", f"sedan, plate {plate}"))


def _immigration_event(draft: Draft) -> tuple[Pairs, Pairs]:
    kind = "status check" if draft.person.body.citizen else _IMMIGRATION_TYPES[int(draft.manner.luck * 6)]
    confirmed = "confirmed citizen or permanent resident" if draft.person.body.citizen else "recorded"
    own = (
        ("outcome", confirmed),
        ("custody-status", "not in custody"),
        ("charge", "none" if kind in {"admission", "status check", "departure"} else "INA 237(a)(1)(B) overstay"),
    )
    event = (
        ("event-type", kind),
        ("event-date", draft.event.day.isoformat()),
        ("story", f"Event entered as {kind} by the office on duty."),
    )
    return own, event


def _protected(draft: Draft) -> tuple[Pairs, Pairs]:
    kind = ("petition for U status", "petition for T status", "self-petition under VAWA")[
        int(draft.manner.luck * 3)
    ]
    return (("application", f"{kind}, filed {draft.event.day.isoformat()}"),), ()


def _juvenile(draft: Draft) -> tuple[Pairs, Pairs]:
    agency, _ = _PLACE_OF[draft.event.owner]
    own = (("charge", draft.charge), ("outcome", draft.event.outcome.value))
    return own, (("court", f"{agency} Youth Court"),)


_WRITERS: dict[DataClass, Callable[[Draft], tuple[Pairs, Pairs]]] = {
    DataClass.CASE: _case,
    DataClass.BOOKING: _booking,
    DataClass.CUSTODY: _custody,
    DataClass.CRIMINAL_HISTORY: _criminal_history,
    DataClass.WARRANT: _warrant,
    DataClass.DMV: _dmv,
    DataClass.IMMIGRATION_EVENT: _immigration_event,
    DataClass.VICTIM_1367: _protected,
    DataClass.JUVENILE: _juvenile,
}
_PREFIX = {
    DataClass.CASE: "CR",
    DataClass.BOOKING: "BK",
    DataClass.CUSTODY: "CU",
    DataClass.CRIMINAL_HISTORY: "AH",
    DataClass.WARRANT: "WR",
    DataClass.DMV: "DR",
    DataClass.IMMIGRATION_EVENT: "IE",
    DataClass.VICTIM_1367: "PA",
    DataClass.JUVENILE: "JV",
}
