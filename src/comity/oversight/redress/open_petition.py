"""Anybody asks: the desk takes it in, the clocks of the statutes that bind run from then.

 1 who takes it in     a member of the owner's desk, or the node, for whoever asks by the page that is for anybody
 2 what is asked       by whom, in which capacity, about whom; a review in the capacity of what it reviews
 3 the clocks          by statute, or the desk's own: the same for whoever there is no record of
 4 append_entry        the petition, who asks (in the entry alone), and what is owed by when

Whoever asks gets a reference and nothing else. No record is looked at.
"""

from __future__ import annotations

from comity.errors import ClosedError, PetitionRefusedError, WrongUseError
from comity.exchange.asking.asker import check_born
from comity.exchange.builtin import builtin_reason
from comity.exchange.owners import owner_day, owner_here
from comity.model.agency import Agency, Member
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, StoredDuty
from comity.model.petition import Clock, Outcome, Petition, PetitionKind, PetitionWanted, Residence
from comity.model.query import PersonSubject
from comity.model.refused import tell_refused
from comity.oversight.redress.capacity import check_own_name, check_under_age
from comity.oversight.redress.clauses import ACKNOWLEDGE
from comity.oversight.redress.petitions import (
    OPENED_KEY,
    Change,
    enter,
    get_petition,
    owner_for,
    petition_duty,
    read_particulars,
)
from comity.oversight.redress.state import DECIDED_BY
from comity.oversight.redress.statutes import Matter, appeal_of, clocks_of, matter_of
from comity.ports import World

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 or O, no 1 or I: read over the telephone
GROUPS, GROUP = 3, 4
ONLINE = frozenset({PetitionKind.ACCOUNTING, PetitionKind.ACCESS, PetitionKind.AMENDMENT, PetitionKind.REVIEW})
MOST_AN_HOUR, MOST_WAITING = 60, 500
HOUR_MS = 3_600_000


def open_petition(world: World, member: Member, wanted: PetitionWanted) -> Petition:
    """Take a petition in.

    Raises WrongUseError for who is not of the desk, for a parent of somebody of age, for another's name and for somebody
    who is not born yet,
    PetitionRefusedError for a review of what cannot be reviewed.
    """
    return _taken_in(world, owner_for(world, member), member.id, wanted)  # 1


def ask_online(world: World, agency: str, wanted: PetitionWanted) -> Petition:
    """Take a petition in from anybody, by the page that needs no sign-in; the node stands where a member of the desk would.

    Only what a person asks of their own record, or of whoever they represent, and a review of its decision. So that nobody
    fills desk and log, no more than sixty an hour are taken, and none while five hundred wait for their papers: then the
    desk takes them in person. Raises ClosedError for that, and what `open_petition` raises.
    """
    owner = owner_here(world, agency)
    if wanted.kind not in ONLINE:
        raise WrongUseError(tell_refused("petition.not-by-page", kind=wanted.kind))
    now_ms = world.clock.now_ms()
    online = [one for one in world.journal.petitions.of(owner.id) if one.taken_by == world.node]
    lately = sum(now_ms - one.opened_ms < HOUR_MS for one in online)
    waiting = sum(one.decided is None and one.check is None for one in online)
    if lately >= MOST_AN_HOUR or waiting >= MOST_WAITING:
        raise ClosedError(tell_refused("petition.too-many"))
    return _taken_in(world, owner, world.node, wanted)


def _taken_in(world: World, owner: Agency, taken_by: str, wanted: PetitionWanted) -> Petition:
    now_ms = world.clock.now_ms()
    first = _reviewed(world, owner, wanted)  # 2
    capacity = first.capacity if first is not None else wanted.capacity
    subject = _subject(world, owner, wanted, first)
    check_own_name(capacity, wanted.particulars.petitioner, subject)
    today = owner_day(owner, now_ms)
    if subject is not None:
        check_born(subject, today)
    check_under_age(capacity, subject, today)
    matter = _asked_matter(wanted.kind, wanted.residence, first)
    petition = Petition(
        id=_reference(world.randomness.take(GROUPS * GROUP)),
        owner=owner.id,
        kind=wanted.kind,
        capacity=capacity,
        residence=matter.residence,
        opened_ms=now_ms,
        taken_by=taken_by,
        clocks=clocks_of(owner, matter, now_ms),  # 3
        about=wanted.about,
        first=matter.first,
    )
    duties = tuple(_duty(petition, clock, now_ms) for clock in petition.clocks)
    change = Change(petition, EntryKind.PETITION_OPENED, wanted.particulars, duties=duties, key=OPENED_KEY)
    return enter(world, owner, change, first=True)  # 4


def _reviewed(world: World, owner: Agency, wanted: PetitionWanted) -> Petition | None:
    """The petition that a review reviews. Raises PetitionRefusedError for one that is not decided, or not on its merits."""
    if wanted.kind is not PetitionKind.REVIEW:
        return None
    first = get_petition(world, owner, wanted.about)
    if first.decided is None:
        raise PetitionRefusedError(f"`{first.id}` is not decided yet; there is nothing to review")
    if first.kind is PetitionKind.REVIEW:
        further = appeal_of(owner, matter_of(first))
        raise PetitionRefusedError(f"`{first.id}` is a review itself; it may be taken to {further}")
    if first.decided.outcome in (Outcome.WITHDRAWN, Outcome.NOT_IDENTIFIED):
        raise PetitionRefusedError(f"`{first.id}` was not decided on what it asks; take it in anew")
    return first


def _subject(world: World, owner: Agency, wanted: PetitionWanted, first: Petition | None) -> PersonSubject | None:
    """Whom it is about: of a review, whom the first petition was about, as far as that is still kept."""
    if first is None:
        return wanted.particulars.subject
    particulars = read_particulars(world, owner, first)
    return particulars.subject if particulars is not None else None


def _asked_matter(kind: PetitionKind, residence: Residence, first: Petition | None) -> Matter:
    """What statutes turn on. A review follows what was said of residence first, where nothing is said now."""
    if first is None:
        return Matter(kind, residence)
    said = first.residence if residence is Residence.NOT_SAID else residence
    return Matter(kind, said, first.kind)


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
