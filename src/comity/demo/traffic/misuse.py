"""Misuse as it was reported, planted into honest work. How much and how fast is drawn widely, without a look at thresholds.

69 look-ups of a former partner and 24 and 15 of her parents, searches for a colleague in another authority, dummy reasons,
lent credentials: reference `harms.md`, H6, H8, H12, H13, H15, H25, H26.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from comity.demo.traffic.asked import DAY, DAYS, HOUR, Traffic, Worker
from comity.model.codes import Purpose, Status
from comity.model.finding import CircleLine, FindingKind
from comity.model.query import PersonSubject, Subject

DUMMIES = ("n/a", "123", "0", "test", "xxx", "ongoing", "investigation", "1111", "-")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who may do what in one region: members who ask by day, patrols, members of the task force, and the authority's officer.

    `circle` are the lines of the sealed list, by the member whose they are, empty for staff.
    """

    office: tuple[Worker, ...]
    street: tuple[Worker, ...]
    task_force: tuple[Worker, ...]
    homes: tuple[Worker, ...]
    authority: Worker
    circle: tuple[CircleLine, ...]


Plant = Callable[[Traffic, Cast, str], None]


def _day(traffic: Traffic, length: int = 1) -> int:
    return traffic.random.randrange(15, DAYS - length - 1)


def _made_up(traffic: Traffic) -> str:
    return f"26-{traffic.random.randint(1000, 99999):05}"


def fish(traffic: Traffic, cast: Cast, name: str) -> None:
    """A list worked off, in a day or a week, under one number or some in turn."""
    chance = traffic.random
    worker = chance.choice(cast.office)
    days = chance.randint(1, 5)
    first = _day(traffic, days)
    numbers = [_made_up(traffic) for _ in range(chance.choice((1, 1, 2, 3)))]
    for at in range(chance.randint(45, 160)):
        minute = (first + at % days) * DAY + chance.uniform(9, 17) * HOUR
        traffic.ask(worker, minute, chance.choice(numbers), traffic.person(), planted=name)


def stalk(traffic: Traffic, cast: Cast, name: str) -> None:
    """One person, again and again for weeks, under whatever number comes to hand."""
    chance = traffic.random
    worker = chance.choice((*cast.office, *cast.street))
    person = traffic.person()
    times = chance.choice((69, 24, 15, chance.randint(8, 40)))
    length = chance.randint(30, 70)
    first = _day(traffic, length)
    numbers = [_made_up(traffic) for _ in range(chance.randint(3, 10))]
    fresh = chance.random() < 0.4
    purpose = chance.choice((Purpose.CRIMINAL_INVESTIGATION, Purpose.STOP))
    plate = traffic.plate()
    for _ in range(times):
        minute = (first + chance.random() * length) * DAY
        number = _made_up(traffic) if fresh else chance.choice(numbers)
        subject: Subject = plate if chance.random() < 0.1 else person
        traffic.ask(worker, minute, number, subject, purpose=purpose, planted=name)


def look_at_own(traffic: Traffic, cast: Cast, name: str) -> None:
    """Oneself, somebody at home, a colleague: a few times."""
    chance = traffic.random
    line = chance.choice(cast.circle)
    everybody = (*cast.office, *cast.street)
    worker = next((one for one in everybody if one.id == line.member), chance.choice(cast.office))
    for _ in range(chance.randint(1, 4)):
        minute = _day(traffic) * DAY + chance.uniform(9, 17) * HOUR
        traffic.ask(worker, minute, _made_up(traffic), line.subject, planted=name)


def launder(traffic: Traffic, cast: Cast, name: str) -> None:
    """A favour for the immigration authority: asked for a crime, and passed on; or asked after it was refused."""
    chance = traffic.random
    worker = chance.choice(cast.office)
    kind = chance.choice(("own", "number", "passed", "refused"))
    for _ in range(1 if kind in ("own", "number") else chance.randint(4, 9)):
        person, case = traffic.person(), _made_up(traffic)
        minute = _day(traffic, 8) * DAY + chance.uniform(9, 16) * HOUR
        later = minute + chance.uniform(0.5, 30) * HOUR
        if kind == "refused":
            _immigration(traffic, cast, (minute, f"HDR-{case}", person, Status.REFUSED), name)
            traffic.ask(worker, later, case, person, planted=name)
            continue
        traffic.ask(worker, minute, case, person, planted=name)
        if kind == "own":
            more = {"beneficiary": cast.authority.agency, "planted": name}
            traffic.ask(worker, later, _made_up(traffic), person, **more)
        else:
            number = case if kind == "number" else f"HDR-{case}"
            _immigration(traffic, cast, (later, number, person, Status.NOTHING_RELEASABLE), name)


def _immigration(traffic: Traffic, cast: Cast, what: tuple[float, str, PersonSubject, Status], name: str) -> None:
    minute, number, person, status = what
    more = {"purpose": Purpose.CIVIL_IMMIGRATION, "status": status, "planted": name}
    traffic.ask(cast.authority, minute, number, person, **more)


def drift(traffic: Traffic, cast: Cast, name: str) -> None:
    """Refused at home, asked again through the task force."""
    chance = traffic.random
    through = chance.choice(cast.task_force)
    home = next(one for one in cast.homes if one.agency in through.acting_for)
    for _ in range(chance.randint(1, 3)):
        person, case = traffic.person(), _made_up(traffic)
        minute = _day(traffic, 10) * DAY + chance.uniform(9, 16) * HOUR
        traffic.ask(home, minute, case, person, status=Status.REFUSED, planted=name)
        later = minute + chance.uniform(0.1, 9) * DAY
        traffic.ask(through, later, f"TF-{case}", person, purpose=Purpose.TASK_FORCE, planted=name)


def write_nothing(traffic: Traffic, cast: Cast, name: str) -> None:
    """An agency's habit for some weeks: a filler in place of a number, or one number for everything."""
    chance = traffic.random
    agency = chance.choice(cast.office).agency
    length = chance.randint(20, 45)
    first = _day(traffic, length)
    share, fillers = chance.uniform(0.1, 0.6), tuple(chance.sample(DUMMIES, chance.randint(1, 3)))
    if chance.random() < 0.5:
        share, fillers = chance.uniform(0.5, 0.8), (_made_up(traffic),)
    begin = min(one.at_ms for one in traffic.asked) + first * DAY * 60_000
    end = begin + length * DAY * 60_000
    for at, one in enumerate(traffic.asked):
        if one.asker == agency and begin <= one.at_ms < end and not one.told and chance.random() < share:
            traffic.asked[at] = replace(one, case=chance.choice(fillers), planted=one.planted or name)


def record_nothing(traffic: Traffic, cast: Cast, name: str) -> None:
    """An agency that calls about every pointer and records no call."""
    agency = traffic.random.choice(sorted({one.asker for one in traffic.asked if one.pointed and not one.planted}))
    for at, one in enumerate(traffic.asked):
        if one.asker == agency and one.pointed:
            traffic.asked[at] = replace(one, planted=one.planted or name)
    traffic.asked[:] = [one for one in traffic.asked if not (one.told and one.asker == agency)]


def come_at_night(traffic: Traffic, cast: Cast, name: str) -> None:
    """A night or two at the terminal, by somebody who works by day."""
    chance = traffic.random
    worker = chance.choice(cast.office)
    for _ in range(chance.randint(1, 2)):
        begin = _day(traffic) * DAY + chance.uniform(23, 28) * HOUR
        number = _made_up(traffic)
        for at in range(chance.randint(7, 22)):
            case = number if chance.random() < 0.5 else _made_up(traffic)
            traffic.ask(worker, begin + at * chance.uniform(2, 8), case, traffic.person(), planted=name)


def lend(traffic: Traffic, cast: Cast, name: str) -> None:
    """Credentials in a script, at two places, or in several hands around the clock."""
    chance = traffic.random
    worker = chance.choice((*cast.office, *cast.street))
    begin = _day(traffic, 2) * DAY + chance.uniform(8, 16) * HOUR
    kind = chance.choice(("script", "places", "clock"))
    if kind == "script":
        for at in range(chance.randint(15, 60)):
            traffic.ask(
                worker, begin + at / chance.uniform(12, 60), _made_up(traffic), traffic.person(), planted=name
            )
    elif kind == "places":
        for at in range(chance.randint(6, 20)):
            node = ("", "lent-node")[at % 2]
            minute = begin + at * chance.uniform(0.5, 3)
            traffic.ask(worker, minute, _made_up(traffic), traffic.person(), node=node, planted=name)
    else:
        for _ in range(2 * chance.randint(36, 80)):
            minute = begin + chance.random() * 2 * DAY
            traffic.ask(worker, minute, _made_up(traffic), traffic.person(), purpose=Purpose.STOP, planted=name)


PLANTS: dict[FindingKind, Plant] = {
    FindingKind.FISHING: fish,
    FindingKind.REPEATED: stalk,
    FindingKind.OWN_CIRCLE: look_at_own,
    FindingKind.LAUNDERING: launder,
    FindingKind.DRIFT: drift,
    FindingKind.HOURS: come_at_night,
    FindingKind.SHARED: lend,
    FindingKind.POINTERS: record_nothing,
    FindingKind.REASONS: write_nothing,
}
"""Misuse of each kind; the last two change what is there, and so come last."""


def plant_all(traffic: Traffic, cast: Cast, times: Sequence[FindingKind]) -> None:
    """Plant misuse, each under a name of its own: the kind and a number."""
    order = list(PLANTS)
    for number, kind in enumerate(sorted(times, key=order.index)):
        PLANTS[kind](traffic, cast, f"{kind}/{number}")
