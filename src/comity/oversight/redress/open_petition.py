"""Anybody asks: the desk takes it in, the clocks of the statutes that bind run from then.

 1 who takes it in     a member of the owner's desk
 2 what is asked       by whom, in which capacity, about whom; a parent asks for a child, counsel for a client
 3 the clocks          by statute, or the desk's own: the same for whoever there is no record of
 4 append_entry        the petition, who asks (in the entry alone), and what is owed by when

Whoever asks gets a reference and nothing else. No record is looked at.
"""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.builtin import builtin_reason
from comity.exchange.owners import owner_day
from comity.model.agency import Agency, Member
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, StoredDuty
from comity.model.petition import Capacity, Clock, Petition, PetitionKind, PetitionWanted
from comity.oversight.redress.petitions import OPENED_KEY, Change, enter, get_petition, owner_for, petition_duty
from comity.oversight.redress.statutes import ACKNOWLEDGE, clocks_of, is_of_age
from comity.ports import World

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 or O, no 1 or I: read over the telephone
GROUPS, GROUP = 3, 4
DECIDED_BY = {
    PetitionKind.ACCOUNTING: "records-custodian",
    PetitionKind.ACCESS: "records-custodian",
    PetitionKind.AMENDMENT: "records-custodian",
    PetitionKind.REVIEW: "agency-head",
    PetitionKind.PUBLIC_RECORDS: "records-custodian",
    PetitionKind.COMPLAINT: "privacy-officer",
    PetitionKind.DEMAND: "counsel",
}


def open_petition(world: World, member: Member, wanted: PetitionWanted) -> Petition:
    """Take a petition in. Raises WrongUseError for who is not of the desk, or for a parent of somebody of age."""
    owner = owner_for(world, member)  # 1
    now_ms = world.clock.now_ms()
    _check(world, owner, wanted, now_ms)  # 2
    petition = Petition(
        id=_reference(world.randomness.take(GROUPS * GROUP)),
        owner=owner.id,
        kind=wanted.kind,
        capacity=wanted.capacity,
        residence=wanted.residence,
        opened_ms=now_ms,
        taken_by=member.id,
        clocks=clocks_of(owner, wanted.kind, wanted.residence, now_ms),  # 3
        about=wanted.about,
    )
    duties = tuple(_duty(petition, clock, now_ms) for clock in petition.clocks)
    change = Change(petition, EntryKind.PETITION_OPENED, wanted.particulars, duties=duties, key=OPENED_KEY)
    return enter(world, owner, change, first=True)  # 4


def _check(world: World, owner: Agency, wanted: PetitionWanted, now_ms: int) -> None:
    if wanted.kind is PetitionKind.REVIEW and get_petition(world, owner, wanted.about).decided is None:
        raise WrongUseError(f"`{wanted.about}` is not decided yet; there is nothing to review")
    subject = wanted.particulars.subject
    if wanted.capacity is not Capacity.PARENT or subject is None:
        return
    if is_of_age(subject.birth_date, owner_day(owner, now_ms)) is not False:
        raise WrongUseError(
            "a parent asks for somebody under eighteen, with the whole birth date; whoever is of age asks, or lets "
            "counsel or a guardian with a court's order ask"
        )


def _reference(drawn: bytes) -> str:
    letters = [ALPHABET[byte % len(ALPHABET)] for byte in drawn]
    return "-".join(["R", *("".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP))])


def _duty(petition: Petition, clock: Clock, now_ms: int) -> StoredDuty:
    told = clock.step == ACKNOWLEDGE
    rule = builtin_reason("comity/PETITION-TOLD" if told else "comity/PETITION")
    duty = Duty(
        kind="notify" if told else "review",
        rule=rule.rule,
        citation=f"{clock.citation} ({clock.status})",
        to="person" if told else DECIDED_BY[petition.kind],
        due_ms=clock.due_ms,
        text=f"tell whoever asked in {petition.id} that it came"
        if told
        else f"decide {petition.id}: {petition.kind}",
    )
    return petition_duty(petition, duty, clock.step, now_ms)
