"""Honest work, with the cases that look like misuse: long cases, operations, call-outs, regulars, extra shifts, chance.

How often each happens is a guess from what police say of their days, made before any threshold was looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from comity.demo.traffic.asked import DAY, DAYS, HOUR, Traffic, Worker, work_days
from comity.model.codes import Purpose, Status
from comity.model.query import PersonSubject, Subject

NOTES = (
    "per case file",
    "named by witness",
    "found at scene",
    "developed lead",
    "associate of suspect",
    "tip line",
)
SLIP = 0.02  # of case numbers, mistyped
REFUSED = 0.03  # of investigators' questions: a paper was missing


@dataclass
class Case:
    """An investigation: its people, the lead among them, and the days it is worked on."""

    number: str
    people: list[PersonSubject]
    first: int
    last: int
    busy: float = 0.5

    @property
    def lead(self) -> PersonSubject:
        return self.people[0]


@dataclass
class Region:
    """What the members of one agency share: regulars of the beat, open cases, arrests of each day."""

    regulars: list[PersonSubject]
    cases: list[Case] = field(default_factory=list)
    arrests: list[tuple[int, PersonSubject]] = field(default_factory=list)


def slipped(traffic: Traffic, number: str) -> str:
    """A number as it is typed: now and then with two signs exchanged."""
    if traffic.random.random() >= SLIP:
        return number
    at = traffic.random.randrange(len(number) - 1)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


# ---------------------------------------------------------------- the street
def patrol(traffic: Traffic, worker: Worker, region: Region, start: int) -> None:
    """Four days on and three off; days, evenings and nights by the month; an extra shift now and then."""
    chance = traffic.random
    turn = chance.randrange(3)
    offset = chance.randrange(7)
    for day in range(DAYS):
        begin = (7, 15, 23)[(turn + day // 30) % 3] * HOUR
        on_duty = (day + offset) % 7 < 4
        if on_duty:
            stops = chance.randint(4, 12) * (3 if day in (19, 20, 57) else 1)  # a fair, and a march
            _shift(traffic, worker, region, day * DAY + begin, stops)
        elif chance.random() < 0.05:
            _shift(traffic, worker, region, day * DAY + (begin + 8 * HOUR) % DAY, chance.randint(4, 14))
    if (
        start
    ):  # a fifth of officers meet one regular far more often than their colleagues do: same corner, same hour
        known = chance.choice(region.regulars)
        for day in sorted(chance.sample(range(DAYS), chance.randint(4, 8))):
            number = traffic.number("CAD{:06}")
            traffic.ask(worker, day * DAY + 16 * HOUR, number, known, purpose=Purpose.STOP)


def _shift(traffic: Traffic, worker: Worker, region: Region, begin: int, stops: int) -> None:
    chance = traffic.random
    for _ in range(stops):
        minute = begin + chance.random() * 8 * HOUR
        number = slipped(traffic, traffic.number("CAD{:06}"))
        met: list[Subject] = [traffic.plate()] if chance.random() < 0.6 else []
        if chance.random() < 0.08:
            met.append(chance.choice(region.regulars))
        else:
            met += traffic.household(1 + int(chance.expovariate(1.2)))
        if chance.random() < 0.006:
            met += [traffic.person() for _ in range(chance.randint(5, 14))]  # a crash of several cars, a party
        purpose = Purpose.OFFICER_SAFETY if chance.random() < 0.05 else Purpose.STOP
        for at, subject in enumerate(met):
            traffic.ask(worker, minute + at * chance.uniform(0.15, 2), number, subject, purpose=purpose)
        if chance.random() < 0.06 and isinstance(met[-1], PersonSubject):
            region.arrests.append((int(minute // DAY), met[-1]))


def jail(traffic: Traffic, worker: Worker, arrests: Sequence[tuple[int, PersonSubject]], begin: int) -> None:
    """Bookings around the clock, each under its own number; a bus brings five within a minute."""
    chance = traffic.random
    offset = chance.randrange(7)
    for day in range(DAYS):
        if (day + offset) % 7 >= 5:
            continue
        people = [person for when, person in arrests if when == day and chance.random() < 0.4]
        people += [traffic.person() for _ in range(chance.randint(5, 20))]
        for person in people:
            minute = day * DAY + begin + chance.random() * 8 * HOUR
            traffic.ask(worker, minute, traffic.number("BK26-{:05}"), person, purpose=Purpose.CUSTODY)
        if chance.random() < 0.1:
            minute = day * DAY + begin + chance.random() * 7 * HOUR
            for at in range(chance.randint(3, 6)):
                number = traffic.number("BK26-{:05}")
                traffic.ask(worker, minute + at * 0.19, number, traffic.person(), purpose=Purpose.CUSTODY)


def dispatcher(traffic: Traffic, worker: Worker, begin: int) -> None:
    """Runs names and plates for whoever calls in: twelve hours, and once a month half as long again."""
    chance = traffic.random
    offset = chance.randrange(7)
    for day in range(DAYS):
        if (day + offset) % 7 >= 4:
            continue
        hours = 17 if chance.random() < 0.05 else 12
        for _ in range(chance.randint(20, 45) * hours // 12):
            minute = day * DAY + begin + chance.random() * hours * HOUR
            number = traffic.number("CAD{:06}") if chance.random() > 0.002 else "n/a"
            subject = traffic.plate() if chance.random() < 0.5 else traffic.person()
            traffic.ask(worker, minute, number, subject, purpose=Purpose.STOP)


# ---------------------------------------------------------------- the office
def open_cases(traffic: Traffic, region: Region, form: str, count: int) -> None:
    """The investigations of an agency's quarter: most small and short, a few long, some linked by their lead."""
    chance = traffic.random
    for _ in range(count):
        people = [traffic.person() for _ in range(1 + min(int(chance.expovariate(0.25)), 14))]
        if region.arrests and chance.random() < 0.4:
            people[0] = chance.choice(region.arrests)[1]
        if region.cases and chance.random() < 0.12:
            people[0] = chance.choice(region.cases).lead
        if chance.random() < 0.08:
            people += [traffic.person() for _ in range(chance.randint(20, 45))]  # a gang, a fraud
        first = chance.randrange(-20, DAYS - 5)
        region.cases.append(
            Case(traffic.number(form), people, first, first + int(chance.expovariate(1 / 25)) + 3, chance.random())
        )


def detective(traffic: Traffic, worker: Worker, cases: Sequence[Case]) -> None:
    """Some cases each day, mostly their lead and a few of their people; now and then an operation or a call at night."""
    chance = traffic.random
    for day in work_days():
        mine = [case for case in cases if case.first <= day <= case.last]
        if chance.random() < 0.06:
            continue  # a day off
        for case in chance.sample(mine, min(len(mine), chance.randint(1, 3))):
            for _ in range(1 + int(chance.expovariate(0.5))):
                person = case.lead if chance.random() < 0.4 + 0.3 * case.busy else chance.choice(case.people)
                _investigate(traffic, worker, day * DAY + chance.uniform(8, 18) * HOUR, case, person)
        if chance.random() < 0.012:
            _operation(traffic, worker, day)
        if chance.random() < 0.03:
            _call_out(traffic, worker, day)


def _investigate(traffic: Traffic, worker: Worker, minute: float, case: Case, person: PersonSubject) -> None:
    chance = traffic.random
    traffic.ask(
        worker,
        minute,
        slipped(traffic, case.number),
        person,
        note=chance.choice(NOTES) if chance.random() < 0.6 else "",
        status=Status.REFUSED if chance.random() < REFUSED else Status.NOTHING_RELEASABLE,
    )


def _operation(traffic: Traffic, worker: Worker, day: int) -> None:
    """A search, a raid, a sweep: everybody met on one day, under one number."""
    chance = traffic.random
    number = traffic.number("OP-26-{:04}")
    begin = day * DAY + chance.uniform(5, 12) * HOUR
    for at in range(chance.randint(9, 23)):
        traffic.ask(worker, begin + at * chance.uniform(2, 15), number, traffic.person())


def _call_out(traffic: Traffic, worker: Worker, day: int) -> None:
    """Called at night: a handful of people under a new number, mostly worked on from the next morning; sometimes the
    case gets its number only then, and sometimes another unit takes it over without a further question here."""
    chance = traffic.random
    people = [traffic.person() for _ in range(chance.randint(2, 7))]
    number = traffic.number("{:06}-26")
    begin = day * DAY + chance.uniform(22, 28) * HOUR
    for at in range(chance.randint(3, 9)):
        traffic.ask(worker, begin + at * chance.uniform(3, 20), number, chance.choice(people))
    kind = chance.random()
    if kind < 0.1:
        return
    later = number if kind < 0.85 else traffic.number("{:06}-26")
    for after in range(1, chance.randint(2, 9)):
        for _ in range(chance.randint(1, 4)):
            minute = (day + after) * DAY + chance.uniform(9, 17) * HOUR
            traffic.ask(worker, minute, later, chance.choice(people))


def searched_for(traffic: Traffic, worker: Worker, others: Sequence[Worker]) -> None:
    """A fugitive or a missing person: checked every few days in one case about nobody else, mostly by one member."""
    chance = traffic.random
    person, number = traffic.person(), traffic.number("MP26-{:04}")
    purpose = chance.choice((Purpose.MISSING_PERSON, Purpose.CRIMINAL_INVESTIGATION))
    for day in sorted(chance.sample(range(DAYS), chance.randint(12, 38))):
        who = worker if chance.random() < 0.85 else chance.choice(others)
        traffic.ask(who, day * DAY + chance.uniform(8, 17) * HOUR, number, person, purpose=purpose)


def warrants_desk(traffic: Traffic, worker: Worker) -> None:
    """Every warrant under its own number; once a month twenty are validated under one."""
    chance = traffic.random
    for day in work_days():
        for _ in range(chance.randint(8, 25)):
            minute = day * DAY + chance.uniform(8, 17) * HOUR
            traffic.ask(worker, minute, traffic.number("W{:06}"), traffic.person())
        if day % 30 == 10:
            number = traffic.number("VAL26-{:03}")
            for at in range(chance.randint(12, 24)):
                traffic.ask(worker, day * DAY + 13 * HOUR + at * 4, number, traffic.person())


def clerk(traffic: Traffic, worker: Worker) -> None:
    """Licences, each application under its own number."""
    chance = traffic.random
    for day in work_days():
        for _ in range(chance.randint(6, 16)):
            minute = day * DAY + chance.uniform(9, 16) * HOUR
            traffic.ask(worker, minute, traffic.number("LIC{:05}"), traffic.person(), purpose=Purpose.LICENSING)


# ---------------------------------------------------------------- the others
def task_force(traffic: Traffic, worker: Worker, cases: Sequence[Case], home: Region) -> None:
    """The task force's own cases; some of its people are those of the home agency's cases too."""
    chance = traffic.random
    for case in cases:
        if home.cases and chance.random() < 0.3:
            case.people.append(chance.choice(home.cases).lead)
    for day in work_days():
        mine = [case for case in cases if case.first <= day <= case.last]
        for case in mine[: chance.randint(0, 2)]:
            person = chance.choice(case.people)
            minute = day * DAY + chance.uniform(8, 18) * HOUR
            traffic.ask(worker, minute, slipped(traffic, case.number), person, purpose=Purpose.TASK_FORCE)


def removals(traffic: Traffic, worker: Worker, regions: Sequence[Region]) -> None:
    """The immigration authority's own list, and a part of the arrests, which it learns of by fingerprint within days."""
    chance = traffic.random
    for region in regions:
        for day, person in region.arrests:
            if chance.random() < 0.015:
                minute = (day + chance.choice((0, 1, 1, 2, 3, 6))) * DAY + chance.uniform(18, 34) * HOUR
                _remove(traffic, worker, minute, person)
    for day in work_days():
        for _ in range(chance.randint(2, 9)):
            _remove(traffic, worker, day * DAY + chance.uniform(7, 17) * HOUR, traffic.person())


def _remove(traffic: Traffic, worker: Worker, minute: float, person: PersonSubject) -> None:
    chance = traffic.random
    status = Status.REFUSED if chance.random() < 0.6 else Status.NOTHING_RELEASABLE
    number = traffic.number("HDR-26-{:05}")
    traffic.ask(worker, minute, number, person, purpose=Purpose.CIVIL_IMMIGRATION, status=status)


def point_and_follow(traffic: Traffic, shares: dict[str, tuple[float, float]]) -> None:
    """Some answers point at a record, and some of those calls are recorded; by agency, the share of either."""
    chance = traffic.random
    for at, one in enumerate(tuple(traffic.asked)):
        points, follows = shares.get(one.asker, (0.0, 0.0))
        if one.told or one.status is Status.REFUSED or chance.random() >= points:
            continue
        record = f"record-{at}"
        traffic.asked[at] = replace(one, pointed=record, status=Status.ANSWERED)
        if chance.random() < follows:
            later = one.at_ms + round(chance.uniform(0.1, 9) * DAY * 60_000)
            traffic.asked.append(replace(one, at_ms=later, member="told-by-call", told=record))
