"""Which of an owner's records are one person now, and what its desk is told of it: where somebody stands, never what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.errors import PersonRefusedError, WrongUseError
from comity.exchange.duty.duties import DESK
from comity.exchange.owners import owner_here
from comity.match.grouping import Grouping, Person, group_appearances, person_id, standing_acts
from comity.match.proposals import read_appearance
from comity.match.relation import Reading
from comity.model.agency import Agency, Member
from comity.model.codes import SEARCHABLE_ROLES
from comity.model.person_act import Appearance, PersonAct, ShownAppearance, ShownPerson
from comity.model.record import PersonInRecord, Record
from comity.ports import World

CUSTODIANS = frozenset({"records-custodian"})
READERS = DESK | {"auditor"}
MOST_TIED = 400  # records that acts tie together; more is no person any more, and every act reads all of them
KEY_MARK = "#"  # between a record's id and a person's key where a command names an appearance


@dataclass(frozen=True, slots=True)
class PersonState:
    """The acts that bear on some appearances, directly or through others, and what they amount to."""

    acts: tuple[PersonAct, ...]
    grouping: Grouping

    def persons_of(self, people: Iterable[Appearance]) -> tuple[Person, ...]:
        """The whole persons of some appearances, each once."""
        return tuple(sorted({self.grouping.person_of(one) for one in people}))

    def whole(self, people: Iterable[Appearance]) -> Person:
        """Everybody in the persons of some appearances."""
        return tuple(sorted({one for person in self.persons_of(people) for one in person}))


def custodian_of(world: World, member: Member) -> Agency:
    """The owner whose records custodian a member is. Raises WrongUseError for anybody else."""
    return _owner_for(world, member, CUSTODIANS)


def reader_of(world: World, member: Member) -> Agency:
    """The owner to whose desk, or auditors, a member belongs. Raises WrongUseError for anybody else."""
    return _owner_for(world, member, READERS)


def _owner_for(world: World, member: Member, roles: frozenset[str]) -> Agency:
    owner = owner_here(world, member.agency)
    if not roles & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not do this; it needs {', '.join(sorted(roles))}")
    return owner


def load_state(world: World, owner: str, people: Iterable[Appearance]) -> PersonState:
    """The state around some appearances. Raises PersonRefusedError when acts tie too many records together."""
    reached: frozenset[str] = frozenset()
    wanted = frozenset(one.record_id for one in people)
    acts: tuple[PersonAct, ...] = ()
    while reached != wanted:  # ends: each turn adds records, at most MOST_TIED of them
        if len(wanted) > MOST_TIED:
            raise PersonRefusedError(
                f"acts tie more than {MOST_TIED} records together here; undo some of them first"
            )
        reached, acts = wanted, world.journal.persons.acts_on(owner, wanted)
        wanted = reached | {one.record_id for act in acts for one in act.appearances}
    return PersonState(acts, group_appearances(acts))


def resolve(world: World, owner: str, name: str) -> tuple[Appearance, ...]:
    """The appearances that a name means: a person's or a proposal's id, a record's id, or that with `#` and a key.

    Raises WrongUseError for a name that means nothing, a third party, or a record with several people.
    """
    act = world.journal.persons.find(owner, name)
    if act is not None and act.people:
        return act.people
    members = world.journal.persons.members_of(owner, name)
    if members:
        return members
    record, key = world.records.get(owner, name), ""
    if record is None and KEY_MARK in name:
        record_name, _, key = name.rpartition(KEY_MARK)
        record = world.records.get(owner, record_name)
    if record is None:
        raise WrongUseError(
            f"`{name[:120]}` is no record, person or act of `{owner}`; write a record's id, as `comity person "
            "propose` shows them"
        )
    return (_appearance(record, key),)


def _appearance(record: Record, key: str) -> Appearance:
    searchable = [person.key for person in record.people if person.role in SEARCHABLE_ROLES]
    if not key and len(searchable) == 1:
        key = searchable[0]
    if key not in searchable:
        known = ", ".join(f"`{record.id}{KEY_MARK}{one}`" for one in searchable) or "nobody"
        raise WrongUseError(
            f"record `{record.id}` has no such person that may be grouped; it has {known}: victims, witnesses and "
            "other third parties are never grouped"
        )
    return Appearance(record_id=record.id, person_key=key)


def find_stored(world: World, owner: str, one: Appearance) -> tuple[Record, PersonInRecord] | None:
    """The record and person of an appearance; None for one that is gone, or restricted under a hold."""
    record = world.records.get(owner, one.record_id)
    if record is None or record.state.restricted:
        return None
    return next(((record, person) for person in record.people if person.key == one.person_key), None)


def read_all(
    world: World, owner: str, people: Iterable[Appearance], named: Iterable[Appearance] = ()
) -> dict[Appearance, Reading]:
    """The identifying values of appearances. What is restricted is read for nobody; to name it is refused."""
    found = {one: find_stored(world, owner, one) for one in people}
    for one in named:
        if found[one] is None:
            raise PersonRefusedError(f"`{one}` is gone, or restricted under a hold; leave it out")
    return {one: read_appearance(*stored) for one, stored in found.items() if stored is not None}


def show_persons(world: World, owner: str, people: Iterable[Appearance]) -> tuple[ShownPerson, ...]:
    """The persons of some appearances as they stand now, without their acts."""
    state = load_state(world, owner, people)
    return tuple(_shown(world, owner, person, state) for person in state.persons_of(people))


def show_person(world: World, member: Member, name: str) -> ShownPerson:
    """One person for the desk: its records, who was declared somebody else, and every act that names any of them."""
    owner = reader_of(world, member).id
    named = resolve(world, owner, name)
    state = load_state(world, owner, named)
    whole = state.whole(named[:1])
    shown = _shown(world, owner, whole, state)
    acts = world.journal.persons.acts_on(owner, {one.record_id for one in whole})
    return ShownPerson(
        person=shown.person,
        appearances=shown.appearances,
        apart=shown.apart,
        acts=acts,
        standing=tuple(act.id for act in standing_acts(acts)),
        idle=state.grouping.idle,
    )


def _shown(world: World, owner: str, person: Person, state: PersonState) -> ShownPerson:
    strangers = {
        other
        for pair in state.grouping.apart
        for one, other in (pair, pair[::-1])
        if one in person and other not in person
    }
    return ShownPerson(
        person=person_id(owner, person),
        appearances=tuple(_told(world, owner, one) for one in person),
        apart=tuple(_told(world, owner, one) for one in sorted(strangers)),
    )


def _told(world: World, owner: str, one: Appearance) -> ShownAppearance:
    record = world.records.get(owner, one.record_id)
    if record is None:  # what goes is struck out of every act in the transaction that removes it
        raise PersonRefusedError(f"record `{one.record_id}` went meanwhile; look again")
    return ShownAppearance(appearance=one, reference=record.reference, data_class=record.data_class)
