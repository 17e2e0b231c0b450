"""Petitions at the desk: how one is found, changed and entered, and who may take which step.

Each change is one entry and one changed petition in one transaction. Two members acting at once: the second looks again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import DeliveryChangedError, RejectedMessageError, WrongUseError
from comity.exchange.answering.raised import duty_id
from comity.exchange.duty.duties import DESK, changed_once, look_again
from comity.exchange.duty.duty_state import is_done
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.petition import Account, Particulars, Petition, check_reference
from comity.model.record import Record
from comity.model.refused import tell_refused
from comity.ports import World

CUSTODIAN, PRIVACY_OFFICER = "records-custodian", "privacy-officer"
OPENERS = (CUSTODIAN, PRIVACY_OFFICER)  # both are needed, and never one person for both
REVIEWERS = frozenset({PRIVACY_OFFICER, "counsel"})
OPENED_KEY, ACCOUNT_KEY = "petition-opened", "petition-account"
TOLD = "told"  # the name of the duty to tell whoever asked what was decided


@dataclass(frozen=True, slots=True)
class Change:
    """What a step makes of a petition: the petition after it, its kind of entry, what is kept of it, what it owes.

    `corrects` are records as they were read and as they are from then on. `key` is the name under which its entry is found
    again, empty where nobody looks for it.
    """

    petition: Petition
    kind: EntryKind
    record: object
    duties: tuple[StoredDuty, ...] = ()
    changed_duties: tuple[StoredDuty, ...] = ()
    key: str = ""
    corrects: tuple[tuple[Record, Record], ...] = ()


def owner_for(world: World, member: Member, roles: frozenset[str] = DESK) -> Agency:
    """The owner at whose desk a member stands in one of these roles. Raises WrongUseError for anybody else."""
    owner = owner_here(world, member.agency)
    if not roles & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not do this; it needs {', '.join(sorted(roles))}")
    return owner


def get_petition(world: World, owner: Agency, reference: str) -> Petition:
    """A petition of an owner. Raises WrongUseError for none."""
    found = world.journal.petitions.find(owner.id, check_reference(reference))
    if found is None:
        raise WrongUseError(tell_refused("petition.none", agency=owner.id, petition=reference))
    return found


def act_on(
    world: World,
    member: Member,
    reference: str,
    roles: frozenset[str],
    act: Callable[[Agency, Petition, int], Change],
) -> Petition:
    """Take one step of a petition; nothing where the step leaves it as it is."""
    owner = owner_for(world, member, roles)

    def step() -> Petition:
        petition = get_petition(world, owner, reference)
        change = act(owner, petition, world.clock.now_ms())
        if change.petition == petition:
            return petition
        return enter(world, owner, change, first=False)

    return look_again(step)


def enter(world: World, owner: Agency, change: Change, *, first: bool) -> Petition:
    """Enter a step and keep the petition as it is after it. The public part says that a step was taken, and no more; its
    content what was asked, so that demands are counted from the log."""
    petition = change.petition if first else replace(change.petition, changed=change.petition.changed + 1)
    append_step(
        world,
        Unit(
            facts=owner_facts(change.kind, owner, world.clock.now_ms()),
            content=canonical_bytes({"petition": petition.id, "changed": petition.changed, "kind": petition.kind}),
            record=canonical_bytes(change.record),
            petitions=(petition,),
            duties=change.duties,
            changed_duties=change.changed_duties,
            corrects=change.corrects,
            answer_to=(owner.id, petition.id, change.key or f"petition-{petition.changed}", ""),
        ),
    )
    if change.corrects:
        world.records.finish_removal(owner.id)
    return petition


def append_step(world: World, unit: Unit) -> None:
    """Enter a step. Raises DeliveryChangedError where another member took one of the same petition in between.

    A step's entry is found by the petition and the number of the change: two of one number are two members at once.
    """
    try:
        append_entry(world, unit)
    except RejectedMessageError as error:
        raise DeliveryChangedError(
            "somebody acted on this petition meanwhile; look at it and try again"
        ) from error


def read_particulars(world: World, owner: Agency, petition: Petition) -> Particulars | None:
    """Who asks and about whom; None where the log's month was forgotten."""
    record = _kept(world, owner, petition, OPENED_KEY)
    return from_canonical(record, Particulars) if record is not None else None


def read_opened(world: World, owner: Agency, petition: Petition) -> Account | None:
    """What two people opened for a petition; None where nothing was, or it is no longer kept."""
    record = _kept(world, owner, petition, ACCOUNT_KEY)
    return from_canonical(record, Account) if record is not None else None


def _kept(world: World, owner: Agency, petition: Petition, key: str) -> bytes | None:
    found = world.journal.find_answer(owner.id, petition.id, key)
    return world.journal.record(found[2]) if found is not None else None


def petition_duty(petition: Petition, duty: Duty, name: str, now_ms: int) -> StoredDuty:
    """A duty of a petition: kept with it, so that what it is about is not forgotten while anything is owed."""
    return StoredDuty(
        id=duty_id(petition.owner, petition.id, name),
        owner=petition.owner,
        query_id=petition.id,
        duty=duty,
        raised_ms=now_ms,
    )


def finished(world: World, petition: Petition, name: str, by: str, now_ms: int) -> tuple[StoredDuty, ...]:
    """A duty of a petition as done, where it is open."""
    found = world.journal.find_duty(petition.owner, duty_id(petition.owner, petition.id, name))
    if found is None or is_done(found):
        return ()
    done = replace(found, done_ms=now_ms, done_by=by, evidence=f"done with petition {petition.id}")
    return (changed_once(done),)
