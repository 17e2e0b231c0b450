"""What the desk reads of petitions, what it says to the person in person, and what stands online.

The look-ups are read by the two roles that opened them, by counsel who looks through them, and by nobody else. What is said
in person is entered: who told it, and that the person stood there.
"""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from comity.errors import PetitionRefusedError
from comity.exchange.answering.raised import duty_id
from comity.exchange.duty.duties import said_words
from comity.exchange.duty.duty_state import is_done
from comity.exchange.owners import owner_day, owner_here
from comity.exchange.person.person_state import READERS
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, Directory, Member
from comity.model.base import Noun
from comity.model.codes import Purpose
from comity.model.disclosure import EntryKind
from comity.model.petition import (
    REFERENCE,
    Account,
    AccountedRecord,
    AccountRow,
    Capacity,
    Channel,
    Outcome,
    Particulars,
    Petition,
    PetitionKind,
    Seen,
    ShownBy,
)
from comity.model.said import Said
from comity.oversight.redress.capacity import check_papers, check_under_age
from comity.oversight.redress.clauses import ACKNOWLEDGE, DECIDE
from comity.oversight.redress.open_log import subject_of
from comity.oversight.redress.outward import OutwardPetition, outward, unknown_petition
from comity.oversight.redress.petitions import (
    CUSTODIAN,
    OPENERS,
    REVIEWERS,
    TOLD,
    Change,
    act_on,
    finished,
    get_petition,
    owner_for,
    read_opened,
    read_particulars,
)
from comity.oversight.redress.state import check_identified, shown_rows, standing_withheld, status_of
from comity.oversight.redress.statutes import matter_of, statutes_on
from comity.ports import World

READS_ROWS = frozenset({*OPENERS, "counsel"})
MOST_LISTED = 1_000  # of decided petitions no desk reads more; every one that waits is listed
MOST_TELLINGS = 64  # of one petition that its row keeps; each is an entry for good


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
    """The desk's petitions, the soonest due first and then what is decided, the newest first; `unlisted` are how many more.

    `demands` counts by month, `entered` how many petitions the log says came.
    """

    petitions: tuple[ListedPetition, ...]
    unlisted: int
    demands: tuple[DemandCount, ...]
    entered: int


class ToldRow(Noun, frozen=True, kw_only=True):
    """One look-up as it is told: which agency, when, for what, which fields of which records.

    Numbered among what is told, and without its place in the log: a gap would tell that something is kept back. `at_ms` is
    None where the time is not kept, `kept` false where the fields are not.
    """

    number: int
    at_ms: int | None
    agency: str
    channel: Channel
    purpose: Purpose | None
    fields: tuple[str, ...]
    records: tuple[str, ...]
    kept: bool


class ToldInPerson(Noun, frozen=True, kw_only=True):
    """What the custodian tells whoever asked, face to face: which agencies, which records. Nothing that is withheld."""

    reference: str
    rows: tuple[ToldRow, ...]
    records: tuple[AccountedRecord, ...]


class SawInPerson(Noun, frozen=True, kw_only=True):
    """What a custodian says of a meeting: which papers whoever came showed, and in words what was told."""

    seen: tuple[Seen, ...]
    reason: str


def show_petition(world: World, member: Member, reference: str) -> PetitionShown:
    """One petition for the desk. Raises WrongUseError for who is not of the desk."""
    owner = owner_for(world, member)
    petition, now_ms = get_petition(world, owner, reference), world.clock.now_ms()
    binding = statutes_on(owner, matter_of(petition))
    return PetitionShown(
        petition=petition,
        status=status_of(petition),
        overdue=_is_overdue(world, petition, now_ms),
        statutes=tuple(StatuteTold(id=s.id, citation=s.citation, status=s.status, says=s.says) for s in binding),
        particulars=read_particulars(world, owner, petition),
        account=read_opened(world, owner, petition) if _reads_rows(petition, member, now_ms) else None,
        withheld=tuple(sorted(standing_withheld(petition, now_ms))),
    )


def list_petitions(world: World, member: Member) -> PetitionList:
    """The petitions of a desk. Raises WrongUseError for who is neither of the desk nor an auditor."""
    owner = owner_for(world, member, READERS)
    now_ms = world.clock.now_ms()
    found = world.journal.petitions.of(owner.id)
    waiting = sorted((one for one in found if one.decided is None), key=_due_ms)
    decided = sorted((one for one in found if one.decided is not None), key=lambda one: -one.opened_ms)
    listed = (*waiting, *decided[: max(0, MOST_LISTED - len(waiting))])
    return PetitionList(
        petitions=tuple(_listed(world, one, now_ms) for one in listed),
        unlisted=len(found) - len(listed),
        demands=_demands(owner, found),
        entered=_entered(world, owner),
    )


def tell_in_person(world: World, member: Member, reference: str, saw: SawInPerson) -> ToldInPerson:
    """Tell whoever asked which agencies and records, in person, with identification; it is entered first.

    Who is told the answer so has been told what was decided. A refusal says more than is told here, its reasons and where to
    take it, so that the duty to tell of it stays.

    Raises WrongUseError for a parent whose child is of age by now, PetitionRefusedError for papers that show nothing, or
    before a decision.
    """
    words = said_words("reason", saw.reason)

    def act(owner: Agency, petition: Petition, now_ms: int) -> Change:
        check_identified(petition)
        if petition.decided is None:
            raise PetitionRefusedError(f"`{petition.id}` is not decided yet; nothing of it is told before")
        check_papers(petition.capacity, ShownBy.IN_PERSON, saw.seen)
        if petition.capacity is Capacity.PARENT:
            check_under_age(petition.capacity, subject_of(world, owner, petition), owner_day(owner, now_ms))
        said = Said(by=member.id, at_ms=now_ms, words=words)
        told = replace(petition, told_in_person=(*petition.told_in_person, said)[-MOST_TELLINGS:])
        answered = petition.decided.outcome is Outcome.ANSWERED
        done = finished(world, petition, TOLD, member.id, now_ms) if answered else ()
        return Change(
            told, EntryKind.PETITION_TOLD, {"said": said, "seen": sorted(set(saw.seen))}, changed_duties=done
        )

    petition = act_on(world, member, reference, frozenset({CUSTODIAN}), act)
    owner = owner_for(world, member)
    account = read_opened(world, owner, petition)
    rows = shown_rows(petition, account, world.clock.now_ms(), in_person=True)
    names = {one.record_id: one.reference for one in account.records} if account is not None else {}
    directory = world.directory()
    return ToldInPerson(
        reference=petition.id,
        rows=tuple(_told_row(number, row, names, directory) for number, row in enumerate(rows, 1)),
        records=_told_records(petition, account, rows),
    )


def _told_records(
    petition: Petition, account: Account | None, rows: tuple[AccountRow, ...]
) -> tuple[AccountedRecord, ...]:
    """Which records are told: where an answer went out what is held or was seen, of an amendment those disputed in it."""
    records = account.records if account is not None else ()
    if petition.matter is PetitionKind.AMENDMENT:
        return tuple(one for one in records if (one.record_id, one.person_key) in petition.disputed)
    if petition.decided is None or petition.decided.outcome is not Outcome.ANSWERED:
        return ()
    if petition.matter is PetitionKind.ACCESS:
        return records
    seen_in = {record for row in rows for record in row.records}
    return tuple(one for one in records if one.record_id in seen_in)


def _told_row(number: int, row: AccountRow, names: dict[str, str], directory: Directory) -> ToldRow:
    asker = directory.find_agency(row.asker)
    return ToldRow(
        number=number,
        at_ms=row.at_ms or None,
        agency=asker.name if asker is not None else row.asker,
        channel=row.channel,
        purpose=row.purpose,
        fields=row.fields,
        records=tuple(names.get(one, one) for one in row.records),
        kept=row.kept,
    )


def look_up(world: World, agency: str, reference: str) -> OutwardPetition:
    """What whoever has a reference sees online. One that is wrong, ill written or another owner's is none."""
    owner = owner_here(world, agency)
    known = REFERENCE.fullmatch(reference) is not None
    petition = world.journal.petitions.find(owner.id, reference) if known else None
    if petition is None:
        return unknown_petition(reference)
    account = read_opened(world, owner, petition)
    return outward(petition, account, owner, world.directory(), world.clock.now_ms())


def _reads_rows(petition: Petition, member: Member, now_ms: int) -> bool:
    """Whether a member may read the look-ups here: while it is decided, and later who may keep them back, while any is.

    After that they are read by telling alone, which is entered: what was opened once is no register to look things up in.
    """
    roles = (
        READS_ROWS
        if petition.decided is None
        else REVIEWERS
        if standing_withheld(petition, now_ms)
        else frozenset()
    )
    return bool(roles & set(member.roles))


def _listed(world: World, petition: Petition, now_ms: int) -> ListedPetition:
    return ListedPetition(
        id=petition.id,
        kind=petition.kind,
        status=status_of(petition),
        opened_ms=petition.opened_ms,
        due_ms=_due_ms(petition) if petition.decided is None else None,
        overdue=_is_overdue(world, petition, now_ms),
        unacknowledged=_is_unacknowledged(world, petition),
    )


def _due_ms(petition: Petition) -> int:
    return next(clock.due_ms for clock in petition.clocks if clock.step == DECIDE)


def _is_unacknowledged(world: World, petition: Petition) -> bool:
    told = world.journal.find_duty(petition.owner, duty_id(petition.owner, petition.id, ACKNOWLEDGE))
    return petition.decided is None and told is not None and not is_done(told)


def _is_overdue(world: World, petition: Petition, now_ms: int) -> bool:
    """Whether a step is late: the decision, or the word that it came."""
    late = {clock.step for clock in petition.clocks if clock.due_ms < now_ms}
    waits = petition.decided is None
    return waits and (DECIDE in late or (ACKNOWLEDGE in late and _is_unacknowledged(world, petition)))


def _demands(owner: Agency, petitions: tuple[Petition, ...]) -> tuple[DemandCount, ...]:
    """Demands by the owner's month."""
    demands = [one for one in petitions if one.kind is PetitionKind.DEMAND]
    came = Counter(f"{owner_day(owner, one.opened_ms):%Y-%m}" for one in demands)
    decided = Counter(f"{owner_day(owner, one.opened_ms):%Y-%m}" for one in demands if one.decided is not None)
    return tuple(DemandCount(month=month, came=came[month], decided=decided[month]) for month in sorted(came))


def _entered(world: World, owner: Agency) -> int:
    """How many petitions the log says came to an owner: what a list that left one out would disagree with."""
    oris = {dated.ori for dated in owner.oris}
    entries = (decode_entry(world.journal.entry(index)).facts for index in range(world.journal.size()))
    return sum(facts.kind is EntryKind.PETITION_OPENED and facts.owner_ori in oris for facts in entries)
