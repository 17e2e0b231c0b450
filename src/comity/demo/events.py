"""What happened, to whom, and which agency wrote it down. Drawn over bodies, before anyone has a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    IL_POLICE,
    NY_DMV,
    REMOVAL_OPERATIONS,
    WA_POLICE,
)
from comity.demo.offences import Offence, draw_offence
from comity.demo.people import ADULT, Body, draw_share
from comity.model.codes import DataClass, Disposition, PersonRole

OWNER_OF_STATE = {"CA": CA_SHERIFF, "WA": WA_POLICE, "IL": IL_POLICE, "NY": NY_DMV}
STATE_OF_OWNER = {owner: state for state, owner in OWNER_OF_STATE.items() if state != "NY"}

SUBJECT_SHARE = 0.62  # of residents of CA, WA and IL in the region's files who were suspected of something
AGAIN_SHARE = 0.28  # of events that are followed by another one of the same person
MOST_EVENTS = 6
AWAY_SHARE = 0.10  # of events that happen in another state than the person's own
VISITOR_SHARE = 0.08  # of New York's residents who stand in another state's police file
FORMER_DRIVER_SHARE = 0.06  # of others who once held a New York licence
TWICE_SHARE = 0.02  # of licence holders whose file exists twice
CASE_SHARE = 0.04  # of everyone, with a federal case
IMMIGRATION_SHARE = 0.05  # of everyone, with an immigration event
PROTECTED_SHARE = 0.006  # of everyone, with a protected application
YEARS_BACK = 18

# Which records one event leaves at each owner, with the share of events that do.
_RECORDS_OF = {
    CA_SHERIFF: (
        (DataClass.BOOKING, 0.72), (DataClass.CUSTODY, 0.22), (DataClass.CRIMINAL_HISTORY, 0.5),
        (DataClass.CASE, 0.45), (DataClass.WARRANT, 0.07),
    ),
    WA_POLICE: ((DataClass.CASE, 0.8), (DataClass.BOOKING, 0.55), (DataClass.WARRANT, 0.09)),
    IL_POLICE: ((DataClass.CASE, 0.7), (DataClass.BOOKING, 0.55), (DataClass.CRIMINAL_HISTORY, 0.5)),
}  # fmt: skip
_THIRD_ROLES = (PersonRole.VICTIM, PersonRole.WITNESS, PersonRole.COMPLAINANT, PersonRole.EMERGENCY_CONTACT)
_THIRD_SHARES = (0.55, 0.28, 0.12, 0.05)

_OUTCOMES = (
    Disposition.CONVICTED, Disposition.DISMISSED, Disposition.ACQUITTED, Disposition.NOT_FILED,
    Disposition.DIVERTED, Disposition.PENDING, Disposition.UNKNOWN, Disposition.VOID,
)  # fmt: skip
_OLD_SHARES = (0.52, 0.21, 0.04, 0.08, 0.06, 0.01, 0.07, 0.01)
_NEW_SHARES = (0.15, 0.10, 0.00, 0.06, 0.02, 0.55, 0.11, 0.01)
NEW_DAYS = 300  # an event younger than this is mostly still pending


@dataclass(frozen=True, slots=True)
class Event:
    """One thing one owner wrote down about one person.

    `role` is that person's; `third` are others in the record, never searchable, as (role, body number).
    """

    owner: str
    person: int
    role: PersonRole
    day: date
    classes: tuple[DataClass, ...]
    outcome: Disposition
    offence: Offence | None = None
    third: tuple[tuple[PersonRole, int], ...] = ()


def plan_events(random: Random, bodies: tuple[Body, ...], today: date) -> tuple[Event, ...]:
    """Everything that happened, in the order of the bodies; every body stands in at least one event."""
    events: list[Event] = []
    bystanders: dict[str, list[int]] = {owner: [] for owner in STATE_OF_OWNER}
    for body in bodies:
        if body.state == "NY":
            events.extend(_licence_events(random, body, today))
            if random.random() < VISITOR_SHARE:
                events.extend(_police_events(random, body, _other_state(random, "NY"), today))
        elif random.random() < SUBJECT_SHARE:
            events.extend(_police_events(random, body, body.state, today))
        else:
            bystanders[OWNER_OF_STATE[body.state]].append(body.number)
        events.extend(_further_events(random, body, today))
    return _with_bystanders(random, events, bystanders)


def draw_outcome(random: Random, day: date, today: date) -> Disposition:
    shares = _NEW_SHARES if (today - day).days < NEW_DAYS else _OLD_SHARES
    return _OUTCOMES[draw_share(random, shares)]


def _police_events(random: Random, body: Body, state: str, today: date) -> list[Event]:
    if body.age_on(today) < ADULT:
        return [_juvenile_event(random, body, state, today)]
    events = []
    for _ in range(MOST_EVENTS):
        where = _other_state(random, state) if random.random() < AWAY_SHARE else state
        events.append(_police_event(random, body, where, today))
        if random.random() >= AGAIN_SHARE:
            break
    return events


def _police_event(random: Random, body: Body, state: str, today: date) -> Event:
    owner = OWNER_OF_STATE[state]
    offence = draw_offence(random, state)
    day = _draw_day(random, body, today)
    drawn = tuple(name for name, share in _RECORDS_OF[owner] if random.random() < share)
    return Event(
        owner=owner,
        person=body.number,
        role=PersonRole.ARRESTEE,
        day=day,
        classes=drawn or (_RECORDS_OF[owner][0][0],),
        outcome=draw_outcome(random, day, today),
        offence=offence,
    )


def _juvenile_event(random: Random, body: Body, state: str, today: date) -> Event:
    offence = draw_offence(random, state)
    day = max(
        today - timedelta(days=int(random.random() * 500)), body.born.replace(day=1, year=body.born.year + 14)
    )
    return Event(
        owner=OWNER_OF_STATE[state],
        person=body.number,
        role=PersonRole.SUBJECT,
        day=day,
        classes=(DataClass.JUVENILE,),
        outcome=draw_outcome(random, day, today),
        offence=offence,
    )


def _licence_events(random: Random, body: Body, today: date) -> list[Event]:
    since = body.born + timedelta(days=16 * 366)
    day = min(today, since + timedelta(days=int(random.random() * max(1, (today - since).days))))
    event = _plain(NY_DMV, body, day, DataClass.DMV)
    return [event, event] if random.random() < TWICE_SHARE else [event]


def _further_events(random: Random, body: Body, today: date) -> list[Event]:
    """A licence once held in New York, federal cases, immigration events and protected applications."""
    former, case, immigration, protected = (random.random() for _ in range(4))
    events: list[Event] = []
    if former < FORMER_DRIVER_SHARE and body.state != "NY":
        events.extend(_licence_events(random, body, today))
    if body.age_on(today) < ADULT:
        return events
    if case < CASE_SHARE:
        events.append(_federal_case(random, body, today))
    if immigration < IMMIGRATION_SHARE:
        owner = FEDERAL_INVESTIGATIONS if random.random() < 0.4 else REMOVAL_OPERATIONS
        events.append(_plain(owner, body, _draw_day(random, body, today), DataClass.IMMIGRATION_EVENT))
    if protected < PROTECTED_SHARE:
        day = _draw_day(random, body, today)
        events.append(_plain(FEDERAL_INVESTIGATIONS, body, day, DataClass.VICTIM_1367))
    return events


def _federal_case(random: Random, body: Body, today: date) -> Event:
    day = _draw_day(random, body, today)
    return Event(
        owner=FEDERAL_INVESTIGATIONS,
        person=body.number,
        role=PersonRole.SUSPECT,
        day=day,
        classes=(DataClass.CASE,),
        outcome=draw_outcome(random, day, today),
        offence=draw_offence(random, "US"),
    )


def _plain(owner: str, body: Body, day: date, data_class: DataClass) -> Event:
    """An event without a charge."""
    role = PersonRole.LICENSEE if data_class is DataClass.DMV else PersonRole.SUBJECT
    return Event(owner, body.number, role, day, (data_class,), Disposition.NOT_APPLICABLE)


def _draw_day(random: Random, body: Body, today: date) -> date:
    """A day in the last years, the nearer the likelier, after the person came of age."""
    day = today - timedelta(days=1 + int(YEARS_BACK * 365 * random.random() ** 1.7))
    of_age = body.born + timedelta(days=ADULT * 366)
    return day if day >= of_age else min(today, of_age + timedelta(days=int(random.random() * 30)))


def _other_state(random: Random, state: str) -> str:
    others = [name for name in STATE_OF_OWNER.values() if name != state]
    return others[int(random.random() * len(others))]


def _with_bystanders(random: Random, events: list[Event], bystanders: dict[str, list[int]]) -> tuple[Event, ...]:
    """Give every bystander a place in a case of their own state's agency, as a third party."""
    third: dict[int, list[tuple[PersonRole, int]]] = {}
    for owner, numbers in bystanders.items():
        cases = [at for at, event in enumerate(events) if event.owner == owner and DataClass.CASE in event.classes]
        for place, number in enumerate(numbers):
            role = _THIRD_ROLES[draw_share(random, _THIRD_SHARES)]
            third.setdefault(cases[place % len(cases)], []).append((role, number))
    return tuple(
        event if at not in third else replace(event, third=tuple(third[at])) for at, event in enumerate(events)
    )
