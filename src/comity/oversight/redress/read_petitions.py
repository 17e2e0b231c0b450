"""What the desk reads of petitions, what it says to the person in person, and what stands online.

The look-ups are read by the two roles that opened them, by counsel who looks through them, and by nobody else. What is said
in person is entered: who told it, and that the person stood there.
"""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from comity.errors import PetitionRefusedError
from comity.exchange.answering.raised import duty_id
from comity.exchange.duty.duties import said_words
from comity.exchange.duty.duty_state import is_done
from comity.exchange.owners import owner_here
from comity.exchange.person.person_state import READERS
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.disclosure import EntryKind
from comity.model.petition import (
    REFERENCE,
    Account,
    AccountedRecord,
    AccountRow,
    Particulars,
    Petition,
    PetitionKind,
    Seen,
)
from comity.model.said import Said
from comity.oversight.redress.identify import OF_THE_PERSON
from comity.oversight.redress.outward import OutwardPetition, outward, unknown_petition
from comity.oversight.redress.petitions import (
    CUSTODIAN,
    OPENERS,
    Change,
    act_on,
    get_petition,
    owner_for,
    read_opened,
    read_particulars,
)
from comity.oversight.redress.state import check_identified, shown_rows, standing_withheld, status_of
from comity.oversight.redress.statutes import DECIDE, statutes_on
from comity.ports import World

READS_ROWS = frozenset({*OPENERS, "counsel"})


class StatuteTold(Noun, frozen=True, kw_only=True):
    """A rule that binds the owner for a petition, as it is told."""

    id: str
    citation: str
    status: str
    says: str


class PetitionShown(Noun, frozen=True, kw_only=True):
    """A petition as the desk sees it. `account` is None for a reader who may not see the look-ups, or before they were opened.

    `particulars` is None where the log's month was forgotten; `withheld` are the numbers withheld at this instant.
    """

    petition: Petition
    status: str
    overdue: bool
    statutes: tuple[StatuteTold, ...]
    particulars: Particulars | None
    account: Account | None
    withheld: tuple[int, ...]


class ListedPetition(Noun, frozen=True, kw_only=True):
    """A petition on the desk's list: what it is and when it is due, and nobody's name."""

    id: str
    kind: PetitionKind
    status: str
    opened_ms: int
    due_ms: int | None
    overdue: bool
    unacknowledged: bool


class DemandCount(Noun, frozen=True, kw_only=True):
    """How many demands for the log from outside came in a month, and how many counsel has decided."""

    month: str
    came: int
    decided: int


class PetitionList(Noun, frozen=True, kw_only=True):
    """The desk's petitions, the longest open first, the demands by month, and how many petitions the log counts."""

    petitions: tuple[ListedPetition, ...]
    demands: tuple[DemandCount, ...]
    entered: int


class ToldInPerson(Noun, frozen=True, kw_only=True):
    """What the custodian tells whoever asked, face to face: which agencies, which records. Nothing that is withheld."""

    petition: Petition
    rows: tuple[AccountRow, ...]
    records: tuple[AccountedRecord, ...]


class SawInPerson(Noun, frozen=True, kw_only=True):
    """What a custodian says of a meeting: which papers whoever came showed, and in words what was told."""

    seen: tuple[Seen, ...]
    reason: str


def show_petition(world: World, member: Member, reference: str) -> PetitionShown:
    """One petition for the desk. Raises WrongUseError for who is not of the desk."""
    owner = owner_for(world, member)
    petition, now_ms = get_petition(world, owner, reference), world.clock.now_ms()
    binding = statutes_on(owner, petition.kind, petition.residence)
    return PetitionShown(
        petition=petition,
        status=status_of(petition),
        overdue=_is_overdue(petition, now_ms),
        statutes=tuple(StatuteTold(id=s.id, citation=s.citation, status=s.status, says=s.says) for s in binding),
        particulars=read_particulars(world, owner, petition),
        account=read_opened(world, owner, petition) if READS_ROWS & set(member.roles) else None,
        withheld=tuple(sorted(standing_withheld(petition, now_ms))),
    )


def list_petitions(world: World, member: Member) -> PetitionList:
    """The petitions of a desk. Raises WrongUseError for who is neither of the desk nor an auditor."""
    owner = owner_for(world, member, READERS)
    now_ms = world.clock.now_ms()
    found = world.journal.petitions.of(owner.id)
    listed = sorted(
        (_listed(world, one, now_ms) for one in found),
        key=lambda one: (one.due_ms is None, one.due_ms or 0, one.id),
    )
    return PetitionList(petitions=tuple(listed), demands=_demands(found), entered=_entered(world, owner))


def tell_in_person(world: World, member: Member, reference: str, saw: SawInPerson) -> ToldInPerson:
    """Tell whoever asked which agencies and records, in person, with identification; it is entered first."""
    words = said_words("reason", saw.reason)

    def act(_owner: Agency, petition: Petition, now_ms: int) -> Change:
        check_identified(petition)
        if petition.decided is None:
            raise PetitionRefusedError(f"`{petition.id}` is not decided yet; nothing of it is told before")
        if not set(saw.seen) & OF_THE_PERSON:
            raise PetitionRefusedError("whoever comes shows who they are; name the paper with --seen")
        said = Said(by=member.id, at_ms=now_ms, words=words)
        told = replace(petition, told_in_person=(*petition.told_in_person, said))
        return Change(told, EntryKind.PETITION_TOLD, {"said": said, "seen": sorted(set(saw.seen))})

    petition = act_on(world, member, reference, frozenset({CUSTODIAN}), act)
    owner = owner_for(world, member)
    account = read_opened(world, owner, petition)
    rows = shown_rows(petition, account, world.clock.now_ms(), in_person=True)
    seen_in = {record for row in rows for record in row.records}
    records = account.records if account is not None else ()
    if petition.kind is PetitionKind.ACCOUNTING:  # who looked is told; what is held is another request
        records = tuple(one for one in records if one.record_id in seen_in)
    return ToldInPerson(petition=petition, rows=rows, records=records if rows or account is not None else ())


def look_up(world: World, agency: str, reference: str) -> OutwardPetition:
    """What whoever has a reference sees online. One that is wrong, ill written or another owner's is none."""
    owner = owner_here(world, agency)
    known = REFERENCE.fullmatch(reference) is not None
    petition = world.journal.petitions.find(owner.id, reference) if known else None
    if petition is None:
        return unknown_petition(reference)
    account = read_opened(world, owner, petition)
    return outward(petition, account, owner, world.directory(), world.clock.now_ms())


def _listed(world: World, petition: Petition, now_ms: int) -> ListedPetition:
    told = world.journal.find_duty(petition.owner, duty_id(petition.owner, petition.id, "acknowledge"))
    open_now = petition.decided is None
    due_ms = next((clock.due_ms for clock in petition.clocks if clock.step == DECIDE), None)
    return ListedPetition(
        id=petition.id,
        kind=petition.kind,
        status=status_of(petition),
        opened_ms=petition.opened_ms,
        due_ms=due_ms if open_now else None,
        overdue=_is_overdue(petition, now_ms),
        unacknowledged=open_now and told is not None and not is_done(told),
    )


def _is_overdue(petition: Petition, now_ms: int) -> bool:
    due = [clock.due_ms for clock in petition.clocks if clock.step == DECIDE]
    return petition.decided is None and any(due_ms < now_ms for due_ms in due)


def _demands(petitions: tuple[Petition, ...]) -> tuple[DemandCount, ...]:
    demands = [one for one in petitions if one.kind is PetitionKind.DEMAND]
    months = sorted({_month(one.opened_ms) for one in demands})
    return tuple(
        DemandCount(
            month=month,
            came=sum(_month(one.opened_ms) == month for one in demands),
            decided=sum(_month(one.opened_ms) == month and one.decided is not None for one in demands),
        )
        for month in months
    )


def _entered(world: World, owner: Agency) -> int:
    """How many petitions the log says came to an owner: what a list that left one out would disagree with."""
    oris = {dated.ori for dated in owner.oris}
    entries = (decode_entry(world.journal.entry(index)).facts for index in range(world.journal.size()))
    return sum(facts.kind is EntryKind.PETITION_OPENED and facts.owner_ori in oris for facts in entries)


def _month(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m}"
