"""An owner with a few records of people who may or may not be one, and shorthands for acts on them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from duty_stage import COUNSEL, CUSTODIAN, OWNER, Desk, make_desk
from msgspec.structs import replace

from comity.exchange.person.person_acts import Merge, Split, merge_persons, split_person, undo_act
from comity.exchange.person.person_state import load_state
from comity.match.grouping import Grouping, group_appearances, person_id
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.person_act import Appearance, PersonAct
from comity.model.record import FieldValue, PersonInRecord, Record, RecordState
from comity.sim.federation import START_MS

BORN = "1980-02-03"
REASON = "same fingerprint card on file"
DAY = datetime.fromtimestamp(START_MS / 1000, UTC).date()


def person(key: str, role: PersonRole, **values: str) -> PersonInRecord:
    fields = tuple(FieldValue(name=name.replace("_", "-"), value=value) for name, value in values.items())
    return PersonInRecord(key=key, role=role, fields=fields)


def record(record_id: str, *people: PersonInRecord, owner: str = OWNER, **state: Any) -> Record:
    return Record(
        id=record_id, owner=owner, data_class=DataClass.BOOKING, reference=f"REF-{record_id}",
        event_date=date(2026, 1, 1), as_of=date(2026, 1, 1), people=people, disposition=Disposition.PENDING,
        state=RecordState(**state),
    )  # fmt: skip


def booking(record_id: str, name: str = "Marsh, Rosa", birth_date: str = BORN, **more: Any) -> Record:
    """A booking of one person; an empty birth date is left out."""
    values = {"name": name, **({"birth_date": birth_date} if birth_date else {}), **more.pop("values", {})}
    return record(record_id, person("p", PersonRole.ARRESTEE, **values), **more)


RECORDS = (
    booking("a"),
    booking("b", "Marsh, Rosa P"),
    booking("c", values={"ssn": "512-34-6789"}),
    booking("d", birth_date="1955-11-30"),
    booking("e", birth_date=""),
    record(
        "f",
        person("p", PersonRole.SUSPECT, name="Marsh, Rosa", birth_date=BORN),
        person("q", PersonRole.SUSPECT, name="Ivers, Noor", birth_date="1990-01-02"),
        person("v", PersonRole.VICTIM, name="Marsh, Rosa", birth_date=BORN),
    ),
    booking("z", restricted=True),
)


def stage_desk(folder: Path, records: tuple[Record, ...] = RECORDS) -> Desk:
    return make_desk(folder, records=records)


def merge(desk: Desk, *names: str, by: Any = CUSTODIAN, **more: Any) -> PersonAct:
    """Merge and give the act; fails where there was nothing to do."""
    act = merge_persons(desk.world, by, Merge(names, more.pop("words", REASON), **more)).act
    assert act is not None
    return act


def overrule(desk: Desk, *names: str) -> PersonAct:
    return merge(desk, *names, second=COUNSEL, confirmation="counsel compared the photographs")


def split(desk: Desk, *names: str, others: tuple[str, ...] = ()) -> PersonAct:
    act = split_person(desk.world, CUSTODIAN, Split(names, "the twin sister it is", others)).act
    assert act is not None
    return act


def undo(desk: Desk, act: PersonAct) -> PersonAct:
    made = undo_act(desk.world, CUSTODIAN, act.id, "the wrong booking was named").act
    assert made is not None
    return made


def at(record_id: str, key: str = "p") -> Appearance:
    return Appearance(record_id=record_id, person_key=key)


def together(desk: Desk, record_id: str) -> str:
    """Letters of the person that a record stands in."""
    state = load_state(desk.world, OWNER, (at(record_id),))
    return "".join(one.record_id for one in state.grouping.person_of(at(record_id)))


def members(desk: Desk, owner: str = OWNER) -> dict[Appearance, str]:
    """The stored membership, as it stands in the database."""
    with desk.federation.stores["river-node"]._readers.lend(owner) as connection:
        rows = connection.execute(
            "SELECT record_id, person_key, person FROM person_member WHERE owner = ?", (owner,)
        ).fetchall()
    return {Appearance(record_id=record_id, person_key=key): person for record_id, key, person in rows}


def derived(grouping: Grouping, owner: str = OWNER) -> dict[Appearance, str]:
    """The membership that follows from acts."""
    return {one: person_id(owner, whole) for one, whole in grouping.persons.items() if len(whole) > 1}


def replayed(desk: Desk, owner: str = OWNER) -> dict[Appearance, str]:
    return derived(group_appearances(desk.world.journal.persons.page_of(owner, 0, 10_000)), owner)


OFFICER_CUSTODIAN = replace(CUSTODIAN, id="member-second", roles=("member",))
