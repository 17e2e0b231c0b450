"""One question of the traffic, and the people it is about. All invented; names are drawn independently of everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from comity.demo.names import NameLists, draw_household, name_lists
from comity.model.codes import Purpose, Sex, Status
from comity.model.query import PersonSubject, PlateSubject, Subject

FIRST_DAY = date(2026, 8, 17)  # a Monday; ninety days later the demonstration's own week begins
DAYS = 90
HOUR, DAY = 60, 24 * 60  # in minutes, which the traffic is told in


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it reached the owner. `planted` names the misuse it belongs to, empty for honest work.

    `pointed` is the record an answer only pointed at, `told` that of a disclosure recorded later, which is no question.
    """

    at_ms: int
    asker: str
    member: str
    purpose: Purpose
    case: str
    subject: Subject
    beneficiary: str = ""
    acting_for: tuple[str, ...] = ()
    status: Status = Status.NOTHING_RELEASABLE
    note: str = ""
    node: str = ""
    pointed: str = ""
    told: str = ""
    planted: str = ""


@dataclass(frozen=True, slots=True)
class Worker:
    """A member of an agency, with the zone of the wall clock and whom they act for."""

    agency: str
    name: str
    zone: str
    acting_for: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.agency}-{self.name}"


@dataclass
class Traffic:
    """The questions so far, and what they share: chance, people, numbers."""

    random: Random
    lists: NameLists = field(default_factory=name_lists)
    asked: list[Asked] = field(default_factory=list)
    numbers: int = 0

    def number(self, form: str) -> str:
        """A case or incident number nobody had yet; `form` says how the agency writes them."""
        self.numbers += self.random.randint(1, 7)
        return form.format(self.numbers)

    def household(self, size: int) -> tuple[PersonSubject, ...]:
        """People who live together."""
        sexes = tuple(self.random.choice((Sex.MALE, Sex.FEMALE)) for _ in range(size))
        names = draw_household(self.random, self.lists, sexes)
        return tuple(
            PersonSubject(family=one.surnames, given=one.given, birth_date=self._born().isoformat())
            for one in names
        )

    def person(self) -> PersonSubject:
        """Somebody nobody asked about yet."""
        return self.household(1)[0]

    def plate(self) -> PlateSubject:
        letters = "".join(self.random.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=3))
        return PlateSubject(
            state="CA", plate=f"{self.random.randint(1, 9)}{letters}{self.random.randint(100, 999)}"
        )

    def _born(self) -> date:
        return date(1950, 1, 1) + timedelta(days=self.random.randrange(57 * 365))

    def ask(self, worker: Worker, minute: float, case: str, subject: Subject, **more: object) -> Asked:
        """Add a question of a worker at a minute of the wall clock, counted from the first day's midnight."""
        at_ms = instant_ms(worker.zone, minute)
        given = {"purpose": Purpose.CRIMINAL_INVESTIGATION, "acting_for": worker.acting_for, **more}
        one = Asked(
            at_ms=at_ms,
            asker=worker.agency,
            member=worker.id,
            case=case,
            subject=subject,
            **given,  # type: ignore[arg-type]
        )
        self.asked.append(one)
        return one


def instant_ms(zone: str, minute: float) -> int:
    """UTC milliseconds of a minute of a zone's wall clock, counted from the first day's midnight."""
    wall = datetime.combine(FIRST_DAY, datetime.min.time(), ZoneInfo(zone)) + timedelta(minutes=minute)
    return round(wall.astimezone(UTC).timestamp() * 1_000)


def work_days(first: int = 0, last: int = DAYS) -> Iterator[int]:
    """Days from Monday to Friday."""
    yield from (day for day in range(first, last) if day % 7 < 5)
