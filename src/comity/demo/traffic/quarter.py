"""A whole quarter at one owner, by seed: who works there and elsewhere, what they asked, and the misuse among it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    IL_POLICE,
    NY_DMV,
    REMOVAL_OPERATIONS,
    WA_POLICE,
    directory_agencies,
)
from comity.demo.traffic.asked import Asked, Traffic, Worker
from comity.demo.traffic.honest import (
    Case,
    Region,
    clerk,
    detective,
    dispatcher,
    jail,
    open_cases,
    patrol,
    point_and_follow,
    removals,
    searched_for,
    task_force,
    warrants_desk,
)
from comity.demo.traffic.misuse import Cast, plant_all
from comity.model.agency import Agency, DatedOri
from comity.model.codes import AgencyKind, GovernmentLevel, Purpose
from comity.model.finding import Circle, CircleLine, FindingKind, Relation

OWNER = CA_SHERIFF
TASK_FORCE = "coast-task-force"
OFFICERS, DETECTIVES, STAFF = 8, 6, 25
CASE_FORMS = {
    CA_SHERIFF: "26-{:05}",
    WA_POLICE: "WA26{:05}",
    IL_POLICE: "IL-26-{:05}",
    FEDERAL_INVESTIGATIONS: "FI{:06}",
}
# of answers that point at a record, and of those calls that are recorded
POINTING = {
    WA_POLICE: (0.05, 0.4),
    IL_POLICE: (0.06, 0.35),
    FEDERAL_INVESTIGATIONS: (0.04, 0.25),
    NY_DMV: (0.01, 0.3),
}


@dataclass(frozen=True, slots=True)
class Quarter:
    """The questions in the order of their time, the owner's sealed list, and every agency that asks."""

    asked: tuple[Asked, ...]
    circle: Circle
    agencies: tuple[Agency, ...]


def make_quarter(seed: int, planted: Sequence[FindingKind] = ()) -> Quarter:
    """Ninety days of questions to the sheriff's office, with misuse of these kinds planted into it; the same for a seed."""
    agencies = traffic_agencies()
    zones = {agency.id: agency.zone for agency in agencies}
    traffic = Traffic(Random(f"traffic/{seed}"))
    regions = {name: Region([traffic.person() for _ in range(15)]) for name in CASE_FORMS}
    street = _street(traffic, zones, regions)
    office = _office(traffic, zones, regions)
    homes = tuple(one for one in office if one.agency in (CA_SHERIFF, WA_POLICE))
    forces = _task_force(traffic, zones, regions)
    officer = Worker(REMOVAL_OPERATIONS, "officer", zones[REMOVAL_OPERATIONS])
    removals(traffic, officer, tuple(regions.values()))
    circle = _circle(traffic, (*office, *street))
    point_and_follow(traffic, POINTING)
    cast = Cast(office, street, forces, homes, officer, circle.lines)
    plant_all(traffic, cast, planted)
    return Quarter(tuple(sorted(traffic.asked, key=lambda one: one.at_ms)), circle, agencies)


def traffic_agencies() -> tuple[Agency, ...]:
    """The demonstration's agencies, and a task force of two of them that asks by itself."""
    force = Agency(
        id=TASK_FORCE,
        name="Coast Task Force",
        oris=(DatedOri(ori="CA0990099", first=date(2020, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="CA",
        kind=AgencyKind.INVESTIGATIVE,
        zone="America/Los_Angeles",
        node="ca-node",
    )
    return (*directory_agencies(), force)


def _street(traffic: Traffic, zones: dict[str, str], regions: dict[str, Region]) -> tuple[Worker, ...]:
    workers = []
    for agency in (CA_SHERIFF, WA_POLICE):
        for number in range(OFFICERS):
            worker = Worker(agency, f"officer-{number}", zones[agency])
            patrol(traffic, worker, regions[agency], int(number % 5 == 0))
            workers.append(worker)
    for number, begin in enumerate((7, 15, 23)):
        worker = Worker(CA_SHERIFF, f"jailer-{number}", zones[CA_SHERIFF])
        jail(traffic, worker, regions[CA_SHERIFF].arrests, begin * 60)
        dispatcher(
            traffic, Worker(CA_SHERIFF, f"dispatcher-{number}", zones[CA_SHERIFF]), (6, 18, 12)[number] * 60
        )
    return tuple(workers)


def _office(traffic: Traffic, zones: dict[str, str], regions: dict[str, Region]) -> tuple[Worker, ...]:
    workers: list[Worker] = []
    for agency, form in CASE_FORMS.items():
        open_cases(traffic, regions[agency], form, 45)
        unit = [Worker(agency, f"detective-{number}", zones[agency]) for number in range(DETECTIVES)]
        for number, worker in enumerate(unit):
            detective(traffic, worker, regions[agency].cases[number::DETECTIVES])
        _large_case(traffic, unit, agency)
        searched_for(traffic, unit[0], unit[1:])
        workers += unit
    warrants_desk(traffic, Worker(CA_SHERIFF, "warrants", zones[CA_SHERIFF]))
    clerk(traffic, Worker(NY_DMV, "clerk", zones[NY_DMV]))
    clerk(traffic, Worker(NY_DMV, "second-clerk", zones[NY_DMV]))
    return tuple(workers)


def _large_case(traffic: Traffic, unit: Sequence[Worker], agency: str) -> None:
    """A killing: the whole unit for two weeks, under one number."""
    chance = traffic.random
    first = chance.randrange(20, 70)
    people = [traffic.person() for _ in range(chance.randint(25, 50))]
    case = Case(traffic.number(CASE_FORMS[agency]), people, first, first + chance.randint(6, 14), 0.2)
    for worker in unit:
        detective(traffic, worker, (case,))


def _task_force(traffic: Traffic, zones: dict[str, str], regions: dict[str, Region]) -> tuple[Worker, ...]:
    pool = Region([])
    open_cases(traffic, pool, "TF26-{:04}", 14)
    workers = []
    for number, home in enumerate((CA_SHERIFF, WA_POLICE, WA_POLICE)):
        worker = Worker(TASK_FORCE, f"investigator-{number}", zones[TASK_FORCE], (home,))
        task_force(traffic, worker, pool.cases[number::3], regions[home])
        workers.append(worker)
    return tuple(workers)


def _circle(traffic: Traffic, workers: Sequence[Worker]) -> Circle:
    """Staff, some members' own persons and households; namesakes of some of them are asked about, and one is stopped."""
    chance = traffic.random
    lines: list[CircleLine] = []
    for number in range(STAFF):
        (person,) = traffic.household(1)
        lines.append(CircleLine(id=f"staff-{number}", relation=Relation.STAFF, member="", subject=person))
        other = type(person)(family=person.family, given=person.given, birth_date="1979-05-17")
        if number < 6:
            worker = chance.choice(workers)
            traffic.ask(worker, chance.uniform(1, 89) * 1_440, traffic.number("NS{:05}"), other)
        if number in (7, 8):
            minute = chance.uniform(1, 89) * 1_440
            number_of_stop = traffic.number("CAD{:06}")
            traffic.ask(chance.choice(workers), minute, number_of_stop, person, purpose=Purpose.STOP)
    for number, worker in enumerate(chance.sample(list(workers), 14)):
        people = traffic.household(3)
        relations = (Relation.SELF, Relation.HOUSEHOLD, Relation.HOUSEHOLD)
        lines += [
            CircleLine(id=f"home-{number}-{at}", relation=relation, member=worker.id, subject=person)
            for at, (relation, person) in enumerate(zip(relations, people, strict=True))
        ]
        other_worker = chance.choice([one for one in workers if one.id != worker.id])
        minute = chance.uniform(1, 89) * 1_440
        traffic.ask(other_worker, minute, traffic.number("CAD{:06}"), people[1], purpose=Purpose.STOP)
    return Circle(owner=OWNER, lines=tuple(lines))
