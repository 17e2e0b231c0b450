"""The scene: three people placed in the region on purpose, and the questions asked about them.

The subject stands in the files of all six owners, written a little differently in each. The namesake has the same
given name and surname and another birth date. The protected person stands in one file only, under 8 USC 1367.
Their names come from the same stream as everybody else's.
"""

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
    member_of,
)
from comity.demo.events import Event
from comity.demo.manner import PLAIN_SLIP, Manner, standing
from comity.demo.names import NameLists, PersonName, draw_household, draw_name_with_nickname
from comity.demo.offences import get_offence
from comity.demo.people import Body, Person
from comity.demo.places import draw_address, draw_numbers
from comity.demo.slips import Slip, SlipKind
from comity.model.codes import (
    DataClass,
    Disposition,
    IdentifierKind,
    Instrument,
    PersonRole,
    Purpose,
    Sex,
)
from comity.model.query import Identifier, LegalBasis, PersonSubject

SUBJECT_BORN = date(1987, 4, 19)
NAMESAKE_BORN = date(1979, 11, 23)
PROTECTED_BORN = date(1992, 8, 30)

POLICE_CLASSES = (
    DataClass.CASE,
    DataClass.BOOKING,
    DataClass.CUSTODY,
    DataClass.CRIMINAL_HISTORY,
    DataClass.WARRANT,
    DataClass.DMV,
)
FEDERAL_CLASSES = (*POLICE_CLASSES, DataClass.IMMIGRATION_EVENT)
REMOVAL_CLASSES = (
    DataClass.CASE,
    DataClass.BOOKING,
    DataClass.CUSTODY,
    DataClass.DMV,
    DataClass.IMMIGRATION_EVENT,
)
ALL_OWNERS = (CA_SHERIFF, WA_POLICE, IL_POLICE, NY_DMV, FEDERAL_INVESTIGATIONS)
INVESTIGATORS_ASK = (CA_SHERIFF, WA_POLICE, IL_POLICE, NY_DMV, REMOVAL_OPERATIONS)


@dataclass(frozen=True, slots=True)
class SceneQuestion:
    """A ready-made question: who asks, about whom, for what, of whom. `subject` is what goes into the query."""

    asker: str
    member: str
    beneficiary: str
    family: str
    given: str
    middle: str
    birth_date: str
    identifiers: tuple[Identifier, ...]
    data_classes: tuple[DataClass, ...]
    purpose: Purpose
    case_number: str
    basis: LegalBasis
    dppa_use: str = ""
    note: str = ""
    owners: tuple[str, ...] = ALL_OWNERS

    @property
    def subject(self) -> PersonSubject:
        return PersonSubject(
            family=self.family,
            given=self.given,
            middle=self.middle,
            birth_date=self.birth_date,
            identifiers=self.identifiers,
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """The cast and the questions. `subject`, `namesake` and `protected` are the true people.

    The detective's question names a motor-vehicle use that opens no photograph (18 USC 2721(b)(14)); the `b1` one
    differs in that alone. `protected_question` asks for a person whose only record is closed by 8 USC 1367;
    `name_only_question` has nothing beside a name.
    """

    subject: Person
    namesake: Person
    protected: Person
    detective_question: SceneQuestion
    detective_b1_question: SceneQuestion
    investigator_question: SceneQuestion
    removal_question: SceneQuestion
    namesake_question: SceneQuestion
    protected_question: SceneQuestion
    name_only_question: SceneQuestion


@dataclass(frozen=True, slots=True)
class SceneEntry:
    """One record of the scene: what happened and how it was written down."""

    event: Event
    manner: Manner


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be staged as one record. `offence` is `STATE:CODE`, or empty."""

    owner: str
    person: int
    day: date
    data_class: DataClass
    offence: str = ""
    outcome: Disposition = Disposition.NOT_APPLICABLE
    slip: Slip = PLAIN_SLIP
    old_address: bool = False
    on_roster: bool = False


_ROLE_OF = {
    DataClass.CASE: PersonRole.SUSPECT,
    DataClass.BOOKING: PersonRole.ARRESTEE,
    DataClass.CUSTODY: PersonRole.ARRESTEE,
    DataClass.DMV: PersonRole.LICENSEE,
}
SCENE_LUCK = 0.25  # in custody still, licence valid, extradition nationwide


def scene_people(names: Random, lists: NameLists, first_number: int) -> tuple[Person, Person, Person]:
    """Subject, namesake and protected person, numbered from `first_number`. Only the names are drawn."""
    subject_name = draw_name_with_nickname(names, lists, Sex.MALE)
    namesake_name = replace(subject_name, middle="", former="")
    (protected_name,) = draw_household(names, lists, (Sex.FEMALE,))
    parts: tuple[tuple[PersonName, date, Sex, str, str], ...] = (
        (subject_name, SUBJECT_BORN, Sex.MALE, "WA", "NY"),
        (namesake_name, NAMESAKE_BORN, Sex.MALE, "CA", "CA"),
        (protected_name, PROTECTED_BORN, Sex.FEMALE, "WA", "WA"),
    )
    subject, namesake, protected = (
        Person(_body(first_number + place, born, sex, (state, licensed)), name)
        for place, (name, born, sex, state, licensed) in enumerate(parts)
    )
    return subject, namesake, protected


def set_scene(cast: tuple[Person, ...], today: date) -> tuple[Scene, tuple[SceneEntry, ...]]:
    """The questions about the cast, and the records they stand in, in the order they are written."""
    subject, namesake, protected = cast
    filed = Sheet(FEDERAL_INVESTIGATIONS, protected.body.number, _ago(today, 400), DataClass.VICTIM_1367)
    sheets = (*_subject_sheets(subject.body.number, today), *_namesake_sheets(namesake.body.number, today), filed)
    return _questions(subject, namesake, protected), tuple(_entry(sheet, today) for sheet in sheets)


def _questions(subject: Person, namesake: Person, protected: Person) -> Scene:
    detective = _detective(subject)
    investigator = replace(
        detective,
        asker=FEDERAL_INVESTIGATIONS,
        member=member_of(FEDERAL_INVESTIGATIONS, "investigator"),
        beneficiary=FEDERAL_INVESTIGATIONS,
        data_classes=FEDERAL_CLASSES,
        owners=INVESTIGATORS_ASK,
        purpose=Purpose.FEDERAL_CRIME,
        case_number="HDI-2026-00318",
        dppa_use="b1",
        basis=LegalBasis(instrument=Instrument.NOTHING),
        note="wire fraud inquiry, identity of a suspect",
    )
    removal = replace(
        investigator,
        asker=REMOVAL_OPERATIONS,
        member=member_of(REMOVAL_OPERATIONS, "officer"),
        beneficiary=REMOVAL_OPERATIONS,
        data_classes=REMOVAL_CLASSES,
        owners=ALL_OWNERS,
        purpose=Purpose.CIVIL_IMMIGRATION,
        case_number="HDR-2026-10442",
        basis=LegalBasis(instrument=Instrument.NOTHING),
        note="civil file, whereabouts of a person",
    )
    nobody = replace(detective, middle="", identifiers=())
    return Scene(
        subject=subject,
        namesake=namesake,
        protected=protected,
        detective_question=detective,
        detective_b1_question=replace(detective, dppa_use="b1"),
        investigator_question=investigator,
        removal_question=removal,
        namesake_question=replace(nobody, birth_date=namesake.body.born.isoformat()),
        protected_question=replace(
            removal,
            family=protected.name.family,
            given=protected.name.given,
            middle="",
            birth_date=protected.body.born.isoformat(),
            identifiers=(),
            data_classes=(*REMOVAL_CLASSES, DataClass.VICTIM_1367),
        ),
        name_only_question=replace(nobody, birth_date=""),
    )


def _detective(subject: Person) -> SceneQuestion:
    licence = Identifier(kind=IdentifierKind.DRIVER_LICENCE, value=subject.body.numbers.licence)
    return SceneQuestion(
        asker=WA_POLICE,
        member=member_of(WA_POLICE, "detective"),
        beneficiary=WA_POLICE,
        family=subject.name.family,
        given=subject.name.given,
        middle="",
        birth_date=subject.body.born.isoformat(),
        identifiers=(licence,),
        data_classes=POLICE_CLASSES,
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        case_number="CC-2026-04417",
        basis=LegalBasis(instrument=Instrument.NOTHING),
        dppa_use="b14",
        note="suspect named by a witness of the robbery",
    )


def _subject_sheets(number: int, today: date) -> tuple[Sheet, ...]:
    """The subject in all six files: a robbery conviction and a stay in jail in California, cases elsewhere."""
    nickname, no_middle = Slip(SlipKind.NICKNAME, 0.0, 0.0), Slip(SlipKind.NO_MIDDLE, 0.0, 0.0)
    robbed, jailed, stolen = _ago(today, 2_600), _ago(today, 40), _ago(today, 1_500)
    convicted, pending, not_filed = Disposition.CONVICTED, Disposition.PENDING, Disposition.NOT_FILED
    burglary, theft = "CA:PC459", "IL:720ILCS5-16-1"
    case, booking = DataClass.CASE, DataClass.BOOKING
    return (
        Sheet(CA_SHERIFF, number, robbed, DataClass.CRIMINAL_HISTORY, "CA:PC211", convicted),
        Sheet(CA_SHERIFF, number, jailed, booking, burglary, pending, on_roster=True),
        Sheet(CA_SHERIFF, number, jailed, DataClass.CUSTODY, burglary, pending, old_address=True),
        Sheet(WA_POLICE, number, _ago(today, 75), case, "WA:RCW9A.56.200", pending),
        Sheet(
            WA_POLICE, number, _ago(today, 900), booking, "WA:RCW9A.56.050", Disposition.DISMISSED, no_middle,
            on_roster=True,
        ),
        Sheet(IL_POLICE, number, stolen, case, theft, not_filed, nickname, old_address=True),
        Sheet(IL_POLICE, number, stolen, booking, theft, not_filed, nickname),
        Sheet(NY_DMV, number, date(2019, 5, 6), DataClass.DMV, old_address=True),
        Sheet(FEDERAL_INVESTIGATIONS, number, _ago(today, 210), case, "US:18USC1343", pending),
        Sheet(REMOVAL_OPERATIONS, number, _ago(today, 3_100), DataClass.IMMIGRATION_EVENT),
    )  # fmt: skip


def _namesake_sheets(number: int, today: date) -> tuple[Sheet, ...]:
    dismissed = Disposition.DISMISSED
    return (
        Sheet(CA_SHERIFF, number, _ago(today, 820), DataClass.BOOKING, "CA:VC23152", Disposition.CONVICTED),
        Sheet(WA_POLICE, number, _ago(today, 333), DataClass.CASE, "WA:RCW9A.48.090", dismissed),
        Sheet(FEDERAL_INVESTIGATIONS, number, _ago(today, 1_111), DataClass.CASE, "US:18USC545", dismissed),
    )


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _entry(sheet: Sheet, today: date) -> SceneEntry:
    state, _, code = sheet.offence.partition(":")
    event = Event(
        owner=sheet.owner,
        person=sheet.person,
        role=_ROLE_OF.get(sheet.data_class, PersonRole.SUBJECT),
        day=sheet.day,
        classes=(sheet.data_class,),
        outcome=sheet.outcome,
        offence=get_offence(state, code) if code else None,
    )
    certified = sheet.data_class in {DataClass.CRIMINAL_HISTORY, DataClass.DMV}
    manner = Manner(
        slip=sheet.slip,
        blank=frozenset(),
        old_address=sheet.old_address,
        on_roster=sheet.on_roster,
        complete=True,
        state=standing(sheet.day, today, sheet.outcome, certified=certified),
        luck=SCENE_LUCK,
    )
    return SceneEntry(event, manner)


def _body(number: int, born: date, sex: Sex, states: tuple[str, str]) -> Body:
    """A body of the scene, living in the first state and licensed in the second; fixed, and without a name."""
    random = Random(f"scene:{born.isoformat()}")
    living, licensed = states
    return Body(
        number=number,
        household=-number,
        place=0,
        state=living,
        sex=sex,
        born=born,
        address=draw_address(random, living),
        old_address=draw_address(random, licensed),
        numbers=draw_numbers(random, number, licensed),
        description="178 cm, hazel eyes, brown hair",
        employment="warehouse",
        birthplace="Canada",
        citizen=False,
    )
