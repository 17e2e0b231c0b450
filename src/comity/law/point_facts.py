"""The facts of an act that is no question: an agreement switched on, a setting, a record coming in or grown old."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from comity.law.asked import entity_of
from comity.law.atoms import FactMap, FactValue
from comity.law.calendar import OwnerCalendar
from comity.law.code import atoms_of
from comity.law.compiled import Law
from comity.law.facts import Facts, Standing, agency_facts, oris_on, owner_facts, record_facts
from comity.law.vocabulary import Vocabulary
from comity.model.agency import Agency
from comity.model.codes import PersonRole
from comity.model.record import PersonInRecord, Record

NOBODY = PersonInRecord(key="nobody", role=PersonRole.OTHER, fields=())


def activation_facts(
    owner: Agency, other: Agency, terms: FactMap, at_ms: int, recipient: Agency | None = None
) -> Facts:
    """An agreement's terms as an owner's law sees them, with the other party as the one who will ask.

    `recipient` is an agency that the owner's data would come to by a way the agreement opens; where none is looked at it is
    the owner, to whom its own data comes anyhow.
    """
    calendar = _calendar(owner, at_ms)
    today = calendar.today()
    values = {
        **owner_facts(owner),
        **agency_facts("asker", other, today),
        **agency_facts("recipient", recipient or owner, today),
        **terms,
        "now": today,
    }
    standing = Standing(other.id, oris_on(other, today), owner.id, oris_on(owner, today))
    return Facts(MappingProxyType(values), standing, calendar)


def setting_facts(owner: Agency, setting: FactMap, at_ms: int) -> Facts:
    """What is known of the exchange as it is set up, for one owner whose data it holds."""
    return _own_facts(owner, setting, at_ms)


def entry_facts(owner: Agency, record: Record, entry: FactMap, at_ms: int) -> tuple[Facts, ...]:
    """A record that is to come in, once for each of its people. `entry` is what is attested of its coming in."""
    carried = carried_facts(record)
    return tuple(
        _own_facts(owner, {**said, **entry, **carried}, at_ms, str(record.data_class)) for said in _said(record)
    )


def held_facts(owner: Agency, record: Record, at_ms: int) -> tuple[Facts, ...]:
    """A record that an owner holds, once for each of its people: whether it must go is asked of these."""
    return tuple(_own_facts(owner, said, at_ms, str(record.data_class)) for said in _said(record))


def _said(record: Record) -> tuple[FactMap, ...]:
    """What a record says of itself and each of its people; a record about nobody is decided by itself."""
    if record.people:
        return tuple(record_facts(record, person.key) for person in record.people)
    alone = record_facts(replace(record, people=(NOBODY,)), NOBODY.key)
    return ({path: value for path, value in alone.items() if entity_of(path) != "subject"},)


def carried_facts(record: Record) -> dict[str, FactValue]:
    """What a record itself shows of its coming in.

    Only what its fields say: whether suspicion is stated, or a thing was lawfully obtained, a person attests. A load
    brings records as they are: it restarts no period, joins nothing, and is no person's request.
    """
    named = {field.name: field.value for field in record.fields}
    held = {field.name for person in record.people for field in person.fields} | set(named)
    found: dict[str, FactValue] = {
        "entry is extension": False,
        "entry is amendment-request": False,
        "entry is contest": False,
        "entry is error-report": False,
        "entry is merged": False,
        "entry is partly-matched": False,
        "entry is carries-status": bool(held & {"status", "a-number"}),
        "entry is carries-birthplace": "birthplace" in held,
        "entry is marked-public": any(
            field.public is True
            for field in (*record.fields, *(field for person in record.people for field in person.fields))
        ),
    }
    for name in ("sensitivity", "confidence", "control-official"):
        if named.get(name):
            found[f"entry's {name}"] = named[name]
    return found


def missing_facts(law: Law, rule_id: str, facts: FactMap, entity: str) -> tuple[str, ...]:
    """Attributes of an entity that a rule reads and nobody knows, by their short names, each once."""
    codes = [code for code in law.codes if code.id == rule_id]
    paths = {path for code in codes for index in atoms_of(code.hit) for path in law.atoms[index].reads()}
    unknown = sorted(path for path in paths if entity_of(path) == entity and path not in facts)
    return tuple(path.split(" ")[-1] for path in unknown)


def short_paths(vocabulary: Vocabulary, entity: str) -> Mapping[str, str]:
    """The attributes of an entity by their short names: `multi-factor` for `setting is multi-factor`."""
    paths = [path for path in vocabulary.attributes if entity_of(path) == entity]
    return MappingProxyType({path.split(" ")[-1]: path for path in paths})


def _own_facts(owner: Agency, known: FactMap, at_ms: int, data_class: str = "") -> Facts:
    calendar = _calendar(owner, at_ms)
    today = calendar.today()
    oris = oris_on(owner, today)
    values = {**owner_facts(owner), **known, "now": today}
    standing = Standing(owner.id, oris, owner.id, oris)
    return Facts(MappingProxyType(values), standing, calendar, (data_class,) if data_class else ())


def _calendar(owner: Agency, at_ms: int) -> OwnerCalendar:
    return OwnerCalendar(at_ms, owner.zone, frozenset(owner.holidays))
