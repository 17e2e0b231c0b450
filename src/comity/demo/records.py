"""The region as values: synthetic people, the records six owners hold on them, and the scene.

Everything follows from the seed and from `today`; there is no clock, no global state and no network. Streams of
chance are separate: bodies, events, the manner of writing, and names. The names' stream is fed by its own seed, so
that a test can lay other names over the same region and find everything else unchanged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from comity.demo.agencies import FEDERAL_INVESTIGATIONS, OWNERS, REMOVAL_OPERATIONS
from comity.demo.entries import Draft, event_values, person_values
from comity.demo.events import Event, plan_events
from comity.demo.manner import Manner, draw_manner
from comity.demo.names import name_lists
from comity.demo.offences import ACT_OF_2014
from comity.demo.people import Person, draw_bodies, name_bodies
from comity.demo.scene import Scene, SceneEntry, scene_people, set_scene
from comity.demo.slips import Written, apply_slip, draw_slip
from comity.errors import NounError
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import Conviction, FieldValue, PersonInRecord, Record, RecordState, SubjectFacts

DEMO_SEED = 2029
DEMO_PEOPLE = 20_000
DEMO_DAY = date(2026, 11, 20)
FEWEST_PEOPLE = 400  # below this an owner may have no case for its bystanders to stand in
MOST_PEOPLE = 2_000_000  # numbers of people are distinct up to here

FEDERAL_OWNERS = frozenset({FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS})
TRIAL_DAYS = 90  # from event to conviction, where there is one
FIRST_VALIDATION_DAYS = (
    75  # of a warrant, after its entry: between the sixty and ninety days of the national files
)
VALIDATION_DAYS = 360  # between two later validations of a warrant: inside the year


@dataclass(frozen=True, slots=True)
class TruePerson:
    """Who a person in a record really is, and which slips of writing show there. Never loaded into a node."""

    record: str
    key: str
    person: int
    slips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """The demonstration region. `records` are ordered by owner (as `OWNERS`), then by number."""

    seed: int
    today: date
    people: tuple[Person, ...]
    records: tuple[Record, ...]
    truth: tuple[TruePerson, ...]
    scene: Scene

    def records_of(self, owner: str) -> tuple[Record, ...]:
        return tuple(record for record in self.records if record.owner == owner)


def generate_region(
    seed: int = DEMO_SEED,
    people: int = DEMO_PEOPLE,
    today: date = DEMO_DAY,
    *,
    name_seed: int | None = None,
) -> Region:
    """The region of a seed: `people` synthetic people besides the scene's own, some 1.5 records for each.

    `name_seed` (the seed itself when not given) feeds the stream of names alone. Raises NounError for a number of
    people outside `FEWEST_PEOPLE` to `MOST_PEOPLE`.
    """
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
        raise NounError(f"`{people}` people make no region; ask for {FEWEST_PEOPLE} to {MOST_PEOPLE}")
    lists = name_lists()
    names = Random(f"{seed if name_seed is None else name_seed}:names")
    scene_cast = scene_people(names, lists, people)
    bodies = draw_bodies(Random(f"{seed}:bodies"), people, today)
    events = plan_events(Random(f"{seed}:events"), bodies, today)
    everyone = (*name_bodies(names, lists, bodies), *scene_cast)
    return _write_region(seed, today, everyone, events)


def _write_region(seed: int, today: date, everyone: tuple[Person, ...], events: tuple[Event, ...]) -> Region:
    cast = everyone[-3:]
    scene, staged = set_scene(cast, today)
    writer = _Writer(everyone, (*events, *(entry.event for entry in staged)), today)
    random = Random(f"{seed}:manner")
    for event in events:
        for data_class in event.classes:
            writer.write(event, data_class, draw_manner(random, event.day, today, event.outcome), random)
    for entry in staged:
        writer.write_staged(entry)
    order = {owner: place for place, owner in enumerate(OWNERS)}
    records = tuple(sorted(writer.records, key=lambda record: (order[record.owner], record.id)))
    return Region(seed, today, everyone, records, tuple(writer.truth), scene)


class _Writer:
    """Writes events down as records, numbering them per owner."""

    def __init__(self, everyone: tuple[Person, ...], events: tuple[Event, ...], today: date) -> None:
        self.everyone = everyone
        self.today = today
        self.records: list[Record] = []
        self.truth: list[TruePerson] = []
        self._numbers: Counter[str] = Counter()
        self._convictions = _convictions_by_owner(events, today)
        self._households: dict[int, list[Person]] = {}
        for person in everyone:
            self._households.setdefault(person.body.household, []).append(person)

    def write_staged(self, entry: SceneEntry) -> None:
        self.write(entry.event, entry.event.classes[0], entry.manner, Random("no third party on the scene"))

    def write(self, event: Event, data_class: DataClass, manner: Manner, random: Random) -> None:
        """Write one record of one event. Third parties are written into case records only."""
        draft = self._draft(event, data_class, manner)
        record_id = f"{event.owner}-{draft.number:06d}"
        role = _role(data_class, event.role)
        main = PersonInRecord(key="p1", role=role, fields=person_values(draft), facts=self._facts(draft))
        self.truth.append(TruePerson(record_id, "p1", event.person, draft.written.labels))
        others = self._third_parties(event, record_id, random) if data_class is DataClass.CASE else ()
        self.records.append(
            Record(
                id=record_id,
                owner=event.owner,
                data_class=data_class,
                reference=draft.reference,
                event_date=event.day,
                as_of=max(event.day, manner.state.last_validated or event.day),
                people=(main, *others),
                fields=event_values(draft),
                disposition=Disposition.PENDING if data_class is DataClass.WARRANT else event.outcome,
                state=_state(event, data_class, manner.state, self.today),
                source="demonstration region",
            )
        )

    def _draft(self, event: Event, data_class: DataClass, manner: Manner) -> Draft:
        self._numbers[event.owner] += 1
        person = self.everyone[event.person]
        return Draft(
            event=event,
            person=person,
            data_class=data_class,
            number=self._numbers[event.owner],
            manner=manner,
            written=apply_slip(manner.slip, person.name, person.body.born),
            relatives=self._relatives(person),
            today=self.today,
        )

    def _third_parties(self, event: Event, record_id: str, random: Random) -> tuple[PersonInRecord, ...]:
        found = []
        for place, (role, number) in enumerate(event.third):
            person, key = self.everyone[number], f"t{place + 1}"
            written = apply_slip(draw_slip(random), person.name, person.body.born)
            found.append(PersonInRecord(key=key, role=role, fields=_third_values(person, written)))
            self.truth.append(TruePerson(record_id, key, number, written.labels))
        return tuple(found)

    def _relatives(self, person: Person) -> tuple[str, ...]:
        household = self._households[person.body.household]
        return tuple(other.name.written() for other in household if other is not person)

    def _facts(self, draft: Draft) -> SubjectFacts:
        """What this owner knows of the person. Unknown stays unknown; nothing here comes from a name."""
        event, luck, body = draft.event, draft.manner.luck, draft.person.body
        if draft.data_class in {DataClass.DMV, DataClass.VICTIM_1367}:
            return SubjectFacts(minor=body.age_on(self.today) < 18)
        known = self._convictions.get((event.owner, event.person), ())
        return SubjectFacts(
            convictions=known if draft.manner.complete else None,
            registrant=None if luck > 0.95 else luck < 0.01,
            federal_felony_warrant=None if luck > 0.97 else False,
            probable_cause_felony=event.outcome is Disposition.PENDING and luck < 0.2,
            custodian=_custodian(draft),
            minor=body.age_on(self.today) < 18,
            acp_participant=False,
            citizen_or_resident=body.citizen if event.owner in FEDERAL_OWNERS else None,
        )


def _state(event: Event, data_class: DataClass, written: RecordState, today: date) -> RecordState:
    """The standing of one record, where its class or its owner keeps more of it than every record has.

    Warrants are validated as the national files ask: sixty to ninety days after entry and every year after. What
    stands in a protected file came from the department's own application desk (8 USC 1367), relief still open.
    """
    if data_class is DataClass.WARRANT:
        return replace(written, last_validated=_validated(event.day, today))
    protected = data_class is DataClass.VICTIM_1367
    return replace(
        written,
        received_under_1367=protected,
        relief_denied=False if protected else None,
        from_abuser_only=False if event.owner in FEDERAL_OWNERS else None,
    )


def _validated(entered: date, today: date) -> date:
    """The last validation due by today: the first after entry, or the latest yearly one after it."""
    first = entered + timedelta(days=FIRST_VALIDATION_DAYS)
    if first > today:
        return entered
    years = (today - first).days // VALIDATION_DAYS
    return first + timedelta(days=years * VALIDATION_DAYS)


def _custodian(draft: Draft) -> str | None:
    if draft.data_class is DataClass.CUSTODY and draft.held:
        return "local-jail"
    if draft.manner.luck > 0.9:
        return None
    return "state-corrections" if 0.02 < draft.manner.luck < 0.05 else "none"


def _role(data_class: DataClass, role: PersonRole) -> PersonRole:
    return {
        DataClass.CASE: PersonRole.SUSPECT,
        DataClass.WARRANT: PersonRole.WANTED,
        DataClass.CRIMINAL_HISTORY: PersonRole.SUBJECT,
    }.get(data_class, role)


def _third_values(person: Person, written: Written) -> tuple[FieldValue, ...]:
    body = person.body
    pairs = (
        ("name", written.full_name),
        ("birth-date", written.birth_date),
        ("sex", body.sex.value),
        ("home-address", body.address),
        ("phone", body.numbers.phone),
    )
    return tuple(FieldValue(name=name, value=value) for name, value in pairs)


def _convictions_by_owner(events: tuple[Event, ...], today: date) -> dict[tuple[str, int], tuple[Conviction, ...]]:
    """Each person's convictions as each owner recorded them, oldest first."""
    found: dict[tuple[str, int], list[Conviction]] = {}
    for event in events:
        if event.outcome is not Disposition.CONVICTED or event.offence is None:
            continue
        day = min(today, event.day + timedelta(days=TRIAL_DAYS))
        reduced = event.offence.reduced and day < ACT_OF_2014
        conviction = Conviction(
            offence=event.offence.code,
            grade=event.offence.grade,
            day=day,
            reclassified="act-2014" if reduced else "none",
        )
        found.setdefault((event.owner, event.person), []).append(conviction)
    return {
        key: tuple(sorted(convictions, key=lambda conviction: conviction.day or today))
        for key, convictions in found.items()
    }
