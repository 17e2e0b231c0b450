"""What the region's agencies asked before anybody looks at it: some weeks of invented questions (`play_past.py` asks them).

Nobody asks about people of the scene. One detective comes back to one person under ever other case numbers, with a reason each
time: there is something for an auditor to find, and it may be innocent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from msgspec.structs import replace as changed

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    REMOVAL_OPERATIONS,
    WA_POLICE,
    member_of,
)
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.model.codes import DataClass, PersonRole, Purpose
from comity.model.outcome import AskRequest
from comity.model.query import PersonSubject

DAY_MS = 86_400_000
OPENED_AT = 16  # UTC: when offices of the west begin
HOURS = 8
GOES_ON = "the prosecutor joined this case with the earlier one"
SUBJECTS = frozenset({PersonRole.SUSPECT, PersonRole.ARRESTEE, PersonRole.SUBJECT})
Known = Mapping[tuple[str, DataClass], tuple[PersonSubject, ...]]
# How many questions a week: about as many as make every figure of a month's report more than a handful.
A_WEEK = {WA_POLICE: 8, CA_SHERIFF: 4, FEDERAL_INVESTIGATIONS: 3, REMOVAL_OPERATIONS: 1}
JAIL = (DataClass.BOOKING, DataClass.CUSTODY)
CASES = (DataClass.CASE, DataClass.BOOKING)
POSTS = {
    WA_POLICE: ("detective", "sergeant", "chief"),
    CA_SHERIFF: ("detective", "sergeant", "sheriff"),
    FEDERAL_INVESTIGATIONS: ("investigator", "supervisor"),
    REMOVAL_OPERATIONS: ("officer", "supervisor"),
}
RETURNS = (3, 6, 9, 13, 17, 20)  # days on which one detective asks about one person, under four case numbers


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """A question and when it was asked, UTC milliseconds."""

    at_ms: int
    request: AskRequest


def at_opening(day: date) -> int:
    """When a day's work begins, UTC milliseconds."""
    return int(datetime(day.year, day.month, day.day, OPENED_AT, tzinfo=UTC).timestamp() * 1000)


def past_questions(region: Region, since: date, until: date) -> tuple[PastQuestion, ...]:
    """The questions of these days, the last one left out, in their order; the same for the same region."""
    random = Random(f"past:{region.seed}")
    known = _known_to(region)
    found: list[PastQuestion] = []
    for asker, a_week in A_WEEK.items():
        template = _template(region, asker)
        people = _people(known, template)
        for number in range(a_week * (until - since).days // 7 if people else 0):
            at_ms = _at_work(random, since, until)
            found.append(PastQuestion(at_ms, _about(template, random.choice(people), random, number)))
    return tuple(
        sorted([*found, *_returns(region, known, since)], key=lambda one: (one.at_ms, one.request.case_number))
    )


def _template(region: Region, asker: str) -> AskRequest:
    """How a member of this agency asks; the subject is another one's."""
    scene = region.scene
    street = replace(scene.detective_question, dppa_use="", note="")
    template = {
        WA_POLICE: replace(street, owners=(CA_SHERIFF,), data_classes=JAIL),
        CA_SHERIFF: replace(
            street, asker=CA_SHERIFF, beneficiary=CA_SHERIFF, owners=(WA_POLICE,), data_classes=CASES
        ),
        FEDERAL_INVESTIGATIONS: replace(
            scene.investigator_question, owners=(CA_SHERIFF, WA_POLICE), data_classes=CASES
        ),
        REMOVAL_OPERATIONS: replace(scene.removal_question, owners=(CA_SHERIFF,), data_classes=JAIL),
    }[asker]
    return to_request(template)


def _known_to(region: Region) -> Known:
    """Whom each owner's records of each class are about, but for the people of the scene."""
    scene = region.scene
    kept = {one.body.number for one in (scene.subject, scene.namesake, scene.protected)}
    people = {one.body.number: one for one in region.people if one.body.number not in kept}
    records = {record.id: record for record in region.records}
    found: dict[tuple[str, DataClass], dict[int, PersonSubject]] = {}
    for true in region.truth:
        one, record = people.get(true.person), records[true.record]
        if one is not None and record.get_person(true.key).role in SUBJECTS:
            subject = PersonSubject(
                family=one.name.family, given=one.name.given, birth_date=one.body.born.isoformat()
            )
            found.setdefault((record.owner, record.data_class), {})[true.person] = subject
    return {key: tuple(subjects.values()) for key, subjects in found.items()}


def _people(known: Known, asked: AskRequest) -> tuple[PersonSubject, ...]:
    """Whom a question of this kind may find."""
    return tuple(
        one for owner in asked.sources for kind in asked.data_classes for one in known.get((owner, kind), ())
    )


def _about(template: AskRequest, subject: PersonSubject, random: Random, number: int) -> AskRequest:
    """One question under a case number of its own, by one of those who ask there."""
    asker = template.asker
    case = f"26-{random.randrange(10_000, 99_999)}"
    member = member_of(asker, random.choice(POSTS[asker]))
    if template.purpose is Purpose.CRIMINAL_INVESTIGATION and number % 5 == 4:
        return changed(
            template,
            member=member,
            subject=subject,
            purpose=Purpose.STOP,
            case_number=case,
            data_classes=(DataClass.WARRANT,),
        )
    return changed(template, member=member, subject=subject, case_number=case)


def _returns(region: Region, known: Known, since: date) -> Iterator[PastQuestion]:
    """One detective, one person, four case numbers."""
    template = _template(region, CA_SHERIFF)
    for turn, day in enumerate(RETURNS):
        asked = changed(
            template, subject=_people(known, template)[0], case_number=f"26-7{turn % 4}118", go_on=GOES_ON
        )
        yield PastQuestion(
            at_opening(since + timedelta(days=day)), changed(asked, member=member_of(CA_SHERIFF, "detective"))
        )


def _at_work(random: Random, since: date, until: date) -> int:
    day = since + timedelta(days=random.randrange((until - since).days))
    return at_opening(day) + random.randrange(HOURS * 3_600) * 1000
